/** How a table of a page looks: columns beside each other as far as there is room, else a block a row. */
import type { PageLook } from './markdown.js';
import { brokenText, padded, plain, type Span, textOf, widthOf, wordsOf, wrap } from './spans.js';

/** Between columns, and before what belongs to a line above it. */
const INDENT = '  ';
/** A text a cell. */
type Row = readonly Span[][];

/** So much of a line the terms of a table may take. */
const MAX_TERM = 0.4;
/** Narrower columns are never broken into lines, and wider ones to no less than this. */
const MIN_COLUMN = 24;

/**
 * Columns beside each other where they fit; a term and its text where there are two; long cells broken; else a block a row.
 * @param head a cell a column; a cell may be missing in a row of the body
 */
export function tableLines(head: Row, body: readonly Row[], look: PageLook, indent: string): string[] {
  const rows = [head, ...body];
  const widths = head.map((_, index) => Math.max(...rows.map((row) => widthOf(row[index] ?? []))));
  const room = look.width - indent.length;
  if (widths.reduce((sum, width) => sum + width + INDENT.length, -INDENT.length) <= room) {
    return rows.map((row) => indent + columnLine(row, widths).trimEnd());
  }
  if (head.length === 2) {
    const terms = rows.map(([term = []]) => widthOf(term));
    const left = Math.max(0, ...terms.filter((width) => width <= room * MAX_TERM));
    return termLines(rows, left, look, indent);
  }
  const narrowed = narrow(rows, widths, room);
  if (narrowed) return rows.flatMap((row) => brokenRow(row, narrowed, indent));
  // The second names a row too, where all its cells are short: a code beside a number.
  const named = (widths[1] ?? MIN_COLUMN) < MIN_COLUMN ? 2 : 1;
  return body.flatMap((row, index) => [
    ...(index > 0 ? [''] : []),
    ...blockLines(row, head, named, look, indent),
  ]);
}

function columnLine(row: Row, widths: readonly number[]): string {
  return row.map((cell, index) => padded(cell, widths[index] ?? 0)).join(INDENT);
}

/** Short columns stay as they are, the others share what is left; undefined where that is too little for one of them. */
function narrow(rows: readonly Row[], widths: readonly number[], room: number): number[] | undefined {
  const least = widths.map((width, index) => {
    if (width < MIN_COLUMN) return width;
    const words = rows.flatMap((row) => wordsOf(row[index] ?? []));
    return Math.max(MIN_COLUMN, ...words.map(widthOf));
  });
  const spare = room - least.reduce((sum, width) => sum + width + INDENT.length, -INDENT.length);
  const long = widths.filter((width) => width >= MIN_COLUMN).length;
  if (spare < 0) return undefined;
  return least.map((width) => (width < MIN_COLUMN ? width : width + Math.floor(spare / long)));
}

function brokenRow(row: Row, widths: readonly number[], indent: string): string[] {
  const cells = widths.map((width, index) => brokenText(row[index] ?? [], width));
  const height = Math.max(...cells.map((lines) => lines.length));
  return Array.from({ length: height }, (_, line) =>
    (
      indent +
      columnLine(
        cells.map((lines) => lines[line] ?? []),
        widths,
      )
    ).trimEnd(),
  );
}

function termLines(rows: readonly Row[], left: number, look: PageLook, indent: string): string[] {
  return rows.flatMap(([term = [], text = []]) => {
    const hanging = `${indent}${' '.repeat(left)}${INDENT}`;
    const lines = wrap(text, look, hanging);
    // A term that is too long has a line of its own.
    if (widthOf(term) > left) return [...wrap(term, look, indent), ...lines];
    const [first = hanging, ...others] = lines;
    return [`${indent}${padded(term, left)}${INDENT}${first.slice(hanging.length)}`.trimEnd(), ...others];
  });
}

/** The cells that name a row in its first line; the others are lines below, each with its heading. */
function blockLines(row: Row, head: Row, named: number, look: PageLook, indent: string): string[] {
  const term = row.slice(0, named).filter((cell) => widthOf(cell) > 0);
  const title = term.flatMap((cell, index) => [
    plain(`${index > 0 ? ', ' : ''}${textOf(head[row.indexOf(cell)] ?? [])} `),
    ...cell.map(({ text }) => ({ text, paint: look.style.strong })),
  ]);
  const rest = row.flatMap((cell, index) => {
    if (index < named || widthOf(cell) === 0) return [];
    const heading = textOf(head[index] ?? []);
    return wrap([plain(`${heading}: `), ...cell], look, `${indent}${INDENT}`, INDENT);
  });
  return [...wrap(title, look, indent), ...rest];
}
