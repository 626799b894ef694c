/** The program on a real terminal: what a person sees, and that the terminal is left as it was. */
import { cp, mkdir, readdir, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { makePng } from '../support/images.js';
import { createFolder, HIDE_CURSOR, SHOW_CURSOR, startOnTerminal } from '../support/pty.js';
import { ROOT } from '../support/spawn.js';

describe('on a terminal', () => {
  it('a spinner turns, goes away, and the path stays', async () => {
    const session = await startOnTerminal(['generate', 'a fox sandbox:slow=1', '--sandbox']);
    await session.see('Generating 1 image with V_3');
    expect(await session.ended).toBe(0);
    expect(session.screen()).toMatch(/a-fox-sandbox-slow-1-\d+\.png/);
    expect(session.screen()).toContain('Saved 1 image, V_3, free.');
    expect(session.screen().lastIndexOf(SHOW_CURSOR)).toBeGreaterThan(
      session.screen().lastIndexOf(HIDE_CURSOR),
    );
  });

  it('Ctrl-C is answered at once, the second one leaves, and the cursor is back', async () => {
    const session = await startOnTerminal(['generate', 'a fox sandbox:slow=60', '--sandbox']);
    // By then it has been sent.
    await session.see('(1 s)');
    session.pty.write('\u0003');
    await session.see('Ctrl-C again leaves at once');
    session.pty.write('\u0003');
    expect(await session.ended).toBe(130);
    expect(session.screen().lastIndexOf(SHOW_CURSOR)).toBeGreaterThan(
      session.screen().lastIndexOf(HIDE_CURSOR),
    );
    expect(await readdir(session.cwd)).toEqual([]);
  });

  it('a spinner turns for words too, and the blocks stay', async () => {
    const cwd = await createFolder();
    for (const name of ['a.png', 'b.png']) await writeFile(join(cwd, name), makePng(20, 20));
    const env = { IDEOGRAM_API_KEY: 'sandbox:slow=1' };
    const session = await startOnTerminal(['describe', 'a.png', 'b.png', '--sandbox'], { cwd, env });
    await session.see('Describing 2 images with V_3');
    expect(await session.ended).toBe(0);
    expect(session.screen()).toMatch(/==> a\.png <==[\s\S]*==> b\.png <==/);
  });

  it("a file's name cannot drive the terminal", async () => {
    const cwd = await createFolder();
    const name = 'x\u001b]0;PWNED\u0007\ny.png';
    await writeFile(join(cwd, name), makePng(200, 200));
    const env = { IDEOGRAM_API_KEY: 'sandbox:slow=1' };
    const session = await startOnTerminal(['upscale', name, '--sandbox'], { cwd, env });
    await session.see('Upscaling x]0;PWNED y.png');
    expect(await session.ended).toBe(0);
    expect(session.screen()).not.toContain('\u001b]0;PWNED');
  });

  it('Ctrl-C ends a loop of the shell: the next picture is not bought', async () => {
    const command = '"$0" "$@" || true; echo BETWEEN; "$0" "$@"; echo BEHIND';
    const session = await startOnTerminal(['generate', 'a fox sandbox:slow=60', '--sandbox'], { command });
    // By then it has been sent.
    await session.see('(1 s)');
    session.pty.write('\u0003');
    await session.see('Ctrl-C again leaves at once');
    session.pty.write('\u0003');
    expect(await session.ended).toBe(130);
    expect(session.screen()).not.toContain('BETWEEN');
  });

  it('of 0 columns it neither hangs nor draws', async () => {
    const session = await startOnTerminal(['generate', 'a fox', '--sandbox'], { columns: 0 });
    expect(await session.ended).toBe(0);
    expect(session.screen()).not.toContain(HIDE_CURSOR);
    expect(session.screen()).toMatch(/a-fox-\d+\.png/);
  });

  it('NO_COLOR and TERM=dumb are plain', async () => {
    for (const env of [{ NO_COLOR: '1' }, { TERM: 'dumb' }]) {
      const session = await startOnTerminal(['generate', 'a fox', '-a', '17:9', '--sandbox'], { env });
      expect(await session.ended).toBe(2);
      expect(session.screen()).not.toContain('\u001b[3');
    }
    const colored = await startOnTerminal(['generate', 'a fox', '-a', '17:9', '--sandbox']);
    expect(await colored.ended).toBe(2);
    expect(colored.screen()).toContain('\u001b[31mError:');
  });

  it('no help line is wider than the terminal', async () => {
    const pages = [
      [],
      ['--help'],
      ['generate', '--help'],
      ['sandbox', '--help'],
      ['auth'],
      ['auth', 'login', '--help'],
      ['auth', 'verify', '--help'],
    ];
    for (const argv of pages) {
      const session = await startOnTerminal(argv);
      expect(await session.ended).toBe(0);
      const lines = stripVTControlCharacters(session.screen()).split(/\r?\n/);
      expect([argv, lines.filter((line) => line.length > 80)]).toEqual([argv, []]);
    }
  });
});

it('what the program could not load any more when an image was saved, an upgrade say, does not make it a failure', async () => {
  const cwd = await createFolder();
  const program = join(cwd, 'program');
  await mkdir(program);
  for (const name of ['bin', 'dist', 'package.json']) {
    await cp(join(ROOT, name), join(program, name), { recursive: true });
  }
  // What reminds of unfinished work is loaded last.
  const chunks = join(program, 'dist', 'chunks');
  const last = (await readdir(chunks)).filter((name) => name.startsWith('unfinished-'));
  expect(last).toHaveLength(1);
  for (const name of last) await rm(join(chunks, name));
  const command = `exec "$0" ${join(program, 'bin', 'ideogram.cjs')} generate fox --sandbox --seed 1`;
  const session = await startOnTerminal([], { cwd, command });
  expect(await session.ended).toBe(0);
  expect(session.screen()).toContain('fox-1.png');
  expect(session.screen()).not.toMatch(/bug|Error/);
});
