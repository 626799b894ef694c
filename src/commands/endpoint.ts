/** One call of an endpoint from typed options to saved images: everything local is checked before anything is sent. */
import { sep } from 'node:path';
import type { ApiEvent } from '../api/client.js';
import { type Collected, collectImages } from '../api/collect.js';
import { callForImages, type ImageCallAnswer } from '../api/image-call.js';
import type { CommandSpec } from '../endpoints/define.js';
import { CliError } from '../errors.js';
import { prepareTarget } from '../files/target.js';
import { formatUsd } from '../ledger/cost.js';
import type { Spinner } from '../terminal/spinner.js';
import { connect, plannedBaseUrl } from './connection.js';
import { dryRunJson, dryRunLines } from './dry-run.js';
import { writeSidecars } from './metadata.js';
import { type Outcome, outcomeError, resultJson } from './outcome.js';
import { costOf, type EndpointOptions, type Prepared, prepare } from './prepare.js';
import { collectorOf, type Run } from './run.js';
import { describeEvent } from './trace.js';

/**
 * Runs a command that reaches an endpoint.
 * @param operand the word typed without a flag
 * @param options typed options by their names in code; absent ones are undefined
 * @throws CliError for everything that keeps an image from being saved
 */
export async function runEndpoint(
  run: Run,
  spec: CommandSpec,
  operand: string,
  options: EndpointOptions & Record<string, unknown>,
): Promise<void> {
  const prepared = await prepare(run, spec, operand, options);
  if (run.globals.dryRun) return showDryRun(run, spec, prepared);
  await send(run, spec, prepared);
}

async function showDryRun(run: Run, spec: CommandSpec, prepared: Prepared): Promise<void> {
  const { report } = run;
  const { sandbox } = run.globals;
  const dry = {
    command: spec.name,
    model: prepared.plan.model,
    baseUrl: plannedBaseUrl(run),
    request: prepared.request,
    cost: costOf(sandbox, prepared, prepared.images),
    sandbox,
    warnings: report.warnings,
  };
  if (report.mode.json) await report.json(dryRunJson(dry));
  else await report.data(...dryRunLines(dry));
}

async function send(run: Run, spec: CommandSpec, prepared: Prepared): Promise<void> {
  const { report } = run;
  const { plan, images } = prepared;
  const doing = `${spec.doing} ${images === 1 ? '1 image' : `${images} images`} with ${plan.model}`;
  let spinner: Spinner | undefined;
  let paid = false;
  const connection = await connect(run, (event) => {
    if (event.kind === 'sent') paid = true;
    if (event.kind === 'waiting') paid = false;
    follow(run, event, spinner, doing);
  });
  const stopWatching = watchInterrupt(run, () => paid);
  try {
    // The last local check, because it may make a folder: not for a call without a key.
    await prepareTarget(prepared.target, images);
    if (connection.sandbox) await report.notice(SANDBOX_NOTICE);
    report.rehearsal = connection.sandbox;
    spinner = report.working(`${doing}...`);
    const answer = await callForImages(connection.client, connection.baseUrl, prepared.request);
    spinner.say('Downloading...');
    const collected = await collectImages(collectorOf(run), answer.images, {
      target: prepared.target,
      baseUrl: connection.baseUrl,
      onProgress: (done, bytes) =>
        spinner?.say(`Downloading: ${done} of ${answer.images.length}, ${Math.round(bytes / 1024)} kB`),
    });
    await conclude(run, spec, prepared, { answer, collected }, spinner);
  } finally {
    spinner?.stop();
    stopWatching();
    await connection.close();
  }
}

const SANDBOX_NOTICE = 'Sandbox: a local stand-in answers; placeholder pictures, nothing is billed.';

const LONG_WAIT_MS = 5000;

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

function follow(run: Run, event: ApiEvent, spinner: Spinner | undefined, doing: string): void {
  const line = describeEvent(event);
  if (line) void run.report.debug(line);
  if (event.kind === 'answered' && event.fromSandbox) run.report.rehearsal = true;
  if (event.kind === 'waiting') {
    const seconds = Math.ceil(event.ms / 1000);
    spinner?.say(`${doing}: waiting ${seconds} s (${event.reason})`);
    // In a log there is no spinner to see that it waits.
    if (event.ms >= LONG_WAIT_MS && !run.report.mode.spinner) {
      void run.report.notice(`Waiting ${seconds} s to send it again (${event.reason}).`);
    }
  } else if (event.kind === 'sending' && event.attempt > 1) spinner?.say(`${doing}...`);
}

async function conclude(
  run: Run,
  spec: CommandSpec,
  prepared: Prepared,
  { answer, collected }: { answer: ImageCallAnswer; collected: readonly Collected[] },
  spinner: Spinner,
): Promise<void> {
  const { ctx, globals } = run;
  const sandbox = answer.fromSandbox;
  const { model } = prepared.plan;
  const provenance = {
    command: spec.name,
    version: ctx.version,
    model,
    request: prepared.request,
    created: answer.created,
    cost: costOf(sandbox, prepared, 1),
    sandbox,
  };
  const { sidecars, problems } = prepared.metadata
    ? await writeSidecars(collected, provenance, globals.force)
    : { sidecars: undefined, problems: [] };
  const cost = costOf(sandbox, prepared, answer.images.length);
  const outcome = { command: spec.name, model, answer, collected, cost, sandbox, sidecars, problems };
  const error = outcomeError(outcome, ctx.interrupts);
  spinner.stop();
  await tell(run, outcome, error);
  if (error) throw error;
}

async function tell(run: Run, outcome: Outcome, error: CliError | undefined): Promise<void> {
  const { report, ctx } = run;
  const paths = outcome.collected.flatMap(({ saved }) => (saved?.path ? [saved.path] : []));
  try {
    if (report.mode.json) {
      return await report.json(resultJson(outcome, error === undefined, report.warnings));
    }
    await report.paths(...paths.map((path) => shownPath(ctx.cwd, path)));
  } catch (cause) {
    throw error ?? unheardError(paths, cause);
  }
  if (paths.length === 0) return;
  const { usd } = outcome.cost;
  const price = outcome.sandbox ? 'free' : usd === null ? 'price unknown' : `about ${formatUsd(usd)}`;
  await report.aside(
    `Saved ${paths.length === 1 ? '1 image' : `${paths.length} images`}, ${outcome.model}, ${price}.`,
  );
}

/** The images are there, but standard output (a full disk, say) did not take the news. */
function unheardError(paths: readonly string[], cause: unknown): CliError {
  return new CliError('partial', 'The images are saved, but standard output cannot be written.', {
    billed: 'yes',
    hint: paths.join('\n'),
    cause,
  });
}

/** Below the current folder a path is shown as one would type it. */
function shownPath(cwd: string, path: string): string {
  return path.startsWith(`${cwd}${sep}`) ? path.slice(cwd.length + 1) : path;
}
