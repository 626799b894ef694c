/** The history: every call of the journal in one line, found by words and by time, its price counted. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { cutEnd, cutMiddle, shownWidth } from '../src/commands/cut-text.js';
import type { Entry } from '../src/commands/history-entry.js';
import { historyLines } from '../src/commands/history-table.js';
import { answered, failed, SENT, saved, type WrittenCall, writeJournal } from './support/journal-lines.js';
import { createWorld, type RunOptions, runCli } from './support/run.js';
import { answerImages, answerJson, startServer } from './support/server.js';

const ID = 'k3f9x2ma01';
/** The clock of the tests. */
const NOW = Date.UTC(2026, 0, 1);
const HOUR = 3_600_000;

/** A journal, and the program over it. */
async function journal(calls: readonly WrittenCall[]) {
  const world = await createWorld();
  await writeJournal(world, calls);
  const run = (argv: readonly string[] = [], options: RunOptions = {}) =>
    runCli(['history', ...argv], { world, ...options });
  return {
    world,
    run,
    ids: async (...argv: string[]) =>
      (await run([...argv, '--json'])).json().calls.map(({ id }: { id: string }) => id),
  };
}

/** A call that brought an image of this name. */
function made(id: string, name: string, fields: Partial<WrittenCall> = {}): WrittenCall {
  return { id, later: [SENT, answered([7]), saved(0, name)], ...fields };
}

/** As the program shows it: local. */
function local(iso: string): string {
  const time = new Date(iso);
  const two = (value: number) => String(value).padStart(2, '0');
  const day = `${time.getFullYear()}-${two(time.getMonth() + 1)}-${two(time.getDate())}`;
  return `${day} ${two(time.getHours())}:${two(time.getMinutes())}`;
}

describe('the table', () => {
  it('has a line a call, the newest first, in a pipe and on a terminal alike', async () => {
    const { run, world } = await journal([
      made('aaaa000001', '/elsewhere/fox.png', { at: '2024-05-06T12:00:00.000Z' }),
      { ...made('aaaa000002', ''), at: '2026-01-05T09:14:00.000Z', later: [SENT, failed('no_credit', 'no')] },
    ]);
    // Wherever this runs it is 2026 by then.
    world.clock.advance(7 * 24 * HOUR);
    const result = await run();
    expect([result.status, result.stderr]).toEqual([0, '']);
    expect(result.stdout.split('\n')).toEqual([
      'Id          When         Command   Prompt or image  Cost   Result',
      `aaaa000002  ${local('2026-01-05T09:14:00.000Z').slice(5)}  generate  a red fox        -      failed: no_credit`,
      `aaaa000001  ${local('2024-05-06T12:00:00.000Z').slice(0, 10)}   generate  a red fox        $0.12  /elsewhere/fox.png`,
      '',
    ]);
    const terminal = await run([], { stdoutIsTerminal: true });
    expect(terminal.stdout).toBe(result.stdout);
    expect(await result.files()).toEqual([]);
  });

  it('shows files as one would type them, and says where there are none', async () => {
    const { run, world } = await journal([]);
    const files = [
      [join(world.folder, 'foxes', 'one.png'), 'foxes/one.png'],
      ['/elsewhere/one.png', '/elsewhere/one.png'],
      [null, '(piped)'],
    ] as const;
    for (const [path, shown] of files) {
      const planned = path === null ? { place: { kind: 'stdout' } } : {};
      await writeJournal(world, [{ id: ID, planned, later: [SENT, answered([7]), saved(0, path)] }]);
      expect((await run()).stdout.trim().split(/ {2,}/).at(-1)).toBe(shown);
    }
    await writeJournal(world, [
      { id: ID, later: [SENT, answered([7, 8, 9]), saved(0, 'a.png'), saved(1, 'b.png'), saved(2, 'c.png')] },
    ]);
    expect((await run()).stdout).toMatch(/ a\.png \+2$/m);
  });

  it('names the image where there is no prompt, and the summary of a prompt in parts', async () => {
    const { run, world } = await journal([
      {
        id: ID,
        planned: { command: 'upscale' },
        asked: { prompt: null, spec: 'upscale', operands: ['/photos/of me.png'], options: {} },
      },
    ]);
    expect((await run()).stdout).toMatch(/upscale {2}of me\.png {2,}-/);
    const options = { jsonPrompt: { high_level_description: 'A fox\n reads.' } };
    await writeJournal(world, [{ id: ID, asked: { prompt: null, operands: [], options } }]);
    expect((await run()).stdout).toContain('  A fox reads.  ');
  });

  it('lets no prompt break a line or move the cursor', async () => {
    const prompt = 'one\ntwo\u001b[2J\u202e\tthree';
    const { run } = await journal([{ id: 'aaaa000001' }, { id: ID, asked: { prompt } }]);
    const { stdout } = await run();
    const [head, ...lines] = stdout.trimEnd().split('\n');
    expect(stdout).toContain('  one two[2J three  ');
    expect(lines.map((line) => line.lastIndexOf('-'))).toEqual(Array(2).fill(head?.indexOf('Cost')));
  });

  it('says of a call with --no-history that nothing is kept', async () => {
    const { run } = await journal([{ id: ID, asked: null, later: [SENT, answered([7]), saved(0, null)] }]);
    expect((await run()).stdout).toMatch(/generate {2}\(not kept\) {7}\$0\.12 {2}\(not kept\)$/m);
    const [call] = (await run(['--json'])).json().calls;
    expect(call).toMatchObject({ prompt: null, operands: null, options: null, seeds: [7] });
  });
});

