/** What git would do with .env after it was kept out of it: judged by git itself, and by the lines where there is none. */
import { execFileSync, spawnSync } from 'node:child_process';
import { chmod, mkdir, readdir, readFile, realpath, rm, stat, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { keepOutOfGit } from '../../src/auth/git.js';
import { createWorld } from '../support/run.js';

const hasGit = spawnSync('git', ['--version']).status === 0;
const onWindows = process.platform === 'win32';
const COMMENT = '# API keys never go into git.';
const BOTH = ['.env', '.env.local'];
const NOTHING = { added: undefined, tracked: [], exposed: [] };

/** No settings of the developer, and none of a hook that runs the tests. */
function cleanEnv(home: string): Record<string, string | undefined> {
  return { PATH: process.env.PATH, HOME: home, GIT_CONFIG_NOSYSTEM: '1' };
}

/** A repository with these files, in a folder of its own, next to an empty home. */
async function repository(files: Record<string, string | Uint8Array> = {}) {
  const world = await createWorld();
  const root = await realpath(world.folder);
  const [folder, home] = [join(root, 'project'), join(root, 'home')];
  await mkdir(folder);
  await mkdir(home);
  const env = cleanEnv(home);
  const git = (...args: string[]): string =>
    execFileSync('git', ['-C', folder, ...args], { env, encoding: 'utf8', stdio: 'pipe' });
  git('init', '-q');
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  return { folder, home, env, git, ignoreFile: join(folder, '.gitignore') };
}

/** A folder that only looks like a repository, for programs that cannot or must not ask git. */
async function lookalike(files: Record<string, string> = {}) {
  const { folder } = await createWorld();
  await mkdir(join(folder, '.git'));
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  return { folder, env: { PATH: join(folder, 'empty') }, ignoreFile: join(folder, '.gitignore') };
}

const text = (path: string): Promise<string> => readFile(path, 'latin1');

describe.skipIf(!hasGit)('with git (where it is installed)', () => {
  it('adds both, once, and git then adds neither', async () => {
    const { folder, env, git, ignoreFile } = await repository();
    expect(await keepOutOfGit(folder, env)).toEqual({
      ...NOTHING,
      added: { path: ignoreFile, patterns: BOTH },
    });
    expect(await text(ignoreFile)).toBe(`${COMMENT}\n.env\n.env.local\n`);
    for (const name of [...BOTH, 'index.js']) await writeFile(join(folder, name), 'x');
    git('add', '.');
    expect(git('ls-files')).toBe('.gitignore\nindex.js\n');

    const before = await stat(ignoreFile);
    expect(await keepOutOfGit(folder, env)).toEqual(NOTHING);
    expect((await stat(ignoreFile)).ino).toBe(before.ino);
  });

  it.each<[string, string, string, string[]]>([
    ['LF, no last break', 'node_modules', `node_modules\n${COMMENT}\n.env\n.env.local\n`, BOTH],
    ['CRLF', 'dist\r\nbuild', `dist\r\nbuild\r\n${COMMENT}\r\n.env\r\n.env.local\r\n`, BOTH],
    ['one is covered', '/.env\n', `/.env\n${COMMENT}\n.env.local\n`, ['.env.local']],
    ['taken back by a later line', '.env*\n!.env\n', `.env*\n!.env\n${COMMENT}\n.env\n`, ['.env']],
    [
      'bytes that are no UTF-8',
      '\xe9\xff\n.env.local\n',
      `\xe9\xff\n.env.local\n${COMMENT}\n.env\n`,
      ['.env'],
    ],
    ['empty', '', `${COMMENT}\n.env\n.env.local\n`, BOTH],
  ])('keeps what is there: %s', async (_what, before, after, patterns) => {
    const { folder, env, ignoreFile } = await repository({ '.gitignore': Buffer.from(before, 'latin1') });
    expect(await keepOutOfGit(folder, env)).toEqual({ ...NOTHING, added: { path: ignoreFile, patterns } });
    expect(await text(ignoreFile)).toBe(after);
    expect(await keepOutOfGit(folder, env)).toEqual(NOTHING);
    expect((await readdir(folder)).sort()).toEqual(['.git', '.gitignore']);
  });

  it('asks git: patterns of other shapes, parent folders, info/exclude and the global file count', async () => {
    const shapes = await repository({ '.gitignore': '.e*\n' });
    expect(await keepOutOfGit(shapes.folder, shapes.env)).toEqual(NOTHING);

    const parent = await repository({ '.gitignore': '.env\n' });
    const app = join(parent.folder, 'apps', 'one');
    await mkdir(app, { recursive: true });
    await writeFile(join(parent.folder, '.git', 'info', 'exclude'), '.env.local\n');
    expect(await keepOutOfGit(app, parent.env)).toEqual(NOTHING);
    expect(await readdir(app)).toEqual([]);

    const global = await repository();
    await writeFile(join(global.home, 'ignore'), '.env*\n');
    await writeFile(join(global.home, 'config'), `[core]\n\texcludesFile = ~/ignore\n`);
    const env = { ...global.env, GIT_CONFIG_GLOBAL: join(global.home, 'config') };
    expect(await keepOutOfGit(global.folder, env)).toEqual(NOTHING);
  });

  it('writes into the folder of the .env, not to the top of the repository', async () => {
    const { folder, env, git } = await repository();
    const app = join(folder, 'app');
    await mkdir(app);
    expect((await keepOutOfGit(app, env)).added?.path).toBe(join(app, '.gitignore'));
    await writeFile(join(app, '.env'), 'x');
    expect(git('status', '--porcelain', '-uall')).toBe('?? app/.gitignore\n');
  });

  it('knows a worktree, where .git is a file', async () => {
    const { folder, env, git } = await repository();
    git('-c', 'user.name=a', '-c', 'user.email=a@b.c', 'commit', '-q', '--allow-empty', '-m', 'x');
    const tree = `${folder}-tree`;
    git('worktree', 'add', '-q', tree);
    expect((await keepOutOfGit(tree, env)).added?.patterns).toEqual(BOTH);
  });

  it('tells what git has already: ignored now, tracked all the same', async () => {
    const { folder, env, git, ignoreFile } = await repository({ '.env': 'A=1\n' });
    git('add', '.env');
    expect(await keepOutOfGit(folder, env)).toEqual({
      added: { path: ignoreFile, patterns: BOTH },
      tracked: ['.env'],
      exposed: [],
    });
    expect(await keepOutOfGit(folder, env)).toEqual({ ...NOTHING, tracked: ['.env'] });
  });

  it('does not take the files of a folder named .env for the file', async () => {
    const { folder, env, git } = await repository();
    await mkdir(join(folder, '.env'));
    await writeFile(join(folder, '.env', 'pyvenv.cfg'), 'x');
    git('add', '.');
    expect((await keepOutOfGit(folder, env)).tracked).toEqual([]);
  });

  it('covers a file of another name that a link led to', async () => {
    const { folder, env } = await repository({ '.gitignore': '.env\n.env.local\n' });
    expect((await keepOutOfGit(folder, env, '.env.shared')).added?.patterns).toEqual(['.env.shared']);
    expect(await keepOutOfGit(folder, env, '.env.shared')).toEqual(NOTHING);
  });

  it('is not misled by a hook that runs it: GIT_DIR and its like are another repository', async () => {
    const { folder, env } = await repository({ '.gitignore': '.env*\n', '.env': 'A=1\n' });
    const other = await repository({ '.env': 'A=1\n' });
    other.git('add', '.env');
    const hook = {
      ...env,
      GIT_DIR: join(other.folder, '.git'),
      GIT_WORK_TREE: other.folder,
      GIT_INDEX_FILE: join(other.folder, '.git', 'index'),
      GIT_TRACE: join(folder, 'trace'),
    };
    expect(await keepOutOfGit(folder, hook)).toEqual(NOTHING);
    expect((await readdir(folder)).sort()).toEqual(['.env', '.git', '.gitignore']);
  });

  it.skipIf(onWindows)('runs nothing that the repository names', async () => {
    const { folder, home, env, git } = await repository({ '.env': 'A=1\n' });
    git('add', '.env');
    const script = join(home, 'evil.sh');
    await writeFile(script, `#!/bin/sh\ntouch "${home}/ran"\n`);
    await chmod(script, 0o755);
    git('config', 'core.fsmonitor', script);
    for (const hook of ['post-index-change', 'post-checkout'])
      await symlink(script, join(folder, '.git', 'hooks', hook));
    // The trap is a real one.
    git('status');
    expect(await readdir(home)).toEqual(['evil.sh', 'ran']);
    await rm(join(home, 'ran'));

    await keepOutOfGit(folder, env);
    expect(await readdir(home)).toEqual(['evil.sh']);
  });

  it.skipIf(onWindows)(
    'fetches nothing that a partial clone lacks, by no command that it names',
    async ({ skip }) => {
      const { folder, home, env, git } = await repository({ '.gitignore': '.env*\n' });
      for (const name of ['seen', 'unseen']) {
        await mkdir(join(folder, name));
        await writeFile(join(folder, name, 'file'), name);
      }
      git('add', '.');
      git('-c', 'user.name=a', '-c', 'user.email=a@b.c', 'commit', '-q', '-m', 'x');
      git('sparse-checkout', 'set', '--cone', '--sparse-index', 'seen');
      const tree = git('rev-parse', 'HEAD:unseen').trim();
      await rm(join(folder, '.git', 'objects', tree.slice(0, 2), tree.slice(2)));
      git('config', 'core.repositoryFormatVersion', '1');
      git('config', 'extensions.partialClone', 'origin');
      git('config', 'remote.origin.promisor', 'true');
      git('config', 'remote.origin.url', `ext::sh -c touch% ${home}/ran`);
      git('config', 'protocol.ext.allow', 'always');
      spawnSync('git', ['-C', folder, 'ls-files'], { env });
      if ((await readdir(home)).length === 0) skip('this git does not fall into the trap');
      await rm(join(home, 'ran'));

      await keepOutOfGit(folder, env);
      expect(await readdir(home)).toEqual([]);
    },
  );

  it('goes by the lines where git refuses to answer', async () => {
    const { folder, env, git, ignoreFile } = await repository({ '.gitignore': '.env\n' });
    git('config', 'core.repositoryFormatVersion', '99');
    expect(await keepOutOfGit(folder, env)).toEqual({
      ...NOTHING,
      added: { path: ignoreFile, patterns: ['.env.local'] },
    });
    expect(await keepOutOfGit(folder, env)).toEqual(NOTHING);
  });
});

describe.skipIf(onWindows)('with a git that answers oddly', () => {
  /** A git of ours, in front of the real one. */
  async function withGit(script: string, files: Record<string, string> = {}) {
    const place = await lookalike(files);
    const bin = join(place.folder, 'bin');
    await mkdir(bin);
    await writeFile(join(bin, 'git'), `#!/bin/sh\n${script}\n`);
    await chmod(join(bin, 'git'), 0o755);
    return { ...place, bin, env: { PATH: `${bin}:/bin:/usr/bin` } };
  }

  it('that ignores nothing whatever is there: told as exposed, and added once', async () => {
    const { folder, env, ignoreFile } = await withGit('exit 1');
    expect(await keepOutOfGit(folder, env)).toEqual({
      added: { path: ignoreFile, patterns: BOTH },
      tracked: [],
      exposed: BOTH,
    });
    expect(await keepOutOfGit(folder, env)).toEqual({ ...NOTHING, exposed: BOTH });
  });

  it('is started at the root of the file system, so that no program of the folder is meant', async () => {
    const { folder, bin, env } = await withGit(
      'pwd > "$(dirname "$0")/cwd"; printf "%s\\n" "$@" > "$(dirname "$0")/args"; exit 1',
    );
    await keepOutOfGit(folder, env);
    expect(await text(join(bin, 'cwd'))).toBe('/\n');
    expect((await text(join(bin, 'args'))).split('\n').slice(0, 4)).toEqual([
      '-c',
      'core.fsmonitor=false',
      '-C',
      folder,
    ]);
  });

  it('is found by an absolute path only, not in the folder', async () => {
    const { folder, bin } = await withGit('touch "$(dirname "$0")/ran"; exit 1');
    await symlink(join(bin, 'git'), join(folder, 'git'));
    await keepOutOfGit(folder, { PATH: '.:bin:' });
    expect(await readdir(bin)).toEqual(['git']);
    expect((await readdir(folder)).sort()).toEqual(['.git', '.gitignore', 'bin', 'git']);
  });
});

describe('without git', () => {
  it.each<[string, string | undefined, string[]]>([
    ['no .gitignore', undefined, BOTH],
    ['.env', '.env\n', ['.env.local']],
    ['/.env', 'a\r\n/.env\r\n', ['.env.local']],
    ['.env*', '.env*', []],
    ['.env.* and .env behind a byte order mark', '\ufeff.env\n.env.*  \n', []],
    ['a line that takes it back', '.env*\n!.env.local\n', ['.env.local']],
    ['a line that takes it back, and one that does not', '.env*\n!.env\n.env\n', []],
    ['comments and other names', '# .env\n.environment\nx/.env.local\n', BOTH],
  ])('goes by the lines: %s', async (_what, lines, patterns) => {
    const { folder, env, ignoreFile } = await lookalike(lines === undefined ? {} : { '.gitignore': lines });
    const added = patterns.length > 0 ? { path: ignoreFile, patterns } : undefined;
    expect(await keepOutOfGit(folder, env)).toEqual({ ...NOTHING, added });
    expect(await keepOutOfGit(folder, env)).toEqual(NOTHING);
  });

  it('does nothing outside of a repository', async () => {
    const { folder } = await createWorld();
    expect(await keepOutOfGit(folder, { PATH: process.env.PATH })).toEqual(NOTHING);
    expect(await readdir(folder)).toEqual([]);
  });

  it('finds the repository above, also through a link', async () => {
    const { folder, env } = await lookalike();
    const { folder: elsewhere } = await createWorld();
    await mkdir(join(folder, 'a', 'b'), { recursive: true });
    await symlink(join(folder, 'a', 'b'), join(elsewhere, 'linked'), 'junction');
    expect((await keepOutOfGit(join(elsewhere, 'linked'), env)).added?.patterns).toEqual(BOTH);
    expect(await text(join(folder, 'a', 'b', '.gitignore'))).toContain('.env\n');
  });

  it.skipIf(onWindows)('keeps the mode of the file', async () => {
    const { folder, env, ignoreFile } = await lookalike({ '.gitignore': 'a\n' });
    await chmod(ignoreFile, 0o664);
    await keepOutOfGit(folder, env);
    expect((await stat(ignoreFile)).mode & 0o777).toBe(0o664);
  });

  it.skipIf(onWindows).each<[string, (path: string, folder: string) => Promise<unknown>, RegExp]>([
    ['a link', (path, folder) => symlink(join(folder, 'x'), path), /is a link, which git does not follow/],
    ['a folder', (path) => mkdir(path), /is not a file/],
    ['a named pipe', async (path) => execFileSync('mkfifo', [path]), /is not a file/],
    ['UTF-16', (path) => writeFile(path, Buffer.from('\ufeff.env\n', 'utf16le')), /UTF-16/],
  ])('refuses a .gitignore that is %s', async (_what, make, says) => {
    const { folder, env, ignoreFile } = await lookalike();
    await make(ignoreFile, folder);
    const error = await keepOutOfGit(folder, env).catch((caught) => caught);
    expect(error).toMatchObject({ code: 'bad_file', hint: expect.stringContaining('.env and .env.local') });
    expect(error.message).toContain(ignoreFile);
    expect(error.message).toMatch(says);
    expect((await readdir(folder)).sort()).toEqual(['.git', '.gitignore']);
  });

  it.skipIf(onWindows || process.getuid?.() === 0)('refuses what it may not write (root may)', async () => {
    const { folder, env, ignoreFile } = await lookalike({ '.gitignore': 'a\n' });
    await chmod(ignoreFile, 0o444);
    await expect(keepOutOfGit(folder, env)).rejects.toMatchObject({
      code: 'bad_file',
      message: `${ignoreFile} cannot be written (EACCES).`,
    });
  });
});
