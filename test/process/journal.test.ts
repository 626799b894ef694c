/** The journal between processes: many write at once, one is killed at each of its steps, and a disk is really full. */
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, open, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { openJournal } from '../../src/ledger/journal.js';
import { readEventsBackwards } from '../../src/ledger/journal-reader.js';
import { createVirtualClock } from '../support/clock.js';
import { logIn, openSights, readSights, watchEnv } from '../support/fs-watch.js';
import type { Order, Seen } from './fixtures/journal-child.js';

const isWindows = process.platform === 'win32';
const NO_ROTATION = 1e9;
let built: string;

beforeAll(async () => {
  built = await mkdtemp(join(tmpdir(), 'ideogram-journal-child-'));
  await build({
    input: { child: fileURLToPath(new URL('fixtures/journal-child.ts', import.meta.url)) },
    platform: 'node',
    resolve: { extensionAlias: { '.js': ['.ts', '.js'] } },
    output: { dir: built, format: 'cjs', entryFileNames: '[name].cjs' },
    logLevel: 'silent',
  });
});

afterAll(() => rm(built, { recursive: true }));

/** A place for the journal, the home around it, and a folder around that for what looks at it. */
async function newFolders(): Promise<{ beside: string; home: string; folder: string }> {
  const beside = await mkdtemp(join(tmpdir(), 'ideogram-journal-process-'));
  onTestFinished(() => rm(beside, { recursive: true, force: true }));
  const home = join(beside, 'home');
  await mkdir(home);
  return { beside, home, folder: join(home, 'state') };
}

interface Child {
  /** Its standard input ends. */
  end(): void;
  readonly ended: Promise<{ lines: string[]; stderr: string; signal: NodeJS.Signals | null }>;
}

/** @param shell what a shell does before, such as `umask 000` */
function start(
  order: Order,
  { env = {}, shell }: { env?: Record<string, string>; shell?: string } = {},
): Child {
  const command = [process.execPath, join(built, 'child.cjs'), JSON.stringify(order)];
  const [program = '', ...rest] =
    shell === undefined ? command : ['sh', '-c', `${shell}; exec "$0" "$@"`, ...command];
  const child = spawn(program, rest, { env: { PATH: process.env.PATH, ...env } });
  onTestFinished(() => void child.kill('SIGKILL'));
  const text = { stdout: '', stderr: '' };
  for (const name of ['stdout', 'stderr'] as const) {
    child[name].setEncoding('utf8').on('data', (chunk) => {
      text[name] += chunk;
    });
  }
  return {
    end: () => void child.stdin.end(),
    ended: new Promise((resolve) => {
      child.on('close', (_status, signal) => {
        resolve({ lines: text.stdout.split('\n').filter(Boolean), stderr: text.stderr, signal });
      });
    }),
  };
}

async function readIds(folder: string): Promise<string[]> {
  const ids: string[] = [];
  for await (const { id } of readEventsBackwards(folder)) ids.push(id);
  return ids;
}

/** All lines of all files that are not empty. */
async function linesOf(folder: string): Promise<string[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.jsonl'));
  const texts = await Promise.all(names.map((name) => readFile(join(folder, name), 'utf8')));
  return texts.flatMap((text) => text.split('\n')).filter(Boolean);
}

async function append(folder: string, id: string): Promise<void> {
  const clock = createVirtualClock();
  await (await openJournal(folder, { clock, redact: (text) => text })).append({ event: 'sent', id });
}

const seenBy = async (reader: Child): Promise<Seen> => {
  const { lines, stderr } = await reader.ended;
  expect([lines.length, stderr]).toEqual([1, '']);
  return JSON.parse(lines[0] ?? '');
};

it('four write at once, over many files, while a fifth reads: nothing is lost, nothing torn, nothing twice', async () => {
  const { folder } = await newFolders();
  const LINES = 250;
  const rotateAbove = 5000;
  const reader = start({ folder, read: 'forever' });
  const names = ['a', 'b', 'c', 'd'];
  const writers = names.map((name, index) =>
    start({ folder, write: { name, lines: LINES, text: name.repeat(50 + index * 300), rotateAbove } }),
  );
  const results = await Promise.all(writers.map((writer) => writer.ended));
  reader.end();
  const all = (name: string): string[] => Array.from({ length: LINES }, (_, number) => `${name}-${number}`);
  expect(results).toEqual(
    names.map((name) => ({ lines: all(name).map((id) => `kept ${id}`), stderr: '', signal: null })),
  );

  const seen = await seenBy(reader);
  expect(seen.wrong).toEqual([]);
  expect(seen.readings).toBeGreaterThan(3);
  for (const ids of [seen.ids, await readIds(folder)]) {
    for (const name of names) {
      expect(ids.filter((id) => id.startsWith(name))).toEqual(all(name).reverse());
    }
    expect(ids).toHaveLength(names.length * LINES);
  }
  const lines = await linesOf(folder);
  expect(lines).toHaveLength(names.length * LINES);
  for (const line of lines) expect(JSON.parse(line)).toMatchObject({ v: 1, event: 'given-up' });

  const segments = (await readdir(folder)).filter((name) => name.startsWith('journal-'));
  expect(segments.length).toBeGreaterThan(20);
  // None was taken away from under its writers with hardly a line in it.
  for (const name of segments) expect((await stat(join(folder, name))).size).toBeGreaterThan(rotateAbove);
  expect(await readdir(folder)).toHaveLength(segments.length + 1);
});

