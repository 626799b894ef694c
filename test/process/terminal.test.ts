/** The program on a real terminal: what a person sees, and that the terminal is left as it was. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { type IPty, spawn } from '@lydell/node-pty';
import { describe, expect, it, onTestFinished } from 'vitest';
import { BIN, cleanEnv } from '../support/spawn.js';

interface Session {
  readonly cwd: string;
  readonly pty: IPty;
  screen(): string;
  /** Resolves when the text has been seen. */
  see(text: string | RegExp): Promise<void>;
  /** The exit status as a shell shows it: 128 and the signal's number where it died of one. */
  readonly ended: Promise<number>;
}

async function start(
  argv: string[],
  {
    columns = 80,
    env = {},
    command = 'exec "$0" "$@"',
  }: { columns?: number; env?: Record<string, string>; command?: string } = {},
): Promise<Session> {
  const cwd = await mkdtemp(join(tmpdir(), 'ideogram-pty-'));
  onTestFinished(() => rm(cwd, { recursive: true, force: true }));
  // node-pty gives every terminal a width: stty takes it away.
  const script = `stty cols ${columns}; ${command}`;
  const pty = spawn('bash', ['-c', script, process.execPath, BIN, ...argv], {
    cols: 80,
    rows: 24,
    cwd,
    env: { ...cleanEnv(cwd), TERM: 'xterm-256color', ...env } as Record<string, string>,
  });
  let seen = '';
  const waiting = new Set<() => void>();
  pty.onData((data) => {
    seen += data;
    for (const check of waiting) check();
  });
  const ended = new Promise<number>((resolve) =>
    pty.onExit(({ exitCode, signal }) => resolve(signal ? 128 + signal : exitCode)),
  );
  return {
    cwd,
    pty,
    ended,
    screen: () => seen,
    see: (text) =>
      new Promise((resolve) => {
        const check = (): void => {
          if (typeof text === 'string' ? !seen.includes(text) : !text.test(seen)) return;
          waiting.delete(check);
          resolve();
        };
        waiting.add(check);
        check();
      }),
  };
}

const HIDE_CURSOR = '\u001b[?25l';
const SHOW_CURSOR = '\u001b[?25h';

describe('on a terminal', () => {
  it('a spinner turns, goes away, and the path stays', async () => {
    const session = await start(['generate', 'a fox sandbox:slow=1', '--sandbox']);
    await session.see('Generating 1 image with V_3');
    expect(await session.ended).toBe(0);
    expect(session.screen()).toMatch(/a-fox-sandbox-slow-1-\d+\.png/);
    expect(session.screen()).toContain('Saved 1 image, V_3, free.');
    expect(session.screen().lastIndexOf(SHOW_CURSOR)).toBeGreaterThan(
      session.screen().lastIndexOf(HIDE_CURSOR),
    );
  });

  it('Ctrl-C is answered at once, the second one leaves, and the cursor is back', async () => {
    const session = await start(['generate', 'a fox sandbox:slow=60', '--sandbox']);
    await session.see('Generating');
    session.pty.write('\u0003');
    await session.see('Ctrl-C again leaves at once');
    session.pty.write('\u0003');
    expect(await session.ended).toBe(130);
    expect(session.screen().lastIndexOf(SHOW_CURSOR)).toBeGreaterThan(
      session.screen().lastIndexOf(HIDE_CURSOR),
    );
    expect(await readdir(session.cwd)).toEqual([]);
  });

  it('Ctrl-C ends a loop of the shell: the next picture is not bought', async () => {
    const command = '"$0" "$@" || true; echo BETWEEN; "$0" "$@"; echo BEHIND';
    const session = await start(['generate', 'a fox sandbox:slow=60', '--sandbox'], { command });
    await session.see('Generating');
    session.pty.write('\u0003');
    await session.see('Ctrl-C again leaves at once');
    session.pty.write('\u0003');
    expect(await session.ended).toBe(130);
    expect(session.screen()).not.toContain('BETWEEN');
  });

  it('of 0 columns it neither hangs nor draws', async () => {
    const session = await start(['generate', 'a fox', '--sandbox'], { columns: 0 });
    expect(await session.ended).toBe(0);
    expect(session.screen()).not.toContain(HIDE_CURSOR);
    expect(session.screen()).toMatch(/a-fox-\d+\.png/);
  });

  it('NO_COLOR and TERM=dumb are plain', async () => {
    for (const env of [{ NO_COLOR: '1' }, { TERM: 'dumb' }]) {
      const session = await start(['generate', 'a fox', '-a', '17:9', '--sandbox'], { env });
      expect(await session.ended).toBe(2);
      expect(session.screen()).not.toContain('\u001b[3');
    }
    const colored = await start(['generate', 'a fox', '-a', '17:9', '--sandbox']);
    expect(await colored.ended).toBe(2);
    expect(colored.screen()).toContain('\u001b[31mError:');
  });

  it('no help line is wider than the terminal', async () => {
    for (const argv of [[], ['--help'], ['generate', '--help'], ['sandbox', '--help']]) {
      const session = await start(argv);
      expect(await session.ended).toBe(0);
      const lines = stripVTControlCharacters(session.screen()).split(/\r?\n/);
      expect([argv, lines.filter((line) => line.length > 80)]).toEqual([argv, []]);
    }
  });
});
