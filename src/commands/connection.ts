/** Where a command's calls go: the API with the user's key, or the embedded sandbox with a key of its own. */
import { readBaseUrl } from '../api/base-url.js';
import { type ApiClient, type ApiEvent, createApiClient } from '../api/client.js';
import { maskKey } from '../api/redact.js';
import { type Run, userAgent } from './run.js';

/** Never the user's: it is plain to see in any log that it opens nothing. */
const SANDBOX_KEY = 'sandbox-key-that-opens-nothing';

export interface Connection {
  readonly baseUrl: string;
  readonly client: ApiClient;
  /** Is this the embedded sandbox? */
  readonly sandbox: boolean;
  close(): Promise<void>;
}

/** The base URL calls would go to, without opening anything: for --dry-run. */
export function plannedBaseUrl(run: Run): string {
  return run.globals.sandbox ? 'http://127.0.0.1' : readBaseUrl(run.ctx.env.IDEOGRAM_BASE_URL);
}

/**
 * Finds the key, or starts the sandbox.
 * @throws CliError `no_key`, `bad_input` (base URL)
 */
export async function connect(run: Run, onEvent: (event: ApiEvent) => void): Promise<Connection> {
  return run.globals.sandbox ? connectToSandbox(run, onEvent) : connectToApi(run, onEvent);
}

async function connectToApi(run: Run, onEvent: (event: ApiEvent) => void): Promise<Connection> {
  const baseUrl = readBaseUrl(run.ctx.env.IDEOGRAM_BASE_URL);
  const { describeSource, findKey } = await import('../auth/key.js');
  const found = await findKey(run.ctx);
  run.hide(found.key);
  await run.report.debug(`key ${maskKey(found.key)} from ${describeSource(found)}`);
  const client = clientFor(run, found.key, onEvent);
  return { baseUrl, client, sandbox: false, close: async () => {} };
}

async function connectToSandbox(run: Run, onEvent: (event: ApiEvent) => void): Promise<Connection> {
  const { startSandbox } = await import('../sandbox/server.js');
  const sandbox = await startSandbox({ clock: run.ctx.clock });
  const client = clientFor(run, SANDBOX_KEY, onEvent);
  return { baseUrl: sandbox.url, client, sandbox: true, close: () => sandbox.close() };
}

function clientFor(run: Run, key: string, onEvent: (event: ApiEvent) => void): ApiClient {
  const { fetch, clock, interrupts, random } = run.ctx;
  const { timeoutMs } = run.globals;
  return createApiClient({
    fetch,
    clock,
    interrupts,
    random,
    key,
    timeoutMs,
    userAgent: userAgent(run.ctx),
    onEvent,
  });
}
