/** Which file a .env is in the end, whether it can be read, and whether a key may be written into it. */
import { constants } from 'node:fs';
import { access, lstat, realpath, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { CliError } from '../errors.js';
import { codeOf, isUtf16, readIfThere, SAVE_AS_UTF8 } from './text-file.js';

/** A .env file that can be written, or made. */
export interface EnvTarget {
  /** Absolute, links resolved. */
  readonly path: string;
  /** With its byte order mark, where it has one; undefined: no such file. */
  readonly text: string | undefined;
  /** Permission bits; undefined: no such file. */
  readonly mode: number | undefined;
  /** It was reached through a link of its own, not only through linked folders. */
  readonly isLinked: boolean;
}

/** What a link named .env may lead to; git patterns and messages take these characters as they are. */
const ENV_NAME = /^\.env[\w.-]*$/;

/**
 * Looks at a file that is going to be written.
 * @param path absolute
 * @param otherwise the remedy that always helps; last in the hint
 * @throws CliError `bad_file` when it could not be written, or must not be
 */
export async function lookAtTarget(path: string, otherwise: string): Promise<EnvTarget> {
  const refuse = (what: string, advice = '', cause?: unknown): never => {
    throw new CliError('bad_file', what, { hint: [advice, otherwise].filter(Boolean).join(' '), cause });
  };
  const { path: real, isLinked } = await resolveLinks(path, refuse);
  const folder = dirname(real);
  const info = await stat(real).catch(() => undefined);
  if (info?.isDirectory()) {
    return refuse(`${real} is a folder.`, "Python's virtual environments use that name.");
  }
  await access(folder, constants.W_OK).catch((cause) =>
    refuse(`Nothing can be written into the folder ${folder} (${codeOf(cause)}).`, '', cause),
  );
  if (info === undefined) return { path: real, text: undefined, mode: undefined, isLinked };
  const bytes = await readIfThere(real, { code: 'bad_file', hint: otherwise });
  return { path: real, text: decode(bytes, real, refuse), mode: info.mode & 0o777, isLinked };
}

type Refuse = (what: string, advice?: string, cause?: unknown) => never;

async function resolveLinks(path: string, refuse: Refuse): Promise<{ path: string; isLinked: boolean }> {
  const info = await lstat(path).catch(() => undefined);
  if (info === undefined) {
    const folder = await realpath(dirname(path)).catch((cause) =>
      refuse(`The folder ${dirname(path)} cannot be used (${codeOf(cause)}).`, '', cause),
    );
    return { path: join(folder, basename(path)), isLinked: false };
  }
  const isLinked = info.isSymbolicLink();
  const real = await realpath(path).catch((cause) =>
    codeOf(cause) === 'ENOENT'
      ? refuse(
          `${path} is a link to a file that does not exist.`,
          'Remove the link, or make the file.',
          cause,
        )
      : refuse(`${path} cannot be used (${codeOf(cause)}).`, '', cause),
  );
  // A cloned repository could let .env lead to ~/.bashrc.
  if (isLinked && !ENV_NAME.test(basename(real))) {
    return refuse(`${path} is a link to ${real}, which is not a .env file.`, 'Remove the link.');
  }
  return { path: real, isLinked };
}

function decode(bytes: Buffer | undefined, path: string, refuse: Refuse): string | undefined {
  if (bytes === undefined) return undefined;
  if (isUtf16(bytes)) return refuse(`${path} is written in UTF-16.`, SAVE_AS_UTF8);
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    // The decoder's error says no more, and whatever quotes the text could quote a key.
    return refuse(`${path} is not UTF-8 text.`, SAVE_AS_UTF8);
  }
}
