/** Where the bytes of a download go until they are known to be a whole image: a temporary file, or memory. */
import { open, unlink } from 'node:fs/promises';
import { type ByteSource, sourceOf } from './image-type.js';

export interface Sink {
  write(chunk: Uint8Array): Promise<void>;
  /** What was written so far, to be looked at. */
  source(): ByteSource;
  /** Makes it last: after this, a power cut cannot take it away. */
  finish(): Promise<void>;
  /** Leaves nothing behind; never throws. */
  discard(): Promise<void>;
}

/** A download comes in pieces of 64 kB and less, and each write takes a trip to another thread. */
const WRITE_BYTES = 256 * 1024;

/**
 * A new file, removed by `discard`.
 * @param mode its permission bits from its first moment; without it, what the umask leaves of 0666
 * @throws the file system's error when it cannot be made, or exists
 */
export async function openFileSink(path: string, mode?: number): Promise<Sink> {
  // Readable too: its end is looked at when it has arrived.
  const handle = await open(path, 'wx+', mode);
  // A umask can only have taken bits away. Some disks know no modes, and say so.
  if (mode !== undefined) await handle.chmod(mode).catch(() => {});
  const waiting = Buffer.allocUnsafeSlow(WRITE_BYTES);
  let waitingBytes = 0;
  let size = 0;
  const put = async (bytes: Uint8Array): Promise<void> => {
    for (let offset = 0; offset < bytes.byteLength; ) {
      const { bytesWritten } = await handle.write(bytes, offset, bytes.byteLength - offset);
      offset += bytesWritten;
    }
  };
  const flush = async (): Promise<void> => {
    const bytes = waiting.subarray(0, waitingBytes);
    waitingBytes = 0;
    await put(bytes);
  };
  return {
    async write(chunk) {
      size += chunk.byteLength;
      if (waitingBytes + chunk.byteLength > WRITE_BYTES) await flush();
      if (chunk.byteLength > WRITE_BYTES) return put(chunk);
      // Copied: whoever reads may use his buffer again.
      waiting.set(chunk, waitingBytes);
      waitingBytes += chunk.byteLength;
    },
    source: () => ({
      size,
      async read(offset, length) {
        await flush();
        const { buffer, bytesRead } = await handle.read(Buffer.alloc(length), 0, length, offset);
        return buffer.subarray(0, bytesRead);
      },
    }),
    async finish() {
      await flush();
      await handle.sync();
      await handle.close();
    },
    async discard() {
      await handle.close().catch(() => {});
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
