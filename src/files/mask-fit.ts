/** A mask fits its image: both as they are stored, and of one size. */
import { CliError } from '../errors.js';
import { type Dimensions, dimensionsOf } from './dimensions.js';
import type { ImageFile } from './input.js';
import { besideIt, magick } from './mask-remedy.js';

/** What a program that obeys EXIF does to the stored pixels. */
const SHOWN: Readonly<Record<number, string>> = {
  2: 'mirrored left to right',
  3: 'turned by 180 degrees',
  4: 'mirrored top to bottom',
  5: 'mirrored and turned by 90 degrees',
  6: 'turned by 90 degrees clockwise',
  7: 'mirrored and turned by 90 degrees',
  8: 'turned by 90 degrees counterclockwise',
};

/**
 * The size of the image that a mask is for, in pixels.
 * @throws CliError `bad_file` when it is shown in another way than it is stored: it is not known whether the API turns it
 */
export async function maskableSize(image: ImageFile, platform?: NodeJS.Platform): Promise<Dimensions> {
  const size = await dimensionsOf(image);
  const copy = besideIt(image, '-upright', image.type.extension);
  refuseTurned(image, size, `Then make the mask for ${copy}.`, image.type.extension, platform);
  return size;
}

/**
 * Proves that a mask has the size of its image.
 * @param size of the image
 * @throws CliError `bad_file`
 */
export async function checkFit(
  mask: ImageFile,
  image: ImageFile,
  size: Dimensions,
  platform?: NodeJS.Platform,
): Promise<void> {
  const own = await dimensionsOf(mask);
  const copy = besideIt(mask, '-upright', 'png');
  refuseTurned(mask, own, `Then give ${copy} as the mask.`, 'png', platform);
  if (own.width === size.width && own.height === size.height) return;
  throw new CliError(
    'bad_file',
    `The mask ${mask.source} is ${spell(own)} pixels, its image ${image.source} is ${spell(size)}.`,
    { hint: remedyForSize(mask, own, size, platform) },
  );
}

function refuseTurned(
  file: ImageFile,
  size: Dimensions,
  then: string,
  extension: string,
  platform?: NodeJS.Platform,
): void {
  const { width, height, orientation } = size;
  const shown = SHOWN[orientation];
  // Numbers that EXIF does not know turn nothing in any program.
  if (shown === undefined) return;
  const as = orientation > 4 ? ` as ${height}x${width}` : '';
  throw new CliError(
    'bad_file',
    `${file.source} is stored as ${spell(size)} pixels, but shown ${shown}${as} (EXIF orientation ${orientation}).`,
    {
      hint: [
        'It is not known whether the API turns it too: the wrong part might be changed, and paid for.',
        `Turn its pixels: ${magick(file, ['-auto-orient'], '-upright', extension, platform)}`,
        then,
      ].join('\n'),
    },
  );
}

function remedyForSize(
  mask: ImageFile,
  own: Dimensions,
  size: Dimensions,
  platform?: NodeJS.Platform,
): string {
  if (own.width === size.height && own.height === size.width) {
    return `Width and height are swapped: one of the two may be turned.\nTurn the mask by 90 (or 270) degrees: ${magick(mask, ['-rotate', '90'], '-turned', 'png', platform)}`;
  }
  const scaled = own.width < size.width ? isScaled(size, own) : isScaled(own, size);
  if (!scaled) return 'A mask is made for its image, in its size, pixel for pixel.';
  return `Scale it: ${magick(mask, ['-sample', `${spell(size)}!`], '-scaled', 'png', platform)}`;
}

/** Both sides differ, and by one factor: the smaller one's are whole numbers. */
function isScaled(larger: Dimensions, smaller: Dimensions): boolean {
  if (larger.height === smaller.height) return false;
  return Math.round((larger.height * smaller.width) / larger.width) === smaller.height;
}

function spell({ width, height }: Dimensions): string {
  return `${width}x${height}`;
}
