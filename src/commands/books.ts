/** The books of a paid command: every call is written down before it can cost anything, and has its place among all that the account has in flight. */
import type { ApiAnswer } from '../api/client.js';
import type { CallRecord } from '../api/paid-call.js';
import { type CliError, toCliError } from '../errors.js';
import { newCallId } from '../ledger/call-id.js';
import type { Cost } from '../ledger/cost.js';
import type { NewEvent, Planned } from '../ledger/events.js';
import { type Journal, openJournal } from '../ledger/journal.js';
import type { Place } from '../ledger/slots.js';
import type { Run } from './run.js';
import { leaseOf, stateOf } from './state.js';
import { type CallTurn, type Counterpart, createTurn, type Office } from './turn.js';

/** What the first line of a call says; the books add the rest. */
export type CallFacts = Omit<Planned, 'v' | 'id' | 'at' | 'event' | 'baseUrl' | 'version' | 'cost'> & {
  /** Given before its images got their place; absent: a new one. */
  readonly id?: string | undefined;
  /** What so many of its images cost. */
  readonly costOf: (sandbox: boolean, images: number) => Cost;
};

/** One call in the books. Nothing in it rejects but `ready`: what is paid goes on whatever happens to its record. */
export interface Entry extends CallRecord {
  readonly id: string;
  saved(
    image: number,
    file: { readonly path: string | undefined; readonly sha256: string; readonly bytes: number },
  ): Promise<void>;
  withheld(image: number): Promise<void>;
  /** An image of it is not here yet. */
  missing(image: number, problem: string): Promise<void>;
  /** Its words were written where they were to go. */
  told(): Promise<void>;
  /** It came to nothing. */
  failed(error: unknown): Promise<void>;
  /** Gives back what it holds; to be called in any case. */
  close(): Promise<void>;
}

export interface Books {
  /**
   * Writes down what is about to be asked.
   * @throws CliError `bad_file` when that cannot be done; then nothing may be sent
   */
  begin(facts: CallFacts): Promise<Entry>;
}

/** Room that a call holds on the disk, in bytes, so that its answer can still be written down when everything else is full. */
const BALLAST = { images: 32 * 1024, words: 4 * 1024 };

/**
 * Opens the journal and the places in flight.
 * @throws CliError `bad_file`, `bad_input` (IDEOGRAM_STATE_DIR, IDEOGRAM_MAX_IN_FLIGHT)
 */
export async function openBooks(run: Run, counterpart: Counterpart): Promise<Books> {
  const { ctx, redact } = run;
  const { folder, places } = await stateOf(run);
  const journal = await openJournal(folder, { clock: ctx.clock, redact });
  const office: Office = { run, counterpart, folder, journal, places };
  return { begin: (facts) => begin(office, facts) };
}

async function begin(office: Office, { costOf, id = newCallId(), ...facts }: CallFacts): Promise<Entry> {
  const { run, counterpart, journal, places } = office;
  const { baseUrl } = counterpart;
  // Loaded before anything is paid: an upgrade of the program meanwhile must not cost the answer.
  const { countImages } = await import('../api/image-answer.js');
  // Held as long as anybody works on the call: `resume` leaves it alone meanwhile.
  const lease = await places.enterNew(leaseOf(id), {
    ballast: facts.place ? BALLAST.images : BALLAST.words,
  });
  const cost = costOf(false, facts.images || 1);
  const { version } = run.ctx;
  let turn: CallTurn;
  try {
    turn = createTurn(office, id, facts.images, cost);
    await journal.append({ event: 'planned', id, ...forgetful(run, facts), baseUrl, cost, version });
  } catch (cause) {
    await lease.leave();
    throw cause;
  }
  // A message may quote the prompt, or a path that is made of it.
  const shown = (message: string): string => (run.globals.history ? message : '');
  const note = (event: NewEvent): Promise<void> =>
    journal.append(event).catch((error) => run.report.debug(`journal: ${(error as Error).message}`));
  const answered = async (answer: ApiAnswer): Promise<void> => {
    const { status, requestId = null, fromSandbox: sandbox } = answer;
    const images = countImages(answer.json, facts.answer);
    const json = run.globals.history ? answer.json : withoutPrompts(answer.json);
    const paid = { status, requestId, sandbox, images, cost: costOf(sandbox, images || 1), json };
    await keepPaid(run, journal, { event: 'answered', id, ...paid }, lease);
    await turn.leave();
  };
  return {
    id,
    ready: turn.ready,
    holdAll: turn.holdAll,
    answered,
    saved: (image, { path = null, sha256, bytes }) =>
      note({ event: 'saved', id, image, path: run.globals.history ? path : null, sha256, bytes }),
    withheld: (image) => note({ event: 'withheld', id, image }),
    missing: (image, message) =>
      note({ event: 'failed', id, image, ...failureOf('partial', shown(message), 'yes') }),
    told: () => note({ event: 'told', id }),
    failed(thrown) {
      const error = toCliError(thrown);
      return note({ event: 'failed', id, ...describeFailure(error), message: shown(error.message) });
    },
    async close() {
      await turn.leave();
      await lease.leave();
    },
  };
}

/** Whoever wants no history keeps what a paid image needs to be collected, and no word of what was asked. */
function forgetful<F extends Pick<CallFacts, 'asked' | 'place' | 'fingerprint'>>(
  { globals }: Run,
  facts: F,
): F {
  if (globals.history) return facts;
  const place = facts.place?.kind === 'files' ? { ...facts.place, slug: 'image' } : facts.place;
  // A fingerprint would confirm a guess.
  return { ...facts, asked: null, place, fingerprint: null };
}

function withoutPrompts(json: unknown): unknown {
  return JSON.parse(
    JSON.stringify(json, (name, value) => (name === 'prompt' && typeof value === 'string' ? null : value)),
  );
}

/** The answer is paid: where the disk is full, the room that was held for it is given up. */
async function keepPaid({ report }: Run, journal: Journal, event: NewEvent, lease: Place): Promise<void> {
  const keep = () => journal.append(event);
  const again = async (): Promise<void> => {
    await lease.leave();
    await keep();
  };
  await keep()
    .catch(again)
    .catch((error: Error) =>
      report.warn(
        `the answer could not be kept in the journal: if this is stopped now, it is lost. ${error.message}`,
      ),
    );
}

function describeFailure({ code, message, billed, status, requestId }: CliError) {
  return { ...failureOf(code, message, billed), status: status ?? null, requestId: requestId ?? null };
}

function failureOf(code: CliError['code'], message: string, billed: CliError['billed']) {
  return { code, message, billed, status: null, requestId: null };
}
