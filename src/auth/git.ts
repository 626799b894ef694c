/** Keeping the files with keys out of git: what git does not yet ignore is added to .gitignore before a key is written. */
import { constants } from 'node:fs';
import { access, lstat, readFile, realpath } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { CliError } from '../errors.js';
import { replaceWhole } from '../files/output.js';
import { type Env, runGit } from './git-process.js';
import { codeOf, isUtf16 } from './text-file.js';

/** What came of it. */
export interface KeptOut {
  /** What was written, and where; undefined where nothing had to be. */
  readonly added: { path: string; patterns: string[] } | undefined;
  /** Files that git keeps versions of already: no pattern helps them. */
  readonly tracked: string[];
  /** Files that git would still add, whatever .gitignore says now. */
  readonly exposed: string[];
}

const COMMENT = '# API keys never go into git.';

/** As it looks when each byte is a character. */
const BYTE_ORDER_MARK = /^\u00ef\u00bb\u00bf/;

/**
 * Sees to it that git ignores `.env` and `.env.local` in a folder. Outside of a repository nothing is done.
 * @param folder absolute; the one that holds the .env file
 * @param env where git is found, and its settings
 * @param fileName the file with the key, where it has another name
 * @throws CliError `bad_file` when .gitignore would have to be changed and cannot be
 */
export async function keepOutOfGit(folder: string, env: Env, fileName = '.env'): Promise<KeptOut> {
  if (!(await isInRepository(folder))) return { added: undefined, tracked: [], exposed: [] };
  const names = [...new Set([fileName, '.env', '.env.local'])];
  const before = await askIgnored(folder, names, env);
  const open = names.filter((name) => !before?.includes(name));
  const added = open.length > 0 ? await addToIgnoreFile(join(folder, '.gitignore'), open) : undefined;
  const after = added ? await askIgnored(folder, names, env) : before;
  const tracked = await runGit(folder, ['ls-files', '-z', '--', ...names], env);
  return {
    added,
    tracked: names.filter((name) => tracked?.split('\0').includes(name)),
    exposed: after === undefined ? [] : names.filter((name) => !after.includes(name)),
  };
}

/** By looking, not by asking: git need not be installed for a folder to be pushed one day. */
async function isInRepository(folder: string): Promise<boolean> {
  for (let at = await realpath(folder).catch(() => folder); ; at = dirname(at)) {
    // A file in worktrees and submodules.
    const info = await lstat(join(at, '.git')).catch(() => undefined);
    if (info) return true;
    if (dirname(at) === at) return false;
  }
}

/** The names that git ignores by any of its rules; undefined where it does not say. */
async function askIgnored(folder: string, names: readonly string[], env: Env): Promise<string[] | undefined> {
  // With the index, a tracked file would count as not ignored, and be added to .gitignore each time.
  const answer = await runGit(folder, ['check-ignore', '--no-index', '--', ...names], env);
  return answer?.split('\n');
}

/**
 * Adds the names at the end of the file, where no earlier line can take them back.
 * @returns undefined where lines that name them are there: git could not be asked, or does not listen
 */
async function addToIgnoreFile(path: string, names: readonly string[]): Promise<KeptOut['added']> {
  const old = await readIgnoreFile(path, names);
  const text = old?.text ?? '';
  const patterns = names.filter((name) => !isListed(text.split('\n'), name));
  if (patterns.length === 0) return undefined;
  const lineBreak = /\r?\n/.exec(text)?.[0] ?? '\n';
  const isWhole = text === '' || text.endsWith('\n');
  const lines = [COMMENT, ...patterns].map((line) => line + lineBreak);
  const bytes = Buffer.from([text, isWhole ? '' : lineBreak, ...lines].join(''), 'latin1');
  try {
    if (old) await access(path, constants.W_OK);
    await replaceWhole(path, bytes, old?.mode);
  } catch (cause) {
    throw unusable(path, `cannot be written (${codeOf(cause)})`, names, cause);
  }
  return { path, patterns };
}

/** Is there a line that names the file, with none behind it that takes it back? Wider patterns are git's affair. */
function isListed(lines: readonly string[], name: string): boolean {
  const last = lines
    .map((line) => line.replace(BYTE_ORDER_MARK, '').trimEnd())
    .filter((line) => namesFile(line.replace(/^!/, ''), name))
    .at(-1);
  return last !== undefined && !last.startsWith('!');
}

function namesFile(pattern: string, name: string): boolean {
  const bare = pattern.replace(/^\//, '');
  return bare === name || bare === '.env*' || (bare === '.env.*' && name.startsWith('.env.'));
}

/** A character for each byte, so that all bytes come back as they were; undefined where there is no such file. */
async function readIgnoreFile(
  path: string,
  names: readonly string[],
): Promise<{ text: string; mode: number } | undefined> {
  const info = await lstat(path).catch(() => undefined);
  if (info === undefined) return undefined;
  // Git follows no link of this name, and it could lead anywhere.
  if (info.isSymbolicLink()) throw unusable(path, 'is a link, which git does not follow', names);
  if (!info.isFile()) throw unusable(path, 'is not a file', names);
  const bytes = await readFile(path).catch((cause) => {
    throw unusable(path, `cannot be read (${codeOf(cause)})`, names, cause);
  });
  if (isUtf16(bytes)) throw unusable(path, 'is written in UTF-16, which git cannot read', names);
  return { text: bytes.toString('latin1'), mode: info.mode & 0o777 };
}

function unusable(path: string, why: string, names: readonly string[], cause?: unknown): CliError {
  return new CliError('bad_file', `${path} ${why}.`, {
    hint: `Mend it and add these lines by hand, so that git ignores the API key: ${names.join(' and ')}`,
    cause,
  });
}
