/** The key in a .env file, read: that one variable, and nothing else of the file. */
import { CliError, type ErrorCode } from '../errors.js';
import { readSmall, stat } from '../files/disk.js';
import type { Parse } from './env-text.js';
import { KEY_VARIABLE } from './key-form.js';

/**
 * The key in a .env file; undefined where the file, the variable or its value is missing. A folder is no file.
 * @throws CliError `no_key` when there is a file that cannot be read
 */
export async function readEnvFile(path: string): Promise<string | undefined> {
  const hint = `Make it readable, or set ${KEY_VARIABLE}.`;
  const bytes = await readIfThere(path, { code: 'no_key', hint });
  if (bytes === undefined) return undefined;
  if (isUtf16(bytes)) {
    throw new CliError('no_key', `${path} is written in UTF-16 and cannot be read.`, {
      hint: SAVE_AS_UTF8,
    });
  }
  return keyIn(bytes.toString('utf8'));
}

/** The key in the text of a .env file. */
export async function keyIn(text: string): Promise<string | undefined> {
  const parse = await loadParse();
  // Only this one variable: a cloned repository's .env must not be able to send the key elsewhere.
  return parse(text)[KEY_VARIABLE]?.trim() || undefined;
}

/** dotenv's own parser, loaded where there is a file to parse. */
export async function loadParse(): Promise<Parse> {
  const { parse } = await import('dotenv');
  return parse;
}

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
    return await readSmall(path);
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
