/** Places in flight, among processes that are played: each has its own number and host, all meet in one folder. */
import fileSystem, { mkdirSync, readdirSync, rmSync, unlinkSync, utimesSync, writeFileSync } from 'node:fs';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { syncBuiltinESMExports } from 'node:module';
import { tmpdir } from 'node:os';
import { basename, dirname, join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it, onTestFinished, vi } from 'vitest';
import type { Clock } from '../../src/context.js';
import { CliError } from '../../src/errors.js';
import { hostMark, newChooser, newOwner, newTicket, parseNote } from '../../src/ledger/place-names.js';
import { createPlaces, type Place, type Places } from '../../src/ledger/slots.js';
import { createVirtualClock, type VirtualClock } from '../support/clock.js';

const HOST = 'this-machine';
const POOL = 'api.ideogram.ai-443';

interface Scene {
  readonly folder: string;
  readonly clock: VirtualClock;
  /** Numbers of processes that are gone. */
  readonly dead: Set<number>;
  process(pid: number, other?: { host?: string; clock?: Clock }): Places;
  files(): string[];
  /** A file as another process would make it, touched `age` milliseconds ago. */
  put(name: string, age?: number): string;
  /** Somebody else's ticket, of process 77 of this machine. */
  putTicket(seq: number, o?: { places?: number; age?: number; pid?: number; host?: string }): string;
}

async function scene(): Promise<Scene> {
  const root = await mkdtemp(join(tmpdir(), 'ideogram-places-'));
  onTestFinished(() => rm(root, { recursive: true, force: true }));
  const folder = join(root, 'state', 'places');
  const clock = createVirtualClock();
  const dead = new Set<number>();
  const put = (name: string, age = 0): string => {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, name), '');
    const seconds = (clock.now() - age) / 1000;
    utimesSync(join(folder, name), seconds, seconds);
    return name;
  };
  return {
    folder,
    clock,
    dead,
    process: (pid, other = {}) =>
      createPlaces({
        folder,
        clock: other.clock ?? clock,
        machine: { pid, host: other.host ?? HOST, isAlive: (each) => !dead.has(each) },
      }),
    files: () => readdirSync(folder).sort(),
    put,
    putTicket: (seq, { places = 1, age = 0, pid = 77, host = HOST } = {}) =>
      put(newTicket(POOL, seq, places, newOwner(pid, hostMark(host))).name, age),
  };
}

/** One request of a process: what came of it, and what it was told. */
interface Request {
  readonly entered: Promise<Place>;
  readonly told: { inUse: number; ahead: number }[];
  isIn(): boolean;
}

function request(places: Places, count: number, limit: number, leave?: AbortSignal): Request {
  const told: Request['told'] = [];
  let isIn = false;
  const end = new AbortController();
  const entered = places
    .enter({
      pool: POOL,
      places: count,
      limit,
      signal: leave ?? end.signal,
      onWait: (queue) => told.push(queue),
    })
    .then((place) => {
      isIn = true;
      return place;
    });
  // The test may look at it later. When that is over nobody waits on, nor makes a ticket again in a folder that is removed.
  const left = entered.then(
    (place) => () => place.leave(),
    () => () => {},
  );
  onTestFinished(async () => {
    end.abort();
    await (await left)();
  });
  return { entered, told, isIn: () => isIn };
}

/** A request that has drawn its ticket and waits. */
async function waiting(...args: Parameters<typeof request>): Promise<Request> {
  const made = request(...args);
  await until(() => made.told.length > 0);
  return made;
}

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}

/** Lets those who wait look `times` times more. */
async function looks({ clock }: { clock: VirtualClock }, times = 20): Promise<void> {
  const before = clock.sleeps.length;
  await until(() => clock.sleeps.length >= before + times);
}

/** Lets everything come to its end that has begun. */
async function settle({ folder }: { folder: string }): Promise<void> {
  for (let round = 0; round < 20; round++) {
    await stat(join(folder, 'nothing')).catch(() => {});
    await new Promise((resolve) => setImmediate(resolve));
  }
}

const enter = (places: Places, count = 1, limit = 1): Promise<Place> => request(places, count, limit).entered;

