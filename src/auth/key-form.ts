/** What a key looks like, and the variable that holds it, in the environment and in .env files. */

export const KEY_VARIABLE = 'IDEOGRAM_API_KEY';

/** Longer ones fit into no header that a server would take. */
const SENDABLE = /^[\x21-\x7e]{1,4096}$/;

/** Can this go into a header? Node refuses other characters with a message that quotes the key. */
export function isSendableKey(key: string): boolean {
  // Whoever uses the library from JavaScript may give anything.
  return typeof key === 'string' && SENDABLE.test(key);
}

/**
 * Why something that somebody gave as a key is none; undefined where it may be one. Says nothing of what it is.
 * @param typed without the white space around it
 */
export function whyNotAKey(typed: string): string | undefined {
  if (typed.includes('\0')) return 'It is written in UTF-16, as PowerShell does; a key is plain text.';
  if (/^(export\s+)?IDEOGRAM_API_KEY\s*=/.test(typed))
    return 'It is a line of a .env file: leave out all but the key.';
  if (/^(["'`]).*\1$/s.test(typed)) return 'It stands in quotes: leave them out.';
  return isSendableKey(typed) ? undefined : NOT_SENDABLE;
}

/** Said where a text was found to be no key for one of these reasons. */
export const NOT_SENDABLE =
  'It is far too long, or holds a space, a line break or another character that no key has. Copy it again, on one line.';
