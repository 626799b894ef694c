/** The commands of README.md and docs/*.md work: each block is run whole, as it is written, and does what it claims. */
import { spawnSync } from 'node:child_process';
import { readdir, readFile, rm, stat, utimes } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it, type TestContext } from 'vitest';
import { parse } from 'yaml';
import {
  announcedFailures,
  announcedFiles,
  type Block,
  blocksOf,
  documentationPages,
} from './support/docs-blocks.js';
import { type RunOptions, runBlock, type Server, startServer } from './support/docs-shell.js';

/** What is not run: a line, or all of a block where it is its only one. Each line that is left out is here, with the reason. */
const NOT_RUN: Readonly<Record<string, string>> = {
  'npm ci && npm run demo': 'installs into this folder; the gate (.ci/run) runs both',
  'npm pack && npm install -g ./ideogram-cli-*.tgz': 'npm run package installs the tarball, globally too',
  'npm ci && npm test': 'would run these tests; the gate runs it',
  'npm run test:faults': 'two minutes; npm run check runs it',
  'ideogram auth login': 'asks a person: test/process/auth-terminal.test.ts is one',
  'ideogram sandbox --port 4010': 'never ends; the other blocks of its page are run against one that listens',
};

const LONG = { timeout: 60_000 };

interface Step {
  readonly run?: string;
  readonly uses?: string;
  readonly env?: Readonly<Record<string, unknown>>;
  readonly with?: { readonly path?: string };
}

/** What of a workflow file is looked at. */
interface Workflow {
  readonly env?: Readonly<Record<string, unknown>>;
  readonly jobs: Readonly<
    Record<
      string,
      {
        readonly 'runs-on': string;
        readonly env?: Readonly<Record<string, unknown>>;
        readonly steps: readonly Step[];
      }
    >
  >;
}

/** Languages that show something and are not to be run; `text` is what the block above prints. */
const SHOWN = ['', 'json', 'text'];
/** Run by test/process/library-docs.test.ts. */
const ELSEWHERE = ['js'];

const missing = (program: string) => spawnSync(program, ['--version']).error !== undefined;
const absent = ['jq', 'make', 'curl', 'git'].filter(missing);
const onWindows = process.platform === 'win32';

const pages = await Promise.all(
  (await documentationPages()).map(async (page) => ({ page, blocks: await blocksOf(page) })),
);
const all = pages.flatMap(({ blocks }) => blocks);
const of = (language: string) => all.filter((block) => block.language === language);
const titled = (blocks: readonly Block[]) =>
  blocks.map((block) => [`${block.page}:${block.line}`, block] as const);

let server: Server;
beforeAll(async () => {
  server = await startServer();
});
afterAll(() => server?.stop());

/** What is done with a block: it is run in a folder that is taken away afterwards. */
async function run({ onTestFinished }: TestContext, text: string, options: Partial<RunOptions> = {}) {
  const outcome = await runBlock(text, { server, ...options });
  onTestFinished(() => rm(dirname(outcome.folder), { recursive: true, force: true }));
  return outcome;
}

