/** The launcher keeps what V8 compiled: it is used again, replaced when anything about it is not as it was, and never in the way. */
import { spawn, spawnSync } from 'node:child_process';
import {
  chmod,
  chown,
  cp,
  link,
  mkdir,
  mkdtemp,
  open,
  readdir,
  readFile,
  rename,
  rm,
  stat,
  symlink,
  truncate,
  utimes,
  writeFile,
} from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { BIN, cleanEnv, ROOT } from '../support/spawn.js';

interface World {
  readonly home: string;
  /** Where what is kept goes. */
  readonly folder: string;
  /** What is kept of the entry. */
  kept(): Promise<string>;
  run(
    argv?: readonly string[],
    env?: Record<string, string>,
    bin?: string,
  ): Promise<{ status: number | null; stdout: string; stderr: string }>;
}

const VERSION_OF_HELP = ['generate', '--help'];

async function createWorld(): Promise<World> {
  const home = await mkdtemp(join(tmpdir(), 'ideogram-code-'));
  onTestFinished(() => rm(home, { recursive: true, force: true }));
  const base = join(home, '.cache');
  return {
    home,
    folder: join(base, 'ideogram'),
    async kept() {
      const name = (await readdir(join(base, 'ideogram'))).find((each) => each.endsWith(MAIN));
      return join(base, 'ideogram', name ?? 'none');
    },
    run(argv = VERSION_OF_HELP, env = {}, bin = BIN) {
      const all = cleanEnv(home, { NODE_DISABLE_COMPILE_CACHE: '', XDG_CACHE_HOME: base, ...env });
      const child = spawn(process.execPath, [bin, ...argv], { cwd: home, env: all });
      let stdout = '';
      let stderr = '';
      child.stdout.on('data', (chunk) => {
        stdout += chunk;
      });
      child.stderr.on('data', (chunk) => {
        stderr += chunk;
      });
      return new Promise((resolve) => child.on('close', (status) => resolve({ status, stdout, stderr })));
    },
  };
}

/** By name: which file it is, so that a new one in its place is noticed. */
async function inodes(folder: string): Promise<Record<string, number>> {
  const names = await readdir(folder);
  return Object.fromEntries(
    await Promise.all(names.map(async (name) => [name, (await stat(join(folder, name))).ino] as const)),
  );
}

/** Which file it is, for as long as the test runs: while it is open, no other gets its number, also if it is removed. */
async function holdInode(file: string): Promise<number> {
  const held = await open(file);
  onTestFinished(() => held.close());
  return (await held.stat()).ino;
}

const MAIN = 'main.cjs.code';
/** Bytes in front of the code. */
const HEAD = 64;

