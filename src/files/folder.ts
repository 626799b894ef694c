/** Folders: what is at a path, making one where there is none, and making the names in it last. */
import { dirname } from 'node:path';
import { mkdir, type OpenFile, open, stat } from './disk.js';

/** What is at a path, links followed. */
export async function kindOf(path: string): Promise<'folder' | 'file' | 'other' | undefined> {
  const info = await stat(path).catch(() => undefined);
  if (info === undefined) return undefined;
  return info.isDirectory() ? 'folder' : info.isFile() ? 'file' : 'other';
}

/**
 * Makes a folder and those above it, level by level: Node's own recursive mkdir never returns in some folders of /proc.
 * @param path absolute
 * @param mode permission bits of each that is made; without it, what the umask leaves of 0777
 */
export async function makeFolder(path: string, mode?: number): Promise<void> {
  if ((await kindOf(path)) === 'folder') return;
  const parent = dirname(path);
  if (parent !== path) await makeFolder(parent, mode);
  await mkdir(path, mode).catch(async (error: NodeJS.ErrnoException) => {
    // Another process may have made it in between.
    if (error.code !== 'EEXIST' || (await kindOf(path)) !== 'folder') throw error;
  });
}

/** The new name itself must survive a power cut; not every system lets a folder be synced. */
export async function syncFolder(folder: string): Promise<void> {
  let opened: OpenFile | undefined;
  try {
    opened = await open(folder, 'r');
    await opened.sync();
  } catch {
    // Windows and some network disks refuse; the file itself is synced.
  } finally {
    await opened?.close();
  }
}
