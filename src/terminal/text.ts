/** Text as a terminal can take it: nothing in it moves the cursor, and lines break between words. */
import type { OutputStream } from '../context.js';

/** Control characters but tab and line feed, and marks that reverse the reading order. */
const UNSAFE = /(?![\t\n])[\p{Cc}\p{Bidi_Control}]/gu;

/** Text that cannot move the cursor, ring, change the title or reverse the reading order of a terminal. */
export function clean(text: string): string {
  return text.replace(UNSAFE, '');
}

/** Labels and values, a line each, the values below each other. */
export function labelled(rows: readonly (readonly [label: string, value: string])[]): string[] {
  const width = Math.max(0, ...rows.map(([label]) => label.length));
  return rows.map(([label, value]) => `${`${label}:`.padEnd(width + 2)}${value}`);
}

/**
 * Breaks lines between words at the width of a terminal; what is no terminal gets them as they are.
 * A word that is wider, a link above all, stays whole: it is there to be copied.
 */
export function fitLines(text: string, stream: OutputStream): string {
  const width = stream.isTTY ? (stream.columns ?? 0) : 0;
  if (width < 20) return text;
  return text
    .split('\n')
    .flatMap((line) => breakLine(line, width))
    .join('\n');
}

/** What a hint says to run: a line of its own, and whole, because it is there to be copied. */
const COMMAND = /: (?=(?:magick|sips|ideogram|chmod|git|jq) )/;

/** The lines that follow are indented as the first one is. */
function breakLine(line: string, width: number): string[] {
  if (line.length <= width) return [line];
  const command = COMMAND.exec(line);
  if (command) {
    const indent = /^ */.exec(line)?.[0] ?? '';
    const before = breakLine(line.slice(0, command.index + 1), width);
    return [...before, `${indent}  ${line.slice(command.index + 2)}`];
  }
  const indent = /^ */.exec(line)?.[0] ?? '';
  const lines: string[] = [];
  let current = indent;
  for (const word of line.slice(indent.length).split(' ')) {
    const longer = current === indent ? `${indent}${word}` : `${current} ${word}`;
    if (longer.length > width && current !== indent) {
      lines.push(current);
      current = `${indent}${word}`;
    } else current = longer;
  }
  return [...lines, current];
}
