/** The command `history`: what was asked and what became of it, from the journal, newest first; nothing is sent. */
import { CliError } from '../errors.js';
import { isWellBefore } from '../ledger/calls.js';
import { formatUsd } from '../ledger/cost.js';
import { type Entry, entryOf, oneLine, searchText } from './history-entry.js';
import { historyLines } from './history-table.js';
import { callsOf } from './journal-calls.js';
import { readMoment } from './moment.js';
import type { Run } from './run.js';

/** As it was typed. */
export interface AskedHistory {
  /** All of these must occur. */
  readonly text: readonly string[];
  readonly limit: string;
  readonly since?: string | undefined;
}

/** What is looked for. */
interface Search {
  readonly words: readonly string[];
  readonly limit: number;
  /** Milliseconds since 1970. */
  readonly since: number;
}

interface Found {
  /** At most as many as were asked for, newest first. */
  readonly shown: Entry[];
  /** How many match, the shown ones among them. */
  matching: number;
  /** How many were looked at. */
  all: number;
  /** Estimated, of all that match. */
  usd: number;
  /** Of all that match, those that cost something, and nobody knows how much. */
  unpriced: number;
  /** Of all that match, those whose price counts though it may not have been billed. */
  unanswered: number;
}

/**
 * Lists calls.
 * @throws CliError `bad_input` (options), `bad_file` (journal), `cancelled`
 */
export async function runHistory(run: Run, asked: AskedHistory): Promise<void> {
  const { ctx, report, globals } = run;
  const search: Search = {
    words: asked.text.map((text) => oneLine(text).toLowerCase()),
    limit: readLimit(asked.limit),
    since:
      asked.since === undefined
        ? Number.NEGATIVE_INFINITY
        : readMoment('--since', asked.since, ctx.clock.now()),
  };
  if (report.mode.json) {
    const { shown, matching: calls, usd, unpriced } = await find(run, search);
    const total = { calls, usd, unpriced };
    const { warnings } = report;
    const { sandbox } = globals;
    return report.json({
      ok: true,
      command: 'history',
      calls: shown.map(entryJson),
      total,
      sandbox,
      warnings,
    });
  }
  const { cwd, stdout, clock } = ctx;
  const { columns } = stdout;
  const tell = async (entries: readonly Entry[]): Promise<void> => {
    const lines = historyLines(entries, { cwd, columns, now: clock.now() });
    // As one text: there may be more of them than a function takes arguments.
    if (lines.length > 0) await report.data(lines.join('\n'));
  };
  // Nobody waits for the others to be counted.
  const found = await find(run, search, tell);
  if (found.shown.length < search.limit) await tell(found.shown);
  await report.aside(summary(found));
}

/** @throws CliError `bad_input` */
function readLimit(typed: string): number {
  const text = typed.trim().toLowerCase();
  if (text === 'all') return Number.POSITIVE_INFINITY;
  if (/^\d{1,9}$/.test(text) && Number(text) > 0) return Number(text);
  throw new CliError('bad_input', `--limit does not take "${typed}".`, {
    hint: 'Valid: a whole number from 1, or all.',
  });
}

/** @param onFull told of those that are shown when there are as many as were asked for */
async function find(
  run: Run,
  { words, limit, since }: Search,
  onFull: (shown: readonly Entry[]) => Promise<void> = async () => {},
): Promise<Found> {
  const { mode } = run.report;
  const found: Found = { shown: [], matching: 0, all: 0, usd: 0, unpriced: 0, unanswered: 0 };
  for await (const call of callsOf(run)) {
    found.all += 1;
    if (isWellBefore(call, since)) break;
    if (Date.parse(call.planned.at) < since) continue;
    const entry = entryOf(call, run.globals.sandbox);
    const text = words.length > 0 ? searchText(entry).toLowerCase() : '';
    if (!words.every((word) => text.includes(word))) continue;
    count(found, entry);
    if (found.shown.length === limit) continue;
    found.shown.push(entry);
    if (found.shown.length < limit) continue;
    await onFull(found.shown);
    // Where nobody hears of the others, they need not be read.
    if (!mode.json && !mode.interactive) break;
  }
  found.usd = Math.round(found.usd * 10_000) / 10_000;
  return found;
}

function count(found: Found, { cost: { usd }, standing }: Entry): void {
  found.matching += 1;
  found.usd += usd ?? 0;
  if (usd === null) found.unpriced += 1;
  if (standing === 'unanswered') found.unanswered += 1;
}

/** How many of how many, and what they come to. */
function summary({ shown, matching, all, usd, unpriced, unanswered }: Found): string {
  if (all === 0) return 'Nothing yet.';
  if (matching === 0) return 'No call matches.';
  const isAll = shown.length === matching;
  const which = isAll ? calls(matching) : `${shown.length} of ${calls(matching)}; --limit all lists them all`;
  const unknown = unpriced > 0 ? `, and ${calls(unpriced)} without a known price` : '';
  const doubt = unanswered > 0 ? `; ${calls(unanswered)} without an answer may not have been billed` : '';
  return `${which}.\nEstimated cost${isAll ? '' : ' of all'}: ${formatUsd(usd)}${unknown}${doubt}.`;
}

function calls(count: number): string {
  return count === 1 ? '1 call' : `${count} calls`;
}

/** For programs; docs/json.md describes each field. Fields are only ever added. */
function entryJson(entry: Entry): object {
  const { id, at, command, model, prompt, images, cost, standing, error, sandbox, requestId, asked } = entry;
  const seeds = images.flatMap(({ seed }) => seed ?? []);
  const failure = error ? { code: error.code, message: error.message, billed: error.billed } : null;
  return {
    id,
    at,
    command,
    model,
    prompt,
    seeds,
    images,
    cost,
    outcome: standing,
    error: failure,
    operands: asked?.operands ?? null,
    options: asked?.options ?? null,
    sandbox,
    requestId,
  };
}
