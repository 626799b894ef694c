/** The key kept in the OS config folder: where the file is, how it is read, and how it is written so that nobody else can. */
import { existsSync, statSync } from 'node:fs';
import { access, constants, mkdir, readdir, rm } from 'node:fs/promises';
import { basename, dirname, isAbsolute, join, resolve } from 'node:path';
import type { Context } from '../context.js';
import { CliError } from '../errors.js';
import { type Narrowed, narrowMode } from './file-mode.js';

/** What decides where the file is, and what its modes mean. */
type Surroundings = Pick<Context, 'env' | 'cwd' | 'platform'>;

/** A stored key and the file that holds it, or would. */
export interface StoredKey {
  readonly key: string | undefined;
  readonly path: string;
}

/** What the file holds; fields that a later version may add stay as they are. */
interface Settings {
  apiKey?: unknown;
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
  // conf makes the folder as soon as it looks for the file, and takes long to load: not where there is nothing to read.
  if (!existsSync(path)) return { key: undefined, path };
  const { apiKey } = (await openStore(path, 'no_key')).store;
  return { key: (typeof apiKey === 'string' && apiKey.trim()) || undefined, path };
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
    if (!statSync(folder).isDirectory()) throw Object.assign(new Error('no folder'), { code: 'ENOTDIR' });
  } catch (cause) {
    throw unwritable(path, cause);
  }
  if (existsSync(path)) await openStore(path, 'bad_file');
  return readStoredKey(ctx);
}

/**
 * Stores the key in place of the one that is there: whole or not at all, and never readable by others, not for a moment.
 * @returns what was open to others before
 * @throws CliError as `checkStore`
 */
export async function storeKey(ctx: Surroundings, key: string): Promise<Narrowed[]> {
  const path = await storePath(ctx);
  return writing(path, async () => {
    const folder = dirname(path);
    await mkdir(folder, { recursive: true, mode: FOLDER_MODE });
    const narrowed = [
      (await isOurs(folder)) ? await narrowMode(folder, ctx.platform) : undefined,
      await narrowMode(path, ctx.platform),
    ];
    (await openStore(path, 'bad_file')).set('apiKey', key);
    return narrowed.filter((each) => each !== undefined);
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
    if (!existsSync(path)) return { removed: false, path };
    const store = await openStore(path, 'bad_file');
    const { apiKey, ...others } = store.store;
    if (Object.keys(others).length === 0) await rm(path);
    else if (apiKey !== undefined) store.delete('apiKey');
    return { removed: apiKey !== undefined, path };
  });
}

async function writing<T>(path: string, action: () => Promise<T>): Promise<T> {
  try {
    return await action();
  } catch (cause) {
    throw cause instanceof CliError ? cause : unwritable(path, cause);
  }
}

/** What a process that was killed while it wrote has left behind: a key is in it. */
async function removeLeftovers(path: string): Promise<void> {
  const names = await readdir(dirname(path)).catch(() => []);
  const leftovers = names.filter((name) => name.startsWith(`${FILE}.tmp-`));
  await Promise.all(leftovers.map((name) => rm(join(dirname(path), name), { force: true })));
}

/** A folder that holds other files too (IDEOGRAM_CONFIG_DIR may be any) must not be closed to those who use them. */
async function isOurs(folder: string): Promise<boolean> {
  return (await readdir(folder)).every((name) => name.startsWith(FILE));
}

/** The folder itself, or the nearest one above it that exists. */
function nearestFolder(folder: string): string {
  return existsSync(folder) || dirname(folder) === folder ? folder : nearestFolder(dirname(folder));
}

async function openStore(path: string, code: 'no_key' | 'bad_file') {
  const { default: Conf } = await import('conf');
  try {
    const store = new Conf<Settings>({
      projectName: 'ideogram',
      projectSuffix: '',
      configName: basename(FILE, '.json'),
      cwd: dirname(path),
      configFileMode: FILE_MODE,
    });
    // Read now: conf reads each time it is asked, and what is wrong with the file is to be said here.
    void store.store;
    return store;
  } catch (error) {
    // Nothing of the error goes on: Node quotes the text that it could not parse, and the key is in it.
    const system = (error as NodeJS.ErrnoException).code;
    const why = system ? `cannot be read (${system})` : 'is not valid JSON';
    throw new CliError(code, `The file with the stored API key, ${path}, ${why}.`, {
      hint: 'Mend or remove the file, or set IDEOGRAM_API_KEY.',
    });
  }
}

function unwritable(path: string, cause: unknown): CliError {
  const { code = 'unknown reason' } = cause as NodeJS.ErrnoException;
  return new CliError('bad_file', `${path} cannot be written (${code}).`, {
    hint: 'Make the folder writable, choose another with IDEOGRAM_CONFIG_DIR, or keep the key in .env of a project: --env',
  });
}

/** In the OS's folder for settings: ~/.config/ideogram, ~/Library/Preferences/ideogram or %APPDATA%\\ideogram\\Config. */
async function storePath(ctx: Pick<Context, 'env' | 'cwd'>): Promise<string> {
  const chosen = ctx.env.IDEOGRAM_CONFIG_DIR;
  if (chosen) return join(isAbsolute(chosen) ? chosen : resolve(ctx.cwd, chosen), FILE);
  const { default: envPaths } = await import('env-paths');
  return join(envPaths('ideogram', { suffix: '' }).config, FILE);
}
