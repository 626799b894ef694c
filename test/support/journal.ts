/** What stands in a world's journal, as tests look at it: lines parsed by themselves, in the order in which they were written. */
import { appendFile, mkdir, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { JournalEvent } from '../../src/ledger/events.js';

/** Every line of the journal in a state folder; none where there is no journal. */
export async function journalOf(state: string): Promise<JournalEvent[]> {
  const text = await readFile(join(state, 'journal.jsonl'), 'utf8').catch(() => '');
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as JournalEvent);
}

/** The same in words: `planned`, `saved 0`, `failed no`. */
export async function storyOf(state: string): Promise<string[]> {
  return (await journalOf(state)).map((event) => {
    const image = 'image' in event && event.image !== undefined ? ` ${event.image}` : '';
    const billed = event.event === 'failed' && image === '' ? ` ${event.billed}` : '';
    return `${event.event}${image}${billed}`;
  });
}

/** All bytes below a folder, as one text. */
export async function textBelow(folder: string): Promise<string> {
  const names = await readdir(folder, { recursive: true, withFileTypes: true }).catch(() => []);
  const files = names.filter((entry) => entry.isFile()).map(({ name, path }) => join(path, name));
  return (await Promise.all(files.map((file) => readFile(file, 'utf8')))).join('\n');
}

/** Adds lines to the journal of a state folder, as a process would have that was killed behind the last of them. */
export async function writeJournal(state: string, events: readonly object[]): Promise<void> {
  await mkdir(state, { recursive: true, mode: 0o700 });
  const lines = events.map(
    (event) => `\n${JSON.stringify({ v: 1, at: '2025-12-31T23:00:00.000Z', ...event })}\n`,
  );
  await appendFile(join(state, 'journal.jsonl'), lines.join(''), { mode: 0o600 });
}

export interface PastCall {
  readonly id: string;
  readonly baseUrl: string;
  readonly folder: string;
  /** Links of its answer; null: withheld. */
  readonly urls: readonly (string | null)[];
  /** Changes what was planned. */
  readonly planned?: object;
}

/** The lines of a call that made images and was killed before the first was saved. */
export function answeredCall({ id, baseUrl, folder, urls, planned = {} }: PastCall): object[] {
  const data = urls.map((url, index) => ({
    url,
    seed: index + 1,
    is_image_safe: url !== null,
    prompt: 'a fox',
  }));
  const cost = { usd: 0.06 * urls.length, basis: 'estimate' };
  return [
    {
      ...{ id, event: 'planned', command: 'generate', endpoint: 'generate-v3', model: 'V_3', baseUrl },
      ...{ answer: 'images', fingerprint: id, images: urls.length, cost, version: '0.0.0', metadata: false },
      place: { kind: 'files', folder, stem: null, slug: 'a-fox', force: false },
      asked: {
        prompt: 'a fox',
        spec: 'generate',
        operands: ['a fox'],
        options: {},
        fields: { prompt: 'a fox' },
        files: [],
      },
      ...planned,
    },
    { id, event: 'sent' },
    {
      ...{ id, event: 'answered', status: 200, requestId: null, sandbox: false, images: urls.length, cost },
      json: { created: '2025-12-31T23:00:00Z', data },
    },
  ];
}
