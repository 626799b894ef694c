/** What refuses a call before it is sent: the cap of a day over the journal, and the images in flight. */
import { afterEach, describe, expect, it, vi } from 'vitest';
import { OpenFile } from '../src/files/disk.js';
import { createVirtualClock } from './support/clock.js';
import { answeredCall, storyOf, writeJournal } from './support/journal.js';
import { createWorld, type RunResult, runCli, type World } from './support/run.js';
import { answerImages, answerJson, startServer } from './support/server.js';

const argv = ['generate', 'a fox', '--json'];
/** The virtual clock stands at the first day of 2026; a call of V_3 costs 0.06. */
const NOW = Date.UTC(2026, 0, 1, 0, 0, 0);
const MIDNIGHT = new Date(NOW).setHours(0, 0, 0, 0);
const at = (hoursAfterMidnight: number) => ({
  at: new Date(MIDNIGHT + hoursAfterMidnight * 3_600_000).toISOString(),
});

afterEach(() => {
  vi.restoreAllMocks();
});

async function past(
  world: World,
  id: string,
  hours: number,
  lines: (all: object[]) => object[],
): Promise<void> {
  const { state, folder } = world;
  const all = answeredCall({ id, baseUrl: 'http://127.0.0.1:1', folder, urls: ['http://127.0.0.1:1/a.png'] });
  await writeJournal(
    state,
    lines(all).map((line) => ({ ...line, ...at(hours) })),
  );
}

/** In milliseconds; longer than anybody is taken for alive. */
const STOPPED_FOR = 20_000;

/** Room for one call, and not for two. */
async function withCap() {
  const server = await startServer();
  const env = { IDEOGRAM_BASE_URL: server.url, IDEOGRAM_DAILY_CAP: '0.10' };
  return { world: await createWorld(), env, server };
}

/** The same world, by whose clock it is so much later. */
function later(world: World, ms: () => number): World {
  return { ...world, clock: { ...world.clock, now: () => world.clock.now() + ms() } };
}

/** A world whose process is stopped before its line `sent` is written, as by Ctrl-Z: the time goes on, and no timer fires. */
function stopBeforeSending(world: World, meanwhile: () => Promise<void>): World {
  let stoppedFor = 0;
  const { write } = OpenFile.prototype;
  const spy = vi.spyOn(OpenFile.prototype, 'write').mockImplementation(async function (this: OpenFile, line) {
    if (Buffer.from(line).includes('"event":"sent"')) {
      spy.mockRestore();
      await meanwhile();
      stoppedFor = STOPPED_FOR;
    }
    return write.call(this, line);
  });
  return later(world, () => stoppedFor);
}

