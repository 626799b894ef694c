/** Tables: beside each other, without lines, as wide as the terminal and no wider, no word broken or lost. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { tableLines } from '../../src/terminal/table.js';

const HEAD = ['Name', 'What it is'];

describe('a table', () => {
  it('has its columns below each other, two blanks apart, and none behind the last', async () => {
    const rows = [
      ['fox', 'red'],
      ['', 'and quick'],
    ];
    expect(await tableLines(HEAD, rows, {})).toEqual(['Name  What it is', 'fox   red', '      and quick']);
  });

  it('breaks the widest column between words', async () => {
    const rows = [['fox', 'a quick animal that jumps over lazy dogs']];
    expect(await tableLines(HEAD, rows, { columns: 30 })).toEqual([
      'Name  What it is',
      'fox   a quick animal that',
      '      jumps over lazy dogs',
    ]);
  });

  it('fills the terminal to its last column', async () => {
    const rows = [['fox', 'a quick animal']];
    expect(await tableLines(HEAD, rows, { columns: 20 })).toHaveLength(2);
    expect(await tableLines(HEAD, rows, { columns: 19 })).toHaveLength(3);
  });

  it.each([[undefined], [0]])('takes 80 columns where it is told %s', async (columns) => {
    const rows = [['fox', 'word '.repeat(30).trim()]];
    const stream = columns === undefined ? {} : { columns };
    const widest = Math.max(...(await tableLines(HEAD, rows, stream)).map((line) => line.length));
    expect([widest > 74, widest <= 80]).toEqual([true, true]);
  });

  it('is lines below each other where a word has no room: it stays whole', async () => {
    const lines = await tableLines(
      HEAD,
      [
        ['fox', 'x'.repeat(50)],
        ['dog', ''],
      ],
      { columns: 20 },
    );
    expect(lines).toEqual(['Name: fox', `  What it is: ${'x'.repeat(50)}`, 'Name: dog']);
  });

  it('fits where its longest words do, and loses no word', async () => {
    const cell = fc
      .array(fc.stringMatching(/^[a-z$,.]{1,12}$/), { minLength: 1, maxLength: 12 })
      .map((words) => words.join(' '));
    const rows = fc.array(fc.tuple(cell, cell, cell), { minLength: 1, maxLength: 6 });
    await fc.assert(
      fc.asyncProperty(rows, fc.integer({ min: 40, max: 100 }), async (rows, columns) => {
        const lines = await tableLines(['a', 'b', 'c'], rows, { columns });
        expect(Math.max(...lines.map((line) => line.length))).toBeLessThanOrEqual(columns);
        const words = (text: string) => text.split(/\s+/).filter(Boolean).sort();
        expect(words(lines.join(' '))).toEqual(words(`a b c ${rows.flat().join(' ')}`));
      }),
    );
  });
});
