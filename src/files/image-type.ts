/** What kind of image some bytes are, by the bytes alone, and whether they are all there. */

export interface ImageType {
  readonly name: 'PNG' | 'JPEG' | 'WebP';
  readonly mime: 'image/png' | 'image/jpeg' | 'image/webp';
  readonly extension: 'png' | 'jpg' | 'webp';
}

export const PNG: ImageType = { name: 'PNG', mime: 'image/png', extension: 'png' };
const JPEG: ImageType = { name: 'JPEG', mime: 'image/jpeg', extension: 'jpg' };
const WEBP: ImageType = { name: 'WebP', mime: 'image/webp', extension: 'webp' };

/** How many bytes from the start `sniffImage` looks at. */
export const HEAD_BYTES = 16;
/** How many bytes `nameOtherContent` wants: an SVG may begin with a long comment. */
export const NAMING_BYTES = 256;
/** Servers append little behind a picture. */
const TAIL_BYTES = 65_536;

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

/** What else the bytes may be, with its article, for a refusal that people understand. */
export function nameOtherContent(head: Uint8Array): string {
  const bytes = Buffer.from(head.buffer, head.byteOffset, head.byteLength);
  const start = bytes.toString('latin1');
  if (start === '') return 'nothing';
  if (start.startsWith('ftyp', 4)) return nameByBrands(bytes);
  // The size follows; a text may well begin with these two letters.
  if (start.startsWith('BM') && start.slice(2, 6).includes('\0')) return 'a BMP';
  if (start.startsWith('RIFF') && start.startsWith('AVI ', 8)) return 'a video';
  const [, name] = MAGIC.find(([magic]) => start.startsWith(magic)) ?? [];
  return name ?? nameText(bytes) ?? 'no image';
}

/** First bytes, as Latin-1. */
const MAGIC: readonly (readonly [string, string])[] = [
  ['GIF8', 'a GIF'],
  ['%PDF', 'a PDF'],
  ['II*\0', 'a TIFF'],
  ['MM\0*', 'a TIFF'],
  ['8BPS', 'a PSD'],
  ['\xff\x0a', 'a JPEG XL'],
  ['\0\0\0\x0cJXL ', 'a JPEG XL'],
  ['\0\0\0\x0cjP  ', 'a JPEG 2000'],
  ['\x1aE\xdf\xa3', 'a video'],
  ['PK\x03\x04', 'a ZIP archive'],
];

/** The container that HEIC, AVIF and films share says by its brands which it is: a general one first, the others behind it. */
function nameByBrands(bytes: Buffer): string {
  const end = Math.min(bytes.length, bytes.length < 4 ? 0 : bytes.readUInt32BE(0));
  const compatible = bytes.toString('latin1', 16, Math.max(16, end)).match(/[\s\S]{4}/g) ?? [];
  const brands = [bytes.toString('latin1', 8, 12), ...compatible];
  // An AVIF may call itself by the general brand of pictures, and some name a brand of HEIC as well.
  for (const brand of brands) {
    if (/^avi[fs]$/.test(brand)) return 'an AVIF';
    if (/^he(ic|ix|im|is|vc|vx|vm|vs)$/.test(brand)) return 'a HEIC';
  }
  return /^m[is]f1$/.test(brands[0] ?? '') ? 'a HEIC' : 'a video';
}

/** Text by its first lines; undefined for what is none. */
function nameText(bytes: Buffer): string | undefined {
  const marked = bytes.length > 1 && /^(fffe|feff)$/.test(bytes.toString('hex', 0, 2));
  const text = bytes.toString('utf8').trimStart().toLowerCase();
  if (/^(<\?xml[^>]*>\s*)?(<!--[\s\S]*?-->\s*)?(<!doctype svg[^>]*>\s*)?<svg/.test(text)) return 'an SVG';
  if (text.startsWith('<?xml')) return 'an XML document';
  if (text.startsWith('<')) return 'a web page';
  // The last character may be cut in its middle.
  const isText = marked || !/[^\P{Cc}\s]|\uFFFD(?!\uFFFD{0,2}$)/u.test(text);
  if (!isText) return undefined;
  return /^(\{\s*("|\}|$)|\[\s*(["[{\]\d-]|true|false|null|$))/.test(text) ? 'JSON' : 'plain text';
}

function ascii(bytes: Buffer, from: number, to: number): string {
  return bytes.toString('latin1', from, to);
}

/** Bytes that can be looked at in any place: a buffer, or a file that is too large for one. */
export interface ByteSource {
  readonly size: number;
  /** Up to `length` bytes from `offset` on; fewer at the end. */
  read(offset: number, length: number): Promise<Uint8Array>;
}

/** A buffer as a ByteSource. */
export function sourceOf(bytes: Uint8Array): ByteSource {
  return {
    size: bytes.byteLength,
    read: async (offset, length) => bytes.subarray(offset, offset + length),
  };
}

/**
 * Does the image reach its own end? One that was cut short has the right start but not this.
 * @param reach how far from the end of the bytes the image's own end may be: phones append whole films
 */
export async function isWholeImage(
  type: ImageType,
  source: ByteSource,
  reach = TAIL_BYTES,
): Promise<boolean> {
  const tailStart = Math.max(0, source.size - reach);
  const tail = Buffer.from(await source.read(tailStart, reach));
  switch (type.name) {
    case 'PNG':
      return tail.includes(PNG_END);
    case 'JPEG': {
      const scan = await findJpegScan(source);
      return scan !== undefined && tailStart + tail.lastIndexOf(JPEG_END) > scan && tail.includes(JPEG_END);
    }
    case 'WebP': {
      const start = Buffer.from(await source.read(0, 8));
      return start.length === 8 && source.size >= start.readUInt32LE(4) + 8;
    }
  }
}

/** Where the picture's own data starts: behind all segments, one of which may hold a whole thumbnail with an end of its own. */
async function findJpegScan(source: ByteSource): Promise<number | undefined> {
  for (let offset = 2; ; ) {
    const segment = Buffer.from(await source.read(offset, 4));
    if (segment.length < 4 || segment[0] !== 0xff) return undefined;
    if (segment[1] === 0xda) return offset;
    // Fill bytes may stand before a marker; markers without a length are skipped alike.
    const bare = segment[1] === 0xff || segment[1] === 0x01 || (segment[1] ?? 0) >> 3 === 0xd0 >> 3;
    offset += bare ? (segment[1] === 0xff ? 1 : 2) : 2 + segment.readUInt16BE(2);
  }
}
