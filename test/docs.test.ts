/** The tables of the documentation are what the program says. */
import { describe, expect, it } from 'vitest';
import { VERDICTS } from '../src/commands/key-check.js';
import { COMMANDS } from '../src/endpoints/index.js';
import { EXIT_CODES } from '../src/errors.js';
import { SCENARIOS } from '../src/sandbox/scenarios.js';
import { commandsPage } from './support/commands-page.js';
import { readPage } from './support/docs-pages.js';
import { runCli } from './support/run.js';

describe('docs/commands.md', () => {
  it('is what the endpoint data says', async () => {
    await expect(commandsPage(COMMANDS)).toMatchFileSnapshot('../docs/commands.md');
  });
});

describe('docs/exit-codes.md', () => {
  it('lists each code with its exit status', async () => {
    const rows = [...(await readPage('docs/exit-codes.md')).matchAll(/^\| ([\d, ]+) \| `(\w+)` \|/gm)];
    const documented = Object.fromEntries(
      rows.map(([, status, code]) => [code, Number.parseInt(status ?? '', 10)]),
    );
    expect(documented).toEqual({ ...EXIT_CODES });
  });
});

describe('docs/auth.md', () => {
  it('names each verdict', async () => {
    const page = await readPage('docs/auth.md');
    for (const verdict of VERDICTS) expect(page).toContain(`| \`${verdict}\` |`);
  });

  it('tells the exit status of the lines it shows', async () => {
    const lines = [...(await readPage('docs/auth.md')), ...(await readPage('docs/sandbox.md'))]
      .join('')
      .matchAll(/^(?:IDEOGRAM_API_KEY=(\S+) )?ideogram (auth verify --sandbox) +#.*exit (\d)$/gm);
    const shown = [...lines];
    expect(shown.length).toBeGreaterThan(3);
    for (const [line, key = '', argv = '', exit] of shown) {
      const { status } = await runCli(argv.split(' '), { env: { IDEOGRAM_API_KEY: key } });
      expect([line, status]).toEqual([line, Number(exit)]);
    }
  });
});

describe('docs/sandbox.md', () => {
  it('lists each scenario', async () => {
    const page = await readPage('docs/sandbox.md');
    for (const { name } of SCENARIOS) expect(page).toMatch(new RegExp(`\\| \`sandbox:${name}(\\[?=|\`)`));
  });
});
