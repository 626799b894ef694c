/** The life of a generation after its fields were checked: places in flight, the time it takes, the answer and its images. */
import { createHash } from 'node:crypto';
import type { Call } from './call.js';
import type { Fields } from './fields.js';
import type { ImageFaults } from './images.js';
import { MAX_IN_FLIGHT, MAX_NUM_IMAGES, MAX_SEED } from './limits.js';
import type { Size } from './picture-size.js';
import { type Answer, play, type Rehearsal, refuseIfAsked, tooMany } from './rehearsal.js';
import { json, type Reply } from './replies.js';
import { type Asked, times } from './scenarios.js';
import type { World } from './world.js';

/** What a family's handler makes of a request. */
export interface Job extends Rehearsal {
  readonly count: number;
  readonly size: Size;
  readonly seed: number | undefined;
  readonly magicPrompt: boolean;
  readonly styleType: string | undefined;
  /** Digest of the whole request, from which seeds are made when none was given. */
  readonly fingerprint: string;
}

export function readCount(fields: Fields): number {
  return fields.integer('num_images', 1, MAX_NUM_IMAGES) ?? 1;
}

export function readSeed(fields: Fields): number | undefined {
  return fields.integer('seed', 0, MAX_SEED);
}

/** Runs a job; resolves to the reply, rejects with a Refusal or, when the call's signal ends the wait, with its reason. */
export async function generate(call: Call, job: Job): Promise<Reply> {
  const { world } = call;
  refuseIfAsked(call, job);
  if (world.inFlight + job.count > MAX_IN_FLIGHT) throw tooMany();
  world.inFlight += job.count;
  try {
    return await play(call, job, world.latency, () => answer(world, job));
  } finally {
    world.inFlight -= job.count;
  }
}

function answer(world: World, job: Job): Answer {
  const { asked } = job;
  const prompt = job.magicPrompt ? rewrite(job.prompt) : job.prompt;
  const firstWithheld = job.count - times(asked, 'withheld');
  const data = Array.from({ length: job.count }, (_, index) => {
    const seed = job.seed ?? seedFor(job.fingerprint, index);
    const safe = index < firstWithheld;
    return {
      url: safe ? world.images.add({ prompt, size: job.size, seed, faults: faultsOf(asked) }) : null,
      prompt,
      resolution: `${job.size.width}x${job.size.height}`,
      is_image_safe: safe,
      seed,
      ...(job.styleType === undefined ? {} : { style_type: job.styleType }),
    };
  });
  const reply = json(200, { created: new Date(world.clock.now()).toISOString(), data });
  return { ...reply, note: `${job.count} image${job.count === 1 ? '' : 's'}` };
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
function seedFor(fingerprint: string, index: number): number {
  return createHash('sha256').update(`${fingerprint}:${index}`).digest().readUInt32BE(0) & MAX_SEED;
}

/** Stands for the magic prompt: recognisable, and never the same text. */
function rewrite(prompt: string): string {
  return `${prompt}. Soft natural light, layered depth, balanced composition, fine detail.`;
}