const TOLD = { event: 'told' } as const;
const WITHHELD = (image: number) => ({ event: 'withheld', image });
const GONE = (image?: number) => ({
  event: 'given-up',
  reason: 'expired',
  ...(image === undefined ? {} : { image }),
});
const DESCRIBED = { command: 'describe', answer: 'descriptions', place: null };
const PROMPTED = { command: 'magic-prompt', answer: 'json-prompt', place: null };

describe('what became of a call', () => {
  it.each<[string, string, string | RegExp, number | null, Partial<WrittenCall>]>([
    ['planned', 'unsent', 'not sent', 0, {}],
    ['sent', 'unanswered', 'unanswered', 0.12, { later: [SENT] }],
    ['sent, and given up', 'unanswered', 'unanswered', 0.12, { later: [SENT, GONE()] }],
    ['lost on the way', 'unanswered', 'unanswered', 0.12, { later: [SENT, failed('timeout', 'maybe')] }],
    ['refused', 'failed', 'failed: blocked', 0, { later: [SENT, failed('blocked', 'no')] }],
    [
      'an empty answer',
      'lost',
      'failed: bad_response',
      0.12,
      { later: [SENT, answered([]), failed('bad_response', 'maybe')] },
    ],
    ['saved', 'done', 'a.png', 0.12, { later: [SENT, answered([1]), saved(0, 'a.png')] }],
    ['withheld', 'done', 'withheld', 0.12, { later: [SENT, answered([1, 2]), WITHHELD(0), WITHHELD(1)] }],
    [
      'both',
      'done',
      /^1 saved.*withheld$/,
      0.12,
      { later: [SENT, answered([1, 2]), saved(0, 'a.png'), WITHHELD(1)] },
    ],
    ['nothing here yet', 'collectable', 'not saved: resume', 0.12, { later: [SENT, answered([1, 2])] }],
    [
      'half of it here',
      'collectable',
      '1 of 2: resume',
      0.12,
      { later: [SENT, answered([1, 2]), saved(1, 'a.png')] },
    ],
    ['expired', 'lost', 'expired', 0.12, { later: [SENT, answered([1]), GONE(0)] }],
    ['given up as a whole', 'lost', 'expired', 0.12, { later: [SENT, answered([1]), GONE()] }],
    [
      'half expired',
      'lost',
      /^1 saved.*expired$/,
      0.12,
      { later: [SENT, answered([1, 2]), saved(0, 'a.png'), GONE(1)] },
    ],
    ['described', 'done', 'described', 0.12, { planned: DESCRIBED, later: [SENT, answered([]), TOLD] }],
    [
      'not described',
      'collectable',
      'not told: resume',
      0.12,
      { planned: DESCRIBED, later: [SENT, answered([])] },
    ],
    ['printed', 'done', 'printed', 0.12, { planned: PROMPTED, later: [SENT, answered([]), TOLD] }],
    [
      'never printed',
      'lost',
      'not printed',
      0.12,
      { planned: PROMPTED, later: [SENT, answered([]), GONE()] },
    ],
    [
      'in a sandbox of its own',
      'done',
      'a.png',
      0,
      { later: [SENT, answered([1], { sandbox: true, cost: { usd: 0, basis: '' } }), saved(0, 'a.png')] },
    ],
    [
      'of an unknown price',
      'done',
      'a.png',
      null,
      { later: [SENT, answered([1], { cost: { usd: null, basis: '' } }), saved(0, 'a.png')] },
    ],
  ])('%s: %s', async (_name, outcome, words, usd, call) => {
    const { run } = await journal([{ id: ID, ...call }]);
    const json = (await run(['--json'])).json();
    expect([json.calls[0].outcome, json.calls[0].cost.usd]).toEqual([outcome, usd]);
    const price = usd === null ? '?' : usd > 0 ? '$0.12' : json.calls[0].sandbox ? 'free' : '-';
    const doubt = outcome === 'unanswered' ? '?' : '';
    const cells = ((await run()).stdout.split('\n')[1] ?? '').split(/ {2,}/);
    expect(cells.slice(-2)).toEqual([
      `${price}${doubt}`,
      typeof words === 'string' ? words : expect.stringMatching(words),
    ]);
  });
});

