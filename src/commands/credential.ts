/** Where a key comes from, in words for people: the variable, or the file with its mode. */
import type { Credential } from './connection.js';

const WORDS: Partial<Readonly<Record<Credential['source'], string>>> = {
  environment: 'IDEOGRAM_API_KEY in the environment',
  sandbox: 'the sandbox, which needs none of yours',
  typed: 'the keyboard',
};

/**
 * The place of a key.
 * @param mode permission bits of its file as `ls` shows them (0600), where they are known
 */
export function describeCredential(
  { source, path }: Pick<Credential, 'source' | 'path'>,
  mode?: string,
): string {
  return WORDS[source] ?? `${path ?? source}${mode === undefined ? '' : ` (mode ${mode})`}`;
}
