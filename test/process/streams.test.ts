/** The built program as a process: pipes, closed pipes, the end of the process, and what is loaded for which command. */
import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { makePng } from '../support/images.js';
import { TEST_KEY } from '../support/run.js';
import { answerImages, startServer } from '../support/server.js';
import { BIN, cleanEnv, execCli, ROOT, spawnCli } from '../support/spawn.js';

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'ideogram-process-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

describe('a pipe', () => {
  it('gets megabytes of JSON whole, however slowly it is read', async () => {
    const prompt = 'x'.repeat(900_000);
    const server = await startServer(answerImages(4, (image) => ({ ...image, prompt })));
    const env = { IDEOGRAM_BASE_URL: server.url, IDEOGRAM_API_KEY: TEST_KEY };
    const child = spawnCli(['generate', 'a fox', '-n', '4', '--json'], { cwd: await folder(), env });
    child.stdout.pause();
    // The reader starts only when the program has long been done with its work.
    while (server.downloads.length < 4) await new Promise((resolve) => setTimeout(resolve, 5));
    const chunks: Buffer[] = [];
    for await (const chunk of child.stdout) chunks.push(chunk as Buffer);
    const json = JSON.parse(Buffer.concat(chunks).toString('utf8'));
    expect(json.images.map((image: { prompt: string }) => image.prompt.length)).toEqual(
      Array(4).fill(900_000),
    );
  });

  it('that is closed is no error', async () => {
    const cwd = await folder();
    const child = spawnCli(['generate', '--help'], { cwd });
    child.stdout.destroy();
    let stderr = '';
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    const status = await new Promise((resolve) => child.on('close', resolve));
    expect([status, stderr]).toEqual([0, '']);
  });

  it.skipIf(!existsSync('/dev/full'))(
    'that is full is said, with the place of the paid image, or its link',
    async () => {
      const server = await startServer(answerImages(1));
      const env = { IDEOGRAM_BASE_URL: server.url, IDEOGRAM_API_KEY: TEST_KEY };
      const cwd = await folder();
      const intoFull = async (flags: string, words = 'generate "a fox"') => {
        const command = `"$0" "$1" ${words} ${flags} > /dev/full`;
        const child = spawn('sh', ['-c', command, process.execPath, BIN], { cwd, env: cleanEnv(cwd, env) });
        let stderr = '';
        child.stderr.on('data', (chunk) => {
          stderr += chunk;
        });
        const status = await new Promise((resolve) => child.on('close', resolve));
        return { status, stderr };
      };
      const paths = await intoFull('-o saved.png');
      expect([paths.status, paths.stderr]).toEqual([8, expect.stringContaining(join(cwd, 'saved.png'))]);
      const verify = await intoFull('', 'auth verify --generate -o proof.png');
      expect([verify.status, verify.stderr]).toEqual([8, expect.stringContaining(join(cwd, 'proof.png'))]);
      const bytes = await intoFull('-o -');
      expect([bytes.status, bytes.stderr]).toEqual([8, expect.stringContaining(`${server.url}/image/0.png`)]);
    },
  );

  it.skipIf(!existsSync('/dev/full')).each([
    ['describe room.png', 'Hills one behind the other'],
    ['describe room.png room.png', '==> room.png <=='],
    ['describe room.png --json', 'Hills one behind the other'],
    ['magic-prompt fox', '"high_level_description"'],
    ['magic-prompt fox --json', '\\"high_level_description\\"'],
    ['layerize room.png', 'not a real text of your image'],
    ['layerize room.png --json', 'not a real text of your image'],
  ])('that is full: the words of %s were paid, and come with the error', async (words, wanted) => {
    const cwd = await folder();
    await writeFile(join(cwd, 'room.png'), makePng(300, 200));
    const command = `"$0" "$1" ${words} --sandbox > /dev/full`;
    const child = spawn('sh', ['-c', command, process.execPath, BIN], { cwd, env: cleanEnv(cwd) });
    let stderr = '';
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    const status = await new Promise((resolve) => child.on('close', resolve));
    expect([status, stderr]).toEqual([8, expect.stringContaining(wanted)]);
    if (words.endsWith('--json')) expect(JSON.parse(stderr).error.billed).toBe('yes');
  });

  it('into a file that takes only a part of the image is an image that is not saved', async () => {
    const image = makePng(2000, 2000, 0);
    const server = await startServer(answerImages(1), (_, response) => void response.end(image));
    const env = { IDEOGRAM_BASE_URL: server.url, IDEOGRAM_API_KEY: TEST_KEY };
    const cwd = await folder();
    // What a nearly full disk does, without one: the shell lets no file grow beyond 64 blocks, which is enough for the journal.
    const command = 'ulimit -f 64; "$0" "$1" generate "a fox" -o - > out.png';
    const child = spawn('bash', ['-c', command, process.execPath, BIN], { cwd, env: cleanEnv(cwd, env) });
    let stderr = '';
    child.stderr.on('data', (chunk) => {
      stderr += chunk;
    });
    const status = await new Promise((resolve) => child.on('close', resolve));
    expect([status, stderr]).toEqual([8, expect.stringContaining(`${server.url}/image/0.png`)]);
  });

  it('sees no spinner, also when both streams go into it', async () => {
    const result = await execCli(['generate', 'a fox', '-n', '3', '--sandbox', '--json'], {
      cwd: await folder(),
    });
    expect([result.status, result.stderr]).toEqual([0, '']);
    expect(JSON.parse(result.stdout.toString()).images).toHaveLength(3);
    const human = await execCli(['generate', 'a fox', '--sandbox'], { cwd: await folder() });
    expect(human.stderr.trim().split('\n')).toHaveLength(1);
    expect(human.stderr).not.toContain('\u001b');
  });
});

