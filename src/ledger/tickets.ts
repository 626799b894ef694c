/** Tickets: taking the next number, and showing as long as one has it that one lives. */
import { type PlaceFolder, STALE_MS } from './place-folder.js';
import {
  type Chooser,
  hostMark,
  type Note,
  newChooser,
  newOwner,
  newTicket,
  type Ticket,
} from './place-names.js';

const BEAT_MS = 2_000;
/** Choosing takes less than a millisecond. */
const CHOOSING_POLL_MS = 2;
const ATTEMPTS = 10;
const RETRY_MS = 20;

/** A ticket of our own; it is touched now and then until it is left. */
export interface OwnTicket {
  readonly ticket: Ticket;
  /** Was it touched so lately that nobody takes us for dead before the next time? */
  isFresh(): boolean;
  /** Could nobody take us for dead since its turn has come? Not so where the process was stopped, or a disk held it up. */
  isUnbroken(): boolean;
  /**
   * Shows that we live.
   * @throws the file system's error, but not where the ticket is gone
   */
  touch(): Promise<void>;
  /**
   * Its turn has come: from now on it is made again where somebody took it away.
   * @param ballast bytes of the disk that it takes up until it is left
   */
  hold(ballast: number): Promise<void>;
  /** Takes it away. Never rejects. */
  leave(): Promise<void>;
}

/** Where tickets are taken: by one call after the other. */
export interface Desk {
  /**
   * Takes the next number. From then on a listing holds every ticket that comes before it.
   * @param pool as `poolMark` writes it
   * @throws the file system's error, or when `signal` is aborted
   */
  take(pool: string, places: number, signal?: AbortSignal): Promise<OwnTicket>;
  /**
   * Takes the first number of a pool whose name nobody else can know yet: there is nobody to draw with.
   * @throws the file system's error
   */
  takeFirst(pool: string): Promise<OwnTicket>;
}

export function openDesk(folder: PlaceFolder): Desk {
  let last: Promise<unknown> = Promise.resolve();
  return {
    async take(pool, places, signal) {
      // In the order of the calls, which then never wait for each other's choosers.
      const drawn = last.then(() => draw(folder, pool, places, signal));
      last = drawn.catch(() => {});
      const { own, choosers } = await drawn;
      try {
        await waitUntilChosen(folder, choosers, signal);
        return own;
      } catch (error) {
        await own.leave();
        throw error;
      }
    },
    async takeFirst(pool) {
      const { pid, host } = folder.machine;
      const ticket = newTicket(pool, 1, 1, newOwner(pid, hostMark(host)));
      return ownTicket(folder, ticket, await folder.create(ticket));
    },
  };
}

/**
 * Lamport's bakery, with files for its variables: nothing is ever locked, so no lock can be stolen or left behind.
 *
 * Q must never go by a listing that lacks the ticket of a P who comes before it. Q, its ticket drawn, lists twice: first
 * the choosers, waiting until each of these is gone, and then the tickets. A listing is no snapshot, but what is there from
 * its beginning to its end is in it. So a P that is missing drew its ticket after the second listing began. It began to
 * choose after the first one did: else Q would have seen the chooser and waited, or its time was over, and the ticket there
 * before the second. (Read in a single listing, a chooser could become a ticket between the two looks, and be in neither.)
 * By then the ticket of Q was there; P saw it, took a higher number, and comes after Q.
 *
 * A file has a name of its own for all times: clearing away a dead one twice, or late, never hits a living one. And a
 * chooser's file itself BECOMES the ticket: who was taken for dead while it chose has none to draw with, and chooses again.
 */
async function draw(
  folder: PlaceFolder,
  pool: string,
  places: number,
  signal: AbortSignal | undefined,
): Promise<{ own: OwnTicket; choosers: Chooser[] }> {
  const { clock, machine } = folder;
  for (let attempt = 1; ; attempt++) {
    signal?.throwIfAborted();
    const chooser = newChooser(pool, newOwner(machine.pid, hostMark(machine.host)));
    try {
      const bornAt = await folder.create(chooser);
      const seq = 1 + Math.max(0, ...ticketsOf(await folder.list(), pool).map((ticket) => ticket.seq));
      const ticket = newTicket(pool, seq, places, chooser.owner);
      await folder.become(chooser, ticket);
      const own = ownTicket(folder, ticket, bornAt);
      const choosers = await choosersOf(folder, pool).catch(async (error) => {
        await own.leave();
        throw error;
      });
      return { own, choosers };
    } catch (error) {
      await folder.remove(chooser);
      // On Windows a virus scanner may hold a new file for a moment, too.
      if ((error as NodeJS.ErrnoException).syscall !== 'rename' || attempt === ATTEMPTS) throw error;
    }
    await clock.sleep(RETRY_MS, signal);
  }
}

/** The tickets of a pool, in no order. */
export function ticketsOf(notes: readonly Note[], pool: string): Ticket[] {
  return notes.filter((note): note is Ticket => note.kind === 'ticket' && note.pool === pool);
}

async function choosersOf(folder: PlaceFolder, pool: string): Promise<Chooser[]> {
  const notes = await folder.list();
  return notes.filter((note): note is Chooser => note.kind === 'chooser' && note.pool === pool);
}

/** Waits until those who choose have their tickets, or are found dead; not for those who came later. */
async function waitUntilChosen(
  folder: PlaceFolder,
  choosers: readonly Chooser[],
  signal: AbortSignal | undefined,
): Promise<void> {
  // A file that is gone counts as dead.
  for (let left = choosers; ; ) {
    left = await folder.living(left, folder.clock.now());
    if (left.length === 0) return;
    await folder.clock.sleep(CHOOSING_POLL_MS, signal);
  }
}

function ownTicket(folder: PlaceFolder, ticket: Ticket, bornAt: number): OwnTicket {
  const { clock } = folder;
  let touched = bornAt;
  let broken = false;
  const isFresh = (): boolean => Math.abs(clock.now() - touched) < STALE_MS / 2;
  let held: { readonly ballast: number } | undefined;
  const stamp = async (): Promise<void> => {
    broken ||= !isFresh();
    touched = await folder.touch(ticket);
  };
  const fill = async (bytes: number): Promise<void> => {
    await folder.fill(ticket, bytes);
    await stamp();
  };
  const touch = (): Promise<void> =>
    stamp().catch(async (error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
      broken = true;
      // The laptop slept, and others took us for dead. Who only waits draws again: its turn may have been given away.
      if (held) await fill(held.ballast);
    });
  let touching = Promise.resolve();
  const beat = (): void => {
    cancel = clock.after(BEAT_MS, beat);
    touching = touching.then(touch).catch(() => {});
  };
  let cancel = clock.after(BEAT_MS, beat);
  const end = async (): Promise<void> => {
    cancel();
    // A touch under way could make it again.
    await touching;
    await folder.remove(ticket);
  };
  let ended: Promise<void> | undefined;
  return {
    ticket,
    touch,
    isFresh,
    isUnbroken: () => !broken && isFresh(),
    async hold(ballast) {
      held = { ballast };
      broken = false;
      if (ballast > 0) await fill(ballast);
    },
    leave() {
      ended ??= end();
      return ended;
    },
  };
}
