/** How text becomes dots: folding to ASCII, measuring, wrapping and drawing. All measures are in dots before scaling. */
import type { Canvas } from './canvas.js';
import { GLYPHS } from './font.js';

/** From one line's top to the next one's: eight rows of dots and the space between lines. */
export const LINE_HEIGHT = 11;
export const GLYPH_HEIGHT = 8;

const BLANK: readonly number[] = [0, 0, 0];
const BOX: readonly number[] = [0x7f, 0x41, 0x41, 0x41, 0x7f];
const FOLDED: Readonly<Record<string, string>> = {
  '\u2018': "'",
  '\u2019': "'",
  '\u201c': '"',
  '\u201d': '"',
  '\u2013': '-',
  '\u2014': '-',
  ß: 'ss',
  æ: 'ae',
  Æ: 'AE',
  ø: 'o',
  Ø: 'O',
  ł: 'l',
  Ł: 'L',
};

/** Columns of dots of each character, without the empty ones at its sides. */
const COLUMNS: ReadonlyMap<string, readonly number[]> = new Map(
  GLYPHS.trim()
    .split(/\s+/)
    .map((hex, index) => {
      const columns = [...Buffer.from(hex, 'hex')];
      while (columns.length > 0 && columns[0] === 0) columns.shift();
      while (columns.length > 0 && columns.at(-1) === 0) columns.pop();
      return [String.fromCharCode(32 + index), columns];
    }),
);

/** Accents go, invisible characters go, white space becomes blanks; what has no glyph stays and is drawn as a box. */
export function foldText(text: string): string {
  const plain = text.normalize('NFKD').replace(/[\p{M}\p{Cf}]/gu, '');
  const folded = [...plain].map((character) => FOLDED[character] ?? character).join('');
  return folded.replace(/\s+/g, ' ').trim();
}

/** Width in dots. */
export function measure(text: string): number {
  let width = 0;
  for (const character of text) width += columnsOf(character).length + 1;
  return Math.max(0, width - 1);
}

/** Lines of at most `width` dots, broken at blanks, or inside a word that is longer than a line. */
export function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ')) {
    const longer = line === '' ? word : `${line} ${word}`;
    if (measure(longer) <= width) {
      line = longer;
      continue;
    }
    if (line !== '') lines.push(line);
    line = '';
    for (const character of word) {
      if (line !== '' && measure(line + character) > width) {
        lines.push(line);
        line = '';
      }
      line += character;
    }
  }
  return line === '' ? lines : [...lines, line];
}

/** Draws one line with its top left dot at x, y (pixels); a dot is `scale` pixels wide and high. */
export function drawText(
  canvas: Canvas,
  text: string,
  at: { x: number; y: number; scale: number; colour: number },
): void {
  const { y, scale, colour } = at;
  let { x } = at;
  for (const character of text) {
    for (const column of columnsOf(character)) {
      for (let row = 0; row < GLYPH_HEIGHT; row += 1) {
        if ((column >> row) & 1) canvas.fillBox(x, y + row * scale, scale, scale, colour);
      }
      x += scale;
    }
    x += scale;
  }
}

function columnsOf(character: string): readonly number[] {
  if (character === ' ') return BLANK;
  return COLUMNS.get(character) ?? BOX;
}
