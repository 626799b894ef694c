/** What a finished command says: the paths or the JSON result, and the error that names what is missing. */
import { sep } from 'node:path';
import type { Collected } from '../api/collect.js';
import type { ImageCallAnswer } from '../api/paid-call.js';
import type { Interrupts } from '../context.js';
import { CliError } from '../errors.js';
import type { Cost } from '../ledger/cost.js';
import type { Sidecars } from './metadata.js';

export interface Outcome {
  /** Of the call in the journal. */
  readonly id: string;
  readonly command: string;
  /** Undefined where there are no models to choose from. */
  readonly model: string | undefined;
  readonly answer: ImageCallAnswer;
  readonly collected: readonly Collected[];
  readonly cost: Cost;
  readonly sandbox: boolean;
  /** A prompt was sent. */
  readonly prompted: boolean;
  /** Undefined where none were asked for. */
  readonly sidecars: Pick<Sidecars, 'paths' | 'problems'> | undefined;
}

/** Withheld by the safety check: paid, final, without a link. */
export function isWithheld({ image }: Collected): boolean {
  return image.url === undefined && !image.safe;
}

export function isSaved(item: Collected): boolean {
  return item.saved !== undefined;
}

/** Paid, promised, and not here. */
function isMissing(item: Collected): boolean {
  return !isSaved(item) && !isWithheld(item);
}

/** The result for programs; docs/json.md describes each field. Fields are only ever added. */
export function resultJson(outcome: Outcome, ok: boolean, warnings: readonly string[]): object {
  return {
    ok,
    command: outcome.command,
    id: outcome.id,
    model: outcome.model ?? null,
    images: outcome.collected.map(({ image, saved, problem, expires }, index) => ({
      path: saved?.path ?? null,
      url: image.url ?? null,
      seed: image.seed ?? null,
      prompt: image.prompt ?? null,
      resolution: image.resolution ?? null,
      safe: image.safe,
      type: saved?.type.mime ?? null,
      bytes: saved?.bytes ?? null,
      expires: expires?.toISOString() ?? null,
      ...(outcome.sidecars ? { metadata: { path: outcome.sidecars.paths.get(index) ?? null } } : {}),
      ...(problem ? { problem } : {}),
    })),
    ...(outcome.answer.textBlocks ? { textBlocks: outcome.answer.textBlocks } : {}),
    withheld: outcome.collected.filter(isWithheld).length,
    cost: outcome.cost,
    created: outcome.answer.created ?? null,
    sandbox: outcome.sandbox,
    warnings,
  };
}

/** What is wrong with the outcome, if anything; the images that are there stay. */
export function outcomeError(outcome: Outcome, interrupts: Interrupts): CliError | undefined {
  const { collected, sidecars } = outcome;
  const problems = sidecars?.problems ?? [];
  const { requestId } = outcome.answer;
  const saved = collected.filter(isSaved).length;
  const withheld = collected.filter(isWithheld).length;
  const missing = collected.filter(isMissing);
  const message = outcomeMessage(saved, collected.length, withheld, missing, problems);
  const details = {
    billed: 'yes',
    requestId,
    hint: [...missingLines(missing), ...(withheld > 0 ? [WITHHELD_HINT] : [])].join('\n') || undefined,
  } as const;
  if (interrupts.stop.aborted) return new CliError('cancelled', `Stopped: ${message}`, details);
  if (withheld === collected.length) {
    const what = withheld === 1 ? 'the image' : `all ${withheld} images`;
    return new CliError('blocked', `The safety check withheld ${what} after making it.`, {
      ...details,
      status: 200,
      hint: `${outcome.prompted ? 'Rephrase the prompt, or take out' : 'Take out'} what may have been flagged. Withheld images are charged like others.`,
    });
  }
  if (saved === collected.length && problems.length === 0) return undefined;
  return new CliError('partial', message, details);
}

const WITHHELD_HINT =
  'Withheld images are final and charged like others; asking again makes, and charges, new ones.';

function outcomeMessage(
  saved: number,
  total: number,
  withheld: number,
  missing: readonly Collected[],
  problems: readonly string[],
): string {
  const parts = [`${saved} of ${total} images saved`];
  if (withheld > 0) parts.push(`${withheld} withheld by the safety check`);
  if (missing.length > 0) {
    const reasons = [...new Set(missing.map((item) => item.problem ?? 'the API gave no link'))];
    parts.push(`${missing.length} not downloaded: ${reasons.join('; ')}`);
  }
  return `${[...parts, ...problems].join(', ')}.`;
}

/** Everything one needs to fetch a paid image by hand, while its link works, or to ask for it when it no longer does. */
function missingLines(missing: readonly Collected[]): string[] {
  const linked = missing.filter(({ image }) => image.url !== undefined);
  const section = (title: string, items: readonly Collected[]): string[] =>
    items.length === 0 ? [] : [title, ...items.flatMap(linkLines)];
  return [
    ...section(
      'Paid, but not saved. While its link works, this fetches it for nothing: ideogram resume',
      linked.filter(({ expired }) => !expired),
    ),
    ...section(
      'Paid, and the link has expired. Give these to the support of the API if you need the image:',
      linked.filter(({ expired }) => expired),
    ),
  ];
}

/** The link has a line of its own, so that it can be copied. */
function linkLines({ image, expires }: Collected): string[] {
  const details = [
    image.seed === undefined ? undefined : `seed ${image.seed}`,
    expires ? `expires ${expires.toISOString()}` : undefined,
  ].filter((detail) => detail !== undefined);
  return [String(image.url), ...(details.length > 0 ? [`(${details.join(', ')})`] : [])];
}

/** Below the current folder a path is shown as one would type it. */
export function shownPath(cwd: string, path: string): string {
  return path.startsWith(`${cwd}${sep}`) ? path.slice(cwd.length + 1) : path;
}

/** Link, seed and file of each image, for people who are shown more than the file. */
export function imageRows({ collected }: Outcome, cwd: string): (readonly [string, string])[] {
  return collected.flatMap(({ image, saved }) => [
    ['URL', image.url ?? 'none'] as const,
    ['Seed', String(image.seed ?? 'unknown')] as const,
    ...(saved?.path ? [['Image', shownPath(cwd, saved.path)] as const] : []),
  ]);
}

/** The images are there, but standard output (a full disk, say) did not take the news. */
export function unheardError({ answer, collected }: Outcome, cause: unknown): CliError {
  const paths = collected.flatMap(({ saved }) => (saved?.path ? [saved.path] : []));
  return new CliError('partial', 'The images are saved, but standard output cannot be written.', {
    billed: 'yes',
    hint: [...paths, ...(answer.textBlocks ? [JSON.stringify(answer.textBlocks)] : [])].join('\n'),
    cause,
  });
}

/** Text blocks are a structure: JSON also for people, with the picture they were taken from. */
export function layersText(path: string | undefined, textBlocks: readonly unknown[]): string {
  return JSON.stringify({ image: path ?? null, textBlocks }, null, 2);
}