describe('--json', () => {
  it('is one object, with all that is known of each call', async () => {
    const { run, world } = await journal([]);
    const path = join(world.folder, 'a.png');
    const later = [
      SENT,
      answered([5, null, 6, 8]),
      { ...saved(0, path), path },
      WITHHELD(1),
      GONE(2),
      failed('partial', 'yes', { image: 3 }),
    ];
    await writeJournal(world, [{ id: ID, later }]);
    const cost = { usd: 0.12, basis: expect.any(String) };
    expect((await run(['--json'])).json()).toEqual({
      ok: true,
      command: 'history',
      calls: [
        {
          id: ID,
          at: '2025-12-31T12:00:00.000Z',
          command: 'generate',
          model: 'V_3',
          prompt: 'a red fox',
          seeds: [5, 6, 8],
          images: [
            { path, seed: 5, status: 'saved' },
            { path: null, seed: null, status: 'withheld' },
            { path: null, seed: 6, status: 'expired' },
            { path: null, seed: 8, status: 'not_saved' },
          ],
          cost,
          outcome: 'collectable',
          error: null,
          operands: ['a red fox'],
          options: { model: 'V_3', numImages: '2' },
          sandbox: false,
          requestId: 'r-1',
        },
      ],
      total: { calls: 1, usd: 0.12, unpriced: 0 },
      sandbox: false,
      warnings: [],
    });
  });

  it('has the fields that docs/json.md shows', async () => {
    const page = await readFile(new URL('../docs/json.md', import.meta.url), 'utf8');
    const [, shown = ''] = /^## `history`\n+```json\n([\s\S]*?)```/m.exec(page) ?? [];
    const { run } = await journal([made(ID, 'a.png')]);
    const fields = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.slice(0, 1).map(fields);
      if (typeof value !== 'object' || value === null) return '';
      return Object.entries(value).map(([name, inner]) => [name, name === 'options' ? '' : fields(inner)]);
    };
    expect(fields(JSON.parse(shown))).toEqual(fields((await run(['--json'])).json()));
  });

  it('tells why a call failed', async () => {
    const { run } = await journal([{ id: ID, later: [SENT, failed('blocked', 'no', { requestId: 'r-9' })] }]);
    const [call] = (await run(['--json'])).json().calls;
    const error = { code: 'blocked', message: 'blocked, said the API', billed: 'no' };
    expect(call).toMatchObject({ error, requestId: 'r-9', images: [], seeds: [] });
  });

  it.each([
    [{ data: [{ seed: 3 }, null, { seed: '4' }, { seed: 1.5 }, 'x', { seed: 5 }] }, [3, 5]],
    [{ seed: 9, base_image_url: 'x' }, [9]],
    [{ data: { seed: 3 } }, []],
    [null, []],
    ['text', []],
  ])('finds the seeds of %j', async (json, seeds) => {
    const { run } = await journal([{ id: ID, later: [SENT, answered([], { json, images: 6 })] }]);
    expect((await run(['--json'])).json().calls[0].seeds).toEqual(seeds);
  });
});

