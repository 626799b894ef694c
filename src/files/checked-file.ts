/** Files that are read at once: never a folder, a pipe, a device or too much, and failures name them as the user did. */
import { readFile, stat } from 'node:fs/promises';
import { CliError } from '../errors.js';
import { megabytes, sizeAbove } from './upload-limits.js';

/** Reads a file of at most `limit` bytes; the errors name it as the user did. */
export async function readChecked(
  path: string,
  shown: string,
  limit: number,
  hint?: string,
): Promise<Uint8Array> {
  return naming(shown, hint, async () => {
    const size = await sizeOfFile(path, shown, hint);
    if (size > limit) {
      throw new CliError('bad_file', `${shown} is too large: ${sizeAbove(limit, size)}.`, {
        hint: `At most ${megabytes(limit)} are taken.`,
      });
    }
    return readFile(path);
  });
}

/** Reading a named pipe or a device may never end, so their size is not even asked for. */
export async function sizeOfFile(path: string, shown: string, hint: string | undefined): Promise<number> {
  const info = await stat(path);
  if (info.isDirectory()) throw new CliError('bad_file', `${shown} is a folder, not a file.`, { hint });
  if (info.isFile()) return info.size;
  throw new CliError('bad_file', `${shown} is a pipe or a device, not a file.`, { hint });
}

/** A failure of the file system, by the name that the user gave the file. */
export async function naming<T>(shown: string, hint: string | undefined, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof CliError) throw cause;
    const { code } = cause as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'does not exist' : `cannot be read (${code})`;
    throw new CliError('bad_file', `${shown} ${why}.`, { hint, cause });
  }
}
