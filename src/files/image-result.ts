/** The JSON result of another command instead of an image on standard input: the images it names, by their files. */
import { isAbsolute } from 'node:path';
import { CliError } from '../errors.js';

/** The API's words in an error are quoted so far. */
const MAX_QUOTED = 200;

/**
 * The files that a result names, in its order.
 * @param many whether several are wanted; else it is exactly one
 * @returns undefined where the bytes are no result of one of our commands
 * @throws CliError `bad_file`, where they are and it has no image to use, or too many
 * docs: docs/json.md
 */
export function pathsInResult(bytes: Uint8Array, many: boolean): string[] | undefined {
  const result = parseObject(bytes);
  if (result === undefined) return undefined;
  if (typeof result.ok !== 'boolean') return undefined;
  if (!Array.isArray(result.images)) throw unusableResult(result);
  // What was withheld or could not be saved has null.
  const paths = result.images.map((image) => asObject(image)?.path ?? null).filter((path) => path !== null);
  if (paths.length === 0) {
    throw new CliError('bad_file', 'The result on standard input has no saved image.', {
      hint: 'The command before it was refused, or could not save what it made: see what it says.',
    });
  }
  const files = paths.map(checkPath);
  if (files.length > 1 && !many) throw severalImages(files);
  return files;
}

function parseObject(bytes: Uint8Array): Record<string, unknown> | undefined {
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(bytes);
    return asObject(JSON.parse(text));
  } catch {
    return undefined;
  }
}

function asObject(value: unknown): Record<string, unknown> | undefined {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value);
  return isObject ? (value as Record<string, unknown>) : undefined;
}

/** Only files: a result that comes from elsewhere must not make us fetch an address, or read standard input again. */
function checkPath(path: unknown): string {
  if (typeof path === 'string' && isAbsolute(path)) return path;
  const shown = String(JSON.stringify(path)).slice(0, MAX_QUOTED);
  throw new CliError('bad_file', `The result on standard input names ${shown}, which is no absolute path.`, {
    hint: 'Its images[].path must be what ideogram --json prints.',
  });
}

/** They are made and paid: the remedy must not make them again. */
function severalImages(files: readonly string[]): CliError {
  return new CliError(
    'bad_file',
    `The result on standard input names ${files.length} images, and one is taken here.`,
    { hint: ['They are saved. Give them one by one:', ...files].join('\n') },
  );
}

function unusableResult({ ok, error, command }: Record<string, unknown>): CliError {
  const { message } = asObject(error) ?? {};
  if (ok === false && typeof message === 'string') {
    const words = message.length > MAX_QUOTED ? `${message.slice(0, MAX_QUOTED)}...` : message;
    return new CliError('bad_file', `Standard input holds the error of the command before it: ${words}`);
  }
  const whose = typeof command === 'string' ? ` of ${command.slice(0, MAX_QUOTED)}` : '';
  return new CliError('bad_file', `The result${whose} on standard input names no images.`);
}