describe('which calls', () => {
  const many = Array.from({ length: 25 }, (_, index) =>
    made(`aaaa0000${String(index).padStart(2, '0')}`, 'a.png'),
  );

  it('are the newest 20; --limit chooses', async () => {
    const { ids, run } = await journal(many);
    expect(await ids()).toHaveLength(20);
    expect(await ids('--limit', '2')).toEqual(['aaaa000024', 'aaaa000023']);
    expect(await ids('--limit', 'all')).toHaveLength(25);
    expect(await ids('--limit', '1000')).toHaveLength(25);
    expect((await run(['--limit', '3'])).stdout.split('\n')).toHaveLength(5);
    expect((await run(['--limit', '3', '--json'])).json().total).toEqual({ calls: 25, usd: 3, unpriced: 0 });
  });

  it.each(['0', '-1', '1.5', 'many', '', ' ', '1e3', '9999999999'])(
    '--limit %j is refused',
    async (limit) => {
      const { run } = await journal(many);
      const result = await run([`--limit=${limit}`, '--json']);
      expect([result.status, result.error().code, result.stdout]).toEqual([2, 'bad_input', '']);
      expect(result.error().hint).toContain('all');
    },
  );

  it('are those that hold all words: in prompt, command, model, id, or a name', async () => {
    const { ids } = await journal([
      made('aaaa000001', '/x/sunset-1.png'),
      made('bbbb000002', '/x/b.png', {
        planned: { command: 'upscale', model: null },
        asked: { prompt: null, operands: ['/in/Harbour.JPG'] },
      }),
      made('cccc000003', '/x/c.png', {
        planned: { model: 'V_4' },
        asked: { prompt: 'A Castle\nin  the rain' },
      }),
    ]);
    expect(await ids('SUNSET')).toEqual(['aaaa000001']);
    expect(await ids('harbour')).toEqual(['bbbb000002']);
    expect(await ids('upscale')).toEqual(['bbbb000002']);
    expect(await ids('v_4')).toEqual(['cccc000003']);
    expect(await ids('cccc')).toEqual(['cccc000003']);
    expect(await ids('rain', 'castle')).toEqual(['cccc000003']);
    expect(await ids('castle in the rain')).toEqual(['cccc000003']);
    expect(await ids('rain', 'sunset')).toEqual([]);
    expect(await ids('png')).toEqual(['cccc000003', 'bbbb000002', 'aaaa000001']);
  });

  it('are not found by what is beside these', async () => {
    const { ids } = await journal([made('aaaa000001', '/x/a.png')]);
    for (const word of ['estimate', 'r-1', 'numImages', 'f'.repeat(10)]) expect(await ids(word)).toEqual([]);
  });
});

