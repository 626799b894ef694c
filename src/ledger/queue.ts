/** Whose turn it is: first come, first served, as many as there are places for, and nobody during a pause. */
import { readPause } from './pause.js';
import { type PlaceFolder, STALE_MS } from './place-folder.js';
import { byTurn, type Ticket } from './place-names.js';
import { type Desk, type OwnTicket, ticketsOf } from './tickets.js';

/** How often one looks whose turn is next, and at most those behind. */
const POLL_MS = { next: 10, most: 50 };
/** How often those ahead are asked for their last touch; whether their processes are there, each time. */
const CHECK_MS = 1_000;

/** What somebody queues up for. */
export interface Line {
  /** As `poolMark` writes it. */
  readonly pool: string;
  readonly places: number;
  readonly limit: number;
  /** Without it nothing is waited for. */
  readonly signal?: AbortSignal;
  /** It has to wait, and whenever the numbers change: places taken, and requests that come first and wait too. */
  readonly onWait?: ((queue: { inUse: number; ahead: number }) => void) | undefined;
  /** Its turn has come, but there is a pause, until then: milliseconds since 1970. */
  readonly onPause?: ((until: number) => void) | undefined;
}

/**
 * Draws a ticket and waits for its turn.
 * @returns undefined when it was not its turn at once and it does not wait, or when its ticket was taken away meanwhile
 * @throws the signal's reason, or the file system's error
 */
export async function queueUp(folder: PlaceFolder, desk: Desk, line: Line): Promise<OwnTicket | undefined> {
  const own = await desk.take(line.pool, line.places, line.signal);
  try {
    if (await waitForTurn(folder, own, line)) {
      await own.hold(0);
      return own;
    }
  } catch (error) {
    await own.leave();
    throw error;
  }
  await own.leave();
  return undefined;
}

async function waitForTurn(folder: PlaceFolder, own: OwnTicket, line: Line): Promise<boolean> {
  const { clock } = folder;
  const { pool, signal, onWait, onPause } = line;
  const watch = startWatch(folder);
  let told = '';
  let toldUntil = 0;
  for (;;) {
    if (!own.isFresh()) await own.touch();
    const now = clock.now();
    const notes = await folder.list();
    if (!notes.some(({ name }) => name === own.ticket.name)) return false;
    const before = ticketsOf(notes, pool).filter((ticket) => byTurn(ticket, own.ticket) < 0);
    let standing = standingBehind(before, line);
    // Whoever has its turn in any case need not ask who is alive.
    if (!standing.admitted) standing = standingBehind(await watch.living(before, now), line);
    const { admitted, inUse, ahead } = standing;
    const until = await readPause(folder, notes, pool);
    if (admitted && until === 0) {
      // If it was stopped meanwhile, what it saw is long ago.
      if (!own.isFresh()) continue;
      signal?.throwIfAborted();
      return true;
    }
    if (!signal) return false;
    if (!admitted && told !== `${inUse} ${ahead}`) {
      told = `${inUse} ${ahead}`;
      onWait?.({ inUse, ahead });
    }
    if (admitted && toldUntil !== until) {
      toldUntil = until;
      onPause?.(until);
    }
    await watch.sleep(until > 0 ? Math.max(1, until - clock.now()) : pollAfter(ahead), signal);
  }
}

/** A free place is a second of somebody's time, and a look costs the machine next to nothing: whose turn is near looks often. */
function pollAfter(ahead: number): number {
  return Math.min(POLL_MS.next * (ahead + 1), POLL_MS.most);
}

interface Standing {
  readonly admitted: boolean;
  /** Places of those before us whose turn has come. */
  readonly inUse: number;
  /** How many come before us and wait. */
  readonly ahead: number;
}

/** Strictly by number: who needs few places does not pass one who waits for many. */
function standingBehind(before: readonly Ticket[], own: { places: number; limit: number }): Standing {
  let inUse = 0;
  let ahead = 0;
  // What is larger than the pool gets all of it.
  const fits = (places: number): boolean => ahead === 0 && (inUse === 0 || inUse + places <= own.limit);
  for (const { places } of [...before].sort(byTurn)) {
    if (fits(places)) inUse += places;
    else ahead++;
  }
  return { admitted: fits(own.places), inUse, ahead };
}

/** Keeps an eye on those ahead while we wait. */
interface Watch {
  /** Those who live; the others are removed. */
  living(tickets: readonly Ticket[], now: number): Promise<readonly Ticket[]>;
  sleep(ms: number, signal: AbortSignal | undefined): Promise<void>;
}

/**
 * When a laptop wakes up, nobody has touched a file for hours. So whoever finds that it has slept itself, or that the clock
 * was set, judges nobody by his last touch until all had the time for another.
 */
function startWatch(folder: PlaceFolder): Watch {
  const { clock } = folder;
  let expected = clock.now();
  let trustFrom = Number.NEGATIVE_INFINITY;
  let checked = Number.NEGATIVE_INFINITY;
  return {
    async living(tickets, now) {
      if (Math.abs(now - expected) > STALE_MS / 2) trustFrom = now + STALE_MS / 2;
      if (now < trustFrom || Math.abs(now - checked) < CHECK_MS) return folder.living(tickets);
      checked = now;
      return folder.living(tickets, now);
    },
    async sleep(ms, signal) {
      expected = clock.now() + ms;
      await clock.sleep(ms, signal);
    },
  };
}
