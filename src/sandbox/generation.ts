/** The life of a generation after its fields were checked: refusals, places in flight, the wait, the answer and its images. */
import { createHash } from 'node:crypto';
import type { Fields } from './fields.js';
import type { ImageFaults } from './images.js';
import { MAX_IN_FLIGHT, MAX_NUM_IMAGES, MAX_SEED } from './limits.js';
import type { Size } from './picture-size.js';
import { failure, gate, json, page, Refusal, type Reply } from './replies.js';
import { type Asked, readScenarios, times } from './scenarios.js';
import type { World } from './world.js';

/** What a family's handler makes of a request. */
export interface Job {
  readonly prompt: string;
  readonly asked: Asked;
  readonly count: number;
  readonly size: Size;
  readonly seed: number | undefined;
  readonly magicPrompt: boolean;
  readonly styleType: string | undefined;
  /** Digest of the whole request, from which seeds are made when none was given. */
  readonly fingerprint: string;
}

/** The prompt and its scenarios. `sandbox:unauthorized` is decided here, before any other field is looked at. */
export function readPrompt(fields: Fields): { prompt: string; asked: Asked } {
  const prompt = fields.requiredText('prompt');
  const asked = readScenarios(prompt);
  if (asked.has('unauthorized')) throw accessDenied();
  return { prompt, asked };
}

export function readCount(fields: Fields): number {
  return fields.integer('num_images', 1, MAX_NUM_IMAGES) ?? 1;
}

export function readSeed(fields: Fields): number | undefined {
  return fields.integer('seed', 0, MAX_SEED);
}

/** 401: the API says the same for a wrong key and for one that is paused. */
export function accessDenied(): Refusal {
  return gate(401, 'Access denied');
}

/** Runs a job; resolves to the reply, rejects with a Refusal or, when `signal` ends the wait, with its reason. */
export async function generate(world: World, job: Job, signal: AbortSignal): Promise<Reply> {
  refuseIfAsked(world, job);
  if (world.inFlight + job.count > MAX_IN_FLIGHT) throw tooMany();
  world.inFlight += job.count;
  try {
    const wait = world.latency + times(job.asked, 'slow') * 1000;
    if (wait > 0) await world.clock.sleep(wait, signal);
    return misfortune(world, job.asked) ?? answer(world, job);
  } finally {
    world.inFlight -= job.count;
  }
}

function tooMany(): Refusal {
  return failure(429, 'Too many requests in flight.', { reject_reason: 'inflight_limit' });
}

/** Refusals that cost nothing: they come at once and take no place. */
function refuseIfAsked(world: World, { asked, prompt }: Job): void {
  const refusal = askedRefusal(world, asked, prompt);
  const seconds = asked.get('retry-after');
  if (!refusal) return;
  if (seconds === undefined) throw refusal;
  throw new Refusal({ ...refusal.reply, headers: { 'Retry-After': seconds } });
}

function askedRefusal(world: World, asked: Asked, prompt: string): Refusal | undefined {
  if (asked.has('forbidden')) return gate(403, 'This account is not authorized for this operation.');
  if (asked.has('no-credit')) {
    const error = 'Add a payment method and credits to use this API key.';
    return failure(402, error, { reject_reason: 'insufficient_funds' });
  }
  if (asked.has('blocked')) {
    const error = 'Prompt provided failed safety check due to the inclusion of prohibited content.';
    return failure(422, error);
  }
  const refused = world.busy.get(prompt) ?? 0;
  if (refused >= times(asked, 'busy')) return undefined;
  world.busy.set(prompt, refused + 1);
  return tooMany();
}

/** What goes wrong after the work was accepted, and perhaps billed. */
function misfortune(world: World, asked: Asked): Reply | undefined {
  const status = times(asked, 'server-error');
  if (status > 0) {
    const seconds = asked.get('retry-after');
    const reply = json(status, { error: 'The server had an internal error.' });
    return seconds === undefined ? reply : { ...reply, headers: { 'Retry-After': seconds } };
  }
  if (asked.has('cut')) return { ...json(200, {}), delivery: 'nothing', note: 'connection cut' };
  if (asked.has('html')) return page(200, 'Checking your browser', 'This page is not the API.');
  if (asked.has('redirect')) {
    const headers = { Location: `http://localhost:${world.port}/elsewhere` };
    return { ...json(307, { message: 'Moved' }), headers };
  }
  return undefined;
}

function answer(world: World, job: Job): Reply {
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
  const note = `${job.count} image${job.count === 1 ? '' : 's'}`;
  if (asked.has('stalled')) return { ...reply, delivery: 'half-then-silence', note: `${note}, stalled` };
  if (asked.has('cut-answer')) return { ...reply, delivery: 'half-then-cut', note: `${note}, answer cut` };
  return { ...reply, note };
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
