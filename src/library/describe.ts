/** Images put into words by the library: all are checked before the first is paid, and one that fails leaves the others alone. */
import { cancelled } from '../api/attempt.js';
import type { WordsCallAnswer } from '../api/paid-call.js';
import { callSeveral, codeOfAll, finalFailure, isAboutOne, type Result } from '../api/several-calls.js';
import type { Interrupts } from '../context.js';
import { describe } from '../endpoints/describe.js';
import type { Plan } from '../endpoints/plan.js';
import type { PreparedRequest } from '../endpoints/request.js';
import { CliError } from '../errors.js';
import { isUrl } from '../files/image-origin.js';
import { readCall } from './call.js';
import { planCall, prepareCall, sendForWords } from './calls.js';
import type { CallOptions, ImageInput } from './options.js';
import type { DescribeFailure, DescribeResult, Description } from './results.js';
import { optionsGiven, specForProgram } from './spec.js';
import type { LibraryWorld } from './world.js';

/** One image, which is one request. */
interface Task {
  readonly image: ImageInput;
  readonly plan: Plan;
  /** A file is read again when its turn comes, so that a whole folder needs no memory. */
  request(): Promise<PreparedRequest>;
}

type Outcome = Result<WordsCallAnswer>;

/**
 * Puts images into words. Resolves as soon as there is one description: what is paid is handed over, whatever else failed.
 * @throws CliError when no image is described; before anything is sent, when one of them cannot be
 */
export async function describeImages(
  world: LibraryWorld,
  options: unknown,
  given?: CallOptions,
): Promise<DescribeResult> {
  const call = readCall(given);
  const { interrupts } = call;
  const tasks = await prepareTasks(world, options, interrupts);
  const calls = tasks.map(
    ({ plan, request }, index) =>
      async () =>
        sendForWords(world, plan, await request(), call, index),
  );
  const outcomes = await callSeveral(calls, interrupts);
  const descriptions = tasks.flatMap(({ image }, index) => descriptionsOf(image, outcomes[index]));
  const failed = failuresOf(tasks, outcomes);
  if (descriptions.length === 0) throw noneDescribed(failed);
  return { model: tasks[0]?.plan.model, descriptions, failed };
}

async function prepareTasks(world: LibraryWorld, options: unknown, interrupts: Interrupts): Promise<Task[]> {
  const spec = specForProgram(describe);
  const { image, ...others } = optionsGiven(spec, options);
  const images =
    Array.isArray(image) && image.length > 0 ? image : [Array.isArray(image) ? undefined : image];
  const plans: Plan[] = [];
  for (const each of images) plans.push(await planCall(spec, { ...others, image: each }));
  const tasks: Task[] = [];
  for (const [index, plan] of plans.entries()) {
    if (interrupts.stop.aborted) throw cancelled('no');
    // What was fetched once is not fetched again: it might be another image.
    const task = isUrl(images[index]) ? heldTask : fileTask;
    tasks.push(await task(world, images[index], plan, interrupts));
  }
  return tasks;
}

async function heldTask(
  world: LibraryWorld,
  image: ImageInput,
  plan: Plan,
  interrupts: Interrupts,
): Promise<Task> {
  const { request } = await prepareCall(world, plan, interrupts);
  return { image, plan, request: async () => request };
}

/** Checked now, and read again when its turn comes: nothing here may hold its bytes. */
async function fileTask(
  world: LibraryWorld,
  image: ImageInput,
  plan: Plan,
  interrupts: Interrupts,
): Promise<Task> {
  const request = async () => (await prepareCall(world, plan, interrupts)).request;
  await request();
  return { image, plan, request };
}

function descriptionsOf(image: ImageInput, outcome: Outcome): Description[] {
  if (outcome === undefined || outcome instanceof CliError) return [];
  const { texts, jsonPrompt } = outcome;
  return jsonPrompt ? [{ image, text: texts[0], jsonPrompt }] : texts.map((text) => ({ image, text }));
}

/** Of images that were not asked, the failure that ended it all. */
function failuresOf(tasks: readonly Task[], outcomes: readonly Outcome[]): DescribeFailure[] {
  const errors = outcomes.filter((outcome): outcome is CliError => outcome instanceof CliError);
  const final = errors.find((error) => !isAboutOne(error));
  return tasks.flatMap(({ image }, index): DescribeFailure[] => {
    const outcome = outcomes[index];
    if (outcome instanceof CliError) return [{ image, error: outcome }];
    return outcome === undefined && final ? [{ image, error: notAsked(final) }] : [];
  });
}

function notAsked(final: CliError): CliError {
  const { code, message, hint } = final;
  const why = `It was not asked, because another failed: ${message}`;
  return new CliError(code, why, { hint, cause: final });
}

/** One error for all, which are its cause: where one failure ended it all, or all failed alike, its code. */
function noneDescribed(failed: readonly DescribeFailure[]): CliError {
  const errors = failed.map(({ error }) => error);
  const [first] = errors;
  // Told to stop before the first was asked.
  if (first === undefined) return cancelled('no');
  if (errors.length === 1) return first;
  const final = finalFailure(errors) ?? first;
  const each = failed.map(({ image, error }) => `${image}: ${error.message.replace(/\.$/, '')}`);
  return new CliError(
    codeOfAll(errors, false),
    `None of ${failed.length} images is described. ${each.join('; ')}.`,
    {
      hint: final.hint,
      billed: errors.some(({ billed }) => billed !== 'no') ? 'maybe' : 'no',
      cause: new AggregateError(errors),
    },
  );
}
