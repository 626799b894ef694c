/** The built types compile in the projects of those who use the library: every strict option, every way to resolve, with Node's types or the browser's. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ROOT } from '../support/spawn.js';

const USE = `
import { type AnsweredImage, type Client, type ClientOptions, createClient, IdeogramError } from 'ideogram-cli';
import type { DescribeResult, ErrorCode, Fetch, GenerateOptions, Palette, Progress, SavedImage } from 'ideogram-cli';

const palette: Palette = { members: [{ color_hex: '#FF6600', color_weight: 0.5 }] };
const asked: GenerateOptions = { prompt: 'a fox', numImages: 2, colorPalette: palette };
const mine: Fetch = async () => ({ status: 200, headers: { get: () => null }, body: null });
const options: ClientOptions = { apiKey: 'k', fetch, env: { HTTPS_PROXY: undefined } };
const client: Client = createClient(options);
createClient({ ...options, fetch: mine });

function barOf(event: Progress): number | undefined {
  switch (event.type) {
    case 'downloading':
      return event.total === undefined ? undefined : event.bytes / event.total;
    case 'waiting':
      return event.ms;
    case 'saved':
      return event.path.length + event.image;
    default:
      return event.image;
  }
}

export async function make(): Promise<readonly SavedImage[]> {
  const { signal } = new AbortController();
  try {
    const result = await client.generate(asked, { signal, onProgress: (event) => void barOf(event) });
    const first: AnsweredImage | undefined = result.images[0];
    const words: DescribeResult = await client.describe({ image: [first?.url ?? 'a.png'] });
    const jsonPrompt = words.descriptions[0]?.jsonPrompt;
    if (jsonPrompt) await client.generate({ model: 'V_4', jsonPrompt });
    return await client.save(result, { output: 'x/', force: true, signal, onProgress: async () => {} });
  } catch (error) {
    if (!(error instanceof IdeogramError)) throw error;
    const code: ErrorCode = error.code;
    throw new Error(code + (error.hint ?? '') + error.billed);
  }
}

// @ts-expect-error: a misspelt option
void client.generate({ prompt: 'x', numimages: 2 });
// @ts-expect-error: what must be given
void client.edit({ prompt: 'x' });
// @ts-expect-error: a signal has to be named
void client.generate({ prompt: 'x' }, new AbortController().signal);
// @ts-expect-error: an inner file is nobody's business
void import('ideogram-cli/dist/lib/index.js');
`;

const STRICT = {
  target: 'es2022',
  strict: true,
  exactOptionalPropertyTypes: true,
  noUncheckedIndexedAccess: true,
  noPropertyAccessFromIndexSignature: true,
  noImplicitOverride: true,
  verbatimModuleSyntax: true,
  isolatedModules: true,
  skipLibCheck: false,
  noEmit: true,
};
const BROWSER = { lib: ['es2022', 'dom', 'dom.iterable', 'dom.asynciterable'], types: [] };
const NODE = { lib: ['es2022'], types: ['node'] };

/** Compiles a project that uses the library; what the compiler says, nothing when all is well. */
async function compile(options: object): Promise<string> {
  const project = await mkdtemp(join(tmpdir(), 'ideogram-consumer-'));
  onTestFinished(() => rm(project, { recursive: true, force: true }));
  await mkdir(join(project, 'node_modules'));
  await symlink(ROOT, join(project, 'node_modules', 'ideogram-cli'), 'junction');
  await symlink(join(ROOT, 'node_modules', '@types'), join(project, 'node_modules', '@types'), 'junction');
  await writeFile(join(project, 'package.json'), '{"type":"module"}');
  await writeFile(join(project, 'use.ts'), USE);
  const tsconfig = { compilerOptions: { ...STRICT, ...options }, include: ['use.ts'] };
  await writeFile(join(project, 'tsconfig.json'), JSON.stringify(tsconfig));
  const tsc = join(ROOT, 'node_modules/typescript/bin/tsc');
  const { stdout } = await promisify(execFile)(process.execPath, [tsc, '-p', project]).catch(
    (error) => error,
  );
  return stdout;
}

describe('the built types', () => {
  it.each([
    ['node16', BROWSER],
    ['nodenext', BROWSER],
    ['bundler', BROWSER],
    ['nodenext', NODE],
    ['bundler', NODE],
  ] as const)(
    'compile with moduleResolution %s and %j',
    { timeout: 60_000 },
    async (moduleResolution, world) => {
      const module = moduleResolution === 'bundler' ? 'esnext' : moduleResolution;
      expect(await compile({ module, moduleResolution, ...world })).toBe('');
    },
  );

  it('need AbortSignal and fetch, and nothing else of the world', { timeout: 60_000 }, async () => {
    const said = await compile({ module: 'nodenext', lib: ['es2022'], types: [] });
    const lacking = [...said.matchAll(/^\S*types\/\S+: error (.*)$/gm)].map(([, error]) => error);
    const known = /name 'AbortSignal'|'typeof globalThis' has no index signature/;
    expect(lacking.length).toBeGreaterThan(0);
    expect(lacking.filter((error = '') => !known.test(error))).toEqual([]);
  });
});
