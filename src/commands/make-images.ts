/** One paid call, from a checked request to saved images: collected, and its price told. */
import { type Collected, collectImages } from '../api/collect.js';
import { callForImages } from '../api/paid-call.js';
import { isPromptKind } from '../endpoints/survey.js';
import type { CliError } from '../errors.js';
import { prepareTarget, type Target } from '../files/target.js';
import type { MeantPlace } from '../ledger/events.js';
import type { Spinner } from '../terminal/spinner.js';
import { factsOfRequest } from './asked.js';
import { type CallFacts, type Entry, openBooks } from './books.js';
import type { Connection, Credential } from './connection.js';
import { createSidecars, type SidecarFacts } from './metadata.js';
import { isSaved, isWithheld, type Outcome, outcomeError } from './outcome.js';
import { costOf, type Prepared } from './prepare.js';
import { downloadProgress } from './progress.js';
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
  /** To be called when the words of the answer, if there are any, have been written where they were to go. */
  told(): Promise<void>;
}

const STOPPING = 'Stopping: what is paid is still being saved. Ctrl-C again leaves at once.';

/**
 * Sends the request and brings the images home.
 * @throws CliError when no images were answered at all
 */
export async function makeImages(run: Run, order: Order): Promise<Made> {
  const { command, doing, prepared, key, onConnected } = order;
  const alike = { command, model: prepared.plan.model };
  const facts = factsOf(order);
  let entry: Entry | undefined;
  const beforeSending = async (connection: Connection) => {
    const books = await openBooks(run, connection);
    entry = await books.begin(facts);
    // Only now: where this is killed, what it leaves in the folder is looked for in those of the calls that are known.
    await prepareTarget(prepared.target, prepared.images);
    await prepared.keepMask();
  };
  try {
    return await inSession(
      run,
      { doing, alike, stopping: STOPPING, key, beforeSending, onConnected },
      async (connection, spinner) => {
        const outcome = await perform(run, { ...order, facts, entry: entry as Entry }, connection, spinner);
        const told = async () => {
          if (outcome.answer.textBlocks) await entry?.told();
        };
        return { outcome, error: outcomeError(outcome, run.ctx.interrupts), told };
      },
    );
  } catch (error) {
    await entry?.failed(error);
    throw error;
  } finally {
    await entry?.close();
  }
}

/** What the journal keeps of it before it is sent. */
function factsOf({ command, prepared }: Order): CallFacts & Omit<SidecarFacts, 'id'> {
  const { id, plan, request, target, images, metadata, repeatable } = prepared;
  return {
    ...factsOfRequest(plan, request, repeatable),
    id,
    command,
    images,
    place: meantPlace(target),
    metadata,
    costOf: (sandbox, count) => costOf(sandbox, plan, count),
  };
}

function meantPlace(target: Target): MeantPlace {
  if (target.kind === 'stdout') return target;
  const { kind, folder, stem = null, slug, force } = target;
  return { kind, folder, stem, slug, force };
}

/** An order that stands in the books. */
interface EnteredOrder extends Order {
  readonly facts: Omit<SidecarFacts, 'id'>;
  readonly entry: Entry;
}

async function perform(
  run: Run,
  { command, prepared, facts, entry }: EnteredOrder,
  { client, baseUrl }: Connection,
  spinner: Spinner,
): Promise<Outcome> {
  const { plan, request } = prepared;
  const kind = plan.endpoint.answer === 'layers' ? 'layers' : 'images';
  const answer = await callForImages(client, baseUrl, request, kind, entry);
  const links = answer.images.filter(({ url }) => url !== undefined).length;
  const all = links === 1 ? '1 image' : `${links} images`;
  spinner.say(`Downloading ${all}`, 'downloading');
  const sandbox = answer.fromSandbox;
  const { created } = answer;
  const sidecars = prepared.metadata
    ? createSidecars(run, { ...facts, id: entry.id, version: run.ctx.version }, { sandbox, created })
    : undefined;
  const collected = await collectImages(collectorOf(run), answer.images, {
    target: prepared.target,
    baseUrl,
    onProgress: downloadProgress(
      run.ctx.clock,
      spinner,
      (done, amount) => `Downloading ${links === 1 ? '' : `${done} of `}${all}, ${amount}`,
    ),
    async onSaved(index, image, saved) {
      // First, so that an image that is known to be saved has its sidecar.
      await sidecars?.write(index, image, saved);
      await entry.saved(index, saved);
    },
  });
  await enterTheRest(entry, collected);
  const cost = costOf(sandbox, plan, answer.images.length);
  const prompted = plan.values.some(({ field }) => isPromptKind(field.type));
  return { id: entry.id, command, model: plan.model, answer, collected, cost, sandbox, prompted, sidecars };
}

/** What is not saved is withheld for good, or is still to come. */
async function enterTheRest(entry: Entry, collected: readonly Collected[]): Promise<void> {
  for (const [index, item] of collected.entries()) {
    if (isWithheld(item)) await entry.withheld(index);
    else if (!isSaved(item)) await entry.missing(index, item.problem ?? 'the API gave no link');
  }
}