describe('entering', () => {
  it('alone: at once, without a sleep, in files for nobody else; leaving leaves nothing', async () => {
    const { folder, clock, process, files } = await scene();
    const alone = request(process(1), 3, 10);
    const place = await alone.entered;
    expect(clock.sleeps).toEqual([]);
    expect(alone.told).toEqual([]);
    expect(files().map(parseNote)).toMatchObject([{ kind: 'ticket', pool: POOL, places: 3 }]);
    expect((await stat(folder)).mode & 0o777).toBe(0o700);
    expect((await stat(join(folder, files()[0] ?? ''))).mode & 0o777).toBe(0o600);
    await Promise.all([place.leave(), place.leave()]);
    await place.leave();
    expect(files()).toEqual([]);
  });

  it('as many as there are places, and no more', async () => {
    const world = await scene();
    const first = await enter(world.process(1), 3, 5);
    await enter(world.process(2), 2, 5);
    expect(world.clock.sleeps).toEqual([]);
    const third = await waiting(world.process(3), 3, 5);
    expect(third.told).toEqual([{ inUse: 5, ahead: 0 }]);
    await looks(world);
    expect(third.isIn()).toBe(false);
    await first.leave();
    await third.entered;
    expect(new Set(world.clock.sleeps)).toEqual(new Set([10]));
  });

  it('first come, first served', async () => {
    const { process } = await scene();
    const holder = await enter(process(1));
    const order: number[] = [];
    const others: Promise<void>[] = [];
    for (const pid of [9, 4, 7, 2, 8]) {
      const { entered } = await waiting(process(pid), 1, 1);
      others.push(
        entered.then((place) => {
          order.push(pid);
          return place.leave();
        }),
      );
    }
    await holder.leave();
    await Promise.all(others);
    expect(order).toEqual([9, 4, 7, 2, 8]);
  });

  it('the calls of one process in their order, without waiting for each other while they choose', async () => {
    const { clock, process } = await scene();
    const places = process(1);
    const order: number[] = [];
    const enterAs = async (index: number) => {
      await enter(places, 1, 10);
      order.push(index);
    };
    await Promise.all([0, 1, 2, 3, 4].map(enterAs));
    expect(order).toEqual([0, 1, 2, 3, 4]);
    expect(clock.sleeps).toEqual([]);
  });

  it('a large request waits for enough places, and later small ones do not overtake it', async () => {
    const world = await scene();
    const holders = [await enter(world.process(1), 2, 4), await enter(world.process(2), 1, 4)];
    const large = await waiting(world.process(3), 3, 4);
    const small = await waiting(world.process(4), 1, 4);
    expect(small.told).toEqual([{ inUse: 3, ahead: 1 }]);
    await looks(world, 40);
    expect([large.isIn(), small.isIn()]).toEqual([false, false]);
    await holders[0]?.leave();
    await large.entered;
    await looks(world);
    expect(small.isIn()).toBe(false);
    await holders[1]?.leave();
    await small.entered;
    expect(small.told).toEqual([
      { inUse: 3, ahead: 1 },
      { inUse: 4, ahead: 0 },
    ]);
  });

  it('more than the limit gets all of it, alone', async () => {
    const world = await scene();
    const holder = await enter(world.process(1), 1, 4);
    const huge = await waiting(world.process(2), 8, 4);
    await looks(world);
    expect(huge.isIn()).toBe(false);
    await holder.leave();
    const place = await huge.entered;
    const next = await waiting(world.process(3), 1, 4);
    expect(next.told).toEqual([{ inUse: 8, ahead: 0 }]);
    await place.leave();
    await next.entered;
  });

  it('goes by the number, whatever the order in the folder', async () => {
    const { process, put, files } = await scene();
    const ticket = (seq: number, places: number) =>
      `${POOL}.t.${seq}.${places}.${newOwner(77, hostMark(HOST)).text}`;
    put(ticket(30, 1));
    put(ticket(4, 3));
    const own = await waiting(process(1), 1, 3);
    expect(own.told).toEqual([{ inUse: 3, ahead: 1 }]);
    expect(files().map(parseNote)).toContainEqual(expect.objectContaining({ seq: 31, places: 1 }));
  });

  it.each([
    ['waits for one of its own number whose owner comes first', 0, 1],
    ['not for one whose owner comes later', 9, 0],
  ])('%s', async (_name, pid, ahead) => {
    const world = await scene();
    // A chooser that lives keeps the request at the door, so that the other can draw the same number.
    const chooser = world.put(newChooser(POOL, newOwner(77, hostMark(HOST))).name);
    const own = request(world.process(5), 1, 1);
    await until(() => world.files().some((name) => parseNote(name)?.kind === 'ticket'));
    world.putTicket(1, { pid });
    unlinkSync(join(world.folder, chooser));
    if (ahead === 0) await own.entered;
    else await until(() => own.told.length > 0);
    expect(own.told).toEqual(ahead === 0 ? [] : [{ inUse: 1, ahead: 0 }]);
  });

  it('never more than there are, whatever comes together', async () => {
    const asked = fc.record({ pid: fc.integer({ min: 1, max: 6 }), places: fc.integer({ min: 1, max: 4 }) });
    await fc.assert(
      fc.asyncProperty(fc.array(asked, { minLength: 2, maxLength: 14 }), async (requests) => {
        const world = await scene();
        // Processes only meet in the folder, so each has a clock of its own.
        const processes = [0, 1, 2, 3, 4, 5, 6].map((pid) =>
          world.process(pid, { clock: createVirtualClock() }),
        );
        let inUse = 0;
        let most = 0;
        await Promise.all(
          requests.map(async ({ pid, places }) => {
            const place = await enter(processes[pid] as Places, places, 5);
            inUse += places;
            most = Math.max(most, inUse);
            await stat(world.folder);
            inUse -= places;
            await place.leave();
          }),
        );
        expect(most).toBeLessThanOrEqual(5);
        expect(world.files()).toEqual([]);
      }),
      { numRuns: 25 },
    );
  });
});

