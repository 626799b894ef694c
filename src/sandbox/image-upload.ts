/** Which uploads the API reads as images: JPEG, PNG and WebP by their first bytes, 25 MB each. */
import { MAX_IMAGE_BYTES } from './limits.js';
import { failure } from './replies.js';
import type { Upload } from './request-body.js';

const PNG = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const JPEG = Buffer.from([0xff, 0xd8, 0xff]);

/** Throws a 400 naming the field and the place of the first file that is too large or no image. */
export function checkImages(name: string, uploads: readonly Upload[]): void {
  for (const [index, { bytes }] of uploads.entries()) {
    if (bytes.length > MAX_IMAGE_BYTES) {
      throw failure(400, `Image ${index + 1} of ${name} is larger than 25 MB.`);
    }
    if (!isImage(bytes)) {
      throw failure(400, `Could not read image ${index + 1} of ${name}: send a JPEG, PNG or WebP file.`);
    }
  }
}

function isImage(bytes: Buffer): boolean {
  if (bytes.subarray(0, 8).equals(PNG) || bytes.subarray(0, 3).equals(JPEG)) return true;
  return bytes.toString('latin1', 0, 4) === 'RIFF' && bytes.toString('latin1', 8, 12) === 'WEBP';
}