describe('--since', () => {
  const at = (ms: number) => new Date(ms).toISOString();
  const midnight = (days: number): number => {
    const now = new Date(NOW);
    return new Date(now.getFullYear(), now.getMonth(), now.getDate() - days).getTime();
  };
  const day = (ms: number) => local(at(ms)).slice(0, 10);

  it.each<[string, number]>([
    ['30m', NOW - HOUR / 2],
    ['24h', NOW - 24 * HOUR],
    ['7D', NOW - 7 * 24 * HOUR],
    ['2w', NOW - 14 * 24 * HOUR],
    ['today', midnight(0)],
    ['Yesterday', midnight(1)],
    [day(midnight(9)), midnight(9)],
    [`${day(midnight(9))}T10:30`, midnight(9) + 10.5 * HOUR],
    [`${day(midnight(9))} 10:30`, midnight(9) + 10.5 * HOUR],
    [`${day(midnight(9))}T10:30:20`, midnight(9) + 10.5 * HOUR + 20_000],
    ['2025-12-20T10:30Z', Date.UTC(2025, 11, 20, 10, 30)],
    ['2025-12-20T10:30:00.000Z', Date.UTC(2025, 11, 20, 10, 30)],
    ['2025-12-20t10:30+02:00', Date.UTC(2025, 11, 20, 8, 30)],
  ])('%s', async (since, moment) => {
    const { ids } = await journal([
      made('aaaa000001', 'a.png', { at: at(moment - 1) }),
      made('aaaa000002', 'a.png', { at: at(moment) }),
    ]);
    expect(await ids('--since', since)).toEqual(['aaaa000002']);
  });

  it.each([
    '',
    'x',
    '7',
    '7x',
    '-7d',
    'd',
    '1.5h',
    '2025-13-01',
    '2025-02-30',
    '2025-1-1',
    '2025-01-01T24:00',
    '2025-01-01T10',
    '2025-01-01T10:00+99:00',
    'tomorrow',
    '01.11.2025',
  ])('%j is refused with the valid forms', async (since) => {
    const { run } = await journal([made(ID, 'a.png')]);
    const result = await run([`--since=${since}`, '--json']);
    expect([result.status, result.error().code, result.stdout]).toEqual([2, 'bad_input', '']);
    expect(result.error().hint).toMatch(/2026-11-01.*T10:00.*7d.*today/);
  });

  it('finds what stands out of order behind an older call', async () => {
    const { ids } = await journal([
      made('aaaa000001', 'a.png', { at: at(NOW) }),
      made('aaaa000002', 'a.png', { at: at(NOW - 3 * HOUR) }),
    ]);
    expect(await ids('--since', '1h')).toEqual(['aaaa000001']);
  });
});

describe('the line at the end', () => {
  const paid = (id: string) => made(id, 'a.png');
  const unknown = (id: string): WrittenCall => ({
    id,
    later: [SENT, answered([1], { cost: { usd: null, basis: '' } }), saved(0, 'a.png')],
  });
  const said = async (calls: readonly WrittenCall[], ...argv: string[]) => {
    const { run } = await journal(calls);
    const result = await run(argv, { stderrIsTerminal: true });
    expect(result.status).toBe(0);
    return result.stderr;
  };

  it('tells how many there are, and what they come to', async () => {
    expect(await said([paid('aaaa000001')])).toBe('1 call.\nEstimated cost: $0.12.\n');
    expect(await said([paid('aaaa000001'), paid('aaaa000002')], '--limit', '1')).toBe(
      '1 of 2 calls; --limit all lists them all.\nEstimated cost of all: $0.24.\n',
    );
    expect(await said([paid('aaaa000001'), paid('bbbb000002')], 'bbbb')).toBe(
      '1 call.\nEstimated cost: $0.12.\n',
    );
  });

  it('counts apart what has no known price, and what may not have been billed', async () => {
    const calls = [
      paid('aaaa000001'),
      unknown('aaaa000002'),
      unknown('aaaa000003'),
      { id: 'aaaa000004', later: [SENT] },
    ];
    expect((await said(calls)).replace(/\s+/g, ' ')).toBe(
      '4 calls. Estimated cost: $0.24, and 2 calls without a known price; 1 call without an answer may not have been billed. ',
    );
  });

  it('counts nothing for what was not billed', async () => {
    const calls = [{ id: 'aaaa000001' }, { id: 'aaaa000002', later: [SENT, failed('blocked', 'no')] }];
    expect(await said(calls)).toContain('Estimated cost: $0.00.');
  });

  it.each([
    [[], 'Nothing yet.\n'],
    [[paid(ID)], 'No call matches.\n'],
  ])('says that there is nothing (%#)', async (calls, text) => {
    const { run } = await journal(calls);
    const result = await run(['castle'], { stderrIsTerminal: true });
    expect([result.status, result.stdout, result.stderr]).toEqual([0, '', text]);
    expect((await run(['castle', '--json'])).json()).toMatchObject({ ok: true, calls: [] });
  });

  it('does not take old calls for none', async () => {
    const old = made(ID, 'a.png', { at: '2020-01-01T00:00:00.000Z' });
    expect(await said([old], '--since', 'today')).toBe('No call matches.\n');
  });

  it('is for people only', async () => {
    const { run } = await journal([paid(ID)]);
    expect((await run()).stderr).toBe('');
    expect((await run(['-q'], { stderrIsTerminal: true })).stderr).toBe('');
  });
});