describe('the process', () => {
  it('ends when the work is done, though the server would keep the connection', async () => {
    const server = await startServer((request, response, self) => {
      response.setHeader('connection', 'keep-alive');
      return answerImages(1)(request, response, self);
    });
    const env = { IDEOGRAM_BASE_URL: server.url, IDEOGRAM_API_KEY: TEST_KEY };
    const result = await execCli(['generate', 'a fox'], { cwd: await folder(), env });
    expect([result.status, result.stdout.toString()]).toEqual([0, 'a-fox-1.png\n']);
  });

  it('stops at the second Ctrl-C with 130, SIGTERM with 143, leaving no file', async () => {
    for (const [signal, wanted] of [
      ['SIGINT', 130],
      ['SIGTERM', 143],
    ] as const) {
      const cwd = await folder();
      let arrived = () => {};
      // Never answered.
      const server = await startServer(() => arrived());
      const env = { IDEOGRAM_BASE_URL: server.url, IDEOGRAM_API_KEY: TEST_KEY };
      const child = spawnCli(['generate', 'a fox'], { cwd, env });
      arrived = () => void child.kill(signal);
      let stderr = '';
      child.stderr.on('data', (chunk) => {
        if (!/Stopping/.test(stderr) && /Stopping/.test(`${stderr}${chunk}`)) child.kill(signal);
        stderr += chunk;
      });
      const status = await new Promise((resolve) => child.on('close', resolve));
      expect(status).toBe(wanted);
      expect(stderr).toContain('may have been billed');
      expect(await readdir(cwd)).toEqual([]);
    }
  });

  it.skipIf(process.platform === 'win32')('waits for no reader after the second signal', async () => {
    const prompt = 'x'.repeat(900_000);
    const server = await startServer(answerImages(4, (image) => ({ ...image, prompt })));
    const env = { IDEOGRAM_BASE_URL: server.url, IDEOGRAM_API_KEY: TEST_KEY };
    const cwd = await folder();
    const child = spawnCli(['generate', 'a fox', '-n', '4', '--json'], { cwd, env });
    onTestFinished(() => void child.kill('SIGKILL'));
    // The first of it has come, and nobody takes the rest.
    await once(child.stdout, 'readable');
    const exit = once(child, 'exit');
    // Two of one kind may be taken for one.
    child.kill('SIGINT');
    child.kill('SIGTERM');
    const [status] = await exit;
    expect([130, 143]).toContain(status);
    expect((await readdir(cwd)).length).toBe(4);
  });

  it.skipIf(process.platform !== 'linux').each([
    ['the error', ['--json'], '2> full'],
    ['the note and the error', [], '> full 2>&1'],
  ])(
    'waits for no reader after the second signal, also with what it says then: %s',
    async (_what, flags, into) => {
      const cwd = await folder();
      let arrived = () => {};
      // Never answered.
      const server = await startServer(() => arrived());
      // Full, and open for reading: by the descriptor that is handed down.
      const full =
        'mkfifo full; exec 5<>full; dd if=/dev/zero of=full bs=4096 count=16 oflag=nonblock 2>/dev/null';
      const child = spawn(
        'bash',
        ['-c', `${full}; exec "$0" "$@" ${into}`, process.execPath, BIN, 'generate', 'a fox', ...flags],
        { cwd, env: cleanEnv(cwd, { IDEOGRAM_BASE_URL: server.url, IDEOGRAM_API_KEY: TEST_KEY }) },
      );
      onTestFinished(() => void child.kill('SIGKILL'));
      arrived = () => {
        child.kill('SIGINT');
        child.kill('SIGTERM');
      };
      const [status] = await once(child, 'exit');
      expect([130, 143]).toContain(status);
    },
  );

  it('says in one line that its Node is too old', async () => {
    const cwd = await folder();
    const old = join(cwd, 'old.cjs');
    await writeFile(
      old,
      `Object.defineProperty(process.versions, 'node', { value: '16.20.2' });
       Object.defineProperty(process, 'version', { value: 'v16.20.2' });`,
    );
    const env = { NODE_OPTIONS: `--require ${old}` };
    const result = await execCli(['generate', 'a fox', '--sandbox'], { cwd, env });
    expect(result.status).toBe(1);
    expect(result.stderr).toMatch(/^ideogram needs Node\.js 18 or newer; this is v16\.20\.2\..*\n$/);
  });
});

