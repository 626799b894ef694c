/** Commands of the built program in a pipe: bytes, results and prompts of one are the input of the next. */
import { type ChildProcess, spawn } from 'node:child_process';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { makePng } from '../support/images.js';
import { TEST_KEY } from '../support/run.js';
import { answerJson, startServer } from '../support/server.js';
import { BIN, cleanEnv, spawnCli } from '../support/spawn.js';

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'ideogram-pipe-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

interface Piped {
  /** Of each command, in order. */
  readonly statuses: number[];
  readonly stdout: Buffer;
  readonly stderr: string;
  readonly files: string[];
}

/** Commands joined by `|`, each word a word of its own, in a folder that is gone afterwards. */
async function pipe(env: Record<string, string>, ...commands: readonly string[][]): Promise<Piped> {
  const cwd = await folder();
  const words = commands.map((argv) => `"$NODE" "$BIN" ${argv.map((word) => `'${word}'`).join(' ')}`);
  const script = `${words.join(' | ')}; echo "\${PIPESTATUS[@]}" >&3`;
  const child = spawn('bash', ['-c', script], {
    cwd,
    env: { ...cleanEnv(cwd, env), NODE: process.execPath, BIN },
    stdio: ['ignore', 'pipe', 'pipe', 'pipe'],
  });
  const [stdout, stderr, statuses] = await Promise.all([1, 2, 3].map((index) => readAll(child, index)));
  return {
    statuses: String(statuses).trim().split(' ').map(Number),
    stdout: stdout as Buffer,
    stderr: String(stderr),
    files: (await readdir(cwd)).filter((name) => !name.startsWith('.')).sort(),
  };
}

async function readAll(child: ChildProcess, index: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  for await (const chunk of child.stdio[index] as NodeJS.ReadableStream) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks);
}

/** `ideogram sandbox --port 0`, and what it has seen. */
async function startSandbox(): Promise<{ env: Record<string, string>; seen: () => string[] }> {
  const child = spawnCli(['sandbox', '--port', '0'], { cwd: await folder() });
  const ended = new Promise((resolve) => child.on('close', resolve));
  onTestFinished(async () => {
    child.kill('SIGTERM');
    await ended;
  });
  let log = '';
  child.stderr.on('data', (chunk) => {
    log += chunk;
  });
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', (chunk) => resolve(String(chunk).trim()));
    void ended.then(() => reject(new Error(log)));
  });
  const seen = () => log.match(/POST \/\S+/g) ?? [];
  return { env: { IDEOGRAM_BASE_URL: url, IDEOGRAM_API_KEY: TEST_KEY }, seen };
}

