/** The key in a .env file on the disk: what is refused beforehand, what is written and taken out, and who may read it. */
import { execFileSync } from 'node:child_process';
import { chmod, lstat, mkdir, readdir, readFile, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { inspectEnvFile, removeKeyFromEnvFile, writeKeyToEnvFile } from '../../src/auth/env-file.js';
import { readEnvFile } from '../../src/auth/env-key.js';
import { KEY_VARIABLE } from '../../src/auth/key-form.js';
import { createWorld, TEST_KEY } from '../support/run.js';

const onWindows = process.platform === 'win32';

/** A folder with a .env of this content, or none. */
async function folderWith(
  content?: string | Uint8Array,
  mode?: number,
): Promise<{ folder: string; path: string }> {
  const { folder } = await createWorld();
  const path = join(folder, '.env');
  if (content !== undefined) await writeFile(path, content);
  if (mode !== undefined) await chmod(path, mode);
  return { folder, path };
}

const modeOf = async (path: string): Promise<number> => (await stat(path)).mode & 0o777;

/** What no key may be written into, and what is said of it. */
const UNUSABLE: [string, (path: string, folder: string) => Promise<unknown>, RegExp][] = [
  ['a folder', (path) => mkdir(path), /is a folder.*Python/s],
  ['UTF-16', (path) => writeFile(path, Buffer.from(`\ufeff${KEY_VARIABLE}=k`, 'utf16le')), /UTF-16.*UTF-8/s],
  ['UTF-16, the other way round', (path) => writeFile(path, Buffer.from([0xfe, 0xff, 0, 65])), /UTF-16/],
  ['Latin-1', (path) => writeFile(path, Buffer.from(`A=\xe9\n${KEY_VARIABLE}=k`, 'latin1')), /not UTF-8/],
  ['a dangling link', (path, folder) => symlink(join(folder, '.env.gone'), path), /does not exist/],
  ['a link to itself', (path) => symlink(path, path), /cannot be used \(ELOOP\)/],
  [
    'a link to a file of another kind',
    async (path, folder) => {
      await writeFile(join(folder, '.bashrc'), `${KEY_VARIABLE}=k\n`);
      await symlink('.bashrc', path);
    },
    /link to .*\.bashrc, which is not a \.env file/,
  ],
  [
    'a link to a link to one',
    async (path, folder) => {
      await writeFile(join(folder, 'x.env'), `${KEY_VARIABLE}=k\n`);
      await symlink('x.env', join(folder, '.env.local'));
      await symlink('.env.local', path);
    },
    /x\.env, which is not/,
  ],
  ['a named pipe', async (path) => execFileSync('mkfifo', [path]), /cannot be read \(not a regular file\)/],
];

describe('inspectEnvFile', () => {
  it('tells the key, the mode and the file, and changes nothing', async () => {
    const { path } = await folderWith(`A=1\n${KEY_VARIABLE}=' old '\n`, 0o640);
    const before = await stat(path);
    expect(await inspectEnvFile(path)).toEqual({ path, key: 'old', mode: onWindows ? 0o666 : 0o640 });
    expect((await stat(path)).mtimeMs).toBe(before.mtimeMs);
  });

  it.each([
    ['no file', undefined],
    ['an empty value', `${KEY_VARIABLE}=\n`],
    ['blanks', `${KEY_VARIABLE}="  "`],
  ])('finds no key: %s', async (_what, content) => {
    const { folder, path } = await folderWith(content);
    expect(await inspectEnvFile(path)).toMatchObject({ path, key: undefined });
    expect(await readdir(folder)).toEqual(content === undefined ? [] : ['.env']);
  });

  it.skipIf(onWindows)('follows links: of the folder, and to the .env above it', async () => {
    const { folder, path } = await folderWith('A=1\n', 0o600);
    await mkdir(join(folder, 'packages', 'app'), { recursive: true });
    await symlink('../../.env', join(folder, 'packages', 'app', '.env'));
    await symlink(join(folder, 'packages'), join(folder, 'linked'));
    expect(await inspectEnvFile(join(folder, 'linked', 'app', '.env'))).toEqual({
      path,
      key: undefined,
      mode: 0o600,
    });
    expect(await inspectEnvFile(join(folder, 'linked', '.env'))).toEqual({
      path: join(folder, 'packages', '.env'),
      key: undefined,
      mode: undefined,
    });
  });

  it.skipIf(onWindows).each(UNUSABLE)('refuses %s, and so does writing', async (_what, make, says) => {
    const { folder, path } = await folderWith();
    await make(path, folder);
    const before = await readdir(folder);
    for (const attempt of [inspectEnvFile, writeKeyToEnvFile]) {
      const error = await attempt(path, TEST_KEY).catch((caught) => caught);
      expect(error).toMatchObject({ code: 'bad_file' });
      expect(`${error.message} ${error.hint}`).toMatch(says);
      expect(error.message).toContain(folder);
      expect(error.hint).toContain('leave out --env');
      expect(`${error.message} ${error.hint} ${error.cause}`).not.toContain(TEST_KEY);
    }
    expect(await readdir(folder)).toEqual(before);
  });

  it('refuses a folder that is not there', async () => {
    const { folder } = await folderWith();
    await expect(inspectEnvFile(join(folder, 'no', '.env'))).rejects.toMatchObject({
      code: 'bad_file',
      message: expect.stringMatching(/no cannot be used \(ENOENT\)/),
    });
  });
});

describe('readEnvFile', () => {
  it('gives the trimmed key; nothing for an empty one, a folder or no file', async () => {
    expect(await readEnvFile((await folderWith(`${KEY_VARIABLE}=" k "\n`)).path)).toBe('k');
    expect(await readEnvFile((await folderWith(`${KEY_VARIABLE}=" "\n`)).path)).toBeUndefined();
    const { folder, path } = await folderWith();
    expect(await readEnvFile(path)).toBeUndefined();
    expect(await readEnvFile(folder)).toBeUndefined();
    expect(await readEnvFile(join((await folderWith('')).path, '.env'))).toBeUndefined();
  });
});

describe('writeKeyToEnvFile', () => {
  it('makes the file, for nobody else', async () => {
    const { folder, path } = await folderWith();
    expect(await writeKeyToEnvFile(path, TEST_KEY)).toEqual({ path, narrowedFrom: undefined });
    expect(await readFile(path, 'utf8')).toBe(`${KEY_VARIABLE}=${TEST_KEY}\n`);
    expect(await readdir(folder)).toEqual(['.env']);
    if (!onWindows) expect(await modeOf(path)).toBe(0o600);
  });

  it('changes its own line in a file with everything in it', async () => {
    const before = `\ufeff# é\r\n\r\nPEM="a\r\n${KEY_VARIABLE}=trap\r\n"\r\nexport ${KEY_VARIABLE}='old' # mine\r\nZ=1`;
    const { path } = await folderWith(before);
    await writeKeyToEnvFile(path, TEST_KEY);
    expect(await readFile(path, 'utf8')).toBe(before.replace("'old'", TEST_KEY));
  });

  it.skipIf(onWindows).each([
    [0o644, 0o600, 0o644],
    [0o660, 0o600, 0o660],
    [0o666, 0o600, 0o666],
    [0o604, 0o600, 0o604],
    [0o600, 0o600, undefined],
    [0o700, 0o600, undefined],
    [0o400, 0o400, undefined],
    [0o440, 0o400, 0o440],
  ])('mode %o becomes %o', async (old, wanted, narrowedFrom) => {
    const { path } = await folderWith('A=1\n', old);
    expect(await writeKeyToEnvFile(path, TEST_KEY)).toEqual({ path, narrowedFrom });
    expect(await modeOf(path)).toBe(wanted);
  });

  it.skipIf(onWindows)('writes where a link leads, and leaves the link', async () => {
    const { folder, path } = await folderWith('A=1\n');
    await mkdir(join(folder, 'app'));
    const link = join(folder, 'app', '.env');
    await symlink('../.env', link);
    expect((await writeKeyToEnvFile(link, TEST_KEY)).path).toBe(path);
    expect((await lstat(link)).isSymbolicLink()).toBe(true);
    expect([await readdir(join(folder, 'app')), await readEnvFile(path)]).toEqual([['.env'], TEST_KEY]);
  });

  it('refuses a key that no quotes hold, and says nothing of it', async () => {
    const { folder, path } = await folderWith('A=1\n', 0o644);
    const key = `secret'"\`#`;
    const error = await writeKeyToEnvFile(path, key).catch((caught) => caught);
    expect(error).toMatchObject({ code: 'bad_file', hint: expect.stringContaining('leave out --env') });
    expect(error.message).toContain(path);
    expect(`${error.message}${error.hint}${error.cause}`).not.toContain('secret');
    expect([await readdir(folder), await readFile(path, 'utf8')]).toEqual([['.env'], 'A=1\n']);
    if (!onWindows) expect(await modeOf(path)).toBe(0o644);
  });
});

describe('removeKeyFromEnvFile', () => {
  it.skipIf(onWindows)('takes the lines out and keeps the rest, the mode too', async () => {
    const { folder, path } = await folderWith(`A=1\r\n${KEY_VARIABLE}=k\r\nB=2\r\n`, 0o640);
    expect(await removeKeyFromEnvFile(path)).toBe(true);
    expect([await readFile(path, 'utf8'), await modeOf(path), await readdir(folder)]).toEqual([
      'A=1\r\nB=2\r\n',
      0o640,
      ['.env'],
    ]);
    expect(await removeKeyFromEnvFile(path)).toBe(false);
  });

  it('takes an empty one out too', async () => {
    const { path } = await folderWith(`A=1\n${KEY_VARIABLE}=\n`);
    expect([await removeKeyFromEnvFile(path), await readFile(path, 'utf8')]).toEqual([true, 'A=1\n']);
  });

  it.each([`${KEY_VARIABLE}=k`, `\ufeff\n${KEY_VARIABLE}=k\r\n \n`])(
    'removes a file that held nothing else: %j',
    async (text) => {
      const { folder, path } = await folderWith(text);
      expect([await removeKeyFromEnvFile(path), await readdir(folder)]).toEqual([true, []]);
    },
  );

  it.skipIf(onWindows)('leaves an empty file where a link leads to it', async () => {
    const { folder, path } = await folderWith(`${KEY_VARIABLE}=k\n`);
    await mkdir(join(folder, 'app'));
    await symlink('../.env', join(folder, 'app', '.env'));
    expect(await removeKeyFromEnvFile(join(folder, 'app', '.env'))).toBe(true);
    expect(await readFile(path, 'utf8')).toBe('');
  });

  it('has nothing to do: no file, a folder, no variable, whatever else the file is', async () => {
    const { folder, path } = await folderWith();
    expect(await removeKeyFromEnvFile(path)).toBe(false);
    expect(await removeKeyFromEnvFile(folder)).toBe(false);
    const latin = await folderWith(Buffer.from(`A=\xe9\n# ${KEY_VARIABLE}=k\n`, 'latin1'));
    const before = await stat(latin.path);
    expect(await removeKeyFromEnvFile(latin.path)).toBe(false);
    expect((await stat(latin.path)).ino).toBe(before.ino);
  });

  it.skipIf(onWindows).each(UNUSABLE.filter(([what]) => !/folder|dangling/.test(what)))(
    'refuses %s that may hold one',
    async (_what, make) => {
      const { folder, path } = await folderWith();
      await make(path, folder);
      await expect(removeKeyFromEnvFile(path)).rejects.toMatchObject({
        code: 'bad_file',
        hint: expect.stringContaining('by hand'),
      });
    },
  );

  it('refuses where open quotes would swallow another variable', async () => {
    const text = `A='open\n${KEY_VARIABLE}=it's\nB='\n`;
    const { path } = await folderWith(text);
    await expect(removeKeyFromEnvFile(path)).rejects.toMatchObject({ code: 'bad_file' });
    expect(await readFile(path, 'utf8')).toBe(text);
  });
});