/** The program's files and the built-in modules that a command had loaded when it ended. */
async function loadedBy(argv: string[], stdin = ''): Promise<string[]> {
  const cwd = await folder();
  const spy = join(cwd, 'spy.cjs');
  await writeFile(
    spy,
    // The launcher compiles each module itself.
    `const files = [];
     const vm = require('vm');
     const path = require('path');
     const { Script } = vm;
     vm.Script = class extends Script {
       constructor(source, options) {
         super(source, options);
         files.push(path.basename(options.filename));
       }
     };
     process.on('exit', () => require('fs').writeSync(2, '\\nLOADED ' + JSON.stringify({
       files,
       builtin: process.moduleLoadList.filter((m) => /NativeModule (https?|tls|net|crypto|child_process|zlib|_http_client)$/.test(m)),
     })));`,
  );
  const env = { NODE_OPTIONS: `--require ${spy}`, IDEOGRAM_API_KEY: TEST_KEY };
  const { stderr } = await execCli(argv, { cwd, env, stdin });
  const { files, builtin } = JSON.parse(stderr.split('\nLOADED ')[1] ?? '{}');
  return [...files, ...builtin];
}

it.each([0, 2])('the process ends when all is said, whatever is still open: status %i', async (wanted) => {
  const cwd = await folder();
  const hook = join(cwd, 'hook.cjs');
  await writeFile(hook, 'setInterval(() => {}, 1000);');
  const argv = wanted === 0 ? ['models', '--json'] : ['models', 'nope'];
  const { status, stdout, stderr } = await execCli(argv, { cwd, env: { NODE_OPTIONS: `--require ${hook}` } });
  expect([status, stdout.length > 10_000, stderr.length > 10]).toEqual([wanted, wanted === 0, wanted === 2]);
});

