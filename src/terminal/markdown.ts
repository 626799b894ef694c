/** How a page of documentation looks in a terminal: headings strong, text wrapped, code as it is, tables as wide as there is room. */
import type { Token, Tokens } from 'marked';
import type { Style } from './style.js';

export interface PageLook {
  /** Characters in a line; code and words that are longer stay whole. */
  readonly width: number;
  readonly style: Style;
}

type Paint = (text: string) => string;

/** A part of a text that looks alike. */
interface Span {
  readonly text: string;
  readonly paint: Paint;
}

const INDENT = '  ';
/** Below this nothing fits beside anything. */
const MIN_WIDTH = 20;
/** Code in a text is there to be copied: up to this length it is not broken. */
const MAX_WHOLE = 40;
/** So much of a line the terms of a table may take. */
const MAX_TERM = 0.4;
/** A blank at which no line breaks. */
const HELD = '\u00a0';

/** @returns the page, for a terminal of this width, with a line break at its end */
export async function renderMarkdown(markdown: string, look: PageLook): Promise<string> {
  const { lexer } = await import('marked');
  const lines = blocksOf(lexer(markdown), look, '');
  return `${lines.join('\n')}\n`;
}

/** Blocks below each other, an empty line between them. */
function blocksOf(tokens: readonly Token[], look: PageLook, indent: string): string[] {
  const blocks = tokens.map((token) => linesOf(token, look, indent)).filter((lines) => lines.length > 0);
  return blocks.flatMap((lines, index) => (index > 0 ? ['', ...lines] : lines));
}

function linesOf(token: Token, look: PageLook, indent: string): string[] {
  const { style } = look;
  const inner = indent + INDENT;
  switch (token.type) {
    case 'heading':
      return wrap(spansOf(token.tokens ?? [], style, style.strong), look, indent);
    case 'paragraph':
    case 'text':
      return wrap(spansOf([token], style), look, inner);
    case 'code':
      return (token as Tokens.Code).text
        .split('\n')
        .map((line) => (line === '' ? '' : `${inner}${INDENT}${line}`));
    case 'list':
      return listLines(token as Tokens.List, look, indent);
    case 'table':
      return tableLines(token as Tokens.Table, look, inner);
    case 'blockquote':
      return blocksOf(token.tokens ?? [], look, inner);
    default:
      // Comments and empty lines.
      return [];
  }
}

function listLines({ items, ordered, start, loose }: Tokens.List, look: PageLook, indent: string): string[] {
  return items.flatMap((item, index) => {
    const mark = ordered ? `${Number(start || 1) + index}. ` : '- ';
    const inner = `${indent}${' '.repeat(mark.length)}`;
    const [head = '', ...rest] = item.tokens.flatMap((token) => linesOf(token, look, inner));
    const first = `${indent}${INDENT}${mark}${head.slice(inner.length + INDENT.length)}`;
    return [...(loose && index > 0 ? [''] : []), first, ...rest];
  });
}

/** Columns beside each other where they fit; a term and its text where there are two; else a block a row. */
function tableLines({ header, rows }: Tokens.Table, look: PageLook, indent: string): string[] {
  const cells = (row: Tokens.TableCell[]) => row.map(({ tokens }) => spansOf(tokens, look.style));
  const body = rows.map(cells);
  const head = header.map(({ tokens }) => spansOf(tokens, look.style, look.style.strong));
  const widths = header.map((_, index) =>
    Math.max(...[head, ...body].map((row) => widthOf(row[index] ?? []))),
  );
  const room = look.width - indent.length;
  if (widths.reduce((sum, width) => sum + width + INDENT.length, -INDENT.length) <= room) {
    return [head, ...body].map((row) => indent + columnLine(row, widths).trimEnd());
  }
  if (head.length === 2) {
    const terms = [head, ...body].map(([term = []]) => widthOf(term));
    const left = Math.max(0, ...terms.filter((width) => width <= room * MAX_TERM));
    return termLines([head, ...body], left, look, indent);
  }
  // The second names a row too, where all its cells are short: a code beside a number.
  const named = (widths[1] ?? MAX_WHOLE) < MAX_WHOLE ? 2 : 1;
  return body.flatMap((row, index) => [
    ...(index > 0 ? [''] : []),
    ...blockLines(row, head, named, look, indent),
  ]);
}

function columnLine(row: readonly Span[][], widths: readonly number[]): string {
  return row.map((cell, index) => padded(cell, widths[index] ?? 0)).join(INDENT);
}

function termLines(rows: readonly Span[][][], left: number, look: PageLook, indent: string): string[] {
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
function blockLines(
  row: readonly Span[][],
  head: readonly Span[][],
  named: number,
  look: PageLook,
  indent: string,
): string[] {
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

function plain(text: string): Span {
  return { text, paint: (same) => same };
}

/** The text of inline tokens, each part as it shall look. */
function spansOf(tokens: readonly Token[], style: Style, paint: Paint = (text) => text): Span[] {
  return tokens.flatMap((token): Span[] => {
    switch (token.type) {
      case 'strong':
        return spansOf(token.tokens ?? [], style, style.strong);
      case 'codespan':
        // In colour only; without it the word stands as it is typed.
        return [{ text: held((token as Tokens.Codespan).text), paint: style.strong }];
      case 'link': {
        const { href, text, tokens: inner } = token as Tokens.Link;
        const address = /^https?:/.test(href) && href !== text ? [{ text: ` (${href})`, paint }] : [];
        return [...spansOf(inner, style, paint), ...address];
      }
      case 'html':
        return [];
      case 'br':
        return [{ text: ' ', paint }];
      default: {
        const { tokens: inner, text } = token as Tokens.Text;
        return inner ? spansOf(inner, style, paint) : [{ text: text.replaceAll('\n', ' '), paint }];
      }
    }
  });
}

function held(code: string): string {
  return code.length <= MAX_WHOLE ? code.replaceAll(' ', HELD) : code;
}

function textOf(spans: readonly Span[]): string {
  return spans.map(({ text }) => text).join('');
}

function widthOf(spans: readonly Span[]): number {
  return textOf(spans).length;
}

function painted(spans: readonly Span[]): string {
  return spans.map(({ text, paint }) => (text === '' ? '' : paint(text.replaceAll(HELD, ' ')))).join('');
}

function padded(spans: readonly Span[], width: number): string {
  return painted(spans) + ' '.repeat(Math.max(0, width - widthOf(spans)));
}

/**
 * Lines of whole words. Colours have no width, and none reaches over a line's end.
 * @param hanging what all lines but the first are indented by besides
 */
function wrap(spans: readonly Span[], { width }: PageLook, indent: string, hanging = ''): string[] {
  const room = Math.max(MIN_WIDTH, width - indent.length - hanging.length);
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
  return lines.map((line, index) => `${indent}${index > 0 ? hanging : ''}${painted(line)}`);
}

/** A word may be of several spans: `**a**b`. */
function wordsOf(spans: readonly Span[]): Span[][] {
  const words: Span[][] = [[]];
  for (const { text, paint } of spans) {
    for (const [index, part] of text.split(/ +/).entries()) {
      if (index > 0) words.push([]);
      if (part !== '') words.at(-1)?.push({ text: part, paint });
    }
  }
  return words.filter((word) => word.length > 0);
}
