/** The key in a .env file, read: that one variable, and nothing else of the file. */
import { CliError } from '../errors.js';
import type { Parse } from './env-text.js';
import { KEY_VARIABLE } from './key-form.js';
import { isUtf16, readIfThere, SAVE_AS_UTF8 } from './text-file.js';

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
