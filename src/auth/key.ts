/** Where the API key comes from: environment, then .env.local, then .env, then the stored one; the first that is not empty wins. */
import { join } from 'node:path';
import type { Context } from '../context.js';
import { CliError, DASHBOARD_URL } from '../errors.js';
import { isSendableKey, KEY_VARIABLE, NOT_SENDABLE } from './key-form.js';

/** What the lookup needs of the world. */
type Surroundings = Pick<Context, 'env' | 'cwd'>;

export type KeySource = 'environment' | '.env.local' | '.env' | 'config';

export interface FoundKey {
  readonly key: string;
  readonly source: KeySource;
  /** The file it was read from; absent for the environment. */
  readonly path?: string;
}

/** One of the places: a key, or the reason why nothing can be read there. */
export type LookedUp = { readonly found: FoundKey } | { readonly problem: CliError };

/** The order of the lookup; each reader gives undefined where the place holds no key. */
const PLACES: readonly ((ctx: Surroundings) => Promise<FoundKey | undefined>)[] = [
  fromEnvironment,
  (ctx) => fromEnvFile(ctx.cwd, '.env.local'),
  (ctx) => fromEnvFile(ctx.cwd, '.env'),
  fromStore,
];

/**
 * The key that counts, checked to be one that can be sent.
 * @throws CliError `no_key` when there is none, or when it holds characters no HTTP header can carry
 */
export async function findKey(ctx: Surroundings): Promise<FoundKey> {
  for (const read of PLACES) {
    const found = await read(ctx);
    if (found === undefined) continue;
    const problem = problemOf(found);
    if (problem) throw problem;
    return found;
  }
  throw noKeyFound();
}

/** All places that hold a key or cannot be read, in the order in which they win. Never throws for one of them. */
export async function listKeys(ctx: Surroundings): Promise<LookedUp[]> {
  const places: LookedUp[] = [];
  for (const read of PLACES) {
    try {
      const found = await read(ctx);
      if (found) places.push({ found });
    } catch (problem) {
      if (!(problem instanceof CliError)) throw problem;
      places.push({ problem });
    }
  }
  return places;
}

/** Nobody has said which key to use. */
export function noKeyFound(): CliError {
  return new CliError('no_key', 'No API key was found.', {
    hint:
      `Make a key at ${DASHBOARD_URL}, then: ideogram auth login\n` +
      `In a script or CI job, set ${KEY_VARIABLE}. To try the program without a key, add --sandbox.`,
  });
}

/** Why the key that was found cannot be used; undefined where it can. The text holds nothing of it. */
export function problemOf(found: FoundKey): CliError | undefined {
  if (isSendableKey(found.key)) return undefined;
  return new CliError('no_key', `The API key from ${describeSource(found)} is not a key.`, {
    hint: NOT_SENDABLE,
  });
}

/** A key's place, for people. */
export function describeSource({
  source,
  path,
}: Pick<FoundKey, 'source'> & { path?: string | undefined }): string {
  return source === 'environment' ? `${KEY_VARIABLE} in the environment` : (path ?? source);
}

async function fromEnvironment({ env }: Surroundings): Promise<FoundKey | undefined> {
  const key = env[KEY_VARIABLE]?.trim();
  return key ? { key, source: 'environment' } : undefined;
}

async function fromEnvFile(cwd: string, source: '.env.local' | '.env'): Promise<FoundKey | undefined> {
  const { readEnvFile } = await import('./env-key.js');
  const path = join(cwd, source);
  const key = await readEnvFile(path);
  return key === undefined ? undefined : { key, source, path };
}

async function fromStore(ctx: Surroundings): Promise<FoundKey | undefined> {
  const { readStoredKey } = await import('./settings-file.js');
  const { key, path } = await readStoredKey(ctx);
  return key === undefined ? undefined : { key, source: 'config', path };
}
