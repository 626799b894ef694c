/** How scenarios are played, whatever the endpoint: who is let in, what is refused, and what delays, replaces or breaks an answer. */
import type { Call } from './call.js';
import type { Fields } from './fields.js';
import { failure, gate, json, page, Refusal, type Reply } from './replies.js';
import { fingerprint } from './request-body.js';
import { type Asked, readScenarios, times } from './scenarios.js';
import type { World } from './world.js';

/** The older of two paths with the same body, which `sandbox:retired` takes away. */
const RETIRED = '/v1/ideogram-v3/edit';

/** What a request asks for, by its prompt and its key together. */
export interface Rehearsal {
  readonly asked: Asked;
  /** What `sandbox:busy=N` counts by: the prompt, or the whole request where there is none. */
  readonly occasion: string;
}

export interface Prompted extends Rehearsal {
  /** Empty where there is none. */
  readonly prompt: string;
}

/** A reply with the few words that the log says of it. */
export type Answer = Reply & { readonly note: string };

/**
 * The scenarios of the header `Api-Key`; any text is a key.
 * Throws a 401 when there is none or it asks for one, a 400 for a scenario that does not exist.
 */
export function admit(key: string | readonly string[] | undefined): Asked {
  // Node has taken the blanks around it away.
  if (typeof key !== 'string' || key === '') throw accessDenied();
  const asked = readScenarios(key, 'key');
  denyIfAsked(asked);
  return asked;
}

/**
 * The prompt of at most `maxLength` characters, and all that is asked for; where both say the same word, the prompt's value counts.
 * `sandbox:unauthorized` is decided here, before any other field is looked at.
 */
export function readPrompt(fields: Fields, call: Call, maxLength?: number): Prompted {
  const prompt = fields.requiredText('prompt', maxLength);
  return { prompt, ...rehearse(call, prompt) };
}

/** As readPrompt, where it may be left out or be empty. */
export function readOptionalPrompt(fields: Fields, call: Call): Prompted {
  const prompt = fields.text('prompt') ?? '';
  return { prompt, ...rehearse(call, prompt) };
}

/** For endpoints that take none: the key alone speaks. */
export function withoutPrompt(call: Call): Prompted {
  return { prompt: '', ...rehearse(call, '') };
}

/** What is asked for by the key and by all texts of the request that may hold scenarios. */
export function rehearse(call: Call, words: string): Rehearsal {
  const asked: Asked = new Map([...call.byKey, ...readScenarios(words, 'prompt')]);
  denyIfAsked(asked);
  return { asked, occasion: words || fingerprint(call.path, call.body) };
}

/** Refusals that cost nothing: they come at once and take no place. */
export function refuseIfAsked(call: Call, rehearsal: Rehearsal): void {
  const { asked } = rehearsal;
  const refusal = askedRefusal(call, rehearsal);
  if (refusal) throw new Refusal(withRetryAfter(refusal.reply, asked));
}

/**
 * The reply to what was accepted: after `latency` milliseconds and what `sandbox:slow` adds, the misfortune that is asked for,
 * or else `answer()`, whole or broken off. Rejects with the reason of the call's signal when that ends the wait.
 */
export async function play(
  { world, signal }: Call,
  { asked }: Rehearsal,
  latency: number,
  answer: () => Answer,
): Promise<Reply> {
  const wait = latency + times(asked, 'slow') * 1000;
  if (wait > 0) await world.clock.sleep(wait, signal);
  return misfortune(world, asked) ?? sendAsAsked(answer(), asked);
}

/** 429: no place in flight. */
export function tooMany(): Refusal {
  return failure(429, 'Too many requests in flight.', { reject_reason: 'inflight_limit' });
}

/** 401: the API says the same for a wrong key and for one that is paused. */
function accessDenied(): Refusal {
  return gate(401, 'Access denied');
}

function denyIfAsked(asked: Asked): void {
  if (asked.has('unauthorized')) throw new Refusal(withRetryAfter(accessDenied().reply, asked));
}

function askedRefusal({ world, path }: Call, { asked, occasion }: Rehearsal): Refusal | undefined {
  if (asked.has('not-found')) return gate(404, 'Not found');
  if (asked.has('retired') && path === RETIRED) return gate(410, 'Gone');
  if (asked.has('forbidden')) return gate(403, 'This account is not authorized for this operation.');
  if (asked.has('no-credit')) {
    const error = 'Add a payment method and credits to use this API key.';
    return failure(402, error, { reject_reason: 'insufficient_funds' });
  }
  if (asked.has('blocked')) {
    const error = 'Prompt provided failed safety check due to the inclusion of prohibited content.';
    return failure(422, error);
  }
  const refused = world.busy.get(occasion) ?? 0;
  if (refused >= times(asked, 'busy')) return undefined;
  world.busy.set(occasion, refused + 1);
  return tooMany();
}

/** What goes wrong after the work was accepted, and perhaps billed. */
function misfortune(world: World, asked: Asked): Reply | undefined {
  const status = times(asked, 'server-error');
  if (status > 0) return withRetryAfter(json(status, { error: 'The server had an internal error.' }), asked);
  if (asked.has('cut')) return { ...json(200, {}), delivery: 'nothing', note: 'connection cut' };
  if (asked.has('html')) return page(200, 'Checking your browser', 'This page is not the API.');
  if (asked.has('redirect')) {
    const headers = { Location: `http://localhost:${world.port}/elsewhere` };
    return { ...json(307, { message: 'Moved' }), headers };
  }
  return undefined;
}

function sendAsAsked(answer: Answer, asked: Asked): Reply {
  const { note } = answer;
  if (asked.has('stalled')) return { ...answer, delivery: 'half-then-silence', note: `${note}, stalled` };
  if (asked.has('cut-answer')) return { ...answer, delivery: 'half-then-cut', note: `${note}, answer cut` };
  return answer;
}

function withRetryAfter(reply: Reply, asked: Asked): Reply {
  const seconds = asked.get('retry-after');
  return seconds === undefined ? reply : { ...reply, headers: { 'Retry-After': seconds } };
}
