/** Places in flight: all processes of a machine share what one account may do at once, first come first served. */
import { CliError } from '../errors.js';
import { readPause, writePause } from './pause.js';
import { openPlaceFolder, type PlaceFolder, type PlaceFolderOptions } from './place-folder.js';
import { poolMark } from './place-names.js';
import { queueUp } from './queue.js';
import { openDesk } from './tickets.js';

export interface Place {
  /** Could nobody else have had it meanwhile? Not so where this process was stopped, or a disk held it up. */
  isUnbroken(): boolean;
  /** Gives the places back. Never rejects; a second time changes nothing. */
  leave(): Promise<void>;
}

export interface Wanted {
  /** What is shared: any text. */
  readonly pool: string;
  /** How many are taken. More than the limit wait until there is nobody else. */
  readonly places: number;
  /** How many the pool has. */
  readonly limit: number;
  readonly signal: AbortSignal;
  /** It has to wait, and whenever the numbers change: places taken, and requests that come first and wait too. */
  readonly onWait?: (queue: { inUse: number; ahead: number }) => void;
  /** Its turn has come, but there is a pause, until then: milliseconds since 1970. */
  readonly onPause?: (until: number) => void;
}

/** Each process has its own; they meet in the folder. */
export type PlacesOptions = PlaceFolderOptions;

export interface Places {
  /**
   * Waits for its turn, for enough places, and for the end of a pause.
   * @throws the signal's reason when that is aborted first; CliError `bad_file` when the folder cannot be written
   */
  enter(wanted: Wanted): Promise<Place>;
  /**
   * Takes the only place of a pool if nobody has it or waits for it.
   * @throws CliError `bad_file`
   */
  tryEnter(pool: string): Promise<Place | undefined>;
  /**
   * Takes the only place of a pool whose name nobody else can know yet.
   * @param options.ballast bytes of the disk that it takes up, to be given back when that is full
   * @throws CliError `bad_file`
   */
  enterNew(pool: string, options: { readonly ballast: number }): Promise<Place>;
  /**
   * The pools where somebody who lives has places, or waits. By their names where these are small letters, digits, `.`, `_`
   * and `-`, at most 80.
   * @throws CliError `bad_file`
   */
  heldPools(): Promise<Set<string>>;
  /**
   * Nobody enters the pool before `until`, milliseconds since 1970, at most five minutes from now. Never shortens a pause.
   * Never rejects: the call that was told to wait does so itself.
   */
  pause(pool: string, until: number): Promise<void>;
  /** Milliseconds since 1970; 0 where there is no pause. Never rejects. */
  pausedUntil(pool: string): Promise<number>;
}

/** Before a ticket is drawn once more. */
const ANEW_MS = 5;

export function createPlaces(options: PlacesOptions): Places {
  const folder = openPlaceFolder(options);
  const desk = openDesk(folder);
  return {
    async enter({ signal, ...wanted }) {
      const line = { ...wanted, pool: poolMark(wanted.pool), signal };
      for (;;) {
        const own = await keeping(folder, () => queueUp(folder, desk, line), signal);
        if (own) return own;
        // Its ticket was taken away while it waited: the machine had slept. Where that never ends, a signal must still be heard.
        await options.clock.sleep(ANEW_MS, signal);
      }
    },
    async tryEnter(pool) {
      const line = { pool: poolMark(pool), places: 1, limit: 1 };
      return keeping(folder, () => queueUp(folder, desk, line));
    },
    enterNew: (pool, { ballast }) =>
      keeping(folder, async () => {
        const own = await desk.takeFirst(poolMark(pool));
        try {
          await own.hold(ballast);
        } catch (error) {
          await own.leave();
          throw error;
        }
        return own;
      }),
    heldPools: () =>
      keeping(folder, async () => {
        const notes = (await folder.list()).filter((note) => note.kind !== 'pause');
        const living = await folder.living(notes, options.clock.now());
        // Who still chooses holds nothing; but what the dead have chosen with is cleared away here too.
        return new Set(living.flatMap((note) => (note.kind === 'ticket' ? [note.pool] : [])));
      }),
    pause: (pool, until) => writePause(folder, poolMark(pool), until).catch(() => {}),
    pausedUntil: (pool) =>
      folder.list().then(
        (notes) => readPause(folder, notes, poolMark(pool)),
        () => 0,
      ),
  };
}

/** Turns what the file system refuses into an error for people. */
async function keeping<T>(
  { folder }: PlaceFolder,
  action: () => Promise<T>,
  signal?: AbortSignal,
): Promise<T> {
  try {
    return await action();
  } catch (cause) {
    // A clock may reject with an error of its own.
    signal?.throwIfAborted();
    const { code, syscall } = cause as NodeJS.ErrnoException;
    if (syscall === undefined) throw cause;
    throw new CliError('bad_file', `The places in flight cannot be kept in ${folder}: ${code}.`, {
      hint: `${code === 'ENOSPC' ? 'Its disk is full: make room, or set' : 'Set'} IDEOGRAM_STATE_DIR to a folder that can be written: there all processes share what the account may do at once. Nothing was sent.`,
      cause,
    });
  }
}
