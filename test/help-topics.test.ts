/** Help by topic: the pages of docs/ in the terminal, all of them, wrapped, whole, and without a network; a typo leads back. */
import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { findTopic, TOPICS } from '../src/help-topics.js';
import { renderMarkdown } from '../src/terminal/markdown.js';
import { PLAIN, type Style } from '../src/terminal/style.js';
import { runCli, TEST_KEY } from './support/run.js';
import { ROOT } from './support/spawn.js';

const PAGES = TOPICS.filter(({ page }) => page !== undefined);
const words = (text: string): string => text.replace(/[^\p{L}\p{N}]+/gu, ' ').trim();

describe('the topics', () => {
  it('are all pages of the documentation, and each says it once', async () => {
    const files = await readdir(join(ROOT, 'docs'));
    const pages = files.filter((name) => name.endsWith('.md') && name !== 'README.md');
    expect(PAGES.map(({ page }) => `${page}.md`).sort()).toEqual(pages.sort());
  });

  it.each([['topics'], ['--help'], ['']])('are listed by: help %s', async (word) => {
    const argv = word === '--help' ? [word] : ['help', word].filter((each) => each !== '');
    const { status, stdout } = await runCli(argv);
    expect(status).toBe(0);
    const section = stdout.slice(stdout.indexOf('Topics:'));
    for (const { name } of TOPICS) expect(section).toContain(name);
  });

  it('are in docs/shell.md', async () => {
    const page = await readFile(join(ROOT, 'docs/shell.md'), 'utf8');
    const rows = [...page.matchAll(/^\| `([a-z-]+)` \|/gm)].map(([, name]) => name);
    expect(rows).toEqual(TOPICS.map(({ name }) => name));
  });

  it('that is a command too is its page, which says where the rest is', async () => {
    const { stdout } = await runCli(['help', 'models']);
    expect(stdout).toBe((await runCli(['models', '--help'])).stdout);
    expect(stdout).toContain('ideogram models');
    expect((await runCli(['sandbox', '--help'])).stdout.replace(/\s+/g, ' ')).toContain(
      'ideogram help scenarios',
    );
    expect(findTopic('scenarios')?.page).toBe('sandbox');
  });
});

