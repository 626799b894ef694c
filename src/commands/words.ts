/** A command that prints words: each image or prompt is a request of its own, told in the order in which they were typed. */
import { callForWords, type WordsCallAnswer } from '../api/paid-call.js';
import { callSeveral, type Result } from '../api/several-calls.js';
import type { CommandSpec } from '../endpoints/define.js';
import type { PreparedRequest } from '../endpoints/request.js';
import { CliError } from '../errors.js';
import type { Spinner } from '../terminal/spinner.js';
import { factsOfRequest } from './asked.js';
import { type CallFacts, type Entry, openBooks } from './books.js';
import type { Connection } from './connection.js';
import { showDryRun } from './dry-run.js';
import type { EndpointOptions } from './prepare.js';
import { type PreparedWords, prepareWords, type WordsTask } from './prepare-words.js';
import { plannedBaseUrl, type Run, shortName } from './run.js';
import { inSession } from './session.js';
import { type Answered, wordsError, wordsJson, wordsText } from './words-outcome.js';

const STOPPING = 'Stopping: what has been asked is still answered. Ctrl-C again leaves at once.';

/**
 * Runs a command that prints words.
 * @param operands the words typed without a flag
 * @param options typed options by their names in code; absent ones are undefined
 * @throws CliError for everything that was asked and is not answered
 */
export async function runWords(
  run: Run,
  spec: CommandSpec,
  operands: readonly string[],
  options: EndpointOptions & Record<string, unknown>,
): Promise<void> {
  const { tasks, costOf } = await prepareWords(run, spec, operands, options);
  const [first] = tasks as readonly [WordsTask];
  const { model } = first.plan;
  if (run.globals.dryRun) {
    const cost = costOf(tasks.length, run.globals.sandbox);
    const requests = tasks.map(({ shown }) => shown);
    return showDryRun(run, { command: spec.name, model, baseUrl: plannedBaseUrl(run), requests, cost });
  }
  const doing = `${spec.doing}${describeTasks(spec, tasks)}${model === undefined ? '' : ` with ${model}`}`;
  const told: Told = { next: 0, unread: false, unwritten: undefined, entries: new Map() };
  try {
    // Of several the answers come at times of their own.
    const alike = tasks.length === 1 ? { command: spec.name, model } : undefined;
    const answered = await inSession(run, { doing, alike, stopping: STOPPING }, (connection, spinner) =>
      askAll(run, connection, spinner, { tasks, doing, told, costOf }),
    );
    const error = wordsError(answered, told.unread, run.ctx.interrupts);
    if (run.report.mode.json) {
      const { rehearsal: sandbox, warnings } = run.report;
      const json = wordsJson({ spec, model, costOf, answered, ok: !error, sandbox, warnings });
      const taken = await run.report.paidJson(json).catch((cause) => cause as Error);
      if (taken !== true) told.unwritten = { cause: taken || NOBODY, from: 0 };
      else for (const task of tasks) await close(told, task, (entry) => entry.told());
    }
    if (told.unwritten) throw unwrittenError(told.unwritten, answered, error);
    if (error) throw error;
  } finally {
    for (const entry of told.entries.values()) await entry.close();
  }
}

function describeTasks({ operand }: CommandSpec, tasks: readonly WordsTask[]): string {
  if (operand.field !== 'image') return '';
  return tasks.length === 1 ? ` ${shortName(String(tasks[0]?.source))}` : ` ${tasks.length} images`;
}

/** Why words were not taken, where no system says why. */
const NOBODY = new Error('nobody read it');

/** What has been printed so far. */
interface Told {
  /** The first task that is not yet. */
  next: number;
  /** Whoever read standard output has gone, which is no failure; but nobody would hear the rest. */
  unread: boolean;
  /** Why standard output cannot be written, and from which task on. */
  unwritten: { readonly cause: unknown; readonly from: number } | undefined;
  /** What the journal holds of those that were asked; they are open until their words are written. */
  readonly entries: Map<WordsTask, Entry>;
}

