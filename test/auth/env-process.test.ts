/** At every file system call, in a process with umask 0 or a disk that fails: nobody else can read the key, and no half file stays. */
import { execFile } from 'node:child_process';
import { chmod, chown, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'rolldown';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { createWorld, TEST_KEY } from '../support/run.js';

/** Calls one function of env-file, looks at all files of the folder before and after each call to the file system, and prints it. */
const CHILD = `
import fs from 'node:fs';
import { syncBuiltinESMExports } from 'node:module';
import { join } from 'node:path';
import * as subject from './subject.mjs';

const { call, args, folder, key, umask, fails, uid, modeless } = JSON.parse(process.argv[2]);
process.umask(umask);
// dotenv is loaded before anything is watched, and before the rights to do so are gone.
await subject.inspectEnvFile(join(folder, '.env')).catch(() => {});
if (uid) process.setuid(uid);
const { readdirSync, readFileSync, statSync } = fs;
const sights = [];
let isLooking = false;
const look = (step) => {
  isLooking = true;
  for (const name of readdirSync(folder, { recursive: true })) {
    const path = join(folder, name);
    const mode = statSync(path).mode & 0o777;
    let text = '';
    try { text = readFileSync(path, 'latin1'); } catch {}
    sights.push({ step, name, mode, hasKey: text.includes(key) });
  }
  isLooking = false;
};
const begin = (step) => {
  look('before ' + step);
  if (step === fails) throw Object.assign(new Error('the disk fails'), { code: 'EIO' });
};
const watch = (object, name, step) => {
  const original = object[name];
  object[name] = function (...rest) {
    // What reads a whole file opens it too.
    const isReading = name === 'openSync' && ['r', 0, undefined].includes(rest[1]);
    if (isLooking || isReading) return original.apply(this, rest);
    begin(step);
    const done = rest.at(-1);
    if (typeof done === 'function') return original.call(this, ...rest.slice(0, -1), (...results) => { look(step); done(...results); });
    try {
      return original.apply(this, rest);
    } finally {
      look(step);
    }
  };
};
const watchPromised = (object, name) => {
  const original = object[name];
  object[name] = async function (...rest) {
    begin(name);
    try {
      return await original.apply(this, rest);
    } finally {
      look(name);
    }
  };
};
if (modeless) {
  const { openSync } = fs;
  fs.openSync = (path, flags) => openSync(path, flags);
  fs.fchmodSync = () => {};
}
for (const name of Object.keys(fs)) {
  // A call for an open file is about the same as one for a path: fsync, fchmodSync.
  const step = name.replace(/Sync$/, '').replace(/^f(?=sync|chmod|chown|stat|truncate)/, '');
  if (/^(f?sync|f?datasync|write|rename|link)$|Sync$/.test(name) && typeof fs[name] === 'function') watch(fs, name, step);
}
for (const name of Object.keys(fs.promises)) {
  if (typeof fs.promises[name] === 'function') watchPromised(fs.promises, name);
}
syncBuiltinESMExports();
let outcome;
try {
  outcome = { value: await subject[call](...args) };
} catch (error) {
  outcome = { code: error.code, message: error.message, hint: error.hint };
}
process.stdout.write(JSON.stringify({ outcome, sights }));
`;

interface Sight {
  readonly step: string;
  readonly name: string;
  readonly mode: number;
  readonly hasKey: boolean;
}

interface Order {
  readonly call: 'writeKeyToEnvFile' | 'removeKeyFromEnvFile' | 'inspectEnvFile';
  readonly folder: string;
  readonly umask?: number;
  /** This call to the file system fails with EIO. */
  readonly fails?: string;
  /** The disk takes any mode and keeps none. */
  readonly modeless?: boolean;
  /** Who it runs as. */
  readonly uid?: number;
}

let bundle: string;

beforeAll(async () => {
  bundle = await mkdtemp(join(tmpdir(), 'ideogram-env-'));
  await build({
    input: { subject: fileURLToPath(new URL('../../src/auth/env-file.ts', import.meta.url)) },
    platform: 'node',
    resolve: { extensionAlias: { '.js': ['.ts', '.js'] } },
    output: { dir: bundle, format: 'esm', entryFileNames: '[name].mjs', chunkFileNames: '[name]-[hash].mjs' },
    logLevel: 'silent',
  });
  await writeFile(join(bundle, 'child.mjs'), CHILD);
});

afterAll(() => rm(bundle, { recursive: true }));

async function inProcess({ umask = 0, ...order }: Order): Promise<{
  outcome: { value?: unknown; code?: string; message?: string; hint?: string };
  sights: Sight[];
}> {
  const path = join(order.folder, '.env');
  const args = order.call === 'writeKeyToEnvFile' ? [path, TEST_KEY] : [path];
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    [join(bundle, 'child.mjs'), JSON.stringify({ ...order, umask, args, key: TEST_KEY })],
    { timeout: 10_000 },
  );
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

async function folderWith(
  text: string | undefined,
  mode?: number,
): Promise<{ folder: string; path: string }> {
  const { folder } = await createWorld();
  const path = join(folder, '.env');
  if (text !== undefined) await writeFile(path, text);
  if (mode !== undefined) await chmod(path, mode);
  return { folder, path };
}

const OLD = `A=1\nIDEOGRAM_API_KEY=old # mine\n`;

describe.skipIf(process.platform === 'win32')('the key is in no file that others can read', () => {
  it.each<[string, string | undefined, number | undefined, number, number]>([
    ['a new file, umask 0', undefined, undefined, 0, 0o600],
    ['a new file, umask 0777', undefined, undefined, 0o777, 0o600],
    ['a file open to all', OLD, 0o666, 0, 0o600],
    ['a file to be read by all', OLD, 0o444, 0, 0o400],
    ['a read-only file', OLD, 0o400, 0, 0o400],
  ])('%s', async (_what, text, mode, umask, wanted) => {
    const { folder, path } = await folderWith(text, mode);
    const { outcome, sights } = await inProcess({ call: 'writeKeyToEnvFile', folder, umask });
    expect(outcome.value).toMatchObject({ path });
    expect(await readFile(path, 'utf8')).toContain(TEST_KEY);
    expect((await stat(path)).mode & 0o777).toBe(wanted);

    const open = sights.filter((sight) => (sight.mode & 0o077) !== 0);
    expect(open.filter((sight) => sight.hasKey)).toEqual([]);
    // Not even while it is empty: who has opened it then can read on.
    expect(open.filter((sight) => sight.name !== '.env')).toEqual([]);
    // It was looked at while the key was in the temporary file, and synced before it got its name.
    const steps = sights.filter(({ name, hasKey }) => name !== '.env' && hasKey).map(({ step }) => step);
    expect(steps).toEqual(expect.arrayContaining(['write', 'sync', 'before rename']));
    const last = sights.filter(({ name, hasKey }) => name === '.env' && hasKey).map(({ step }) => step);
    expect(last).toEqual(expect.arrayContaining(['rename', 'before sync', 'sync']));
  });
});

describe('a disk that fails', () => {
  it.each(['open', 'write', 'sync', 'rename'])(
    'at %s: the old file is whole, no other is there',
    async (fails) => {
      for (const call of ['writeKeyToEnvFile', 'removeKeyFromEnvFile'] as const) {
        const { folder, path } = await folderWith(OLD, 0o644);
        const { outcome } = await inProcess({ call, folder, fails });
        expect(outcome).toMatchObject({ code: 'bad_file', message: `${path} cannot be written (EIO).` });
        expect([await readdir(folder), await readFile(path, 'utf8')]).toEqual([['.env'], OLD]);
      }
    },
  );

  it('at unlink: the file is whole', async () => {
    const { folder, path } = await folderWith('IDEOGRAM_API_KEY=old\n');
    const { outcome } = await inProcess({ call: 'removeKeyFromEnvFile', folder, fails: 'unlink' });
    expect(outcome).toMatchObject({ code: 'bad_file', message: `${path} cannot be removed (EIO).` });
    expect(await readFile(path, 'utf8')).toBe('IDEOGRAM_API_KEY=old\n');
  });

  it('that knows no modes and no owners is written all the same', async () => {
    for (const fails of ['chmod', 'lchown']) {
      const { folder, path } = await folderWith(OLD);
      const { outcome } = await inProcess({ call: 'writeKeyToEnvFile', folder, fails });
      expect([outcome.code, await readdir(folder)]).toEqual([undefined, ['.env']]);
      expect(await readFile(path, 'utf8')).toBe(OLD.replace('old', TEST_KEY));
    }
  });

  it.skipIf(process.platform === 'win32')(
    'that keeps no modes: it is not claimed that one was narrowed',
    async () => {
      const { folder, path } = await folderWith(OLD, 0o666);
      const { outcome } = await inProcess({ call: 'writeKeyToEnvFile', folder, modeless: true });
      expect(outcome.value).toEqual({ path });
      expect((await stat(path)).mode & 0o777).toBe(0o666);
    },
  );

  it('whose folder takes no file is found out beforehand', async () => {
    const { folder } = await folderWith(OLD);
    const { outcome } = await inProcess({ call: 'inspectEnvFile', folder, fails: 'access' });
    expect(outcome).toMatchObject({
      code: 'bad_file',
      message: `Nothing can be written into the folder ${folder} (EIO).`,
    });
  });
});

const NOBODY = 65_534;

describe.skipIf(process.getuid?.() !== 0)('rights (only root can try this)', () => {
  it('a folder or a file that is closed to the user', async () => {
    await chmod(bundle, 0o755);
    const { folder, path } = await folderWith(OLD, 0o644);
    await chmod(folder, 0o755);
    const order = { call: 'inspectEnvFile', folder, uid: NOBODY } as const;
    expect((await inProcess(order)).outcome.message).toMatch(/Nothing can be written.*\(EACCES\)/);
    await chmod(folder, 0o777);
    expect((await inProcess(order)).outcome.value).toMatchObject({ path, key: 'old' });
    await chmod(path, 0o600);
    expect((await inProcess(order)).outcome.message).toBe(`${path} cannot be read (EACCES).`);
  });

  it('a file of another user stays theirs', async () => {
    const { folder, path } = await folderWith(OLD, 0o644);
    await chown(path, NOBODY, NOBODY);
    await inProcess({ call: 'writeKeyToEnvFile', folder });
    const { uid, gid, mode } = await stat(path);
    expect([uid, gid, mode & 0o777]).toEqual([NOBODY, NOBODY, 0o600]);
  });
});
