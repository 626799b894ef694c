/** The documentation tells the truth: tables equal the program, and the commands it shows work. */
import { execFile } from 'node:child_process';
import { access, mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { VERDICTS } from '../src/commands/key-check.js';
import { COMMANDS } from '../src/endpoints/index.js';
import { EXIT_CODES } from '../src/errors.js';
import { SCENARIOS } from '../src/sandbox/scenarios.js';
import { commandsPage } from './support/commands-page.js';
import { JPEG_1X1, makePng } from './support/images.js';
import { leftBlack, paintPng } from './support/pictures.js';
import { acceptKey } from './support/quote.js';
import { createWorld, runCli } from './support/run.js';
import { answerImages, startServer } from './support/server.js';
import { BIN, cleanEnv, ROOT } from './support/spawn.js';

const read = (path: string): Promise<string> => readFile(join(ROOT, path), 'utf8');

/** The text of all code blocks of a language. */
function blocks(markdown: string, language: string): string[] {
  return [...markdown.matchAll(new RegExp(`\`\`\`${language}\n([\\s\\S]*?)\`\`\``, 'g'))].map(
    ([, text]) => text ?? '',
  );
}

describe('docs/commands.md', () => {
  it('is what the endpoint data says', async () => {
    await expect(commandsPage(COMMANDS)).toMatchFileSnapshot('../docs/commands.md');
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
  /** The example under each heading. */
  const examples = async () =>
    Object.fromEntries(
      (await read('docs/json.md'))
        .split(/^## /m)
        .slice(1)
        .map((section) => {
          const title = section.split('\n', 1)[0]?.replaceAll('`', '') ?? '';
          const text = blocks(section, 'json')[0] ?? /`(\{.*\})`/.exec(section)?.[1] ?? 'null';
          return [title, JSON.parse(text)];
        }),
    );

  it('shows and explains every field of a result, an error and a dry run', async () => {
    const page = await read('docs/json.md');
    const { generate, Errors: failure, '--dry-run': dryRun } = await examples();
    const server = await startServer(answerImages(1));
    const env = { IDEOGRAM_BASE_URL: server.url };
    const real = (await runCli(['generate', 'a fox', '--json'], { env })).json();
    expect(Object.keys(generate)).toEqual(Object.keys(real));
    expect(Object.keys(generate.images[0])).toEqual(Object.keys(real.images[0]));
    const error = (await runCli(['nope', '--json'])).error();
    expect(Object.keys(failure.error)).toEqual(Object.keys(error));
    const dry = (await runCli(['generate', 'a fox', '--json', '--dry-run'], { env })).json();
    expect([Object.keys(dryRun), Object.keys(dryRun.request)]).toEqual([
      Object.keys(dry),
      Object.keys(dry.request),
    ]);
    for (const key of Object.keys(real)) expect(page).toMatch(new RegExp(`^\\| \`${key}[.\`]`, 'm'));
    for (const key of Object.keys(real.images[0])) expect(page).toContain(`| \`images[].${key}\` |`);
    for (const key of Object.keys(error)) expect(page).toContain(`| \`${key}\` |`);
  });

  it.each([
    ['auth login --with-key', ['--json']],
    ['auth verify', ['--json']],
    ['auth status', ['--json']],
    ['auth logout', ['--json']],
  ])('shows the fields of %s', async (title, flags) => {
    const server = await startServer(acceptKey);
    const world = await createWorld();
    const stdin = 'a-key-for-the-docs-0123';
    const env = { IDEOGRAM_BASE_URL: server.url };
    // One key in the settings and one in the environment, so that one is hidden.
    await runCli(['auth', 'login', '--with-key'], { world, env, stdin });
    const real = (await runCli([...title.split(' '), ...flags], { world, env, stdin })).json();
    const { [title]: example } = await examples();
    expect(Object.keys(example)).toEqual(Object.keys(real));
    if (real.hidden) expect(Object.keys(example.hidden[0])).toEqual(Object.keys(real.hidden[0]));
  });
});

describe('docs/json.md on models', () => {
  it.each([['models'], ['models --options style-preset']])('shows the fields of %s', async (title) => {
    const real = (await runCli([...title.split(' '), '--json'])).json();
    const section = (await read('docs/json.md')).split(`## \`${title}\`\n`)[1] ?? '';
    const shown = JSON.parse(blocks(section, 'json')[0] ?? 'null');
    const shape = (value: unknown): unknown => {
      if (Array.isArray(value)) return value.slice(0, 1).map(shape);
      if (typeof value !== 'object' || value === null) return '';
      return Object.entries(value).map(([name, inner]) => [name, shape(inner)]);
    };
    expect(shape(shown)).toEqual(shape(real));
  });
});

describe('docs/auth.md', () => {
  it('names each verdict', async () => {
    const page = await read('docs/auth.md');
    for (const verdict of VERDICTS) expect(page).toContain(`| \`${verdict}\` |`);
  });

  it('tells the exit status of the lines it shows', async () => {
    const lines = [...(await read('docs/auth.md')), ...(await read('docs/sandbox.md'))]
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
  /** What the lines speak of: a scene with a mask of its size, and photographs. */
  async function fill(folder: string): Promise<void> {
    await symlink(BIN, join(folder, 'ideogram'));
    await writeFile(join(folder, 'prompt.txt'), 'a red fox');
    const scene = makePng(900, 900);
    for (const name of ['logo', 'post', 'poster', 'room', 'street', 'who', 'fox']) {
      await writeFile(join(folder, `${name}.png`), scene);
    }
    for (const name of ['mood', 'mug', 'photo']) await writeFile(join(folder, `${name}.jpg`), JPEG_1X1);
    await writeFile(join(folder, 'mask.png'), paintPng(900, 900, leftBlack(450)));
    await mkdir(join(folder, 'photos'));
    await writeFile(join(folder, 'photos', 'one.jpg'), JPEG_1X1);
  }

  it.each(['README.md', 'docs/sandbox.md', 'docs/recipes.md'])('in %s work, in the sandbox', async (page) => {
    const names = COMMANDS.map(({ name }) => name).join('|');
    const lines = blocks(await read(page), 'sh')
      .flatMap((block) => block.split('\n'))
      .filter((line) => new RegExp(`^(echo .*\\| )?ideogram (?:${names}) `).test(line));
    expect(lines.length).toBeGreaterThan(2);
    const run = async (line: string): Promise<void> => {
      // Each in a folder of its own: what one makes is not in the way of the next.
      const folder = await mkdtemp(join(tmpdir(), 'ideogram-docs-'));
      onTestFinished(() => rm(folder, { recursive: true, force: true }));
      await fill(folder);
      const command = line.replace(/\| jq .*$/, '').replace('-o fox.png', '-o fox-from-file.png');
      const wanted = /withheld=1/.test(line) ? 8 : 0;
      const env = cleanEnv(folder, { IDEOGRAM_SANDBOX: '1' });
      env.PATH = [folder, env.PATH].join(delimiter);
      const status = await promisify(execFile)('sh', ['-c', command], { cwd: folder, env }).then(
        () => 0,
        (error: { code: number }) => error.code,
      );
      expect([line, status]).toEqual([line, wanted]);
    };
    const waiting = [...lines];
    const work = async () => {
      for (let line = waiting.shift(); line !== undefined; line = waiting.shift()) await run(line);
    };
    await Promise.all([work(), work(), work()]);
  });
});
