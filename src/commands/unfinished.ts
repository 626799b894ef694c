/** What of earlier calls is not finished: which of them `resume` is for, and the one line that reminds of it. */
import { type Call, readCalls, standingOf } from '../ledger/calls.js';
import type { Run } from './run.js';
import { leaseOf, stateOf } from './state.js';

/** Paid and not all here; or sent, never answered, and not yet spoken of. */
export function isUnfinished(call: Call): boolean {
  const standing = standingOf(call);
  return standing === 'collectable' || (standing === 'unanswered' && call.dropped === undefined);
}

/** So much of the journal is looked at for a reminder: hundreds of calls, in a few milliseconds. */
const RECENT_BYTES = 256 * 1024;

/**
 * Reminds of paid work that is not finished, in one line, where a person watches. Never throws.
 * @param since milliseconds since 1970: calls from then on are the running command's own
 */
export async function remind(run: Run, since: number): Promise<void> {
  const { report } = run;
  if (!report.mode.interactive) return;
  try {
    const { folder, places } = await stateOf(run);
    const unfinished: Call[] = [];
    for await (const call of readCalls(folder, { bytes: RECENT_BYTES })) {
      if (isUnfinished(call) && Date.parse(call.planned.at) < since) unfinished.push(call);
    }
    if (unfinished.length === 0) return;
    const held = await places.heldPools();
    const left = unfinished.filter(({ planned }) => !held.has(leaseOf(planned.id)));
    const line = reminder(left);
    if (line) await report.aside(line);
  } catch {
    // A reminder; resume itself will say what is wrong.
  }
}

function reminder(calls: readonly Call[]): string | undefined {
  const collectable = calls.filter((call) => standingOf(call) === 'collectable').length;
  const unanswered = calls.length - collectable;
  const parts = [
    ...(collectable > 0 ? [`${counted(collectable, 'paid call')} not collected`] : []),
    ...(unanswered > 0 ? [`${counted(unanswered, 'call')} without an answer`] : []),
  ];
  return parts.length > 0 ? `Unfinished from earlier: ${parts.join(', ')}. See: ideogram resume` : undefined;
}

function counted(count: number, what: string): string {
  return count === 1 ? `1 ${what}` : `${count} ${what}s`;
}
