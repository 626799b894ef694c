/** The mask that is sent: black and white, of the size of its image, in the polarity of the endpoint. */
import { CliError } from '../errors.js';
import { PNG } from './image-type.js';
import type { ImageFile } from './input.js';
import { FOR_EVERYTHING, onlyColor, readTwoColors } from './mask-colors.js';
import { checkFit, maskableSize } from './mask-fit.js';
import { drawRects, type MaskRect } from './mask-rect.js';
import { decodePixels, encodeGrey, refuseTooManyPixels } from './pixels.js';

export interface MaskOrder {
  /** What the user gave: a picture, or rectangles to repaint. Exactly one of them. */
  readonly given: { readonly file: ImageFile } | { readonly rects: readonly MaskRect[] };
  /** The user's picture has white where something changes. Rectangles are what changes in any case. */
  readonly invert: boolean;
  /** The colour that the endpoint changes. docs: black; white at remove-object. */
  readonly changes: 'black' | 'white';
}

export interface Mask {
  /** As it is sent. The user's own bytes where nothing had to be changed. */
  readonly file: ImageFile;
  /** The mask in the program's convention (black changes), as PNG bytes: for --save-mask. */
  readonly kept: Uint8Array;
}

const OF_RECTS = 'The mask of --mask-rect';

/** A mask whose pixels are known, before it has the polarity it is sent in. */
interface Draft {
  readonly width: number;
  readonly height: number;
  /** One byte a pixel, 0 or 255. */
  readonly grey: Uint8Array;
  /** The colour that changes in it. */
  readonly changes: 'black' | 'white';
  readonly source: string;
  readonly filename: string;
  /** A file that says the same, as it is: the user's, where it is black and white and nothing else. */
  readonly own: ImageFile | undefined;
}

/**
 * Makes the mask for an image, and proves that it is one before anything is paid.
 * @param platform whose shell the commands in hints are for
 * @throws CliError `bad_file` or `bad_input`
 */
export async function makeMask(
  image: ImageFile,
  order: MaskOrder,
  platform?: NodeJS.Platform,
): Promise<Mask> {
  const draft =
    'file' in order.given
      ? await draftOfFile(image, order.given.file, order.invert, platform)
      : await draftOfRects(image, order.given.rects, platform);
  const { own, source, filename } = draft;
  const kept =
    draft.changes === 'black' && own?.type.name === 'PNG' ? own.bytes : await encode(draft, 'black');
  if (own !== undefined && draft.changes === order.changes) return { file: own, kept };
  const bytes = order.changes === 'black' ? kept : await encode(draft, 'white');
  return { file: { source, filename, type: PNG, bytes }, kept };
}

/**
 * Few pixels between black and white are taken, but not sent: the API speaks of black and white alone, and what it makes
 * of others is not known. They are decided here, so that what --save-mask keeps is what was sent.
 */
async function draftOfFile(
  image: ImageFile,
  file: ImageFile,
  invert: boolean,
  platform?: NodeJS.Platform,
): Promise<Draft> {
  const size = await maskableSize(image, platform);
  await checkFit(file, image, size, platform);
  const { grey, pure } = readTwoColors(file, await decodePixels(file, platform), invert, platform);
  return {
    width: size.width,
    height: size.height,
    grey,
    changes: invert ? 'white' : 'black',
    source: file.source,
    filename: `${file.filename.replace(/\.[^.]*$/, '')}.png`,
    own: pure ? file : undefined,
  };
}

async function draftOfRects(
  image: ImageFile,
  rects: readonly MaskRect[],
  platform?: NodeJS.Platform,
): Promise<Draft> {
  const { width, height } = await maskableSize(image, platform);
  refuseTooManyPixels(image, { width, height });
  const grey = drawRects(rects, { name: image.source, width, height });
  const one = onlyColor(grey);
  if (one !== undefined) {
    const what = one === 'black' ? 'everything' : 'nothing';
    throw new CliError('bad_input', `${OF_RECTS} is all ${one}: ${what} would change.`, {
      hint: one === 'black' ? FOR_EVERYTHING : undefined,
    });
  }
  return {
    width,
    height,
    grey,
    changes: 'black',
    source: OF_RECTS,
    filename: 'mask.png',
    own: undefined,
  };
}

/** As a PNG in which this colour changes. */
function encode(
  { width, height, grey, changes: own }: Draft,
  changes: 'black' | 'white',
): Promise<Uint8Array> {
  return encodeGrey(width, height, own === changes ? grey : grey.map((value) => 255 - value));
}
