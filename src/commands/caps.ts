/** What stops a call before it costs more than it may: the cap of a call, the cap of a day, and the images an account may have in flight. */
import { CliError } from '../errors.js';
import { type Cost, formatUsd } from '../ledger/cost.js';
import type { Run } from './run.js';

type Env = Readonly<Record<string, string | undefined>>;

/** docs: 10 images in flight per account, unless it was given more. */
const USUAL_IN_FLIGHT = 10;
const MOST_IN_FLIGHT = 1000;
const MOST_USD = 1_000_000;

/**
 * How many images this machine's user may have in flight.
 * @throws CliError `bad_input`
 */
export function readMaxInFlight(env: Env): number {
  const text = env.IDEOGRAM_MAX_IN_FLIGHT?.trim();
  if (!text) return USUAL_IN_FLIGHT;
  const value = Number(text);
  if (/^\d+$/.test(text) && value >= 1 && value <= MOST_IN_FLIGHT) return value;
  throw new CliError('bad_input', `IDEOGRAM_MAX_IN_FLIGHT is "${text}".`, {
    hint: `Valid: a whole number from 1 to ${MOST_IN_FLIGHT}, or nothing for ${USUAL_IN_FLIGHT}.`,
  });
}

/**
 * USD that a day may cost; undefined: no limit.
 * @throws CliError `bad_input`: what is no limit must not pass for none
 */
export function readDailyCap(env: Env): number | undefined {
  const text = env.IDEOGRAM_DAILY_CAP?.trim();
  if (!text) return undefined;
  const value = Number(text);
  if (/^\d+(\.\d+)?$|^\.\d+$/.test(text) && value <= MOST_USD) return value;
  throw new CliError('bad_input', `IDEOGRAM_DAILY_CAP is "${text}".`, {
    hint: 'Valid: USD as 5 or 0.50, or nothing for no limit.',
  });
}

/**
 * Everything that can refuse a call for its price or its size, before anything is read or sent.
 * @param cost with the real API: also in the sandbox, so that a script's limits can be rehearsed
 * @param images that one request asks for
 * @throws CliError `cost_cap`, `bad_input`
 */
export async function refuseAboveCaps(run: Run, cost: Cost, images: number): Promise<void> {
  refuseAbovePlaces(run, images);
  refuseAboveCap(run, cost);
  if (readDailyCap(run.ctx.env) === undefined) return;
  const { stateFolder } = await import('../ledger/state-folder.js');
  await refuseAboveDailyCap(run, await stateFolder(run.ctx, run.globals.sandbox), cost);
}

/** The API would refuse it again and again. */
function refuseAbovePlaces({ ctx }: Run, images: number): void {
  const limit = readMaxInFlight(ctx.env);
  if (images <= limit) return;
  throw new CliError(
    'bad_input',
    `This asks for ${images} images at once, and IDEOGRAM_MAX_IN_FLIGHT allows ${limit}.`,
    {
      hint: `Ask for ${limit} or fewer (-n ${limit}). Nothing was sent.`,
    },
  );
}

/**
 * The cap counts before anything is sent; a price nobody knows is above every cap.
 * @throws CliError `cost_cap`
 */
function refuseAboveCap({ globals: { maxCost } }: Run, cost: Cost): void {
  if (maxCost === undefined || (cost.usd !== null && cost.usd <= maxCost)) return;
  throw new CliError('cost_cap', `${sentence(cost)}, and --max-cost allows ${formatUsd(maxCost)}.`, {
    hint: `${cost.basis}. Nothing was sent. ${remedy(cost, '--max-cost')}`,
  });
}

/**
 * What was spent since midnight, by the journal, and this call must stay within the cap of a day.
 * @param folder of the journal
 * @param id of the call, where it may stand there already
 * @throws CliError `cost_cap`
 */
export async function refuseAboveDailyCap(run: Run, folder: string, cost: Cost, id?: string): Promise<void> {
  const { clock, env } = run.ctx;
  const cap = readDailyCap(env);
  if (cap === undefined) return;
  const { spentToday } = await import('../ledger/spending.js');
  const spent = await spentToday(folder, clock.now(), { rehearsal: run.globals.sandbox, except: id });
  if (cost.usd !== null && round(spent.usd + cost.usd) <= cap) return;
  const unpriced = spent.unpriced > 0 ? `, and ${spent.unpriced} calls without a known price` : '';
  const today = `today's calls come to about ${formatUsd(spent.usd)}${unpriced}`;
  throw new CliError(
    'cost_cap',
    `${sentence(cost)}, ${today}, and IDEOGRAM_DAILY_CAP allows ${formatUsd(cap)}.`,
    {
      hint: `${cost.basis}. Nothing was sent. ${remedy(cost, 'IDEOGRAM_DAILY_CAP')} What was spent: ideogram history --since today`,
    },
  );
}

function sentence({ usd }: Cost): string {
  return usd === null ? 'This has no known price' : `This would cost about ${formatUsd(usd)}`;
}

function remedy({ usd }: Cost, limit: string): string {
  return usd === null
    ? `No limit can be kept where no price is known: leave out ${limit}, or choose another model or other options.`
    : `Raise ${limit}, ask for fewer images, or use a cheaper model or speed.`;
}

/** Hundredths of a cent, so that 0.1 + 0.2 is not above 0.3. */
function round(usd: number): number {
  return Math.round(usd * 10_000) / 10_000;
}
