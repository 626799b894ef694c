/** One variable of a .env text is set or dropped, judged by dotenv; every other byte and every other variable stays. */
import { execFileSync } from 'node:child_process';
import { parse } from 'dotenv';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { dropVariable, setVariable } from '../../src/auth/env-text.js';

const NAME = 'IDEOGRAM_API_KEY';
const set = (text: string, value: string) => setVariable(text, { name: NAME, value }, parse);
const drop = (text: string) => dropVariable(text, NAME, parse);

function othersOf(text: string): Record<string, string> {
  const { [NAME]: _key, ...others } = parse(text);
  return others;
}

describe('setVariable', () => {
  it.each<[string, string, string]>([
    ['an empty file', '', `${NAME}=k\n`],
    ['a line at the end', 'A=1\n', `A=1\n${NAME}=k\n`],
    ['a last line without a break', 'A=1', `A=1\n${NAME}=k\n`],
    ['CRLF', 'A=1\r\n\r\nB=2', `A=1\r\n\r\nB=2\r\n${NAME}=k\r\n`],
    ['a byte order mark and nothing else', '\ufeff', `\ufeff${NAME}=k\n`],
    ['a byte order mark', `\ufeff${NAME}=old`, `\ufeff${NAME}=k`],
    ['its own line, without a break', `A=1\n${NAME}=old`, `A=1\n${NAME}=k`],
    [
      'export, quotes and a comment',
      `  export ${NAME}="old"  # mine\r\nA=1\r\n`,
      `  export ${NAME}=k  # mine\r\nA=1\r\n`,
    ],
    ['spaces around =', `${NAME} = old\n`, `${NAME} = k\n`],
    ['a colon', `${NAME}: old\n`, `${NAME}: k\n`],
    ['no value', `${NAME}=\nA=1\n`, `${NAME}=k\nA=1\n`],
    ['no value but a comment', `${NAME}=   # here\n`, `${NAME}=k   # here\n`],
    ['a comment right behind', `${NAME}=old#here\n`, `${NAME}=k #here\n`],
    ['no value, a comment right behind', `${NAME}=#here\n`, `${NAME}=k #here\n`],
    ['a value on the next line', `${NAME}=\n'old'\nA=1\n`, `${NAME}=k\nA=1\n`],
    ['a value of several lines', `${NAME}="a\nb" # c\nA=1\n`, `${NAME}=k # c\nA=1\n`],
    ['each of several', `${NAME}=a\nA=1\n${NAME}='b'\n`, `${NAME}=k\nA=1\n${NAME}=k\n`],
    ['a comment is no place', `# ${NAME}=\n`, `# ${NAME}=\n${NAME}=k\n`],
    ['nor is a longer name', `${NAME}_2=x\nMY_${NAME}=y\n`, `${NAME}_2=x\nMY_${NAME}=y\n${NAME}=k\n`],
    [
      'nor another value of several lines',
      `PEM="x\n${NAME}=trap\n"\nA='\n${NAME}=trap'\n`,
      `PEM="x\n${NAME}=trap\n"\nA='\n${NAME}=trap'\n${NAME}=k\n`,
    ],
    ['comments and blank lines behind it', `${NAME}=old\n\n# a\n\nA=1\n`, `${NAME}=k\n\n# a\n\nA=1\n`],
    ['old Mac line breaks', `A=1\r${NAME}=old\rB=2`, `A=1\r${NAME}=k\rB=2`],
  ])('%s', (_what, text, wanted) => {
    expect(set(text, 'k')).toBe(wanted);
  });

  it.each<[string, string]>([
    ['abc-DEF_123', 'abc-DEF_123'],
    ['a/b+c==', 'a/b+c=='],
    ['a#b', "'a#b'"],
    ['a$b', "'a$b'"],
    ['a\\nb', "'a\\nb'"],
    ['a;b&c', "'a;b&c'"],
    ['~root', "'~root'"],
    ['"quoted"', `'"quoted"'`],
    ["a'b", `"a'b"`],
    [`a'"b`, `\`a'"b\``],
    ['ends-in\\', "'ends-in\\'"],
  ])('writes %s as %s', (key, wanted) => {
    expect(set('', key)).toBe(`${NAME}=${wanted}\n`);
  });

  it.each<[string, string, string]>([
    ['all three quotes', '', `'"\`#`],
    ['\\n between double quotes would become a line break', '', "a'b\\n`"],
    ['the next line would be taken for the value of the last', 'A:\n', 'k'],
    ['the next line is the value and would be lost', `${NAME}:\nA=1\n`, 'k'],
    ['quotes that are open would close', "A='open\n", "k'#"],
  ])('gives up where %s', (_what, text, key) => {
    expect(set(text, key)).toBeUndefined();
  });

  it('takes other quotes where the first would change another variable', () => {
    const text = `A='open\n${NAME}='old\nB='x\n`;
    const edited = set(text, 'new');
    expect(edited && parse(edited)).toEqual({ ...parse(text), [NAME]: 'new' });
  });

  it.skipIf(process.platform === 'win32')('is read by a shell as it was written', () => {
    const keys = fc.sample(
      keyOf.filter((key) => !key.includes("'")),
      25,
    );
    for (const key of ['plain', '$HOME', '`id`', 'a#b', '"', '\\', '!!', '~', '=ls', '-n', ...keys]) {
      const script = `${set('# mine\nA=1', key)}printf '%s|%s' "$A" "$${NAME}"`;
      expect(execFileSync('sh', ['-c', script], { encoding: 'utf8' })).toBe(`1|${key}`);
    }
  });
});

