/** What `resume` says: the paths or words it brought home, the JSON result, a line for each thing that cannot be had, and the error that counts them. */
import type { Words } from '../api/words-answer.js';
import type { Interrupts } from '../context.js';
import { CliError } from '../errors.js';
import type { Call } from '../ledger/calls.js';
import { formatUsd } from '../ledger/cost.js';
import type { CollectedImage } from './collect-call.js';
import { localTime } from './moment.js';
import { layersText, shownPath } from './outcome.js';
import type { Run } from './run.js';
import { wordsText } from './words-outcome.js';

/**
 * What became of one call:
 * `collected` all of it is here; `incomplete` some could not be had, and may be another time; `expired` what is not here
 * is gone; `unanswered` it was sent, and may have been billed; `nothing` it cost nothing; `busy` somebody else is at it.
 */
export type Status = 'collected' | 'incomplete' | 'expired' | 'unanswered' | 'nothing' | 'busy';

export interface Resumed {
  readonly call: Call;
  readonly status: Status;
  readonly images: readonly CollectedImage[];
  /** Where the answer is words. */
  readonly words?: Words;
  /** The words of a picture. */
  readonly textBlocks?: readonly unknown[];
  /** Sidecars that could not be written. */
  readonly problems: readonly string[];
}

/** The result for programs; docs/json.md describes each field. Fields are only ever added. */
export function resumedJson({ report, globals }: Run, resumed: readonly Resumed[]): object {
  return {
    ok: !resumed.some(isMissing),
    command: 'resume',
    calls: resumed.map(callJson),
    sandbox: globals.sandbox,
    warnings: report.warnings,
  };
}

function callJson({ call: { planned, answered }, status, images, words, textBlocks }: Resumed): object {
  const { id, at, command, model, asked, cost } = planned;
  return {
    id,
    at,
    command,
    model,
    prompt: asked?.prompt ?? null,
    status,
    images: images.map((item) => ({
      path: item.path ?? null,
      url: item.image.url ?? null,
      seed: item.image.seed ?? null,
      status: item.status,
      type: item.type ?? null,
      bytes: item.bytes ?? null,
      expires: item.expires?.toISOString() ?? null,
      ...(item.problem ? { problem: item.problem } : {}),
    })),
    ...(textBlocks ? { textBlocks } : {}),
    ...(words ? { texts: words.texts, jsonPrompt: words.jsonPrompt ?? null } : {}),
    cost: answered?.cost ?? cost,
  };
}

/** Something paid is not here. */
function isMissing({ status }: Resumed): boolean {
  return status === 'incomplete' || status === 'expired';
}

/** Paths of images and words, to standard output; false when nobody was there to take the words. */
export async function tellResults({ ctx, report }: Run, resumed: readonly Resumed[]): Promise<boolean> {
  const cwd = folderOf(ctx);
  const told = resumed.filter(({ words }) => words !== undefined);
  for (const { call, images, words, textBlocks } of resumed) {
    const paths = images.flatMap(({ path }) => (path === undefined ? [] : [path]));
    if (textBlocks) {
      if (!(await report.data(layersText(paths[0], textBlocks)))) return false;
    } else await report.paths(...paths.map((path) => (cwd === undefined ? path : shownPath(cwd, path))));
    const place = { first: told[0]?.call === call, many: told.length > 1 };
    if (words && !(await report.data(wordsText(sourceOf(call), words, place)))) return false;
  }
  return true;
}

/** Undefined where the current folder is gone: nothing is below it. */
function folderOf(ctx: Run['ctx']): string | undefined {
  try {
    return ctx.cwd;
  } catch {
    return undefined;
  }
}

function sourceOf({ planned: { id, asked } }: Call): string {
  return asked?.operands[0] ?? id;
}

/** What else is to be said, a line each; false where it is not said, because nothing but errors is wanted. */
export async function tellLines({ report }: Run, resumed: readonly Resumed[]): Promise<boolean> {
  for (const line of resumed.flatMap((each) => linesOf(each, report.rehearsal))) await report.notice(line);
  for (const problem of resumed.flatMap(({ problems }) => problems)) await report.warn(problem);
  const saved = resumed.flatMap(({ images }) => images).filter(({ status }) => status === 'saved').length;
  if (resumed.length === 0) await report.aside('Nothing is left to collect.');
  else if (saved > 0) await report.aside(`Collected ${saved === 1 ? '1 image' : `${saved} images`}, free.`);
  return !report.mode.quiet;
}

function linesOf(resumed: Resumed, rehearsal: boolean): string[] {
  const { call, status, images } = resumed;
  const name = nameOf(call);
  if (status === 'busy') return [`${name}: another process is at work on it.`];
  if (status === 'nothing') return [`${name}: nothing was paid, and nothing is to be collected.`];
  if (status === 'unanswered') return [unansweredLine(name, call, rehearsal)];
  return images.flatMap((item) => (item.status === 'saved' ? [] : [missingLine(name, item)]));
}

/** As a person knows it: when it was, and what it was about. */
function nameOf({ planned: { id, at, command, asked } }: Call): string {
  const about = asked?.prompt ?? asked?.operands[0];
  return `${id} (${localTime(at)}, ${command}${about ? ` "${shorten(about)}"` : ''})`;
}

const SHOWN_LETTERS = 40;

function shorten(text: string): string {
  const letters = [...text.replace(/\s+/g, ' ')];
  return letters.length <= SHOWN_LETTERS
    ? letters.join('')
    : `${letters.slice(0, SHOWN_LETTERS - 3).join('')}...`;
}

function unansweredLine(name: string, { planned: { cost } }: Call, rehearsal: boolean): string {
  const price = cost.usd === null ? '' : `, about ${formatUsd(cost.usd)}`;
  const doubt = rehearsal ? 'With the real API it may' : 'It may';
  return `${name}: sent, and never answered in full. ${doubt} have been billed${price}: look at the usage page of the API dashboard.`;
}

function missingLine(name: string, { image, status, problem = '', expires }: CollectedImage): string {
  const seed = image.seed === undefined ? '' : `, seed ${image.seed}`;
  const until = status === 'failed' && expires ? `, works until ${expires.toISOString()}` : '';
  const why = status === 'expired' ? 'is lost' : 'could not be collected';
  const remedy =
    status === 'expired'
      ? 'Give this to the support of the API if you need it.'
      : 'Try again, or another place: ideogram resume -o <folder>/';
  return `${name}: an image ${why}: ${problem}.\n${image.url ?? 'no link'}${seed}${until}\n${remedy}`;
}

/** What is paid and not here, if anything. */
export function resumeError(
  resumed: readonly Resumed[],
  { stop }: Interrupts,
  { mode, rehearsal }: Run['report'],
): CliError | undefined {
  const images = resumed.flatMap((each) => each.images);
  const count = (status: CollectedImage['status']) =>
    images.filter((image) => image.status === status).length;
  const parts = [
    `${count('saved')} of ${images.length} images collected`,
    ...(count('expired') > 0 ? [`${count('expired')} lost`] : []),
    ...(count('failed') > 0 ? [`${count('failed')} left to collect`] : []),
  ];
  const lines = mode.quiet ? resumed.flatMap((each) => linesOf(each, rehearsal)) : [];
  const hint = lines.join('\n') || undefined;
  const details = { billed: 'yes', hint } as const;
  if (stop.aborted) return new CliError('cancelled', `Stopped: ${parts.join(', ')}.`, details);
  return resumed.some(isMissing) ? new CliError('partial', `${parts.join(', ')}.`, details) : undefined;
}
