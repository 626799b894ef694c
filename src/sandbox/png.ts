/** The PNG format, as far as the sandbox writes it: one palette image, its text chunks, checksums and compression. */
import { deflateSync } from 'node:zlib';

export interface IndexedImage {
  readonly width: number;
  readonly height: number;
  /** One palette index a pixel, row after row. */
  readonly pixels: Uint8Array;
  /** Red, green, blue of each entry; 256 entries at most. */
  readonly palette: readonly (readonly [number, number, number])[];
  /** How many entries, from the first on, cannot be seen. */
  readonly transparent: number;
}

const SIGNATURE = Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]);
const PALETTE_COLOUR = 3;
// Flat areas and row-wise gradients compress well at any level; 1 takes a third of the default's time.
const LEVEL = 1;

/** The bytes of a whole PNG file. `texts` become UTF-8 text chunks, keyword first. */
export function encodePng(image: IndexedImage, texts: Readonly<Record<string, string>>): Buffer {
  const { width, height, pixels, palette, transparent } = image;
  const rows = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y += 1) {
    rows.set(pixels.subarray(y * width, (y + 1) * width), y * (width + 1) + 1);
  }
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8;
  header[9] = PALETTE_COLOUR;
  return Buffer.concat([
    SIGNATURE,
    chunk('IHDR', header),
    chunk('PLTE', Buffer.from(palette.flat())),
    ...(transparent > 0 ? [chunk('tRNS', Buffer.alloc(transparent))] : []),
    ...Object.entries(texts).map(([keyword, text]) => chunk('iTXt', internationalText(keyword, text))),
    chunk('IDAT', deflateSync(rows, { level: LEVEL })),
    chunk('IEND', Buffer.alloc(0)),
  ]);
}

/** Keyword, not compressed, no language, no translated keyword, text. NUL is the one character it can't hold. */
function internationalText(keyword: string, text: string): Buffer {
  return Buffer.from(`${keyword}\0\0\0\0\0${text.replaceAll('\0', '\uFFFD')}`, 'utf8');
}

function chunk(type: string, data: Buffer): Buffer {
  const bytes = Buffer.alloc(data.length + 12);
  bytes.writeUInt32BE(data.length, 0);
  bytes.write(type, 4, 'latin1');
  data.copy(bytes, 8);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, data.length + 8)), data.length + 8);
  return bytes;
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, index) => {
  let value = index;
  for (let bit = 0; bit < 8; bit += 1) value = value & 1 ? 0xedb88320 ^ (value >>> 1) : value >>> 1;
  return value;
});

/** zlib.crc32 is younger than the oldest Node we run on. */
function crc32(bytes: Uint8Array): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (CRC_TABLE[(crc ^ byte) & 0xff] ?? 0) ^ (crc >>> 8);
  return (crc ^ 0xffffffff) >>> 0;
}
