/** The exact commands that mend a mask or its image, in names that a shell takes as they are. */
import { basename, dirname, extname, join } from 'node:path';
import type { ImageFile } from './input.js';
import { shellPath, shellWord } from './shell-word.js';
import { STDIN_NAME } from './stdin.js';

/** Where a mended copy goes: `dir/mask.jpg` -> `dir/mask-bw.png`. Never where the image itself is. */
export function besideIt(
  file: Pick<ImageFile, 'source' | 'filename'>,
  suffix: string,
  extension: string,
): string {
  const path = localPath(file);
  const stem = join(dirname(path), basename(path, extname(path)));
  const beside = `${stem}${suffix}.${extension}`;
  return beside === join(path) ? `${stem}-new.${extension}` : beside;
}

/**
 * One run of ImageMagick over an image, into a copy beside it.
 * @param words what is done to it
 * @param platform whose shell it is for
 */
export function magick(
  file: Pick<ImageFile, 'source' | 'filename'>,
  words: readonly string[],
  suffix: string,
  extension: string,
  platform?: NodeJS.Platform,
): string {
  const line = [
    'magick',
    shellPath(localPath(file), platform),
    ...words.map((word) => shellWord(word, platform)),
    shellPath(besideIt(file, suffix, extension), platform),
  ].join(' ');
  return isElsewhere(file) ? `${line} (once it is saved as ${file.filename})` : line;
}

/** What came through a pipe or from the web is in no file yet. */
function isElsewhere({ source }: Pick<ImageFile, 'source'>): boolean {
  return source === STDIN_NAME || /^https?:\/\//i.test(source);
}

function localPath(file: Pick<ImageFile, 'source' | 'filename'>): string {
  return isElsewhere(file) ? file.filename : file.source;
}
