/** What the fault bench reads: the order in a log of operations, cards in names and links, and what `resume` says. */
import { expect, it } from 'vitest';

// The bench is plain JavaScript, without types.
const load = (name: string) => import(new URL(name, import.meta.url).href);
const { judgeOrder } = await load('./durability.mjs');
const { readResume } = await load('./resume-report.mjs');
const { findCard, nameOf, promptOf } = await load('./card.mjs');

const card = { group: 7, run: 2, scenario: 'ok-2' };

const JOURNAL = '/state/journal.jsonl';
const PART = '/out/.ideogram-1.part';
const IMAGE = '/out/a.png';
const note = (event: string, more = '') => ({
  name: 'note',
  path: JOURNAL,
  text: `{"event":"${event}"${more}}`,
});
const sync = (path: string) => ({ name: 'sync', path });

/** A run as it should be, one operation after the other. */
const ORDERLY: readonly object[] = [
  { name: 'open', path: JOURNAL },
  note('sent'),
  sync(JOURNAL),
  sync('/state'),
  { name: 'send', text: 'POST /v1' },
  note('answered'),
  sync(JOURNAL),
  { name: 'send', text: 'GET /image' },
  { name: 'write', path: PART },
  sync(PART),
  { name: 'link', path: PART, to: IMAGE },
  sync('/out'),
  note('saved', `,"path":"${IMAGE}"`),
  sync(JOURNAL),
  { name: 'tell', text: IMAGE },
];

const logOf = (operations: readonly object[]) =>
  operations.flatMap((operation, index) => [
    { at: index + 1, ...operation },
    { at: index + 1, done: true },
  ]);

it('the order in which things are made to last', () => {
  expect(judgeOrder(logOf(ORDERLY), { fresh: true })).toEqual([]);
  // What follows them goes on as if they had been done.
  const needed = [1, 2, 3, 5, 6, 9, 10, 11];
  for (const index of needed) {
    const without = ORDERLY.filter((_, each) => each !== index);
    expect(judgeOrder(logOf(without), { fresh: true }), `without ${index}`).not.toEqual([]);
  }
});

it('what must not be done at all', () => {
  const wrong = [
    { name: 'open', path: IMAGE, flags: 'wx' },
    { name: 'writeFile', path: `${IMAGE}.json` },
    { name: 'copyFile', path: PART, to: IMAGE },
    note('given-up'),
  ];
  for (const operation of wrong) {
    expect(judgeOrder(logOf([operation, ...ORDERLY]), { fresh: true })).toHaveLength(1);
  }
  expect(judgeOrder(logOf([...ORDERLY, note('given-up')]), { fresh: true })).toEqual([]);
});

it('a sync covers only what was written when it began', () => {
  const log = logOf(ORDERLY);
  const at = (name: string) => log.findIndex((line) => 'name' in line && line.name === name);
  const [write] = log.splice(at('write') + 1, 1);
  // The write ends behind its sync.
  log.splice(at('link'), 0, write as (typeof log)[number]);
  expect(judgeOrder(log, { fresh: true })).not.toEqual([]);
});

it('cards are found in prompts, names and links', () => {
  for (const text of [
    promptOf(card),
    `${nameOf(card)}-100001.png`,
    `${nameOf(card)}-100001-2.png`,
    `http://127.0.0.1:1/image/${nameOf(card)}/1.png?exp=1900000000`,
  ]) {
    expect(findCard(text)).toEqual(card);
  }
  expect(findCard('a fox')).toBeUndefined();
});

it('what resume says', () => {
  const said = (json: string) => readResume({ stdout: Buffer.from(json) }, new Map([['b', card]]));
  const calls = [
    { id: 'a', prompt: promptOf(card), status: 'expired', images: [] },
    { id: 'b', prompt: null, status: 'unanswered' },
  ];
  const read = said(JSON.stringify({ ok: false, command: 'resume', calls }));
  expect(read).toMatchObject([
    { card, status: 'expired' },
    { card, status: 'unanswered', images: [] },
  ]);
  expect(said('{"ok":tr')).toBeUndefined();
  expect(said('{"command":"history","calls":[]}')).toBeUndefined();
});
