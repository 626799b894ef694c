/** What a day has cost by the journal: estimates, and what may have been paid counts as paid. */
import { type Call, isFree, isWellBefore, readCalls, standingOf } from './calls.js';
import type { Cost } from './cost.js';

export interface Spending {
  /** Estimated, in USD. */
  readonly usd: number;
  /** Calls that cost something, and nobody knows how much. */
  readonly unpriced: number;
}

/**
 * The calls that were made since midnight, local time.
 * @param now milliseconds since 1970
 * @param options.rehearsal the sandbox's own journal: there counts what it would have cost
 * @param options.except the call that does not count
 */
export async function spentToday(
  folder: string,
  now: number,
  { rehearsal, except }: { readonly rehearsal: boolean; readonly except?: string | undefined },
): Promise<Spending> {
  const midnight = new Date(now).setHours(0, 0, 0, 0);
  let usd = 0;
  let unpriced = 0;
  for await (const call of readCalls(folder)) {
    if (isWellBefore(call, midnight)) break;
    if (call.planned.id === except) continue;
    // It may have waited long for its turn: money goes when it is sent.
    if (Date.parse(call.sent ?? call.planned.at) < midnight) continue;
    const cost = costOf(call, rehearsal);
    if (cost?.usd === null) unpriced += 1;
    usd += cost?.usd ?? 0;
  }
  return { usd: Math.round(usd * 10_000) / 10_000, unpriced };
}

/** What a call may have cost; undefined: nothing. */
function costOf(call: Call, rehearsal: boolean): Cost | undefined {
  if (isFree(standingOf(call))) return undefined;
  return rehearsal ? call.planned.cost : (call.answered?.cost ?? call.planned.cost);
}