/** The lines that are run; the others keep their place. */
function runnable(text: string): string {
  return text
    .split('\n')
    .map((line) => (line.replace(/ +#.*/, '') in NOT_RUN ? '' : line))
    .join('\n');
}

/** The functions that the blocks above it define and it calls: the same shell knows them. */
function definitionsAbove({ page, line, text: caller }: Block): string {
  const above = of('sh').filter((block) => block.page === page && block.line < line);
  const defined = above.flatMap(({ text }) => text.match(/^\w+\(\) \{\n[\s\S]*?^\}$/gm) ?? []);
  return defined.filter((text) => caller.includes(text.split('(', 1)[0] ?? text)).join('\n');
}

/** A text with `...` for anything, as what must have been printed. */
function pattern(text: string): RegExp {
  const escaped = text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`^${escaped.replaceAll('\\.\\.\\.', '[\\s\\S]*')}\\s*$`);
}

/** Ends the test where the block needs a program that is not on this machine. */
function requirePrograms({ skip }: TestContext, text: string): void {
  const needed = absent.filter((program) => new RegExp(`(^|[|&;( ])${program} `, 'm').test(text));
  skip(needed.length > 0, `NOT CHECKED: ${needed.join(', ')} is not on this machine`);
}

/** A folder holds something, an image is one, and no other file is empty. */
async function expectMade(path: string): Promise<void> {
  if (path.endsWith('/')) return expect(await readdir(path), path).not.toEqual([]);
  const bytes = await readFile(path);
  expect(bytes.length, path).toBeGreaterThan(0);
  if (/\.(png|jpg)$/.test(path))
    expect(bytes.subarray(0, 4).toString('latin1'), path).toMatch(/PNG|^\xff\xd8/);
}

describe('the blocks of the documentation', () => {
  it('are all run, or stand in the list of those that are not', () => {
    const known = ['sh', 'yaml', 'make', ...SHOWN, ...ELSEWHERE];
    expect(all.filter(({ language }) => !known.includes(language))).toEqual([]);
    expect(of('sh').length).toBeGreaterThan(30);
    const lines = of('sh').flatMap(({ text }) => text.split('\n').map((line) => line.replace(/ +#.*/, '')));
    for (const line of Object.keys(NOT_RUN)) expect(lines).toContain(line);
    for (const { page, language } of all) if (language === 'js') expect(page).toBe('docs/library.md');
  });
});

describe('a line that plays a failure', () => {
  it('never reaches the real API, whoever copies it', () => {
    for (const { page, line, text } of all.filter(({ language }) => language === 'sh')) {
      const safe = /export IDEOGRAM_SANDBOX=1/.test(text);
      const lines = text.split('\n').filter((each) => each.includes('sandbox:'));
      const paid = lines.filter(
        (each) => /ideogram |curl /.test(each) && !/--sandbox\b|127\.0\.0\.1/.test(each),
      );
      expect(safe ? [] : paid, `${page}:${line}`).toEqual([]);
    }
  });
});

// On Windows the blocks are for Git Bash and WSL; the programs that stand in for others are shell scripts.
describe.skipIf(onWindows).concurrent('a block', () => {
  it.for(titled(of('sh')))('%s works', LONG, async ([, block], context) => {
    const text = runnable(block.text);
    requirePrograms(context, text);
    if (text.trim() === '') return;
    const outcome = await run(context, `${definitionsAbove(block)}\n${text}`);
    const wanted = announcedFailures(text);
    expect(outcome.failures, outcome.printed).toEqual(wanted);
    expect([0, wanted.at(-1)], outcome.printed).toContain(outcome.status);
    for (const path of announcedFiles(text)) {
      await expectMade(join(outcome.folder, path));
    }
    if (block.prints !== undefined) expect(outcome.printed).toMatch(pattern(block.prints));
  });

  it.for(titled(of('make')))('%s makes what is new, and nothing twice', LONG, async ([, block], context) => {
    requirePrograms(context, 'make .');
    const first = await run(context, block.text, { shell: 'make' });
    expect([first.status, first.failures], first.printed).toEqual([0, []]);
    const images = async () =>
      (await readdir(first.folder, { recursive: true })).filter((name) => name.endsWith('.png'));
    const made = await images();
    expect(made.length).toBeGreaterThan(1);
    const again = await first.again();
    expect(again.printed).toMatch(/Nothing to be done|up to date/);
    // One prompt is changed: one image is made.
    const past = new Date(Date.now() - 60_000);
    for (const name of made) await utimes(join(first.folder, name), past, past);
    await utimes(join(first.folder, 'prompts/footer.txt'), past, new Date(past.getTime() - 1000));
    expect((await first.again()).status).toBe(0);
    const times = await Promise.all(made.map(async (name) => (await stat(join(first.folder, name))).mtimeMs));
    expect(times.filter((time) => time > past.getTime())).toHaveLength(1);
  });
});

describe.skipIf(onWindows).concurrent('a workflow of GitHub Actions', () => {
  it.for(titled(of('yaml')))('%s is one, and its commands work', LONG, async ([, block], context) => {
    const workflow = parse(block.text) as Workflow;
    expect(workflow).toMatchObject({ name: expect.any(String), on: expect.anything() });
    const jobs = Object.values(workflow.jobs);
    expect(jobs.length).toBeGreaterThan(0);
    for (const job of jobs) {
      expect(job['runs-on']).toMatch(/^ubuntu-/);
      const steps = job.steps.filter(({ run: line }) => line !== undefined);
      expect(steps.length).toBeGreaterThan(0);
      for (const step of job.steps) expect(step.uses ?? step.run).toEqual(expect.any(String));
      // One shell, as the folder is one; secrets are those of GitHub, and the sandbox needs none.
      const env = Object.entries({
        ...workflow.env,
        ...job.env,
        ...Object.assign({}, ...steps.map((step) => step.env)),
      });
      const outcome = await run(context, steps.map(({ run: line }) => line).join('\n'), {
        env: Object.fromEntries(
          env
            .filter(([, value]) => !String(value).startsWith('${{'))
            .map(([name, value]) => [name, String(value)]),
        ),
      });
      expect([outcome.status, outcome.failures], outcome.printed).toEqual([0, []]);
      const folder = job.steps.map((step) => step.with?.path).find(Boolean);
      if (folder) expect((await readdir(join(outcome.folder, folder))).length).toBeGreaterThan(0);
    }
  });
});