describe('what is loaded', () => {
  /** The packages and built-in modules that are too heavy for a command that does not need them. */
  const HEAVY = {
    'what sends: form-data, network, valibot': /call-/,
    conf: /source-|key-place-/,
    ora: /ora-/,
    prompts: /prompt-/,
    browser: /browser-/,
    sandbox: /server-/,
  };

  it('for --version is nothing of the program', async () => {
    expect(await loadedBy(['--version'])).toEqual([]);
  });

  it.each([[['--help']], [['generate', '--help']], [['auth']], [['auth', 'login', '--help']]])(
    'for %j is the program alone, without what talks to network and disk',
    async (argv) => {
      expect(await loadedBy(argv)).toEqual(['main.cjs']);
    },
  );

  it('for a word that is none of ours is also what it was meant to be', async () => {
    const loaded = await loadedBy(['nope']);
    expect(loaded.filter((name) => !/^(main|usage-error-.*|suggestions-.*)\.cjs$/.test(name))).toEqual([]);
  });

  it('for --dry-run is neither network nor form-data nor sandbox', async () => {
    const loaded = (await loadedBy(['generate', 'a fox', '--dry-run'])).join(' ');
    for (const [name, pattern] of Object.entries(HEAVY))
      expect([name, pattern.test(loaded)]).toEqual([name, false]);
    expect(loaded).not.toMatch(/NativeModule (http|tls|zlib|child_process)/);
  });
});

it('what is for a person at a terminal is not loaded in a pipe', async () => {
  const loaded = await loadedBy(['generate', 'a fox', '--sandbox', '--preview', '--open']);
  expect(loaded.join(' ')).toContain('call-');
  const comforts = /ora-|browser-|preview-|Sixel|usual-time-/;
  expect(loaded.filter((name) => comforts.test(name))).toEqual([]);
});

describe('what is loaded for a key', () => {
  it.each<[string[], RegExp]>([
    [['auth', 'status'], /call-|ora-|prompt-|browser-|server-|key-place-|source-|NativeModule (http|tls)/],
    [['auth', 'login', '--with-key', '--no-verify'], /ora-|prompt-|browser-|server-|NativeModule (http|tls)/],
    [['auth', 'login'], /ora-|prompt-|browser-|server-|NativeModule (http|tls)/],
  ])('by %j is not what it does not need', async (argv, heavy) => {
    const loaded = await loadedBy(argv, 'a-key-0123456789');
    expect(loaded.filter((name) => heavy.test(name))).toEqual([]);
  });
});

describe('the package', () => {
  it('tells its version at once', async () => {
    const { version } = JSON.parse(
      await (await import('node:fs/promises')).readFile(`${ROOT}package.json`, 'utf8'),
    );
    for (const flag of ['--version', '-V']) {
      const result = await execCli([flag], { cwd: await folder() });
      expect([result.status, result.stdout.toString()]).toEqual([0, `${version}\n`]);
    }
  });

  it.skipIf(!existsSync('/dev/full'))('tells it as all else is told, or not', async () => {
    const cwd = await folder();
    const run = (before: string, into: string) =>
      spawnSync('bash', ['-c', `${before} "$0" "$1" --version ${into}`, process.execPath, BIN], {
        cwd,
        env: cleanEnv(cwd),
        encoding: 'utf8',
      });
    const closed = run('exec 3> >(true); wait $!;', '>&3');
    expect([closed.status, closed.stderr]).toEqual([0, '']);
    const full = run('', '> /dev/full');
    expect([full.status, full.stderr]).toEqual([2, 'Error: The output cannot be written (ENOSPC).\n']);
  });
});
