/** Standard output and error, without Node's streams where there is no terminal: these take longer to load than most commands take. */
import { constants, fstatSync, openSync, statSync, writeSync } from 'node:fs';
import type { Clock, OutputStream } from './context.js';

/** What Node makes of the same descriptor, asked for only where it is needed. */
type NodeStream = () => NodeJS.WriteStream;

interface System {
  readonly platform: NodeJS.Platform;
  readonly clock: Pick<Clock, 'sleep'>;
}

/**
 * The stream behind a descriptor. A terminal and what is unknown get Node's own; what goes into pipes, sockets and files is
 * written directly.
 * @param descriptor 1 or 2
 */
export function openOutput(
  descriptor: number,
  nodeStream: NodeStream,
  { platform, clock }: System,
): OutputStream {
  const kind = kindOf(descriptor);
  if (kind === 'file') return fileOutput(descriptor);
  // Only Linux lets a pipe be opened once more.
  if (kind === 'pipe' && platform === 'linux') return pipeOutput(descriptor, nodeStream, clock);
  if (kind === 'socket' && platform !== 'win32') return socketOutput(descriptor, nodeStream);
  return nodeStream();
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
function fileOutput(descriptor: number): OutputStream {
  return { write: (content, done) => writeDirectly(descriptor, Buffer.from(content), done) };
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

/** Between two looks whether a full pipe has room again, in milliseconds: at first, and at most. */
const WAIT_MS = { first: 1, most: 32 };

/**
 * Never waits inside the system, as Node's own stream to a pipe does: there no Ctrl-C would be heard while a reader stalls.
 * Opened anew, because a descriptor made not to wait would not wait for the processes either that share it.
 */
function pipeOutput(descriptor: number, nodeStream: NodeStream, clock: System['clock']): OutputStream {
  const own = openAnew(descriptor);
  if (own === undefined) return nodeStream();
  let before: Promise<unknown> = Promise.resolve();
  const writeAfter = async (content: string | Uint8Array): Promise<void> => {
    const bytes = Buffer.from(content);
    let taken = takeNow(own, bytes);
    for (let wait = WAIT_MS.first; taken < bytes.byteLength; wait = Math.min(2 * wait, WAIT_MS.most)) {
      await clock.sleep(wait);
      const more = takeNow(own, bytes.subarray(taken));
      if (more > 0) wait = WAIT_MS.first;
      taken += more;
    }
  };
  return {
    write(content, done) {
      const written = before.then(() => writeAfter(content));
      before = written.catch(() => {});
      written.then(() => done(), done);
    },
  };
}

function openAnew(descriptor: number): number | undefined {
  try {
    return openSync(`/proc/self/fd/${descriptor}`, constants.O_WRONLY | constants.O_NONBLOCK);
  } catch {
    // No /proc, another user's pipe, or no reader: Node's stream knows what to do.
    return undefined;
  }
}

/**
 * @returns how many of the bytes there is room for
 * @throws EPIPE where nobody reads any more
 */
function takeNow(descriptor: number, bytes: Uint8Array): number {
  try {
    return writeSync(descriptor, bytes);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EAGAIN') return 0;
    throw error;
  }
}

/** The least that a socket has room for before anybody reads, in bytes. */
const SOCKET_ROOM = 16 * 1024;

/** Another Node program made it for what it starts: it cannot be opened anew, but the first bytes find it empty. */
function socketOutput(descriptor: number, nodeStream: NodeStream): OutputStream {
  let room = SOCKET_ROOM;
  let stream: NodeJS.WriteStream | undefined;
  return {
    get destroyed() {
      return stream?.destroyed ?? false;
    },
    write(content, done) {
      const bytes = Buffer.from(content);
      if (stream === undefined && bytes.byteLength <= room) {
        room -= bytes.byteLength;
        return writeDirectly(descriptor, bytes, done);
      }
      room = 0;
      stream ??= nodeStream();
      stream.write(bytes, done);
    },
  };
}
