/** Which of the calls that are to be collected are ours: each is worked on by one process at a time. */
import { type Call, readCalls } from '../ledger/calls.js';
import type { Place } from '../ledger/slots.js';
import { leaseOf, type State } from './state.js';
import { isUnfinished } from './unfinished.js';

/** A call, and the lease under which it is ours; without one somebody else is at work on it. */
export interface Claim {
  readonly call: Call;
  readonly lease: Place | undefined;
}

/**
 * Takes what nobody is at work on. What others have finished before it was ours is left out.
 * @param all finished or not: the calls were named
 * @throws CliError `bad_file`; nothing is held then
 */
export async function claim(
  { folder, places }: State,
  found: readonly Call[],
  all: boolean,
): Promise<Claim[]> {
  const leases = new Map<string, Place>();
  let now: Map<string, Call>;
  try {
    for (const { planned } of found) {
      const lease = await places.tryEnter(leaseOf(planned.id));
      if (lease) leases.set(planned.id, lease);
    }
    now = await readAgain(folder, new Set(leases.keys()));
  } catch (error) {
    // Held on, they would keep the process alive, and the calls from everybody else.
    for (const lease of leases.values()) await lease.leave();
    throw error;
  }
  const claims = found.map((call) => {
    const { id } = call.planned;
    return { call: now.get(id) ?? call, lease: leases.get(id) };
  });
  const isOver = ({ call, lease }: Claim): boolean => lease !== undefined && !all && !isUnfinished(call);
  for (const { lease } of claims.filter(isOver)) await lease?.leave();
  return claims.filter((each) => !isOver(each));
}

/** How the calls stand now, by their names. */
async function readAgain(folder: string, wanted: ReadonlySet<string>): Promise<Map<string, Call>> {
  const calls = new Map<string, Call>();
  if (wanted.size === 0) return calls;
  for await (const call of readCalls(folder)) {
    const { id } = call.planned;
    if (wanted.has(id)) calls.set(id, call);
    if (calls.size === wanted.size) break;
  }
  return calls;
}