describe('what was compiled', () => {
  it('is kept for this user alone, and taken as it is the next time', async () => {
    const world = await createWorld();
    const first = await world.run();
    const { folder } = world;
    const before = await inodes(folder);
    const modes = [(await stat(folder)).mode & 0o777, (await stat(await world.kept())).mode & 0o777];
    expect(modes).toEqual([0o700, 0o600]);
    expect(await world.run()).toEqual(first);
    expect(await inodes(folder)).toEqual(before);
  });

  it('of the entry is kept for each kind of run, and not for wrong words', async () => {
    const world = await createWorld();
    const counts: number[] = [];
    for (const argv of [['--help'], ['generate', '--help'], ['generate', '--help'], ['nope'], ['--help']]) {
      await world.run(argv);
      counts.push((await readdir(world.folder)).filter((name) => name.endsWith(MAIN)).length);
    }
    expect(counts).toEqual([1, 2, 2, 2, 2]);
  });

  it('has room for two dozen kinds of runs', async () => {
    const world = await createWorld();
    await world.run();
    const [mark] = basename(await world.kept()).split('.');
    for (let index = 0; index < 30; index += 1) {
      const file = join(world.folder, `${mark}.old${index}.${MAIN}`);
      await writeFile(file, '');
      await utimes(file, 1000 + index, 1000 + index);
    }
    await world.run(['--help']);
    const names = (await readdir(world.folder)).filter((name) => name.endsWith(MAIN));
    expect([names.length, names.some((name) => name.includes('.old29.'))]).toEqual([24, true]);
  });

  it('of other modules is added when another command loads them', async () => {
    const world = await createWorld();
    await world.run();
    const { folder } = world;
    const before = Object.keys(await inodes(folder));
    await world.run(['generate', 'a fox', '--dry-run']);
    const after = Object.keys(await inodes(folder));
    expect(after).toEqual(expect.arrayContaining(before));
    expect(after.length).toBeGreaterThan(before.length);
  });

  it.each<[string, (file: string) => Promise<unknown>]>([
    ['is cut off', async (file) => truncate(file, (await stat(file)).size - 1000)],
    ['is empty', (file) => truncate(file, 0)],
    [
      'is of another text',
      async (file) => {
        const bytes = await readFile(file);
        bytes.write('x', 11);
        await writeFile(file, bytes);
      },
    ],
    [
      'is for another V8',
      async (file) => {
        const bytes = await readFile(file);
        bytes.fill(0, HEAD, HEAD + 32);
        bytes.fill(0, bytes.length - 32);
        await writeFile(file, bytes);
      },
    ],
    [
      'is damaged in the middle',
      async (file) => {
        const bytes = await readFile(file);
        bytes.fill(0, bytes.length >> 2, (bytes.length >> 2) + 4096);
        await writeFile(file, bytes);
      },
    ],
    [
      'lost the same of both copies where they meet',
      async (file) => {
        const bytes = await readFile(file);
        const middle = (bytes.length + HEAD) / 2;
        bytes.fill(0, middle - 1024, middle + 1024);
        await writeFile(file, bytes);
      },
    ],
    [
      'was changed by somebody',
      async (file) => {
        const bytes = await readFile(file, 'latin1');
        expect(bytes).toContain('Examples:');
        await writeFile(file, bytes.replaceAll('Examples:', 'Stranger:'), 'latin1');
      },
    ],
    ['may be written by others', (file) => chmod(file, 0o666)],
    [
      'is a link to one that is somewhere else',
      async (file) => {
        await rename(file, `${file}.elsewhere`);
        await symlink(`${file}.elsewhere`, file);
      },
    ],
    [
      'is a named pipe, which would be waited for',
      async (file) => {
        await rm(file);
        spawnSync('mkfifo', [file]);
      },
    ],
    ['has another name somewhere else', (file) => link(file, join(file, '..', '..', '..', 'elsewhere'))],
    [
      'is a folder',
      async (file) => {
        await rm(file);
        await mkdir(file);
      },
    ],
  ])('is not used when it %s', async (_case, damage) => {
    const world = await createWorld();
    const first = await world.run();
    const file = await world.kept();
    const ino = await holdInode(file);
    await damage(file);
    expect(await world.run()).toEqual(first);
    const replaced = await stat(file);
    if (!replaced.isDirectory())
      expect([replaced.isFile(), replaced.ino === ino, replaced.mode & 0o777]).toEqual([true, false, 0o600]);
  });

  it.skipIf(process.getuid?.() !== 0)(
    'is not used when it is of another user, who may have written it',
    async () => {
      const world = await createWorld();
      await world.run();
      const file = await world.kept();
      const ino = await holdInode(file);
      await chown(file, 12_345, 12_345);
      await world.run();
      const { uid, ino: replaced } = await stat(file);
      expect([uid, replaced === ino]).toEqual([0, false]);
    },
  );

  it.skipIf(process.getuid?.() !== 0)("is not kept in another user's home", async () => {
    const world = await createWorld();
    await chown(world.home, 12_345, 12_345);
    expect((await world.run()).status).toBe(0);
    expect(await readdir(world.home)).toEqual([]);
  });

  it.each([
    ['NODE_DISABLE_COMPILE_CACHE is set', { NODE_DISABLE_COMPILE_CACHE: '1' }],
    ['the folder is no absolute path', { XDG_CACHE_HOME: 'cache' }],
    ['there is no home', { XDG_CACHE_HOME: '', HOME: '' }],
    ['a file is in the way', { XDG_CACHE_HOME: BIN }],
    ['it would be in a place where folders cannot be made', { XDG_CACHE_HOME: '/proc/self' }],
    ['it would be in a folder of a folder that is not there', { XDG_CACHE_HOME: '/nowhere/at/all' }],
  ])('is not kept when %s, and nobody hears of it', async (_case, env) => {
    const world = await createWorld();
    const { status, stderr } = await world.run(VERSION_OF_HELP, env);
    expect([status, stderr, await readdir(world.home)]).toEqual([0, '', []]);
  });

  it('is kept by many at once, and only whole', async () => {
    const world = await createWorld();
    const runs = await Promise.all(Array.from({ length: 6 }, () => world.run()));
    expect(new Set(runs.map(({ status, stdout, stderr }) => [status, stdout, stderr].join())).size).toBe(1);
    const names = await readdir(world.folder);
    expect(names.filter((name) => !name.endsWith('.code'))).toEqual([]);
  });
});

