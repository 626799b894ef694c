/** --preview and --open of the built program on a real terminal. */
import { chmod, readFile, writeFile } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFolder, HIDE_CURSOR, type Session, startOnTerminal } from '../support/pty.js';
import { execCli } from '../support/spawn.js';

/** The images in its folder. */
async function saved(session: Session): Promise<string[]> {
  return (await session.files()).filter((name) => name.endsWith('.png'));
}

/** A folder for PATH in which something opens files, and notes which. */
async function fakeOpener(status = 0) {
  const bin = await createFolder();
  const note = join(bin, 'opened');
  await writeFile(join(bin, 'xdg-open'), `#!/bin/sh\nprintf '%s\\n' "$@" >> ${note}\nexit ${status}\n`);
  await chmod(join(bin, 'xdg-open'), 0o755);
  const opened = async () =>
    (await readFile(note, 'utf8').catch(() => '')).split('\n').filter(Boolean).sort();
  return { PATH: `${bin}${delimiter}${process.env.PATH}`, opened };
}

describe('--preview', () => {
  it('kitty: the bytes on the terminal are those of the file', async () => {
    const session = await startOnTerminal(['generate', 'a fox', '--sandbox', '--preview'], {
      env: { TERM: 'xterm-kitty' },
    });
    expect(await session.ended).toBe(0);
    const pieces = session.screen().split('\u001b_G').slice(1);
    const content = pieces.map((piece) => (piece.split('\u001b')[0] ?? '').split(';')[1]).join('');
    expect(pieces.length).toBeGreaterThan(1);
    expect(pieces.every((piece) => (piece.split('\u001b')[0] ?? '').length < 4200)).toBe(true);
    const [name = ''] = await saved(session);
    expect(Buffer.from(content, 'base64')).toEqual(await readFile(join(session.cwd, name)));
  });

  it('iTerm2: the same, through the end of a pipe on standard output', async () => {
    const session = await startOnTerminal(['generate', 'a fox', '--sandbox', '--preview'], {
      env: { TERM_PROGRAM: 'iTerm.app' },
      command: '"$0" "$@" | cat > paths.txt',
    });
    expect(await session.ended).toBe(0);
    const [, sequence = ''] = session.screen().split('\u001b]1337;File=');
    const content = sequence.split('\u0007')[0]?.split(':')[1] ?? '';
    const [name = ''] = await saved(session);
    expect(Buffer.from(content, 'base64')).toEqual(await readFile(join(session.cwd, name)));
    expect(await readFile(join(session.cwd, 'paths.txt'), 'utf8')).toBe(`${name}\n`);
  });
});

describe('--open', () => {
  it("hands each image to the system's opener, once", async () => {
    const { PATH, opened } = await fakeOpener();
    const argv = ['generate', 'a fox', '-n', '2', '--sandbox', '--open'];
    const session = await startOnTerminal(argv, { env: { PATH } });
    expect(await session.ended).toBe(0);
    const names = await saved(session);
    expect(await opened()).toEqual(names.map((name) => join(session.cwd, name)));
  });

  it('says it where that fails, and ends well', async () => {
    const { PATH } = await fakeOpener(3);
    const session = await startOnTerminal(['generate', 'a fox', '--sandbox', '--open'], { env: { PATH } });
    await session.see('Nothing here could open');
    expect(await session.ended).toBe(0);
  });
});

describe('nothing is opened', () => {
  it.each<[string, string[], Record<string, string>]>([
    ['with --json', ['--json'], {}],
    ['with --quiet', ['--quiet'], {}],
    ['in CI', [], { CI: 'true' }],
    ['in a dry run', ['--dry-run'], {}],
  ])('%s', async (_name, flags, extra) => {
    const { PATH, opened } = await fakeOpener();
    const argv = ['generate', 'a fox', '--sandbox', '--preview', '--open', ...flags];
    const session = await startOnTerminal(argv, { env: { PATH, TERM: 'xterm-kitty', ...extra } });
    expect([await session.ended, await opened()]).toEqual([0, []]);
    // With the escape: a random address may well hold "_G".
    expect(session.screen()).not.toContain('\u001b_G');
    expect(session.screen()).not.toMatch(/could open|shown/);
  });
});

it('in a pipe both are silent', async () => {
  const { PATH, opened } = await fakeOpener();
  const cwd = await createFolder();
  const env = { PATH, TERM: 'xterm-kitty' };
  const result = await execCli(['generate', 'a fox', '--sandbox', '--preview', '--open'], { cwd, env });
  expect([result.status, await opened()]).toEqual([0, []]);
  expect(result.stderr).toMatch(/^Sandbox: [^\n]*\n$/);
});

it('where a terminal knows no other characters, the spinner has plain ones', async () => {
  const argv = ['generate', 'a fox sandbox:slow=1', '--sandbox'];
  const session = await startOnTerminal(argv, { env: { TERM: 'linux' } });
  expect(await session.ended).toBe(0);
  expect(session.screen()).toContain(HIDE_CURSOR);
  expect([...session.screen()].filter((character) => character > '~')).toEqual([]);
});