/** Takes the first choosers away, each right before it would become a ticket. */
function takeChoosers({ folder }: Scene, most: number): string[] {
  const taken: string[] = [];
  const { rename } = fileSystem;
  vi.spyOn(fileSystem, 'rename').mockImplementation((from, to, done) => {
    const isOurs = dirname(String(from)) === folder && parseNote(basename(String(from)))?.kind === 'chooser';
    if (isOurs && taken.length < most) {
      taken.push(String(from));
      unlinkSync(from);
    }
    rename(from, to, done);
  });
  syncBuiltinESMExports();
  onTestFinished(() => {
    vi.restoreAllMocks();
    syncBuiltinESMExports();
  });
  return taken;
}

describe('choosing', () => {
  it('waits for those who chose before, not for those who came later or want something else', async () => {
    const world = await scene();
    const put = (pool: string) => world.put(newChooser(pool, newOwner(77, hostMark(HOST))).name);
    const before = put(POOL);
    const others = [put('another-pool'), put(`${POOL}1`)];
    const own = request(world.process(1), 1, 1);
    await looks(world);
    expect(own.isIn()).toBe(false);
    others.push(put(POOL));
    unlinkSync(join(world.folder, before));
    await own.entered;
    // They were not taken for dead in the end, either.
    expect(world.files()).toEqual(expect.arrayContaining(others));
  });

  it('can be left by the signal', async () => {
    const world = await scene();
    const chooser = world.put(newChooser(POOL, newOwner(77, hostMark(HOST))).name);
    const controller = new AbortController();
    const own = request(world.process(1), 1, 1, controller.signal);
    await looks(world);
    controller.abort('enough');
    await expect(own.entered).rejects.toBe('enough');
    expect(world.files()).toEqual([chooser]);
  });

  it.each([
    ['of a process that is gone', { pid: 66, host: HOST, age: 0 }],
    ['that nobody touched for long', { pid: 77, host: HOST, age: 10_500 }],
    ['of another machine that nobody touched for long', { pid: 66, host: 'other', age: 10_500 }],
  ])('clears away a chooser %s', async (_name, { pid, host, age }) => {
    const world = await scene();
    world.dead.add(66);
    const left = world.put(newChooser(POOL, newOwner(pid, hostMark(host))).name, age);
    await enter(world.process(1));
    expect(world.files()).not.toContain(left);
    expect(world.clock.sleeps).toEqual([]);
  });

  it('whoever was taken for dead meanwhile chooses again', async () => {
    const world = await scene();
    const taken = takeChoosers(world, 1);
    await enter(world.process(1));
    expect([taken.length, world.files().map(parseNote)]).toMatchObject([
      1,
      [{ kind: 'ticket', owner: { pid: 1 } }],
    ]);
  });

  it('does not go on for ever where the folder takes no names', async () => {
    const world = await scene();
    takeChoosers(world, Number.POSITIVE_INFINITY);
    await expect(enter(world.process(1))).rejects.toMatchObject({ code: 'bad_file' });
  });
});

