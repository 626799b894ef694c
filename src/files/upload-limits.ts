/** How many bytes an upload may have: one image, and a whole request. */
import { CliError } from '../errors.js';
import type { ImageFile } from './input.js';

/** docs: upload limits; bytes of one image, and of the whole request. */
export const MAX_IMAGE_BYTES = 25 * 1024 * 1024;
const MAX_REQUEST_BYTES = 50 * 1024 * 1024;

/** Bytes for people: `25 MB`, `1.5 MB`. */
export function megabytes(bytes: number): string {
  return `${Math.round((bytes / 1024 / 1024) * 10) / 10} MB`;
}

/** A size that is above the limit, and reads so too: `25 MB (26214401 bytes)`. */
export function sizeAbove(limit: number, bytes: number): string {
  const rounded = megabytes(bytes);
  return rounded === megabytes(limit) ? `${rounded} (${bytes} bytes)` : rounded;
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
