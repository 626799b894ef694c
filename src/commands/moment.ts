/** How a moment in the past is typed and shown: a day, a time of a day, or how long ago. */
import { CliError } from '../errors.js';

const MINUTE_MS = 60_000;
const UNITS: Readonly<Record<string, number>> = {
  m: MINUTE_MS,
  h: 60 * MINUTE_MS,
  d: 24 * 60 * MINUTE_MS,
  w: 7 * 24 * 60 * MINUTE_MS,
};

const VALID =
  'Valid: a day (2026-11-01), a time (2026-11-01T10:00), how long ago (30m, 24h, 7d, 2w), today, yesterday.';

/** Local time, but for `Z` or `+01:00` at its end: as `history` prints it, and as `history --json` does. */
const TIME =
  /^(\d{4})-(\d{2})-(\d{2})(?:[T ](\d{2}):(\d{2})(?::(\d{2})(?:\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2})?)?$/i;

/**
 * Milliseconds since 1970.
 * @param label how the user knows the option: `--since`
 * @param now milliseconds since 1970
 * @throws CliError `bad_input` with the valid forms
 */
export function readMoment(label: string, typed: string, now: number): number {
  const text = typed.trim();
  const word = text.toLowerCase();
  if (word === 'today') return midnight(now, 0);
  if (word === 'yesterday') return midnight(now, 1);
  const [, count, unit = ''] = /^(\d{1,6})([mhdw])$/.exec(word) ?? [];
  const moment = count === undefined ? readTime(text) : now - Number(count) * (UNITS[unit] ?? Number.NaN);
  if (moment !== undefined) return moment;
  throw new CliError('bad_input', `${label} does not take "${typed}".`, { hint: VALID });
}

/** Local; a day may have 23 or 25 hours. */
function midnight(now: number, daysAgo: number): number {
  const today = new Date(now);
  return new Date(today.getFullYear(), today.getMonth(), today.getDate() - daysAgo).getTime();
}

/** Undefined for what is no time, the 30th of February among it. */
function readTime(text: string): number | undefined {
  const [, year, month, day, hour = '00', minute = '00', second = '00', zone] = TIME.exec(text) ?? [];
  if (year === undefined) return undefined;
  const numbers = [year, month, day, hour, minute, second].map(Number);
  const [y = 0, m = 0, d = 0, h = 0, min = 0, s = 0] = numbers;
  const real = new Date(Date.UTC(y, m - 1, d, h, min, s));
  if (real.toISOString() !== `${year}-${month}-${day}T${hour}:${minute}:${second}.000Z`) return undefined;
  const moment =
    zone === undefined
      ? new Date(y, m - 1, d, h, min, s).getTime()
      : Date.parse(`${real.toISOString().slice(0, 19)}${zone.toUpperCase()}`);
  return Number.isNaN(moment) ? undefined : moment;
}

/** `2026-11-23 14:05`, local. */
export function localTime(at: string): string {
  const time = new Date(at);
  const two = (value: number) => String(value).padStart(2, '0');
  const day = [time.getFullYear(), two(time.getMonth() + 1), two(time.getDate())].join('-');
  return `${day} ${two(time.getHours())}:${two(time.getMinutes())}`;
}
