/** A wrong call in a world of its own, and the proof that nothing came of it: nothing fetched, received, written or printed. */
import { createHash } from 'node:crypto';
import { lstat, readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { expect } from 'vitest';
import { createFetch } from '../../src/api/fetch.js';
import type { Fetch } from '../../src/fetch-contract.js';
import { createWorld, type RunOptions, type RunResult, runCli, TEST_KEY } from '../support/run.js';
import { startServer } from '../support/server.js';

export interface WrongCall {
  /** Files made before the call. */
  readonly given?: (folder: string) => Promise<unknown>;
  readonly argv: readonly string[];
  readonly env?: Record<string, string>;
  readonly stdin?: string | Uint8Array;
  readonly stdoutIsTerminal?: boolean;
  /** Instead of the real one: addresses that it may be asked for. */
  readonly fetch?: Fetch;
}

/** Runs it. The caller judges what it says. */
export async function refused({ given, argv, env, fetch, ...options }: WrongCall): Promise<RunResult> {
  const server = await startServer();
  const world = await createWorld();
  await given?.(world.folder);
  const before = await look(world.folder);
  const fetched: string[] = [];
  const real = createFetch({});
  const watched: Fetch = (url, init) => {
    fetched.push(url);
    return real(url, init);
  };
  const run: RunOptions = {
    world,
    fetch: fetch ?? watched,
    env: { IDEOGRAM_BASE_URL: server.url, ...env },
    ...options,
  };
  const result = await runCli(argv, run);
  const received = [...server.calls, ...server.downloads].map(({ path }) => path);
  expect([fetched, received]).toEqual([[], []]);
  expect(await look(world.folder)).toEqual(before);
  expect(result.stdout).toBe('');
  expect(result.stderr).not.toContain(TEST_KEY);
  return result;
}

/** Every name, and what is in the small files: a file may have been written over. */
async function look(folder: string): Promise<string[]> {
  const names = (await readdir(folder, { recursive: true })).sort();
  return Promise.all(
    names.map(async (name) => {
      const path = join(folder, name);
      const info = await lstat(path);
      if (!info.isFile() || info.size > 1024 * 1024) return `${name} ${info.size}`;
      return `${name} ${createHash('sha256')
        .update(await readFile(path))
        .digest('hex')}`;
    }),
  );
}

/** The refusal for people: one line that says what is wrong, and lines of remedy below it, indented. */
export function expectOneLine(stderr: string): void {
  const [first, ...rest] = stderr.replace(/\n$/, '').split('\n');
  expect(first).toMatch(/^Error: \S.*[.?!]$/);
  for (const line of rest) expect(line).toMatch(/^ {2}\S/);
}
