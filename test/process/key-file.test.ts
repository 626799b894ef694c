/** The file with the key, call by call: readable by nobody else at any moment, and whole wherever the process is killed. */
import { spawn, spawnSync } from 'node:child_process';
import { chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createVirtualClock } from '../support/clock.js';
import { logIn, openSights, readSights, watchEnv } from '../support/fs-watch.js';
import { createWorld, runCli } from '../support/run.js';
import { BIN, cleanEnv, execCli } from '../support/spawn.js';

const KEY = 'k3y-0n-its-way-1nt0-a-f1le-n0wh3r3-3ls3-Rt6M';
const OLD_KEY = 'an-0ld-k3y-0f-this-f1le-that-g0es-away-Hb2C';
const hasGit = spawnSync('git', ['--version']).status === 0;
const LATER_KEY = 'the-k3y-that-c0mes-after-the-crash-Kd5N';

interface Store {
  readonly argv: readonly string[];
  readonly file: string;
  /** What is there before. */
  readonly old: string;
  /** What is there with this key. */
  readonly with: (key: string) => string;
}

const settings = (key?: string): string => JSON.stringify({ apiKey: key, later: { setting: 1 } }, null, '\t');
const lines = (key: string): string => `# mine\nA="1 2"\nIDEOGRAM_API_KEY=${key} # here\nB=3\n`;

const STORES: readonly (readonly [string, Store])[] = [
  ['the settings', { argv: [], file: '.config/config.json', old: settings(OLD_KEY), with: settings }],
  ['.env', { argv: ['--env'], file: '.env', old: lines(OLD_KEY), with: lines }],
];

/** A folder for what is looked at, and one beside it for what looks. */
async function createFolders(): Promise<{ cwd: string; beside: string }> {
  const beside = await mkdtemp(join(tmpdir(), 'ideogram-key-file-'));
  onTestFinished(() => rm(beside, { recursive: true, force: true }));
  const cwd = join(beside, 'home');
  await mkdir(cwd);
  return { cwd, beside };
}

async function putOld({ file, old }: Store, cwd: string, mode: number): Promise<void> {
  const folder = join(cwd, '.config');
  if (file !== '.env') await mkdir(folder);
  await writeFile(join(cwd, file), old);
  await chmod(join(cwd, file), mode);
  if (file !== '.env') await chmod(folder, mode | ((mode & 0o444) >> 2));
}

interface Ended {
  readonly status: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stderr: string;
}

/** With umask 0: nothing but the program itself keeps others out. */
async function spawnOpen(
  command: readonly string[],
  { cwd, env = {}, stdin = '' }: { cwd: string; env?: Record<string, string>; stdin?: string },
): Promise<Ended> {
  const child = spawn('sh', ['-c', 'umask 000; exec "$0" "$@"', ...command], {
    cwd,
    env: cleanEnv(cwd, env),
  });
  child.stdin.on('error', () => {});
  child.stdin.end(stdin);
  child.stdout.resume();
  let stderr = '';
  child.stderr.on('data', (chunk) => {
    stderr += chunk;
  });
  return new Promise((resolve) => {
    child.on('close', (status, signal) => resolve({ status, signal, stderr }));
  });
}

const loginWith = ({ argv }: Store): string[] => [
  process.execPath,
  BIN,
  'auth',
  'login',
  '--with-key',
  '--no-verify',
  '--force',
  ...argv,
];

