/** Pictures painted by a function, in every kind of PNG and JPEG, and some that another program wrote. */
import { deflateSync } from 'node:zlib';
import jpeg from 'jpeg-js';
import { type ImageType, sniffImage } from '../../src/files/image-type.js';
import type { ImageFile } from '../../src/files/input.js';

/** Red, green, blue, alpha: 0 to 255. */
export type Color = readonly [number, number, number, number];
/** The colour of a pixel. */
export type Paint = (x: number, y: number) => Color;

export const BLACK: Color = [0, 0, 0, 255];
export const WHITE: Color = [255, 255, 255, 255];
export const CLEAR: Color = [0, 0, 0, 0];

export function grey(value: number): Color {
  return [value, value, value, 255];
}

/** The left half black, the right half white. */
export function leftBlack(width: number): Paint {
  return (x) => (x < width / 2 ? BLACK : WHITE);
}

/** Colour types of the PNG standard. */
const COLOR_TYPES = { grey: 0, rgb: 2, palette: 3, greyAlpha: 4, rgba: 6 } as const;

export interface PngKind {
  readonly color?: keyof typeof COLOR_TYPES;
  /** Bits of one sample, or of one index into the palette. */
  readonly depth?: 1 | 2 | 4 | 8 | 16;
  readonly interlaced?: boolean;
  /** Chunks that stand before the pixels: name and content. */
  readonly chunks?: readonly (readonly [string, Buffer])[];
}

/** First column and row, and steps between columns and rows, of the passes of Adam7. */
const PASSES = [
  [0, 0, 8, 8],
  [4, 0, 8, 8],
  [0, 4, 4, 8],
  [2, 0, 4, 4],
  [0, 2, 2, 4],
  [1, 0, 2, 2],
  [0, 1, 1, 2],
] as const;

/** A PNG, unfiltered; written without the library that reads it. */
export function paintPng(width: number, height: number, paint: Paint, kind: PngKind = {}): Buffer {
  const { color = 'rgba', depth = 8, interlaced = false, chunks = [] } = kind;
  const palette: string[] = [];
  const samples = (x: number, y: number): number[] => samplesOf(paint(x, y), color, depth, palette);
  const rows: Buffer[] = [];
  for (const [left, top, across, down] of interlaced ? PASSES : [[0, 0, 1, 1] as const]) {
    const columns = Math.ceil((width - left) / across);
    if (columns <= 0) continue;
    for (let y = top; y < height; y += down) {
      const row = Array.from({ length: columns }, (_, index) => samples(left + index * across, y)).flat();
      rows.push(packRow(row, depth));
    }
  }
  const colors = palette.map((entry) => entry.split(',').map(Number));
  const table: [string, Buffer][] = [
    ['PLTE', Buffer.from(colors.flatMap((entry) => entry.slice(0, 3)))],
    ['tRNS', Buffer.from(colors.map((entry) => entry[3] ?? 255))],
  ];
  return wrapPng(
    width,
    height,
    [depth, COLOR_TYPES[color], 0, 0, interlaced ? 1 : 0],
    [...chunks, ...(color === 'palette' ? table : []), ['IDAT', deflateSync(Buffer.concat(rows))]],
  );
}

function samplesOf(color: Color, type: keyof typeof COLOR_TYPES, depth: number, palette: string[]): number[] {
  const scale = (value: number): number => Math.round((value / 255) * (2 ** depth - 1));
  const [red, green, blue, alpha] = color;
  switch (type) {
    case 'grey':
      return [scale(red)];
    case 'greyAlpha':
      return [scale(red), scale(alpha)];
    case 'rgb':
      return [scale(red), scale(green), scale(blue)];
    case 'rgba':
      return [scale(red), scale(green), scale(blue), scale(alpha)];
    case 'palette': {
      const key = color.join(',');
      if (!palette.includes(key)) palette.push(key);
      return [palette.indexOf(key)];
    }
  }
}

