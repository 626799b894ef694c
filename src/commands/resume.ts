/** The command `resume`: finds paid work that is not finished and finishes what can be; says what cannot. Never sends a request that costs anything. */
import { someAtOnce } from '../api/several-calls.js';
import { CliError } from '../errors.js';
import { findLeftovers, removeLeftovers } from '../files/leftovers.js';
import { chooseTarget, type Target } from '../files/target.js';
import type { Call } from '../ledger/calls.js';
import type { NewEvent } from '../ledger/events.js';
import { type Journal, openJournal } from '../ledger/journal.js';
import type { Places } from '../ledger/slots.js';
import { findCall } from './call-by-id.js';
import { type Claim, claim } from './claim.js';
import { collectCall, type Homecoming, wordsOf } from './collect-call.js';
import { callsOf } from './journal-calls.js';
import { type Bytes, downloadProgress } from './progress.js';
import { type Resumed, resumedJson, resumeError, tellLines, tellResults } from './resume-outcome.js';
import type { Run } from './run.js';
import { leaseOf, stateOf } from './state.js';
import { isUnfinished } from './unfinished.js';
import { checkViews, showSaved, type Views } from './views.js';

export type ResumeOptions = Views;

/** Folders of so many calls are looked through for what killed processes left. */
const SWEPT_CALLS = 1000;

/** Where there is nothing to collect there is nothing to write down. */
const NOTHING_TO_WRITE: Journal = { append: async () => {} };

/** So many calls at once: one whose link only comes back tomorrow must not keep the others waiting. */
const AT_ONCE = 6;

/**
 * Collects what is paid.
 * @param ids names of calls, or their beginnings; none: all that is unfinished
 * @throws CliError `partial` where something paid could not be had; `bad_input`, `bad_file`, `usage`
 */
export async function runResume(run: Run, ids: readonly string[], options: ResumeOptions): Promise<void> {
  const { ctx, globals, report, redact } = run;
  const { output } = options;
  await checkViews(ctx, options);
  const { folder, places } = await stateOf(run);
  const found = ids.length > 0 ? await callsNamed(run, ids) : await unfinishedCalls(run);
  // Nothing of it has cost anything.
  report.rehearsal =
    globals.sandbox || (found.length > 0 && found.every(({ answered }) => answered?.sandbox === true));
  const target = await targetFor(run, output, found);
  await sweep(run, places, target);
  const journal =
    found.length > 0 ? await openJournal(folder, { clock: ctx.clock, redact }) : NOTHING_TO_WRITE;
  // Of several calls one would replace what another has just saved.
  const force = globals.force && found.length === 1;
  const office: Office = { run, folder, journal, places, target, all: ids.length > 0, force };
  const claims = await claim(office, found, office.all);
  const resumed: Resumed[] = [];
  try {
    resumed.push(...(await withSpinner(run, claims, (onBytes) => resumeAll(office, claims, onBytes))));
    await tell(run, resumed, journal);
    const images = resumed.flatMap((call) => call.images);
    await showSaved(
      run,
      options,
      images.flatMap(({ path }) => (path === undefined ? [] : [path])),
    );
  } finally {
    // Held until all has been said.
    for (const { lease } of claims) await lease?.leave();
  }
  const error = resumeError(resumed, ctx.interrupts, report);
  if (error) throw error;
}

interface Office {
  readonly run: Run;
  readonly folder: string;
  readonly journal: Journal;
  readonly places: Places;
  readonly target: Target | undefined;
  /** Calls were named: everything of them is wanted. */
  readonly all: boolean;
  /** Files may be replaced. */
  readonly force: boolean;
}

async function callsNamed(run: Run, ids: readonly string[]): Promise<Call[]> {
  const calls = new Map<string, Call>();
  for (const id of ids) {
    const call = await findCall(run, id);
    calls.set(call.planned.id, call);
  }
  return [...calls.values()];
}

/** Oldest first: their links expire first. */
async function unfinishedCalls(run: Run): Promise<Call[]> {
  const calls: Call[] = [];
  for await (const call of callsOf(run)) if (isUnfinished(call)) calls.push(call);
  return calls.reverse();
}

async function targetFor(
  { ctx, globals, report }: Run,
  output: string | undefined,
  calls: readonly Call[],
): Promise<Target | undefined> {
  if (output === undefined) return undefined;
  if (output === '-' && report.mode.json) {
    throw new CliError('usage', '--json and -o - exclude each other: both write to standard output.');
  }
  const images = calls.reduce((sum, { answered }) => sum + (answered?.images ?? 0), 0);
  if (output === '-' && images > 1) {
    throw new CliError(
      'usage',
      `Only one image can go to standard output, and ${images} are to be collected.`,
      {
        hint: 'Name one call (ideogram resume <id> -o -), or give a folder: -o images/',
      },
    );
  }
  const stdoutIsTerminal = ctx.stdout.isTTY === true;
  const { cwd } = ctx;
  const { force } = globals;
  return chooseTarget({ cwd, output, force, subject: 'image', metadata: false, images, stdoutIsTerminal });
}

