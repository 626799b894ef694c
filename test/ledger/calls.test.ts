/** Calls out of the journal's lines: what belongs together, in which order, and how each call stands. */
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Billed } from '../../src/errors.js';
import { type Call, readCalls, type Standing, standingOf } from '../../src/ledger/calls.js';
import type { NewEvent, Planned } from '../../src/ledger/events.js';
import { openJournal } from '../../src/ledger/journal.js';
import type { ReadOptions } from '../../src/ledger/journal-reader.js';
import { createVirtualClock } from '../support/clock.js';

type Kind = Planned['answer'];
/** An event of a call that is named when it is written. */
type Step = NewEvent extends infer E ? (E extends NewEvent ? Omit<E, 'id'> : never) : never;

const planned = (answer: Kind = 'images'): Step => ({
  ...{ event: 'planned', command: 'generate', endpoint: 'generate-v3', model: 'V_3', answer, images: 2 },
  ...{ baseUrl: 'https://api.ideogram.ai', fingerprint: 'f', cost: { usd: 0.06, basis: '' }, place: null },
  ...{ metadata: false, version: '1', asked: null },
});
const sent: Step = { event: 'sent' };
const answered = (images: number): Step => ({
  ...{ event: 'answered', status: 200, requestId: null, sandbox: false, images, json: { images } },
  cost: { usd: 0.06, basis: '' },
});
const saved = (image: number, path = `/${image}.png`): Step => ({
  ...{ event: 'saved', image, path, sha256: 'aa', bytes: 1 },
});
const withheld = (image: number): Step => ({ event: 'withheld', image });
const told: Step = { event: 'told' };
const failed = (billed: Billed, image?: number): Step => ({
  ...{ event: 'failed', code: 'server', message: billed, billed, status: 500, requestId: null },
  ...(image === undefined ? {} : { image }),
});
const givenUp = (image?: number, reason = 'expired'): Step => ({
  event: 'given-up',
  reason,
  ...(image === undefined ? {} : { image }),
});

/** A journal with these lines, a second after one another. */
async function write(
  lines: readonly (readonly [id: string, step: Step])[],
  rotateAbove = 1_000_000,
): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ideogram-calls-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const clock = createVirtualClock(0);
  const journal = await openJournal(folder, { clock, redact: (text) => text, rotateAbove, keep: 1000 });
  for (const [id, step] of lines) {
    clock.advance(1000);
    await journal.append({ id, ...step } as NewEvent);
  }
  return folder;
}

async function read(folder: string, options: ReadOptions = {}): Promise<Call[]> {
  const calls: Call[] = [];
  for await (const call of readCalls(folder, options)) calls.push(call);
  return calls;
}

async function callOf(...steps: Step[]): Promise<Call> {
  const [call, ...others] = await read(await write(steps.map((step) => ['a', step] as const)));
  expect(others).toEqual([]);
  return call as Call;
}

