/** The journal: what was written is read, from the newest back, whatever was torn, damaged or renamed meanwhile. */
import { spawnSync } from 'node:child_process';
import fileSystem from 'node:fs';
import {
  chmod,
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
import { syncBuiltinESMExports } from 'node:module';
import { homedir, tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { beforeEach, describe, expect, it, onTestFinished, vi } from 'vitest';
import { createRedactor } from '../../src/api/redact.js';
import { OpenFile } from '../../src/files/disk.js';
import type { JournalEvent, NewEvent } from '../../src/ledger/events.js';
import { type Journal, type JournalOptions, openJournal } from '../../src/ledger/journal.js';
import { rotate } from '../../src/ledger/journal-files.js';
import { type ReadOptions, readEventsBackwards } from '../../src/ledger/journal-reader.js';
import { stateFolder } from '../../src/ledger/state-folder.js';
import { createVirtualClock } from '../support/clock.js';

const NOW = Date.UTC(2026, 0, 1);
const AT = '2026-01-01T00:00:00.000Z';
const isWindows = process.platform === 'win32';

/** A place for a state folder, which is not there yet. */
async function newPlace(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ideogram-journal-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return join(folder, 'state');
}

function openTest(folder: string, options: Partial<JournalOptions> = {}): Promise<Journal> {
  return openJournal(folder, { clock: createVirtualClock(NOW), redact: (text) => text, ...options });
}

async function readAll(folder: string, options: ReadOptions = {}): Promise<JournalEvent[]> {
  const events: JournalEvent[] = [];
  for await (const event of readEventsBackwards(folder, options)) events.push(event);
  return events;
}

const idsOf = (events: readonly JournalEvent[]): string[] => events.map(({ id }) => id);
const readIds = async (folder: string, options: ReadOptions = {}): Promise<string[]> =>
  idsOf(await readAll(folder, options));

const sent = (id: string): NewEvent => ({ event: 'sent', id });
const long = (id: string, message: string): NewEvent => ({
  event: 'failed',
  id,
  code: 'server',
  message,
  billed: 'maybe',
  status: 500,
  requestId: null,
});

const lineOf = (event: NewEvent): string => {
  const { id, event: name, ...rest } = event;
  return JSON.stringify({ v: 1, id, at: AT, event: name, ...rest });
};
const fileOf = (events: readonly NewEvent[]): Buffer =>
  Buffer.from(events.map((event) => `\n${lineOf(event)}\n`).join(''));

/** A journal of these bytes. */
async function putJournal(bytes: string | Uint8Array, name = 'journal.jsonl'): Promise<string> {
  const folder = await newPlace();
  await mkdir(folder);
  await writeFile(join(folder, name), bytes);
  return folder;
}

const numbers = (count: number, first = 0): string[] =>
  Array.from({ length: count }, (_, index) => String(first + index).padStart(4, '0'));

async function segmentsOf(folder: string): Promise<string[]> {
  return (await readdir(folder)).filter((name) => name.startsWith('journal-')).sort();
}

/** What all open files have in common, to make it fail. */
function openFiles(): OpenFile {
  onTestFinished(() => void vi.restoreAllMocks());
  return OpenFile.prototype;
}

const failure = (code: string): Error => Object.assign(new Error(`${code}: as ordered`), { code });

describe('where it is', () => {
  const at = (env: Record<string, string>, sandbox = false, platform: NodeJS.Platform = 'linux') =>
    stateFolder({ env, platform }, sandbox);

  it('IDEOGRAM_STATE_DIR, and below it the sandbox', async () => {
    const folder = await newPlace();
    expect(await at({ IDEOGRAM_STATE_DIR: ` ${folder} ` })).toBe(folder);
    expect(await at({ IDEOGRAM_STATE_DIR: folder }, true)).toBe(join(folder, 'sandbox'));
    // Nothing was made.
    await expect(stat(folder)).rejects.toThrow('ENOENT');
  });

  it.each([
    ['state', 'Write the path out, from the root.'],
    ['./state', 'Write the path out, from the root.'],
    ['~/state', 'Only a shell knows ~: write the path out.'],
  ])('not %s', async (path, hint) => {
    await expect(at({ IDEOGRAM_STATE_DIR: path })).rejects.toMatchObject({
      code: 'bad_input',
      message: `IDEOGRAM_STATE_DIR is "${path}", which is not an absolute path.`,
      hint,
    });
  });

  describe.skipIf(process.platform !== 'linux')("the system's own", () => {
    it.each([
      ['linux', '/x/state/ideogram'],
      ['freebsd', '/x/state/ideogram'],
      // On those systems the library itself goes by their own conventions.
      ['darwin', '/x/data/ideogram'],
      ['win32', '/x/data/ideogram'],
    ] as const)('%s: %s', async (platform, expected) => {
      vi.stubEnv('XDG_STATE_HOME', '/x/state').stubEnv('XDG_DATA_HOME', '/x/data');
      onTestFinished(() => void vi.unstubAllEnvs());
      expect(await at({ IDEOGRAM_STATE_DIR: ' ' }, false, platform)).toBe(expected);
      expect(await at({}, true, platform)).toBe(join(expected, 'sandbox'));
    });

    it('is below the home folder', async () => {
      vi.stubEnv('XDG_STATE_HOME', '');
      onTestFinished(() => void vi.unstubAllEnvs());
      expect(await at({})).toBe(join(homedir(), '.local/state/ideogram'));
    });

    it('never depends on the current folder', async () => {
      vi.stubEnv('XDG_STATE_HOME', 'state');
      onTestFinished(() => void vi.unstubAllEnvs());
      await expect(at({})).rejects.toMatchObject({
        code: 'bad_input',
        message: expect.stringContaining('"state/ideogram" is not an absolute path'),
        hint: 'Set HOME or IDEOGRAM_STATE_DIR.',
      });
    });
  });
});

describe('a line', () => {
  it('begins with what it is known by, and stands between newlines', async () => {
    const folder = await newPlace();
    const journal = await openTest(folder);
    await journal.append({ image: 1, event: 'withheld', id: 'abc' });
    await journal.append(sent('def'));
    expect(await readFile(join(folder, 'journal.jsonl'), 'utf8')).toBe(
      `\n{"v":1,"id":"abc","at":"${AT}","event":"withheld","image":1}\n\n{"v":1,"id":"def","at":"${AT}","event":"sent"}\n`,
    );
  });

  it('is of the time at which it was handed over', async () => {
    const folder = await newPlace();
    const clock = createVirtualClock(NOW);
    const journal = await openTest(folder, { clock });
    const first = journal.append(sent('a'));
    clock.advance(1000);
    await Promise.all([first, journal.append(sent('b'))]);
    expect((await readAll(folder)).map(({ at }) => at)).toEqual(['2026-01-01T00:00:01.000Z', AT]);
  });

  it('holds no secret but in paths, and a secret that looks like a name of ours does no harm', async () => {
    const folder = await newPlace();
    const SECRET = 'k3y-0f-the-j0urnal';
    const journal = await openTest(folder, { redact: createRedactor([SECRET, 'saved', 'v', 'abc']) });
    const place = { kind: 'files', folder: `/${SECRET}`, stem: SECRET, slug: 'a', force: false } as const;
    const asked = {
      prompt: `a ${SECRET}`,
      spec: 'generate',
      operands: [`${SECRET}\n"`],
      options: { folder: SECRET, path: [SECRET] },
      fields: {},
      files: [],
    };
    const cost = { usd: 1, basis: '' };
    await journal.append({
      ...{ event: 'planned', id: 'abc', command: 'generate', endpoint: 'x', model: null, baseUrl: SECRET },
      ...{ answer: 'images', fingerprint: '', images: 1, cost, place, metadata: false, version: '1', asked },
    });
    const json = { data: [{ url: `https://x/${SECRET}?saved=1`, path: SECRET, folder: SECRET }] };
    await journal.append({
      ...{
        event: 'answered',
        id: 'abc',
        status: 200,
        requestId: SECRET,
        sandbox: false,
        images: 1,
        cost,
        json,
      },
    });
    await journal.append({
      ...{ event: 'saved', id: 'abc', image: 0, path: `/${SECRET}/a.png`, sha256: SECRET, bytes: 1 },
    });
    const text = await readFile(join(folder, 'journal.jsonl'), 'utf8');
    expect(text.split(SECRET).length - 1).toBe(2);
    const [saved, answered, planned] = await readAll(folder);
    expect(saved).toMatchObject({ id: 'abc', event: 'saved', path: `/${SECRET}/a.png`, sha256: '****rnal' });
    expect(answered).toMatchObject({
      requestId: '****rnal',
      json: { data: [{ url: 'https://x/****rnal?****=1', path: '****rnal', folder: '****rnal' }] },
    });
    expect(planned).toMatchObject({
      place: { folder: `/${SECRET}`, stem: '****rnal' },
      asked: { prompt: 'a ****rnal', operands: ['****rnal\n"'], options: { folder: '****rnal' } },
    });
  });

  it('comes after those that were handed over before', async () => {
    const folder = await newPlace();
    const journal = await openTest(folder);
    const ids = numbers(50);
    await Promise.all(ids.map((id) => journal.append(sent(id))));
    expect(await readIds(folder)).toEqual(ids.reverse());
  });

  it('that cannot be written down stops no other', async () => {
    const folder = await newPlace();
    const journal = await openTest(folder);
    const circle: unknown[] = [];
    circle.push(circle);
    const cost = { usd: 0, basis: '' };
    const answer = { status: 200, requestId: null, sandbox: true, images: 0, cost, json: circle };
    await expect(async () => journal.append({ event: 'answered', id: 'a', ...answer })).rejects.toThrow(
      'circular',
    );
    await journal.append(sent('b'));
    expect(await readIds(folder)).toEqual(['b']);
  });
});

describe.skipIf(isWindows)('who may read it', () => {
  const modeOf = async (path: string) => ((await stat(path)).mode & 0o777).toString(8);

  it.each([0o000, 0o022, 0o077])('its owner alone, with umask %o', async (umask) => {
    const folder = await newPlace();
    const before = process.umask(umask);
    try {
      const journal = await openTest(join(folder, 'sandbox'), { rotateAbove: 0 });
      await journal.append(sent('a'));
      await journal.append(sent('b'));
    } finally {
      process.umask(before);
    }
    const names = await readdir(join(folder, 'sandbox'));
    expect(names).toHaveLength(2);
    for (const name of names) expect(await modeOf(join(folder, 'sandbox', name))).toBe('600');
    expect([await modeOf(folder), await modeOf(join(folder, 'sandbox'))]).toEqual(['700', '700']);
  });

  it('even where the umask forbids the owner to write', async () => {
    const folder = await newPlace();
    await mkdir(folder);
    const before = process.umask(0o277);
    try {
      await openTest(folder);
    } finally {
      process.umask(before);
    }
    expect(await modeOf(join(folder, 'journal.jsonl'))).toBe('600');
  });

  it('an older one that was open to others', async () => {
    const folder = await putJournal(fileOf([sent('a')]));
    await chmod(join(folder, 'journal.jsonl'), 0o644);
    // Who only reads changes nothing.
    expect(await readIds(folder)).toEqual(['a']);
    expect(await modeOf(join(folder, 'journal.jsonl'))).toBe('644');
    await openTest(folder);
    expect(await modeOf(join(folder, 'journal.jsonl'))).toBe('600');
  });

  it('where modes cannot be changed, it is written all the same', async () => {
    const folder = await putJournal(fileOf([sent('a')]));
    await chmod(join(folder, 'journal.jsonl'), 0o644);
    vi.spyOn(openFiles(), 'chmod').mockRejectedValue(failure('EPERM'));
    await (await openTest(folder)).append(sent('b'));
    expect(await readIds(folder)).toEqual(['b', 'a']);
  });
});

describe('where it cannot be', () => {
  const HINT =
    'Set IDEOGRAM_STATE_DIR to a folder that can be written: paid images are kept track of there. Nothing was sent.';

  async function refused(folder: string): Promise<string> {
    const error = await openTest(folder).catch((thrown) => thrown);
    expect(error).toMatchObject({ code: 'bad_file', hint: HINT });
    expect(error.message).toContain(`The journal cannot be written in ${folder}: `);
    return error.message.slice(error.message.indexOf(': ') + 2);
  }

  it('the folder, or one above it, is a file', async () => {
    const folder = await newPlace();
    await writeFile(folder, 'text');
    expect(await refused(folder)).toBe('a part of the path is a file.');
    expect(await refused(join(folder, 'sandbox'))).toBe('a part of the path is a file.');
    expect(await readFile(folder, 'utf8')).toBe('text');
    expect([await readIds(folder), await readIds(join(folder, 'sandbox'))]).toEqual([[], []]);
  });

  it('the file is a folder', async () => {
    const folder = await newPlace();
    await mkdir(join(folder, 'journal.jsonl'), { recursive: true });
    expect(await refused(folder)).toMatch(/^(EISDIR|EPERM|EACCES)\.$/);
    await expect(readAll(folder)).rejects.toMatchObject({ code: 'bad_file' });
  });

  it.skipIf(isWindows)('the file is a device', async () => {
    const folder = await newPlace();
    await mkdir(folder);
    await symlink('/dev/null', join(folder, 'journal.jsonl'));
    expect(await refused(folder)).toBe('not a regular file.');
    await expect(readAll(folder)).rejects.toMatchObject({
      code: 'bad_file',
      message: `The journal in ${folder} cannot be read: not a regular file.`,
      hint: 'Make its files readable for you, or set IDEOGRAM_STATE_DIR to another folder.',
    });
  });

  it.skipIf(isWindows)('the file is a named pipe: nobody waits for its other end', async () => {
    const folder = await newPlace();
    await mkdir(folder);
    const path = join(folder, 'journal.jsonl');
    expect(spawnSync('mkfifo', [path]).status).toBe(0);
    expect(await refused(folder)).toBe('ENXIO.');
    await expect(readAll(folder)).rejects.toMatchObject({ code: 'bad_file' });
    const reader = await open(path, 'r+');
    expect(await refused(folder)).toBe('not a regular file.');
    await reader.close();
  });

  it('the system says no', async () => {
    const folder = await newPlace();
    vi.spyOn(openFiles(), 'stat').mockRejectedValue(failure('EIO'));
    expect(await refused(folder)).toBe('EIO.');
  });

  it.skipIf(isWindows)('a link to a folder is a folder', async () => {
    const folder = await newPlace();
    await mkdir(`${folder}-real`);
    await symlink(`${folder}-real`, folder);
    const journal = await openTest(folder, { rotateAbove: 100 });
    const ids = numbers(5);
    for (const id of ids) await journal.append(sent(id));
    expect(await readIds(folder)).toEqual(ids.reverse());
    expect(await segmentsOf(`${folder}-real`)).not.toEqual([]);
  });

  it('a folder that vanishes is made again', async () => {
    const folder = await newPlace();
    const journal = await openTest(folder);
    await journal.append(sent('a'));
    await rm(folder, { recursive: true });
    await journal.append(sent('b'));
    expect(await readIds(folder)).toEqual(['b']);
  });
});

function restoreFileSystem(): void {
  vi.restoreAllMocks();
  syncBuiltinESMExports();
}

describe('on the disk', () => {
  /** What the system was asked to write: descriptor, bytes, and whatever came with them. */
  function watchWrites(): unknown[][] {
    const asked: unknown[][] = [];
    for (const name of ['write', 'writeSync'] as const) {
      const original = fileSystem[name] as (...rest: unknown[]) => unknown;
      vi.spyOn(fileSystem, name).mockImplementation(((...rest: unknown[]) => {
        asked.push(rest);
        return original(...rest);
      }) as never);
    }
    syncBuiltinESMExports();
    onTestFinished(restoreFileSystem);
    return asked;
  }

  /** What is done to files, in order; and the files it was done to. */
  async function watchFiles(): Promise<{ done: string[]; files: Set<OpenFile> }> {
    const watched = { done: [] as string[], files: new Set<OpenFile>() };
    const handles = openFiles();
    for (const name of ['write', 'sync'] as const) {
      const original = handles[name] as (...rest: unknown[]) => Promise<unknown>;
      vi.spyOn(handles, name).mockImplementation(async function (this: OpenFile, ...rest: unknown[]) {
        const isFolder = (await this.stat()).isDirectory();
        const result = await original.apply(this, rest);
        watched.done.push(`${name} ${isFolder ? 'folder' : 'file'}`);
        watched.files.add(this);
        return result as never;
      });
    }
    return watched;
  }

  const IN_FILE = ['write file', 'sync file'];
  // On Windows a folder cannot be opened.
  const IN_BOTH = isWindows ? IN_FILE : [...IN_FILE, 'sync folder'];

  it('one write, synced before append resolves; the folder too where the file is new to this process', async () => {
    const folder = await newPlace();
    const journal = await openTest(folder);
    const { done, files } = await watchFiles();
    const writes = watchWrites();
    await journal.append(sent('a'));
    expect(done.splice(0)).toEqual(IN_BOTH);
    await journal.append(long('b', 'b'.repeat(1_000_000)));
    expect(done.splice(0)).toEqual(IN_FILE);
    // Another process has made a new file, and may not have come to sync the folder.
    await rename(join(folder, 'journal.jsonl'), join(folder, `journal-${'1'.repeat(16)}-aaaaaaaa.jsonl`));
    await writeFile(join(folder, 'journal.jsonl'), '');
    done.length = 0;
    await journal.append(sent('c'));
    expect(done.splice(0)).toEqual(IN_BOTH);
    await journal.append(sent('d'));
    expect(done.splice(0)).toEqual(IN_FILE);
    expect([...files].filter(({ isOpen }) => isOpen)).toEqual([]);
    // With a position, not every system would write at the end.
    expect(writes.map(([, , ...rest]) => rest.map((each) => typeof each))).toEqual([
      [],
      ['function'],
      [],
      [],
    ]);
    expect(await readIds(folder)).toEqual(['d', 'c', 'b', 'a']);
  });

  it.each(['write', 'sync', 'close'] as const)(
    'a %s that fails is told, and the next line is whole',
    async (call) => {
      const folder = await newPlace();
      const journal = await openTest(folder);
      await journal.append(sent('a'));
      const failing: OpenFile[] = [];
      vi.spyOn(openFiles(), call === 'write' ? 'write' : 'sync').mockImplementationOnce(async function (
        this: OpenFile,
      ) {
        failing.push(this);
        if (call !== 'close') throw failure('ENOSPC');
        const close = this.close;
        this.close = async () => {
          await close.call(this);
          throw failure('ENOSPC');
        };
      } as never);
      const results = await Promise.allSettled([journal.append(sent('b')), journal.append(sent('c'))]);
      expect(results).toMatchObject([
        { status: 'rejected', reason: { code: 'bad_file', cause: { code: 'ENOSPC' } } },
        { status: 'fulfilled' },
      ]);
      expect(failing.map(({ isOpen }) => isOpen)).toEqual([false]);
      expect((await readIds(folder)).filter((id) => id !== 'b')).toEqual(['c', 'a']);
    },
  );

  it('a folder that cannot be synced does not matter', async () => {
    const folder = await newPlace();
    const handles = openFiles();
    const original = handles.sync;
    vi.spyOn(handles, 'sync').mockImplementation(async function (this: OpenFile) {
      if ((await this.stat()).isDirectory()) throw failure('EINVAL');
      return original.call(this);
    });
    await (await openTest(folder)).append(sent('a'));
    expect(await readIds(folder)).toEqual(['a']);
  });

  /** The next writes take only so many bytes; `full`: and those after them none. */
  async function cutWrites(lengths: readonly number[], full = false): Promise<{ count: number }> {
    const handles = openFiles();
    const original = handles.write;
    const calls = { count: 0 };
    vi.spyOn(handles, 'write').mockImplementation(async function (this: OpenFile, line) {
      const length = lengths[calls.count++];
      if (length === undefined && full) throw failure('ENOSPC');
      return original.call(this, line.subarray(0, length));
    });
    return calls;
  }

  it('a write that was cut short is done once more, as a line of its own', async () => {
    const folder = await newPlace();
    const journal = await openTest(folder);
    const calls = await cutWrites([20]);
    await journal.append(sent('a'));
    await journal.append(sent('b'));
    expect([calls.count, await readIds(folder)]).toEqual([3, ['b', 'a']]);
  });

  it('also where hardly anything is missing', async () => {
    const folder = await newPlace();
    const journal = await openTest(folder);
    const calls = await cutWrites([lineOf(sent('a')).length]);
    await journal.append(sent('a'));
    expect([calls.count, await readIds(folder)]).toEqual([2, ['a']]);
  });

  it('where only the last newline is missing, all is there', async () => {
    const folder = await newPlace();
    const journal = await openTest(folder);
    const calls = await cutWrites([lineOf(sent('a')).length + 1]);
    await journal.append(sent('a'));
    expect([calls.count, await readIds(folder)]).toEqual([1, ['a']]);
    await journal.append(sent('b'));
    expect(await readIds(folder)).toEqual(['b', 'a']);
  });

  it.each([
    ['a full disk', [20], true, 2],
    ['a disk that never says what is wrong', [20, 30], false, 2],
  ])('%s: the error is told, and later lines are whole', async (_what, lengths, full, writes) => {
    const folder = await newPlace();
    const journal = await openTest(folder);
    await journal.append(sent('a'));
    const calls = await cutWrites(lengths, full);
    await expect(journal.append(sent('b'))).rejects.toMatchObject({ cause: { code: 'ENOSPC' } });
    expect(calls.count).toBe(writes);
    vi.restoreAllMocks();
    await journal.append(sent('c'));
    expect(await readIds(folder)).toEqual(['c', 'a']);
  });
});

describe('rotation', () => {
  it('begins a new file when the active one is too large, and keeps the newest', async () => {
    const folder = await newPlace();
    const journal = await openTest(folder, { rotateAbove: 200, keep: 3 });
    const ids = numbers(40);
    for (const id of ids) await journal.append(sent(id));
    const size = Buffer.byteLength(`\n${lineOf(sent('0000'))}\n`);
    const perFile = Math.floor(200 / size) + 1;
    const segments = await segmentsOf(folder);
    expect(segments).toHaveLength(3);
    for (const name of segments) expect((await stat(join(folder, name))).size).toBe(perFile * size);
    const kept = 3 * perFile + (40 % perFile || perFile);
    expect(await readIds(folder)).toEqual(ids.reverse().slice(0, kept));
    expect(await readdir(folder)).toHaveLength(4);
  });

  it('a file of exactly the size stays', async () => {
    const folder = await newPlace();
    const size = Buffer.byteLength(`\n${lineOf(sent('a'))}\n`);
    const journal = await openTest(folder, { rotateAbove: size });
    await journal.append(sent('a'));
    await journal.append(sent('b'));
    expect(await segmentsOf(folder)).toEqual([]);
    await journal.append(sent('c'));
    expect(await segmentsOf(folder)).toHaveLength(1);
  });

  it('happens at 4 MB, and fifty files stay', async () => {
    const folder = await newPlace();
    await mkdir(folder);
    const stamps = numbers(60).map((number) => `journal-${number.padStart(16, '0')}-00000000.jsonl`);
    for (const name of stamps) await writeFile(join(folder, name), fileOf([sent(name)]));
    await writeFile(join(folder, 'journal.jsonl'), Buffer.alloc(4 * 1024 * 1024));
    const journal = await openTest(folder);
    await journal.append(sent('a'));
    expect(await segmentsOf(folder)).toHaveLength(60);
    await journal.append(sent('b'));
    const segments = await segmentsOf(folder);
    expect(segments.slice(0, 49)).toEqual(stamps.slice(11));
    expect(segments).toHaveLength(50);
    expect((await readIds(folder)).slice(0, 3)).toEqual(['b', 'a', stamps[59]]);
  });

  it('leaves files alone that are none of its own', async () => {
    const folder = await newPlace();
    await mkdir(folder);
    const others = [
      'journal-old.jsonl',
      'journal-1.jsonl.gz',
      'places',
      'journal-0000000000000001-00000000.json',
    ];
    for (const name of others) await writeFile(join(folder, name), fileOf([sent(name)]));
    const journal = await openTest(folder, { rotateAbove: 0, keep: 1 });
    for (const id of numbers(5)) await journal.append(sent(id));
    expect((await readdir(folder)).filter((name) => others.includes(name))).toEqual(others.sort());
    expect(await readIds(folder)).toEqual(['0004', '0003']);
  });

  it('keeps the order when the clock is set back', async () => {
    const folder = await newPlace();
    const ids = numbers(6);
    for (const [index, id] of ids.entries()) {
      const clock = createVirtualClock(NOW - index * 3_600_000);
      await (await openTest(folder, { rotateAbove: 0, clock })).append(sent(id));
    }
    expect(await segmentsOf(folder)).toHaveLength(5);
    expect(await readIds(folder)).toEqual(ids.reverse());
  });

  it('is done once, however many want to', async () => {
    for (let round = 0; round < 20; round++) {
      const folder = await newPlace();
      const options = { rotateAbove: 10_000 };
      const journals = await Promise.all(Array.from({ length: 8 }, () => openTest(folder, options)));
      await journals[0]?.append(long('first', 'x'.repeat(10_000)));
      await Promise.all(journals.map((journal, index) => journal.append(sent(String(index)))));
      expect(await segmentsOf(folder)).toHaveLength(1);
      expect((await readIds(folder)).sort()).toEqual(['0', '1', '2', '3', '4', '5', '6', '7', 'first']);
    }
  });

  it('is not done where somebody else has just done it', async () => {
    const folder = await newPlace();
    await (await openTest(folder)).append(sent('a'));
    await rotate(folder, { now: NOW, above: 1000, keep: 50 });
    expect(await readdir(folder)).toEqual(['journal.jsonl']);
  });

  it('is left to the one who is at it; who was killed at it is not waited for long', async () => {
    const folder = await newPlace();
    const journal = await openTest(folder, { rotateAbove: 0 });
    await journal.append(sent('a'));
    const lock = join(folder, 'journal.lock');
    await writeFile(lock, '');
    const before = Date.now() / 1000;
    await utimes(lock, before - 8, before - 8);
    await journal.append(sent('b'));
    await journal.append(sent('c'));
    expect(await segmentsOf(folder)).toEqual([]);
    await utimes(lock, before - 60, before - 60);
    for (const id of ['d', 'e']) await journal.append(sent(id));
    expect(await segmentsOf(folder)).toHaveLength(1);
    expect((await readdir(folder)).includes('journal.lock')).toBe(false);
    expect(await readIds(folder)).toEqual(['e', 'd', 'c', 'b', 'a']);
  });

  it('that fails hinders nobody', async () => {
    const folder = await newPlace();
    // A folder cannot be locked with, nor be unlinked.
    await mkdir(join(folder, 'journal.lock'), { recursive: true });
    await utimes(join(folder, 'journal.lock'), 0, 0);
    const journal = await openTest(folder, { rotateAbove: 0 });
    for (const id of ['a', 'b', 'c']) await journal.append(sent(id));
    expect(await readIds(folder)).toEqual(['c', 'b', 'a']);
  });

  it('does not lose the line of a writer who had opened the file before', async () => {
    const folder = await newPlace();
    const journal = await openTest(folder, { rotateAbove: 0 });
    await journal.append(sent('a'));
    const late = await open(join(folder, 'journal.jsonl'), 'a');
    await journal.append(sent('c'));
    await late.write(fileOf([sent('b')]));
    await late.close();
    expect(await readIds(folder)).toEqual(['c', 'b', 'a']);
  });
});

describe('reading while it is rotated', () => {
  async function rotated(count: number): Promise<{ folder: string; journal: Journal; ids: string[] }> {
    const folder = await newPlace();
    const journal = await openTest(folder, { rotateAbove: 150 });
    const ids = numbers(count);
    for (const id of ids) await journal.append(sent(id));
    return { folder, journal, ids: ids.reverse() };
  }

  it.each([1, 2, 5])('%i times: nothing is missed, nothing read twice', async (times) => {
    const { folder, journal, ids } = await rotated(20);
    const before = (await segmentsOf(folder)).length;
    const events = readEventsBackwards(folder);
    const first = await events.next();
    for (let count = 0; (await segmentsOf(folder)).length < before + times; count++) {
      await journal.append(sent(`new-${count}`));
    }
    const rest: JournalEvent[] = [];
    for await (const event of events) rest.push(event);
    expect([first.value.id, ...idsOf(rest)]).toEqual(ids);
  });

  it('with each line: nothing is missed though files are made faster than they are read', async () => {
    vi.spyOn(openFiles(), 'sync').mockResolvedValue();
    const folder = await newPlace();
    const journal = await openTest(folder, { rotateAbove: 0, keep: 10 });
    let isOver = false;
    const write = async (): Promise<void> => {
      for (const id of numbers(150)) await journal.append(sent(id));
      isOver = true;
    };
    const readings: number[][] = [];
    /** A few lines suffice to see a gap behind the first file. */
    const read = async (lines: number): Promise<void> => {
      while (!isOver) {
        const found: number[] = [];
        for await (const { id } of readEventsBackwards(folder)) if (found.push(Number(id)) >= lines) break;
        readings.push(found);
        // As between two commands: what the writer waits for comes from another thread.
        await new Promise((resolve) => setImmediate(resolve));
      }
    };
    await Promise.all([write(), read(1000), read(3), read(3)]);
    expect(readings.length).toBeGreaterThan(20);
    for (const found of readings) expect(found).toEqual(found.map((_, index) => Number(found[0]) - index));
  });

  it('right after the list of files was made', async () => {
    const { folder, ids } = await rotated(4);
    const { readdirSync, renameSync, writeFileSync } = fileSystem;
    onTestFinished(restoreFileSystem);
    vi.spyOn(fileSystem, 'readdirSync').mockImplementationOnce(((path: string) => {
      const names = readdirSync(path);
      restoreFileSystem();
      const active = join(folder, 'journal.jsonl');
      renameSync(active, join(folder, `journal-${'9'.repeat(16)}-aaaaaaaa.jsonl`));
      writeFileSync(active, fileOf([sent('new')]));
      return names;
    }) as never);
    syncBuiltinESMExports();
    expect(await readIds(folder)).toEqual(ids);
    expect(await readIds(folder)).toEqual(['new', ...ids]);
  });

  it('from the moment at which there is no active file', async () => {
    const { folder, ids } = await rotated(20);
    const name = `journal-${'9'.repeat(16)}-aaaaaaaa.jsonl`;
    await rename(join(folder, 'journal.jsonl'), join(folder, name));
    expect(await readIds(folder)).toEqual(ids);
  });

  it('and old files are taken away', async () => {
    const { folder, ids } = await rotated(20);
    const events = readEventsBackwards(folder);
    const read: string[] = [];
    for await (const { id } of events) {
      read.push(id);
      // The list has been made by then.
      if (read.length === 5) for (const name of await segmentsOf(folder)) await rm(join(folder, name));
    }
    expect(read.length).toBeGreaterThanOrEqual(5);
    expect(read).toEqual(ids.slice(0, read.length));
  });
});

describe('reading', () => {
  it('no folder, no file, an empty file', async () => {
    const folder = await newPlace();
    expect(await readAll(folder)).toEqual([]);
    await mkdir(folder);
    expect(await readAll(folder)).toEqual([]);
    await writeFile(join(folder, 'journal.jsonl'), '');
    expect(await readAll(folder)).toEqual([]);
    expect(await readdir(folder)).toEqual(['journal.jsonl']);
  });

  it('passes over what it does not understand', async () => {
    const good = lineOf(sent('good'));
    const lines = [
      ...['', ' ', 'text', '{', '{}', '[]', 'null', '1', '"v"', '{"v":1}', `[${good}]`, `${good}}`],
      ...['{"v":2,"id":"a","at":"","event":"sent"}', '{"v":"1","id":"a","at":"","event":"sent"}'],
      ...['{"v":1,"id":"","at":"","event":"sent"}', '{"v":1,"id":1,"at":"","event":"sent"}'],
      ...['{"v":1,"id":"a","event":"sent"}', '{"v":1,"id":"a","at":1,"event":"sent"}'],
      ...['{"v":1,"id":"a","at":""}', '{"v":1,"id":"a","at":"","event":"exploded"}'],
      ...['{"v":1,"id":"a","at":"","event":"toString"}', '{"v":1,"id":"a","at":"","event":["sent"]}'],
      good.slice(0, -1),
    ];
    const text = lines.map((line) => `\n${line}\n`).join('');
    const folder = await putJournal(`${text}\n${good}\n${text}`);
    expect(await readIds(folder)).toEqual(['good']);
  });

  it('takes lines of a later version that knows more of them, and such as an editor has left', async () => {
    const lines = [
      `{"more":[1],"event":"sent","at":"${AT}","id":"a","v":1,"x":{}}`,
      `${lineOf(sent('b'))}\r`,
      lineOf(sent('c')),
    ];
    const folder = await putJournal(lines.join('\n'));
    expect(await readIds(folder)).toEqual(['c', 'b', 'a']);
  });

  it.each([64 * 1024, 64 * 1024 - 1, 64 * 1024 + 1, 300_000, 8 * 1024 * 1024])(
    'a line of %i bytes among others',
    async (size) => {
      const folder = await newPlace();
      const journal = await openTest(folder);
      const message = '✓'.repeat(Math.ceil(size / 3));
      await journal.append(sent('a'));
      await journal.append(long('b', message));
      await journal.append(sent('c'));
      const events = await readAll(folder);
      expect(idsOf(events)).toEqual(['c', 'b', 'a']);
      expect(events[1]).toMatchObject({ message });
    },
  );

  it('characters and newlines that fall between two blocks, at each place', async () => {
    const BLOCK = 64 * 1024;
    for (let shift = 0; shift < 12; shift++) {
      const tail = long('tail', 'x'.repeat(BLOCK - 250 + shift));
      const folder = await putJournal(fileOf([sent('first'), long('umlauts', 'äöü€🦊'.repeat(40)), tail]));
      const events = await readAll(folder);
      expect(idsOf(events)).toEqual(['tail', 'umlauts', 'first']);
      expect(events[1]).toMatchObject({ message: 'äöü€🦊'.repeat(40) });
    }
  });

  it.each([
    ['zeros', Buffer.alloc(5000)],
    ['bytes of all kinds', Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 7 + 128) % 256))],
    ['half a character', Buffer.from('äö').subarray(1, 3)],
    ['half a surrogate', Buffer.from([0xed, 0xa0, 0x80])],
  ])('%s in the middle cost the lines they touch', async (_what, damage) => {
    const events = numbers(100).map((id) => long(id, 'x'.repeat(400)));
    const bytes = fileOf(events);
    // Into the text of a line, so that nothing but the characters themselves is wrong.
    const start = bytes.indexOf('"0050"') + 100;
    damage.copy(bytes, start);
    const folder = await putJournal(bytes);
    const found = (await readIds(folder)).reverse();
    const size = bytes.length / 100;
    const touched = Math.floor((start + damage.length) / size) - 50 + 1;
    expect(found).toEqual([...numbers(50), ...numbers(50 - touched, 50 + touched)]);
  });

  it.each([
    ['at the end', 599_000],
    ['in the middle', 300_000],
    ['at the beginning', 100],
  ])('what the disk cannot give back costs the lines near it: %s', async (_what, bad) => {
    const events = numbers(3000).map((id) => long(id, 'x'.repeat(70)));
    const size = fileOf(events).length / 3000;
    const folder = await putJournal(fileOf(events));
    const handles = openFiles();
    const original = handles.read;
    let failures = 0;
    // As the system does it: what lies before the bad page is given, and the bad page is an error.
    vi.spyOn(handles, 'read').mockImplementation(async function (this: OpenFile, buffer, position) {
      const page = Math.floor(bad / 4096) * 4096;
      if (position >= page && position < page + 4096) {
        failures++;
        throw failure('EIO');
      }
      return original.call(this, position < page ? buffer.subarray(0, page - position) : buffer, position);
    });
    const found = new Set(await readIds(folder));
    expect(failures).toBe(1);
    const lost = numbers(3000).filter((id) => !found.has(id));
    expect(lost).toContain(String(Math.floor(bad / size)).padStart(4, '0'));
    expect(Number(lost.at(-1)) - Number(lost[0])).toBe(lost.length - 1);
    expect(lost.length).toBeLessThanOrEqual((64 * 1024) / size + 2);
  });

  it('reads on where a disk gives it little at a time', async () => {
    const ids = numbers(1000);
    const folder = await putJournal(fileOf(ids.map(sent)));
    const handles = openFiles();
    const original = handles.read;
    vi.spyOn(handles, 'read').mockImplementation(async function (this: OpenFile, buffer, position) {
      return original.call(this, buffer.subarray(0, 1000), position);
    });
    expect(await readIds(folder)).toEqual(ids.reverse());
  });

  it('a file that is cut short meanwhile', async () => {
    const ids = numbers(3000);
    const bytes = fileOf(ids.map(sent));
    const folder = await putJournal(bytes);
    const events = readEventsBackwards(folder);
    const read = [(await events.next()).value.id];
    const size = bytes.length / ids.length;
    await truncate(join(folder, 'journal.jsonl'), 100 * size);
    for await (const { id } of events) read.push(id);
    expect(read.slice(-100)).toEqual(ids.slice(0, 100).reverse());
  });

  it('files that may not be read are told, also older ones', async () => {
    const folder = await putJournal(fileOf([sent('a')]));
    const name = `journal-${'0'.repeat(16)}-aaaaaaaa.jsonl`;
    await mkdir(join(folder, name));
    expect(await readIds(folder, { bytes: 10 })).toEqual([]);
    const events = readEventsBackwards(folder);
    expect((await events.next()).value.id).toBe('a');
    await expect(events.next()).rejects.toMatchObject({
      code: 'bad_file',
      message: expect.stringMatching(/cannot be read: (not a regular file|EISDIR|EPERM)\.$/),
    });
  });

  describe('with a limit of bytes', () => {
    it('gives the newest, over several files, and no half lines', async () => {
      const folder = await newPlace();
      const journal = await openTest(folder, { rotateAbove: 500 });
      const ids = numbers(60);
      for (const id of ids) await journal.append(sent(id));
      ids.reverse();
      const size = Buffer.byteLength(`\n${lineOf(sent('0000'))}\n`);
      for (let bytes = 0; bytes <= 62 * size; bytes += 31) {
        const found = await readIds(folder, { bytes });
        expect(found).toEqual(ids.slice(0, found.length));
        expect(found.length).toBeLessThanOrEqual(bytes / size + 1);
        expect(found.length).toBeGreaterThanOrEqual(Math.min(60, Math.floor(bytes / size) - 1));
      }
    });

    it('reads no more than that', async () => {
      const folder = await putJournal(fileOf(numbers(10_000).map(sent)));
      const read = vi.spyOn(openFiles(), 'read');
      await readAll(folder, { bytes: 100_000 });
      const asked = read.mock.calls.map(([buffer]) => buffer.byteLength);
      expect(asked.reduce((a, b) => a + b, 0)).toBe(100_000);
    });
  });

  it('who stops early has paid for little: one block, a few lines, and the file is closed', async () => {
    const folder = await putJournal(fileOf(numbers(10_000).map(sent)));
    const handles = openFiles();
    const read = vi.spyOn(handles, 'read');
    const parse = vi.spyOn(JSON, 'parse');
    const ids: string[] = [];
    for await (const { id } of readEventsBackwards(folder)) {
      ids.push(id);
      if (ids.length === 20) break;
    }
    expect(ids).toEqual(numbers(20, 9980).reverse());
    expect([parse.mock.calls.length, read.mock.calls.length]).toEqual([20, 1]);
    expect(read.mock.contexts.map((file) => (file as OpenFile).isOpen)).toEqual([false]);
  });
});

