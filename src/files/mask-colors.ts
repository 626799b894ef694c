/** What a mask's pixels say: black or white each, or why they do not. */
import { CliError } from '../errors.js';
import type { ImageFile } from './input.js';
import { magick } from './mask-remedy.js';
import type { Pixels } from './pixels.js';

/** A picture in two colours. */
export interface TwoColors {
  /** One byte a pixel: 0 or 255. */
  readonly grey: Uint8Array;
  /** The picture had nothing but these two to begin with. */
  readonly pure: boolean;
}

/** At most this is near black, at least that near white: the noise of a JPEG stays within. */
const NEAR_BLACK = 32;
const NEAR_WHITE = 223;
/** What differs more between red, green and blue is no grey. */
const COLORFUL = 64;
/** docs: remove-object takes from 128 on as white. */
const WHITE_FROM = 128;
/** Soft edges of what was drawn by hand or saved as a JPEG come to less; more was meant to be grey. */
const MAX_SOFT_SHARE = 0.05;

interface Survey {
  readonly grey: Uint8Array;
  /** Pixels that are 0 or 255 in each colour. */
  readonly pure: number;
  /** Pixels that are near neither black nor white, and those of them that are no grey. */
  readonly soft: number;
  readonly colored: number;
  readonly transparent: number;
}

/** Counts everything in one pass: there may be 100 million pixels. */
function survey({ width, height, rgba }: Pixels): Survey {
  const grey = new Uint8Array(width * height);
  let [pure, soft, colored, transparent] = [0, 0, 0, 0];
  for (let pixel = 0, at = 0; pixel < grey.length; pixel++, at += 4) {
    const red = rgba[at] as number;
    const green = rgba[at + 1] as number;
    const blue = rgba[at + 2] as number;
    if (rgba[at + 3] !== 255) transparent++;
    // As bright as it looks, in whole numbers: the weights come to 256.
    if (77 * red + 151 * green + 28 * blue >= WHITE_FROM * 256) grey[pixel] = 255;
    if (red === green && green === blue && (red === 0 || red === 255)) {
      pure++;
      continue;
    }
    const most = Math.max(red, green, blue);
    const least = Math.min(red, green, blue);
    if (most <= NEAR_BLACK || least >= NEAR_WHITE) continue;
    soft++;
    if (most - least > COLORFUL) colored++;
  }
  return { grey, pure, soft, colored, transparent };
}

/**
 * Reads a mask's pixels as black and white.
 * @param invert the user's picture has white where something changes
 * @param platform whose shell the commands in hints are for
 * @throws CliError `bad_file` for what is transparent, grey, coloured, or of one colour
 */
export function readTwoColors(
  file: ImageFile,
  pixels: Pixels,
  invert: boolean,
  platform?: NodeJS.Platform,
): TwoColors {
  const found = survey(pixels);
  const all = found.grey.length;
  if (found.transparent > 0) throw refuseTransparent(file, found.transparent / all, invert, platform);
  if (found.soft / all > MAX_SOFT_SHARE) throw refuseSoft(file, found, invert, platform);
  refuseOneColor(file, found, invert);
  return { grey: found.grey, pure: found.pure === all };
}

function refuseTransparent(
  file: ImageFile,
  share: number,
  invert: boolean,
  platform?: NodeJS.Platform,
): CliError {
  const [extract, drop] = [
    ['-alpha', 'extract'],
    ['-alpha', 'off'],
  ].map((words) => magick(file, words, '-bw', 'png', platform));
  const without = invert ? ', without --invert-mask' : '';
  return new CliError('bad_file', `${percent(share)} of the pixels of ${file.source} are transparent.`, {
    hint: [
      'The API reads the colours of a mask, not its transparency, by which other tools mark what changes.',
      `If what is transparent shall change: ${extract}, and give that file${without}.`,
      `If its black and white say it: ${drop}`,
    ].join('\n'),
  });
}

function refuseSoft(
  file: ImageFile,
  { soft, colored, grey }: Survey,
  invert: boolean,
  platform?: NodeJS.Platform,
) {
  const isColored = colored > soft / 2;
  const what = isColored ? 'coloured' : 'grey';
  const split = magick(file, ['-colorspace', 'Gray', '-threshold', '50%'], '-bw', 'png', platform);
  return new CliError(
    'bad_file',
    `${percent(soft / grey.length)} of the pixels of ${file.source} are ${what}, neither black nor white.`,
    {
      hint: [
        `${convention(invert)} For soft edges, up to ${MAX_SOFT_SHARE * 100} % may be between.`,
        `Make it black and white, and look at it: ${split}`,
      ].join('\n'),
    },
  );
}

/** A mask that changes all or nothing is no mask; the API wants both colours. */
function refuseOneColor(file: ImageFile, { grey, soft }: Survey, invert: boolean): void {
  const one = onlyColor(grey);
  if (one === undefined) return;
  const all = `${file.source} is all ${one}${soft > 0 ? ' but for some grey' : ''}`;
  if (one !== (invert ? 'white' : 'black')) {
    throw new CliError('bad_file', `${all}: nothing would change.`, {
      hint: `${convention(invert)}\nPaint the part that changes ${invert ? 'white' : 'black'}, or give it as --mask-rect x,y,width,height.`,
    });
  }
  throw new CliError('bad_file', `${all}: everything would change.`, {
    hint: `${convention(invert)}\n${FOR_EVERYTHING}`,
  });
}

/** What does without a mask. */
export const FOR_EVERYTHING = 'To change everything, use ideogram remix or ideogram generate.';

/** @param grey one byte a pixel, 0 or 255 */
export function onlyColor(grey: Uint8Array): 'black' | 'white' | undefined {
  if (!grey.includes(255)) return 'black';
  return grey.includes(0) ? undefined : 'white';
}

function convention(invert: boolean): string {
  return invert
    ? 'With --invert-mask, white is what changes, and black stays.'
    : 'Black is what changes, and white stays (with --invert-mask the other way round).';
}

/** Never 0 %, and never 5 % where more than 5 % is too much. */
function percent(share: number): string {
  return `${Math.max(1, Math.ceil(share * 100 - 1e-9))} %`;
}