describe('dropVariable', () => {
  it.each<[string, string, string]>([
    ['nothing there', 'A=1', 'A=1'],
    ['the whole file', `${NAME}=k\n`, ''],
    ['a line between', `A=1\r\n${NAME}=k # c\r\nB=2\r\n`, 'A=1\r\nB=2\r\n'],
    ['the last line', `A=1\n${NAME}=k`, 'A=1\n'],
    ['the first line behind a byte order mark', `\ufeff${NAME}=k\nA=1\n`, '\ufeffA=1\n'],
    ['each of several', `${NAME}=a\nA=1\nexport ${NAME}='b'\n\n# end\n`, 'A=1\n\n# end\n'],
    ['a value of several lines', `A=1\n${NAME}="a\nb" # c\nB=2\n`, 'A=1\nB=2\n'],
    ['no value, and what follows', `${NAME}=\n\n# a\nA=1\n`, '\n# a\nA=1\n'],
    ['export on a line of its own stays', `export\n${NAME}=k\nA=1\n`, 'export\nA=1\n'],
    ['a line separator ends a line too', `${NAME}=k # c\u2028A=1\n`, 'A=1\n'],
  ])('%s', (_what, text, wanted) => {
    expect(drop(text)).toBe(wanted);
  });

  it('gives up where the next line is taken for the value: it was never meant to be', () => {
    expect(drop(`A=1\n${NAME}:\nB=2\nC=3\n`)).toBeUndefined();
    expect(drop(`A=1\n${NAME}:\n`)).toBe('A=1\n');
    expect(drop(`${NAME}: k\nB=2\n`)).toBe('B=2\n');
  });

  it('gives up where open quotes would close over the gap', () => {
    expect(drop(`A='open\n${NAME}=it's\nB='\n`)).toBeUndefined();
  });
});

