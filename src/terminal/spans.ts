/** Text of which each part has its own look, broken into lines of whole words: colours have no width, and none reaches over a line's end. */

/** How a part looks. */
export type Paint = (text: string) => string;

/** A part of a text that looks alike. */
export interface Span {
  readonly text: string;
  readonly paint: Paint;
}

/** Below this nothing fits beside anything. */
const MIN_WIDTH = 20;
/** A blank at which no line breaks. */
export const HELD = '\u00a0';

/** As it is. */
export function plain(text: string): Span {
  return { text, paint: (same) => same };
}

/** Without its looks. */
export function textOf(spans: readonly Span[]): string {
  return spans.map(({ text }) => text).join('');
}

/** In characters. */
export function widthOf(spans: readonly Span[]): number {
  return textOf(spans).length;
}

/** As it is printed. */
export function painted(spans: readonly Span[]): string {
  return spans.map(({ text, paint }) => (text === '' ? '' : paint(text.replaceAll(HELD, ' ')))).join('');
}

/** The same, with blanks up to a width. */
export function padded(spans: readonly Span[], width: number): string {
  return painted(spans) + ' '.repeat(Math.max(0, width - widthOf(spans)));
}

/**
 * Lines for a terminal.
 * @param width characters in a line
 * @param indent of all lines
 * @param hanging what all lines but the first are indented by besides
 */
export function wrap(
  spans: readonly Span[],
  { width }: { readonly width: number },
  indent: string,
  hanging = '',
): string[] {
  const room = Math.max(MIN_WIDTH, width - indent.length - hanging.length);
  return brokenText(spans, room).map((line, index) => `${indent}${index > 0 ? hanging : ''}${painted(line)}`);
}

/** Whole words, as many in a line as there is room for; a longer word stays whole. */
export function brokenText(spans: readonly Span[], room: number): Span[][] {
  const lines: Span[][] = [];
  let used = room;
  for (const word of wordsOf(spans)) {
    const length = widthOf(word);
    const last = lines.at(-1);
    if (last === undefined || used + 1 + length > room) {
      lines.push([...word]);
      used = length;
    } else {
      last.push(plain(' '), ...word);
      used += 1 + length;
    }
  }
  return lines;
}

/** A word may be of several spans: `**a**b`. */
export function wordsOf(spans: readonly Span[]): Span[][] {
  const words: Span[][] = [[]];
  for (const { text, paint } of spans) {
    for (const [index, part] of text.split(/ +/).entries()) {
      if (index > 0) words.push([]);
      if (part !== '') words.at(-1)?.push({ text: part, paint });
    }
  }
  return words.filter((word) => word.length > 0);
}
