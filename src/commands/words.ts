/** A command that prints words: each image or prompt is a request of its own, told in the order in which they were typed. */
import { callForWords, type WordsCallAnswer } from '../api/paid-call.js';
import { callSeveral, type Result } from '../api/several-calls.js';
import type { CommandSpec } from '../endpoints/define.js';
import { CliError } from '../errors.js';
import type { Spinner } from '../terminal/spinner.js';
import type { Connection } from './connection.js';
import { showDryRun } from './dry-run.js';
import type { EndpointOptions } from './prepare.js';
import { prepareWords, type WordsTask } from './prepare-words.js';
import { plannedBaseUrl, type Run } from './run.js';
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
  const { tasks, requests, costOf } = await prepareWords(run, spec, operands, options);
  const [first] = tasks as readonly [WordsTask];
  const { model } = first.plan;
  if (run.globals.dryRun) {
    const cost = costOf(tasks.length, run.globals.sandbox);
    return showDryRun(run, { command: spec.name, model, baseUrl: plannedBaseUrl(run), requests, cost });
  }
  const doing = `${spec.doing}${describeTasks(spec, tasks)}${model === undefined ? '' : ` with ${model}`}`;
  const told: Told = { next: 0, unwritten: undefined, unread: false };
  const answered = await inSession(run, { doing, stopping: STOPPING }, (connection, spinner) =>
    askAll(run, connection, spinner, { tasks, doing, told }),
  );
  const error = wordsError(answered, run.ctx.interrupts);
  if (run.report.mode.json) {
    await run.report.json(
      wordsJson({ spec, model, costOf, answered, ok: !error, warnings: run.report.warnings }),
    );
  }
  if (told.unread) return;
  if (error ?? told.unwritten) throw error ?? told.unwritten;
}

function describeTasks({ operand }: CommandSpec, tasks: readonly WordsTask[]): string {
  if (operand.field !== 'image') return '';
  return tasks.length === 1 ? ` ${tasks[0]?.source}` : ` ${tasks.length} images`;
}

/** What has been printed so far. */
interface Told {
  /** The first task that is not yet. */
  next: number;
  /** Standard output cannot be written: nobody would hear the rest. */
  unwritten: CliError | undefined;
  /** Whoever read standard output has gone, which is no failure; but nobody would hear the rest. */
  unread: boolean;
}

interface Asking {
  readonly tasks: readonly WordsTask[];
  readonly doing: string;
  readonly told: Told;
}

async function askAll(
  run: Run,
  { client, baseUrl }: Connection,
  spinner: Spinner,
  { tasks, doing, told }: Asking,
): Promise<Answered[]> {
  const answeredSoFar = (results: readonly Result<WordsCallAnswer>[]): Answered[] =>
    tasks.map((task, index) => ({ task, outcome: results[index] }));
  const calls = tasks.map(({ plan, request }) => async () => {
    const kind = plan.endpoint.answer === 'descriptions' ? 'descriptions' : 'json-prompt';
    return callForWords(client, baseUrl, await request(), kind);
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
  // What came behind the failure that ended it all, or was waited for by nobody, is told now.
  await tellReady(run, answeredSoFar(results), told);
  return answeredSoFar(results);
}

/** Prints what is there, in order: words that were paid for do not wait for those that are still to come. */
async function tellReady(run: Run, answered: readonly Answered[], told: Told): Promise<void> {
  if (run.report.mode.json) return;
  for (;;) {
    const ready = answered[told.next];
    if (ready?.outcome === undefined) return;
    const first = !answered
      .slice(0, told.next)
      .some(({ outcome }) => outcome && !(outcome instanceof CliError));
    told.next += 1;
    if (ready.outcome instanceof CliError) continue;
    try {
      const text = wordsText(ready.task, ready.outcome, { first, many: answered.length > 1 });
      if (!(await run.report.data(text))) told.unread = true;
    } catch (cause) {
      told.unwritten ??= new CliError('partial', 'Standard output cannot be written.', {
        billed: 'yes',
        cause,
      });
    }
  }
}