describe('the command', () => {
  it('needs no key, and sends nothing', async () => {
    const { run } = await journal([made(ID, 'a.png')]);
    const fetch = () => Promise.reject(new Error('nothing is to be sent'));
    expect((await run([], { env: { IDEOGRAM_API_KEY: undefined }, fetch })).status).toBe(0);
  });

  it('has no --dry-run', async () => {
    const { run } = await journal([]);
    expect(await run(['--dry-run'])).toMatchObject({ status: 2 });
  });

  it('ends at Ctrl-C', async () => {
    const { run, world } = await journal([made(ID, 'a.png')]);
    world.stop.abort('SIGINT');
    expect(await run()).toMatchObject({ status: 130, stdout: '' });
  });

  it('names a journal that cannot be read', async () => {
    const { run } = await journal([]);
    const result = await run(['--json'], { env: { IDEOGRAM_STATE_DIR: 'state' } });
    expect([result.status, result.error().code]).toEqual([2, 'bad_input']);
    expect(result.error().message).toContain('IDEOGRAM_STATE_DIR');
  });

  it('keeps the sandbox apart, where everything is free', async () => {
    const { world, ids, run } = await journal([made('aaaa000001', 'a.png')]);
    await writeJournal(world, [{ id: 'bbbb000002', later: [SENT] }], { sandbox: true });
    expect(await ids()).toEqual(['aaaa000001']);
    const json = (await run(['--sandbox', '--json'])).json();
    expect(json).toMatchObject({
      sandbox: true,
      calls: [{ id: 'bbbb000002', sandbox: true, cost: { usd: 0 } }],
      total: { usd: 0 },
    });
    expect((await run([], { env: { IDEOGRAM_SANDBOX: '1' } })).stdout).toMatch(
      /bbbb000002 .* free {2,}unanswered/,
    );
  });

  it('lists what was really made', async () => {
    const world = await createWorld();
    const server = await startServer((request, response, own) =>
      server.calls.length > 1
        ? answerJson(response, 422, { error: 'not this one' })
        : answerImages(2)(request, response, own),
    );
    const options = { world, env: { IDEOGRAM_BASE_URL: server.url } };
    const made = (await runCli(['generate', 'a fox', '-n', '2', '--json'], options)).json();
    await runCli(['generate', 'a wolf'], options);
    const { calls } = (await runCli(['history', '--json'], options)).json();
    expect(calls).toMatchObject([
      { prompt: 'a wolf', outcome: 'failed', error: { code: 'blocked', billed: 'no' }, cost: { usd: 0 } },
      { prompt: 'a fox', model: 'V_3', outcome: 'done', seeds: [1, 2], cost: made.cost, sandbox: false },
    ]);
    const paths = ({ images }: { images: { path: string }[] }) => images.map(({ path }) => path);
    expect(paths(calls[1])).toEqual(paths(made));
  });

  it('was told nothing of a prompt with --no-history', async () => {
    const world = await createWorld();
    const server = await startServer();
    const env = { IDEOGRAM_BASE_URL: server.url };
    await runCli(['generate', 'a secret fox', '--no-history'], { world, env });
    const result = await runCli(['history', '--json'], { world });
    expect(result.stdout).not.toContain('secret');
    expect(result.json().calls).toMatchObject([
      { prompt: null, operands: null, options: null, outcome: 'done' },
    ]);
  });
});

