/** The two places this program keeps a key in: the settings of the user, or .env in the folder at hand; both are used alike. */
import { basename, dirname, join } from 'node:path';
import type { Context } from '../context.js';
import { shellWord } from '../files/shell-word.js';
import { inspectEnvFile, removeKeyFromEnvFile, writeKeyToEnvFile } from './env-file.js';
import { formatMode, type Narrowed } from './file-mode.js';
import { keepOutOfGit } from './git.js';
import { checkStore, removeStoredKey, storeKey } from './store.js';

type Surroundings = Pick<Context, 'env' | 'cwd' | 'platform'>;

/** What one should know after a key was written. */
export interface Aftermath {
  /** The .gitignore that was added to, and what was; undefined where nothing had to be. */
  readonly ignored: { readonly path: string; readonly patterns: readonly string[] } | undefined;
  readonly warnings: readonly string[];
}

export interface KeyPlace {
  readonly source: 'config' | '.env';
  /** Absolute path of the file. */
  readonly path: string;
  /** What it holds now. */
  readonly key: string | undefined;
  /**
   * Puts a key there, in place of the one that is there.
   * @throws CliError `bad_file`; the file is then as it was
   */
  write(key: string): Promise<Aftermath>;
}

/**
 * Looks whether a key can be kept there: to be asked before anything is sent.
 * @throws CliError `bad_file` when it cannot
 */
export async function openKeyPlace(ctx: Surroundings, source: KeyPlace['source']): Promise<KeyPlace> {
  return source === 'config' ? openSettings(ctx) : openEnvFile(ctx);
}

/**
 * Takes the key out of a place.
 * @returns whether there was one, and the file it was looked for in
 * @throws CliError `bad_file` when the file cannot be read or written
 */
export async function removeKey(
  ctx: Surroundings,
  source: KeyPlace['source'],
): Promise<{ removed: boolean; path: string }> {
  if (source === 'config') return removeStoredKey(ctx);
  const path = join(ctx.cwd, '.env');
  return { removed: await removeKeyFromEnvFile(path), path };
}

async function openSettings(ctx: Surroundings): Promise<KeyPlace> {
  const { key, path } = await checkStore(ctx);
  const write = async (next: string): Promise<Aftermath> => {
    const { narrowed, openFolder } = await storeKey(ctx, next);
    const left = openFolder
      ? [`${openFolder.path} is open to others (mode ${formatMode(openFolder.mode)}); the file in it is not.`]
      : [];
    return { ignored: undefined, warnings: [...narrowed.map(narrowedWarning), ...left] };
  };
  return { source: 'config', path, key, write };
}

async function openEnvFile({ cwd, env, platform }: Surroundings): Promise<KeyPlace> {
  const { key, path } = await inspectEnvFile(join(cwd, '.env'));
  const write = async (next: string): Promise<Aftermath> => {
    // First: a key must not be in the folder for a moment without git being told.
    const git = await keepOutOfGit(dirname(path), env, basename(path));
    const { narrowedFrom: from } = await writeKeyToEnvFile(path, next);
    const narrowed = from === undefined || platform === 'win32' ? [] : [{ path, from, to: from & 0o600 }];
    return {
      ignored: git.added,
      warnings: [
        ...narrowed.map(narrowedWarning),
        ...git.tracked.map(
          (name) =>
            `${join(dirname(path), name)} is tracked by git: the key would be in the next commit. ` +
            `Run: git -C ${shellWord(dirname(path))} rm --cached ${name}`,
        ),
        ...git.exposed
          .filter((name) => !git.tracked.includes(name))
          .map(
            (name) =>
              `git does not ignore ${name}, though .gitignore names it. See: git check-ignore -v ${name}`,
          ),
      ],
    };
  };
  return { source: '.env', path, key, write };
}

function narrowedWarning({ path, from, to }: Narrowed): string {
  return `${path} was open to others (mode ${formatMode(from)}); it is ${formatMode(to)} now.`;
}
