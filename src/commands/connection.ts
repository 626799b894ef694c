/** Where a command's calls go: the API with the user's key, or the embedded sandbox with a key of its own. */
import { readBaseUrl } from '../api/base-url.js';
import { type ApiClient, type ApiEvent, createApiClient } from '../api/client.js';
import { maskKey } from '../api/redact.js';
import type { KeySource } from '../auth/key.js';
import { DEFAULT_TIMEOUT_MS } from '../deadline.js';
import { type Run, userAgent } from './run.js';

/** Never the user's: it is plain to see in any log that it opens nothing. */
const SANDBOX_KEY = 'sandbox-key-that-opens-nothing';

/** A key that opens nothing either, and asks the sandbox for a misfortune: `sandbox:no-credit`. */
const REHEARSAL_KEY = /^sandbox:/;

/** Which key is used, as it may be shown. */
export interface Credential {
  /** Masked. */
  readonly key: string;
  readonly source: KeySource | 'typed' | 'sandbox';
  /** The file it was read from. */
  readonly path?: string | undefined;
}

export interface Connection {
  readonly baseUrl: string;
  readonly client: ApiClient;
  /** Told what happens on the way. */
  readonly onEvent: (event: ApiEvent) => void;
  readonly credential: Credential;
  /** Is this the embedded sandbox? */
  readonly sandbox: boolean;
  close(): Promise<void>;
}

export interface ConnectOptions {
  /** Instead of the key that the lookup finds. */
  readonly key?: string | undefined;
  /** Milliseconds, where the user did not say. */
  readonly timeoutMs?: number;
}

/**
 * Finds the key, or starts the sandbox.
 * @throws CliError `no_key`, `bad_input` (base URL)
 */
export async function connect(
  run: Run,
  onEvent: (event: ApiEvent) => void,
  options: ConnectOptions = {},
): Promise<Connection> {
  return run.globals.sandbox ? connectToSandbox(run, onEvent, options) : connectToApi(run, onEvent, options);
}

async function connectToApi(
  run: Run,
  onEvent: (event: ApiEvent) => void,
  options: ConnectOptions,
): Promise<Connection> {
  const baseUrl = readBaseUrl(run.ctx.env.IDEOGRAM_BASE_URL);
  const found =
    options.key === undefined ? await lookUp(run) : { key: options.key, source: 'typed' as const };
  const client = clientFor(run, found.key, onEvent, options);
  const credential = { ...found, key: maskKey(found.key) };
  return { baseUrl, client, onEvent, credential, sandbox: false, close: async () => {} };
}

async function lookUp(run: Run) {
  const { describeSource, findKey } = await import('../auth/key.js');
  const found = await findKey(run.ctx);
  run.hide(found.key);
  await run.report.debug(`key ${maskKey(found.key)} from ${describeSource(found)}`);
  // A .env that others may read is usual, and not ours to judge; our own file is never to be.
  if (found.source === 'config') await warnOfOpenFile(run, found.path);
  return found;
}

async function warnOfOpenFile({ ctx, report }: Run, path = ''): Promise<void> {
  const { describeOpenFile, readMode } = await import('../auth/file-mode.js');
  const warning = describeOpenFile(path, await readMode(path, ctx.platform));
  if (warning) await report.warn(warning);
}

async function connectToSandbox(
  run: Run,
  onEvent: (event: ApiEvent) => void,
  options: ConnectOptions,
): Promise<Connection> {
  const { startSandbox } = await import('../sandbox/server.js');
  const sandbox = await startSandbox({ clock: run.ctx.clock });
  const inEnvironment = run.ctx.env.IDEOGRAM_API_KEY?.trim() ?? '';
  const key = options.key ?? (REHEARSAL_KEY.test(inEnvironment) ? inEnvironment : SANDBOX_KEY);
  const client = clientFor(run, key, onEvent, options);
  const credential = { key: maskKey(key), source: options.key === undefined ? 'sandbox' : 'typed' } as const;
  return { baseUrl: sandbox.url, client, onEvent, credential, sandbox: true, close: () => sandbox.close() };
}

function clientFor(
  run: Run,
  key: string,
  onEvent: (event: ApiEvent) => void,
  { timeoutMs = DEFAULT_TIMEOUT_MS }: ConnectOptions,
): ApiClient {
  const { fetch, clock, interrupts, random } = run.ctx;
  return createApiClient({
    fetch,
    clock,
    interrupts,
    random,
    key,
    timeoutMs: run.globals.timeoutMs ?? timeoutMs,
    userAgent: userAgent(run.ctx),
    onEvent,
  });
}
