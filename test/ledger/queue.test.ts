/** The order of turns under every order of events: processes move and die by chance, and list a folder that changes meanwhile. */
import fc from 'fast-check';
import { expect, it } from 'vitest';
import type { PlaceFolder } from '../../src/ledger/place-folder.js';
import type { Note } from '../../src/ledger/place-names.js';
import { queueUp } from '../../src/ledger/queue.js';
import { openDesk } from '../../src/ledger/tickets.js';

const LIMIT = 3;

interface Request {
  readonly places: number;
  /** Dies at this step of its own; 0: lives. */
  readonly diesAt: number;
}

/** The one that moves next is chosen by chance; nothing happens but in a step. */
function createFate(seed: number) {
  let state = seed;
  const chance = (below: number): number => {
    // A linear congruence: any run can be had again by its seed.
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return Math.floor((state / 2 ** 32) * below);
  };
  const ready: { pid: number; go: () => void }[] = [];
  let favourite = 0;
  return {
    chance,
    step: (pid: number) => new Promise<void>((go) => ready.push({ pid, go })),
    /** Lets steps be taken until `isOver`. */
    async run(isOver: () => boolean): Promise<void> {
      for (let steps = 0; !isOver(); steps++) {
        expect(steps, 'somebody is stuck').toBeLessThan(20_000);
        // Most goes wrong where one is fast and another stands still for long.
        if (chance(5) === 0) favourite = ready[chance(ready.length)]?.pid ?? 0;
        const index = ready.findIndex(({ pid }) => pid === favourite);
        const [next] = ready.splice(index < 0 ? chance(ready.length) : index, 1);
        next?.go();
        await new Promise((resolve) => setImmediate(resolve));
      }
    },
  };
}

type Fate = ReturnType<typeof createFate>;

/** A folder as a process sees it: each thing it does takes a step, at which the process may die. */
function folderOf(
  pid: number,
  files: Map<string, Note>,
  fate: Fate,
  { isDead, takeStep }: { isDead: (pid: number) => boolean; takeStep: () => Promise<void> },
): PlaceFolder {
  const missing = (syscall: string) => Object.assign(new Error('ENOENT'), { code: 'ENOENT', syscall });
  const folder: PlaceFolder = {
    folder: '/places',
    clock: { now: () => 0, sleep: takeStep, after: () => () => {} },
    machine: { pid, host: 'one', isAlive: (each) => !isDead(each) },
    async list() {
      await takeStep();
      const before = new Map(files);
      await takeStep();
      // What was there all the time is listed; what came or went meanwhile, or became something else, as it happens.
      const names = [...new Set([...before.keys(), ...files.keys()])];
      const listed = names.filter((name) => (before.has(name) && files.has(name)) || fate.chance(2) === 0);
      return listed.flatMap((name) => files.get(name) ?? before.get(name) ?? []);
    },
    async create(note) {
      await takeStep();
      files.set(note.name, note);
      return 0;
    },
    async become(chooser, ticket) {
      await takeStep();
      if (!files.delete(chooser.name)) throw missing('rename');
      files.set(ticket.name, ticket);
    },
    async remove(note) {
      await takeStep();
      files.delete(note.name);
    },
    async living(notes) {
      await takeStep();
      const alive = notes.filter(({ name, owner }) => files.has(name) && !isDead(owner.pid));
      for (const note of notes) {
        // Who is slow while it chooses may be taken for dead.
        const isSlow = note.kind === 'chooser' && fate.chance(8) === 0;
        if (isDead(note.owner.pid) || isSlow) await folder.remove(note);
      }
      return alive.filter(({ name }) => files.has(name));
    },
    touch: async () => 0,
    fill: async () => {},
  };
  return folder;
}

/** @returns the most places that were ever taken by the living at once */
async function play(requests: readonly Request[], seed: number): Promise<number> {
  const fate = createFate(seed);
  const files = new Map<string, Note>();
  const dead = new Set<number>();
  const holders = new Map<number, number>();
  let most = 0;
  let left = requests.length;
  for (const [pid, { places, diesAt }] of requests.entries()) {
    let steps = 0;
    const takeStep = async (): Promise<void> => {
      await fate.step(pid);
      if (++steps !== diesAt) return;
      dead.add(pid);
      holders.delete(pid);
      left--;
      await new Promise(() => {});
    };
    const folder = folderOf(pid, files, fate, { isDead: (each) => dead.has(each), takeStep });
    const live = async (): Promise<void> => {
      const { signal } = new AbortController();
      const own = await queueUp(folder, openDesk(folder), {
        pool: 'a-pool',
        places,
        limit: LIMIT,
        signal,
      });
      holders.set(pid, places);
      most = Math.max(
        most,
        [...holders.values()].reduce((sum, each) => sum + each, 0),
      );
      await takeStep();
      await takeStep();
      holders.delete(pid);
      await own?.leave();
      left--;
    };
    void live();
  }
  await fate.run(() => left === 0);
  return most;
}

it('never more places than there are, and nobody waits for ever', async () => {
  const request = fc.record({
    places: fc.oneof(fc.constant(LIMIT), fc.integer({ min: 1, max: LIMIT })),
    diesAt: fc.oneof(fc.constant(0), fc.constant(0), fc.integer({ min: 1, max: 20 })),
  });
  await fc.assert(
    fc.asyncProperty(
      fc.array(request, { minLength: 2, maxLength: 4 }),
      fc.integer({ min: 0, max: 2 ** 31 }),
      async (requests, seed) => {
        expect(await play(requests, seed)).toBeLessThanOrEqual(LIMIT);
      },
    ),
    { numRuns: 1_200 },
  );
});
