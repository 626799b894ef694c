/** Everything local that can be wrong with a call for words is found here: all of its images are checked before the first is paid. */
import { resolve } from 'node:path';
import type { CommandSpec } from '../endpoints/define.js';
import { makePlan, type Plan, plannedValue } from '../endpoints/plan.js';
import { type PreparedRequest, prepareRequest } from '../endpoints/request.js';
import type { ImageFile } from '../files/input.js';
import type { Cost } from '../ledger/cost.js';
import { checkReaders, readFiles, readPrompts } from './inputs.js';
import { costOf as costOfOne, type EndpointOptions, refuseAboveCap } from './prepare.js';
import type { Run } from './run.js';

/** One request: one image, or one prompt. */
export interface WordsTask {
  readonly plan: Plan;
  /** What is put into words, as the user knows it. */
  readonly source: string;
  /** The same for programs: files as absolute paths. */
  readonly subject: string;
  /** Checked once already: a file is read again when its turn comes, so that a whole folder needs no memory. */
  request(): Promise<PreparedRequest>;
}

export interface PreparedWords {
  readonly tasks: readonly WordsTask[];
  /** For --dry-run. */
  readonly requests: readonly PreparedRequest[];
  /** What so many of them are expected to cost. */
  costOf(count: number, sandbox: boolean): Cost;
}

type Attached = Readonly<Record<string, readonly ImageFile[]>>;

/**
 * Reads and checks what was typed.
 * @param operands the words typed without a flag
 * @throws CliError `usage`, `bad_input`, `bad_file`, `cost_cap`
 */
export async function prepareWords(
  run: Run,
  spec: CommandSpec,
  operands: readonly string[],
  { model, allowPrivateUrls = false, ...fields }: EndpointOptions & Record<string, unknown>,
): Promise<PreparedWords> {
  const plans = (operands.length > 0 ? operands : [undefined]).map((operand) =>
    makePlan(spec, model, { ...fields, [spec.operand.field]: operand }),
  );
  checkReaders(plans);
  const { dryRun } = run.globals;
  const tasks: WordsTask[] = [];
  const requests: PreparedRequest[] = [];
  for (const typed of plans) {
    const plan = await readPrompts(run, typed);
    const read = () => readFiles(run, plan, { allowPrivateUrls, many: true });
    const { images } = await read();
    for (const attached of eachSubject(plan, images)) {
      const request = prepareRequest(plan, attached);
      if (dryRun || requests.length === 0) requests.push(request);
      const [file] = attached[spec.operand.field] ?? [];
      const again = async () => prepareRequest(plan, { ...attached, ...(await read()).images });
      tasks.push(taskOf(run, plan, file, isFile(plan) ? again : async () => request));
    }
  }
  const one = { plan: plans[0] as Plan, request: requests[0] as PreparedRequest };
  const costOf = (count: number, sandbox: boolean) => timesCost(costOfOne(sandbox, one, 1), count);
  refuseAboveCap(run, costOf(tasks.length, false));
  return { tasks, requests, costOf };
}

function timesCost({ usd, basis }: Cost, count: number): Cost {
  if (count === 1) return { usd, basis };
  // Tenths of a cent, so that 3 x 0.1 does not read 0.30000000000000004.
  return {
    usd: usd === null ? null : Math.round(usd * count * 10_000) / 10_000,
    basis: `${count} times: ${basis}`,
  };
}

/** Standard input may have named several images: a request for each. */
function eachSubject({ spec }: Plan, images: Attached): Attached[] {
  const { field } = spec.operand;
  const subjects = images[field];
  return subjects ? subjects.map((file) => ({ ...images, [field]: [file] })) : [images];
}

/** Can what is put into words be read a second time? */
function isFile(plan: Plan): boolean {
  const { field } = plan.spec.operand;
  const value = plannedValue(plan, field);
  return field === 'image' && value !== '-' && !/^https?:/i.test(String(value));
}

function taskOf(
  { ctx }: Run,
  plan: Plan,
  file: ImageFile | undefined,
  request: () => Promise<PreparedRequest>,
): WordsTask {
  const source = file?.source ?? String(plannedValue(plan, plan.spec.operand.field));
  return { plan, source, subject: isFile(plan) ? resolve(ctx.cwd, source) : source, request };
}
