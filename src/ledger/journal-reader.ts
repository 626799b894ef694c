/** Reading the journal: from its newest line back, a block at a time, past everything that is torn, damaged or not understood. */
import type { FileHandle } from 'node:fs/promises';
import { CliError } from '../errors.js';
import type { JournalEvent } from './events.js';
import { type OpenFile, openForReading, segmentsBefore } from './journal-files.js';

export interface ReadOptions {
  /** At most about so many bytes, the newest. */
  readonly bytes?: number;
}

const BLOCK_BYTES = 64 * 1024;

/** An answer has 8 MB at most, six times that where each of its characters is escaped: what is longer is no line of ours. */
const MAX_LINE_BYTES = 64 * 1024 * 1024;

/**
 * All events, the newest first, as of the moment when the first is asked for; no journal, no events. A line is looked at
 * when its turn comes: who stops early has paid for little.
 * @throws CliError `bad_file` where there is a journal that cannot be read
 */
export async function* readEventsBackwards(
  folder: string,
  options: ReadOptions = {},
): AsyncGenerator<JournalEvent> {
  for await (const batch of readBatchesBackwards(folder, options)) yield* batch;
}

/** The same in batches, for whoever goes through all of them: to wait for each event by itself takes longer than to read it. */
export async function* readBatchesBackwards(
  folder: string,
  { bytes = Number.POSITIVE_INFINITY }: ReadOptions = {},
): AsyncGenerator<Iterable<JournalEvent>> {
  let left = bytes;
  for await (const file of filesBackwards(folder)) {
    for await (const lines of linesBackwards(file, left)) yield parseLines(lines);
    left -= file.bytes;
    if (left <= 0) return;
  }
}

/**
 * The active file is opened first and stays open: if it is renamed meanwhile, it is known by its identity, and neither missed
 * nor read twice.
 */
async function* filesBackwards(folder: string): AsyncGenerator<OpenFile> {
  const active = await reading(folder, openForReading(folder));
  try {
    if (active) yield active;
    for (const name of await reading(folder, segmentsBefore(folder, active))) {
      const segment = await reading(folder, openForReading(folder, name));
      try {
        if (segment) yield segment;
      } finally {
        await segment?.handle.close();
      }
    }
  } finally {
    await active?.handle.close();
  }
}

async function reading<T>(folder: string, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new CliError('bad_file', `The journal in ${folder} cannot be read: ${code ?? message}.`, {
      hint: 'Make its files readable for you, or set IDEOGRAM_STATE_DIR to another folder.',
      cause,
    });
  }
}

/** The lines of each block, the last first; one that began in an earlier block comes with that. */
async function* linesBackwards({ handle, bytes }: OpenFile, limit: number): AsyncGenerator<Buffer[]> {
  const first = Math.max(0, bytes - limit);
  /** The pieces of the line whose beginning has not been found yet. */
  let pieces: Buffer[] = [];
  let length = 0;
  for (let end = bytes; end > first; end -= BLOCK_BYTES) {
    const start = Math.max(first, end - BLOCK_BYTES);
    const block = await readBlock(handle, start, end - start);
    const lines: Buffer[] = [];
    let stop = block.length;
    for (let newline = lastNewline(block, stop); newline !== -1; newline = lastNewline(block, stop)) {
      const piece = block.subarray(newline + 1, stop);
      lines.push(pieces.length === 0 ? piece : Buffer.concat([piece, ...pieces]));
      pieces = [];
      length = 0;
      stop = newline;
    }
    yield lines;
    length += stop;
    if (length <= MAX_LINE_BYTES) pieces.unshift(block.subarray(0, stop));
    else pieces = [];
  }
  // Where bytes were left out, this may be half a line: nobody understands it.
  yield [Buffer.concat(pieces)];
}

/** Before `stop`; -1: none. */
function lastNewline(block: Buffer, stop: number): number {
  return stop === 0 ? -1 : block.lastIndexOf(NEWLINE, stop - 1);
}

const NEWLINE = 0x0a;

/** What the disk cannot give back reads as zeros: it costs the lines it was part of, and no others. */
async function readBlock(handle: FileHandle, start: number, length: number): Promise<Buffer> {
  const block = Buffer.alloc(length);
  for (let offset = 0; offset < length; ) {
    const read = handle.read(block, offset, length - offset, start + offset);
    const { bytesRead } = await read.catch(() => ({ bytesRead: 0 }));
    if (bytesRead === 0) break;
    offset += bytesRead;
  }
  return block;
}

const KNOWN: Readonly<Record<JournalEvent['event'], true>> = {
  planned: true,
  sent: true,
  answered: true,
  saved: true,
  withheld: true,
  told: true,
  failed: true,
  'given-up': true,
};

const BRACE = 0x7b;
/** Strict: half a character is damage, and must not become another one. */
const utf8 = new TextDecoder('utf-8', { fatal: true });

function* parseLines(lines: readonly Buffer[]): Generator<JournalEvent> {
  for (const line of lines) {
    const event = parseLine(line);
    if (event) yield event;
  }
}

/** The event of a line; undefined: empty, torn, damaged, or of a form that this version does not know. */
function parseLine(line: Buffer): JournalEvent | undefined {
  if (line[0] !== BRACE) return undefined;
  try {
    const value: unknown = JSON.parse(utf8.decode(line));
    return isEvent(value) ? value : undefined;
  } catch {
    return undefined;
  }
}

function isEvent(value: unknown): value is JournalEvent {
  const { v, id, at, event } = value as Record<string, unknown>;
  return (
    v === 1 &&
    typeof id === 'string' &&
    id !== '' &&
    typeof at === 'string' &&
    typeof event === 'string' &&
    Object.hasOwn(KNOWN, event)
  );
}
