/** The time between the last local check and the end of a paid command: a connection, a spinner, and what a Ctrl-C is told. */
import { preload } from '../api/preload.js';
import type { Spinner } from '../terminal/spinner.js';
import { type Connection, type Credential, connect } from './connection.js';
import { ASKING, follow } from './progress.js';
import type { Run } from './run.js';
import type { Kind } from './usual-time.js';

export interface SessionOptions {
  /** What the spinner says: "Generating 1 image with V_3". */
  readonly doing: string;
  /** What its one call is like, for the time that such a call usually takes. */
  readonly alike?: Omit<Kind, 'baseUrl'> | undefined;
  /** Said at the first Ctrl-C, when something may have been paid. */
  readonly stopping: string;
  /** Instead of the key that the lookup finds. */
  readonly key?: string | undefined;
  /** The last local checks, which may leave traces: not for a call without a key. */
  readonly beforeSending?: (connection: Connection) => Promise<void>;
  /** Told which key is used, when all that is local has been checked. */
  readonly onConnected?: ((credential: Credential) => void) | undefined;
}

const SANDBOX_NOTICE = 'Sandbox: a local stand-in answers; placeholder pictures, nothing is billed.';

/**
 * Connects, works, and leaves nothing open.
 * @throws CliError `no_key`, and what `beforeSending` and `work` throw
 */
export async function inSession<T>(
  run: Run,
  { doing, alike, stopping, key, beforeSending, onConnected }: SessionOptions,
  work: (connection: Connection, spinner: Spinner) => Promise<T>,
): Promise<T> {
  let spinner: Spinner | undefined;
  /** Sent, and not refused for being one too many. */
  let underWay = 0;
  const onEvent: Parameters<typeof connect>[1] = (event) => {
    if (event.kind === 'sent') {
      underWay += 1;
      if (alike && spinner?.isSeen)
        void sayUsualTime(run, { ...alike, baseUrl: connection.baseUrl }, spinner);
    }
    if (event.kind === 'waiting' && event.answered) underWay -= 1;
    follow(run, event, spinner, doing);
  };
  const connection: Connection = await connect(run, onEvent, { key });
  const stopWatching = watchInterrupt(run, () => underWay > 0 && run.report.notice(stopping));
  const stopLoading = preload(run.ctx.clock, connection.baseUrl);
  try {
    await beforeSending?.(connection);
    onConnected?.(connection.credential);
    if (connection.sandbox) await run.report.notice(SANDBOX_NOTICE);
    run.report.rehearsal = connection.sandbox;
    spinner = run.report.working(doing);
    return await work(connection, spinner);
  } finally {
    spinner?.stop();
    stopLoading();
    stopWatching();
    await connection.close();
  }
}

/** Found out while the answer is waited for: nothing waits for this. */
async function sayUsualTime(run: Run, kind: Kind, spinner: Spinner): Promise<void> {
  try {
    const { usualTime } = await import('./usual-time.js');
    const time = await usualTime(run, kind);
    if (time !== undefined) spinner.usually(time, ASKING);
  } catch {
    // A comfort; whoever needs the journal says what is wrong with it.
  }
}

/** The first Ctrl-C must not look as if nothing happened. */
function watchInterrupt({ ctx }: Run, tell: () => unknown): () => void {
  const { stop } = ctx.interrupts;
  const listener = () => void tell();
  stop.addEventListener('abort', listener, { once: true });
  return () => stop.removeEventListener('abort', listener);
}