describe('who lives', () => {
  it('a process that is gone frees its places at once, also those it waited for', async () => {
    const world = await scene();
    await enter(world.process(1), 3, 4);
    await waiting(world.process(2), 3, 4);
    const third = await waiting(world.process(3), 4, 4);
    expect(third.told).toEqual([{ inUse: 3, ahead: 1 }]);
    const sleeps = world.clock.sleeps.length;
    world.dead.add(1).add(2);
    await third.entered;
    expect(world.clock.sleeps.length - sleeps).toBeLessThan(10);
    expect(world.files().length).toBe(1);
  });

  it('numbers of processes mean nothing on another machine', async () => {
    const world = await scene();
    await enter(world.process(1, { host: 'other' }));
    world.dead.add(1);
    const second = await waiting(world.process(2), 1, 1);
    await looks(world);
    expect(second.isIn()).toBe(false);
  });

  it.each([
    [9_000, 'lives'],
    [11_000, 'is dead'],
    // The clock has been set back.
    [-9_000, 'lives'],
    [-11_000, 'is dead'],
  ])('a ticket touched %i ms ago %s', async (age, state) => {
    const world = await scene();
    const other = world.putTicket(1, { age });
    expect(await world.process(1).heldPools()).toEqual(new Set(state === 'lives' ? [POOL] : []));
    if (state === 'is dead') {
      expect(world.files()).toEqual([]);
      world.putTicket(1, { age });
    }
    const own = request(world.process(1), 1, 1);
    if (state === 'lives') {
      await until(() => own.told.length > 0);
      expect(world.files()).toContain(other);
      return;
    }
    await own.entered;
    expect(world.clock.sleeps).toEqual([]);
    expect(world.files().length).toBe(1);
  });

  it('one that dies while others wait is found out ten seconds later, on another machine too', async () => {
    const world = await scene();
    world.putTicket(1, { host: 'other' });
    const start = world.clock.now();
    await (await waiting(world.process(1), 1, 1)).entered;
    const ms = world.clock.now() - start;
    expect(ms).toBeGreaterThan(10_000);
    expect(ms).toBeLessThanOrEqual(11_100);
  });

  it('a holder touches its ticket every two seconds', async () => {
    const world = await scene();
    const holder = await enter(world.process(1));
    const [ticket = ''] = world.files();
    const touchedAt = async () => Math.round((await stat(join(world.folder, ticket))).mtimeMs);
    const start = world.clock.now();
    for (let seconds = 2; seconds <= 30; seconds += 2) {
      world.clock.advance(2_000);
      let touched = 0;
      while (touched !== start + seconds * 1000) touched = await touchedAt();
    }
    await holder.leave();
  });

  it('nothing is touched after leaving, nor before the place is taken in vain', async () => {
    const world = await scene();
    let timers = 0;
    const clock: Clock = {
      ...world.clock,
      after(ms, action) {
        timers++;
        const cancel = world.clock.after(ms, action);
        return () => {
          timers--;
          cancel();
        };
      },
    };
    const place = await enter(world.process(1, { clock }));
    expect(timers).toBe(1);
    expect(await world.process(2, { clock }).tryEnter(POOL)).toBeUndefined();
    const controller = new AbortController();
    const third = await waiting(world.process(3, { clock }), 1, 1, controller.signal);
    expect(timers).toBe(2);
    controller.abort();
    await third.entered.catch(() => {});
    expect(timers).toBe(1);
    await place.leave();
    expect(timers).toBe(0);
  });

  it('a holder whose ticket was taken away makes it again', async () => {
    const world = await scene();
    const place = await world.process(1).enterNew(POOL, { ballast: 5_000 });
    const [ticket = ''] = world.files();
    unlinkSync(join(world.folder, ticket));
    world.clock.advance(2_000);
    const touched = async () => (await stat(join(world.folder, ticket)).catch(() => undefined))?.mtimeMs;
    while (Math.round((await touched()) ?? 0) !== world.clock.now());
    const { size, mode } = await stat(join(world.folder, ticket));
    expect([size, mode & 0o777]).toEqual([5_000, 0o600]);
    // Gone again, and a touch under way while it leaves: it must not come back.
    unlinkSync(join(world.folder, ticket));
    world.clock.advance(2_000);
    await place?.leave();
    await settle(world);
    expect(world.files()).toEqual([]);
  });

  it('a waiter whose ticket was taken away draws another: its turn may have been given away', async () => {
    const world = await scene();
    const holder = await enter(world.process(1));
    const second = await waiting(world.process(2), 1, 1);
    const third = await waiting(world.process(3), 1, 1);
    const own = world.files().find((name) => parseNote(name)?.pool === POOL && name.includes('.2-')) ?? '';
    unlinkSync(join(world.folder, own));
    await until(() => second.told.length > 1);
    expect(second.told.at(-1)).toEqual({ inUse: 1, ahead: 1 });
    await holder.leave();
    const place = await third.entered;
    expect(second.isIn()).toBe(false);
    await place.leave();
    await second.entered;
  });

  it('also where it would have been touched just then', async () => {
    const world = await scene();
    await enter(world.process(1));
    const numbers = () =>
      world
        .files()
        .map(parseNote)
        .flatMap((note) => (note?.kind === 'ticket' && note.owner.pid === 2 ? [note.seq] : []));
    let slept = 0;
    const clock: Clock = {
      ...world.clock,
      async sleep(ms, signal) {
        if (++slept === 3) {
          expect(numbers()).toEqual([2]);
          world.putTicket(5);
          unlinkSync(join(world.folder, world.files().find((name) => name.includes('.2-')) ?? ''));
          world.clock.advance(2_000);
          await settle(world);
        }
        await world.clock.sleep(ms, signal);
      },
    };
    await waiting(world.process(2, { clock }), 1, 1);
    await until(() => slept > 4 && numbers().length > 0);
    expect(numbers()).toEqual([6]);
  });
});