/** They were paid for: what standard output did not take goes where errors go. */
function unwrittenError(
  { cause, from }: NonNullable<Told['unwritten']>,
  answered: readonly Answered[],
  error: CliError | undefined,
): CliError {
  const words = answered.slice(from).flatMap(({ task, outcome }, index) => {
    if (outcome === undefined || outcome instanceof CliError) return [];
    return [wordsText(task.source, outcome, { first: index === 0, many: answered.length > 1 })];
  });
  if (words.length === 0 && error) return error;
  const why = cause === NOBODY ? 'Nobody read standard output.' : 'Standard output cannot be written.';
  const hint = ['What it did not take:', ...words, ...(error?.hint ? [error.hint] : [])].join('\n');
  const message = error ? `${why} ${error.message}` : why;
  return new CliError(error?.code ?? 'partial', message, { billed: 'yes', hint, cause });
}

interface Asking {
  readonly tasks: readonly WordsTask[];
  readonly doing: string;
  readonly told: Told;
  readonly costOf: PreparedWords['costOf'];
}

async function askAll(
  run: Run,
  connection: Connection,
  spinner: Spinner,
  { tasks, doing, told, costOf }: Asking,
): Promise<Answered[]> {
  const { client, baseUrl } = connection;
  const books = await openBooks(run, connection);
  const answeredSoFar = (results: readonly Result<WordsCallAnswer>[]): Answered[] =>
    tasks.map((task, index) => ({ task, outcome: results[index] }));
  const calls = tasks.map((task) => async () => {
    const kind = task.plan.endpoint.answer === 'descriptions' ? 'descriptions' : 'json-prompt';
    const request = await task.request();
    const entry = await books.begin(factsOf(task, request, costOf));
    told.entries.set(task, entry);
    return callForWords(client, baseUrl, request, kind, entry).catch(async (error: unknown) => {
      await close(told, task, () => entry.failed(error));
      throw error;
    });
  });
  const results = await callSeveral(calls, {
    stop: run.ctx.interrupts.stop,
    async onResult(soFar) {
      const done = soFar.filter((result) => result !== undefined).length;
      if (tasks.length > 1) spinner.say(`${doing}: ${done} of ${tasks.length}`);
      await tellReady(run, answeredSoFar(soFar), told);
      return !told.unwritten && !told.unread;
    },
  });
  // What came behind the failure that ended it all is told now.
  await tellReady(run, answeredSoFar(results), told);
  return answeredSoFar(results);
}

/** The last line of a task in the journal. */
async function close(
  { entries }: Told,
  task: WordsTask,
  last: (entry: Entry) => Promise<void>,
): Promise<void> {
  const entry = entries.get(task);
  if (entry === undefined) return;
  entries.delete(task);
  await last(entry);
  await entry.close();
}

/** What the journal keeps of a task before it is sent. */
function factsOf(
  { plan, repeatable }: WordsTask,
  request: PreparedRequest,
  costOf: PreparedWords['costOf'],
): CallFacts {
  return {
    ...factsOfRequest(plan, request, repeatable),
    command: plan.spec.name,
    images: 0,
    place: null,
    metadata: false,
    costOf: (sandbox) => costOf(1, sandbox),
  };
}

/** Prints what is there, in order: words that were paid for do not wait for those that are still to come. */
async function tellReady(run: Run, answered: readonly Answered[], told: Told): Promise<void> {
  if (run.report.mode.json) return;
  while (!told.unwritten) {
    const index = told.next;
    const ready = answered[index];
    if (ready?.outcome === undefined) return;
    told.next += 1;
    if (ready.outcome instanceof CliError) continue;
    const isAnswer = ({ outcome }: Answered) => outcome && !(outcome instanceof CliError);
    const first = !answered.slice(0, index).some(isAnswer);
    const text = wordsText(ready.task.source, ready.outcome, { first, many: answered.length > 1 });
    try {
      if (await run.report.data(text)) {
        await close(told, ready.task, (entry) => entry.told());
        continue;
      }
      // Who has read something wants no more; what nobody has read was paid in vain.
      if (first) told.unwritten = { cause: NOBODY, from: index };
      else told.unread = true;
    } catch (cause) {
      told.unwritten = { cause, from: index };
    }
  }
}
