/** Masks and the images they belong to, where these are lists: one for one, and each fits its image. */
import { CliError } from '../errors.js';
import type { ImageFile } from './input.js';

/**
 * Masks fit their images only one for one, and pixel for pixel.
 * @throws CliError `bad_input`, `bad_file`
 */
export async function checkMasks(
  masks: readonly ImageFile[],
  images: readonly ImageFile[],
  platform: NodeJS.Platform,
): Promise<void> {
  if (masks.length !== images.length) {
    throw new CliError('bad_input', `There are ${masks.length} masks and ${images.length} images.`, {
      hint: 'Give one mask for each image, in the same order.',
    });
  }
  const { checkFit, maskableSize } = await import('./mask-fit.js');
  for (const [index, mask] of masks.entries()) {
    const image = images[index] as ImageFile;
    await checkFit(mask, image, await maskableSize(image, platform), platform);
  }
}