/** What killed processes have left: in the folders of the last calls, and of places in flight. */
async function sweep(run: Run, places: Places, target: Target | undefined): Promise<void> {
  const folders = new Set<string>();
  let calls = 0;
  for await (const { planned } of callsOf(run)) {
    if (planned.place?.kind === 'files') folders.add(planned.place.folder);
    if (++calls === SWEPT_CALLS) break;
  }
  if (target?.kind === 'files') folders.add(target.folder);
  // First the files, then who is alive: whoever makes one holds its call before.
  const leftovers = (await Promise.all([...folders].map(findLeftovers))).flat();
  const held = await places.heldPools();
  await removeLeftovers(leftovers.filter(({ owner }) => !held.has(leaseOf(owner))));
}

async function withSpinner<T>(
  { ctx, report }: Run,
  calls: readonly unknown[],
  work: (tell: Bytes | undefined) => Promise<T>,
): Promise<T> {
  const doing = `Collecting ${calls.length === 1 ? '1 call' : `${calls.length} calls`}`;
  const spinner = report.working(doing);
  const words = (done: number, amount: string) =>
    `${doing}: ${done === 1 ? '1 image' : `${done} images`}, ${amount}`;
  try {
    return await work(downloadProgress(ctx.clock, spinner, words));
  } finally {
    spinner.stop();
  }
}

async function resumeAll(
  office: Office,
  claims: readonly Claim[],
  tell: Bytes | undefined,
): Promise<Resumed[]> {
  const results: (Resumed | undefined)[] = claims.map(() => undefined);
  const part = tell && inParts(tell);
  const { stop } = office.run.ctx.interrupts;
  const goesOn = () => !stop.aborted;
  await someAtOnce(claims, { atOnce: AT_ONCE, goesOn }, async ({ call, lease }, index) => {
    if (lease === undefined) {
      results[index] = { call, status: 'busy', images: [], problems: [] };
      return;
    }
    results[index] = await bringHome(office, call, part?.(index));
  });
  return results.filter((result) => result !== undefined);
}

/** Sums of several calls; what is still to come of them nobody knows. */
function inParts(tell: Bytes): (call: number) => Bytes {
  const parts = new Map<number, { done: number; bytes: number }>();
  return (call) => (done, bytes) => {
    parts.set(call, { done, bytes });
    const all = [...parts.values()];
    const sum = (name: 'done' | 'bytes') => all.reduce((sum, part) => sum + part[name], 0);
    tell(sum('done'), sum('bytes'), undefined);
  };
}

async function bringHome(
  { run, journal, target, all, force }: Office,
  call: Call,
  onProgress: Bytes | undefined,
): Promise<Resumed> {
  const { answered, planned } = call;
  const nothing = { call, images: [], problems: [] };
  if (answered === undefined) {
    const isFree = call.sent === undefined || call.failed?.billed === 'no';
    return { ...nothing, status: isFree ? 'nothing' : 'unanswered' };
  }
  const options = { target, all, force, onProgress, note: notesIn(journal, run) };
  try {
    if (planned.place === null)
      return { ...nothing, status: 'collected', words: await wordsOf(call, answered) };
    return { call, ...summed(await collectCall(run, call, answered, options)) };
  } catch (error) {
    // It was answered, but by nothing that can be used.
    if (error instanceof CliError && error.code === 'bad_response')
      return { ...nothing, status: 'unanswered' };
    throw error;
  }
}

function summed({ images, problems, textBlocks }: Homecoming): Omit<Resumed, 'call'> {
  const has = (status: string) => images.some((image) => image.status === status);
  const status = has('failed') ? 'incomplete' : has('expired') ? 'expired' : 'collected';
  return { status, images, problems, ...(textBlocks ? { textBlocks } : {}) };
}

/** Adds lines, and warns where that cannot be done: what is not written down is collected, or told, once more the next time. */
function notesIn(journal: Journal, { report }: Run): (event: NewEvent) => Promise<void> {
  return (event) => journal.append(event).catch((error: Error) => report.warn(error.message));
}

/** Results first; what has been said of the hopeless is then final, so that it is said once. */
async function tell(run: Run, resumed: readonly Resumed[], journal: Journal): Promise<void> {
  const { report } = run;
  const isHeard = report.mode.json
    ? await report.paidJson(resumedJson(run, resumed))
    : (await tellResults(run, resumed)) && (await tellLines(run, resumed));
  if (!isHeard) return;
  const note = notesIn(journal, run);
  for (const { call, status, images, words, textBlocks } of resumed) {
    const { id } = call.planned;
    const giveUp = (reason: string, image?: number): Promise<void> =>
      note({ event: 'given-up', id, reason, ...(image === undefined ? {} : { image }) });
    if (words !== undefined || textBlocks !== undefined) await note({ event: 'told', id });
    if (status === 'unanswered') await giveUp('it was never answered');
    for (const { index, problem = '' } of images.filter((image) => image.status === 'expired')) {
      await giveUp(problem, index);
    }
  }
}
