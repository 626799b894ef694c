/** File operations on the way of a paid image: made at once, or on another thread where a disk may take its time. */
import {
  type BigIntStats,
  close,
  closeSync,
  fchmodSync,
  fstatSync,
  fsync,
  futimesSync,
  link as linkElsewhere,
  lstatSync,
  mkdirSync,
  openSync,
  read,
  readdirSync,
  readFileSync,
  readSync,
  rename as renameElsewhere,
  type Stats,
  statSync,
  unlinkSync,
  utimesSync,
  write,
  writeFileSync,
  writeSync,
} from 'node:fs';

/** As much as a line of the journal; a disk that is slow to take an image must not hold up everything else. */
const AT_ONCE_BYTES = 16 * 1024;

// As in node:fs/promises, which takes three milliseconds to load, and with its errors: `async` makes rejections of them. The way
// to another thread and back takes several times as long as to look up a name, or to hand a line to the system; but while a slow
// disk takes an image, or makes its name last, signs of life must go on. Off that way nobody counts milliseconds.

export async function stat(path: string): Promise<Stats> {
  return statSync(path);
}

/** With numbers that are exact: the identity of a file takes more than 53 bits. */
export async function statExactly(path: string): Promise<BigIntStats> {
  return statSync(path, { bigint: true });
}

/** What is at a path itself, where it is a link. */
export async function lstat(path: string): Promise<Stats> {
  return lstatSync(path);
}

export async function readdir(path: string): Promise<string[]> {
  return readdirSync(path);
}

export async function mkdir(path: string, mode?: number): Promise<void> {
  mkdirSync(path, { mode });
}

export async function rename(from: string, to: string): Promise<void> {
  return elsewhere((done) => renameElsewhere(from, to, done));
}

/** A second name for a file; fails where it is taken. */
export async function link(path: string, name: string): Promise<void> {
  return elsewhere((done) => linkElsewhere(path, name, done));
}

export async function unlink(path: string): Promise<void> {
  unlinkSync(path);
}

/** @param seconds since 1970 */
export async function touch(path: string, seconds: number): Promise<void> {
  utimesSync(path, seconds, seconds);
}

/** All of a file that is known to be small. */
export async function readWhole(path: string): Promise<Buffer> {
  return readFileSync(path);
}

/** Makes a small file, or replaces what is in it. */
export async function writeSmall(path: string, bytes: Uint8Array, mode: number): Promise<void> {
  writeFileSync(path, bytes, { mode });
}

/**
 * Opens a file.
 * @param mode permission bits, where it is made
 * @throws the file system's error
 */
export async function open(path: string, flags: string | number, mode?: number): Promise<OpenFile> {
  return new OpenFile(openSync(path, flags, mode));
}

/** A file that is open. All methods throw the file system's error. */
export class OpenFile {
  /** As the system numbers it; -1 when it is closed: what comes later must not reach the file that gets its number next. */
  #descriptor: number;
  readonly #begun = new Set<Promise<unknown>>();
  #isLarge = false;

  constructor(descriptor: number) {
    this.#descriptor = descriptor;
  }

  get isOpen(): boolean {
    return this.#descriptor !== CLOSED;
  }

  async stat(): Promise<BigIntStats> {
    return fstatSync(this.#descriptor, { bigint: true });
  }

  async chmod(mode: number): Promise<void> {
    fchmodSync(this.#descriptor, mode);
  }

  /** @param seconds since 1970 */
  async touch(seconds: number): Promise<void> {
    futimesSync(this.#descriptor, seconds, seconds);
  }

  /**
   * Writes once, behind what was written before, or at the file's end, wherever that is by now.
   * @returns how many bytes the disk took: fewer where it is full
   */
  async write(bytes: Uint8Array): Promise<number> {
    if (bytes.byteLength <= AT_ONCE_BYTES) return writeSync(this.#descriptor, bytes);
    this.#isLarge = true;
    return this.#elsewhere((done) => write(this.#descriptor, bytes, done));
  }

  /** Writes until the disk has all of it. */
  async writeAll(bytes: Uint8Array): Promise<void> {
    for (let offset = 0; offset < bytes.byteLength; ) {
      const taken = await this.write(bytes.subarray(offset));
      if (taken === 0) throw Object.assign(new Error('the disk takes no more'), { code: 'ENOSPC' });
      offset += taken;
    }
  }

  /**
   * Reads once, into the buffer.
   * @param position in bytes from the file's beginning
   * @returns how many bytes; 0 at the file's end
   */
  async read(buffer: Uint8Array, position: number): Promise<number> {
    const length = buffer.byteLength;
    if (length <= AT_ONCE_BYTES) return readSync(this.#descriptor, buffer, 0, length, position);
    return this.#elsewhere((done) => read(this.#descriptor, buffer, 0, length, position, done));
  }

  /** Resolves when a power cut cannot take away what was written. */
  async sync(): Promise<void> {
    return this.#elsewhere((done) => fsync(this.#descriptor, done));
  }

  /** When what was begun is done; to close once more does nothing. */
  async close(): Promise<void> {
    const descriptor = this.#descriptor;
    this.#descriptor = CLOSED;
    await Promise.allSettled(this.#begun);
    if (descriptor === CLOSED) return;
    // A large file that has no name any more is taken apart now.
    if (this.#isLarge) await elsewhere<void>((done) => close(descriptor, done));
    else closeSync(descriptor);
  }

  async #elsewhere<T>(begin: Begin<T>): Promise<T> {
    const result = elsewhere(begin);
    this.#begun.add(result);
    try {
      return await result;
    } finally {
      this.#begun.delete(result);
    }
  }
}

const CLOSED = -1;

type Begin<T> = (done: (error: Error | null, result: T) => void) => void;

/** What one of the functions with a callback does, on another thread. */
function elsewhere<T>(begin: Begin<T>): Promise<T> {
  return new Promise((resolve, reject) => {
    begin((error, value) => (error ? reject(error) : resolve(value)));
  });
}
