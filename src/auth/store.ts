/** The key kept in the OS config folder: where the file is, how it is read, and how it is written so that nobody else can. */
import { existsSync, statSync } from 'node:fs';
import { access, constants, lstat, readdir, readFile, realpath, rm, stat, unlink } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join } from 'node:path';
import type { Context } from '../context.js';
import { CliError } from '../errors.js';
import { makeFolder } from '../files/folder.js';
import { isOpenToOthers, type Narrowed, narrowMode, readMode } from './file-mode.js';

/** What decides where the file is, and what its modes mean. */
type Surroundings = Pick<Context, 'env' | 'cwd' | 'platform'>;

/** A stored key and the file that holds it, or would. */
export interface StoredKey {
  readonly key: string | undefined;
  readonly path: string;
}

/** What the file holds; fields that a later version may add stay as they are. */
interface Settings {
  apiKey?: string;
}

const FILE = 'config.json';
const FILE_MODE = 0o600;
const FOLDER_MODE = 0o700;

/**
 * Reads the stored key; `key: undefined` where none is stored. Nothing is written, no folder made.
 * @throws CliError `no_key` when the file is there but cannot be read
 */
export async function readStoredKey(ctx: Pick<Context, 'env' | 'cwd'>): Promise<StoredKey> {
  const path = await storePath(ctx);
  return { key: (await readSettings(path, 'no_key'))?.apiKey?.trim() || undefined, path };
}

/**
 * Can a key be stored? To be asked before anything is sent.
 * @throws CliError `bad_file` when the folder cannot be written, or the file is there but cannot be read
 */
export async function checkStore(ctx: Surroundings): Promise<StoredKey> {
  const path = await storePath(ctx);
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
  await readSettings(path, 'bad_file');
  return readStoredKey(ctx);
}

/**
 * Stores the key in place of the one that is there: whole or not at all, and never readable by others, not for a moment.
 * @returns what was open to others before, and what still is
 * @throws CliError as `checkStore`
 */
export async function storeKey(
  ctx: Surroundings,
  key: string,
): Promise<{ narrowed: Narrowed[]; openFolder: Narrowed | undefined }> {
  const path = await storePath(ctx);
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
      openFolder:
        mode !== undefined && isOpenToOthers(mode) ? { path: folder, from: mode, to: mode } : undefined,
    };
  });
}

/**
 * Takes the key out, and the file with it when nothing else is in it.
 * @returns whether there was one, and the file it was looked for in
 * @throws CliError as `checkStore`
 */
export async function removeStoredKey(ctx: Surroundings): Promise<{ removed: boolean; path: string }> {
  const path = await storePath(ctx);
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
  return !env.IDEOGRAM_CONFIG_DIR?.trim() || (await readdir(folder)).every((name) => name.startsWith(FILE));
}

/** The bit of folders that everybody may write into. */
const STICKY = 0o1000;

/** The folder itself, or the nearest one above it that exists. */
function nearestFolder(folder: string): string {
  return existsSync(folder) || dirname(folder) === folder ? folder : nearestFolder(dirname(folder));
}

/**
 * The settings; undefined where there is no file. Read without conf: that takes long to load, and watches signals from
 * then on, which would make one Ctrl-C count as two.
 */
async function readSettings(path: string, code: 'no_key' | 'bad_file'): Promise<Settings | undefined> {
  const refuse = (why: string): CliError =>
    new CliError(code, `The file with the stored API key, ${path}, ${why}.`, {
      hint: 'Mend or remove the file, or set IDEOGRAM_API_KEY.',
    });
  let text: string;
  try {
    if ((await stat(path)).isFile()) text = await readFile(path, 'utf8');
    else throw Object.assign(new Error('not a file'), { code: 'not a regular file' });
  } catch (error) {
    const system = (error as NodeJS.ErrnoException).code ?? 'unknown reason';
    if (system === 'ENOENT' || system === 'ENOTDIR') return undefined;
    throw refuse(`cannot be read (${system})`);
  }
  if (text.startsWith('\ufeff')) throw refuse('begins with a byte order mark: save it as UTF-8 without one');
  try {
    const settings: unknown = JSON.parse(text);
    if (isSettings(settings)) return settings;
  } catch {
    // Nothing of the error goes on: Node quotes the text that it could not parse, and the key is in it.
    throw refuse('is not valid JSON');
  }
  throw refuse('does not hold settings');
}

function isSettings(value: unknown): value is Settings {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const { apiKey } = value as { apiKey?: unknown };
  return apiKey === undefined || typeof apiKey === 'string';
}

async function openStore(path: string) {
  const { default: Conf } = await import('conf');
  return new Conf<Settings>({
    projectName: 'ideogram',
    projectSuffix: '',
    configName: basename(FILE, '.json'),
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

/**
 * In the OS's folder for settings: ~/.config/ideogram, ~/Library/Preferences/ideogram or %APPDATA%\\ideogram\\Config.
 * @throws CliError `bad_input` where that is below the current folder: the key would lie in each project, and be found in none
 */
async function storePath({ env }: Pick<Context, 'env'>): Promise<string> {
  const chosen = env.IDEOGRAM_CONFIG_DIR?.trim();
  if (chosen && !isAbsolute(chosen)) {
    throw new CliError('bad_input', `IDEOGRAM_CONFIG_DIR is "${chosen}", which is not an absolute path.`, {
      hint: chosen.startsWith('~')
        ? 'Only a shell knows ~: write the path out.'
        : 'Write the path out, from the root.',
    });
  }
  if (chosen) return join(chosen, FILE);
  const { default: envPaths } = await import('env-paths');
  const { config } = envPaths('ideogram', { suffix: '' });
  if (isAbsolute(config)) return join(config, FILE);
  throw new CliError(
    'bad_input',
    'The folder for settings is not known: there is no home folder (HOME is empty).',
    {
      hint: 'Set HOME or IDEOGRAM_CONFIG_DIR, or use IDEOGRAM_API_KEY.',
    },
  );
}
