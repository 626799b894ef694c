/** Temporary files that a killed process has left: found by the call they belong to, and taken away. */
import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { removeQuietly } from './sink.js';

export interface Leftover {
  /** Absolute. */
  readonly path: string;
  /** The call it belongs to. */
  readonly owner: string;
}

const NAME = /^\.ideogram-([0-9a-z]{10})-[0-9a-f]{16}(?:-.*)?\.part$/;

/** Those in a folder, also of calls that are still at work; none where it cannot be read. */
export async function findLeftovers(folder: string): Promise<Leftover[]> {
  const names = await readdir(folder).catch((): string[] => []);
  return names.flatMap((name) => {
    const owner = NAME.exec(name)?.[1];
    return owner === undefined ? [] : [{ path: join(folder, name), owner }];
  });
}

/** Takes them away; never throws. */
export async function removeLeftovers(leftovers: readonly Leftover[]): Promise<void> {
  await Promise.all(leftovers.map(({ path }) => removeQuietly(path)));
}
