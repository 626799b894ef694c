/** The files of the journal: what they are called, who may read them, and when the active one makes room for a new one. */
import { randomBytes } from 'node:crypto';
import { constants } from 'node:fs';
import { join } from 'node:path';
import { type OpenFile, open, readdir, rename, stat, statExactly, unlink } from '../files/disk.js';
import { makeFolder } from '../files/folder.js';

const ACTIVE = 'journal.jsonl';
/** Milliseconds since 1970, in as many digits as a time can have: by name they sort by time. */
const SEGMENT = /^journal-(\d{16})-[0-9a-f]{8}\.jsonl$/;
const LOCK = 'journal.lock';

const FILE_MODE = 0o600;
const FOLDER_MODE = 0o700;

/** A named pipe would be waited for. Windows has no such flag, and no such pipes among its files. */
const NO_WAIT = constants.O_NONBLOCK ?? 0;

export interface JournalFile {
  readonly file: OpenFile;
  /** When it was opened. */
  readonly bytes: number;
  /** Stays the same when the file is renamed. */
  readonly identity: string;
}

/**
 * The active file, to be written at its end; it and its folder are made where they are not, for nobody else to read.
 * @throws the file system's error; code `not a regular file` for a device or a pipe
 */
export async function openForAppend(folder: string): Promise<JournalFile> {
  const flags = constants.O_WRONLY | constants.O_APPEND | constants.O_CREAT;
  const openIt = () => openFile(join(folder, ACTIVE), flags);
  return openIt().catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    await makeFolder(folder, FOLDER_MODE);
    return openIt();
  });
}

/** A file of the journal, to be read; undefined where it is not there. Throws as `openForAppend` does. */
export async function openForReading(
  folder: string,
  name: string = ACTIVE,
): Promise<JournalFile | undefined> {
  return openFile(join(folder, name), constants.O_RDONLY).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw error;
  });
}

async function openFile(path: string, flags: number): Promise<JournalFile> {
  const file = await open(path, flags | NO_WAIT, FILE_MODE);
  try {
    const info = await file.stat();
    if (!info.isFile()) {
      throw Object.assign(new Error(`${path} is not a regular file`), { code: 'not a regular file' });
    }
    const isNarrow = (Number(info.mode) & 0o777) === FILE_MODE;
    // A umask can have taken bits of the owner's, an older file can be open to others. Some disks know no modes, and say so.
    if (flags & constants.O_CREAT && !isNarrow) await file.chmod(FILE_MODE).catch(() => {});
    return { file, bytes: Number(info.size), identity: identityOf(info) };
  } catch (error) {
    await file.close();
    throw error;
  }
}

function identityOf({ dev, ino }: { readonly dev: bigint; readonly ino: bigint }): string {
  return `${dev}:${ino}`;
}

/** The names of the files that were active once, newest first. */
async function listSegments(folder: string): Promise<string[]> {
  const names = await readdir(folder);
  return names
    .filter((name) => SEGMENT.test(name))
    .sort()
    .reverse();
}

/**
 * The segments that came before a file, newest first.
 * @param active the file that was active when it was opened: by now it may be a segment itself, with others after it
 */
export async function segmentsBefore(folder: string, active: JournalFile | undefined): Promise<string[]> {
  const names = await listSegments(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return [];
    throw error;
  });
  if (active === undefined) return names;
  const identities = await Promise.all(
    names.map((name) => statExactly(join(folder, name)).then(identityOf, () => undefined)),
  );
  return names.slice(identities.indexOf(active.identity) + 1);
}

export interface Rotation {
  /** Milliseconds since 1970. */
  readonly now: number;
  /** The active file has its turn until it holds more bytes than this. */
  readonly above: number;
  /** Segments that stay, the newest. */
  readonly keep: number;
}

/**
 * Makes the active file a segment, so that the next append begins a new one. One process at a time: else two would take one file
 * each, and the second a new one with hardly a line in it. Who comes meanwhile goes on with the file as it is.
 * Never throws: a journal that grows too large is still a journal.
 */
export async function rotate(folder: string, rotation: Rotation): Promise<void> {
  try {
    if (!(await takeLock(folder))) return;
    try {
      await rotateAlone(folder, rotation);
    } finally {
      await unlink(join(folder, LOCK));
    }
  } catch {
    // The next append tries again.
  }
}

async function rotateAlone(folder: string, { now, above, keep }: Rotation): Promise<void> {
  const active = join(folder, ACTIVE);
  // Somebody may have been here since it was looked at.
  if ((await stat(active)).size <= above) return;
  const segments = await listSegments(folder);
  const newest = Number(SEGMENT.exec(segments[0] ?? '')?.[1] ?? 0);
  // A clock that was set back must not turn the order round.
  const stamp = String(Math.max(Math.ceil(now), newest + 1)).padStart(16, '0');
  await rename(active, join(folder, `journal-${stamp}-${randomBytes(4).toString('hex')}.jsonl`));
  const old = segments.slice(Math.max(0, keep - 1));
  await Promise.all(old.map((name) => unlink(join(folder, name))));
}

/** To rotate takes some milliseconds: who has not come back for so long was killed. */
const LOCK_LASTS_MS = 10_000;

async function takeLock(folder: string): Promise<boolean> {
  const lock = join(folder, LOCK);
  try {
    await (await open(lock, 'wx', FILE_MODE)).close();
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
  }
  const [taken, active] = await Promise.all([stat(lock), stat(join(folder, ACTIVE))]);
  // By the disk's own clock, which may not be ours: lines have been written for so long since.
  if (active.mtimeMs - taken.mtimeMs > LOCK_LASTS_MS) await unlink(lock);
  return false;
}
