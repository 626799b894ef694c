/** Reading the journal: from its newest line back, a block at a time, past everything that is torn, damaged or not understood. */
import { CliError } from '../errors.js';
import type { OpenFile } from '../files/disk.js';
import type { JournalEvent } from './events.js';
import { type JournalFile, openForReading, segmentsBefore } from './journal-files.js';

export interface ReadOptions {
  /** At most about so many bytes, the newest. */
  readonly bytes?: number;
}

/** Small at first, for those who want a few lines only; then larger, for those who want all. */
const FIRST_BLOCK_BYTES = 64 * 1024;
const LARGEST_BLOCK_BYTES = 1024 * 1024;

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
    for await (const lines of wholeLinesBackwards(file, left)) yield parseLines(lines);
    left -= file.bytes;
    if (left <= 0) return;
  }
}

/**
 * The active file is opened first and stays open: if it is renamed meanwhile, it is known by its identity, and neither missed
 * nor read twice.
 */
async function* filesBackwards(folder: string): AsyncGenerator<JournalFile> {
  const active = await reading(folder, openForReading(folder));
  try {
    if (active) yield active;
    for (const name of await reading(folder, segmentsBefore(folder, active))) {
      const segment = await reading(folder, openForReading(folder, name));
      try {
        if (segment) yield segment;
      } finally {
        await segment?.file.close();
      }
    }
  } finally {
    await active?.file.close();
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

/** Whole lines, about a block of them at a time, the last block first; a line that began in an earlier block comes with that. */
async function* wholeLinesBackwards({ file, bytes }: JournalFile, limit: number): AsyncGenerator<Buffer> {
  const first = Math.max(0, bytes - limit);
  /** The pieces of the line whose beginning has not been found yet. */
  let pieces: Buffer[] = [];
  let length = 0;
  let size = FIRST_BLOCK_BYTES;
  for (let end = bytes, start: number; end > first; end = start) {
    start = Math.max(first, end - size);
    size = Math.min(LARGEST_BLOCK_BYTES, 4 * size);
    const block = await readBlock(file, start, end - start);
    const newline = block.indexOf(NEWLINE);
    if (newline !== -1) {
      yield Buffer.concat([block.subarray(newline + 1), ...pieces]);
      pieces = [];
      length = 0;
    }
    const piece = newline === -1 ? block : block.subarray(0, newline);
    length += piece.length;
    if (length <= MAX_LINE_BYTES) pieces.unshift(piece);
    else pieces = [];
  }
  // Where bytes were left out, this may be half a line: nobody understands it.
  yield Buffer.concat(pieces);
}

const NEWLINE = 0x0a;

/** What the disk cannot give back is taken for zeros: it costs the lines it was part of, and those near it. */
async function readBlock(file: OpenFile, start: number, length: number): Promise<Buffer> {
  const block = Buffer.alloc(length);
  for (let offset = 0; offset < length; ) {
    const read = await file.read(block.subarray(offset), start + offset).catch(() => UNREADABLE_BYTES);
    // The file was cut short meanwhile.
    if (read === 0) break;
    offset += read;
  }
  return block;
}

/** So much is passed over where reading fails: not a sector at a time, for each failure can take seconds. */
const UNREADABLE_BYTES = 64 * 1024;

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

/** Strict: half a character is damage, and must not become another one. */
const utf8 = new TextDecoder('utf-8', { fatal: true });

/** The events of whole lines, the last first, each parsed when it is asked for. */
function* parseLines(bytes: Buffer): Generator<JournalEvent> {
  const lines = readText(bytes);
  for (let index = lines.length - 1; index >= 0; index--) {
    const event = parseLine(lines[index] ?? '');
    if (event) yield event;
  }
}

/** All at once is several times as fast as line by line; that is for blocks with damage in them. */
function readText(bytes: Buffer): string[] {
  try {
    return utf8.decode(bytes).split('\n');
  } catch {
    const lines = bytes.toString('latin1').split('\n');
    return lines.map((line) => readDamaged(Buffer.from(line, 'latin1')));
  }
}

function readDamaged(line: Buffer): string {
  try {
    return utf8.decode(line);
  } catch {
    return '';
  }
}

/** The event of a line; undefined: empty, torn, damaged, or of a form that this version does not know. */
function parseLine(line: string): JournalEvent | undefined {
  if (!line.startsWith('{')) return undefined;
  try {
    const value: unknown = JSON.parse(line);
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
