/** The folder of places on the disk: its files are made, touched and listed, and what the dead have left is cleared away. */
import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Clock, Machine } from '../context.js';
import { open, readdir, rename, stat, touch, unlink, writeSmall } from '../files/disk.js';
import { makeFolder } from '../files/folder.js';
import { type Chooser, hostMark, type Note, parseNote, type Ticket } from './place-names.js';

/** Who has not touched its file for so long is dead, whatever its process number says. */
export const STALE_MS = 10_000;
const FOLDER_MODE = 0o700;
const FILE_MODE = 0o600;

export interface PlaceFolderOptions {
  /** Absolute; made when it is needed. */
  readonly folder: string;
  readonly clock: Clock;
  readonly machine: Machine;
}

export interface PlaceFolder extends PlaceFolderOptions {
  /** Everything that is written there now; no folder: nothing. */
  list(): Promise<Note[]>;
  /**
   * Makes an empty file, and the folder where it is missing.
   * @returns the time it bears, in milliseconds since 1970
   * @throws the file system's error
   */
  create(note: Note): Promise<number>;
  /**
   * Makes the one file the other: at every moment one of the two is there.
   * @throws the file system's error
   */
  become(chooser: Chooser, ticket: Ticket): Promise<void>;
  /**
   * Shows that its owner lives.
   * @returns the time it bears now
   * @throws the file system's error
   */
  touch(note: Note): Promise<number>;
  /**
   * Gives a file so many bytes, and makes it again where it is gone.
   * @throws the file system's error
   */
  fill(note: Note, bytes: number): Promise<void>;
  /** Removes a file, where it can be. */
  remove(note: Note): Promise<void>;
  /**
   * Those whose process is there, and has touched its file lately; all others are removed.
   * @param now without it only the system is asked for the processes, which is quick
   */
  living<N extends Chooser | Ticket>(notes: readonly N[], now?: number): Promise<N[]>;
}

export function openPlaceFolder({ folder, clock, machine }: PlaceFolderOptions): PlaceFolder {
  const host = hostMark(machine.host);
  const pathOf = ({ name }: Note): string => join(folder, name);
  const remove = (note: Note): Promise<void> => unlink(pathOf(note)).catch(() => {});
  const isAlive = async (note: Chooser | Ticket, now: number | undefined): Promise<boolean> => {
    if (note.owner.host === host && !machine.isAlive(note.owner.pid)) return false;
    if (now === undefined) return true;
    // A time to come is that of a clock that has been set back: the living will touch again.
    return Math.abs(now - (await touchedAt(pathOf(note), now))) <= STALE_MS;
  };
  return {
    folder,
    clock,
    machine,
    async list() {
      const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
        if (error.code === 'ENOENT') return [];
        throw error;
      });
      return names.map(parseNote).filter((note) => note !== undefined);
    },
    create: (note) => createFile(pathOf(note), folder, clock),
    become: (chooser, ticket) => rename(pathOf(chooser), pathOf(ticket)),
    async touch(note) {
      const now = clock.now();
      await touch(pathOf(note), now / 1000);
      return now;
    },
    // By chance, so that no disk presses them together: that would be no room to give back.
    fill: (note, bytes) => writeSmall(pathOf(note), randomBytes(bytes), FILE_MODE),
    remove,
    async living(notes, now) {
      const alive = await Promise.all(notes.map((note) => isAlive(note, now)));
      await Promise.all(notes.filter((_, index) => !alive[index]).map(remove));
      return notes.filter((_, index) => alive[index]);
    },
  };
}

/** When a file was touched; long ago where it is gone, `now` where that cannot be seen. */
async function touchedAt(path: string, now: number): Promise<number> {
  try {
    return (await stat(path)).mtimeMs;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? Number.NEGATIVE_INFINITY : now;
  }
}

async function createFile(path: string, folder: string, clock: Clock): Promise<number> {
  const file = await open(path, 'wx', FILE_MODE).catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    await makeFolder(folder, FOLDER_MODE);
    return open(path, 'wx', FILE_MODE);
  });
  try {
    const now = clock.now();
    await file.touch(now / 1000);
    return now;
  } finally {
    await file.close();
  }
}