const ENTRY: Entry = {
  id: ID,
  at: '2026-01-01T12:00:00.000Z',
  command: 'replace-background',
  model: 'V_2A_TURBO',
  prompt: 'a red fox that reads a very long map in the morning mist of a hill far away '.repeat(2),
  asked: { prompt: 'x', spec: 'generate', operands: [], options: {}, fields: {}, files: [] },
  piped: false,
  answer: 'images',
  images: [
    {
      path: '/a/long/folder/with/a/name-that-does-not-end-before-the-line-does-1587167114.png',
      seed: 1587167114,
      status: 'saved',
    },
    { path: '/b.png', seed: 1587167115, status: 'saved' },
  ],
  cost: { usd: 1.2345, basis: '' },
  standing: 'done',
  error: undefined,
  sandbox: false,
  requestId: null,
};

describe('the width', () => {
  const wide: Entry = { ...ENTRY, prompt: '狐が地図を読んでいる絵、水彩画🦊、朝の光の中で'.repeat(5) };
  const widths = Array.from({ length: 220 }, (_, index) => index + 16);

  it('of no line is more than the terminal has, and each call has one line', () => {
    for (const columns of widths) {
      const lines = historyLines([ENTRY, wide, { ...ENTRY, standing: 'unanswered' }], {
        cwd: '/',
        columns,
        now: NOW,
      });
      expect([columns, lines.length]).toEqual([columns, columns < 22 ? 3 : 4]);
      expect([columns, Math.max(...lines.map(shownWidth)) <= columns]).toEqual([columns, true]);
      for (const line of lines.slice(-3)) expect(line.startsWith(ID)).toBe(true);
    }
  });

  it('decides what is shown', () => {
    const head = (columns: number) =>
      historyLines([ENTRY], { cwd: '/', columns, now: NOW })[0]?.split(/ {2,}/);
    const all = ['Id', 'When', 'Command', 'Prompt or image', 'Model', 'Seeds', 'Files', 'Cost', 'Outcome'];
    expect(head(200)).toEqual(all);
    expect(head(80)).toEqual(['Id', 'When', 'Command', 'Prompt or image', 'Cost', 'Result']);
    expect(head(40)).toEqual(['Id', 'Prompt o…', 'Result']);
  });

  it('leaves the columns of all rows below each other, letters of double width or not', () => {
    const lines = historyLines([ENTRY, wide], { cwd: '/', columns: 120, now: NOW });
    const before = lines.map((line) => shownWidth(line.slice(0, line.search(/\$1\.23|Cost/))));
    expect(new Set(before).size).toBe(1);
  });
});

describe('a text that is cut', () => {
  it.each([
    ['fox.png', 7, 'fox.png', 'fox.png'],
    ['a red fox', 6, 'a red…', 'a …fox'],
    ['a red fox', 7, 'a red…', 'a r…fox'],
    ['狐狐狐', 6, '狐狐狐', '狐狐狐'],
    ['狐狐狐', 5, '狐狐…', '狐…狐'],
    ['狐狐狐', 4, '狐…', '…狐'],
    ['🦊🦊', 3, '🦊…', '…🦊'],
    ['e\u0301e\u0301', 2, 'e\u0301e\u0301', 'e\u0301e\u0301'],
    ['ab', 1, '…', '…'],
  ])('%s to %d', (text, width, end, middle) => {
    expect([cutEnd(text, width), cutMiddle(text, width)]).toEqual([end, middle]);
  });
});
