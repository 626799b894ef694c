/** Where the API key comes from: environment, then .env.local, then .env, then the stored one; the first that is not empty wins. */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Context } from '../context.js';
import { CliError, DASHBOARD_URL } from '../errors.js';

export const KEY_VARIABLE = 'IDEOGRAM_API_KEY';

const ENV_FILES = ['.env.local', '.env'] as const;

export interface FoundKey {
  readonly key: string;
  readonly source: 'environment' | (typeof ENV_FILES)[number] | 'config';
  /** The file it was read from; absent for the environment. */
  readonly path?: string;
}

/**
 * The key that counts, checked to be one that can be sent.
 * @throws CliError `no_key` when there is none, or when it holds characters no HTTP header can carry
 */
export async function findKey(ctx: Pick<Context, 'env' | 'cwd'>): Promise<FoundKey> {
  const found = fromEnvironment(ctx.env) ?? (await fromEnvFiles(ctx.cwd)) ?? (await fromStore(ctx.env));
  if (found === undefined) {
    throw new CliError('no_key', 'No API key was found.', {
      hint:
        `Make a key at ${DASHBOARD_URL}, then: export ${KEY_VARIABLE}=<key>, or write ${KEY_VARIABLE}=<key> ` +
        'into a .env file in this folder.\nTo try the program without a key, add --sandbox.',
    });
  }
  if (!isSendableKey(found.key)) {
    throw new CliError('no_key', `The API key from ${describeSource(found)} is not a key.`, {
      hint: 'It holds a space, a line break or another character that no key has. Copy it again, on one line.',
    });
  }
  return found;
}

/** Can this go into a header? Node refuses other characters with a message that quotes the key. */
export function isSendableKey(key: unknown): key is string {
  return typeof key === 'string' && /^[\x21-\x7e]+$/.test(key);
}

/** A key's place, for people. */
export function describeSource(found: FoundKey): string {
  return found.source === 'environment' ? KEY_VARIABLE : (found.path ?? found.source);
}

function fromEnvironment(env: Context['env']): FoundKey | undefined {
  const key = env[KEY_VARIABLE]?.trim();
  return key ? { key, source: 'environment' } : undefined;
}

async function fromEnvFiles(cwd: string): Promise<FoundKey | undefined> {
  for (const name of ENV_FILES) {
    const path = join(cwd, name);
    const key = await readEnvFile(path);
    if (key) return { key, source: name, path };
  }
  return undefined;
}

async function readEnvFile(path: string): Promise<string | undefined> {
  const bytes = await readIfThere(path);
  if (bytes === undefined) return undefined;
  // PowerShell's `>` writes UTF-16, in which dotenv finds nothing and says nothing.
  if ((bytes[0] === 0xff && bytes[1] === 0xfe) || (bytes[0] === 0xfe && bytes[1] === 0xff)) {
    throw new CliError('no_key', `${path} is written in UTF-16 and cannot be read.`, {
      hint: 'Save it as UTF-8 (in PowerShell: Set-Content -Encoding utf8).',
    });
  }
  const { parse } = await import('dotenv');
  // Only this one variable: a cloned repository's .env must not be able to send the key elsewhere.
  return parse(bytes)[KEY_VARIABLE]?.trim();
}

async function readIfThere(path: string): Promise<Buffer | undefined> {
  try {
    const info = await stat(path);
    // A folder named .env is common with Python's virtual environments.
    if (info.isDirectory()) return undefined;
    // Reading a named pipe that nobody writes to would never end.
    if (!info.isFile()) throw Object.assign(new Error('not a file'), { code: 'not a regular file' });
    return await readFile(path);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'ENOTDIR') return undefined;
    throw new CliError('no_key', `${path} cannot be read (${code}).`, {
      hint: `Make it readable, or set ${KEY_VARIABLE}.`,
      cause,
    });
  }
}

async function fromStore(env: Context['env']): Promise<FoundKey | undefined> {
  const { readStoredKey } = await import('./store.js');
  const { key, path } = await readStoredKey(env.IDEOGRAM_CONFIG_DIR || undefined);
  const trimmed = key?.trim();
  return trimmed ? { key: trimmed, source: 'config', path } : undefined;
}
