/** What kind of image some bytes are, by the bytes alone, and whether they are all there. */

export interface ImageType {
  readonly name: 'PNG' | 'JPEG' | 'WebP';
  readonly mime: 'image/png' | 'image/jpeg' | 'image/webp';
  readonly extension: 'png' | 'jpg' | 'webp';
}

const PNG: ImageType = { name: 'PNG', mime: 'image/png', extension: 'png' };
const JPEG: ImageType = { name: 'JPEG', mime: 'image/jpeg', extension: 'jpg' };
const WEBP: ImageType = { name: 'WebP', mime: 'image/webp', extension: 'webp' };

/** How many bytes from the start `sniffImage` looks at. */
export const HEAD_BYTES = 16;
/** How many bytes from the end `isWholeImage` looks at: cameras append data of their own behind the picture. */
export const TAIL_BYTES = 65_536;

const PNG_MAGIC = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const PNG_END = Buffer.from([0, 0, 0, 0, 0x49, 0x45, 0x4e, 0x44, 0xae, 0x42, 0x60, 0x82]);
const JPEG_END = Buffer.from([0xff, 0xd9]);

/** The image type the API and we know, or undefined. */
export function sniffImage(head: Uint8Array): ImageType | undefined {
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.byteLength);
  if (bytes.subarray(0, 8).equals(PNG_MAGIC)) return PNG;
  if (bytes[0] === 0xff && bytes[1] === 0xd8 && bytes[2] === 0xff) return JPEG;
  if (ascii(bytes, 0, 4) === 'RIFF' && ascii(bytes, 8, 12) === 'WEBP') return WEBP;
  return undefined;
}

/** What else the bytes may be, for a refusal that people understand. */
export function nameOtherContent(head: Uint8Array): string {
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.byteLength);
  if (ascii(bytes, 0, 4) === 'GIF8') return 'a GIF';
  if (ascii(bytes, 0, 2) === 'BM') return 'a BMP';
  if (ascii(bytes, 0, 4) === '%PDF') return 'a PDF';
  if (/^(II\*\0|MM\0\*)/.test(ascii(bytes, 0, 4))) return 'a TIFF';
  if (ascii(bytes, 4, 8) === 'ftyp')
    return /avi[fs]/.test(ascii(bytes, 8, 12)) ? 'an AVIF' : 'a HEIC or video';
  const text = bytes.toString('utf8').trimStart().toLowerCase();
  if (text.startsWith('<svg') || text.startsWith('<?xml')) return 'an SVG';
  if (text.startsWith('<')) return 'a web page';
  return 'no image';
}

function ascii(bytes: Buffer, from: number, to: number): string {
  return bytes.toString('latin1', from, to);
}

/**
 * Does the image reach its own end? A download that was cut short has the right start but not this.
 * @param head at least HEAD_BYTES from the start
 * @param tail the last TAIL_BYTES, or all of it
 * @param size of the whole, in bytes
 */
export function isWholeImage(type: ImageType, head: Uint8Array, tail: Uint8Array, size: number): boolean {
  const end = Buffer.from(tail.buffer, tail.byteOffset, tail.byteLength);
  switch (type.name) {
    case 'PNG':
      return end.includes(PNG_END);
    case 'JPEG':
      return end.includes(JPEG_END);
    case 'WebP': {
      const start = Buffer.from(head.buffer, head.byteOffset, head.byteLength);
      return start.length >= 8 && size >= start.readUInt32LE(4) + 8;
    }
  }
}
