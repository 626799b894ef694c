/** Masks and the images they belong to: one for one, and of the same size. */
import { CliError } from '../errors.js';
import { dimensionsOf } from './dimensions.js';
import type { ImageFile } from './input.js';

/**
 * Masks fit their images only one for one, and pixel for pixel.
 * @throws CliError `bad_input`, `bad_file`
 */
export async function checkMasks(masks: readonly ImageFile[], images: readonly ImageFile[]): Promise<void> {
  if (masks.length !== images.length) {
    throw new CliError('bad_input', `There are ${masks.length} masks and ${images.length} images.`, {
      hint: 'Give one mask for each image, in the same order.',
    });
  }
  for (const [index, mask] of masks.entries()) await checkMaskSize(mask, images[index] as ImageFile);
}

async function checkMaskSize(mask: ImageFile, image: ImageFile): Promise<void> {
  const [a, b] = await Promise.all([dimensionsOf(mask), dimensionsOf(image)]);
  if (a.width === b.width && a.height === b.height) return;
  const turned = b.orientation > 4 && a.width === b.height && a.height === b.width;
  throw new CliError(
    'bad_file',
    `The mask ${mask.source} is ${a.width}x${a.height} pixels, its image ${image.source} is ${b.width}x${b.height}.`,
    {
      hint: turned
        ? 'The image is stored on its side, and only shown upright (EXIF): save it upright, without that note.'
        : 'Save the mask in the size of the image.',
    },
  );
}