/** The filter's byte, and the samples, the highest bits first. */
function packRow(samples: readonly number[], depth: number): Buffer {
  const row = Buffer.alloc(1 + Math.ceil((samples.length * depth) / 8));
  for (const [index, sample] of samples.entries()) {
    if (depth === 16) row.writeUInt16BE(sample, 1 + index * 2);
    else {
      const bit = index * depth;
      const at = 1 + (bit >> 3);
      row[at] = (row[at] ?? 0) | (sample << (8 - depth - (bit & 7)));
    }
  }
  return row;
}

/** A PNG of these chunks; `kind` are the last five bytes of its header. */
export function wrapPng(
  width: number,
  height: number,
  kind: readonly number[],
  chunks: readonly (readonly [string, Buffer])[],
): Buffer {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set(kind, 8);
  const all = [['IHDR', header] as const, ...chunks, ['IEND', Buffer.alloc(0)] as const];
  return Buffer.concat([
    Buffer.from('\x89PNG\r\n\x1a\n', 'latin1'),
    ...all.map(([type, data]) => chunk(type, data)),
  ]);
}

function chunk(type: string, data: Buffer): Buffer {
  const body = Buffer.concat([Buffer.from(type, 'latin1'), data]);
  const frame = Buffer.alloc(8);
  frame.writeUInt32BE(data.length, 0);
  frame.writeUInt32BE(crc32(body), 4);
  return Buffer.concat([frame.subarray(0, 4), body, frame.subarray(4)]);
}

const CRC_TABLE = Uint32Array.from({ length: 256 }, (_, byte) => {
  let crc = byte;
  for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1;
  return crc;
});

function crc32(bytes: Buffer): number {
  let crc = 0xffffffff;
  for (const byte of bytes) crc = (crc >>> 8) ^ (CRC_TABLE[(crc ^ byte) & 0xff] ?? 0);
  return (crc ^ 0xffffffff) >>> 0;
}

/** A baseline JPEG. */
export function paintJpeg(width: number, height: number, paint: Paint, quality = 90): Buffer {
  const data = Buffer.alloc(width * height * 4);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) data.set(paint(x, y), (y * width + x) * 4);
  }
  return Buffer.from(jpeg.encode({ width, height, data }, quality).data);
}

/** The JPEG with an EXIF segment that says how it is turned when it is shown. */
export function turnJpeg(bytes: Buffer, orientation: number): Buffer {
  const exif = Buffer.from('\xff\xe1\0\x22Exif\0\0MM\0*\0\0\0\x08\0\x01\x01\x12\0\x03\0\0\0\x01', 'latin1');
  const value = Buffer.from([0, orientation, 0, 0, 0, 0, 0, 0]);
  return Buffer.concat([bytes.subarray(0, 2), exif, value, bytes.subarray(2)]);
}

/** The bytes as a user's file of this name. */
export function fileOf(source: string, bytes: Uint8Array): ImageFile {
  const type = sniffImage(bytes) as ImageType;
  const filename = `${source
    .split('/')
    .at(-1)
    ?.replace(/\.[^.]*$/, '')}.${type.extension}`;
  return { source, filename, type, bytes };
}