describe('a laptop that slept', () => {
  it('whoever wakes up takes nobody for dead who has slept as well', async () => {
    const world = await scene();
    const clocks = { holder: createVirtualClock(), waiter: createVirtualClock() };
    const holder = await enter(world.process(1, { clock: clocks.holder }));
    const [ticket = ''] = world.files();
    let slept = 0;
    // All sleep an hour; the holder's first touch comes two seconds after.
    const clock: Clock = {
      ...clocks.waiter,
      async sleep(ms, signal) {
        slept++;
        await clocks.waiter.sleep(slept === 5 ? 3_600_000 : ms, signal);
        if (slept === 45) {
          clocks.holder.advance(3_602_000);
          const touched = async () => (await stat(join(world.folder, ticket))).mtimeMs;
          while (clocks.holder.now() - (await touched()) > 1_000);
        }
      },
    };
    const waiter = await waiting(world.process(2, { clock }), 1, 1);
    await looks({ clock: clocks.waiter }, 150);
    expect(waiter.isIn()).toBe(false);
    expect(world.files()).toContain(ticket);
    await holder.leave();
    await waiter.entered;
  });

  it('and those who died meanwhile are found out after all', async () => {
    const world = await scene();
    world.putTicket(1);
    let slept = 0;
    const clock: Clock = {
      ...world.clock,
      sleep: (ms, signal) => world.clock.sleep(++slept === 5 ? 3_600_000 : ms, signal),
    };
    await request(world.process(2, { clock }), 1, 1).entered;
    expect(slept).toBeGreaterThanOrEqual(5 + 5_000 / 10);
    expect(slept).toBeLessThan(5 + 7_000 / 10);
  });

  it('whoever was stopped on the way in shows that it lives before it goes in', async () => {
    for (let step = 1; step <= 8; step++) {
      const world = await scene();
      let calls = 0;
      let stopped = 0;
      const clock: Clock = {
        ...world.clock,
        now() {
          if (++calls === step) stopped = 60_000;
          return world.clock.now() + stopped;
        },
      };
      const place = await enter(world.process(1, { clock }));
      const callsToEnter = calls;
      const [ticket = ''] = world.files();
      const { mtimeMs } = await stat(join(world.folder, ticket));
      // Else it was stopped after it went in.
      if (step <= callsToEnter) expect(clock.now() - mtimeMs, `stopped at step ${step}`).toBeLessThan(5_000);
      await place.leave();
    }
  });
});

describe('leaving the queue', () => {
  it.each(['a reason', new Error('stop')])(
    'rejects with the signal’s reason, and leaves no ticket: %s',
    async (reason) => {
      const world = await scene();
      const holder = await enter(world.process(1));
      const controller = new AbortController();
      // As timers do it: with an error of their own.
      const clock: Clock = {
        ...world.clock,
        sleep: (ms, signal) =>
          world.clock.sleep(ms, signal).catch(() => Promise.reject(new Error('The operation was aborted'))),
      };
      const second = await waiting(world.process(2, { clock }), 1, 1, controller.signal);
      const third = await waiting(world.process(3), 1, 1);
      controller.abort(reason);
      await expect(second.entered).rejects.toBe(reason);
      expect(world.files().length).toBe(2);
      await until(() => third.told.at(-1)?.ahead === 0);
      await holder.leave();
      await third.entered;
    },
  );

  it('before it has begun: no file is made', async () => {
    const world = await scene();
    await expect(request(world.process(1), 1, 1, AbortSignal.abort('early')).entered).rejects.toBe('early');
    await expect(readdir(world.folder)).rejects.toThrow('ENOENT');
  });

  it('at every step on the way in', async () => {
    for (let step = 1; step <= 8; step++) {
      const world = await scene();
      const controller = new AbortController();
      let calls = 0;
      const clock: Clock = {
        ...world.clock,
        now() {
          if (++calls === step) controller.abort('now');
          return world.clock.now();
        },
      };
      const places = world.process(1, { clock });
      const outcome = await request(places, 1, 1, controller.signal).entered.catch((error) => error);
      // Either it was in before, or it left.
      if (calls >= step) expect(outcome, `step ${step}`).toBe('now');
      expect(world.files().length).toBe(outcome === 'now' ? 0 : 1);
    }
  });
});

