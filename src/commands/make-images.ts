/** One paid call, from a checked request to saved images: collected, and its price told. */
import { collectImages } from '../api/collect.js';
import { callForImages } from '../api/paid-call.js';
import { plannedValue } from '../endpoints/plan.js';
import { isPromptKind } from '../endpoints/survey.js';
import type { CliError } from '../errors.js';
import { prepareTarget } from '../files/target.js';
import type { Spinner } from '../terminal/spinner.js';
import type { Connection, Credential } from './connection.js';
import { writeSidecars } from './metadata.js';
import { type Outcome, outcomeError } from './outcome.js';
import { costOf, type Prepared } from './prepare.js';
import { collectorOf, type Run } from './run.js';
import { inSession } from './session.js';

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

const STOPPING = 'Stopping: what is paid is still being saved. Ctrl-C again leaves at once.';

/**
 * Sends the request and brings the images home.
 * @throws CliError when no images were answered at all
 */
export async function makeImages(run: Run, order: Order): Promise<Made> {
  const { doing, prepared, key, onConnected } = order;
  const beforeSending = async () => {
    await prepareTarget(prepared.target, prepared.images);
    await prepared.keepMask();
  };
  return inSession(
    run,
    { doing, stopping: STOPPING, key, beforeSending, onConnected },
    async (...session) => {
      const outcome = await perform(run, order, ...session);
      return { outcome, error: outcomeError(outcome, run.ctx.interrupts) };
    },
  );
}

async function perform(
  run: Run,
  { command, prepared }: Order,
  { client, baseUrl }: Connection,
  spinner: Spinner,
): Promise<Outcome> {
  const { plan, request } = prepared;
  const kind = plan.endpoint.answer === 'layers' ? 'layers' : 'images';
  const answer = await callForImages(client, baseUrl, request, kind);
  spinner.say('Downloading...');
  const collected = await collectImages(collectorOf(run), answer.images, {
    target: prepared.target,
    baseUrl,
    onProgress: (done, bytes) =>
      spinner.say(`Downloading: ${done} of ${answer.images.length}, ${Math.round(bytes / 1024)} kB`),
  });
  const sandbox = answer.fromSandbox;
  const { model } = plan;
  const provenance = {
    command,
    version: run.ctx.version,
    model,
    request,
    prompt: plannedValue(plan, 'prompt'),
    created: answer.created,
    cost: costOf(sandbox, plan, 1),
    sandbox,
  };
  const { sidecars, problems } = prepared.metadata
    ? await writeSidecars(collected, provenance, { force: run.globals.force, redact: run.redact })
    : { sidecars: undefined, problems: [] };
  const cost = costOf(sandbox, plan, answer.images.length);
  const prompted = plan.values.some(({ field }) => isPromptKind(field.type));
  return { command, model, answer, collected, cost, sandbox, prompted, sidecars, problems };
}
