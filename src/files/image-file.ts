/** An image from the disk: whole, and not read into memory before its size is known to be fine. */
import { open, readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { CliError } from '../errors.js';
import { naming, sizeOfFile } from './checked-file.js';
import { type Candidate, checkImage, checkType, tooLarge } from './image-check.js';
import type { ImageFile, ImageSources } from './input.js';

/** The start of a file that is too large: it tells type and pixels, behind all that a camera writes first. */
const LARGE_HEAD_BYTES = 512 * 1024;

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
  const bytes = await naming(source, FILE_HINT, async () => {
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