it('what is no line of ours does not fill the memory', async () => {
  const { folder } = await newFolders();
  const old = Array.from({ length: 40_000 }, (_, number) => `a-${number}`);
  const lines = old.map((id) => `\n${JSON.stringify({ v: 1, id, at: '', event: 'told' })}\n`);
  await mkdir(folder);
  await writeFile(join(folder, 'journal.jsonl'), lines.join(''));
  // A hole takes no room on most disks.
  const size = isWindows ? 100 : 1000;
  const handle = await open(join(folder, 'journal.jsonl'), 'r+');
  await handle.truncate(size * 1024 * 1024);
  await handle.close();
  await append(folder, 'a-40000');
  const { ids, megabytes } = await seenBy(start({ folder, read: 'once' }));
  expect(ids).toEqual(['a-40000', ...old.reverse()]);
  expect(megabytes).toBeLessThan(600);
});

describe('before append resolves', () => {
  /** Notes what is done to files, and what the process says. */
  const PRELOAD = `
const fs = require('fs');
const { openSync, writeSync, closeSync, rename, fsync } = fs;
const notes = openSync(process.env.NOTES, 'a');
const note = (text) => writeSync(notes, text + '\\n');
const names = new Map();
const noted = (call, descriptor) => note(call + ' ' + names.get(descriptor));
fs.openSync = (path, ...rest) => {
  const descriptor = openSync(path, ...rest);
  names.set(descriptor, require('path').basename(path));
  return descriptor;
};
for (const [name, call, original] of [['writeSync', 'write', writeSync], ['closeSync', 'close', closeSync]]) {
  fs[name] = (descriptor, ...rest) => {
    const result = original(descriptor, ...rest);
    noted(call, descriptor);
    return result;
  };
}
fs.fsync = (descriptor, done) => fsync(descriptor, (error) => {
  if (!error) noted('sync', descriptor);
  done(error);
});
fs.rename = (from, to, done) => rename(from, to, (error) => {
  if (!error) note('rename');
  done(error);
});
const write = process.stdout.write;
process.stdout.write = function (text, ...rest) {
  note(text.trim());
  return write.call(this, text, ...rest);
};
`;

  it('its line is synced, and so is the name of a new file', async () => {
    const { beside, folder } = await newFolders();
    const preload = join(beside, 'preload.cjs');
    const notes = join(beside, 'notes');
    await writeFile(preload, PRELOAD);
    const order: Order = { folder, write: { name: 'a', lines: 3, text: 'x', rotateAbove: 150 } };
    const env = { NODE_OPTIONS: `--require ${preload}`, NOTES: notes };
    expect((await start(order, { env }).ended).stderr).toBe('');
    const noted = (await readFile(notes, 'utf8')).trim().split('\n');
    const line = ['write journal.jsonl', 'sync journal.jsonl', 'close journal.jsonl'];
    // Windows opens folders, and refuses to sync them.
    const name = isWindows ? ['close state'] : ['sync state', 'close state'];
    expect(noted).toEqual([
      ...['close journal.jsonl', ...line, ...name, 'kept a-0'],
      ...[...line, 'kept a-1'],
      ...['close journal.jsonl', 'close journal.lock', 'rename', ...line, ...name, 'kept a-2'],
    ]);
  });
});

