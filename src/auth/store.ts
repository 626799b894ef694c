/** The key kept in the OS config folder: where the file is and how it is read. */
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { CliError } from '../errors.js';

/** A stored key and the file that holds it. */
export interface StoredKey {
  readonly key: string | undefined;
  readonly path: string;
}

/**
 * Reads the stored key; `key: undefined` where none is stored. Nothing is written, no folder made.
 * @param configDir the folder instead of the OS's own (IDEOGRAM_CONFIG_DIR)
 * @throws CliError `no_key` when the file is there but cannot be read
 */
export async function readStoredKey(configDir: string | undefined): Promise<StoredKey> {
  const folder = configDir ?? (await configFolder());
  const path = join(folder, 'config.json');
  // conf makes the folder as soon as it looks for the file, and takes long to load: not where there is nothing to read.
  if (!existsSync(path)) return { key: undefined, path };
  const { default: Conf } = await import('conf');
  try {
    const store = new Conf<{ apiKey?: unknown }>({
      projectName: 'ideogram',
      cwd: folder,
      configFileMode: 0o600,
    });
    const { apiKey } = store.store;
    return { key: typeof apiKey === 'string' ? apiKey : undefined, path };
  } catch (error) {
    // Nothing of the error goes on: Node quotes the text that it could not parse, and the key is in it.
    const { code } = error as NodeJS.ErrnoException;
    const why = code ? `cannot be read (${code})` : 'is not valid JSON';
    throw new CliError('no_key', `The file with the stored API key, ${path}, ${why}.`, {
      hint: 'Mend or remove the file, or set IDEOGRAM_API_KEY.',
    });
  }
}

/** The OS's folder for settings: ~/.config/ideogram, ~/Library/Preferences/ideogram or %APPDATA%\\ideogram\\Config. */
async function configFolder(): Promise<string> {
  const { default: envPaths } = await import('env-paths');
  return envPaths('ideogram', { suffix: '' }).config;
}
