/** A command that reaches an endpoint of the API: from typed options to the paths of saved images. */
import type { CommandSpec } from '../endpoints/define.js';
import type { CliError } from '../errors.js';
import { formatUsd } from '../ledger/cost.js';
import { plannedBaseUrl } from './connection.js';
import { showDryRun } from './dry-run.js';
import { makeImages } from './make-images.js';
import { type Outcome, resultJson, shownPath, unheardError } from './outcome.js';
import { costOf, type EndpointOptions, prepare } from './prepare.js';
import type { Run } from './run.js';

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
  const { model } = prepared.plan;
  if (run.globals.dryRun) {
    const cost = costOf(run.globals.sandbox, prepared, prepared.images);
    const { request } = prepared;
    return showDryRun(run, { command: spec.name, model, baseUrl: plannedBaseUrl(run), request, cost });
  }
  const doing = `${spec.doing} ${prepared.images === 1 ? '1 image' : `${prepared.images} images`} with ${model}`;
  const { outcome, error } = await makeImages(run, { command: spec.name, doing, prepared });
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
    throw error ?? unheardError(outcome, cause);
  }
  if (paths.length === 0) return;
  const { usd } = outcome.cost;
  const price = outcome.sandbox ? 'free' : usd === null ? 'price unknown' : `about ${formatUsd(usd)}`;
  await report.aside(
    `Saved ${paths.length === 1 ? '1 image' : `${paths.length} images`}, ${outcome.model}, ${price}.`,
  );
}