/** Loaded first: a disk that gives little at a time, and tells another size than a file has. */
const SLOW_DISK = `
const fs = require('node:fs');
const { readSync, statSync } = fs;
fs.readSync = (descriptor, bytes, offset, length, position) =>
  readSync(descriptor, bytes, offset, Math.min(length, 10_000), position);
fs.statSync = (path, options) => {
  const info = statSync(path, options);
  if (String(path).endsWith(process.env.GROWING)) info.size -= 100;
  return info;
};
`;

/** Loaded first: a disk that is full before all is written. */
const FULL_DISK = `
const fs = require('node:fs');
const { writeFileSync } = fs;
fs.writeFileSync = (file, bytes) => {
  writeFileSync(file, bytes.subarray(0, 1000));
  throw Object.assign(new Error('full'), { code: 'ENOSPC' });
};
`;

describe('on a disk', () => {
  it('that is full nothing is left behind, and nobody hears of it', async () => {
    const world = await createWorld();
    const hook = join(world.home, 'full-disk.cjs');
    await writeFile(hook, FULL_DISK);
    const { status, stderr } = await world.run(VERSION_OF_HELP, { NODE_OPTIONS: `--require ${hook}` });
    expect([status, stderr, await readdir(world.folder)]).toEqual([0, '', []]);
  });

  it.each([
    ['that gives less than it is asked for', 'nothing'],
    ['where the program grows while it is read', 'main.cjs'],
  ])('%s it runs, and goes on running', async (_case, growing) => {
    const world = await createWorld();
    const expected = await world.run();
    const hook = join(world.home, 'slow-disk.cjs');
    await writeFile(hook, SLOW_DISK);
    const env = { NODE_OPTIONS: `--require ${hook}`, GROWING: growing };
    for (let time = 1; time <= 3; time += 1) expect(await world.run(VERSION_OF_HELP, env)).toEqual(expected);
  });
});

describe('a program that has changed', () => {
  /** A copy of what is published, so that it can be changed. */
  async function createProgram(world: World): Promise<{ bin: string; main: string }> {
    const root = join(world.home, 'program');
    await mkdir(root);
    for (const name of ['bin', 'dist', 'package.json'])
      await cp(join(ROOT, name), join(root, name), { recursive: true });
    return { bin: join(root, 'bin', 'ideogram.cjs'), main: join(root, 'dist', 'main.cjs') };
  }

  it('runs as it is now, though its length and its date are the same', async () => {
    const world = await createWorld();
    const { bin, main } = await createProgram(world);
    const date = new Date('1985-10-26T08:15:00Z');
    await utimes(main, date, date);
    expect((await world.run(['--help'], {}, bin)).stdout).toContain('Examples:');
    const text = await readFile(main, 'utf8');
    await writeFile(main, text.replaceAll('Examples:', 'Patterns:'));
    // As npm does it.
    await utimes(main, date, date);
    expect((await world.run(['--help'], {}, bin)).stdout).toContain('Patterns:');
  });

  it('leaves nothing behind of modules that are gone', async () => {
    const world = await createWorld();
    await world.run();
    const { folder } = world;
    const [mark] = basename(await world.kept()).split('.');
    await writeFile(join(folder, `${mark}.gone-AbCd1234.cjs.code`), 'old');
    await writeFile(join(folder, `${mark}.${MAIN}-123-0.5`), 'a killed process');
    await world.run(['help', 'shell']);
    await world.run(['generate', 'a fox', '--dry-run']);
    const names = await readdir(folder);
    // A name with a dot in it.
    expect(names.filter((name) => name.includes('marked.esm')).length).toBe(1);
    expect(names.filter((name) => name.includes('gone') || /\d$/.test(name))).toEqual([]);
  });

  it('and Nodes that take turns have room for eight', async () => {
    const world = await createWorld();
    const { folder } = world;
    await mkdir(folder, { recursive: true, mode: 0o700 });
    for (let index = 0; index < 9; index += 1) {
      for (const module of ['main', 'call']) {
        const file = join(folder, `old${index}.${module}.cjs.code`);
        await writeFile(file, '');
        await utimes(file, 1000 + index, 1000 + index);
      }
    }
    await world.run();
    const marks = new Set((await readdir(folder)).map((name) => name.split('.')[0]));
    expect([marks.size, marks.has('old1'), marks.has('old2')]).toEqual([8, false, true]);
  });

  it('is found through a link, as npm makes one', async () => {
    const world = await createWorld();
    const link = join(world.home, 'ideogram');
    await symlink(BIN, link);
    expect((await world.run(['--help'], {}, link)).status).toBe(0);
    expect(await world.kept()).toMatch(/main\.cjs\.code$/);
  });
});