describe('calls', () => {
  it('are none where there is no journal', async () => {
    expect(await read(join(tmpdir(), 'ideogram-no-such-folder'))).toEqual([]);
  });

  it('come with the newest plan first, and have what was written of them among others', async () => {
    const folder = await write([
      ['a', planned()],
      ['b', planned('descriptions')],
      ['b', sent],
      ['a', sent],
      ['c', planned()],
      ['b', answered(0)],
      ['a', answered(2)],
      ['a', saved(1)],
      ['b', told],
      ['a', withheld(0)],
      ['c', failed('no')],
    ]);
    const calls = await read(folder);
    expect(calls).toMatchObject([
      { planned: { id: 'c' }, sent: undefined, answered: undefined, failed: { message: 'no' }, told: false },
      {
        ...{ planned: { id: 'b', answer: 'descriptions' }, sent: '1970-01-01T00:00:03.000Z', told: true },
        ...{ answered: { id: 'b', json: { images: 0 } }, failed: undefined, dropped: undefined },
      },
      {
        ...{ planned: { id: 'a', at: '1970-01-01T00:00:01.000Z' }, sent: '1970-01-01T00:00:04.000Z' },
        answered: { images: 2 },
      },
    ]);
    const [c, b, a] = calls;
    expect([a?.saved.get(1), a?.saved.size]).toMatchObject([{ path: '/1.png', sha256: 'aa' }, 1]);
    expect([[...(a?.withheld ?? [])], a?.givenUp.size, b?.saved.size, c?.saved.size]).toEqual([[0], 0, 0, 0]);
  });

  it('have of each thing what was written last', async () => {
    const call = await callOf(
      ...[planned(), sent, sent, answered(1), answered(2), saved(0, '/old'), saved(0, '/new')],
      ...[givenUp(1, 'old'), givenUp(1, 'new'), givenUp(undefined, 'old'), givenUp(undefined, 'new')],
      ...[failed('no'), failed('maybe')],
    );
    expect(call).toMatchObject({
      ...{ sent: '1970-01-01T00:00:03.000Z', answered: { images: 2 } },
      ...{ dropped: { reason: 'new' }, failed: { billed: 'maybe' } },
    });
    expect([call.saved.get(0)?.path, call.givenUp.get(1)?.reason]).toEqual(['/new', 'new']);
  });

  it('did not fail where a download did, nor where they were sent again', async () => {
    expect((await callOf(planned(), sent, answered(1), failed('yes', 0))).failed).toBeUndefined();
    expect((await callOf(planned(), sent, failed('no'), sent)).failed).toBeUndefined();
  });

  it('have nothing of an older call that happens to have the same name', async () => {
    const steps = [planned(), sent, failed('no'), planned('layers'), answered(1)];
    const calls = await read(await write(steps.map((step) => ['a', step] as const)));
    expect(calls).toMatchObject([
      { planned: { answer: 'layers' }, answered: { images: 1 }, sent: undefined, failed: undefined },
      { planned: { answer: 'images' }, answered: undefined, failed: { billed: 'no' } },
    ]);
  });

  it('are whole also where files were rotated in between', async () => {
    const ids = Array.from({ length: 12 }, (_, index) => `call${index}`);
    const steps = [planned(), sent, answered(1), saved(0)];
    const folder = await write(
      steps.flatMap((step) => ids.map((id) => [id, step] as const)),
      300,
    );
    const calls = await read(folder);
    expect(calls.map((call) => call.planned.id)).toEqual(ids.reverse());
    expect(calls.map(standingOf)).toEqual(ids.map(() => 'done'));
  });

  it('whose plan is beyond the limit of bytes, or damaged, are left out', async () => {
    const ids = ['a', 'b', 'c'];
    const folder = await write(ids.flatMap((id) => [planned(), sent].map((step) => [id, step] as const)));
    const path = join(folder, 'journal.jsonl');
    const text = await readFile(path, 'utf8');
    const bytes = text.length - text.indexOf('"b"') + 20;
    expect((await read(folder, { bytes })).map((call) => call.planned.id)).toEqual(['c', 'b']);
    expect((await read(folder, { bytes: bytes - 40 })).map((call) => call.planned.id)).toEqual(['c']);
    await writeFile(path, text.replace('"id":"b"', '"id:"b"'));
    expect((await read(folder)).map((call) => call.planned.id)).toEqual(['c', 'a']);
  });

  it('that nobody asks for are not looked at', async () => {
    const ids = Array.from({ length: 300 }, (_, index) => `call${index}`);
    const folder = await write(ids.flatMap((id) => [planned(), sent].map((step) => [id, step] as const)));
    const parse = vi.spyOn(JSON, 'parse');
    onTestFinished(() => parse.mockRestore());
    let count = 0;
    for await (const call of readCalls(folder)) if (call.sent && ++count === 10) break;
    expect(parse.mock.calls.length).toBe(20);
  });

  it('of a journal that cannot be read are told', async () => {
    const folder = await write([]);
    await rm(join(folder, 'journal.jsonl'));
    await mkdir(join(folder, 'journal.jsonl'));
    await expect(read(folder)).rejects.toMatchObject({ code: 'bad_file' });
  });
});

