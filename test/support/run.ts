/** Runs the whole program in this process, in a world of its own: folder, streams, clock and environment. */
import { mkdtemp, readdir, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { clearLine, cursorTo, moveCursor } from 'node:readline';
import { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { onTestFinished } from 'vitest';
import { createFetch } from '../../src/api/fetch.js';
import type { Context, InputStream } from '../../src/context.js';
import type { Fetch } from '../../src/fetch-contract.js';
import { run } from '../../src/program.js';
import { createVirtualClock, type VirtualClock } from './clock.js';

/** A key as long as real ones, found nowhere else: any sight of it is a leak. */
export const TEST_KEY = 'k3y-0f-th1s-t3st-n0wh3r3-3ls3-7fQx';

export interface World {
  /** A folder that exists for this test only. */
  readonly folder: string;
  /** Where this world's journal is; beside the folder, which holds results alone. */
  readonly state: string;
  readonly clock: VirtualClock;
  readonly stop: AbortController;
  readonly abort: AbortController;
}

export interface RunOptions {
  readonly env?: Record<string, string | undefined>;
  readonly stdin?: string | Uint8Array;
  /** Instead of `stdin`: somebody who is still typing. */
  readonly stdinStream?: InputStream;
  readonly stdoutIsTerminal?: boolean;
  readonly stderrIsTerminal?: boolean;
  readonly fetch?: Fetch;
  readonly world?: World;
  readonly cwd?: string;
  readonly random?: () => number;
  /** Sees what is written to stderr, as it is written. */
  readonly onStderr?: (text: string) => void;
  /** The reader of stdout went away. */
  readonly stdoutClosed?: boolean;
}

export interface RunResult {
  readonly status: number;
  readonly stdout: string;
  readonly stdoutBytes: Buffer;
  readonly stderr: string;
  readonly world: World;
  /** stdout as the one JSON object it must be. */
  // biome-ignore lint/suspicious/noExplicitAny: tests look into it field by field.
  json(): any;
  /** stderr as the one JSON error object it must be. */
  error(): { code: string; message: string; hint: string | null; status: number | null; billed: string };
  /** All names in the world's folder, hidden ones too, sorted. */
  files(): Promise<string[]>;
}

/** A fresh world, removed after the test. */
export async function createWorld(): Promise<World> {
  const folder = await mkdtemp(join(tmpdir(), 'ideogram-test-'));
  const state = `${folder}-state`;
  onTestFinished(async () => {
    for (const path of [folder, state]) await rm(path, { recursive: true, force: true });
  });
  return {
    folder,
    state,
    clock: createVirtualClock(),
    stop: new AbortController(),
    abort: new AbortController(),
  };
}

/** `ideogram ...argv`, with the key of the tests in the environment. */
export async function runCli(argv: readonly string[], options: RunOptions = {}): Promise<RunResult> {
  const world = options.world ?? (await createWorld());
  const stdout = collect(options.stdoutIsTerminal);
  const stderr = collect(options.stderrIsTerminal, options.onStderr);
  if (options.stdoutClosed) stdout.stream.destroy();
  const ctx: Context = {
    argv,
    env: {
      IDEOGRAM_API_KEY: TEST_KEY,
      // Never the developer's own settings.
      IDEOGRAM_CONFIG_DIR: join(world.folder, '.config'),
      IDEOGRAM_STATE_DIR: world.state,
      ...options.env,
    },
    cwd: options.cwd ?? world.folder,
    platform: 'linux',
    version: '0.0.0-test',
    docs: fileURLToPath(new URL('../../docs', import.meta.url)),
    stdin:
      options.stdinStream ?? Readable.from(options.stdin === undefined ? [] : [Buffer.from(options.stdin)]),
    stdout: stdout.stream,
    stderr: stderr.stream,
    fetch: options.fetch ?? createFetch({}),
    clock: world.clock,
    random: options.random ?? (() => 0),
    interrupts: {
      stop: world.stop.signal,
      abort: world.abort.signal,
      raise: () => (world.stop.signal.aborted ? world.abort : world.stop).abort('SIGINT'),
    },
    machine: { pid: process.pid, host: 'this-machine', isAlive: (pid) => pid === process.pid },
  };
  const status = await run(ctx);
  const out = stdout.bytes().toString('utf8');
  const err = stderr.bytes().toString('utf8');
  return {
    status,
    stdout: out,
    stdoutBytes: stdout.bytes(),
    stderr: err,
    world,
    json: () => JSON.parse(out),
    error: () => JSON.parse(err).error,
    files: async () => (await readdir(world.folder)).sort(),
  };
}

function collect(isTTY: boolean | undefined, onText: (text: string) => void = () => {}) {
  const chunks: Buffer[] = [];
  const stream = new Writable({
    write(chunk, _encoding, done) {
      chunks.push(Buffer.from(chunk));
      onText(String(chunk));
      done();
    },
  });
  const terminal = {
    isTTY: true,
    columns: 80,
    cursorTo: (x: number) => cursorTo(stream, x),
    clearLine: (direction: -1 | 0 | 1) => clearLine(stream, direction),
    moveCursor: (x: number, y: number) => moveCursor(stream, x, y),
  };
  return {
    stream: Object.assign(stream, isTTY ? terminal : {}),
    bytes: () => Buffer.concat(chunks),
  };
}
