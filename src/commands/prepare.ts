/** Everything local that can be wrong with a call is found here, before anything is sent or paid. */
import type { CommandSpec } from '../endpoints/define.js';
import { imagePathsOf, makePlan, type Plan, plannedValue } from '../endpoints/plan.js';
import { type PreparedRequest, prepareRequest } from '../endpoints/request.js';
import { CliError } from '../errors.js';
import { readImages } from '../files/input.js';
import { readPrompt } from '../files/prompt.js';
import { chooseTarget, type Target } from '../files/target.js';
import { type Cost, estimateCost, formatUsd } from '../ledger/cost.js';
import type { Run } from './run.js';

/** The options of an image command that are not fields of the API. */
export interface EndpointOptions {
  readonly model?: string;
  readonly output?: string;
  readonly metadata?: boolean;
}

/** A call that is ready to be sent: nothing local can fail any more. */
export interface Prepared {
  readonly plan: Plan;
  readonly request: PreparedRequest;
  readonly target: Target;
  readonly images: number;
  readonly metadata: boolean;
}

/**
 * Reads and checks what was typed.
 * @param operand the word typed without a flag
 * @param options typed options by their names in code; absent ones are undefined
 * @throws CliError `usage`, `bad_input`, `bad_file`, `cost_cap`
 */
export async function prepare(
  run: Run,
  spec: CommandSpec,
  operand: string,
  options: EndpointOptions & Record<string, unknown>,
): Promise<Prepared> {
  const { ctx, globals, report } = run;
  const { model, output, metadata = false, ...fields } = options;
  refuseMixedOutput(report.mode.json, output, metadata);
  const prompt = await readPrompt(ctx, operand);
  const plan = makePlan(spec, model, { ...fields, [spec.operand.field]: prompt });
  const images = Number(plannedValue(plan, 'numImages') ?? 1);
  const stdoutIsTerminal = ctx.stdout.isTTY === true;
  const target = await chooseTarget({
    cwd: ctx.cwd,
    output,
    force: globals.force,
    prompt,
    metadata,
    images,
    stdoutIsTerminal,
  });
  const request = prepareRequest(plan, await readImages(ctx.cwd, imagePathsOf(plan)));
  if (images > 1 && plannedValue(plan, 'seed') !== undefined) {
    await report.warn(`with one seed the API may make ${images} equal images, and charges for each.`);
  }
  const prepared = { plan, request, target, images, metadata };
  // The sandbox too: a script's limit must be one that can be rehearsed.
  refuseAboveCap(run, costOf(false, prepared, images));
  return prepared;
}

function refuseMixedOutput(json: boolean, output: string | undefined, metadata: boolean): void {
  if (output !== '-') return;
  if (json) throw new CliError('usage', '--json and -o - exclude each other: both write to standard output.');
  if (metadata) {
    throw new CliError('usage', '--metadata needs a file to stand beside, and -o - makes none.', {
      hint: 'Give a file or folder: -o images/',
    });
  }
}

/** The expected cost of so many images of this call. */
export function costOf(sandbox: boolean, { plan, request }: Prepared, images: number): Cost {
  const files = Object.fromEntries(request.files.map(({ name }) => [name, true]));
  const cost = estimateCost({ model: plan.model, images, fields: { ...request.fields, ...files } });
  return sandbox ? { usd: 0, basis: `sandbox, nothing is billed; with the real API: ${cost.basis}` } : cost;
}

/** The cap counts before anything is sent; a price nobody knows is above every cap. */
function refuseAboveCap(run: Run, cost: Cost): void {
  const { maxCost } = run.globals;
  if (maxCost === undefined || (cost.usd !== null && cost.usd <= maxCost)) return;
  const price = cost.usd === null ? 'has no known price' : `would cost about ${formatUsd(cost.usd)}`;
  throw new CliError('cost_cap', `This ${price}, and --max-cost allows ${formatUsd(maxCost)}.`, {
    hint: `${cost.basis}. Nothing was sent. Raise --max-cost, ask for fewer images, or use a cheaper model or speed.`,
  });
}