describe.skipIf(isWindows)('a disk that is full in the middle of a line', () => {
  it('is told, and costs no line that was kept, and none that comes later', async () => {
    const { folder } = await newFolders();
    const order: Order = {
      folder,
      write: { name: 'a', lines: 12, text: 'x'.repeat(700), rotateAbove: NO_ROTATION },
    };
    // The system itself then takes only a part of a write, and none after it.
    const { lines, stderr } = await start(order, { shell: 'ulimit -f 8' }).ended;
    const kept = lines.filter((each) => each.startsWith('kept')).map((each) => each.slice(5));
    expect([stderr, kept.length > 3, kept.length < 12]).toEqual(['', true, true]);
    expect(lines.slice(kept.length)).toEqual(
      Array.from({ length: 12 - kept.length }, (_, index) => `bad_file a-${kept.length + index}`),
    );
    const torn = (await readFile(join(folder, 'journal.jsonl'), 'utf8')).split('\n').at(-1) ?? '';
    expect(torn.length).toBeGreaterThan(10);
    expect(() => JSON.parse(torn)).toThrow();
    expect(await readIds(folder)).toEqual(kept.reverse());
    await append(folder, 'later');
    expect(await readIds(folder)).toEqual(['later', ...kept]);
  });
});

describe.skipIf(isWindows)('nobody else can read it, not for a moment', () => {
  const TEXT = 'a-pr0mpt-that-n0body-else-reads';

  it.each([
    ['a new journal', undefined],
    ['one that was open to others', 0o644],
  ])('%s', async (_what, mode) => {
    const { beside, home, folder } = await newFolders();
    if (mode !== undefined) {
      await mkdir(folder, { mode: 0o700 });
      await writeFile(join(folder, 'journal.jsonl'), '', { mode });
    }
    const log = logIn(beside);
    const env = await watchEnv({ folder: home, key: TEXT, log });
    const order: Order = { folder, write: { name: 'a', lines: 3, text: TEXT, rotateAbove: 250 } };
    expect((await start(order, { env, shell: 'umask 000' }).ended).lines).toHaveLength(3);
    const { sights } = await readSights(log);
    // An old file is narrowed when it is opened; nothing of ours is in it before.
    const since = mode === undefined ? 0 : sights.findIndex(({ call }) => call === 'fchmodSync');
    expect(since).toBeGreaterThanOrEqual(0);
    const ours = sights.slice(since);
    expect(openSights(ours)).toEqual([]);
    expect(ours.filter(({ hasKey }) => hasKey).length).toBeGreaterThan(0);
    expect(sights.slice(0, since).filter(({ hasKey }) => hasKey)).toEqual([]);
    const folders = ours.filter(({ path }) => path === folder);
    expect([...new Set(folders.map((sight) => sight.mode))]).toEqual([0o700]);
  });
});

describe('kill -9 at each call', () => {
  it('loses no line that was kept, tears no other, and hinders nobody', async () => {
    const { beside } = await newFolders();
    const ends = { whole: 0, torn: 0, absent: 0, locked: 0, between: 0 };
    const points: string[] = [];
    let next = 1;
    let isOver = false;
    const judge = async (folder: string, killed: string, kept: string[]): Promise<void> => {
      points.push(killed);
      const names = await readdir(folder).catch((): string[] => []);
      if (names.includes('journal.lock')) ends.locked++;
      if (!names.includes('journal.jsonl') && names.length > 0) ends.between++;
      const ids = (await readIds(folder)).reverse();
      // What it had said is there; the line it was at is there or not.
      expect([killed, ids.slice(0, kept.length)]).toEqual([killed, kept]);
      expect(ids.length).toBeLessThanOrEqual(kept.length + 1);
      const lines = await linesOf(folder).catch((): string[] => []);
      ends[ids.length > kept.length ? 'whole' : lines.length > ids.length ? 'torn' : 'absent']++;
      await append(folder, 'later');
      expect([killed, await readIds(folder)]).toEqual([killed, ['later', ...ids.reverse()]]);
    };
    const work = async (): Promise<void> => {
      while (!isOver) {
        const point = next++;
        const folder = join(beside, String(point), 'state');
        const log = logIn(beside, `log-${point}`);
        await mkdir(join(beside, String(point)));
        const env = await watchEnv({ folder, key: 'none', log, killAt: point });
        const order: Order = {
          folder,
          write: { name: 'a', lines: 3, text: 'x'.repeat(40), rotateAbove: 200 },
        };
        const { signal, lines } = await start(order, { env }).ended;
        const kept = lines.map((each) => each.replace('kept ', ''));
        if (signal !== 'SIGKILL') {
          isOver = true;
          expect(kept).toEqual(['a-0', 'a-1', 'a-2']);
        } else {
          await judge(folder, (await readSights(log)).killed ?? 'nowhere', kept);
        }
      }
    };
    await Promise.all([work(), work(), work()]);
    expect(points.length).toBeGreaterThan(30);
    // All that can happen has happened.
    for (const [what, times] of Object.entries(ends)) expect([what, times > 0]).toEqual([what, true]);
    for (const call of ['within writeSync', 'after fsync', 'after rename']) {
      expect(points).toContain(call);
    }
  });
});
