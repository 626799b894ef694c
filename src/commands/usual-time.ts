/** How long a call usually takes: as this user's last ones like it did, or else as is known of the API. */
import { isLoopback } from '../api/base-url.js';
import { type Call, readCalls } from '../ledger/calls.js';
import { stateFolder } from '../ledger/state-folder.js';
import type { Run } from './run.js';

/** The calls that are like the one that is waited for. */
export interface Kind {
  /** As the journal has it. */
  readonly command: string;
  readonly model: string | undefined;
  readonly baseUrl: string;
}

/** So much of the journal is looked at: hundreds of calls, in a few milliseconds. */
const RECENT_BYTES = 256 * 1024;
/** The newest: the API of last month was another one. */
const LAST_CALLS = 9;
/** Of fewer, one could be the exception. */
const FEWEST_CALLS = 3;

/** docs: API.md, common: typical time 5-15 s. */
const OF_THE_API = '5 to 15 s';

/**
 * "9 s"; undefined where nothing is known.
 * @throws CliError where there is a journal that cannot be read
 */
export async function usualTime({ ctx, globals }: Run, kind: Kind): Promise<string | undefined> {
  const { sandbox } = globals;
  const folder = await stateFolder(ctx, sandbox);
  const times: number[] = [];
  for await (const call of readCalls(folder, { bytes: RECENT_BYTES })) {
    const time = isAlike(call, kind, sandbox) ? timeOf(call) : undefined;
    if (time !== undefined) times.push(time);
    if (times.length === LAST_CALLS) break;
  }
  if (times.length >= FEWEST_CALLS) return shown(median(times));
  const { hostname } = new URL(kind.baseUrl);
  // What answers on this machine is a stand-in.
  return isLoopback(hostname) ? undefined : OF_THE_API;
}

function isAlike({ planned }: Call, { command, model, baseUrl }: Kind, sandbox: boolean): boolean {
  if (planned.command !== command || planned.model !== (model ?? null)) return false;
  // Each sandbox of a single command has an address of its own, and a journal of their own they have in common.
  return sandbox || planned.baseUrl === baseUrl;
}

/** Milliseconds; undefined: never answered, or the clock was set meanwhile. */
function timeOf({ sent, answered }: Call): number | undefined {
  const time = Date.parse(answered?.at ?? '') - Date.parse(sent ?? '');
  return time >= 0 ? time : undefined;
}

function median(times: readonly number[]): number {
  const sorted = [...times].sort((a, b) => a - b);
  const middle = (sorted.length - 1) / 2;
  return ((sorted[Math.floor(middle)] ?? 0) + (sorted[Math.ceil(middle)] ?? 0)) / 2;
}

function shown(ms: number): string {
  const seconds = Math.round(ms / 1000);
  return seconds < 1 ? 'under 1 s' : `${seconds} s`;
}
