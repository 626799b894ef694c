/** `auth login --with-key`: no questions, the same checks, and nothing is written that was not proved or asked for. */
import { execFileSync, spawnSync } from 'node:child_process';
import { chmod, lstat, mkdir, readFile, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { startSandbox } from '../../src/sandbox/server.js';
import { createVirtualClock } from '../support/clock.js';
import { acceptKey, acceptOnly, QUOTE_PATH, refuse } from '../support/quote.js';
import { createWorld, type RunOptions, runCli, TEST_KEY } from '../support/run.js';
import { type Responder, startServer } from '../support/server.js';

const hasGit = spawnSync('git', ['--version']).status === 0;

const OTHER_KEY = 'an-0ther-k3y-than-that-0ne-9pLm';
const CONFIG = '.config/config.json';

interface Setup {
  respond?: Responder;
  argv?: string[];
  stdin?: string | Uint8Array;
  files?: Record<string, string>;
  env?: Record<string, string | undefined>;
  options?: RunOptions;
}

async function login({ respond = acceptKey, argv = ['--json'], files = {}, env = {}, ...rest }: Setup = {}) {
  const world = await createWorld();
  await mkdir(join(world.folder, '.config'), { mode: 0o700 });
  for (const [name, content] of Object.entries(files)) {
    await writeFile(join(world.folder, name), content, { mode: 0o600 });
  }
  const server = await startServer(respond);
  const result = await runCli(['auth', 'login', '--with-key', ...argv], {
    world,
    stdin: rest.stdin ?? `${TEST_KEY}\n`,
    env: { IDEOGRAM_API_KEY: undefined, IDEOGRAM_BASE_URL: server.url, ...env },
    ...rest.options,
  });
  const read = (name: string) => readFile(join(world.folder, name), 'utf8').catch(() => undefined);
  const mode = async (name: string) => ((await stat(join(world.folder, name))).mode & 0o777).toString(8);
  return { ...result, server, read, mode, config: await read(CONFIG) };
}

describe('a key from standard input', () => {
  it('is checked for nothing, stored for its owner only, and used from then on', async () => {
    const { status, json, stderr, server, config, mode, world } = await login();
    expect([status, stderr]).toEqual([0, '']);
    expect(server.calls.map(({ path, headers }) => [path, headers['api-key']])).toEqual([
      [QUOTE_PATH, TEST_KEY],
    ]);
    expect(JSON.parse(String(config))).toEqual({ apiKey: TEST_KEY });
    expect([await mode(CONFIG), await mode('.config')]).toEqual(['600', '700']);
    expect(json()).toEqual({
      ok: true,
      command: 'auth login',
      verdict: 'accepted',
      key: '****7fQx',
      source: 'config',
      path: join(world.folder, CONFIG),
      kept: true,
      replaced: false,
      hiddenBy: null,
      gitignore: null,
      sandbox: false,
      warnings: [],
    });
    const env = { IDEOGRAM_API_KEY: undefined, IDEOGRAM_BASE_URL: server.url };
    await runCli(['generate', 'a fox'], { world, env });
    expect(server.calls[1]?.headers['api-key']).toBe(TEST_KEY);
  });

  it('makes the folder with mode 0700 where there is none', async () => {
    const world = await createWorld();
    const env = { IDEOGRAM_API_KEY: undefined, IDEOGRAM_CONFIG_DIR: join(world.folder, 'deep/er') };
    await runCli(['auth', 'login', '--with-key', '--no-verify'], { world, env, stdin: TEST_KEY });
    const mode = async (name: string) => ((await stat(join(world.folder, name))).mode & 0o777).toString(8);
    expect([await mode('deep'), await mode('deep/er'), await mode('deep/er/config.json')]).toEqual([
      '700',
      '700',
      '600',
    ]);
  });

  it('tells people on standard output where it is', async () => {
    const { status, stdout, stderr, world } = await login({ argv: [] });
    expect([status, stderr]).toEqual([0, '']);
    expect(stdout).toBe(`Key:     ****7fQx\nKept in: ${join(world.folder, CONFIG)}\nVerdict: accepted\n`);
  });

  it.each([
    ['a line break at its end', `${TEST_KEY}\n`],
    ['a Windows line break', `${TEST_KEY}\r\n`],
    ['no line break', TEST_KEY],
    ['blanks and empty lines around it', `\n  ${TEST_KEY}\t\n\n`],
    ['a BOM', `\ufeff${TEST_KEY}\n`],
  ])('with %s', async (_what, stdin) => {
    const { status, config } = await login({ stdin });
    expect([status, JSON.parse(String(config)).apiKey]).toEqual([0, TEST_KEY]);
  });

  it.each<[string, string | Uint8Array, RegExp]>([
    ['nothing', '', /No key came/],
    ['blanks', ' \n\n', /No key came/],
    ['two lines', 'secret-part-one\nsecret-part-two\n', /is not a key/],
    ['a blank inside', 'secret-part-one secret-part-two', /is not a key/],
    ['a letter no header carries', 'secret-part-one-ü', /is not a key/],
    ['UTF-16', Buffer.from('secret-part-one', 'utf16le'), /is not a key/],
    ['far too much', 'secret-part-one'.repeat(10_000), /is not a key/],
    ['longer than any header', 'secret-part-one'.repeat(300), /is not a key/],
    ['a line of .env', 'IDEOGRAM_API_KEY=secret-part-one', /is not a key/],
    ['in quotes', '"secret-part-one"', /is not a key/],
  ])('that is %s: exit 4, nothing sent, nothing stored, nothing of it shown', async (_what, stdin, says) => {
    const { status, error, stdout, stderr, server, config } = await login({ stdin });
    expect([status, error().code, stdout, server.calls.length, config]).toEqual([
      4,
      'no_key',
      '',
      0,
      undefined,
    ]);
    expect(error().message).toMatch(says);
    expect(stderr).not.toContain('secret-part');
  });

  it.each<[string, Responder, number, string]>([
    ['refuses', refuse(401), 4, 'unauthorized'],
    ['forbids', refuse(403), 4, 'forbidden'],
    ['does not know the check', refuse(404), 2, 'rejected'],
    ['fails', refuse(503), 5, 'server'],
    ['cannot be reached', (_, response) => void response.socket?.destroy(), 5, 'network'],
  ])('that the API %s is not stored, unless one insists', async (_what, respond, exit, code) => {
    const { status, error, config, stdout } = await login({ respond });
    expect([status, error().code, config, stdout]).toEqual([exit, code, undefined, '']);
    expect(error().hint).toContain('--no-verify');
    const insisting = await login({ respond, argv: ['--json', '--no-verify'] });
    expect([insisting.status, insisting.json().verdict, insisting.server.calls.length]).toEqual([
      0,
      'unchecked',
      0,
    ]);
    expect(JSON.parse(String(insisting.config)).apiKey).toBe(TEST_KEY);
  });

  it('without credit is stored: the key itself is right', async () => {
    const { status, json, config } = await login({ respond: refuse(402, { error: 'Add credits.' }) });
    expect([status, json().verdict, JSON.parse(String(config)).apiKey]).toEqual([0, 'no_credit', TEST_KEY]);
    expect(json().warnings.join()).toMatch(/Add credits.*key itself is right/);
  });
});

describe('what is there already', () => {
  const files = { [CONFIG]: JSON.stringify({ apiKey: OTHER_KEY, later: { setting: 1 } }) };

  it('is replaced only after --force, and before anything is sent', async () => {
    const refused = await login({ files });
    expect([refused.status, refused.error().code, refused.server.calls.length]).toEqual([2, 'bad_input', 0]);
    expect(refused.error().hint).toContain('--force');
    expect([refused.config, refused.stderr.includes(OTHER_KEY)]).toEqual([files[CONFIG], false]);
    const forced = await login({ files, argv: ['--json', '--force'] });
    expect([forced.status, forced.json().replaced]).toEqual([0, true]);
    expect(JSON.parse(String(forced.config))).toEqual({ apiKey: TEST_KEY, later: { setting: 1 } });
  });

  it('may be the same key', async () => {
    const { status, json } = await login({ files: { [CONFIG]: JSON.stringify({ apiKey: TEST_KEY }) } });
    expect([status, json().replaced]).toEqual([0, false]);
  });

  it('is kept when the new one is refused', async () => {
    const { status, config } = await login({
      files,
      argv: ['--json', '--force'],
      respond: acceptOnly(OTHER_KEY),
    });
    expect([status, config]).toEqual([4, files[CONFIG]]);
  });

  it.each([
    ['corrupt', '{"apiKey":"secret-part-one'],
    ['empty', ''],
    ['with a BOM', '\ufeff{}'],
    ['a list', '[]'],
    ['nothing', 'null'],
    ['a text', '"secret-part-one"'],
    ['a key that is a number', '{"apiKey":123}'],
  ])('%s: a clear error, never replaced, also not with --force', async (_what, content) => {
    const { status, error, stderr, read, server } = await login({
      files: { [CONFIG]: content },
      argv: ['--json', '--force'],
    });
    expect([status, error().code, server.calls.length]).toEqual([2, 'bad_file', 0]);
    expect(error().message).toMatch(
      /config\.json, (is not valid JSON|does not hold settings|begins with a byte order mark)/,
    );
    expect([await read(CONFIG), stderr.includes('secret-part')]).toEqual([content, false]);
  });

  it.skipIf(process.platform === 'win32')('with modes that let others in: narrowed, and said', async () => {
    const world = await createWorld();
    await mkdir(join(world.folder, '.config'), { mode: 0o755 });
    await writeFile(join(world.folder, CONFIG), '{}', { mode: 0o644 });
    const server = await startServer(acceptKey);
    const env = { IDEOGRAM_API_KEY: undefined, IDEOGRAM_BASE_URL: server.url };
    const result = await runCli(['auth', 'login', '--with-key', '--json'], { world, env, stdin: TEST_KEY });
    const mode = async (name: string) => (await stat(join(world.folder, name))).mode & 0o777;
    expect([await mode('.config'), await mode(CONFIG)]).toEqual([0o700, 0o600]);
    expect(result.json().warnings).toEqual([
      expect.stringMatching(/\.config was open to others \(mode 0755\); it is 0700 now/),
      expect.stringMatching(/config\.json was open to others \(mode 0644\); it is 0600 now/),
    ]);
  });

  it.skipIf(process.platform === 'win32')(
    'a folder that holds other files too is left open to them',
    async () => {
      const world = await createWorld();
      await mkdir(join(world.folder, '.config'), { mode: 0o755 });
      await writeFile(join(world.folder, '.config', 'of-somebody-else'), '');
      const env = { IDEOGRAM_API_KEY: undefined };
      const argv = ['auth', 'login', '--with-key', '--no-verify', '--json'];
      const { status, json } = await runCli(argv, { world, env, stdin: TEST_KEY });
      expect(json().warnings).toEqual([
        expect.stringMatching(/is open to others \(mode 0755\); the file in it is not/),
      ]);
      const mode = async (name: string) => (await stat(join(world.folder, name))).mode & 0o777;
      expect([status, await mode('.config'), await mode(CONFIG)]).toEqual([0, 0o755, 0o600]);
    },
  );

  it('a folder that cannot be made is found before anything is sent', async () => {
    const { folder } = await createWorld();
    await writeFile(join(folder, 'plain'), 'a file');
    const { status, error, server } = await login({
      env: { IDEOGRAM_CONFIG_DIR: join(folder, 'plain/folder') },
    });
    expect([status, error().code, server.calls.length]).toEqual([2, 'bad_file', 0]);
    expect(error().message).toMatch(/plain\/folder\/config\.json cannot be written/);
  });

  it.skipIf(process.platform === 'win32')('a link that leads nowhere is refused, not replaced', async () => {
    const world = await createWorld();
    await mkdir(join(world.folder, '.config'));
    await symlink('nowhere.json', join(world.folder, CONFIG));
    const { status, error } = await runCli(['auth', 'login', '--with-key', '--json'], {
      world,
      stdin: TEST_KEY,
    });
    expect([status, error().code]).toEqual([2, 'bad_file']);
    expect((await lstat(join(world.folder, CONFIG))).isSymbolicLink()).toBe(true);
  });

  it.each([['relative/folder'], ['~/config']])(
    'a folder that is not absolute is refused: %s',
    async (chosen) => {
      const { status, error, server, files } = await login({ env: { IDEOGRAM_CONFIG_DIR: chosen } });
      expect([status, error().code, server.calls.length]).toEqual([2, 'bad_input', 0]);
      expect(error().message).toContain('not an absolute path');
      expect(await files()).toEqual(['.config']);
    },
  );

  it.skipIf(process.platform === 'win32')(
    'a folder for everybody keeps its mode, also when it is empty',
    async () => {
      const { folder } = await createWorld();
      await chmod(folder, 0o1777);
      const { status, json } = await login({ env: { IDEOGRAM_CONFIG_DIR: folder } });
      expect([status, (await stat(folder)).mode & 0o7777]).toEqual([0, 0o1777]);
      expect(json().warnings).toEqual([
        expect.stringMatching(/is open to others \(mode 1777\); the file in it is not/),
      ]);
    },
  );
});

describe('--env', () => {
  it('keeps it in .env of this folder, all else as it was', async () => {
    const { status, json, read, mode, config, world } = await login({
      argv: ['--json', '--env'],
      files: { '.env': '# mine\nOTHER="a b"\n' },
    });
    expect([status, config]).toEqual([0, undefined]);
    expect(await read('.env')).toBe(`# mine\nOTHER="a b"\nIDEOGRAM_API_KEY=${TEST_KEY}\n`);
    expect(await mode('.env')).toBe('600');
    expect(json()).toMatchObject({ source: '.env', path: join(world.folder, '.env'), kept: true });
  });

  it.skipIf(!hasGit)('tells git first, once, also of what a crash would leave', async () => {
    const world = await createWorld();
    const git = (...args: string[]) =>
      execFileSync('git', ['-C', world.folder, ...args], { env: { ...process.env, GIT_CONFIG_GLOBAL: '' } });
    git('init', '-q');
    const argv = ['auth', 'login', '--with-key', '--env', '--no-verify', '--json'];
    const options = { world, env: { ...process.env, IDEOGRAM_API_KEY: undefined }, stdin: TEST_KEY };
    const first = await runCli(argv, options);
    const ignore = join(world.folder, '.gitignore');
    expect([first.status, first.json().gitignore]).toEqual([0, ignore]);
    const text = await readFile(ignore, 'utf8');
    expect(text).toBe('# API keys never go into git.\n.env\n.env.local\n');
    git('check-ignore', '-q', '.ideogram-env-a1B2c3/.env');
    const second = await runCli(argv, options);
    expect([second.json().gitignore, await readFile(ignore, 'utf8')]).toEqual([null, text]);
    await rm(ignore);
    git('add', '-f', '.env');
    const tracked = await runCli(argv, options);
    expect(tracked.json().warnings).toEqual([
      expect.stringMatching(/\.env is tracked by git.*rm --cached \.env$/),
    ]);
  });

  it('replaces another key only after --force', async () => {
    const files = { '.env': `IDEOGRAM_API_KEY=${OTHER_KEY}\n` };
    const refused = await login({ argv: ['--json', '--env'], files });
    expect([refused.status, await refused.read('.env'), refused.server.calls.length]).toEqual([
      2,
      files['.env'],
      0,
    ]);
    const forced = await login({ argv: ['--json', '--env', '-f'], files });
    expect([forced.status, await forced.read('.env')]).toEqual([0, `IDEOGRAM_API_KEY=${TEST_KEY}\n`]);
  });
});

describe('another place that wins', () => {
  it.each<[string, Setup, unknown, RegExp]>([
    [
      'the environment',
      { env: { IDEOGRAM_API_KEY: OTHER_KEY } },
      { source: 'environment', path: null },
      /IDEOGRAM_API_KEY is set in the environment, and it wins/,
    ],
    [
      '.env',
      { files: { '.env': `IDEOGRAM_API_KEY=${OTHER_KEY}` } },
      { source: '.env', path: expect.stringMatching(/\.env$/) },
      /\.env holds a key too, and in this folder it wins/,
    ],
    [
      '.env.local, over .env',
      { argv: ['--json', '--env'], files: { '.env.local': `IDEOGRAM_API_KEY=${OTHER_KEY}` } },
      { source: '.env.local', path: expect.stringMatching(/\.env\.local$/) },
      /\.env\.local holds a key too/,
    ],
  ])('%s: stored, exit 0, and said', async (_what, setup, hiddenBy, says) => {
    const { status, json, server } = await login(setup);
    expect([status, json().hiddenBy]).toEqual([0, hiddenBy]);
    expect(json().warnings.join()).toMatch(says);
    // It is the new key that was checked.
    expect(server.calls[0]?.headers['api-key']).toBe(TEST_KEY);
  });
});

it('a place that cannot be read is said, as every other command would stumble over it', async () => {
  const { status, json } = await login({ files: { '.env': '\ufeffX=1' } });
  expect([status, json().warnings]).toEqual([0, []]);
  const utf16 = Buffer.from('\ufeffIDEOGRAM_API_KEY=k', 'utf16le').toString('latin1');
  const world = await createWorld();
  await writeFile(join(world.folder, '.env.local'), utf16, 'latin1');
  const argv = ['auth', 'login', '--with-key', '--no-verify', '--json'];
  const stumbling = await runCli(argv, { world, env: { IDEOGRAM_API_KEY: undefined }, stdin: TEST_KEY });
  expect(stumbling.json().warnings).toEqual([
    expect.stringMatching(/\.env\.local is written in UTF-16.*looked at before/),
  ]);
});

it.each(['SIGINT', 'SIGTERM'])('%s during the check: ended at once, and nothing is kept', async (signal) => {
  const world = await createWorld();
  const server = await startServer((_, response) => {
    world.stop.abort(signal);
    // An answer that comes too late must not count.
    setTimeout(() => response.destroyed || acceptKey(_, response, server), 50);
  });
  const { status, error } = await runCli(['auth', 'login', '--with-key', '--json'], {
    world,
    stdin: TEST_KEY,
    env: { IDEOGRAM_API_KEY: undefined, IDEOGRAM_BASE_URL: server.url },
  });
  expect([status, error().code, error().billed]).toEqual([
    signal === 'SIGINT' ? 130 : 143,
    'cancelled',
    'no',
  ]);
  await expect(readFile(join(world.folder, CONFIG))).rejects.toThrow();
});

describe('where nobody can be asked', () => {
  it.each<[string, string[], RunOptions, RegExp]>([
    ['no terminal', [], {}, /no terminal to ask at/],
    ['--json', ['--json'], { stderrIsTerminal: true }, /--json asks nothing/],
  ])('%s: exit 2, and the flag is named', async (_what, argv, options, says) => {
    const { status, stderr, stdout } = await runCli(['auth', 'login', ...argv], {
      stdin: TEST_KEY,
      ...options,
    });
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(says);
    expect(stderr).toContain('--with-key');
  });

  it.each([
    [['auth', 'login', 'secret-part-one']],
    [['auth', 'login', '--with-key', 'secret-part-one']],
    [['auth', 'login', '--key=secret-part-one']],
    [['auth', 'login', '--key', 'secret-part-one']],
    [['auth', 'login', '-ksecret-part-one']],
    [['auth', 'secret-part-one']],
    [['auth', 'verify', '--api-key=secret-part-one']],
    [['auth', 'verify', '--generat=secret-part-one']],
  ])('%j: a key on the command line is not taken, nor repeated', async (argv) => {
    const { status, error, stderr } = await runCli([...argv, '--json'], { stdin: TEST_KEY });
    expect([status, error().code, stderr.includes('secret-part')]).toEqual([2, 'usage', false]);
    if (!argv.join().includes('generat')) expect(error().hint).toContain('--with-key < key.txt');
    expect(error().hint).toMatch(/See: ideogram auth( login| verify)? --help/);
  });

  it('nor by any other command', async () => {
    for (const word of ['--api-key=secret-part-one', '--key=secret-part-one']) {
      const { status, stderr } = await runCli(['generate', 'a fox', word]);
      expect([status, stderr.includes('secret-part')]).toEqual([2, false]);
    }
  });

  it('and a wrong address of the API is found before a key is asked for', async () => {
    const options = { stdin: TEST_KEY, env: { IDEOGRAM_BASE_URL: 'http://api.ideogram.ai' } };
    const { status, error } = await runCli(['auth', 'login', '--with-key', '--json'], options);
    expect([status, error().code]).toEqual([2, 'bad_input']);
  });

  it('has no --dry-run, and neither has logout', async () => {
    for (const name of ['login', 'logout', 'status']) {
      const { status, error } = await runCli(['auth', name, '--dry-run', '--json']);
      expect([status, error().message]).toEqual([2, `auth ${name} has no --dry-run.`]);
    }
  });
});

it('an answer of the sandbox as a server is said to be one', async () => {
  const sandbox = await startSandbox({ clock: createVirtualClock() });
  onTestFinished(() => sandbox.close());
  const { json } = await login({ env: { IDEOGRAM_BASE_URL: sandbox.url } });
  expect([json().sandbox, json().kept]).toEqual([true, true]);
});

describe('--sandbox', () => {
  it('is a rehearsal: nothing is stored over the real key', async () => {
    const { status, json, config, server } = await login({ argv: ['--json', '--sandbox'] });
    expect([status, json().kept, json().verdict, json().sandbox]).toEqual([0, false, 'accepted', true]);
    expect([config, server.calls.length]).toEqual([undefined, 0]);
  });

  it('refuses the keys that ask for it', async () => {
    const { status, error } = await login({ argv: ['--json', '--sandbox'], stdin: 'sandbox:unauthorized\n' });
    expect([status, error().code]).toEqual([4, 'unauthorized']);
  });
});
