/** Starts the built program as a process of its own, as a shell would. */
import { type ChildProcessWithoutNullStreams, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url));
export const BIN = `${ROOT}bin/ideogram.cjs`;

/** The journals of this worker's tests, and what V8 compiled for them; taken away with it. */
const STATES = mkdtempSync(join(tmpdir(), 'ideogram-states-'));
process.on('exit', () => rmSync(STATES, { recursive: true, force: true }));

/** Where the launcher keeps compiled code: one place for all tests, so that they start as fast as people do. */
export const CODE_CACHE = join(STATES, 'code');

/** Where the journal of a home folder is: outside of it, so that tests find nothing there but results. */
export function stateOf(home: string): string {
  return join(STATES, createHash('sha256').update(home).digest('hex').slice(0, 16));
}

/** A clean environment: no key, no proxy, no colour, no settings, no journal and no compiled code of the developer. */
export function cleanEnv(home: string, extra: Record<string, string> = {}): NodeJS.ProcessEnv {
  return {
    PATH: process.env.PATH,
    HOME: home,
    IDEOGRAM_CONFIG_DIR: `${home}/.config`,
    IDEOGRAM_STATE_DIR: stateOf(home),
    XDG_CACHE_HOME: CODE_CACHE,
    ...extra,
  };
}

/** `ideogram ...argv` as a process; the caller reads its streams and waits for its end. */
export function spawnCli(
  argv: readonly string[],
  options: { cwd: string; env?: Record<string, string>; node?: string },
): ChildProcessWithoutNullStreams {
  return spawn(options.node ?? process.execPath, [BIN, ...argv], {
    cwd: options.cwd,
    env: cleanEnv(options.cwd, options.env),
  });
}

/** Runs it to its end. */
export async function execCli(
  argv: readonly string[],
  options: { cwd: string; env?: Record<string, string>; node?: string; stdin?: string },
): Promise<{ status: number | null; signal: NodeJS.Signals | null; stdout: Buffer; stderr: string }> {
  const child = spawnCli(argv, options);
  child.stdin.end(options.stdin ?? '');
  const stdout: Buffer[] = [];
  const stderr: Buffer[] = [];
  child.stdout.on('data', (chunk: Buffer) => stdout.push(chunk));
  child.stderr.on('data', (chunk: Buffer) => stderr.push(chunk));
  const [status, signal] = await new Promise<[number | null, NodeJS.Signals | null]>((resolve) => {
    child.on('close', (code, killedBy) => resolve([code, killedBy]));
  });
  return { status, signal, stdout: Buffer.concat(stdout), stderr: Buffer.concat(stderr).toString('utf8') };
}