describe('a pause', () => {
  it('keeps everybody out until it ends, first come, first served', async () => {
    const { clock, process } = await scene();
    const end = clock.now() + 30_000;
    await process(1).pause(POOL, end);
    expect(await process(2).pausedUntil(POOL)).toBe(end);
    const own = request(process(2), 1, 1);
    await own.entered;
    expect(clock.now()).toBe(end);
    expect(clock.sleeps).toEqual([30_000]);
    expect(own.told).toEqual([]);
    expect(await process(2).pausedUntil(POOL)).toBe(0);
  });

  it('is over at its last millisecond, also where it was named in parts of one', async () => {
    const { clock, process } = await scene();
    await process(1).pause(POOL, clock.now() + 875.5);
    clock.advance(875.5);
    expect(await process(1).pausedUntil(POOL)).toBe(0);
  });

  it('is never shortened, and lengthened while others sleep', async () => {
    const { clock, process, files } = await scene();
    const start = clock.now();
    await process(1).pause(POOL, start + 10_000);
    await process(2).pause(POOL, start + 5_000);
    expect(files().length).toBe(1);
    let slept = 0;
    const sleepy: Clock = {
      ...clock,
      async sleep(ms, signal) {
        if (++slept === 1) await process(3).pause(POOL, start + 60_000);
        await clock.sleep(ms, signal);
      },
    };
    await enter(process(4, { clock: sleepy }));
    expect(clock.now()).toBe(start + 60_000);
    expect(files().map((name) => parseNote(name)?.kind)).toEqual(['ticket']);
  });

  it('holds those too who wait for places; who is in stays in', async () => {
    const { clock, process } = await scene();
    const start = clock.now();
    const holder = await enter(process(1));
    const second = await waiting(process(2), 1, 1);
    await process(1).pause(POOL, start + 120_000);
    await holder.leave();
    await second.entered;
    expect(clock.now()).toBeGreaterThanOrEqual(start + 120_000);
  });

  it('is for its pool alone', async () => {
    const { clock, process } = await scene();
    await process(1).pause('another', clock.now() + 30_000);
    await enter(process(1));
    expect(clock.sleeps).toEqual([]);
    expect(await process(1).pausedUntil(POOL)).toBe(0);
  });

  it.each([
    ['over', -1],
    ['more than five minutes away', 301_000],
    ['no time at all', Number.NaN],
    ['for ever', Number.POSITIVE_INFINITY],
  ])('%s is none', async (_name, ms) => {
    const { clock, process, put, files } = await scene();
    await process(1).pause(POOL, clock.now() + ms);
    await enter(process(1));
    expect(files().length).toBe(1);
    if (!Number.isFinite(ms)) return;
    // As another process has written it whose clock was wrong.
    const written = put(`${POOL}.p.${clock.now() + ms}`);
    expect(await process(2).pausedUntil(POOL)).toBe(0);
    expect(files()).not.toContain(written);
  });

  it('can be left by the signal; its ticket is touched meanwhile', async () => {
    const { clock, process, files, folder } = await scene();
    await process(1).pause(POOL, clock.now() + 60_000);
    const controller = new AbortController();
    let isTouched = false;
    const sleepy: Clock = {
      ...clock,
      async sleep(_ms, signal) {
        clock.advance(50_000);
        const ticket = files().find((name) => parseNote(name)?.kind === 'ticket') ?? '';
        while (clock.now() - (await stat(join(folder, ticket))).mtimeMs > 2_000);
        isTouched = true;
        controller.abort('enough');
        signal?.throwIfAborted();
      },
    };
    await expect(request(process(2, { clock: sleepy }), 1, 1, controller.signal).entered).rejects.toBe(
      'enough',
    );
    expect(isTouched).toBe(true);
    expect(files().map((name) => parseNote(name)?.kind)).toEqual(['pause']);
  });
});