describe('IDEOGRAM_DAILY_CAP', () => {
  it.each<[string, number, (all: object[]) => object[], boolean]>([
    ['what was answered today', 0, (all) => all, true],
    ['what was sent and never answered', 0, (all) => all.slice(0, 2), true],
    [
      'what failed, and may have been billed',
      0,
      ([planned, sent]) => [
        planned ?? {},
        sent ?? {},
        {
          ...sent,
          event: 'failed',
          code: 'server',
          message: '',
          billed: 'maybe',
          status: 500,
          requestId: null,
        },
      ],
      true,
    ],
    [
      'what was refused',
      0,
      ([planned, sent]) => [
        planned ?? {},
        sent ?? {},
        {
          ...sent,
          event: 'failed',
          code: 'rejected',
          message: '',
          billed: 'no',
          status: 400,
          requestId: null,
        },
      ],
      false,
    ],
    ['what was never sent', 0, (all) => all.slice(0, 1), false],
    ['yesterday', -1, (all) => all, false],
    [
      'what a sandbox server answered',
      0,
      ([a = {}, b = {}, c = {}]) => [a, b, { ...c, cost: { usd: 0, basis: '' } }],
      false,
    ],
  ])('%s', async (_what, hours, lines, counts) => {
    const world = await createWorld();
    const server = await startServer();
    await past(world, 'k3f9x2ma01', hours, lines);
    const env = { IDEOGRAM_BASE_URL: server.url, IDEOGRAM_DAILY_CAP: '0.10' };
    const result = await runCli(argv, { world, env });
    expect([result.status, server.calls.length]).toEqual(counts ? [6, 0] : [0, 1]);
    if (counts) {
      expect(result.error()).toMatchObject({ code: 'cost_cap', billed: 'no' });
      expect(result.error().message).toBe(
        "This would cost about $0.06, today's calls come to about $0.06, and IDEOGRAM_DAILY_CAP allows $0.10.",
      );
    }
  });

  it('is reached exactly, not passed', async () => {
    const world = await createWorld();
    const server = await startServer();
    const env = { IDEOGRAM_BASE_URL: server.url, IDEOGRAM_DAILY_CAP: '0.18' };
    const statuses = [];
    for (let call = 0; call < 4; call++) statuses.push((await runCli(argv, { world, env })).status);
    expect([statuses, server.calls.length]).toEqual([[0, 0, 0, 6], 3]);
  });

  it('counts what was planned before midnight and sent after it', async () => {
    const world = await createWorld();
    const server = await startServer();
    await past(world, 'k3f9x2ma01', 0, (all) => all.map((line, index) => ({ ...line, late: index })));
    const { readFile, writeFile } = await import('node:fs/promises');
    const { join } = await import('node:path');
    const journal = join(world.state, 'journal.jsonl');
    const text = await readFile(journal, 'utf8');
    // The first line, the plan, is a second older than the day.
    await writeFile(
      journal,
      text.replace(new Date(MIDNIGHT).toISOString(), new Date(MIDNIGHT - 1000).toISOString()),
    );
    const env = { IDEOGRAM_BASE_URL: server.url, IDEOGRAM_DAILY_CAP: '0.10' };
    expect((await runCli(argv, { world, env })).status).toBe(6);
  });

  it('holds for many that start at once', async () => {
    const world = await createWorld();
    const server = await startServer();
    const env = { IDEOGRAM_BASE_URL: server.url, IDEOGRAM_DAILY_CAP: '0.12' };
    const results = await Promise.all(Array.from({ length: 6 }, () => runCli(argv, { world, env })));
    expect(results.map(({ status }) => status).sort()).toEqual([0, 0, 6, 6, 6, 6]);
    expect(server.calls.length).toBe(2);
    const refused = (await storyOf(world.state)).filter((line) => line === 'failed no');
    // Refused at once, or when it was its turn; nothing of these counts.
    expect(refused.length).toBeLessThanOrEqual(4);
  });

  it('holds for one that was stopped between its look and its line', async () => {
    const { world, env, server } = await withCap();
    let other: RunResult | undefined;
    const stopped = stopBeforeSending(world, async () => {
      other = await runCli(argv, { world: { ...world, clock: createVirtualClock(NOW + STOPPED_FOR) }, env });
    });
    const first = await runCli(argv, { world: stopped, env });
    expect([first.status, other?.status, server.calls.length]).toEqual([6, 0, 1]);
    expect(first.error().message).toContain('IDEOGRAM_DAILY_CAP allows $0.10');
    // It is written down as nothing that was paid: there is room for one more under a higher cap.
    const third = await runCli(argv, { world, env: { ...env, IDEOGRAM_DAILY_CAP: '0.12' } });
    expect(third.status).toBe(0);
  });

  it('one that was stopped goes on where there is room, and is written down once', async () => {
    const { world, env } = await withCap();
    const stopped = stopBeforeSending(world, async () => {});
    expect((await runCli(argv, { world: stopped, env })).status).toBe(0);
    expect((await storyOf(world.state)).filter((line) => line.startsWith('sent')).length).toBe(1);
  });

  it('does not look for ever where each look takes longer than a place is safe', async () => {
    const { world, env } = await withCap();
    // Something to be read.
    await past(world, 'k3f9x2ma01', -1, (all) => all);
    let time = 0;
    const slow = later(world, () => time);
    const { read } = OpenFile.prototype;
    let reads = 0;
    vi.spyOn(OpenFile.prototype, 'read').mockImplementation(function (this: OpenFile, ...rest) {
      time += STOPPED_FOR;
      reads += 1;
      return read.apply(this, rest);
    });
    expect((await runCli(argv, { world: slow, env })).status).toBe(0);
    expect(reads).toBeGreaterThan(1);
  });

  it('can be rehearsed in the sandbox, by what the real API would charge', async () => {
    const world = await createWorld();
    const env = { IDEOGRAM_DAILY_CAP: '0.10', IDEOGRAM_SANDBOX: '1' };
    const statuses = [];
    for (let call = 0; call < 2; call++) statuses.push((await runCli(argv, { world, env })).status);
    expect(statuses).toEqual([0, 6]);
    const paid = await startServer();
    const real = { IDEOGRAM_DAILY_CAP: '0.10', IDEOGRAM_BASE_URL: paid.url };
    expect((await runCli(argv, { world, env: real })).status).toBe(0);
  });

  it('an unknown price is above every cap', async () => {
    const server = await startServer();
    const env = { IDEOGRAM_BASE_URL: server.url, IDEOGRAM_DAILY_CAP: '100' };
    const result = await runCli([...argv, '-m', 'V_1'], { env });
    expect([result.status, server.calls.length]).toEqual([6, 0]);
  });

  it.each(['ten', '-1', '1e3', '$5', '99999999'])('%s is no cap, and not none either', async (cap) => {
    const server = await startServer();
    const env = { IDEOGRAM_BASE_URL: server.url, IDEOGRAM_DAILY_CAP: cap };
    const result = await runCli(argv, { env });
    expect([result.status, result.error().code, server.calls.length]).toEqual([2, 'bad_input', 0]);
  });
});

