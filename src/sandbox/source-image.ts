/** The picture a request is about: one whole file with a size, and the masks that must fit it. */
import type { Fields } from './fields.js';
import { type Measured, measure, tonesOf } from './image-pixels.js';
import { hasEnd, unreadable } from './image-upload.js';
import type { Size } from './picture-size.js';
import { failure } from './replies.js';
import type { Upload } from './request-body.js';

/** What a mask needs: edits want both colours, black being what changes; a removal takes away what is white (docs: mask polarity). */
export type MaskRule = 'black and white' | 'white';

/** The required image of at most `maxBytes`. Throws a 400 naming the field when it is missing, too large or damaged. */
export async function readSource(fields: Fields, name: string, maxBytes?: number): Promise<Measured> {
  return measured(name, fields.image(name, maxBytes));
}

/** Checks the required file `mask` against its image. Throws a 400 when it is damaged, of another size or of one colour only. */
export async function checkMask(fields: Fields, source: Measured, rule: MaskRule): Promise<void> {
  const upload = fields.image('mask');
  const { stored } = await measured('mask', upload);
  refuseOtherSize('mask', stored, source);
  const tones = await tonesOf(upload.bytes, stored).catch(() => {
    throw unreadable('mask');
  });
  if (!tones) return;
  if (rule === 'white' && !tones.light) {
    throw failure(400, 'mask must contain white: white is what is removed.');
  }
  if (rule === 'black and white' && !(tones.dark && tones.light)) {
    throw failure(
      400,
      `mask must contain both black and white; it has no ${tones.dark ? 'white' : 'black'}.`,
    );
  }
}

/** Checks that a mask has its image's size. Throws a 400 naming the field. */
export async function checkSameSize(
  [name, image]: readonly [string, Upload],
  [maskName, mask]: readonly [string, Upload],
): Promise<void> {
  const { stored } = await measured(maskName, mask);
  refuseOtherSize(maskName, stored, await measured(name, image));
}

/** An image that is turned by EXIF fits either way: the documentation does not say which it is. */
function refuseOtherSize(name: string, size: Size, { shown, stored }: Measured): void {
  if ([shown, stored].some(({ width, height }) => width === size.width && height === size.height)) return;
  throw failure(400, `${name} must have the size of its image: ${spell(shown)}, not ${spell(size)}.`);
}

/** How large the file at a place of a field is. Throws a 400 when it is damaged. */
export async function measured(name: string, { bytes }: Upload, index = 0): Promise<Measured> {
  const size = hasEnd(bytes) ? await measure(bytes) : undefined;
  if (!size) throw unreadable(name, index);
  return size;
}

function spell({ width, height }: Size): string {
  return `${width}x${height}`;
}
