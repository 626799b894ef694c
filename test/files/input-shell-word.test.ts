/** Words for a command line that is copied: judged by a real shell. */
import { execFileSync } from 'node:child_process';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { shellPath, shellWord } from '../../src/files/shell-word.js';

/** What sh makes of a line of words. */
const wordsOf = (line: string): string[] =>
  execFileSync('sh', ['-c', `printf '%s\\0' ${line}`], { timeout: 10_000 })
    .toString()
    .split('\0')
    .slice(0, -1);

it('sh reads each word back as it was, and as one', () => {
  const word = fc.oneof(
    fc.string({ minLength: 1, maxLength: 20 }),
    fc.stringMatching(/^[ '"$`\\!*?~#&;|<>(){}[\]=%@\t\n-]{1,12}$/),
    fc.string({ unit: 'grapheme', minLength: 1, maxLength: 10 }),
  );
  const sendable = word.filter((text) => !text.includes('\0') && Buffer.from(text).toString() === text);
  fc.assert(
    fc.property(fc.array(sendable, { minLength: 1, maxLength: 8 }), (words) => {
      expect(wordsOf(words.map((text) => shellWord(text)).join(' '))).toEqual(words);
    }),
    { numRuns: 60 },
  );
});

it.each<[string, string]>([
  ['photo.jpg', 'photo.jpg'],
  ['/home/me/a_b-c/photo.jpg', '/home/me/a_b-c/photo.jpg'],
  ['70%', '70%'],
  ['my photo.jpg', "'my photo.jpg'"],
  ["it's.jpg", "'it'\\''s.jpg'"],
  ['~me.jpg', "'~me.jpg'"],
  ['a[0].gif', "'a[0].gif'"],
  ['=zsh.jpg', "'=zsh.jpg'"],
  ['fünf.jpg', "'fünf.jpg'"],
  ['', "''"],
])('%s becomes %s', (word, written) => {
  expect(shellWord(word)).toBe(written);
});

it.each<[string, string]>([
  ['C:\\me\\photo.jpg', 'C:\\me\\photo.jpg'],
  ['my photo.jpg', '"my photo.jpg"'],
  ["it's & more.jpg", '"it\'s & more.jpg"'],
  ['70%', '"70%"'],
])('on Windows %s becomes %s', (word, written) => {
  expect(shellWord(word, 'win32')).toBe(written);
});

it('a path is never taken for an option', () => {
  expect(shellPath('-resize.jpg')).toBe('./-resize.jpg');
  expect(shellPath('- a.jpg')).toBe("'./- a.jpg'");
  expect(shellPath('a-b.jpg')).toBe('a-b.jpg');
});
