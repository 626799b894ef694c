/** The images a user hands in: checked by their bytes and sizes before anything is sent. */
import { readFile, stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import { CliError } from '../errors.js';
import {
  type ImageType,
  isWholeImage,
  NAMING_BYTES,
  nameOtherContent,
  sniffImage,
  sourceOf,
} from './image-type.js';

/** docs: upload limits; bytes of one image, and of the whole request. */
const MAX_IMAGE_BYTES = 25 * 1024 * 1024;
const MAX_REQUEST_BYTES = 50 * 1024 * 1024;

/** An image as it will be sent. */
export interface ImageFile {
  /** As the user typed it. */
  readonly source: string;
  readonly filename: string;
  readonly type: ImageType;
  readonly bytes: Uint8Array;
}

/** Reads a file of at most `limit` bytes; the errors name it as the user did. */
export async function readChecked(
  path: string,
  shown: string,
  limit: number,
  hint?: string,
): Promise<Uint8Array> {
  try {
    const info = await stat(path);
    if (info.isDirectory()) throw new CliError('bad_file', `${shown} is a folder, not a file.`, { hint });
    // Reading a named pipe or a device may never end.
    if (!info.isFile()) {
      throw new CliError('bad_file', `${shown} is a pipe or a device, not a file.`, { hint });
    }
    if (info.size > limit) {
      throw new CliError('bad_file', `${shown} is too large: ${megabytes(info.size)}.`, {
        hint: `At most ${megabytes(limit)} are taken.`,
      });
    }
    return await readFile(path);
  } catch (cause) {
    if (cause instanceof CliError) throw cause;
    const { code } = cause as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'does not exist' : `cannot be read (${code})`;
    throw new CliError('bad_file', `${shown} ${why}.`, { hint, cause });
  }
}

/** Bytes for people: `25 MB`, `1.5 MB`. */
function megabytes(bytes: number): string {
  return `${Math.round((bytes / 1024 / 1024) * 10) / 10} MB`;
}

/**
 * Reads an image and checks that the API will take it: JPEG, PNG or WebP by its bytes, whole, at most 25 MB.
 * @throws CliError `bad_file`
 */
async function readImage(cwd: string, source: string): Promise<ImageFile> {
  if (source === '-' || /^https?:\/\//i.test(source)) {
    throw new CliError(
      'bad_file',
      `Images are read from files only, not from ${source === '-' ? 'standard input' : source}.`,
      {
        hint: 'Save it as a file first, and give the file.',
      },
    );
  }
  const bytes = await readChecked(resolve(cwd, source), source, MAX_IMAGE_BYTES);
  if (bytes.length === 0) throw new CliError('bad_file', `${source} is empty.`);
  const type = sniffImage(bytes);
  if (type === undefined) {
    throw new CliError('bad_file', `${source} is ${nameOtherContent(bytes.subarray(0, NAMING_BYTES))}.`, {
      hint: 'The API takes JPEG, PNG and WebP. What counts is the content, not the name.',
    });
  }
  if (!(await isWholeImage(type, sourceOf(bytes), bytes.length))) {
    throw new CliError('bad_file', `${source} is a ${type.name} that was cut short: its end is missing.`, {
      hint: 'Copy or export it again.',
    });
  }
  return { source, filename: filenameFor(source, type), type, bytes };
}

/** The name sent with the file: no folders, and an extension that tells the truth. */
function filenameFor(source: string, type: ImageType): string {
  const stem = basename(source).replace(/\.[^.]*$/, '') || 'image';
  return `${stem}.${type.extension}`;
}

/** The images of one option, as paths. */
export interface ImagePaths {
  readonly name: string;
  readonly paths: readonly string[];
  /** Name of the option whose images these are masks for, in the same order. */
  readonly masksFor: string | undefined;
}

/**
 * Reads and checks all images of a call; masks must have the size of what they mask.
 * @param cwd where relative paths start
 * @returns by the options' names
 * @throws CliError `bad_file`
 */
export async function readImages(
  cwd: string,
  options: readonly ImagePaths[],
): Promise<Record<string, ImageFile[]>> {
  const images: Record<string, ImageFile[]> = {};
  for (const { name, paths } of options) {
    images[name] = await Promise.all(paths.map((path) => readImage(cwd, path)));
  }
  for (const { name, masksFor } of options) {
    if (masksFor === undefined) continue;
    const originals = images[masksFor] ?? [];
    const masks = images[name] ?? [];
    await Promise.all(masks.map((mask, index) => checkMaskSize(mask, originals[index] ?? mask)));
  }
  return images;
}

/**
 * Width and height in pixels, as stored (not turned by EXIF).
 * @throws CliError `bad_file` when the image does not say
 */
async function imageSize(image: ImageFile): Promise<{ width: number; height: number }> {
  const { imageSize: measure } = await import('image-size');
  try {
    const { width, height } = measure(image.bytes);
    return { width, height };
  } catch (cause) {
    throw new CliError('bad_file', `${image.source} does not say its size; it may be damaged.`, { cause });
  }
}

/**
 * A mask fits its image only pixel for pixel.
 * @throws CliError `bad_file` when the sizes differ
 */
async function checkMaskSize(mask: ImageFile, image: ImageFile): Promise<void> {
  const [a, b] = await Promise.all([imageSize(mask), imageSize(image)]);
  if (a.width === b.width && a.height === b.height) return;
  throw new CliError(
    'bad_file',
    `The mask ${mask.source} is ${a.width}x${a.height} pixels, its image ${image.source} is ${b.width}x${b.height}.`,
    { hint: 'Save the mask in the size of the image.' },
  );
}

/** What headers, boundary and field names of a part come to, amply. */
const PART_OVERHEAD_BYTES = 1024;

/**
 * docs: a request stays under 50 MB, all of its parts together.
 * @param otherBytes size of everything that is no image
 * @throws CliError `bad_file` when it would be larger
 */
export function checkRequestSize(images: readonly ImageFile[], otherBytes: number): void {
  const pictures = images.reduce((sum, image) => sum + image.bytes.byteLength + PART_OVERHEAD_BYTES, 0);
  if (pictures + otherBytes + 20 * PART_OVERHEAD_BYTES < MAX_REQUEST_BYTES) return;
  throw new CliError('bad_file', `The images are ${megabytes(pictures)} together.`, {
    hint: `A request stays under ${megabytes(MAX_REQUEST_BYTES)}: use fewer or smaller images.`,
  });
}
