/** A file from the disk, whole: an image to be uploaded, or another that is read at once; never a pipe, a device or too much. */
import { open, readFile, stat } from 'node:fs/promises';
import { resolve } from 'node:path';
import { CliError } from '../errors.js';
import { type Candidate, checkImage, checkType, tooLarge } from './image-check.js';
import type { ImageFile, ImageSources } from './input.js';
import { megabytes, sizeAbove } from './upload-limits.js';

/** The start of a file that is too large: it tells type and pixels, behind all that a camera writes first. */
const LARGE_HEAD_BYTES = 512 * 1024;

/** Reads a file of at most `limit` bytes; the errors name it as the user did. */
export async function readChecked(
  path: string,
  shown: string,
  limit: number,
  hint?: string,
): Promise<Uint8Array> {
  return told(shown, hint, async () => {
    const size = await sizeOfFile(path, shown, hint);
    if (size > limit) {
      throw new CliError('bad_file', `${shown} is too large: ${sizeAbove(limit, size)}.`, {
        hint: `At most ${megabytes(limit)} are taken.`,
      });
    }
    return readFile(path);
  });
}

/** Reading a named pipe or a device may never end, so their size is not even asked for. */
async function sizeOfFile(path: string, shown: string, hint: string | undefined): Promise<number> {
  const info = await stat(path);
  if (info.isDirectory()) throw new CliError('bad_file', `${shown} is a folder, not a file.`, { hint });
  if (info.isFile()) return info.size;
  throw new CliError('bad_file', `${shown} is a pipe or a device, not a file.`, { hint });
}

/** A failure of the file system, by the name that the user gave the file. */
async function told<T>(shown: string, hint: string | undefined, work: () => Promise<T>): Promise<T> {
  try {
    return await work();
  } catch (cause) {
    if (cause instanceof CliError) throw cause;
    const { code } = cause as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'does not exist' : `cannot be read (${code})`;
    throw new CliError('bad_file', `${shown} ${why}.`, { hint, cause });
  }
}

const FILE_HINT = 'An image is a file, an https URL, or - for standard input.';

/**
 * An image from a file. Its size is known to be fine before it is read.
 * @param source the path as typed
 * @throws CliError `bad_file`
 */
export async function readFileImage(
  { cwd, platform }: Pick<ImageSources, 'cwd' | 'platform'>,
  source: string,
  maxBytes: number,
): Promise<ImageFile> {
  if (source === '') throw new CliError('bad_input', 'The name of an image is empty.', { hint: FILE_HINT });
  const path = resolve(cwd, source);
  const candidate: Candidate = { source, origin: { kind: 'file', path: source, cwd }, platform };
  const bytes = await told(source, FILE_HINT, async () => {
    const size = await sizeOfFile(path, source, FILE_HINT);
    if (size <= maxBytes) return readFile(path);
    const head = await readHead(path);
    const { extension } = await checkType(candidate, head);
    throw await tooLarge(candidate, { extension, size, head }, maxBytes);
  });
  return checkImage(candidate, bytes);
}

async function readHead(path: string): Promise<Buffer> {
  const file = await open(path);
  try {
    const { buffer, bytesRead } = await file.read(Buffer.alloc(LARGE_HEAD_BYTES), 0, LARGE_HEAD_BYTES, 0);
    return buffer.subarray(0, bytesRead);
  } finally {
    await file.close();
  }
}
