/** Journals written by hand: what was asked and what became of it, as lines of the form that the program writes. */
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { World } from './run.js';

type Fields = Record<string, unknown>;

export interface WrittenCall {
  readonly id: string;
  /** ISO 8601. */
  readonly at?: string;
  /** Beside and in place of those of a usual call: `generate "a red fox"`, two images. */
  readonly planned?: Fields;
  /** Null: with --no-history. */
  readonly asked?: Fields | null;
  /** What came after the plan, in this order. */
  readonly later?: readonly (Fields & { readonly event: string })[];
}

const COST = { usd: 0.12, basis: 'estimate: 2 x $0.06 for V_3 DEFAULT, prices of 2026-10-10' };

/** Writes them, the oldest first. */
export async function writeJournal(
  { folder, state }: Pick<World, 'folder' | 'state'>,
  calls: readonly WrittenCall[],
  { sandbox = false }: { readonly sandbox?: boolean } = {},
): Promise<void> {
  const place = sandbox ? join(state, 'sandbox') : state;
  await mkdir(place, { recursive: true });
  const lines = calls.flatMap((call) => linesOf(folder, call));
  await writeFile(join(place, 'journal.jsonl'), lines.map((line) => `\n${JSON.stringify(line)}\n`).join(''));
}

function linesOf(folder: string, call: WrittenCall): Fields[] {
  const { id, at = '2025-12-31T12:00:00.000Z', planned, asked = {}, later = [] } = call;
  const common = { v: 1, id, at };
  const usual = {
    event: 'planned',
    command: 'generate',
    endpoint: 'generate-v3',
    model: 'V_3',
    baseUrl: 'https://api.ideogram.ai',
    answer: 'images',
    fingerprint: 'f'.repeat(64),
    images: 2,
    cost: COST,
    place: { kind: 'files', folder, stem: null, slug: 'a-red-fox', force: false },
    metadata: false,
    version: '0.0.0-test',
  };
  const words = {
    prompt: 'a red fox',
    spec: 'generate',
    operands: ['a red fox'],
    options: { model: 'V_3', numImages: '2' },
    fields: { prompt: 'a red fox', num_images: 2 },
    files: [],
  };
  const plan = { ...common, ...usual, asked: asked && { ...words, ...asked }, ...planned };
  return [plan, ...later.map((event) => ({ ...common, ...event }))];
}

export const SENT = { event: 'sent' } as const;

/** An answer with images of these seeds. */
export function answered(seeds: readonly (number | null)[], fields: Fields = {}) {
  const data = seeds.map((seed) => ({
    url: 'https://ideogram.ai/x.png',
    ...(seed === null ? {} : { seed }),
  }));
  return {
    event: 'answered',
    status: 200,
    requestId: 'r-1',
    sandbox: false,
    images: seeds.length,
    cost: COST,
    json: { created: '2026-01-01', data },
    ...fields,
  };
}

export function saved(image: number, path: string | null) {
  return { event: 'saved', image, path, sha256: '0'.repeat(64), bytes: 100 };
}

export function failed(code: string, billed: string, fields: Fields = {}) {
  return {
    event: 'failed',
    code,
    message: `${code}, said the API`,
    billed,
    status: null,
    requestId: null,
    ...fields,
  };
}
