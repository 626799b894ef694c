/** What a call's options name is read: prompts from files and standard input, images, the mask; all before anything is sent. */

import { isLoopback } from '../api/base-url.js';
import { DEFAULT_TIMEOUT_MS } from '../deadline.js';
import type { Attachments } from '../endpoints/attachments.js';
import { type Plan, type PlannedValue, withValue } from '../endpoints/plan.js';
import { isImageKind, isPromptKind, labelOf } from '../endpoints/survey.js';
import { isUrl } from '../files/image-origin.js';
import { readJsonObject, readPrompt } from '../files/prompt.js';
import { refuseSecondReader } from '../files/stdin.js';
import { plannedBaseUrl, type Run, userAgent } from './run.js';

/**
 * The plan with the prompts that its options name in their places.
 * @throws CliError `usage` when standard input is wanted twice; `bad_input`, `bad_file`
 */
export async function readPrompts({ ctx }: Run, plan: Plan): Promise<Plan> {
  let read = plan;
  for (const { field, value } of plan.values) {
    const { name } = field.field;
    if (field.type.kind === 'prompt') read = withValue(read, name, await readPrompt(ctx, String(value)));
    if (field.type.kind === 'json-prompt' && typeof value === 'string') {
      const [given, { checkJsonPrompt, promptInResult }] = await Promise.all([
        readJsonObject(ctx, value),
        import('../endpoints/json-prompt.js'),
      ]);
      const document = promptInResult(given);
      checkJsonPrompt(labelOf(plan.spec, field.field), document);
      read = withValue(read, name, document);
    }
  }
  return read;
}

/**
 * Standard input can be read once in a command, whatever its number of requests. What comes through it may have been
 * paid for, and is gone when it has been read: all that can fail without it must fail before.
 * @param checkPlace proves that the result can be put where it is to go
 * @throws CliError `usage`; `no_key`, `bad_input` (base URL), `bad_file` (place)
 */
export async function checkReaders(
  run: Run,
  plans: readonly Plan[],
  checkPlace: () => Promise<void> = async () => {},
): Promise<void> {
  const readers = plans.flatMap(({ values, spec }) =>
    values.flatMap((planned) => {
      const label = labelOf(spec, planned.field.field);
      return Array.from({ length: readsStdin(planned) }, () => label);
    }),
  );
  refuseSecondReader(readers);
  const { dryRun, sandbox } = run.globals;
  if (readers.length === 0 || dryRun) return;
  plannedBaseUrl(run);
  if (!sandbox) {
    const { findKey } = await import('../auth/key.js');
    await findKey(run.ctx);
  }
  await checkPlace();
}

/** Does a prompt, plain or structured, come through the pipe? */
export function readsPromptFromStdin({ values }: Plan): boolean {
  return values.some((planned) => isPromptKind(planned.field.type) && readsStdin(planned) > 0);
}

/** Does anything come through the pipe? */
export function isPiped({ values }: Plan): boolean {
  return values.some((planned) => readsStdin(planned) > 0);
}

/** How often a value wants to read it. */
function readsStdin({ field: { type }, value }: PlannedValue): number {
  if (!isPromptKind(type) && !isImageKind(type)) return 0;
  return [value].flat().filter((item) => item === '-').length;
}

/** The images that a call works with, as they were typed. */
export function imageSourcesOf({ values }: Plan): string[] {
  return values
    .filter(({ field }) => isImageKind(field.type))
    .flatMap(({ value }) => [value].flat().map(String));
}

const NO_ATTACHMENTS: Attachments = { images: {}, mask: undefined, warnings: [] };

/** Reads the images of a plan, and makes its mask. */
export async function readFiles(
  run: Run,
  plan: Plan,
  { allowPrivateUrls, many = false }: { readonly allowPrivateUrls: boolean; readonly many?: boolean },
): Promise<Attachments> {
  if (imageSourcesOf(plan).length === 0) return NO_ATTACHMENTS;
  // What reads and checks images is loaded where there are some.
  const { readAttachments } = await import('../endpoints/attachments.js');
  const { ctx, globals } = run;
  const { cwd, stdin, interrupts, fetch, clock, platform } = ctx;
  const { timeoutMs = DEFAULT_TIMEOUT_MS } = globals;
  const world = { cwd, stdin, interrupts, fetch, clock, platform, allowPrivateUrls, timeoutMs };
  const takesPlaceholders = isLoopback(new URL(plannedBaseUrl(run)).hostname);
  return readAttachments({ ...world, userAgent: userAgent(ctx), takesPlaceholders }, plan, many);
}

/** Shows that images are read or fetched, which may take long, before anything else is shown. */
export async function whileReading<T>(
  { report }: Run,
  plans: readonly Plan[],
  work: () => Promise<T>,
): Promise<T> {
  const sources = plans.flatMap(imageSourcesOf);
  // Where the command before is still at work, it shows what it does.
  if (sources.length === 0 || plans.some(isPiped)) return work();
  const images = plans.length === 1 ? 'the image' : `${plans.length} images`;
  const spinner = report.working(`${sources.some(isUrl) ? 'Fetching' : 'Reading'} ${images}...`);
  try {
    return await work();
  } finally {
    spinner.stop();
  }
}
