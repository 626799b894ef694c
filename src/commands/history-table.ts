/** The history as a table of one line a call: which columns there is room for, and how their texts are cut. */
import { formatUsd } from '../ledger/cost.js';
import { clean } from '../terminal/text.js';
import { cutEnd, cutMiddle, shownWidth } from './cut-text.js';
import { type Entry, oneLine, outcomeWords, subjectOf } from './history-entry.js';
import { localTime } from './moment.js';
import { shownPath } from './outcome.js';

export interface Surroundings {
  /** Absolute. */
  readonly cwd: string;
  /** Of the terminal; undefined: as many as usual. */
  readonly columns: number | undefined;
  /** Milliseconds since 1970. */
  readonly now: number;
}

interface Column {
  readonly head: string;
  text(entry: Entry, surroundings: Surroundings): string;
  /** It has its own width, but no more than this; undefined: it gets what the others leave. */
  readonly most?: number;
  readonly cut?: typeof cutEnd;
}

const ID: Column = { head: 'Id', text: ({ id }) => id, most: 10 };
const WHEN: Column = { head: 'When', text: ({ at }) => localTime(at), most: 16 };
const WHEN_SHORT: Column = { head: 'When', text: ({ at }, { now }) => shortTime(at, now), most: 11 };
const COMMAND: Column = { head: 'Command', text: ({ command }) => command, most: 18 };
const COMMAND_SHORT: Column = { ...COMMAND, most: 10 };
const PROMPT: Column = { head: 'Prompt or image', text: subjectOf };
const MODEL: Column = { head: 'Model', text: ({ model }) => model ?? '', most: 12 };
const SEEDS: Column = { head: 'Seeds', text: seedsText, most: 16 };
const FILES: Column = { head: 'Files', text: filesText, cut: cutMiddle };
const COST: Column = { head: 'Cost', text: costText, most: 9 };
const OUTCOME: Column = {
  head: 'Outcome',
  text: (entry) => `${outcomeWords(entry)}${entry.standing === 'unanswered' ? ', may be billed' : ''}`,
  most: 25,
};
/** Where a file is there, it says that it was saved. */
const RESULT: Column = {
  head: 'Result',
  text: (entry, surroundings) => {
    const isSaved = entry.standing === 'done' && entry.images.every(({ status }) => status === 'saved');
    return (isSaved && filesText(entry, surroundings)) || outcomeWords(entry);
  },
  cut: cutMiddle,
};

/** From wide to narrow, with what the two columns need that share the rest. */
const LAYOUTS: readonly { readonly columns: readonly Column[]; readonly rest: number }[] = [
  { columns: [ID, WHEN, COMMAND, PROMPT, MODEL, SEEDS, FILES, COST, OUTCOME], rest: 48 },
  { columns: [ID, WHEN_SHORT, COMMAND, PROMPT, COST, RESULT], rest: 50 },
  { columns: [ID, WHEN_SHORT, COMMAND_SHORT, PROMPT, COST, RESULT], rest: 28 },
  { columns: [ID, PROMPT, RESULT], rest: 20 },
  { columns: [ID, PROMPT], rest: 10 },
];

/** Where nobody knows how wide the terminal is; pipes too. */
const USUAL_WIDTH = 80;
const GAP = 2;

/** The lines of the table; none where there are no calls. Nothing is wrapped: a line is a call. */
export function historyLines(entries: readonly Entry[], surroundings: Surroundings): string[] {
  if (entries.length === 0) return [];
  const width = surroundings.columns || USUAL_WIDTH;
  for (const { columns, rest } of LAYOUTS) {
    const texts = columns.map((column) => entries.map((entry) => textOf(column, entry, surroundings)));
    const widths = widthsOf(columns, texts, width);
    if (rest > widths.rest) continue;
    const line = (cells: readonly string[]) =>
      columns
        .map(({ cut = cutEnd }, index) => fitted(cut, cells[index] ?? '', widths.each[index] ?? 0))
        .join(' '.repeat(GAP))
        .trimEnd();
    const rows = entries.map((_, row) => line(texts.map((column) => column[row] ?? '')));
    return [line(columns.map(({ head }) => head)), ...rows];
  }
  return entries.map(({ id }) => id);
}

function fitted(cut: typeof cutEnd, text: string, width: number): string {
  const shown = cut(text, width);
  return `${shown}${' '.repeat(Math.max(0, width - shownWidth(shown)))}`;
}

function textOf(column: Column, entry: Entry, surroundings: Surroundings): string {
  return oneLine(clean(column.text(entry, surroundings)));
}

interface Widths {
  readonly each: readonly number[];
  /** What is left for the columns that share it. */
  readonly rest: number;
}

/** What an outcome needs; of the name of a file it shows the ends. */
const OUTCOME_WIDTH = 17;

/** Columns with a width of their own take it; of the others the last gets about half, or what the first does not need. */
function widthsOf(columns: readonly Column[], texts: readonly (readonly string[])[], width: number): Widths {
  const natural = columns.map(({ head, most = Number.POSITIVE_INFINITY }, index) =>
    Math.min(
      most,
      (texts[index] ?? []).reduce((least, text) => Math.max(least, shownWidth(text)), head.length),
    ),
  );
  const shares = columns.flatMap(({ most }, index) => (most === undefined ? [index] : []));
  const fixed = natural.reduce((sum, each, index) => sum + (shares.includes(index) ? 0 : each), 0);
  const rest = width - fixed - GAP * (columns.length - 1);
  const [first = 0, last = -1] = shares;
  const [wanted = 0, wantedLast = 0] = [natural[first], natural[last]];
  const forLast = Math.min(wantedLast, Math.max(OUTCOME_WIDTH, Math.floor(rest / 2), rest - wanted));
  const each = natural.map((own, index) =>
    index === first ? Math.min(wanted, rest - forLast) : index === last ? forLast : own,
  );
  return { each, rest };
}

/** Of this year without the year, of another without the time. */
function shortTime(at: string, now: number): string {
  const text = localTime(at);
  return new Date(at).getFullYear() === new Date(now).getFullYear() ? text.slice(5) : text.slice(0, 10);
}

function seedsText({ images }: Entry): string {
  const [first, ...others] = images.flatMap(({ seed }) => seed ?? []);
  return first === undefined ? '' : `${first}${andMore(others)}`;
}

function filesText({ images, piped }: Entry, { cwd }: Surroundings): string {
  const [first, ...others] = images.filter(({ status }) => status === 'saved');
  if (first === undefined) return '';
  // A path that is not kept is not known.
  const name = first.path === null ? (piped ? '(piped)' : '(not kept)') : shownPath(cwd, first.path);
  return `${name}${andMore(others)}`;
}

function andMore(others: readonly unknown[]): string {
  return others.length > 0 ? ` +${others.length}` : '';
}

function costText({ cost: { usd }, sandbox, standing }: Entry): string {
  if (standing === 'unsent' || standing === 'failed') return '-';
  if (sandbox || usd === 0) return 'free';
  if (usd === null) return '?';
  return `${formatUsd(usd)}${standing === 'unanswered' ? '?' : ''}`;
}
