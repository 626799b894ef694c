/** Is an image there already, under one of the names it could have? Known by its bytes. */
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { exists, type FinalName, numbered } from './output.js';

/**
 * @param bytes its length
 * @param sha256 of the whole, in hex
 * @returns its absolute path; undefined where it is not there
 */
export async function findSame(
  { folder, stem, extension, firstIndex }: FinalName,
  { bytes, sha256 }: { readonly bytes: number; readonly sha256: string },
): Promise<string | undefined> {
  for (let index = firstIndex; ; index++) {
    const path = join(folder, `${numbered(stem, index)}.${extension}`);
    // Names are given in this order: behind a free one there is none.
    if (!(await exists(path))) return undefined;
    if (await isSame(path, bytes, sha256)) return path;
  }
}

async function isSame(path: string, bytes: number, sha256: string): Promise<boolean> {
  try {
    const { size } = await stat(path);
    return size === bytes && (await hashFile(path)) === sha256;
  } catch {
    return false;
  }
}

async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path)) hash.update(chunk as Buffer);
  return hash.digest('hex');
}