describe('a pipe of two commands', () => {
  it('carries an image: the last one gives a whole PNG', async () => {
    const { env, seen } = await startSandbox();
    const result = await pipe(env, ['generate', 'a fox', '-q', '-o', '-'], ['upscale', '-', '-q', '-o', '-']);
    expect([result.statuses, result.stderr, result.files]).toEqual([[0, 0], '', []]);
    const { width, height } = PNG.sync.read(result.stdout);
    expect([width, height]).toEqual([2048, 2048]);
    expect(seen()).toEqual(['POST /v1/ideogram-v3/generate', 'POST /upscale']);
  });

  it('carries an image through three of them', async () => {
    const { env } = await startSandbox();
    const result = await pipe(
      env,
      ['generate', 'a fox', '-q', '-o', '-'],
      ['remove-background', '-', '-q', '-o', '-'],
      ['describe', '-', '-q'],
    );
    expect([result.statuses, result.stderr]).toEqual([[0, 0, 0], '']);
    expect(String(result.stdout)).toContain('an image of 1024x1024 pixels');
  });

  it.each([
    ['the API', ['generate', 'a fox sandbox:blocked', '-o', '-'], 3, ['POST /v1/ideogram-v3/generate']],
    ['the program', ['generate', 'a fox', '-n', '9', '-o', '-'], 2, []],
  ])(
    'when the first is refused by %s, the second says that it got nothing',
    async (_who, argv, status, sent) => {
      const { env, seen } = await startSandbox();
      const result = await pipe(env, argv, ['upscale', '-', '-o', 'large.png']);
      expect([result.statuses, result.files, result.stdout.length]).toEqual([[status, 2], [], 0]);
      expect(result.stderr).toContain(
        'Error: Standard input held nothing: the command before it may have failed.',
      );
      expect(seen()).toEqual(sent);
    },
  );

  it('carries the result of one image', async () => {
    const { env, seen } = await startSandbox();
    const result = await pipe(env, ['generate', 'a fox', '--json'], ['upscale', '-', '--json']);
    expect([result.statuses, result.stderr, result.files.length]).toEqual([[0, 0], '', 2]);
    const { images, ok, command } = JSON.parse(String(result.stdout));
    expect([ok, command, images.length]).toEqual([true, 'upscale', 1]);
    expect(seen()).toHaveLength(2);
  });

  it('carries the result of two images to describe, which tells of both', async () => {
    const { env, seen } = await startSandbox();
    const result = await pipe(env, ['generate', 'a fox', '-n', '2', '--json'], ['describe', '-', '--json']);
    expect([result.statuses, result.stderr, result.files.length]).toEqual([[0, 0], '', 2]);
    const { descriptions } = JSON.parse(String(result.stdout));
    const images = new Set(descriptions.map(({ image }: { image: string }) => image));
    expect([...images].map((path) => String(path).split('/').at(-1)).sort()).toEqual(result.files);
    expect(seen().filter((line) => line === 'POST /describe')).toHaveLength(2);
  });

  it('does not carry the result of two images to what takes one: nothing is sent', async () => {
    const { env, seen } = await startSandbox();
    const result = await pipe(env, ['generate', 'a fox', '-n', '2', '--json'], ['upscale', '-']);
    expect([result.statuses, result.files.length]).toEqual([[0, 2], 2]);
    expect(result.stderr).toContain('names 2 images, and one is taken here');
    expect(seen()).toEqual(['POST /v1/ideogram-v3/generate']);
  });

  it('does not carry the error of the first: it is on standard error', async () => {
    const { env, seen } = await startSandbox();
    const result = await pipe(
      env,
      ['generate', 'a fox sandbox:blocked', '--json'],
      ['upscale', '-', '--json'],
    );
    expect(result.statuses).toEqual([3, 2]);
    const errors = result.stderr
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).error.code);
    expect(errors.sort()).toEqual(['bad_file', 'blocked']);
    expect(seen()).toHaveLength(1);
  });

  it('carries a prompt in parts', async () => {
    const { env, seen } = await startSandbox();
    const result = await pipe(
      env,
      ['magic-prompt', 'a fox', '-q'],
      ['generate', '-m', 'V_4', '--json-prompt', '-', '-q', '-o', '-'],
      ['describe', '-', '-m', 'V_4', '-q'],
      ['generate', '-m', 'V_4', '--json-prompt', '-', '-q', '-o', 'fox.png'],
    );
    expect([result.statuses, result.stderr, result.files]).toEqual([[0, 0, 0, 0], '', ['fox.png']]);
    expect(seen()).toEqual([
      'POST /v1/ideogram-v4/magic-prompt',
      'POST /v1/ideogram-v4/generate',
      'POST /v1/ideogram-v4/describe',
      'POST /v1/ideogram-v4/generate',
    ]);
  });

  it('carries the text blocks of a picture as JSON, its image by its file', async () => {
    const { env } = await startSandbox();
    const result = await pipe(
      env,
      ['generate', 'a fox', '-q', '-o', '-'],
      ['layerize', '-', '-q', '-o', 'bare.png'],
    );
    expect([result.statuses, result.stderr, result.files]).toEqual([[0, 0], '', ['bare.png']]);
    const { image, textBlocks } = JSON.parse(String(result.stdout));
    expect([image.split('/').at(-1), textBlocks[0].text]).toEqual(['bare.png', 'SANDBOX']);
  });
});

describe('many descriptions', () => {
  it('are printed as they come: one that takes long does not hold back those before it', async () => {
    const cwd = await folder();
    for (const name of ['a', 'b', 'c']) await writeFile(join(cwd, `${name}.png`), makePng(2, 2));
    let hear = () => {};
    const heard = new Promise<void>((resolve) => {
      hear = resolve;
    });
    const server = await startServer(async (request, response) => {
      const letter = /filename="(.)\.png"/.exec(request.body.toString('latin1'))?.[1];
      // The third is answered only to one who has told of the second.
      if (letter === 'c') await heard;
      answerJson(response, 200, { descriptions: [{ text: `${letter} is seen` }] });
    });
    const env = { IDEOGRAM_BASE_URL: server.url, IDEOGRAM_API_KEY: TEST_KEY };
    const child = spawnCli(['describe', 'a.png', 'b.png', 'c.png'], { cwd, env });
    let text = '';
    child.stdout.on('data', (chunk) => {
      text += chunk;
      if (text.endsWith('b is seen\n')) hear();
    });
    const status = await new Promise((resolve) => child.on('close', resolve));
    const wanted = ['a', 'b', 'c'].map((letter) => `==> ${letter}.png <==\n${letter} is seen\n`).join('\n');
    expect([status, text]).toEqual([0, wanted]);
  });

  it('into a reader that has seen enough are no error', async () => {
    const cwd = await folder();
    const names = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h'].map((letter) => `${letter}.png`);
    for (const name of names) await writeFile(join(cwd, name), makePng(2, 2));
    const server = await startServer((_, response) =>
      answerJson(response, 200, { descriptions: [{ text: 'x'.repeat(100_000) }] }),
    );
    const env = { IDEOGRAM_BASE_URL: server.url, IDEOGRAM_API_KEY: TEST_KEY };
    const child = spawnCli(['describe', ...names], { cwd, env });
    let stderr = '';
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    child.stdout.once('data', () => child.stdout.destroy());
    const status = await new Promise((resolve) => child.on('close', resolve));
    expect([status, stderr]).toEqual([0, '']);
  });
});