/** Keys: any printable ASCII without a space, quotes and other trouble more often than not. */
const keyOf = fc.oneof(
  fc.stringMatching(/^[\x21-\x7e]{1,40}$/),
  fc.stringMatching(/^[\w'"`#\\$=n]{1,12}$/),
  fc.stringMatching(/^[\w-]{20,60}$/),
);

interface Piece {
  readonly text: string;
  readonly isKey: boolean;
}

const inner = fc.stringMatching(/^[\w #=:.,$é-]{0,12}$/);
const blank = fc.constantFrom('', ' ', '\t');
const comment = fc.tuple(blank, fc.constantFrom(`${NAME}=trap`, "it's", '"', 'see `x`', ''), inner);
const otherName = fc.constantFrom('A', 'B_1', 'my.var', 'a-b', `${NAME}_2`, `X${NAME}`, 'constructor');
const manyLines = fc
  .array(fc.oneof(inner, fc.constantFrom(`${NAME}=trap`, `export ${NAME}=trap`, '', '# no comment')), {
    maxLength: 4,
  })
  .map((lines) => lines.join('<break>'));
const value = fc.oneof(
  fc.stringMatching(/^([\w$./é][\w "'`=:$é-]{0,10})?$/),
  manyLines.map((text) => `'${text}"'`),
  manyLines.map((text) => `"${text}'\\n"`),
  manyLines.map((text) => `\`${text}'"\``),
);
const assignment = (name: fc.Arbitrary<string>) =>
  fc
    .tuple(
      blank,
      fc.constantFrom('', 'export ', 'export  '),
      name,
      fc.constantFrom('=', ' = ', '=  ', ': '),
      value,
      fc.constantFrom('', ' ', ' # note', `  # ${NAME}=x`),
    )
    .map((parts) => parts.join(''));
const piece: fc.Arbitrary<Piece> = fc.oneof(
  {
    weight: 2,
    arbitrary: comment.map(([indent, ...rest]) => ({ text: `${indent}#${rest.join('')}`, isKey: false })),
  },
  { weight: 1, arbitrary: blank.map((text) => ({ text, isKey: false })) },
  { weight: 4, arbitrary: assignment(otherName).map((text) => ({ text, isKey: false })) },
  { weight: 1, arbitrary: assignment(fc.constant(NAME)).map((text) => ({ text, isKey: true })) },
);

/** A well-formed .env as pieces that join to it, each with its line break. */
const file = (parts: fc.Arbitrary<Piece> = piece): fc.Arbitrary<Piece[]> =>
  fc
    .tuple(fc.array(parts, { maxLength: 8 }), fc.constantFrom('\n', '\r\n'), fc.boolean(), fc.boolean())
    .map(([pieces, lineBreak, isWhole, hasMark]) => [
      { text: hasMark ? '\ufeff' : '', isKey: false },
      ...pieces.map(({ text, isKey }, index) => ({
        text: text.replaceAll('<break>', lineBreak) + (isWhole || index < pieces.length - 1 ? lineBreak : ''),
        isKey,
      })),
    ]);

const textOf = (pieces: readonly Piece[]): string => pieces.map(({ text }) => text).join('');

/** Texts that nobody would write, of all that the syntax is made of. */
const wild = fc
  .array(
    fc.constantFrom(
      NAME,
      'A',
      'B',
      '=',
      ':',
      ' ',
      "'",
      '"',
      '`',
      '\\',
      '#',
      '\n',
      '\r\n',
      '\r',
      '\u2028',
      '\ufeff',
      'export ',
      'x',
      `\n${NAME}=`,
    ),
    { maxLength: 24 },
  )
  .map((parts) => parts.join(''));

describe('whatever the file', () => {
  it('setting gives the key, and nothing but its lines changes', () => {
    fc.assert(
      fc.property(file(), keyOf, (pieces, key) => {
        const text = textOf(pieces);
        const edited = set(text, key);
        if (edited === undefined) {
          // Only then: no other quotes have to be tried, or a later quote closes them behind the backslash.
          expect(key).toMatch(/'|\\$/);
          return;
        }
        expect(parse(edited)).toEqual({ ...parse(text), [NAME]: key });
        // Piece by piece: the others byte for byte, a line instead of each of its own.
        let rest = edited;
        for (const { text: old, isKey } of pieces) {
          const end = isKey ? /^.*(\r?\n)?/.exec(rest)?.[0] : old;
          expect(rest.slice(0, end?.length)).toBe(end);
          if (isKey) expect(end?.split(NAME)[0]).toBe(old.split(NAME)[0]);
          rest = rest.slice(end?.length);
        }
        const added = pieces.some(({ isKey }) => isKey)
          ? /^$/
          : /^(\r?\n)?IDEOGRAM_API_KEY=[\x21-\x7e]+\r?\n$/;
        expect(rest).toMatch(added);
      }),
      { numRuns: 1500 },
    );
  });

  it('dropping takes its lines and no others', () => {
    fc.assert(
      fc.property(file(), (pieces) => {
        expect(drop(textOf(pieces))).toBe(textOf(pieces.filter(({ isKey }) => !isKey)));
      }),
      { numRuns: 1500 },
    );
  });

  it('dropping what was added gives the text back, but for a last line break', () => {
    fc.assert(
      fc.property(file(piece.filter(({ isKey }) => !isKey)), keyOf, (pieces, key) => {
        const text = textOf(pieces);
        const edited = set(text, key);
        if (edited !== undefined) expect([text, `${text}\n`, `${text}\r\n`]).toContain(drop(edited));
      }),
      { numRuns: 1000 },
    );
  });

  it('texts that make no sense are edited rightly, or not at all', () => {
    fc.assert(
      fc.property(wild, keyOf, (text, key) => {
        const edited = set(text, key);
        if (edited !== undefined) expect(parse(edited)).toEqual({ ...parse(text), [NAME]: key });
        const dropped = drop(text);
        if (dropped !== undefined) expect(parse(dropped)).toEqual(othersOf(text));
      }),
      { numRuns: 3000 },
    );
  });
});
