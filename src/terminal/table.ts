/** Tables for people: columns beside each other without lines, no wider than the terminal, long cells wrapped between words. */
import type { OutputStream } from '../context.js';

/** Where nobody knows how wide the terminal is. */
const USUAL_WIDTH = 80;
const GAP = 2;

const NO_LINES = {
  ...{ top: '', 'top-mid': '', 'top-left': '', 'top-right': '' },
  ...{ bottom: '', 'bottom-mid': '', 'bottom-left': '', 'bottom-right': '' },
  ...{ left: '', 'left-mid': '', mid: '', 'mid-mid': '', right: '', 'right-mid': '', middle: '' },
};

/**
 * The lines of a table; where its longest words have no room beside each other, a line a cell.
 * @param stream where it will be written
 */
export async function tableLines(
  head: readonly string[],
  rows: readonly (readonly string[])[],
  stream: Pick<OutputStream, 'columns'>,
): Promise<string[]> {
  const cells = [head, ...rows];
  const width = stream.columns || USUAL_WIDTH;
  const widths = columnWidths(cells, width);
  if (widths === undefined) return blocks(head, rows);
  const { default: Table } = await import('cli-table3');
  const table = new Table({
    chars: NO_LINES,
    style: { 'padding-left': 0, 'padding-right': GAP, head: [], border: [] },
    colWidths: widths,
    wordWrap: true,
  });
  table.push(...cells.map((row) => [...row]));
  return table
    .toString()
    .split('\n')
    .map((line) => line.trimEnd());
}

/** A line a cell; the terminal itself breaks the long ones. */
function blocks(head: readonly string[], rows: readonly (readonly string[])[]): string[] {
  return rows.flatMap((row) =>
    row.flatMap((cell, index) => (cell === '' ? [] : [`${index > 0 ? '  ' : ''}${head[index]}: ${cell}`])),
  );
}

/** The widest columns give way, as far as their longest words allow; undefined where these have no room beside each other. */
function columnWidths(rows: readonly (readonly string[])[], width: number): number[] | undefined {
  const count = Math.max(...rows.map((row) => row.length));
  const columns = Array.from({ length: count }, (_, index) => rows.map((row) => row[index] ?? ''));
  const longest = (texts: readonly string[]) => Math.max(0, ...texts.map((text) => text.length)) + GAP;
  const least = columns.map((cells) => longest(cells.flatMap((cell) => cell.split(/\s/))));
  if (sum(least) - GAP > width) return undefined;
  const widths = columns.map(longest);
  // The gap behind the last column is not seen.
  for (let excess = sum(widths) - GAP - width; excess > 0; excess -= 1) {
    const room = widths.map((each, index) => (each > (least[index] ?? 0) ? each : 0));
    const widest = room.indexOf(Math.max(...room));
    widths[widest] = (widths[widest] ?? 0) - 1;
  }
  return widths;
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, each) => total + each, 0);
}
