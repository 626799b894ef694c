/** What a person sees of a call that is under way: --verbose lines, the spinner's words, and long waits in a log. */
import type { ApiEvent } from '../api/client.js';
import type { Clock } from '../context.js';
import type { Spinner } from '../terminal/spinner.js';
import type { Run } from './run.js';
import { describeEvent } from './trace.js';

/** A wait that is worth a line where no spinner shows it. */
export const LONG_WAIT_MS = 5000;

/** The phase of the spinner in which an answer is waited for. */
export const ASKING = 'asking';

/**
 * Shows one event of a call.
 * @param doing what is being done, as the spinner says it
 */
export function follow(run: Run, event: ApiEvent, spinner: Spinner | undefined, doing: string): void {
  const line = describeEvent(event);
  if (line) void run.report.debug(line);
  if (event.kind === 'answered' && event.fromSandbox) run.report.rehearsal = true;
  if (event.kind === 'queued') {
    const { inUse, ahead, limit } = event;
    const queue = ahead === 0 ? '' : `, ${ahead === 1 ? '1 call' : `${ahead} calls`} ahead`;
    spinner?.say(`Waiting for a place: ${inUse} of ${limit} in use${queue}`, 'queue');
  } else if (event.kind === 'held') {
    const why = 'another call was told of too many images in flight';
    tellWait(run, event.ms, spinner, (wait) => [`Waiting ${wait}: ${why}`, `Waiting ${wait}: ${why}.`]);
  } else if (event.kind === 'waiting') {
    const { reason } = event;
    tellWait(run, event.ms, spinner, (wait) => [
      `${doing}: waiting ${wait}: ${reason}`,
      `Waiting ${wait} to send it again (${reason}).`,
    ]);
  } else if (event.kind === 'sending') spinner?.say(doing, ASKING);
}

/** @param words for the spinner, and for a log */
function tellWait(
  { report }: Run,
  ms: number,
  spinner: Spinner | undefined,
  words: (wait: string) => readonly [shown: string, logged: string],
): void {
  const wait = `${Math.ceil(ms / 1000)} s`;
  const [shown, logged] = words(wait);
  spinner?.say(shown, `waiting ${wait}`);
  // In a log there is no spinner to see that it waits.
  if (ms >= LONG_WAIT_MS && !report.mode.spinner) void report.notice(logged);
}

/** How often the numbers of a download change: no eye is faster. */
const PACE_MS = 100;

/** Told of bytes that have arrived, of how many if that is known. */
export type Bytes = (done: number, bytes: number, total: number | undefined) => void;

/**
 * What shows how a download gets on.
 * @param words what is said of it
 * @returns undefined where nobody sees it: nothing is to be counted then
 */
export function downloadProgress(
  clock: Clock,
  spinner: Spinner,
  words: (done: number, amount: string) => string,
): Bytes | undefined {
  if (!spinner.isSeen) return undefined;
  let last = { at: Number.NEGATIVE_INFINITY, done: -1 };
  return (done, bytes, total) => {
    const now = clock.now();
    if (done === last.done && Math.abs(now - last.at) < PACE_MS) return;
    last = { at: now, done };
    spinner.say(words(done, amountOf(bytes, total)), 'downloading');
  };
}

const MB = 1024 * 1024;

/** "3.1 of 6.4 MB", "312 kB". */
function amountOf(bytes: number, total: number | undefined): string {
  const isLarge = (total ?? bytes) >= MB;
  const shown = (count: number) => (isLarge ? (count / MB).toFixed(1) : String(Math.round(count / 1024)));
  const unit = isLarge ? 'MB' : 'kB';
  return total === undefined ? `${shown(bytes)} ${unit}` : `${shown(bytes)} of ${shown(total)} ${unit}`;
}