describe('the only place of a pool', () => {
  it('goes to one; the others hear so at once, and leave nothing', async () => {
    const { clock, process, files } = await scene();
    const first = await process(1).tryEnter('call-k3f9x2ma01');
    expect(await process(2).tryEnter('call-k3f9x2ma01')).toBeUndefined();
    expect(await process(1).tryEnter('call-k3f9x2ma01')).toBeUndefined();
    expect(files().length).toBe(1);
    await first?.leave();
    expect(await process(2).tryEnter('call-k3f9x2ma01')).toBeDefined();
    expect(clock.sleeps).toEqual([]);
  });

  it('is freed by death', async () => {
    const { clock, dead, process, putTicket } = await scene();
    putTicket(1, { age: 11_000 });
    putTicket(2, { pid: 66 });
    dead.add(66);
    expect(await process(2).tryEnter(POOL)).toBeDefined();
    expect(clock.sleeps).toEqual([]);
  });

  it('goes to exactly one of many who come at once', async () => {
    const world = await scene();
    for (let round = 0; round < 10; round++) {
      const tried = await Promise.all(
        [1, 2, 3, 4, 5, 6, 7, 8].map((pid) =>
          world.process(pid, { clock: createVirtualClock() }).tryEnter(`call-${round}`),
        ),
      );
      expect(tried.filter((place) => place !== undefined).length).toBe(1);
      expect(world.files().length).toBe(round + 1);
    }
  });

  it('takes up room on the disk that is given back', async () => {
    const { folder, process, files } = await scene();
    const place = await process(1).enterNew('call-1', { ballast: 65_536 });
    const path = join(folder, files()[0] ?? '');
    const { size, blocks, mode } = await stat(path);
    expect([size, blocks * 512, mode & 0o777]).toEqual([65_536, 65_536, 0o600]);
    await place?.leave();
    expect(files()).toEqual([]);
  });
});

/** Names that are parts of others, look like others, or cannot be names of files. */
const ODD_POOLS = [
  ...['a', 'a.t', 'a.c', 'a.t.0000000001.1.5-00000000-000000000000', 'a.p.1', 'A', 'á', 'a/b', 'a:b', '..'],
  ...['', '.', ' ', 'a b', 'a\\b', 'a\nb', 'x'.repeat(80), 'x'.repeat(81), 'x'.repeat(1000), 'ü'.repeat(300)],
  ...['call-k3f9x2ma01', 'call-k3f9x2ma011', '127.0.0.1:4000', '127.0.0.1:4001', 'api.ideogram.ai-443'],
];

describe('a place', () => {
  it('is unbroken as long as signs of life were given in time, and never again after a pause', async () => {
    const { clock, process } = await scene();
    let stoppedFor = 0;
    const stopping = { ...clock, now: () => clock.now() + stoppedFor };
    const place = await enter(process(1, { clock: stopping }));
    const beats = async (): Promise<void> => {
      for (let seconds = 0; seconds < 30; seconds++) await clock.sleep(1_000);
    };
    expect(place.isUnbroken()).toBe(true);
    await beats();
    expect(place.isUnbroken()).toBe(true);
    stoppedFor = 6_000;
    expect(place.isUnbroken()).toBe(false);
    await beats();
    expect(place.isUnbroken()).toBe(false);
  });

  it('whose tickets vanish at once is waited for until a signal comes', async () => {
    const world = await scene();
    const unlinked = vi.spyOn(fileSystem, 'rename').mockImplementation((from, _to, done) => {
      unlinkSync(from);
      done(null);
    });
    syncBuiltinESMExports();
    onTestFinished(() => {
      unlinked.mockRestore();
      syncBuiltinESMExports();
    });
    const leave = new AbortController();
    setImmediate(() => leave.abort('SIGINT'));
    const entered = world.process(1).enter({ pool: POOL, places: 1, limit: 1, signal: leave.signal });
    await expect(entered).rejects.toBe('SIGINT');
  });
});

