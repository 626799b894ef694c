/** One paid call, from a checked request to saved images: watched, collected, and its price told. */
import { collectImages } from '../api/collect.js';
import { callForImages } from '../api/image-call.js';
import type { CliError } from '../errors.js';
import { prepareTarget } from '../files/target.js';
import type { Spinner } from '../terminal/spinner.js';
import { type Connection, type Credential, connect } from './connection.js';
import { writeSidecars } from './metadata.js';
import { type Outcome, outcomeError } from './outcome.js';
import { costOf, type Prepared } from './prepare.js';
import { follow } from './progress.js';
import { collectorOf, type Run } from './run.js';

/** What is to be made, and how it is spoken of. */
export interface Order {
  /** The command's name, for the result and the sidecars. */
  readonly command: string;
  /** What the spinner says: "Generating 1 image with V_3". */
  readonly doing: string;
  readonly prepared: Prepared;
  /** Instead of the key that the lookup finds. */
  readonly key?: string | undefined;
  /** Told which key is used, when all that is local has been checked. */
  readonly onConnected?: ((credential: Credential) => void) | undefined;
}

/** What came of it; `error` says what is missing, where something is. */
export interface Made {
  readonly outcome: Outcome;
  readonly error: CliError | undefined;
}

/**
 * Sends the request and brings the images home.
 * @throws CliError when no images were answered at all
 */
export async function makeImages(run: Run, order: Order): Promise<Made> {
  let spinner: Spinner | undefined;
  let paid = false;
  const onEvent: Parameters<typeof connect>[1] = (event) => {
    if (event.kind === 'sent') paid = true;
    if (event.kind === 'waiting') paid = false;
    follow(run, event, spinner, order.doing);
  };
  const connection = await connect(run, onEvent, { key: order.key });
  const stopWatching = watchInterrupt(run, () => paid);
  try {
    // The last local check, because it may make a folder: not for a call without a key.
    await prepareTarget(order.prepared.target, order.prepared.images);
    order.onConnected?.(connection.credential);
    if (connection.sandbox) await run.report.notice(SANDBOX_NOTICE);
    run.report.rehearsal = connection.sandbox;
    spinner = run.report.working(`${order.doing}...`);
    const outcome = await perform(run, connection, order, spinner);
    const error = outcomeError(outcome, run.ctx.interrupts);
    return { outcome, error };
  } finally {
    spinner?.stop();
    stopWatching();
    await connection.close();
  }
}

const SANDBOX_NOTICE = 'Sandbox: a local stand-in answers; placeholder pictures, nothing is billed.';

async function perform(
  run: Run,
  { client, baseUrl }: Connection,
  { command, prepared }: Order,
  spinner: Spinner,
): Promise<Outcome> {
  const answer = await callForImages(client, baseUrl, prepared.request);
  spinner.say('Downloading...');
  const collected = await collectImages(collectorOf(run), answer.images, {
    target: prepared.target,
    baseUrl,
    onProgress: (done, bytes) =>
      spinner.say(`Downloading: ${done} of ${answer.images.length}, ${Math.round(bytes / 1024)} kB`),
  });
  const sandbox = answer.fromSandbox;
  const { model } = prepared.plan;
  const provenance = {
    command,
    version: run.ctx.version,
    model,
    request: prepared.request,
    created: answer.created,
    cost: costOf(sandbox, prepared, 1),
    sandbox,
  };
  const { sidecars, problems } = prepared.metadata
    ? await writeSidecars(collected, provenance, { force: run.globals.force, redact: run.redact })
    : { sidecars: undefined, problems: [] };
  const cost = costOf(sandbox, prepared, answer.images.length);
  return { command, model, answer, collected, cost, sandbox, sidecars, problems };
}

/** The first Ctrl-C must not look as if nothing happened. */
function watchInterrupt({ ctx, report }: Run, isPaid: () => boolean): () => void {
  const { stop } = ctx.interrupts;
  const tell = () =>
    void (
      isPaid() && report.notice('Stopping: what is paid is still being saved. Ctrl-C again leaves at once.')
    );
  stop.addEventListener('abort', tell, { once: true });
  return () => stop.removeEventListener('abort', tell);
}
