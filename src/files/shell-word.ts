/** A word as it is written on a command line that somebody copies: quoted only where a shell would change it. */

/** What neither sh nor cmd reads as anything but itself. */
const PLAIN = /^[\w@%+:,./-]+$/;
const PLAIN_FOR_WINDOWS = /^[\w@+:./\\-]+$/;

/**
 * Quotes one word.
 * @param platform on win32 for cmd and PowerShell: file names hold no double quotes there
 */
export function shellWord(word: string, platform: NodeJS.Platform = 'linux'): string {
  if (platform === 'win32') return PLAIN_FOR_WINDOWS.test(word) ? word : `"${word}"`;
  return PLAIN.test(word) ? word : `'${word.replaceAll("'", "'\\''")}'`;
}

/** A path as a word that no program takes for an option: one that begins with a dash is told by its folder. */
export function shellPath(path: string, platform: NodeJS.Platform = 'linux'): string {
  return shellWord(path.startsWith('-') ? `./${path}` : path, platform);
}
