/** Who may read a file: its permission bits, and taking them away from others. */
import { chmod } from 'node:fs/promises';
import { stat } from '../files/disk.js';
import { shellWord } from '../files/shell-word.js';

/** Something whose mode let others in, and what it was. */
export interface Narrowed {
  readonly path: string;
  readonly from: number;
  readonly to: number;
}

/** The permission bits, as 0o644; undefined where there is no such file, or where the system has none (Windows). */
export async function readMode(path: string, platform: NodeJS.Platform): Promise<number | undefined> {
  if (platform === 'win32') return undefined;
  return stat(path).then(
    ({ mode }) => mode & 0o7777,
    () => undefined,
  );
}

/** May anybody but the owner read or write it? */
export function isOpenToOthers(mode: number): boolean {
  return (mode & 0o077) !== 0;
}

/**
 * Takes a file or folder away from everybody but its owner; one that is theirs alone, or not there, is left as it is.
 * @returns what it was, where something was taken away
 */
export async function narrowMode(path: string, platform: NodeJS.Platform): Promise<Narrowed | undefined> {
  const from = await readMode(path, platform);
  if (from === undefined || !isOpenToOthers(from)) return undefined;
  const to = from & 0o7700;
  await chmod(path, to);
  return { path, from, to };
}

/**
 * What to say of a file with a key that others may read; undefined where they may not.
 * @param mode from `readMode`
 */
export function describeOpenFile(path: string, mode: number | undefined): string | undefined {
  if (mode === undefined || !isOpenToOthers(mode)) return undefined;
  return `${path} is open to others (mode ${formatMode(mode)}). Run: chmod 600 ${shellWord(path)}`;
}

/** As `ls` and `chmod` users know it: 0644. */
export function formatMode(mode: number): string {
  return mode.toString(8).padStart(4, '0');
}