describe.skipIf(process.platform === 'win32')('nobody else can read the key, not for a moment', () => {
  const CASES = STORES.flatMap(([name, store]) => [
    [`a new file: ${name}`, store, undefined] as const,
    [`a file open to all: ${name}`, store, 0o644] as const,
  ]);

  it.each(CASES)('%s', async (_what, store, mode) => {
    const { cwd, beside } = await createFolders();
    if (mode !== undefined) await putOld(store, cwd, mode);
    const log = logIn(beside);
    const env = await watchEnv({ folder: cwd, key: KEY, log });
    expect(await spawnOpen(loginWith(store), { cwd, env, stdin: KEY })).toMatchObject({ status: 0 });

    const path = join(cwd, store.file);
    expect((await stat(path)).mode & 0o777).toBe(0o600);
    const { sights } = await readSights(log);
    expect(openSights(sights)).toEqual([]);
    // It was looked at while it was on its way, and in the end.
    expect(sights.some((sight) => sight.hasKey && sight.path !== path)).toBe(true);
    expect(sights.some((sight) => sight.hasKey && sight.path === path)).toBe(true);
    if (mode !== undefined || store.file === '.env') return;
    const folders = sights.filter(({ path: seen }) => seen === join(cwd, '.config'));
    expect([...new Set(folders.map((sight) => sight.mode))]).toEqual([0o700]);
  });

  it.each([
    ['fs', `fs.writeFileSync('x', key); fs.chmodSync('x', 0o600)`],
    ['a callback', `fs.writeFile('x', key, () => fs.chmodSync('x', 0o600))`],
    ['a promise', `fs.promises.writeFile('x', key).then(() => fs.chmodSync('x', 0o600))`],
    [
      'a handle, open while it was empty',
      `fs.promises.open('x', 'w').then(async (h) => { await h.chmod(0o600); await h.write(key); await h.close(); })`,
    ],
  ])('or it would be seen: by way of %s', async (_what, source) => {
    const { cwd, beside } = await createFolders();
    const log = logIn(beside);
    const env = await watchEnv({ folder: cwd, key: KEY, log });
    const script = `const fs = require('fs'); const key = '${KEY}'; ${source}`;
    expect(await spawnOpen([process.execPath, '-e', script], { cwd, env })).toMatchObject({ status: 0 });
    expect(openSights((await readSights(log)).sights)).not.toEqual([]);
    expect((await stat(join(cwd, 'x'))).mode & 0o777).toBe(0o600);
  });

  const noTrace =
    spawnSync('strace', ['-f', '-o', '/dev/null', 'true']).status === 0
      ? ''
      : ' (skipped: strace is not here, or may not trace)';

  it.skipIf(noTrace).each(CASES)(`as the system sees it: %s${noTrace}`, async (_what, store, mode) => {
    const { cwd, beside } = await createFolders();
    if (mode !== undefined) await putOld(store, cwd, mode);
    const trace = join(beside, 'trace');
    const calls = 'trace=%file,fchmod,write,writev,pwrite64,pwritev';
    const strace = ['strace', '-f', '-y', '-s', '4096', '-e', calls, '-o', trace];
    // Else some versions of Node would write past the calls that are traced.
    const env = { UV_USE_IO_URING: '0' };
    const ended = await spawnOpen([...strace, ...loginWith(store)], { cwd, env, stdin: KEY });
    expect(ended).toMatchObject({ status: 0 });
    const traced = (await readFile(trace, 'utf8')).split('\n');

    const holders = traced.flatMap((line) => {
      const path = /(?:write|writev|pwrite64|pwritev)\(\d+<([^>]*)>/.exec(line)?.[1];
      return path?.startsWith(cwd) && line.includes(KEY) ? [path] : [];
    });
    expect(holders.length).toBeGreaterThan(0);
    for (const path of holders) {
      const made = traced.filter((line) => line.includes(`"${path}"`) && line.includes('O_CREAT'));
      expect(made).toEqual([expect.stringMatching(/O_CREAT[A-Z_|]*, 0600\b/)]);
      const modes = traced.filter((line) => /\b(f?chmod|fchmodat2?)\(/.test(line) && line.includes(path));
      for (const line of modes) expect(line).toMatch(/, 0600\b/);
    }
    // And it got its place by a rename.
    const renamed = traced.filter(
      (line) => /\brename(at2?)?\(/.test(line) && line.includes(`${store.file}"`),
    );
    expect(renamed).toHaveLength(1);
  });
});

/** How many processes run at once. */
const WORKERS = 3;

/** Each point from 1 on, several at a time, until one of them is behind the end of the program. */
async function atEachPoint(visit: (point: number) => Promise<'killed' | 'ended'>): Promise<number> {
  let next = 1;
  let over = false;
  const work = async (): Promise<void> => {
    while (!over) if ((await visit(next++)) === 'ended') over = true;
  };
  await Promise.all(Array.from({ length: WORKERS }, work));
  return next;
}

interface Crash {
  readonly cwd: string;
  readonly killed: string;
  /** By their names. */
  readonly files: ReadonlyMap<string, { text: string; mode: number }>;
}

async function readAll(folder: string): Promise<Crash['files']> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  return new Map(
    await Promise.all(
      files.map(async (entry) => {
        const path = join(entry.parentPath ?? entry.path, entry.name);
        const found = { text: await readFile(path, 'latin1'), mode: (await stat(path)).mode & 0o777 };
        return [path.slice(folder.length + 1), found] as const;
      }),
    ),
  );
}

/** Kills a login at each of its points, in a folder of its own, and looks at what is left. */
async function crashEverywhere(
  store: Store,
  prepare: (cwd: string) => Promise<void>,
  judge: (crash: Crash) => Promise<void>,
): Promise<string[]> {
  const { beside } = await createFolders();
  const points: string[] = [];
  await atEachPoint(async (point) => {
    const cwd = join(beside, String(point));
    await mkdir(cwd);
    await prepare(cwd);
    const log = logIn(beside, `log-${point}`);
    const env = await watchEnv({ folder: cwd, key: KEY, log, killAt: point });
    const { signal, status, stderr } = await spawnOpen(loginWith(store), { cwd, env, stdin: KEY });
    if (signal !== 'SIGKILL') {
      expect([status, stderr, (await readAll(cwd)).get(store.file)?.text]).toEqual([
        0,
        expect.any(String),
        store.with(KEY),
      ]);
      return 'ended';
    }
    const { killed = 'nowhere' } = await readSights(log);
    points.push(killed);
    await judge({ cwd, killed, files: await readAll(cwd) });
    return 'killed';
  });
  return points;
}

async function auth(cwd: string, argv: string[], stdin = ''): Promise<void> {
  const world = {
    folder: cwd,
    state: `${cwd}-state`,
    clock: createVirtualClock(),
    stop: new AbortController(),
    abort: new AbortController(),
  };
  const env = { IDEOGRAM_API_KEY: undefined };
  const { status, stderr } = await runCli(['auth', ...argv], { world, stdin, env });
  expect([status, stderr]).toEqual([0, expect.any(String)]);
}

/** Processes at each of its calls, one after the other: 20 s, and three times that beside other work. */
const LONG = { timeout: 240_000 };

describe.skipIf(process.platform === 'win32')('kill -9 at each call', LONG, () => {
  const namesWith = (files: Crash['files'], key: string): string[] =>
    [...files].filter(([, { text }]) => text.includes(key)).map(([name]) => name);

  /** The same crash once more, for whoever changes what is left of it. */
  async function copyOf({ cwd }: Crash): Promise<string> {
    await cp(cwd, `${cwd}-copy`, { recursive: true });
    return `${cwd}-copy`;
  }

  it.each(STORES)('%s: the old file or the new one, whole, and what follows works', async (_what, store) => {
    const left = new Set<string>();
    let untracked = 0;
    const points = await crashEverywhere(
      store,
      async (cwd) => {
        // As they mostly are.
        await putOld(store, cwd, store.file === '.env' ? 0o644 : 0o600);
        await writeFile(join(cwd, '.gitignore'), '.env\n.env.local\n');
        spawnSync('git', ['init', '-q'], { cwd });
      },
      async (crash) => {
        const { cwd, killed, files } = crash;
        const { text = 'no file' } = files.get(store.file) ?? {};
        expect([killed, [store.old, store.with(KEY)].includes(text), text]).toEqual([killed, true, text]);
        left.add(text === store.old ? 'old' : 'new');
        for (const name of namesWith(files, KEY)) {
          expect([killed, name, (files.get(name)?.mode ?? 0) & 0o077]).toEqual([killed, name, 0]);
          left.add(name === store.file ? 'final' : 'temporary');
        }

        if (store.file === '.env' && hasGit) {
          const { stdout } = spawnSync('git', ['ls-files', '--others', '--exclude-standard'], { cwd });
          const offered = stdout.toString().split('\n');
          untracked += Number(offered.includes('.gitignore'));
          const shown = namesWith(files, KEY).filter((name) => offered.includes(name));
          expect([killed, shown]).toEqual([killed, []]);
        }

        const loggedOut = await copyOf(crash);
        await auth(loggedOut, ['logout', ...store.argv]);
        expect([killed, namesWith(await readAll(loggedOut), KEY).map((name) => basename(name))]).toEqual([
          killed,
          [],
        ]);

        await auth(cwd, ['login', '--with-key', '--no-verify', '--force', ...store.argv], LATER_KEY);
        const later = await readAll(cwd);
        expect([killed, later.get(store.file)]).toEqual([
          killed,
          { text: store.with(LATER_KEY), mode: 0o600 },
        ]);
        await auth(cwd, ['logout', ...store.argv]);
        const end = await readAll(cwd);
        expect([killed, namesWith(end, LATER_KEY), namesWith(end, OLD_KEY)]).toEqual([killed, [], []]);
        expect(end.get(store.file)?.text).toBe(
          store.argv.length > 0 ? '# mine\nA="1 2"\nB=3\n' : settings(undefined),
        );
      },
    );
    // All that can happen has happened.
    expect([...left].sort()).toEqual(['final', 'new', 'old', 'temporary']);
    expect(points.some((point) => /^within .*write/.test(point))).toBe(true);
    expect(points.some((point) => /^after .*rename/.test(point))).toBe(true);
    if (store.file === '.env' && hasGit) expect(untracked).toBe(points.length);
  });

  it.each(STORES)('%s, made new: no file or a whole one', async (_what, store) => {
    const fresh: Store = {
      ...store,
      with: (key) =>
        store.file === '.env' ? `IDEOGRAM_API_KEY=${key}\n` : JSON.stringify({ apiKey: key }, null, '\t'),
    };
    const points = await crashEverywhere(
      fresh,
      async () => {},
      async ({ killed, files }) => {
        const text = files.get(store.file)?.text;
        expect([killed, text === undefined || text === fresh.with(KEY)]).toEqual([killed, true]);
        for (const [name, { mode }] of files) expect([killed, name, mode & 0o077]).toEqual([killed, name, 0]);
      },
    );
    expect(points.length).toBeGreaterThan(5);
  });
});

it.skipIf(process.platform === 'win32')(
  'the settings are whole or not at all also in a terminal that came as a snap',
  async () => {
    const { folder: cwd } = await createWorld();
    const path = join(cwd, '.config', 'config.json');
    await mkdir(join(cwd, '.config'), { mode: 0o700 });
    await writeFile(path, '{}', { mode: 0o600 });
    const { ino } = await stat(path);
    const argv = ['auth', 'login', '--with-key', '--no-verify'];
    const { status } = await execCli(argv, { cwd, env: { SNAP: '/snap/code/1' }, stdin: KEY });
    // Another file stands in its place: nothing was written into the old one.
    expect([status, (await stat(path)).ino === ino]).toEqual([0, false]);
    expect(JSON.parse(await readFile(path, 'utf8'))).toEqual({ apiKey: KEY });
  },
);

it('a signal cannot cut off a file that is being rewritten: from the first step of a command on it is heard', async () => {
  const cwd = await mkdtemp(join(tmpdir(), 'ideogram-key-'));
  onTestFinished(() => rm(cwd, { recursive: true, force: true }));
  await writeFile(join(cwd, '.env'), 'OTHER=1\nIDEOGRAM_API_KEY=a-key-0123456789\n');
  const hook = join(cwd, 'hook.cjs');
  await writeFile(
    hook,
    `const fs = require('fs');
     const { rename } = fs;
     fs.rename = (...names) => {
       fs.writeSync(2, 'heard: ' + process.listenerCount('SIGINT'));
       return rename(...names);
     };`,
  );
  const env = { NODE_OPTIONS: `--require ${hook}` };
  const { status, stderr } = await execCli(['auth', 'logout', '--env'], { cwd, env });
  expect([status, stderr]).toEqual([0, expect.stringContaining('heard: 1')]);
});
