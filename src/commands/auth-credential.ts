/** Where a key comes from, in words for people: its place, and who may read the file. */
import { describeSource } from '../auth/key.js';
import type { Credential } from './connection.js';

/**
 * The place of a key.
 * @param mode permission bits of its file as `ls` shows them (0600), where they are known
 */
export function describeCredential(
  { source, path }: Pick<Credential, 'source' | 'path'>,
  mode?: string,
): string {
  if (source === 'sandbox') return 'the sandbox, which needs none of yours';
  if (source === 'typed') return 'the keyboard';
  const place = describeSource({ source, path });
  return mode === undefined ? place : `${place} (mode ${mode})`;
}