describe('whatever is in it', () => {
  const text = fc.string({
    unit: fc.oneof(
      fc.constantFrom('\n', '\r', '"', '\\', '\0', '\u2028', '🦊', '\ud800'),
      fc.string({ minLength: 1, maxLength: 1, unit: 'binary' }),
    ),
    maxLength: 60,
  });
  const id = fc.string({ minLength: 1, maxLength: 10 });
  const cost = fc.record({
    usd: fc.option(fc.double({ noNaN: true, noDefaultInfinity: true })),
    basis: text,
  });
  const image = fc.nat(7);
  const event: fc.Arbitrary<NewEvent> = fc.oneof(
    fc.record({ event: fc.constant('sent' as const), id }),
    fc.record({ event: fc.constant('told' as const), id }),
    fc.record({ event: fc.constant('withheld' as const), id, image }),
    fc.record({
      event: fc.constant('saved' as const),
      id,
      image,
      path: fc.option(text),
      sha256: text,
      bytes: fc.nat(),
    }),
    fc.record(
      { event: fc.constant('given-up' as const), id, image, reason: text },
      { requiredKeys: ['event', 'id', 'reason'] },
    ),
    fc.record(
      {
        ...{
          event: fc.constant('failed' as const),
          id,
          image,
          code: fc.constant('server' as const),
          message: text,
        },
        ...{
          billed: fc.constantFrom('no', 'yes', 'maybe'),
          status: fc.option(fc.nat(600)),
          requestId: fc.option(text),
        },
      },
      { requiredKeys: ['event', 'id', 'code', 'message', 'billed', 'status', 'requestId'] },
    ),
    fc.record({
      ...{ event: fc.constant('answered' as const), id, status: fc.nat(600), requestId: fc.option(text) },
      ...{ sandbox: fc.boolean(), images: image, cost, json: fc.jsonValue() as fc.Arbitrary<unknown> },
    }),
    fc.record({
      ...{
        event: fc.constant('planned' as const),
        id,
        command: text,
        endpoint: text,
        model: fc.option(text),
      },
      ...{ baseUrl: text, answer: fc.constantFrom('images', 'layers', 'descriptions', 'json-prompt') },
      ...{ fingerprint: text, images: image, cost, metadata: fc.boolean(), version: text },
      place: fc.oneof(
        fc.constant(null),
        fc.constant({ kind: 'stdout' as const }),
        fc.record({
          ...{ kind: fc.constant('files' as const), folder: text, stem: fc.option(text), slug: text },
          force: fc.boolean(),
        }),
      ),
      asked: fc.option(
        fc.record({
          ...{ prompt: fc.option(text), spec: text, operands: fc.array(text, { maxLength: 3 }) },
          ...{ options: fc.dictionary(text, fc.jsonValue()), fields: fc.dictionary(text, fc.jsonValue()) },
          files: fc.array(fc.record({ name: text, source: text, sha256: text, bytes: fc.nat() }), {
            maxLength: 2,
          }),
        }),
      ),
    }),
  ) as fc.Arbitrary<NewEvent>;
  const events = fc.array(event, { minLength: 1, maxLength: 12 });
  beforeEach(async () => {
    // That this is done is shown above; here it would take its time.
    vi.spyOn(openFiles(), 'sync').mockResolvedValue();
  });

  const textsOf = (found: readonly JournalEvent[]): string[] => found.map((each) => JSON.stringify(each));

  it('what was written is read, over any number of files', async () => {
    await fc.assert(
      fc.asyncProperty(events, fc.nat(2000), async (list, rotateAbove) => {
        const folder = await newPlace();
        const journal = await openTest(folder, { rotateAbove });
        await Promise.all(list.map((each) => journal.append(each)));
        expect(textsOf(await readAll(folder)).reverse()).toEqual(list.map(lineOf));
      }),
      { numRuns: 60 },
    );
  });

  it('cut at any byte: what was whole is read, and so is what comes after', async () => {
    const list: NewEvent[] = [sent('a'), long('b', 'äö"\\\n🦊'), sent('c')];
    const bytes = fileOf(list);
    const path = join(await newPlace(), 'journal.jsonl');
    const folder = join(path, '..');
    const later = long('later', '🦊');
    await openTest(folder);
    for (let cut = 0; cut <= bytes.length; cut++) {
      await writeFile(path, bytes.subarray(0, cut));
      // The newline behind a line is no part of it.
      const whole = list.filter((_, index) => fileOf(list.slice(0, index + 1)).length - 1 <= cut);
      expect(textsOf(await readAll(folder)).reverse()).toEqual(whole.map(lineOf));
      await (await openTest(folder)).append(later);
      expect(textsOf(await readAll(folder)).reverse()).toEqual([...whole, later].map(lineOf));
    }
  });

  it('any journal, cut anywhere', async () => {
    await fc.assert(
      fc.asyncProperty(events, fc.nat(), events, async (list, at, laters) => {
        const bytes = fileOf(list);
        const cut = at % (bytes.length + 1);
        const folder = await putJournal(bytes.subarray(0, cut));
        const whole = list.filter((_, index) => fileOf(list.slice(0, index + 1)).length - 1 <= cut);
        const journal = await openTest(folder);
        for (const each of laters) await journal.append(each);
        expect(textsOf(await readAll(folder)).reverse()).toEqual([...whole, ...laters].map(lineOf));
      }),
      { numRuns: 60 },
    );
  });

  it('any bytes anywhere: other lines survive', async () => {
    const damage = fc.record({
      at: fc.nat(),
      bytes: fc.oneof(
        fc.uint8Array({ minLength: 1, maxLength: 200 }),
        fc.nat(5000).map((length) => Buffer.alloc(length + 1)),
        fc.constantFrom('\n', '{', '}', '"', '\ufeff', '\n{"v":1,').map((piece) => Buffer.from(piece)),
      ),
    });
    await fc.assert(
      fc.asyncProperty(events, fc.array(damage, { minLength: 1, maxLength: 4 }), async (list, wounds) => {
        const bytes = fileOf(list);
        const touched = new Set<number>();
        const ends = list.map((_, index) => fileOf(list.slice(0, index + 1)).length);
        for (const wound of wounds) {
          const start = wound.at % bytes.length;
          const end = Math.min(bytes.length, start + wound.bytes.length);
          bytes.set(wound.bytes.subarray(0, end - start), start);
          for (const [index, last] of ends.entries()) {
            if (start < last && end > (ends[index - 1] ?? 0)) touched.add(index);
          }
        }
        const folder = await putJournal(bytes);
        const found = new Set(textsOf(await readAll(folder)));
        const survivors = list.filter((_, index) => !touched.has(index)).map(lineOf);
        expect(survivors.filter((line) => !found.has(line))).toEqual([]);
      }),
      { numRuns: 150 },
    );
  });
});
