/** Everything local that can be wrong with a call for words is found here: all of its images are checked before the first is paid. */
import { resolve } from 'node:path';
import type { Attachments } from '../endpoints/attachments.js';
import type { CommandSpec } from '../endpoints/define.js';
import { makePlan, type Plan, plannedValue } from '../endpoints/plan.js';
import { type PreparedRequest, prepareRequest } from '../endpoints/request.js';
import { CliError } from '../errors.js';
import { isUrl } from '../files/image-origin.js';
import { STDIN_NAME } from '../files/stdin.js';
import type { Cost } from '../ledger/cost.js';
import { type Repeatable, repeatable } from './asked.js';
import { refuseAboveCaps } from './caps.js';
import { type ShownRequest, shownRequest } from './dry-run.js';
import { checkReaders, readFiles, readPrompts, whileReading } from './inputs.js';
import { costOf as costOfOne, type EndpointOptions } from './prepare.js';
import type { Run } from './run.js';

/** One request: one image, or one prompt. */
export interface WordsTask {
  readonly plan: Plan;
  /** What is put into words, as the user knows it. */
  readonly source: string;
  readonly isFile: boolean;
  /** The same for programs: files as absolute paths. */
  readonly subject: string;
  /** What was typed, for the journal. */
  readonly repeatable: Repeatable;
  /** For --dry-run. */
  readonly shown: ShownRequest;
  /** Checked once already: a file is read again when its turn comes, so that a whole folder needs no memory. */
  request(): Promise<PreparedRequest>;
}

export interface PreparedWords {
  readonly tasks: readonly WordsTask[];
  /** What so many of them are expected to cost. */
  costOf(count: number, sandbox: boolean): Cost;
}

interface ReadOptions {
  readonly allowPrivateUrls: boolean;
  readonly many: true;
  /** Options as they were typed. */
  readonly typed: Readonly<Record<string, unknown>>;
}

/**
 * Reads and checks what was typed.
 * @param operands the words typed without a flag
 * @throws CliError `usage`, `bad_input`, `bad_file`, `cost_cap`, `cancelled`
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
  const costOf = (count: number, sandbox: boolean) =>
    timesCost(costOfOne(sandbox, plans[0] as Plan, 1), count);
  await refuseAboveCaps(run, costOf(plans.length, false), 1);
  await checkReaders(run, plans);
  const options = { allowPrivateUrls, many: true, typed: { ...fields, allowPrivateUrls } } as const;
  const tasks = await whileReading(run, plans, () => readTasks(run, plans, options));
  // Standard input may have named more.
  await refuseAboveCaps(run, costOf(tasks.length, false), 1);
  return { tasks, costOf };
}

/** In the order in which they were typed; but what comes through a pipe is read last. */
async function readTasks(run: Run, plans: readonly Plan[], options: ReadOptions): Promise<WordsTask[]> {
  const tasks: WordsTask[][] = plans.map(() => []);
  const isPiped = ([, plan]: readonly [number, Plan]) => typedOperand(plan) === '-';
  const numbered = [...plans.entries()];
  for (const [index, typed] of [...numbered.filter((each) => !isPiped(each)), ...numbered.filter(isPiped)]) {
    // A folder may take long to read.
    if (run.ctx.interrupts.stop.aborted) throw new CliError('cancelled', 'Stopped.');
    tasks[index] = await tasksOf(run, await readPrompts(run, typed), options);
  }
  return tasks.flat();
}

function timesCost({ usd, basis }: Cost, count: number): Cost {
  if (count === 0) return { usd: 0, basis: 'nothing was described' };
  if (count === 1) return { usd, basis };
  // Hundredths of a cent, so that 3 x 0.1 does not read 0.30000000000000004.
  return {
    usd: usd === null ? null : Math.round(usd * count * 10_000) / 10_000,
    basis: `${count} times: ${basis}`,
  };
}

async function tasksOf(run: Run, plan: Plan, options: ReadOptions): Promise<WordsTask[]> {
  if (isFile(plan)) return [await fileTask(run, plan, options)];
  const { images } = await readFiles(run, plan, options);
  return eachSubject(plan, images).map((attached) => {
    const request = prepareRequest(plan, attached);
    const [file] = attached[plan.spec.operand.field] ?? [];
    const source = file?.source ?? typedOperand(plan);
    const typed = typedOperand(plan);
    // What a result names is read from there; bytes are nowhere but in the pipe.
    const word = typed !== '-' || source === STDIN_NAME ? typed : source;
    const again = repeatable(run.ctx.cwd, plan, { ...options.typed, [plan.spec.operand.field]: word });
    const known = { plan, source, isFile: false, subject: source, repeatable: again };
    return { ...known, shown: shownRequest(request), request: async () => request };
  });
}

/** Checked now, and read again when its turn comes: nothing here may hold its bytes. */
async function fileTask(run: Run, plan: Plan, options: ReadOptions): Promise<WordsTask> {
  const request = async () => prepareRequest(plan, (await readFiles(run, plan, options)).images);
  const source = typedOperand(plan);
  const subject = resolve(run.ctx.cwd, source);
  const again = repeatable(run.ctx.cwd, plan, { ...options.typed, [plan.spec.operand.field]: source });
  const known = { plan, source, isFile: true, subject, repeatable: again };
  return { ...known, shown: shownRequest(await request()), request };
}

/** Standard input may have named several images: a request for each. */
function eachSubject({ spec }: Plan, images: Attachments['images']): Attachments['images'][] {
  const { field } = spec.operand;
  const subjects = images[field];
  return subjects ? subjects.map((file) => ({ ...images, [field]: [file] })) : [images];
}

/** Can what is put into words be read a second time? */
function isFile(plan: Plan): boolean {
  const value = typedOperand(plan);
  return plan.spec.operand.field === 'image' && value !== '-' && !isUrl(value);
}

function typedOperand(plan: Plan): string {
  return String(plannedValue(plan, plan.spec.operand.field));
}
