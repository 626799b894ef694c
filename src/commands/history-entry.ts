/** What the history says of one call: what was asked, what became of it, and what it cost. */
import { basename } from 'node:path';
import { type Call, isFree, type Standing, standingOf } from '../ledger/calls.js';
import { type Cost, rehearsed } from '../ledger/cost.js';
import type { Asked, Failed, Planned } from '../ledger/events.js';

/** `not_saved`: it is paid, and `ideogram resume` may still fetch it. */
export type ImageStatus = 'saved' | 'withheld' | 'not_saved' | 'expired';

export interface EntryImage {
  /** Absolute; null where it is not saved, where a pipe took it, and with --no-history. */
  readonly path: string | null;
  readonly seed: number | null;
  readonly status: ImageStatus;
}

export interface Entry {
  readonly id: string;
  /** ISO 8601, UTC. */
  readonly at: string;
  readonly command: string;
  readonly model: string | null;
  /** As it was sent; of a structured one its summary; null where there was none, and with --no-history. */
  readonly prompt: string | null;
  /** Undefined with --no-history. */
  readonly asked: Asked | undefined;
  /** It went to standard output. */
  readonly piped: boolean;
  /** How its answer is read. */
  readonly answer: Planned['answer'];
  readonly images: readonly EntryImage[];
  /** Estimated; 0 where nothing was billed. */
  readonly cost: Cost;
  readonly standing: Standing;
  readonly error: Failed | undefined;
  /** Nothing of it was real. */
  readonly sandbox: boolean;
  readonly requestId: string | null;
}

/** @param inSandbox it is from the sandbox's own history */
export function entryOf(call: Call, inSandbox: boolean): Entry {
  const { planned, answered, failed } = call;
  const { id, at, command, model, answer, place } = planned;
  const standing = standingOf(call);
  const sandbox = answered?.sandbox ?? inSandbox;
  return {
    id,
    at,
    command,
    model,
    prompt: planned.asked ? promptOf(planned.asked) : null,
    asked: planned.asked ?? undefined,
    piped: place?.kind === 'stdout',
    answer,
    images: imagesOf(call),
    cost: costOf(call, standing, sandbox),
    standing,
    error: failed,
    sandbox,
    requestId: answered?.requestId ?? failed?.requestId ?? null,
  };
}

function promptOf({ prompt, options }: Asked): string | null {
  const structured = options.jsonPrompt as { high_level_description?: unknown } | null | undefined;
  return prompt ?? textOf(structured?.high_level_description) ?? null;
}

function textOf(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}

function imagesOf(call: Call): EntryImage[] {
  const { answered, saved } = call;
  const seeds = seedsOf(answered?.json);
  return Array.from({ length: answered?.images ?? 0 }, (_, index) => ({
    path: saved.get(index)?.path ?? null,
    seed: seeds[index] ?? null,
    status: statusOf(call, index),
  }));
}

function statusOf({ saved, withheld, givenUp, dropped }: Call, index: number): ImageStatus {
  if (saved.has(index)) return 'saved';
  if (withheld.has(index)) return 'withheld';
  return givenUp.has(index) || dropped ? 'expired' : 'not_saved';
}

/** docs: `data[].seed`; of layers `seed`. Nothing of an answer is certain to be there. */
function seedsOf(json: unknown): (number | undefined)[] {
  const { data, seed } = (json ?? {}) as { data?: unknown; seed?: unknown };
  const items = Array.isArray(data) ? data : [{ seed }];
  return items.map((item: { seed?: unknown } | null) =>
    Number.isSafeInteger(item?.seed) ? Number(item?.seed) : undefined,
  );
}

/** Of a call that nobody has heard of, what it may have cost. */
function costOf({ planned, answered }: Call, standing: Standing, sandbox: boolean): Cost {
  if (isFree(standing)) return { usd: 0, basis: 'nothing was billed' };
  if (answered) return answered.cost;
  return sandbox ? rehearsed(planned.cost) : planned.cost;
}

/** What became of it, in a few words. */
export function outcomeWords(entry: Entry): string {
  const { standing, answer, images, error } = entry;
  if (standing === 'unsent') return 'not sent';
  if (standing === 'failed') return `failed: ${error?.code ?? 'unknown'}`;
  if (standing === 'unanswered') return 'unanswered';
  if (isOfWords(entry)) {
    const done = answer === 'descriptions' ? 'described' : 'printed';
    if (standing === 'done') return done;
    return standing === 'collectable' ? 'not told: resume' : `not ${done}`;
  }
  if (images.length === 0) return error ? `failed: ${error.code}` : 'nothing came';
  const count = (wanted: ImageStatus) => images.filter(({ status }) => status === wanted).length;
  const saved = count('saved');
  if (standing === 'collectable') {
    return `${saved > 0 ? `${saved} of ${images.length}` : WORDS.not_saved}: resume`;
  }
  const statuses = [...new Set(images.map(({ status }) => status))];
  const number = (status: ImageStatus) => (statuses.length > 1 ? `${count(status)} ` : '');
  return statuses.map((status) => `${number(status)}${WORDS[status]}`).join(', ');
}

function isOfWords({ answer }: Entry): boolean {
  return answer === 'descriptions' || answer === 'json-prompt';
}

const WORDS: Readonly<Record<ImageStatus, string>> = {
  saved: 'saved',
  withheld: 'withheld',
  not_saved: 'not saved',
  expired: 'expired',
};

/** What it was about: the prompt; else the images that were handed in. */
export function subjectOf({ asked, prompt }: Entry): string {
  if (asked === undefined) return '(not kept)';
  return prompt ?? asked.operands.map((operand) => basename(operand)).join(', ');
}

/** Everything of it that a search looks at. */
export function searchText({ id, command, model, prompt, asked, images }: Entry): string {
  const paths = images.map(({ path }) => path ?? '');
  return [id, command, model ?? '', prompt ?? '', ...(asked?.operands ?? []), ...paths]
    .map(oneLine)
    .join('\n');
}

/** White space of any kind is one space. */
export function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}