describe.each(PAGES.map(({ name, page = '' }) => [name, page] as const))('help %s', (name, page) => {
  it('prints the page, by any of its names', async () => {
    const { status, stdout, stderr } = await runCli(['help', name]);
    expect([status, stderr]).toEqual([0, '']);
    const title = /^# (.*)$/m.exec(await readFile(join(ROOT, 'docs', `${page}.md`), 'utf8'))?.[1];
    expect(words(stdout.split('\n')[0] ?? '')).toBe(words(title ?? ''));
    for (const other of [
      `${page}.md`,
      name.toUpperCase(),
      ...(['auth', 'sandbox'].includes(page) ? [] : [page]),
    ]) {
      expect((await runCli(['help', other])).stdout).toBe(stdout);
    }
  });

  it.each([60, 80, 200])('fits %i columns but for what is there to be copied', async (columns) => {
    const text = await readFile(join(ROOT, 'docs', `${page}.md`), 'utf8');
    const width = Math.min(columns, 100);
    const lines = (await renderMarkdown(text, { width, style: PLAIN })).split('\n');
    // Code, and words that have no blank to break at.
    const wide = lines.filter(
      (line) => line.length > width && !text.includes(line.trim()) && !/^\s+\S+$/.test(line),
    );
    expect(wide).toEqual([]);
  });

  it('loses no word', async () => {
    const text = await readFile(join(ROOT, 'docs', `${page}.md`), 'utf8');
    const shown = words(await renderMarkdown(text, { width: 80, style: PLAIN }));
    const plain = text
      .replace(/<!--[\s\S]*?-->/g, '')
      .replace(/\]\((?!https?:)[^)]*\)/g, ']')
      .replace(/^```.*$/gm, '');
    const missing = words(plain)
      .split(' ')
      .filter((word) => !new RegExp(`(^| )${word}( |$)`, 'u').test(shown));
    expect(missing).toEqual([]);
  });
});

describe('a page', () => {
  const marks: Style = {
    strong: (text) => `<${text}>`,
    faint: (text) => text,
    bad: (text) => text,
    caution: (text) => text,
  };
  const show = async (markdown: string, width = 40) =>
    (await renderMarkdown(markdown, { width, style: marks })).trimEnd();

  it.each([
    ['# A head\n\nText.', '<A> <head>\n\n  Text.'],
    ['`code here` and **strong words**.', '  <code here> and <strong> <words>.'],
    ['a **b**c d', '  a <b>c d'],
    ['[home](https://a.example/b) and [page](b.md#c)', '  home (https://a.example/b) and page'],
    ['<https://a.example/b>', '  https://a.example/b'],
    [
      '```sh\nls   -l | wc\n\nlong line that is wider than forty columns\n```',
      '    ls   -l | wc\n\n    long line that is wider than forty columns',
    ],
    [
      '- one\n- two, which is longer than a line of it\n  - three',
      '  - one\n  - two, which is longer than a line of\n    it\n    - three',
    ],
    ['1. one\n2. two', '  1. one\n  2. two'],
    ['one line\nthe next', '  one line the next'],
    ['<!-- not for readers -->\n\nText.', '  Text.'],
    ['a\\*b \\| c', '  a*b | c'],
    ['| a | b |\n|---|---|\n| `x` | 1 \\| 2 |', '  <a>  <b>\n  <x>  1 | 2'],
    [
      '| a | text |\n|---|---|\n| x | words that are longer than what is there |',
      '  <a>  <text>\n  x  words that are longer than what is\n     there',
    ],
    [
      '| a | text |\n|---|---|\n| a term of many words | words that are longer than what is there |',
      '  <a>  <text>\n  a term of many words\n     words that are longer than what is\n     there',
    ],
    [
      '| n | code | text |\n|---|---|---|\n| 1 | | words that are longer than what is there |\n| 2 | up | less |',
      '  <n>  <code>  <text>\n  1        words that are longer than\n           what is there\n  2  up    less',
    ],
    [
      '| n | code | text |\n|---|---|---|\n| 1 | | `words that are longer` than what is there |\n| 2 | a rather long one | less |',
      '  n <1>\n    text: <words that are longer> than\n      what is there\n\n  n <2>, code <a> <rather> <long> <one>\n    text: less',
    ],
    [
      '| n | text | more |\n|---|---|---|\n| 1 | words that are longer than what is there | words that are as long as those before them |',
      '  n <1>\n    text: words that are longer than\n      what is there\n    more: words that are as long as\n      those before them',
    ],
  ])('%j', async (markdown, shown) => {
    expect(await show(markdown)).toBe(shown);
  });

  it('does not break code that is there to be copied', async () => {
    expect(await show('Now type `ideogram auth login --env` there.', 30)).toBe(
      '  Now type\n  <ideogram auth login --env>\n  there.',
    );
  });

  it('is coloured for a terminal alone', async () => {
    const seen = await runCli(['help', 'exit-codes'], { stdoutIsTerminal: true });
    const piped = await runCli(['help', 'exit-codes']);
    const plain = await runCli(['help', 'exit-codes', '--no-color'], { stdoutIsTerminal: true });
    expect([seen.stdout === piped.stdout, plain.stdout]).toEqual([false, piped.stdout]);
    expect(stripVTControlCharacters(seen.stdout)).toBe(piped.stdout);
  });
});

describe('a word that is no topic', () => {
  it.each<[string[], RegExp]>([
    [
      ['exitcodes'],
      /Unknown command or topic 'exitcodes'\.\n {2}Did you mean exit-codes\?\n {2}Topics: keys, /,
    ],
    [['genrate'], /Did you mean generate\?/],
    [['ENVIRONMENTS'], /Did you mean environment\?/],
    [['exit'], /Did you mean exit-codes\?/],
    [['nothing-like-it'], /'nothing-like-it'\.\n {2}Topics: .*library\.\n {2}See: ideogram --help/],
    [['exit-codes', 'more'], /Unknown command or topic 'exit-codes more'/],
    [['topics', 'more'], /Unknown command or topic 'topics more'/],
    [
      ['auth', 'logn'],
      /Unknown command 'auth \.\.\.'\.\n {2}Did you mean login\?\n {2}See: ideogram auth --help/,
    ],
    [['--json', 'exitcodes'], /"code":"usage"/],
  ])('%j', async (typed, says) => {
    const { status, stdout, stderr } = await runCli(['help', ...typed]);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(says);
  });

  it('is not repeated where it may be a key', async () => {
    const { stderr } = await runCli(['help', 'auth', 'a-key-that-nobody-may-see']);
    expect(stderr).not.toContain('a-key');
    expect((await runCli(['help', TEST_KEY])).stderr).not.toContain(TEST_KEY);
  });
});

it('names the topics of the pages that it links to, each once', async () => {
  const { stdout } = await runCli(['help', 'environment']);
  const more = stdout.slice(stdout.lastIndexOf('More: ')).replace(/\s+/g, ' ').trim();
  expect(more).toMatch(/^More: ideogram help \S+(, ideogram help [a-z-]+)+$/);
  const topics = more.replaceAll('More: ', '').split(', ');
  expect(new Set(topics).size).toBe(topics.length);
  expect(topics).toEqual(expect.arrayContaining(['ideogram help keys', 'ideogram help money']));
});
