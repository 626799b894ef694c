/** How checked fields become images and an answer that lists them. */
import { createHash } from 'node:crypto';
import type { Call } from './call.js';
import { MAGIC_PROMPTS } from './enums.js';
import type { Fields } from './fields.js';
import type { ImageFaults } from './images.js';
import { MAX_NUM_IMAGES, MAX_SEED } from './limits.js';
import type { Size } from './picture-size.js';
import type { Answer, Prompted } from './rehearsal.js';
import { json, type Reply } from './replies.js';
import { fingerprint } from './request-body.js';
import { type Asked, times } from './scenarios.js';
import { work } from './work.js';

/** What a family's handler makes of a request. */
export interface Job extends Prompted {
  readonly count: number;
  readonly size: Size;
  /** The size of what is drawn, where it was enlarged. */
  readonly upscaled?: Size | undefined;
  readonly seed: number | undefined;
  readonly magicPrompt?: boolean;
  readonly styleType?: string | undefined;
  /** Nothing behind the hills. */
  readonly transparent?: boolean;
}

interface ImageEntry {
  readonly url: string | null;
  readonly prompt: string;
  readonly resolution: string;
  readonly upscaled_resolution?: string;
  readonly is_image_safe: boolean;
  readonly seed: number;
  readonly style_type?: string;
}

/** The answer of most endpoints. */
export interface ImageAnswer {
  readonly created: string;
  readonly data: readonly ImageEntry[];
}

export function readCount(fields: Fields): number {
  return fields.integer('num_images', 1, MAX_NUM_IMAGES) ?? 1;
}

export function readSeed(fields: Fields): number | undefined {
  return fields.integer('seed', 0, MAX_SEED);
}

/** How many images, from which seed. */
export function readRun(fields: Fields): Pick<Job, 'count' | 'seed'> {
  return { count: readCount(fields), seed: readSeed(fields) };
}

/** Whether the prompt is to be rewritten; AUTO leaves it as it is here. */
export function readMagicPrompt(fields: Fields, name = 'magic_prompt'): boolean {
  return fields.choice(name, MAGIC_PROMPTS) === 'ON';
}

/** Runs a job; `shape` makes another form of the answer. Settles as `work` does. */
export function generate(
  call: Call,
  job: Job,
  shape: (answer: ImageAnswer) => unknown = (answer) => answer,
): Promise<Reply> {
  return work(call, job, job.count, () => answer(call, job, shape));
}

function answer(call: Call, job: Job, shape: (answer: ImageAnswer) => unknown): Answer {
  const { asked, count } = job;
  const prompt = job.magicPrompt && job.prompt !== '' ? rewrite(job.prompt) : job.prompt;
  const digest = fingerprint(call.path, call.body);
  const firstWithheld = count - times(asked, 'withheld');
  const data = Array.from({ length: count }, (_, index): ImageEntry => {
    const seed = job.seed ?? seedFor(digest, index);
    const safe = index < firstWithheld;
    return {
      url: safe ? addPicture(call, job, prompt, seed) : null,
      prompt,
      resolution: spell(job.size),
      ...(job.upscaled ? { upscaled_resolution: spell(job.upscaled) } : {}),
      is_image_safe: safe,
      seed,
      ...(job.styleType === undefined ? {} : { style_type: job.styleType }),
    };
  });
  const created = new Date(call.world.clock.now()).toISOString();
  const reply = json(200, shape({ created, data }));
  return { ...reply, note: `${count} image${count === 1 ? '' : 's'}` };
}

/** Its link. Without a prompt, the picture says which endpoint it comes from. */
function addPicture({ world, path }: Call, job: Job, prompt: string, seed: number): string {
  return world.images.add({
    prompt: prompt === '' ? path.slice(path.lastIndexOf('/') + 1) : prompt,
    size: job.upscaled ?? job.size,
    seed,
    transparent: job.transparent ?? false,
    faults: faultsOf(job.asked),
  });
}

function spell({ width, height }: Size): string {
  return `${width}x${height}`;
}

function faultsOf(asked: Asked): ImageFaults {
  return {
    expired: asked.has('expired'),
    truncated: times(asked, 'truncated'),
    broken: times(asked, 'broken-download'),
    html: asked.has('html-image'),
  };
}

/** The same request gets the same seeds, each image its own. */
function seedFor(digest: string, index: number): number {
  return createHash('sha256').update(`${digest}:${index}`).digest().readUInt32BE(0) & MAX_SEED;
}

/** Stands for the magic prompt: recognisable, and never the same text. */
function rewrite(prompt: string): string {
  return `${prompt}. Soft natural light, layered depth, balanced composition, fine detail.`;
}
