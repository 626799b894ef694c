/** A text cut to the columns that it has on a terminal: letters may be as wide as two, or as none. */

const WIDE =
  /\p{Script=Han}|\p{Script=Hiragana}|\p{Script=Katakana}|\p{Script=Hangul}|\p{Emoji_Presentation}|[\u3000-\u303f\uff01-\uff60\uffe0-\uffe6]/u;
const WITHOUT_WIDTH = /[\p{Mn}\p{Me}\p{Cf}]/u;

const MARK = '…';

/** Columns that a text takes. */
export function shownWidth(text: string): number {
  let width = 0;
  for (const letter of text) width += widthOf(letter);
  return width;
}

function widthOf(letter: string): number {
  if (letter >= ' ' && letter <= '~') return 1;
  if (WITHOUT_WIDTH.test(letter)) return 0;
  return WIDE.test(letter) ? 2 : 1;
}

/** What of it fits, its beginning. */
export function cutEnd(text: string, width: number): string {
  if (shownWidth(text) <= width) return text;
  return `${leading([...text], width - 1)
    .join('')
    .trimEnd()}${MARK}`;
}

/** What of it fits, its beginning and its end: names of files begin like each other. */
export function cutMiddle(text: string, width: number): string {
  if (shownWidth(text) <= width) return text;
  const letters = [...text];
  const start = leading(letters, Math.floor((width - 1) / 2));
  const end = leading([...letters].reverse(), width - 1 - shownWidth(start.join('')));
  return `${start.join('')}${MARK}${end.reverse().join('')}`;
}

function leading(letters: readonly string[], width: number): string[] {
  let used = 0;
  const end = letters.findIndex((letter) => {
    used += widthOf(letter);
    return used > width;
  });
  return letters.slice(0, end < 0 ? letters.length : end);
}
