/** The world, as the program sees it: everything below main.ts gets streams, clock, network and environment from here and nowhere else. */
import type { Readable } from 'node:stream';
import type { Fetch } from './fetch-contract.js';

/** Time, injected: tests run hours of retries in no time. All times are milliseconds. */
export interface Clock {
  /** Milliseconds since 1970-01-01T00:00:00Z. */
  now(): number;
  /** Resolves after `ms`; rejects with the signal's reason when that is aborted first. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
  /** Calls `action` once after `ms`, unless the returned function was called before. */
  after(ms: number, action: () => void): () => void;
}

/** Standard input: `isTTY` says that a person sits at it; raw mode shows nothing of what is typed. */
export type InputStream = Readable & { readonly isTTY?: boolean; setRawMode?(raw: boolean): unknown };

/** Standard output or error. */
export interface OutputStream {
  /** True when a person may look at it. */
  readonly isTTY?: boolean;
  /** The terminal's width in characters. */
  readonly columns?: number;
  /** Its height. */
  readonly rows?: number;
  /** Its reader has gone. */
  readonly destroyed?: boolean;
  /** @param done called when it has taken the content, or with the error that kept it from doing so */
  write(content: string | Uint8Array, done: (error?: Error | null) => void): unknown;
}

/** How the person or the system asked the program to stop. */
export interface Interrupts {
  /** First Ctrl-C or SIGTERM: start no new work; what is paid is still collected. */
  readonly stop: AbortSignal;
  /** Second one: leave now. Aborted after `stop`, never before. */
  readonly abort: AbortSignal;
  /** Ctrl-C that came as a key, not as a signal: counts as one. */
  raise(): void;
}

/** This process among the others of the machine. */
export interface Machine {
  readonly pid: number;
  /** Tells machines, and containers, that share a disk from each other. */
  readonly host: string;
  /** Is there a process of this number on this machine? */
  isAlive(pid: number): boolean;
}

export interface Context {
  /** The words after the program's name. */
  readonly argv: readonly string[];
  readonly env: Readonly<Record<string, string | undefined>>;
  /** The folder that relative paths start from; absolute. */
  readonly cwd: string;
  readonly platform: NodeJS.Platform;
  readonly version: string;
  /** The folder of the documentation that came with the program; absolute. */
  readonly docs: string;
  readonly stdin: InputStream;
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly fetch: Fetch;
  readonly clock: Clock;
  /** A number from 0 up to, not including, 1. */
  random(): number;
  readonly interrupts: Interrupts;
  readonly machine: Machine;
}
