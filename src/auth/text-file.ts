/** Reading a small file that a person may have written: is it there, is it a file, and in which encoding. */
import { CliError, type ErrorCode } from '../errors.js';
import { readWhole, stat } from '../files/disk.js';

/** The remedy for a file in another encoding. */
export const SAVE_AS_UTF8 = 'Save it as UTF-8 (in PowerShell: Set-Content -Encoding utf8).';

/** PowerShell's `>` writes UTF-16, in which dotenv finds nothing and says nothing. */
export function isUtf16(bytes: Uint8Array): boolean {
  return (bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff);
}

/**
 * A file's bytes; undefined for a folder, or where there is none.
 * @param failure code and hint of the error
 * @throws CliError when it is neither, or cannot be read
 */
export async function readIfThere(
  path: string,
  failure: { readonly code: ErrorCode; readonly hint: string },
): Promise<Buffer | undefined> {
  try {
    const info = await stat(path);
    // A folder named .env is common with Python's virtual environments.
    if (info.isDirectory()) return undefined;
    // Reading a named pipe that nobody writes to would never end.
    if (!info.isFile()) throw Object.assign(new Error('not a file'), { code: 'not a regular file' });
    return await readWhole(path);
  } catch (cause) {
    const code = codeOf(cause);
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new CliError(failure.code, `${path} cannot be read (${code}).`, { hint: failure.hint, cause });
  }
}

/** What the system calls its error. */
export function codeOf(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? 'unknown error';
}
