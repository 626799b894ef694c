/** Starts the built program on a real terminal, and is the person in front of it. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { type IPty, spawn } from '@lydell/node-pty';
import { onTestFinished } from 'vitest';
import { BIN, cleanEnv } from './spawn.js';

export const HIDE_CURSOR = '\u001b[?25l';
export const SHOW_CURSOR = '\u001b[?25h';

export interface Session {
  readonly cwd: string;
  readonly pty: IPty;
  /** All that was written to the terminal, byte for byte. */
  screen(): string;
  /** Resolves when the text has been seen; rejects when the program ended without it. */
  see(text: string | RegExp): Promise<void>;
  /** Waits for a text behind the last one that was waited for, then presses keys. */
  answer(question: string | RegExp, keys?: string): Promise<void>;
  /** All files and folders below the folder, sorted. */
  files(): Promise<string[]>;
  /** The exit status as a shell shows it: 128 and the signal's number where it died of one. */
  readonly ended: Promise<number>;
}

export interface SessionOptions {
  readonly columns?: number;
  readonly env?: Record<string, string>;
  /** What bash runs: `$0` is Node, `$@` the program and its words. */
  readonly command?: string;
  /** Default: a new one, removed after the test. */
  readonly cwd?: string;
}

/** A folder for one test. */
export async function createFolder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'ideogram-pty-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

/** `ideogram ...argv` on a terminal of its own. */
export async function startOnTerminal(
  argv: readonly string[],
  { columns = 80, env = {}, command = 'exec "$0" "$@"', cwd }: SessionOptions = {},
): Promise<Session> {
  const folder = cwd ?? (await createFolder());
  // node-pty gives every terminal a width: stty takes it away.
  const script = `stty cols ${columns}; ${command}`;
  const pty = spawn('bash', ['-c', script, process.execPath, BIN, ...argv], {
    cols: 80,
    rows: 24,
    cwd: folder,
    env: { ...cleanEnv(folder), TERM: 'xterm-256color', ...env } as Record<string, string>,
  });
  let seen = '';
  let read = 0;
  let over = false;
  const waiting = new Set<() => void>();
  const look = (): void => {
    for (const check of waiting) check();
  };
  pty.onData((data) => {
    seen += data;
    look();
  });
  const ended = new Promise<number>((resolve) =>
    pty.onExit(({ exitCode, signal }) => {
      over = true;
      resolve(signal ? 128 + signal : exitCode);
      look();
    }),
  );
  onTestFinished(() => {
    if (!over) pty.kill('SIGKILL');
  });
  const wait = (find: () => boolean, text: string | RegExp): Promise<void> =>
    new Promise((resolve, reject) => {
      const check = (): void => {
        if (find()) resolve();
        else if (over) reject(new Error(`"${text}" never came:\n${stripVTControlCharacters(seen)}`));
        else return;
        waiting.delete(check);
      };
      waiting.add(check);
      check();
    });
  return {
    cwd: folder,
    pty,
    ended,
    screen: () => seen,
    see: (text) => wait(() => endOf(seen, text) >= 0, text),
    async answer(question, keys = '') {
      const find = (): boolean => {
        const plain = stripVTControlCharacters(seen);
        const end = endOf(plain.slice(read), question);
        if (end < 0) return false;
        read += end;
        return true;
      };
      await wait(find, question);
      pty.write(keys);
    },
    files: async () => (await readdir(folder, { recursive: true })).sort(),
  };
}

/** Where the text ends; -1 where it is not there. */
function endOf(where: string, text: string | RegExp): number {
  if (typeof text !== 'string') {
    const match = text.exec(where);
    return match ? match.index + match[0].length : -1;
  }
  const at = where.indexOf(text);
  return at < 0 ? -1 : at + text.length;
}
