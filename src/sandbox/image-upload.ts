/** Which uploads the API reads as images: JPEG, PNG and WebP by their bytes, 25 MB each where nothing else is said. */
import { MAX_IMAGE_BYTES } from './limits.js';
import { failure, type Refusal } from './replies.js';
import type { Upload } from './request-body.js';

export type ImageType = 'png' | 'jpeg' | 'webp';

const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const JPEG = Buffer.from([0xff, 0xd8, 0xff]);
const JPEG_END = Buffer.from([0xff, 0xd9]);
const MB = 1024 * 1024;

/** Throws a 400 naming the field and the place of the first file that is too large or no image. */
export function checkImages(name: string, uploads: readonly Upload[], maxBytes = MAX_IMAGE_BYTES): void {
  for (const [index, { bytes }] of uploads.entries()) {
    if (bytes.length > maxBytes) {
      throw failure(400, `Image ${index + 1} of ${name} is larger than ${maxBytes / MB} MB.`);
    }
    if (!imageType(bytes)) throw unreadable(name, index);
  }
}

/** 400: the file at this place of a field is no image, or a damaged one. */
export function unreadable(name: string, index = 0): Refusal {
  return failure(400, `Could not read image ${index + 1} of ${name}: send a JPEG, PNG or WebP file.`);
}

/** By the first bytes; undefined for what the API does not read. */
export function imageType(bytes: Buffer): ImageType | undefined {
  if (bytes.subarray(0, 8).equals(PNG)) return 'png';
  if (bytes.subarray(0, 3).equals(JPEG)) return 'jpeg';
  const isWebp = bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WEBP';
  return isWebp ? 'webp' : undefined;
}

/** Whether its end is there, as far as that shows without decoding; cameras may write more behind it. */
export function hasEnd(bytes: Buffer): boolean {
  const type = imageType(bytes);
  if (type === 'png') return bytes.includes('IEND', 8, 'latin1');
  if (type === 'jpeg') return bytes.lastIndexOf(JPEG_END) > 0;
  return type === 'webp' && bytes.length >= bytes.readUInt32LE(4) + 8;
}
