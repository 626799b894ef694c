/** A command that makes images: from typed options to the paths of saved images. */
import { basename } from 'node:path';
import type { CommandSpec } from '../endpoints/define.js';
import type { CliError } from '../errors.js';
import { formatUsd } from '../ledger/cost.js';
import { showDryRun, shownRequest } from './dry-run.js';
import { layersText, type Outcome, resultJson, shownPath, unheardError } from './outcome.js';
import { costOf, type EndpointOptions, type Prepared, prepare } from './prepare.js';
import { plannedBaseUrl, type Run, shortName } from './run.js';
import { showSaved } from './views.js';

/**
 * Runs a command that saves images.
 * @param operand the word typed without a flag
 * @param options typed options by their names in code; absent ones are undefined
 * @throws CliError for everything that keeps an image from being saved
 */
export async function runEndpoint(
  run: Run,
  spec: CommandSpec,
  operand: string | undefined,
  options: EndpointOptions & Record<string, unknown>,
): Promise<void> {
  const prepared = await prepare(run, spec, operand, options);
  if (run.globals.dryRun) {
    await prepared.keepMask();
    const { plan, request, images } = prepared;
    const cost = costOf(run.globals.sandbox, plan, images);
    const common = { command: spec.name, model: plan.model, baseUrl: plannedBaseUrl(run) };
    return showDryRun(run, { ...common, requests: [shownRequest(request)], cost });
  }
  const order = { command: spec.name, doing: describeWork(spec, prepared), prepared };
  const { makeImages } = await import('./make-images.js');
  const { outcome, error, told } = await makeImages(run, order);
  await warnOfType(run, options.output, outcome);
  if (await tell(run, outcome, error)) await told();
  await showSaved(run, options, savedPaths(outcome));
  if (error) throw error;
}

/** "Generating 2 images with V_3", "Editing room.png with V_3". */
function describeWork({ doing, operand }: CommandSpec, { plan, images, request }: Prepared): string {
  const [first] = request.files;
  const what =
    operand.field === 'image' && first
      ? `${shortName(first.file.source)}${images > 1 ? `, ${images} images` : ''}`
      : images === 1
        ? '1 image'
        : `${images} images`;
  return [doing, what, ...(plan.model === undefined ? [] : [`with ${plan.model}`])].join(' ');
}

/** The bytes say what an image is, whatever was typed: a script that goes on with the typed name must not find an old file there. */
async function warnOfType(
  { report }: Run,
  output: string | undefined,
  { collected }: Outcome,
): Promise<void> {
  const typed = /\.(png|jpe?g|webp)$/i
    .exec(output ?? '')?.[1]
    ?.toLowerCase()
    .replace('jpeg', 'jpg');
  const other = collected.find(({ saved }) => saved?.path && typed && saved.type.extension !== typed);
  if (other?.saved) {
    await report.warn(
      `the image is a ${other.saved.type.name}, so it is saved as ${basename(String(other.saved.path))}.`,
    );
  }
}

function savedPaths({ collected }: Outcome): string[] {
  return collected.flatMap(({ saved }) => (saved?.path ? [saved.path] : []));
}

/** False when nobody was there to take it. */
async function tell(run: Run, outcome: Outcome, error: CliError | undefined): Promise<boolean> {
  const { report, ctx } = run;
  const paths = savedPaths(outcome);
  try {
    if (report.mode.json) {
      return await report.paidJson(resultJson(outcome, error === undefined, report.warnings));
    }
    const { textBlocks } = outcome.answer;
    if (textBlocks && !(await report.data(layersText(paths[0], textBlocks)))) return false;
    if (!textBlocks) await report.paths(...paths.map((path) => shownPath(ctx.cwd, path)));
  } catch (cause) {
    throw error ?? unheardError(outcome, cause);
  }
  if (paths.length === 0) return true;
  const { usd } = outcome.cost;
  const price = outcome.sandbox ? 'free' : usd === null ? 'price unknown' : `about ${formatUsd(usd)}`;
  const images = paths.length === 1 ? '1 image' : `${paths.length} images`;
  await report.aside(`Saved ${[images, outcome.model, price].filter(Boolean).join(', ')}.`);
  return true;
}
