/** Writing the journal: one line an event, on the disk before `append` resolves, and harmless to all other lines if it is torn. */
import type { Clock } from '../context.js';
import { CliError } from '../errors.js';
import type { OpenFile } from '../files/disk.js';
import { syncFolder } from '../files/folder.js';
import type { NewEvent } from './events.js';
import { openForAppend, rotate } from './journal-files.js';

export interface Journal {
  /**
   * Adds a line; resolves when a power cut cannot take it away any more. Lines of one journal are written in the order of the calls.
   * @throws CliError `bad_file`: then the line may be there or not, and all others are as they were
   */
  append(event: NewEvent): Promise<void>;
}

export interface JournalOptions {
  readonly clock: Pick<Clock, 'now'>;
  /** Takes secrets out of a text. */
  readonly redact: (text: string) => string;
  /** Bytes above which the active file becomes a segment. */
  readonly rotateAbove?: number;
  /** Segments that are kept. */
  readonly keep?: number;
}

const ROTATE_ABOVE = 4 * 1024 * 1024;
const KEEP = 50;

/**
 * Opens the journal of a folder, and makes both where they are not there yet.
 * @param folder absolute
 * @throws CliError `bad_file` where it cannot be written: nothing may be sent then
 */
export async function openJournal(folder: string, options: JournalOptions): Promise<Journal> {
  const { clock, redact, rotateAbove: above = ROTATE_ABOVE, keep = KEEP } = options;
  await proveWritable(folder);
  /** The file whose name is known to be on the disk. */
  let named: string | undefined;
  let last: Promise<unknown> = Promise.resolve();

  const write = async (line: Buffer): Promise<void> => {
    let active = await openForAppend(folder);
    if (active.bytes > above) {
      await active.file.close();
      await rotate(folder, { now: clock.now(), above, keep });
      active = await openForAppend(folder);
    }
    try {
      await writeAtOnce(active.file, line);
      await active.file.sync();
    } finally {
      await active.file.close();
    }
    // Whoever made the file: the line is nowhere while its name is not on the disk.
    if (named !== active.identity) await syncFolder(folder);
    named = active.identity;
  };
  return {
    append(event) {
      const at = new Date(clock.now()).toISOString();
      const line = Buffer.from(`\n${formatLine(event, at, redact)}\n`);
      const written = last
        .then(() => write(line))
        .catch((cause) => Promise.reject(unwritable(folder, cause)));
      last = written.catch(() => {});
      return written;
    },
  };
}

async function proveWritable(folder: string): Promise<void> {
  try {
    await (await openForAppend(folder)).file.close();
  } catch (cause) {
    throw unwritable(folder, cause);
  }
}

function unwritable(folder: string, cause: unknown): CliError {
  const { code, message } = cause as NodeJS.ErrnoException;
  const isFull = ['ENOSPC', 'EDQUOT'].includes(code ?? '');
  const isFile = ['EEXIST', 'ENOTDIR'].includes(code ?? '');
  const why = isFull ? 'the disk is full' : isFile ? 'a part of the path is a file' : (code ?? message);
  const remedy = isFull ? 'Make room there, or set' : 'Set';
  return new CliError('bad_file', `The journal cannot be written in ${folder}: ${why}.`, {
    hint: `${remedy} IDEOGRAM_STATE_DIR to a folder that can be written: paid images are kept track of there. Nothing was sent.`,
    cause,
  });
}

/** What a line is known by comes first; only the rest can hold secrets, and a path that was changed would lead nowhere. */
function formatLine({ id, event, ...rest }: NewEvent, at: string, redact: (text: string) => string): string {
  const place = 'place' in rest ? rest.place : undefined;
  const head = JSON.stringify({ v: 1, id, at, event });
  const tail = JSON.stringify(rest, function (this: unknown, key, value: unknown) {
    const isPath = (this === rest && key === 'path') || (this === place && key === 'folder');
    return typeof value === 'string' && !isPath ? redact(value) : value;
  });
  return tail === '{}' ? head : `${head.slice(0, -1)},${tail.slice(1)}`;
}

/**
 * In one write, so that lines of other processes come before it or behind it. Where the disk takes only a part, as when it is
 * full, the line is written once more: the newline at its beginning ends the torn one, and now the system says what is wrong.
 */
async function writeAtOnce(file: OpenFile, line: Buffer): Promise<void> {
  for (let attempt = 1; attempt <= 2; attempt++) {
    const bytesWritten = await file.write(line);
    // The last newline is no part of the line: the next one brings its own.
    if (bytesWritten >= line.length - 1) return;
  }
  throw Object.assign(new Error('the disk takes only a part of the line'), { code: 'ENOSPC' });
}
