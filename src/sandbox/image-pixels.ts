/** What images show, the only importer of their decoders: the size of any, and which of dark and light a PNG or JPEG holds. */
import { imageType } from './image-upload.js';
import type { Size } from './picture-size.js';

export interface Measured {
  /** As it is shown: turned where EXIF says so. */
  readonly shown: Size;
  readonly stored: Size;
}

export interface Tones {
  readonly dark: boolean;
  readonly light: boolean;
}

/** Beyond it a decoder would take more memory and time than a check is worth. */
const MAX_DECODED_PIXELS = 50_000_000;
/** Lightness from here on is white (docs: remove-object). */
const WHITE = 128;
/** EXIF orientations that turn an image by a quarter. */
const FIRST_QUARTER_TURN = 5;

interface Pixels {
  readonly data: Uint8Array;
  /** Bytes a pixel: red, green, blue and perhaps more. */
  readonly stride: 3 | 4;
}

/** Reads the head of an image; undefined when there is no size in it. */
export async function measure(bytes: Buffer): Promise<Measured | undefined> {
  const { imageSize } = await import('image-size');
  try {
    const { width, height, orientation = 1 } = imageSize(bytes);
    if (!(width > 0 && height > 0)) return undefined;
    const stored = { width, height };
    const shown = orientation >= FIRST_QUARTER_TURN ? { width: height, height: width } : stored;
    return { shown, stored };
  } catch {
    return undefined;
  }
}

/**
 * Decodes an image of a known size and says whether pixels below and from lightness 128 on are in it; opacity does not count.
 * Undefined when that is not looked at: a WebP, or more than 50 megapixels. Rejects when the image is damaged.
 */
export async function tonesOf(bytes: Buffer, { width, height }: Size): Promise<Tones | undefined> {
  if (width * height > MAX_DECODED_PIXELS) return undefined;
  const type = imageType(bytes);
  if (type === 'png') return tones(await decodePng(bytes));
  if (type === 'jpeg') return tones(await decodeJpeg(bytes));
  return undefined;
}

async function decodePng(bytes: Buffer): Promise<Pixels> {
  const { PNG } = await import('pngjs');
  // The decoder refuses bytes behind the end, which others overlook; the checksum of IEND is four of them.
  const end = bytes.lastIndexOf('IEND', undefined, 'latin1') + 8;
  return { data: PNG.sync.read(bytes.subarray(0, end)).data, stride: 4 };
}

async function decodeJpeg(bytes: Buffer): Promise<Pixels> {
  const { default: jpeg } = await import('jpeg-js');
  const limits = { maxResolutionInMP: MAX_DECODED_PIXELS / 1e6 + 1, maxMemoryUsageInMB: 4096 };
  const options = { useTArray: true, formatAsRGBA: false, ...limits } as const;
  return { data: jpeg.decode(bytes, options).data, stride: 3 };
}

function tones({ data, stride }: Pixels): Tones {
  let dark = false;
  let light = false;
  for (let at = 0; at + 2 < data.length && !(dark && light); at += stride) {
    const lightness = (data[at] ?? 0) * 0.299 + (data[at + 1] ?? 0) * 0.587 + (data[at + 2] ?? 0) * 0.114;
    if (Math.round(lightness) >= WHITE) light = true;
    else dark = true;
  }
  return { dark, light };
}
