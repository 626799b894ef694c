/** Standard output and error, without Node's streams where there is no terminal: these take longer to load than most commands take. */
import { closeSync, constants, fstatSync, openSync, statSync, writeSync } from 'node:fs';
import type { Clock, OutputStream } from './context.js';

/** A stream of the process itself. */
export interface ProcessOutput extends OutputStream {
  /** Nothing is on its way any more; undefined at a terminal: there a person looks on, and a millisecond is none. */
  readonly isDrained?: boolean;
  /** From now on a reader that has stalled counts as one that went away: who reads gets what is still said. */
  giveUp?(): void;
  /** Something was not said, because it was given up. */
  readonly isCutOff?: boolean;
}

/** In which whoever reads takes what is said last, in milliseconds. */
const GRACE_MS = 100;

/** What Node makes of the same descriptor, asked for only where it is needed. */
type NodeStream = () => NodeJS.WriteStream;

interface System {
  readonly platform: NodeJS.Platform;
  /** Does the program handle signals itself by now? */
  hearsSignals(): boolean;
  readonly after: Clock['after'];
}

/**
 * The stream behind a descriptor. A terminal and what is unknown get Node's own; what goes into pipes, sockets and files is
 * written directly.
 * @param descriptor 1 or 2
 */
export function openOutput(
  descriptor: number,
  nodeStream: NodeStream,
  { platform, hearsSignals, after }: System,
): ProcessOutput {
  const kind = kindOf(descriptor);
  if (kind === 'file') return fileOutput(descriptor);
  if (kind === 'other') return nodeStream();
  let takeAtOnce: TakeAtOnce = () => 0;
  // Only Linux lets a pipe be opened once more.
  if (kind === 'pipe' && platform === 'linux') takeAtOnce = toPipe(descriptor);
  if (kind === 'socket' && platform !== 'win32') takeAtOnce = toSocket(descriptor, hearsSignals);
  return quickOutput(nodeStream, takeAtOnce, after);
}

function kindOf(descriptor: number): 'file' | 'pipe' | 'socket' | 'other' {
  try {
    const info = fstatSync(descriptor);
    if (info.isFile()) return 'file';
    if (info.isFIFO()) return 'pipe';
    if (info.isSocket()) return 'socket';
    return info.isCharacterDevice() && info.rdev === statSync('/dev/null').rdev ? 'file' : 'other';
  } catch {
    return 'other';
  }
}

/** Node's own stream to a file ignores that a full disk took only a part: a paid image could end in the middle, with status 0. */
function fileOutput(descriptor: number): ProcessOutput {
  return { isDrained: true, write: (content, done) => writeDirectly(descriptor, bytesOf(content), done) };
}

function writeDirectly(descriptor: number, bytes: Uint8Array, done: (error?: Error) => void): void {
  let problem: Error | undefined;
  try {
    for (let offset = 0; offset < bytes.byteLength; ) offset += writeSync(descriptor, bytes, offset);
  } catch (error) {
    problem = error as Error;
  }
  done(problem);
}

/** @returns how many of the bytes there was room for at once */
type TakeAtOnce = (bytes: Uint8Array) => number;

/** What there is room for is written at once; the rest, and all that follows, goes through Node's stream, which waits. */
function quickOutput(nodeStream: NodeStream, takeAtOnce: TakeAtOnce, after: System['after']): ProcessOutput {
  let stream: NodeJS.WriteStream | undefined;
  let isGivenUp = false;
  let isCutOff = false;
  /** Those who wait for the reader. */
  const waiting = new Set<(error?: Error | null) => void>();
  const cutOff = (finish: (error: Error) => void): void => {
    isCutOff = true;
    finish(Object.assign(new Error('nobody reads'), { code: 'EPIPE' }));
  };
  return {
    get isDrained() {
      return (stream?.writableLength ?? 0) === 0;
    },
    get destroyed() {
      return stream?.destroyed ?? false;
    },
    get isCutOff() {
      return isCutOff;
    },
    giveUp() {
      isGivenUp = true;
      for (const finish of waiting) cutOff(finish);
    },
    write(content, done) {
      const bytes = bytesOf(content);
      try {
        const taken = stream ? 0 : takeAtOnce(bytes);
        if (taken === bytes.byteLength) return void done();
        stream ??= nodeStream();
        let cancel = (): void => {};
        const finish = (error?: Error | null): void => {
          cancel();
          if (waiting.delete(finish)) done(error);
        };
        waiting.add(finish);
        if (isGivenUp) cancel = after(GRACE_MS, () => cutOff(finish));
        stream.write(bytes.subarray(taken), finish);
      } catch (error) {
        done(error as Error);
      }
    },
  };
}

/** Opened anew: a descriptor made so that it does not wait would not wait for the processes either that share it. */
function toPipe(descriptor: number): TakeAtOnce {
  return (bytes) => {
    let own: number;
    try {
      own = openSync(`/proc/self/fd/${descriptor}`, constants.O_WRONLY | constants.O_NONBLOCK);
    } catch {
      // No /proc, another user's pipe, or no reader: Node's stream knows what to do.
      return 0;
    }
    try {
      return takeNow(own, bytes);
    } finally {
      closeSync(own);
    }
  };
}

/**
 * Between Node programs pipes are sockets, which cannot be opened anew: a full one would make the program wait, and deaf. That
 * is no harm as long as a signal still ends it as the system does.
 */
function toSocket(descriptor: number, hearsSignals: () => boolean): TakeAtOnce {
  return (bytes) => (hearsSignals() ? 0 : takeNow(descriptor, bytes));
}

/**
 * @returns how many of the bytes were taken before there was no room
 * @throws EPIPE where nobody reads any more
 */
function takeNow(descriptor: number, bytes: Uint8Array): number {
  let taken = 0;
  try {
    while (taken < bytes.byteLength) taken += writeSync(descriptor, bytes, taken);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EAGAIN') throw error;
  }
  return taken;
}

function bytesOf(content: string | Uint8Array): Uint8Array {
  return typeof content === 'string' ? Buffer.from(content) : content;
}
