/** Everything local that can be wrong with a call for images is found here, before anything is sent or paid. */
import type { CommandSpec } from '../endpoints/define.js';
import { makePlan, type Plan, plannedValue } from '../endpoints/plan.js';
import { type PreparedRequest, prepareRequest } from '../endpoints/request.js';
import { subjectOf } from '../endpoints/subject.js';
import { CliError } from '../errors.js';
import { aboutSubject, chooseTarget, prepareTarget, type Target } from '../files/target.js';
import { newCallId } from '../ledger/call-id.js';
import { type Cost, estimateCost, rehearsed } from '../ledger/cost.js';
import { type Repeatable, repeatable } from './asked.js';
import { refuseAboveCaps } from './caps.js';
import { checkReaders, readFiles, readPrompts, readsPromptFromStdin, whileReading } from './inputs.js';
import { chooseMaskFile, prepareToKeep, proveMaskFile } from './keep-mask.js';
import type { Run } from './run.js';
import { checkViews } from './views.js';

/** The options of a command that are not fields of the API. */
export interface EndpointOptions {
  readonly model?: string;
  readonly output?: string;
  readonly metadata?: boolean;
  readonly allowPrivateUrls?: boolean;
  /** Show what was saved in the terminal. */
  readonly preview?: boolean;
  /** Open what was saved with the system's viewer. */
  readonly open?: boolean;
}

/** Options of the program, and in `fields` those that are for the endpoint. */
export function splitOptions<O extends EndpointOptions>(options: O) {
  const { model, output, metadata, allowPrivateUrls, preview, open, ...fields } = options;
  return { model, output, metadata, allowPrivateUrls, preview, open, fields };
}

/** A call that is ready to be sent: nothing local can fail any more. */
export interface Prepared {
  /** Its name in the journal, which never hears of a dry run. */
  readonly id: string | undefined;
  /** What was typed, for the journal. */
  readonly repeatable: Repeatable;
  readonly plan: Plan;
  readonly request: PreparedRequest;
  readonly target: Target;
  /** How many are asked for. */
  readonly images: number;
  readonly metadata: boolean;
  /** Writes what --save-mask asks for. */
  keepMask(): Promise<void>;
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
  operand: string | undefined,
  options: EndpointOptions & Record<string, unknown>,
): Promise<Prepared> {
  const { ctx, globals, report } = run;
  const { model, output, metadata = false, allowPrivateUrls = false, fields } = splitOptions(options);
  const typed = makePlan(spec, model, { ...fields, [spec.operand.field]: operand });
  refuseMixedOutput(typed, report.mode.json, output, metadata);
  await checkViews(ctx, options);
  const images = Number(plannedValue(typed, 'numImages') ?? 1);
  await refuseAboveCaps(run, costOf(false, typed, images), images);
  // Chance takes milliseconds to load.
  const id = globals.dryRun ? undefined : newCallId();
  const target = await chooseTarget({
    cwd: ctx.cwd,
    output,
    force: globals.force,
    subject: subjectOf(typed),
    metadata,
    images,
    stdoutIsTerminal: ctx.stdout.isTTY === true,
    owner: id,
  });
  const maskFile = await chooseMaskFile(run, typed, target, images);
  await checkReaders(run, [typed], async () => {
    await prepareTarget(target, images);
    if (maskFile !== undefined) await proveMaskFile(run, maskFile);
  });
  const attach = () => whileReading(run, [typed], () => readFiles(run, typed, { allowPrivateUrls }));
  // What comes through a pipe is read last.
  const early = readsPromptFromStdin(typed) ? await attach() : undefined;
  const plan = await readPrompts(run, typed);
  const attachments = early ?? (await attach());
  const request = prepareRequest(plan, attachments.images);
  for (const warning of [...plan.warnings, ...attachments.warnings]) await report.warn(warning);
  for (const note of plan.notes) await report.notice(note);
  const keepMask =
    maskFile !== undefined && attachments.mask
      ? await prepareToKeep(run, maskFile, attachments.mask, id)
      : async () => {};
  return {
    id,
    repeatable: repeatable(ctx.cwd, plan, { ...options, [spec.operand.field]: operand }),
    plan,
    request,
    target: aboutSubject(target, subjectOf(plan)),
    images,
    metadata,
    keepMask,
  };
}

function refuseMixedOutput(
  { endpoint, spec }: Plan,
  json: boolean,
  output: string | undefined,
  metadata: boolean,
): void {
  if (output !== '-') return;
  if (json) throw new CliError('usage', '--json and -o - exclude each other: both write to standard output.');
  if (endpoint.answer === 'layers') {
    throw new CliError('usage', `${spec.name} writes the text to standard output, and -o - the image.`, {
      hint: 'Give a file or folder: -o images/',
    });
  }
  if (metadata) {
    throw new CliError('usage', '--metadata needs a file to stand beside, and -o - makes none.', {
      hint: 'Give a file or folder: -o images/',
    });
  }
}

/** The expected cost of so many images of this call. */
export function costOf(sandbox: boolean, { endpoint, model, values }: Plan, images: number): Cost {
  const fields = Object.fromEntries(values.map(({ field, value }) => [field.wire, value]));
  const cost = estimateCost({ endpoint: endpoint.name, model, images, fields });
  return sandbox ? rehearsed(cost) : cost;
}
