/** Where the bytes of a download go until they are known to be a whole image: a temporary file, or memory. */
import { open, unlink } from './disk.js';
import { type ByteSource, sourceOf } from './image-type.js';

export interface Sink {
  /** Resolves when the next may come, and keeps the chunk: it must not be used again. What fails may be told by a later call. */
  write(chunk: Uint8Array): Promise<void>;
  /** What was written so far, to be looked at. */
  source(): ByteSource;
  /** Makes it last: after this, a power cut cannot take it away. */
  finish(): Promise<void>;
  /** Leaves nothing behind; never throws. */
  discard(): Promise<void>;
}

/**
 * A new file, removed by `discard`.
 * @param mode its permission bits from its first moment; without it, what the umask leaves of 0666
 * @throws the file system's error when it cannot be made, or exists
 */
export async function openFileSink(path: string, mode?: number): Promise<Sink> {
  // Readable too: its end is looked at when it has arrived.
  const file = await open(path, 'wx+', mode);
  // A umask can only have taken bits away. Some disks know no modes, and say so.
  if (mode !== undefined) await file.chmod(mode).catch(() => {});
  let size = 0;
  /** The next chunk is received while this one is written. */
  let last: Promise<void> = Promise.resolve();
  return {
    async write(chunk) {
      size += chunk.byteLength;
      await last;
      last = file.writeAll(chunk);
      // It is told by whoever waits for it.
      last.catch(() => {});
    },
    source: () => ({
      size,
      async read(offset, length) {
        const bytes = Buffer.alloc(length);
        await last;
        return bytes.subarray(0, await file.read(bytes, offset));
      },
    }),
    async finish() {
      await last;
      await file.sync();
      await file.close();
    },
    async discard() {
      await file.close().catch(() => {});
      await removeQuietly(path);
    },
  };
}

/** Takes a temporary file away; where that fails, what it was for still counts. */
export async function removeQuietly(path: string): Promise<void> {
  // Not rm: it loads what takes away whole trees.
  await unlink(path).catch(() => {});
}

export interface MemorySink extends Sink {
  bytes(): Uint8Array;
}

/** Memory: for an image that goes to standard output, and must be whole before its first byte does. */
export function createMemorySink(): MemorySink {
  const chunks: Uint8Array[] = [];
  const bytes = (): Uint8Array => Buffer.concat(chunks);
  return {
    async write(chunk) {
      chunks.push(chunk);
    },
    source: () => sourceOf(bytes()),
    finish: async () => {},
    async discard() {
      chunks.length = 0;
    },
    bytes,
  };
}
