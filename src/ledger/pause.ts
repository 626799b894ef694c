/** Pauses of a pool: nobody enters before a time that one process has named to all. */
import type { PlaceFolder } from './place-folder.js';
import { type Note, newPause, type Pause } from './place-names.js';

/** What lies further ahead was written by a clock that was wrong. */
const MAX_PAUSE_MS = 5 * 60_000;

/**
 * @param pool as `poolMark` writes it
 * @param until milliseconds since 1970; each pause is a file of its own, so that none shortens another
 * @throws the file system's error
 */
export async function writePause(folder: PlaceFolder, pool: string, until: number): Promise<void> {
  if (!isBelievable(until, folder.clock.now())) return;
  if ((await readPause(folder, await folder.list(), pool)) >= until) return;
  await folder.create(newPause(pool, until));
}

/** When a pool's pause ends, in milliseconds since 1970; 0 where there is none. What is over, or cannot be, is removed. */
export async function readPause(folder: PlaceFolder, notes: readonly Note[], pool: string): Promise<number> {
  const now = folder.clock.now();
  const pauses = notes.filter((note): note is Pause => note.kind === 'pause' && note.pool === pool);
  const over = pauses.filter(({ until }) => !isBelievable(until, now));
  await Promise.all(over.map(folder.remove));
  return Math.max(0, ...pauses.filter((pause) => !over.includes(pause)).map(({ until }) => until));
}

function isBelievable(until: number, now: number): boolean {
  return until > now && until - now <= MAX_PAUSE_MS;
}