/** 16x8, the left half black, the right half white, by ImageMagick and cjpeg. */
export const FOREIGN = {
  cmykJpeg: decode(
    '/9j/7gAOQWRvYmUAZAAAAAAC/9sAQwADAgIDAgIDAwMDBAMDBAUIBQUEBAUKBwcGCAwKDAwLCgsLDQ4SEA0OEQ4LCxAWEBETFBUVFQwPFxgWFBgSFBUU/9sAQwEDBAQFBAUJBQUJFA0LDRQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQU/8AAFAgACAAQBAERAAIRAQMRAQQRAP/EABYAAQEBAAAAAAAAAAAAAAAAAAkACv/EABQQAQAAAAAAAAAAAAAAAAAAAAD/xAAUAQEAAAAAAAAAAAAAAAAAAAAA/8QAFBEBAAAAAAAAAAAAAAAAAAAAAP/aAA4EAQACEQMRBAAAPwAqgFUgaqH/2Q==',
  ),
  progressiveJpeg: decode(
    '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMCAgMCAgMDAwMEAwMEBQgFBQQEBQoHBwYIDAoMDAsKCwsNDhIQDQ4RDgsLEBYQERMUFRUVDA8XGBYUGBIUFRT/2wBDAQMEBAUEBQkFBQkUDQsNFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBQUFBT/wgARCAAIABADAREAAhEBAxEB/8QAFQABAQAAAAAAAAAAAAAAAAAACAn/xAAUAQEAAAAAAAAAAAAAAAAAAAAA/9oADAMBAAIQAxAAAAEqFVD/xAAUEAEAAAAAAAAAAAAAAAAAAAAQ/9oACAEBAAEFAj//xAAUEQEAAAAAAAAAAAAAAAAAAAAQ/9oACAEDAQE/AT//xAAUEQEAAAAAAAAAAAAAAAAAAAAQ/9oACAECAQE/AT//xAAUEAEAAAAAAAAAAAAAAAAAAAAQ/9oACAEBAAY/Aj//xAAUEAEAAAAAAAAAAAAAAAAAAAAQ/9oACAEBAAE/IT//2gAMAwEAAgADAAAAEJP/xAAUEQEAAAAAAAAAAAAAAAAAAAAQ/9oACAEDAQE/ED//xAAUEQEAAAAAAAAAAAAAAAAAAAAQ/9oACAECAQE/ED//xAAUEAEAAAAAAAAAAAAAAAAAAAAQ/9oACAEBAAE/ED//2Q==',
  ),
  /** Grey; its restart interval is longer than the picture. */
  restartJpeg: decode(
    '/9j/4AAQSkZJRgABAQAAAQABAAD/2wBDAAMCAgMCAgMDAwMEAwMEBQgFBQQEBQoHBwYIDAoMDAsKCwsNDhIQDQ4RDgsLEBYQERMUFRUVDA8XGBYUGBIUFRT/wAALCAAIABABAREA/8QAHwAAAQUBAQEBAQEAAAAAAAAAAAECAwQFBgcICQoL/8QAtRAAAgEDAwIEAwUFBAQAAAF9AQIDAAQRBRIhMUEGE1FhByJxFDKBkaEII0KxwRVS0fAkM2JyggkKFhcYGRolJicoKSo0NTY3ODk6Q0RFRkdISUpTVFVWV1hZWmNkZWZnaGlqc3R1dnd4eXqDhIWGh4iJipKTlJWWl5iZmqKjpKWmp6ipqrKztLW2t7i5usLDxMXGx8jJytLT1NXW19jZ2uHi4+Tl5ufo6erx8vP09fb3+Pn6/90ABAAD/9oACAEBAAA/APyqr+qiv//Z',
  ),
  /** Red, green and blue as they are: Adobe's segment says so. */
  rgbJpeg: decode(
    '/9j/7gAOQWRvYmUAZAAAAAAA/9sAQwADAgIDAgIDAwMDBAMDBAUIBQUEBAUKBwcGCAwKDAwLCgsLDQ4SEA0OEQ4LCxAWEBETFBUVFQwPFxgWFBgSFBUU/8AAEQgACAAQA1IRAEcRAEIRAP/EAB8AAAEFAQEBAQEBAAAAAAAAAAABAgMEBQYHCAkKC//EALUQAAIBAwMCBAMFBQQEAAABfQECAwAEEQUSITFBBhNRYQcicRQygZGhCCNCscEVUtHwJDNicoIJChYXGBkaJSYnKCkqNDU2Nzg5OkNERUZHSElKU1RVVldYWVpjZGVmZ2hpanN0dXZ3eHl6g4SFhoeIiYqSk5SVlpeYmZqio6Slpqeoqaqys7S1tre4ubrCw8TFxsfIycrS09TV1tfY2drh4uPk5ebn6Onq8fLz9PX29/j5+v/aAAwDUgBHAEIAAD8A/Kqvyqr8qq/qor+qiv6qK//Z',
  ),
  webp: decode('UklGRiYAAABXRUJQVlA4TBoAAAAvD8ABAA8w//M///MfeBALJvOX7kwhov+hAw=='),
} as const;

function decode(base64: string): Buffer {
  return Buffer.from(base64, 'base64');
}
