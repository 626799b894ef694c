/** The documentation tells the truth: tables equal the program, and the commands it shows work. */
import { execFile } from 'node:child_process';
import { access, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { COMMANDS } from '../src/endpoints/index.js';
import { EXIT_CODES } from '../src/errors.js';
import { SCENARIOS } from '../src/sandbox/scenarios.js';
import { JPEG_1X1 } from './support/images.js';
import { optionsPage } from './support/options-page.js';
import { runCli } from './support/run.js';
import { answerImages, startServer } from './support/server.js';
import { BIN, cleanEnv, ROOT } from './support/spawn.js';

const read = (path: string): Promise<string> => readFile(join(ROOT, path), 'utf8');

/** The text of all code blocks of a language. */
function blocks(markdown: string, language: string): string[] {
  return [...markdown.matchAll(new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``, 'g'))].map(
    ([, text]) => text ?? '',
  );
}

describe('docs/options.md', () => {
  it('is what the endpoint data says', async () => {
    expect(COMMANDS.map(({ name }) => name)).toEqual(['generate']);
    await expect(COMMANDS.map(optionsPage).join('\n')).toMatchFileSnapshot('../docs/options.md');
  });
});

describe('docs/exit-codes.md', () => {
  it('lists each code with its exit status', async () => {
    const rows = [...(await read('docs/exit-codes.md')).matchAll(/^\| ([\d, ]+) \| `(\w+)` \|/gm)];
    const documented = Object.fromEntries(
      rows.map(([, status, code]) => [code, Number.parseInt(status ?? '', 10)]),
    );
    expect(documented).toEqual({ ...EXIT_CODES });
  });
});

describe('docs/json.md', () => {
  it('shows and explains every field there is', async () => {
    const page = await read('docs/json.md');
    const [result, error, dryRun] = blocks(page, 'json').map((text) => JSON.parse(text));
    const server = await startServer(answerImages(1));
    const env = { IDEOGRAM_BASE_URL: server.url };
    const real = (await runCli(['generate', 'a fox', '--json'], { env })).json();
    expect(Object.keys(result)).toEqual(Object.keys(real));
    expect(Object.keys(result.images[0])).toEqual(Object.keys(real.images[0]));
    expect(Object.keys(error.error)).toEqual(Object.keys((await runCli(['nope', '--json'])).error()));
    const dry = (await runCli(['generate', 'a fox', '--json', '--dry-run'], { env })).json();
    expect([Object.keys(dryRun), Object.keys(dryRun.request)]).toEqual([
      Object.keys(dry),
      Object.keys(dry.request),
    ]);
    for (const key of Object.keys(real)) expect(page).toMatch(new RegExp(`^\\| \`${key}[.\`]`, 'm'));
    for (const key of Object.keys(real.images[0])) expect(page).toContain(`| \`images[].${key}\` |`);
    for (const key of Object.keys(error.error)) expect(page).toContain(`| \`${key}\` |`);
  });
});

describe('docs/sandbox.md', () => {
  it('lists each scenario', async () => {
    const page = await read('docs/sandbox.md');
    for (const { name } of SCENARIOS) expect(page).toMatch(new RegExp(`\\| \`sandbox:${name}(\\[?=|\`)`));
  });
});

describe('CONTRIBUTING.md', () => {
  it('names files that exist', async () => {
    const paths = [
      ...(await read('CONTRIBUTING.md')).matchAll(/`((?:src|test|bin)\/[\w./-]+\.(?:ts|cjs))`/g),
    ];
    expect(paths.length).toBeGreaterThan(20);
    await Promise.all(paths.map(([, path]) => access(join(ROOT, path ?? ''))));
  });
});

describe('a link between pages', () => {
  it('leads somewhere', async () => {
    const pages = [
      'README.md',
      'CONTRIBUTING.md',
      ...(await readdir(join(ROOT, 'docs'))).map((name) => `docs/${name}`),
    ];
    for (const page of pages) {
      const targets = [...(await read(page)).matchAll(/\]\((?!https?:)([^)#]+)/g)].map(
        ([, target]) => target ?? '',
      );
      for (const target of targets) await access(join(ROOT, page, '..', target));
    }
  });
});

describe('the commands that are shown', () => {
  it.each(['README.md', 'docs/sandbox.md'])('in %s work, in the sandbox', async (page) => {
    const lines = blocks(await read(page), 'sh')
      .flatMap((block) => block.split('\n'))
      .filter((line) => /^(echo .*\| )?ideogram generate/.test(line));
    expect(lines.length).toBeGreaterThan(2);
    const folder = await mkdtemp(join(tmpdir(), 'ideogram-docs-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    await symlink(BIN, join(folder, 'ideogram'));
    await writeFile(join(folder, 'prompt.txt'), 'a red fox');
    await writeFile(join(folder, 'mood.jpg'), JPEG_1X1);
    const env = cleanEnv(folder, { IDEOGRAM_SANDBOX: '1' });
    env.PATH = [folder, env.PATH].join(delimiter);
    await Promise.all(
      lines.map(async (line) => {
        const command = line.replace(/\| jq .*$/, '').replace('-o fox.png', '-o fox-from-file.png');
        const wanted = /withheld=1/.test(line) ? 8 : 0;
        const status = await promisify(execFile)('sh', ['-c', command], { cwd: folder, env }).then(
          () => 0,
          (error: { code: number }) => error.code,
        );
        expect([line, status]).toEqual([line, wanted]);
      }),
    );
  });
});