describe('which pools are held', () => {
  it('those of holders and waiters who live', async () => {
    const { dead, process, putTicket, put, clock } = await scene();
    const places = process(1);
    expect(await places.heldPools()).toEqual(new Set());
    await places.tryEnter('call-1');
    await process(2).tryEnter('call-2');
    await process(66).tryEnter('call-66');
    dead.add(66);
    putTicket(1, { age: 11_000 });
    put(`call-4.p.${clock.now() + 1_000}`);
    expect(await places.heldPools()).toEqual(new Set(['call-1', 'call-2']));
  });

  it.each([
    ['', ODD_POOLS],
    [', in any order', [...ODD_POOLS].reverse()],
  ])('are told apart, whatever their names hold%s', async (_name, pools) => {
    const { clock, process, folder } = await scene();
    const held: (Place | undefined)[] = [];
    for (const pool of pools) {
      held.push(await process(1).tryEnter(pool));
      expect(held.at(-1), JSON.stringify(pool)).toBeDefined();
      expect(await process(2).tryEnter(pool)).toBeUndefined();
      expect(await process(2).pausedUntil(pool)).toBe(0);
    }
    for (const name of readdirSync(folder)) expect(name).toMatch(/^[a-z0-9._+-]{1,250}$/);
    const names = await process(1).heldPools();
    expect(names.size).toBe(pools.length);
    expect([...names]).toEqual(
      expect.arrayContaining(['a', 'a.t', 'call-k3f9x2ma01', 'api.ideogram.ai-443']),
    );
    expect(clock.sleeps).toEqual([]);
    // What stands for a name in the folder is a name as well.
    for (const name of [...names].filter((each) => !pools.includes(each))) {
      held.push(await process(2).tryEnter(name));
      expect(held.at(-1), name).toBeDefined();
    }
    for (const place of held) await place?.leave();
    expect(readdirSync(folder)).toEqual([]);
  });
});

describe('the folder', () => {
  it('may hold anything else: that is left alone', async () => {
    const { clock, process, put, files, folder } = await scene();
    const whole = newTicket(POOL, 1, 5, newOwner(77, hostMark(HOST))).name;
    const foreign = [
      whole.slice(0, -1),
      `${whole}~`,
      `.${whole}.swp`,
      whole.replace('.t.', '.u.'),
      whole.replace('.5.', '.-5.'),
      whole.replace('.5.', '.5e9.'),
      whole.replace('0000000001', ''),
      whole.replace('0000000001', '9'.repeat(40)),
      `${POOL}.p.soon`,
      `${POOL}.p.`,
      '.DS_Store',
      'journal.jsonl',
    ].map((name) => put(name, 60_000));
    mkdirSync(join(folder, 'folder'));
    await enter(process(1), 5, 5);
    expect(clock.sleeps).toEqual([]);
    expect(await process(1).heldPools()).toEqual(new Set([POOL]));
    // `.name` is a pool of its own, and none that is asked for.
    expect(files()).toEqual(expect.arrayContaining([...foreign, 'folder']));
  });

  it('that cannot be made: says where, why, what to do, and that nothing was sent', async () => {
    const { folder, process } = await scene();
    writeFileSync(join(folder, '..', '..', 'state'), '');
    for (const attempt of [
      () => enter(process(1)),
      () => process(1).tryEnter('call-1'),
      () => process(1).heldPools(),
    ]) {
      const error = await attempt().then(
        () => undefined,
        (thrown: unknown) => thrown,
      );
      expect(error).toBeInstanceOf(CliError);
      const { code, message, hint, billed } = error as CliError;
      expect(code).toBe('bad_file');
      expect(message).toBe(`The places in flight cannot be kept in ${folder}: ENOTDIR.`);
      expect(hint).toMatch(/IDEOGRAM_STATE_DIR.*Nothing was sent\.$/);
      expect(billed).toBe('no');
    }
    await process(1).pause(POOL, Date.UTC(2026, 0, 1) + 1_000);
    expect(await process(1).pausedUntil(POOL)).toBe(0);
  });

  it('that vanishes: holders do not notice, waiters make it again', async () => {
    const world = await scene();
    const holder = await enter(world.process(1));
    const second = await waiting(world.process(2), 1, 1);
    rmSync(world.folder, { recursive: true });
    world.clock.advance(2_000);
    await second.entered;
    await holder.leave();
    expect(world.files().length).toBe(1);
    rmSync(world.folder, { recursive: true });
    await (await second.entered).leave();
    expect(await world.process(1).heldPools()).toEqual(new Set());
  });

  it('is left as it was by whoever fails on the way in', async () => {
    for (let step = 1; step <= 5; step++) {
      const world = await scene();
      let calls = 0;
      const broken = new TypeError('broken');
      const clock: Clock = {
        ...world.clock,
        now() {
          if (++calls === step) throw broken;
          return world.clock.now();
        },
      };
      await expect(enter(world.process(1, { clock }))).rejects.toBe(broken);
      expect(world.files(), `failed at step ${step}`).toEqual([]);
    }
  });

  it('what goes wrong in telling is no trouble of the disk, and leaves no ticket', async () => {
    const world = await scene();
    await enter(world.process(1));
    const broken = new TypeError('broken');
    const onWait = () => {
      throw broken;
    };
    await expect(
      world
        .process(2)
        .enter({ pool: POOL, places: 1, limit: 1, signal: new AbortController().signal, onWait }),
    ).rejects.toBe(broken);
    expect(world.files().length).toBe(1);
  });
});
