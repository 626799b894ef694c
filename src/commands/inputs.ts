/** What a call's options name is read: prompts from files and standard input, images, the mask; all before anything is sent. */

import { DEFAULT_TIMEOUT_MS } from '../deadline.js';
import type { Attachments } from '../endpoints/attachments.js';
import { type Plan, type PlannedValue, withValue } from '../endpoints/plan.js';
import { labelOf } from '../endpoints/survey.js';
import { readJsonObject, readPrompt } from '../files/prompt.js';
import { refuseSecondReader } from '../files/stdin.js';
import { type Run, userAgent } from './run.js';

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
      const [document, { checkJsonPrompt }] = await Promise.all([
        readJsonObject(ctx, value),
        import('../endpoints/json-prompt.js'),
      ]);
      checkJsonPrompt(labelOf(plan.spec, field.field), document);
      read = withValue(read, name, document);
    }
  }
  return read;
}

/**
 * Standard input can be read once in a command, whatever its number of requests.
 * @throws CliError `usage`
 */
export function checkReaders(plans: readonly Plan[]): void {
  const readers = plans.flatMap(({ values, spec }) =>
    values.flatMap((planned) => {
      const label = labelOf(spec, planned.field.field);
      return Array.from({ length: readsStdin(planned) }, () => label);
    }),
  );
  refuseSecondReader(readers);
}

/** How often a value wants to read it. */
function readsStdin({ field: { type }, value }: PlannedValue): number {
  if (['prompt', 'json-prompt', 'image', 'mask'].includes(type.kind)) return value === '-' ? 1 : 0;
  return type.kind === 'images' && Array.isArray(value) ? value.filter((item) => item === '-').length : 0;
}

const NO_ATTACHMENTS: Attachments = { images: {}, mask: undefined, warnings: [] };

/** Reads the images of a plan, and makes its mask. */
export async function readFiles(
  { ctx, globals }: Run,
  plan: Plan,
  { allowPrivateUrls, many = false }: { readonly allowPrivateUrls: boolean; readonly many?: boolean },
): Promise<Attachments> {
  if (!hasImages(plan)) return NO_ATTACHMENTS;
  // What reads and checks images is loaded where there are some.
  const { readAttachments } = await import('../endpoints/attachments.js');
  const { cwd, stdin, interrupts, fetch, clock, platform } = ctx;
  const { timeoutMs = DEFAULT_TIMEOUT_MS } = globals;
  const world = { cwd, stdin, interrupts, fetch, clock, platform, allowPrivateUrls, timeoutMs };
  return readAttachments({ ...world, userAgent: userAgent(ctx) }, plan, many);
}

function hasImages({ values }: Plan): boolean {
  return values.some(({ field: { type } }) => ['image', 'images', 'mask'].includes(type.kind));
}
