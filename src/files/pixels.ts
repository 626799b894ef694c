/** Pixels of images: PNG and JPEG decoded, and grey pixels written as a PNG. */
import { inflateSync } from 'node:zlib';
import { CliError } from '../errors.js';
import { type Dimensions, dimensionsOf } from './dimensions.js';
import type { ImageFile } from './input.js';
import { magick } from './mask-remedy.js';

export interface Pixels {
  readonly width: number;
  readonly height: number;
  /** Red, green, blue and alpha of each pixel, from the top left, row by row; 0 to 255. */
  readonly rgba: Uint8Array;
}

/** More are no photograph: a small file may unpack to more memory than there is. */
const MAX_PIXELS = 100_000_000;
/** A JPEG takes some 22 bytes a pixel while it is decoded. */
const MAX_JPEG_MEGABYTES = 2048;

/**
 * The pixels of a PNG or JPEG of any kind, as stored (not turned by EXIF).
 * @param platform whose shell the commands in hints are for
 * @throws CliError `bad_file` for a WebP, for more than 100 million pixels, and for what is damaged
 */
export async function decodePixels(file: ImageFile, platform?: NodeJS.Platform): Promise<Pixels> {
  const toPng = magick(file, [], '', 'png', platform);
  if (file.type.name === 'WebP') {
    throw new CliError('bad_file', `${file.source} is a WebP, whose pixels cannot be read here.`, {
      hint: `Save it as a PNG: ${toPng}`,
    });
  }
  const size = await dimensionsOf(file);
  refuseTooManyPixels(file, size);
  const decode = file.type.name === 'PNG' ? decodePng : decodeJpeg;
  try {
    const pixels = await decode(file.bytes, size);
    const { width, height, rgba } = pixels;
    if (width !== size.width || height !== size.height) throw new Error('It has two sizes.');
    if (rgba.length === 0) throw new Error('It has no pixels.');
    return pixels;
  } catch (cause) {
    const tooMuch = cause instanceof Error && cause.message.startsWith('maxMemoryUsageInMB');
    const why = tooMuch ? 'needs too much memory to be decoded' : 'cannot be decoded; it may be damaged';
    throw new CliError('bad_file', `${file.source} ${why}.`, {
      hint: `Save it again, as a PNG: ${toPng}`,
      cause,
    });
  }
}

/** @throws CliError `bad_file` for more than 100 million pixels */
export function refuseTooManyPixels(
  file: ImageFile,
  { width, height }: Omit<Dimensions, 'orientation'>,
): void {
  if (width * height <= MAX_PIXELS) return;
  throw new CliError('bad_file', `${file.source} has ${width}x${height} pixels: too many for a mask.`, {
    hint: `At most ${MAX_PIXELS / 1_000_000} million pixels are taken.`,
  });
}

async function decodePng(bytes: Uint8Array, size: Dimensions): Promise<Pixels> {
  const png = provenPng(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength), size);
  const { PNG } = await import('pngjs');
  const { width, height, data } = PNG.sync.read(png);
  return { width, height, rgba: data };
}

/** The same picture, smaller by a whole number: at most about so many pixels wide. */
export function shrink({ width, height, rgba }: Pixels, widest: number): Pixels {
  const step = Math.ceil(width / Math.max(1, widest));
  if (step <= 1) return { width, height, rgba };
  const [columns, rows] = [Math.floor(width / step), Math.max(1, Math.floor(height / step))];
  const small = new Uint8Array(columns * rows * 4);
  for (let index = 0; index < small.length; index++) {
    const [pixel, channel] = [Math.floor(index / 4), index % 4];
    const left = (pixel % columns) * step;
    const top = Math.floor(pixel / columns) * step;
    let sum = 0;
    let count = 0;
    for (let y = top; y < Math.min(height, top + step); y++) {
      for (let x = left; x < left + step; x++, count++) sum += rgba[(y * width + x) * 4 + channel] ?? 0;
    }
    small[index] = Math.round(sum / count);
  }
  return { width: columns, height: rows, rgba: small };
}

/** How many numbers make up a pixel, by the PNG's colour type. */
const PNG_CHANNELS: Readonly<Record<number, number>> = { 0: 1, 2: 3, 3: 1, 4: 2, 6: 4 };

/**
 * The PNG up to its own end, its compressed data proven. pngjs does not take anything behind the end; where the data does
 * not unpack, or to too little, it takes for pixels what happens to be in memory; and interlaced it unpacks without a limit.
 */
function provenPng(bytes: Buffer, size: Dimensions): Buffer {
  const data: Buffer[] = [];
  for (let offset = 8; ; ) {
    const start = offset + 8;
    const end = start + bytes.readUInt32BE(offset);
    const type = bytes.toString('latin1', offset + 4, start);
    if (type === 'IDAT') data.push(bytes.subarray(start, end));
    offset = end + 4;
    if (type !== 'IEND') continue;
    proveRows(bytes, Buffer.concat(data), size);
    return bytes.subarray(0, offset);
  }
}

/** Each row has a byte for its filter. */
function proveRows(png: Buffer, data: Buffer, { width, height }: Dimensions): void {
  const bits = png.readUInt8(24) * (PNG_CHANNELS[png.readUInt8(25)] ?? 4);
  const row = 1 + Math.ceil((width * bits) / 8);
  const isInterlaced = png.readUInt8(28) !== 0;
  // Then the rows are up to twice as many, and each may end in a torn byte.
  const most = isInterlaced ? 2 * (row + 1) * height + 64 : row * height;
  const unpacked = inflateSync(data, { maxOutputLength: most });
  if (!isInterlaced && unpacked.length < most) throw new Error('It has too few rows.');
}

/** The marker, the length and the name of Adobe's segment. */
const ADOBE = Buffer.from('\xff\xee\0\x0eAdobe', 'latin1');

async function decodeJpeg(bytes: Uint8Array): Promise<Pixels> {
  const { default: jpeg } = await import('jpeg-js');
  const { width, height, data } = jpeg.decode(bytes, {
    useTArray: true,
    // jpeg-js does not see that such a file holds red, green and blue as they are.
    ...(transformOf(bytes) === 0 && { colorTransform: false }),
    maxResolutionInMP: MAX_PIXELS / 1_000_000,
    maxMemoryUsageInMB: MAX_JPEG_MEGABYTES,
  });
  return { width, height, rgba: data };
}

/** What Adobe's segment says was done to the colours: 0 is nothing; undefined where there is no such segment. */
function transformOf(bytes: Uint8Array): number | undefined {
  const segment = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).indexOf(ADOBE);
  return segment < 0 ? undefined : bytes[segment + ADOBE.length + 6];
}

/**
 * A PNG of 8-bit grey.
 * @param grey one byte a pixel, 0 is black, from the top left, row by row
 */
export async function encodeGrey(width: number, height: number, grey: Uint8Array): Promise<Uint8Array> {
  const { PNG } = await import('pngjs');
  const png = new PNG();
  png.width = width;
  png.height = height;
  png.data = Buffer.from(grey.buffer, grey.byteOffset, grey.byteLength);
  const GREY = 0;
  return PNG.sync.write(png, {
    colorType: GREY,
    inputColorType: GREY,
    inputHasAlpha: false,
    // Large areas of one value: any filter only takes time, and so does more effort.
    filterType: 0,
    deflateLevel: 6,
    deflateStrategy: 0,
  });
}