describe('a call is', () => {
  const dropped = givenUp();
  const words: readonly Kind[] = ['descriptions', 'json-prompt'];
  const CASES: readonly (readonly [Standing, string, ...Step[]])[] = [
    ['unsent', 'planned', planned()],
    ['unsent', 'planned, given up', planned(), dropped],
    ['failed', 'planned, failed', planned(), failed('no')],
    ['failed', 'sent, failed', planned(), sent, failed('no')],
    ['unanswered', 'sent', planned(), sent],
    ['unanswered', 'failed, sent again', planned(), sent, failed('no'), sent],
    ['unanswered', 'sent, nobody knows', planned(), sent, failed('maybe')],
    ['unanswered', 'sent, named', planned(), sent, dropped],
    ['unanswered', 'sent, nobody knows, named', planned(), sent, failed('maybe'), dropped],
    ['lost', 'sent, paid, and nothing came', planned(), sent, failed('yes')],
    ['collectable', 'answered', planned(), sent, answered(2)],
    ['collectable', 'one of two saved', planned(), sent, answered(2), saved(0)],
    ['collectable', 'the other one saved', planned(), sent, answered(2), saved(1)],
    ['collectable', 'saved what is not in it', planned(), sent, answered(2), saved(1), saved(2)],
    ['collectable', 'a download failed', planned(), sent, answered(1), failed('yes', 0)],
    ['collectable', 'failed afterwards', planned(), sent, answered(1), failed('yes')],
    ['collectable', 'one given up', planned(), sent, answered(2), givenUp(0)],
    ['collectable', 'told, but they are images', planned(), sent, answered(1), told],
    ['done', 'saved', planned(), sent, answered(2), saved(0), saved(1)],
    ['done', 'saved at the second try', planned(), sent, answered(1), failed('yes', 0), saved(0)],
    ['done', 'saved after all', planned(), sent, answered(1), givenUp(0), saved(0)],
    ['done', 'withheld', planned(), sent, answered(2), withheld(0), withheld(1)],
    ['done', 'saved and withheld', planned(), sent, answered(2), withheld(1), saved(0)],
    ['collectable', 'layers saved, untold', planned('layers'), sent, answered(1), saved(0)],
    ['done', 'layers saved and told', planned('layers'), sent, answered(1), saved(0), told],
    ['collectable', 'answered after it was given up', planned(), sent, dropped, answered(1)],
    [
      'collectable',
      'answered, though a failure stands behind it',
      planned(),
      sent,
      answered(1),
      failed('no'),
    ],
    ['collectable', 'layers', planned('layers'), sent, answered(1)],
    ['lost', 'given up', planned(), sent, answered(2), givenUp(0), givenUp(1)],
    ['lost', 'one saved, one given up', planned(), sent, answered(2), saved(1), givenUp(0)],
    ['lost', 'one withheld, one given up', planned(), sent, answered(2), withheld(0), givenUp(1)],
    ['lost', 'given up as a whole', planned(), sent, answered(2), saved(1), dropped],
    ['done', 'given up as a whole, and all was here', planned(), sent, answered(1), saved(0), dropped],
    ['unanswered', 'an answer with nothing in it, not spoken of', planned(), sent, answered(0)],
    ['lost', 'an answer with nothing in it, paid', planned(), sent, answered(0), failed('maybe')],
    ['failed', 'an answer with nothing in it, free', planned(), sent, answered(0), failed('no')],
    ...words.flatMap((kind): (typeof CASES)[number][] => [
      ['collectable', `${kind}`, planned(kind), sent, answered(0)],
      ['collectable', `${kind}, not written`, planned(kind), sent, answered(0), failed('yes')],
      ['done', `${kind}, told`, planned(kind), sent, answered(0), told],
      ['done', `${kind}, told, given up`, planned(kind), sent, answered(0), told, dropped],
      ['lost', `${kind}, given up`, planned(kind), sent, answered(0), dropped],
      ['unanswered', `${kind}, sent`, planned(kind), sent],
    ]),
  ];

  it.each(CASES.map(([standing, what, ...steps]) => [standing, what, steps] as const))(
    '%s: %s',
    async (standing, _what, steps) => {
      expect(standingOf(await callOf(...steps))).toBe(standing);
    },
  );

  it('collectable at once, however many images a damaged line speaks of', async () => {
    expect(standingOf(await callOf(planned(), answered(1e15)))).toBe('collectable');
  });

  it('the same in whatever order images come, and done only where none is absent', async () => {
    const events = fc.array(
      fc
        .tuple(
          fc.constantFrom(saved, withheld, (n: number) => givenUp(n)),
          fc.nat(3),
        )
        .map(([make, n]) => make(n)),
      { maxLength: 8 },
    );
    await fc.assert(
      fc.asyncProperty(events, fc.nat(), async (list, turn) => {
        const cut = list.length === 0 ? 0 : turn % list.length;
        const first = await callOf(planned(), answered(3), ...list);
        const second = await callOf(planned(), answered(3), ...list.slice(cut), ...list.slice(0, cut));
        expect(standingOf(first)).toBe(standingOf(second));
        const here = [0, 1, 2].filter((image) => first.saved.has(image) || first.withheld.has(image));
        expect(standingOf(first) === 'done').toBe(here.length === 3);
      }),
      { numRuns: 40 },
    );
  });
});
