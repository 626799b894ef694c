/** The key is put into the settings file and taken out: whole or not at all, and for nobody else to read. */
import { constants, existsSync, statSync } from 'node:fs';
import { access, lstat, readdir, realpath, rm, stat, unlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { Context } from '../context.js';
import { CliError } from '../errors.js';
import { makeFolder } from '../files/folder.js';
import { isOpenToOthers, type Narrowed, narrowMode, readMode } from './file-mode.js';
import {
  keyOf,
  readSettings,
  SETTINGS_FILE,
  type Settings,
  type StoredKey,
  settingsPath,
} from './settings-file.js';

/** What decides where the file is, and what its modes mean. */
type Surroundings = Pick<Context, 'env' | 'platform'>;

const FILE_MODE = 0o600;
const FOLDER_MODE = 0o700;

/**
 * Can a key be stored? To be asked before anything is sent.
 * @throws CliError `bad_file` when the folder cannot be written, or the file is there but cannot be read
 */
export async function checkStore(ctx: Surroundings): Promise<StoredKey> {
  const path = await settingsPath(ctx);
  try {
    // conf would try for a whole second before it gives up.
    const folder = nearestFolder(dirname(path));
    await access(folder, constants.W_OK);
    if (await leadsNowhere(path))
      throw Object.assign(new Error('dangling'), { code: 'a link that leads nowhere' });
    if (!statSync(folder).isDirectory()) throw Object.assign(new Error('no folder'), { code: 'ENOTDIR' });
  } catch (cause) {
    throw unwritable(path, cause);
  }
  return { key: keyOf(await readSettings(path, 'bad_file')), path };
}

/**
 * Stores the key in place of the one that is there: whole or not at all, and never readable by others, not for a moment.
 * @returns what was open to others before, and the folder where it still is
 * @throws CliError as `checkStore`
 */
export async function storeKey(
  ctx: Surroundings,
  key: string,
): Promise<{ narrowed: Narrowed[]; openFolder: { path: string; mode: number } | undefined }> {
  const path = await settingsPath(ctx);
  return writing(path, async () => {
    const folder = dirname(path);
    await makeFolder(folder, FOLDER_MODE);
    const isOurs = await belongsToUs(ctx, folder);
    const ofFolder = isOurs ? await narrowMode(folder, ctx.platform) : undefined;
    const ofFile = await narrowMode(path, ctx.platform);
    await readSettings(path, 'bad_file');
    (await openStore(path)).set('apiKey', key);
    const mode = isOurs ? undefined : await readMode(folder, ctx.platform);
    return {
      narrowed: [ofFolder, ofFile].filter((each) => each !== undefined),
      openFolder: mode !== undefined && isOpenToOthers(mode) ? { path: folder, mode } : undefined,
    };
  });
}

/**
 * Takes the key out, and the file with it when nothing else is in it.
 * @returns whether there was one, and the file it was looked for in
 * @throws CliError as `checkStore`
 */
export async function removeStoredKey(ctx: Surroundings): Promise<{ removed: boolean; path: string }> {
  const path = await settingsPath(ctx);
  return writing(path, async () => {
    await removeLeftovers(path);
    const settings = await readSettings(path, 'bad_file');
    if (settings === undefined) return { removed: false, path };
    const { apiKey, ...others } = settings;
    const isLink = (await lstat(path)).isSymbolicLink();
    // A link is somebody's arrangement: the key goes, the link stays, and so does what it leads to.
    if (Object.keys(others).length === 0 && !isLink) await rm(path);
    else if (apiKey !== undefined) (await openStore(path)).delete('apiKey');
    return { removed: apiKey !== undefined, path };
  });
}

async function leadsNowhere(path: string): Promise<boolean> {
  const info = await lstat(path).catch(() => undefined);
  return info?.isSymbolicLink() === true && !existsSync(path);
}

async function writing<T>(path: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (cause) {
    throw cause instanceof CliError ? cause : unwritable(path, cause);
  }
}

/** How conf calls the file that it writes first, behind the name of the one it becomes. */
const LEFTOVER = /^\.tmp-\d{10}[0-9a-f]{6}$/;

/** What a process that was killed while it wrote has left behind: a key is in it. */
async function removeLeftovers(path: string): Promise<void> {
  const real = await realpath(path).catch(() => path);
  const names = await readdir(dirname(real)).catch(() => []);
  const leftovers = names.filter(
    (name) => name.startsWith(basename(real)) && LEFTOVER.test(name.slice(basename(real).length)),
  );
  await Promise.all(leftovers.map((name) => unlink(join(dirname(real), name)).catch(() => {})));
}

/** A folder that somebody has chosen may hold other files, or be /tmp itself: it is not closed to those who use it. */
async function belongsToUs({ env }: Surroundings, folder: string): Promise<boolean> {
  if ((await stat(folder)).mode & STICKY) return false;
  return (
    !env.IDEOGRAM_CONFIG_DIR?.trim() ||
    (await readdir(folder)).every((name) => name.startsWith(SETTINGS_FILE))
  );
}

/** The bit of folders that everybody may write into. */
const STICKY = 0o1000;

/** The folder itself, or the nearest one above it that exists. */
function nearestFolder(folder: string): string {
  return existsSync(folder) || dirname(folder) === folder ? folder : nearestFolder(dirname(folder));
}

async function openStore(path: string) {
  const { default: Conf } = await import('conf');
  return new Conf<Settings>({
    projectName: 'ideogram',
    projectSuffix: '',
    configName: basename(SETTINGS_FILE, '.json'),
    cwd: dirname(path),
    configFileMode: FILE_MODE,
  });
}

function unwritable(path: string, cause: unknown): CliError {
  const { code = 'unknown reason' } = cause as NodeJS.ErrnoException;
  return new CliError('bad_file', `${path} cannot be written (${code}).`, {
    hint: 'Make the folder writable, choose another with IDEOGRAM_CONFIG_DIR, or keep the key in .env of a project: --env',
  });
}
