/** How a page of documentation looks in a terminal: headings strong, text wrapped, code as it is, tables as wide as there is room. */
import type { Token, Tokens } from 'marked';
import { tableLines } from './markdown-table.js';
import { HELD, type Paint, type Span, wrap } from './spans.js';
import type { Style } from './style.js';

export interface PageLook {
  /** Characters in a line; code and words that are longer stay whole. */
  readonly width: number;
  readonly style: Style;
}

const INDENT = '  ';
/** Code in a text is there to be copied: up to this length it is not broken. */
const MAX_WHOLE = 40;

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
      return markedTable(token as Tokens.Table, look, inner);
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

function markedTable({ header, rows }: Tokens.Table, look: PageLook, indent: string): string[] {
  const { style } = look;
  const head = header.map(({ tokens }) => spansOf(tokens, style, style.strong));
  const body = rows.map((row) => row.map(({ tokens }) => spansOf(tokens, style)));
  return tableLines(head, body, look, indent);
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
