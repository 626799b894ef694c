/** How large an image is, in pixels, and how it is turned when it is shown: read from its head, without decoding it. */
import { CliError } from '../errors.js';
import type { ImageFile } from './input.js';

export interface Dimensions {
  /** Pixels, as stored. */
  readonly width: number;
  readonly height: number;
  /** EXIF: 1 is upright; 2 to 8 are turned or mirrored by programs that show it. */
  readonly orientation: number;
}

/** @throws CliError `bad_file` when the image does not say. */
export async function dimensionsOf({
  source,
  bytes,
}: Pick<ImageFile, 'source' | 'bytes'>): Promise<Dimensions> {
  const { imageSize } = await import('image-size');
  try {
    const { width, height, orientation = 1 } = imageSize(bytes);
    return { width, height, orientation };
  } catch (cause) {
    throw new CliError('bad_file', `${source} does not say its size; it may be damaged.`, { cause });
  }
}