describe('IDEOGRAM_MAX_IN_FLIGHT', () => {
  it('smaller than what one request asks for is refused', async () => {
    const server = await startServer();
    const env = { IDEOGRAM_BASE_URL: server.url, IDEOGRAM_MAX_IN_FLIGHT: '3' };
    const result = await runCli([...argv, '-n', '4'], { env });
    expect([result.status, result.error().code, server.calls.length]).toEqual([2, 'bad_input', 0]);
    expect(result.error().hint).toContain('-n 3');
  });

  it.each(['0', '-1', '1.5', 'ten', '1001'])('%s is refused', async (limit) => {
    const result = await runCli(argv, { env: { IDEOGRAM_MAX_IN_FLIGHT: limit } });
    expect([result.status, result.error().code]).toEqual([2, 'bad_input']);
  });

  it('calls of many processes share the places: never more images in flight', async () => {
    const world = await createWorld();
    let inFlight = 0;
    let most = 0;
    const server = await startServer(async (request, response, self) => {
      inFlight += 2;
      most = Math.max(most, inFlight);
      await new Promise((resolve) => setImmediate(resolve));
      inFlight -= 2;
      await answerImages(2)(request, response, self);
    });
    const env = { IDEOGRAM_BASE_URL: server.url, IDEOGRAM_MAX_IN_FLIGHT: '5' };
    const results = await Promise.all(
      Array.from({ length: 8 }, () => runCli(['generate', 'a fox', '-n', '2'], { world, env })),
    );
    expect(results.map(({ status }) => status)).toEqual(Array(8).fill(0));
    expect([server.calls.length, most <= 4, most > 1]).toEqual([8, true, true]);
  });

  it('one that waits says so, and Ctrl-C ends the waiting with nothing sent', async () => {
    const world = await createWorld();
    const env: Record<string, string> = { IDEOGRAM_MAX_IN_FLIGHT: '1' };
    const waiting: unknown[] = [];
    const server = await startServer(async (request, response, self) => {
      const other = await createWorld();
      const result = await runCli(['generate', 'another', '--verbose', '--json'], {
        world: { ...other, state: world.state },
        env,
        onStderr: (text) => {
          if (text.includes('waiting for a place')) other.stop.abort('SIGINT');
        },
      });
      waiting.push(result.status, result.stderr);
      await answerImages(1)(request, response, self);
    });
    env.IDEOGRAM_BASE_URL = server.url;
    expect((await runCli(argv, { world, env })).status).toBe(0);
    expect(server.calls.length).toBe(1);
    expect(waiting[0]).toBe(130);
    expect(waiting[1]).toContain('waiting for a place: 1 of 1 in use, 0 before this one');
    expect(waiting[1]).toContain('"billed":"no"');
  });

  it('429: others of this machine wait too', async () => {
    const world = await createWorld();
    const other = await createWorld();
    const server = await startServer((request, response, self) =>
      server.calls.length > 1
        ? answerImages(1)(request, response, self)
        : answerJson(response, 429, { error: 'Too many requests in flight.' }, { 'retry-after': '30' }),
    );
    const env = { IDEOGRAM_BASE_URL: server.url };
    // The first is stopped while it waits to send again: what it was told counts for the others all the same.
    const first = await runCli([...argv, '--verbose'], {
      world,
      env,
      onStderr: (text) => {
        if (text.includes('waiting 30000 ms')) world.stop.abort('SIGINT');
      },
    });
    expect([first.status, server.calls.length]).toEqual([130, 1]);
    // Its clock stands where that of the first began.
    const start = other.clock.now();
    const second = await runCli(argv, { world: { ...other, state: world.state }, env });
    expect([second.status, server.calls.length]).toEqual([0, 2]);
    expect(other.clock.now() - start).toBeGreaterThanOrEqual(30_000);
  });
});
