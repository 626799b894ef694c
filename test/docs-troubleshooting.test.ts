/** docs/troubleshooting.md has a part for each code, and each message it shows is the program's. */
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../src/endpoints/index.js';
import { EXIT_CODES } from '../src/errors.js';
import { blocksOf } from './support/docs-blocks.js';
import { readPage } from './support/docs-pages.js';
import { runCli } from './support/run.js';

const PAGE = 'docs/troubleshooting.md';
/** They cannot be played: a bug, and somebody who presses Ctrl-C. */
const NOT_SHOWN = ['internal', 'cancelled'];

const parts = (await readPage(PAGE)).split(/^## /m).slice(1);

describe(PAGE, () => {
  it('has one part for each code, which says whether it is billed', () => {
    const codes = parts.map((part) => /^`(\w+)`$/m.exec(part.split('\n', 1)[0] ?? '')?.[1]);
    expect([...codes].sort()).toEqual(Object.keys(EXIT_CODES).sort());
    for (const part of parts) expect(part).toMatch(/billed|paid|[Nn]othing was sent/);
  });

  it('shows what each looks like, below the line that plays it', async () => {
    // test/docs-commands.test.ts runs these lines, and compares what they print.
    const blocks = await blocksOf(PAGE);
    const shown = blocks.flatMap(({ prints }) => (prints === undefined ? [] : [prints]));
    const texts = blocks.filter(({ language }) => language === 'text').map(({ text }) => text);
    expect(texts.filter((text) => !shown.includes(text))).toHaveLength(1);
    for (const part of parts) {
      const code = part.slice(1, part.indexOf('`', 1));
      expect(NOT_SHOWN.includes(code) || /^Error: /m.test(part), code).toBe(true);
    }
  });

  it('plays nothing that costs money', async () => {
    const lines = (await blocksOf(PAGE))
      .filter(({ language }) => language === 'sh')
      .flatMap(({ text }) => text.split('\n'));
    const paid = COMMANDS.map(({ name }) => name).join('|');
    const calls = lines.filter((line) => new RegExp(`ideogram (${paid}) `).test(line));
    expect(calls.length).toBeGreaterThan(15);
    for (const line of calls)
      expect(line).toMatch(/ --sandbox( |$)|^IDEOGRAM_SANDBOX= .*http:\/\/127\.0\.0\.1:1 /);
  });

  it('says what comes of "busy" in the end, which takes minutes', async () => {
    const blocks = await blocksOf(PAGE);
    const shown = blocks.find(({ language, text }) => language === 'text' && text.includes('429'))?.text;
    const { status, stderr } = await runCli(['generate', 'a fox sandbox:busy=always', '--sandbox']);
    expect(status).toBe(7);
    expect(stderr).toContain(`${shown}\n`);
  });
});
