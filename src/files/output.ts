/** How results are named and written: collisions, and writes that leave either the whole file or none under its final name. */
import { randomBytes } from 'node:crypto';
import { lchown } from 'node:fs/promises';
import { basename, dirname, extname, join } from 'node:path';
import { link, lstat, rename, stat } from './disk.js';
import { syncFolder } from './folder.js';
import { openFileSink, removeQuietly } from './sink.js';

export async function exists(path: string): Promise<boolean> {
  // A link that leads nowhere takes its name too.
  return lstat(path).then(
    () => true,
    () => false,
  );
}

/**
 * Hidden, in the folder of the file it becomes, so that the rename is atomic.
 * @param token what tells it from all others
 */
export function temporaryName(folder: string, token = newToken()): string {
  return join(folder, `.ideogram-${token}.part`);
}

/**
 * What tells a temporary file from all others.
 * @param owner the call it belongs to: by it leftovers.ts finds what a killed process has left
 */
export function newToken(owner?: string): string {
  const chance = randomBytes(8).toString('hex');
  return owner === undefined ? chance : `${owner}-${chance}`;
}

/** Letters that leave room for seed, number and extension in the 255 bytes of a file name. */
const MAX_SLUG_BYTES = 80;

/** Its words in lower case, in letters of all scripts. */
function wordsOf(prompt: string): readonly string[] | null {
  // The tables of all scripts take a millisecond to load.
  if (/^[\0-\x7f]*$/.test(prompt)) return prompt.toLowerCase().match(/[a-z0-9]+/g);
  return (
    prompt
      .normalize('NFKD')
      // Accents go; in other scripts a mark is part of the letter.
      .replace(/([\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}])\p{M}+/gu, '$1')
      .normalize('NFC')
      .toLowerCase()
      .match(/[\p{L}\p{N}][\p{L}\p{N}\p{M}]*/gu)
  );
}

/** A prompt as part of a file name: lower case, words joined by hyphens, letters of all scripts kept. */
export function slugify(prompt: string): string {
  const words = wordsOf(prompt);
  let slug = '';
  for (const word of words ?? []) {
    const longer = slug ? `${slug}-${word}` : word;
    if (Buffer.byteLength(longer) > MAX_SLUG_BYTES) break;
    slug = longer;
  }
  return slug || cutBytes(words?.[0] ?? 'image', MAX_SLUG_BYTES);
}

function cutBytes(text: string, limit: number): string {
  let cut = '';
  for (const character of text) {
    if (Buffer.byteLength(cut + character) > limit) break;
    cut += character;
  }
  return cut;
}

/** `name`, `name-2`, `name-3`: the first has no number. */
export function numbered(stem: string, index: number): string {
  return index === 0 ? stem : `${stem}-${index + 1}`;
}

/** What an image is called, without extension, before collisions are looked at: as the user chose, or by prompt and seed. */
export function stemFor(
  name: { readonly stem: string | undefined; readonly slug: string },
  seed: number | undefined,
): string {
  return name.stem ?? [name.slug, seed].filter((part) => part !== undefined).join('-');
}

/**
 * Gives a finished temporary file its final name. Never over an existing file without `force`: the number behind the
 * name goes up until the name is free, also when another process takes names at the same moment.
 * On failure the temporary file is still there.
 * @param firstIndex where counting starts, so that the images of one command keep their order
 * @returns the absolute path
 */
export async function publish(temporary: string, name: FinalName): Promise<string> {
  const path = await giveName(temporary, name);
  await syncFolder(name.folder);
  return path;
}

/** What a file is to be called. */
export interface FinalName {
  readonly folder: string;
  readonly stem: string;
  readonly extension: string;
  readonly force: boolean;
  readonly firstIndex: number;
}

async function giveName(temporary: string, name: FinalName): Promise<string> {
  for (let index = name.firstIndex; ; index++) {
    const path = join(name.folder, `${numbered(name.stem, index)}.${name.extension}`);
    if (name.force) {
      await rename(temporary, path);
      return path;
    }
    if (await linkExclusively(temporary, path)) return path;
  }
}

/** A hard link fails where the name is taken, and makes the whole file appear at once; a rename would replace. */
async function linkExclusively(temporary: string, path: string): Promise<boolean> {
  try {
    await link(temporary, path);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'EEXIST') return false;
    if (['ENOENT', 'ENOSPC', 'EDQUOT', 'EROFS', 'EIO'].includes(code ?? '')) throw error;
    // FAT, some network and container file systems have no hard links, and say so in many ways: there the check and
    // the rename are two steps.
    if (await exists(path)) return false;
    await rename(temporary, path);
    return true;
  }
  // The image is saved: a virus scanner that holds the second name for a moment does not change that.
  await removeQuietly(temporary);
  return true;
}

/**
 * Writes a small file whole, never over an existing one without `force`: then its name gets a number.
 * @param owner the call it belongs to
 */
export async function writeWhole(
  path: string,
  content: string | Uint8Array,
  force: boolean,
  owner?: string,
): Promise<string> {
  const folder = dirname(path);
  const extension = extname(path);
  const stem = basename(path, extension);
  const temporary = temporaryName(folder, newToken(owner));
  return writeThrough(temporary, Buffer.from(content), undefined, () =>
    publish(temporary, { folder, stem, extension: extension.slice(1), force, firstIndex: 0 }),
  );
}

/**
 * Puts new bytes in a file's place, or makes the file: at every moment the old one or the new one is there, whole.
 * A link is replaced itself: give the path it leads to.
 * @param mode the new file's permission bits from its first moment; undefined: what the umask leaves of 0666
 * @param temporary where the new bytes are written first, on the same disk
 * @throws the file system's error; the old file is then as it was, and nothing else is left
 */
export async function replaceWhole(
  path: string,
  bytes: Uint8Array,
  mode: number | undefined,
  temporary = temporaryName(dirname(path)),
): Promise<void> {
  await writeThrough(temporary, bytes, mode, async () => {
    await keepOwner(path, temporary);
    await rename(temporary, path);
    await syncFolder(dirname(path));
  });
}

/** Only root may give files away, and a program run with sudo must not take a user's own file from them. */
async function keepOwner(path: string, temporary: string): Promise<void> {
  const old = await stat(path).catch(() => undefined);
  if (old) await lchown(temporary, old.uid, old.gid).catch(() => {});
}

/** A whole file under a name for the time being, for `finish` to give it its own; taken away where that fails. */
async function writeThrough<T>(
  temporary: string,
  bytes: Uint8Array,
  mode: number | undefined,
  finish: () => Promise<T>,
): Promise<T> {
  const sink = await openFileSink(temporary, mode);
  try {
    await sink.write(bytes);
    await sink.finish();
    return await finish();
  } catch (error) {
    await sink.discard();
    throw error;
  }
}
