/** The settings file: where it is, what it holds, and how it is read; store.ts writes it. */
import { isAbsolute, join } from 'node:path';
import type { Context } from '../context.js';
import { CliError } from '../errors.js';
import { readWhole, stat } from '../files/disk.js';

/** A stored key and the file that holds it, or would. */
export interface StoredKey {
  readonly key: string | undefined;
  readonly path: string;
}

/** What the file holds; fields that a later version may add stay as they are. */
export interface Settings {
  apiKey?: string;
}

export const SETTINGS_FILE = 'config.json';

/**
 * Reads the stored key; `key: undefined` where none is stored. Nothing is written, no folder made.
 * @throws CliError `no_key` when the file is there but cannot be read
 */
export async function readStoredKey(ctx: Pick<Context, 'env'>): Promise<StoredKey> {
  const path = await settingsPath(ctx);
  return { key: keyOf(await readSettings(path, 'no_key')), path };
}

/** The key in the settings; one of white space is none. */
export function keyOf(settings: Settings | undefined): string | undefined {
  return settings?.apiKey?.trim() || undefined;
}

/**
 * The settings; undefined where there is no file. Read without conf: that takes long to load, and watches signals from
 * then on, which would make one Ctrl-C count as two.
 */
export async function readSettings(path: string, code: 'no_key' | 'bad_file'): Promise<Settings | undefined> {
  const refuse = (why: string): CliError =>
    new CliError(code, `The file with the stored API key, ${path}, ${why}.`, {
      hint: 'Mend or remove the file, or set IDEOGRAM_API_KEY.',
    });
  let text: string;
  try {
    if ((await stat(path)).isFile()) text = (await readWhole(path)).toString('utf8');
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

/**
 * In the OS's folder for settings: ~/.config/ideogram, ~/Library/Preferences/ideogram or %APPDATA%\\ideogram\\Config.
 * @throws CliError `bad_input` where that is below the current folder: the key would lie in each project, and be found in none
 */
export async function settingsPath({ env }: Pick<Context, 'env'>): Promise<string> {
  const chosen = env.IDEOGRAM_CONFIG_DIR?.trim();
  if (chosen && !isAbsolute(chosen)) {
    throw new CliError('bad_input', `IDEOGRAM_CONFIG_DIR is "${chosen}", which is not an absolute path.`, {
      hint: chosen.startsWith('~')
        ? 'Only a shell knows ~: write the path out.'
        : 'Write the path out, from the root.',
    });
  }
  if (chosen) return join(chosen, SETTINGS_FILE);
  const { default: envPaths } = await import('env-paths');
  const { config } = envPaths('ideogram', { suffix: '' });
  if (isAbsolute(config)) return join(config, SETTINGS_FILE);
  throw new CliError(
    'bad_input',
    'The folder for settings is not known: there is no home folder (HOME is empty).',
    {
      hint: 'Set HOME or IDEOGRAM_CONFIG_DIR, or use IDEOGRAM_API_KEY.',
    },
  );
}
