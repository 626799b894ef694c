/** The exact command that makes an image fit to be uploaded: another type, or fewer bytes. */
import { basename, dirname, extname, join, resolve } from 'node:path';
import { dimensionsOf } from './dimensions.js';
import type { ImageType } from './image-type.js';
import { exists, numbered } from './output.js';
import { shellPath, shellWord } from './shell-word.js';

/** Where an image comes from, as a command must know it. */
export type Origin =
  | { readonly kind: 'file'; readonly path: string; readonly cwd: string }
  | { readonly kind: 'stdin' }
  /** `name` is what it may be saved as. */
  | { readonly kind: 'url'; readonly name: string };

interface Conversion {
  readonly to: 'jpg' | 'png';
  /** It may hold several pictures: without a choice the program writes a file for each. */
  readonly several?: boolean;
  /** The program that every Mac has can read it. */
  readonly sips?: boolean;
}

/** To PNG goes what may be transparent: JPEG would fill it with black. */
const CONVERSIONS: Readonly<Record<string, Conversion>> = {
  'a HEIC': { to: 'jpg', sips: true },
  'an AVIF': { to: 'jpg' },
  'a GIF': { to: 'png', several: true, sips: true },
  'a TIFF': { to: 'jpg', several: true, sips: true },
  'a BMP': { to: 'jpg', sips: true },
  'an SVG': { to: 'png' },
  'a PSD': { to: 'png', several: true },
  'a JPEG XL': { to: 'jpg' },
  'a JPEG 2000': { to: 'jpg' },
};

/**
 * How to turn a picture of another kind into one the API takes.
 * @param what as `nameOtherContent` calls it
 * @returns undefined for what is no picture
 */
export async function convertCommand(
  what: string,
  origin: Origin,
  platform: NodeJS.Platform,
): Promise<string | undefined> {
  const conversion = CONVERSIONS[what];
  if (conversion === undefined) return undefined;
  const { to, several = false, sips = false } = conversion;
  if (origin.kind === 'stdin') return `magick ${several ? "'-[0]'" : '-'} ${to}:-`;
  const path = origin.kind === 'file' ? origin.path : origin.name;
  const target = shellPath(await freeName(origin, '', to), platform);
  if (platform === 'darwin' && sips) {
    return `sips -s format ${to === 'jpg' ? 'jpeg' : 'png'} ${shellPath(path, platform)} --out ${target}`;
  }
  return `magick ${shellPath(several ? `${path}[0]` : path, platform)} ${target}`;
}

/** An image that is too large: what is known of it without reading it all. */
export interface Oversized {
  readonly origin: Origin;
  readonly extension: ImageType['extension'];
  /** Undefined where its end has not been seen. */
  readonly size: number | undefined;
  /** Its first bytes, where they were read: they tell how many pixels it has. */
  readonly head?: Uint8Array | undefined;
}

/** A picture of so many pixels more rarely takes fewer bytes: by this part the command goes below what is computed. */
const MARGIN = 0.95;
/** For what has no known size. */
const GUESS = 0.5;

/** How to make an image small enough for `limit` bytes: the bytes go with the square of its sides. */
export async function shrinkCommand(
  { origin, extension, size, head }: Oversized,
  limit: number,
  platform: NodeJS.Platform,
): Promise<string> {
  const ratio = size === undefined ? GUESS : Math.sqrt(limit / size) * MARGIN;
  const percent = `${Math.max(1, Math.floor(ratio * 100))}%`;
  if (origin.kind === 'stdin') return `magick - -resize ${percent} ${extension}:-`;
  const path = origin.kind === 'file' ? origin.path : origin.name;
  const [from, target] = [path, await freeName(origin, '-small', extension)].map((name) =>
    shellPath(name, platform),
  );
  if (platform === 'darwin' && extension !== 'webp') {
    const pixels = head && (await longerSide(head));
    if (pixels) return `sips -Z ${Math.max(1, Math.floor(pixels * ratio))} ${from} --out ${target}`;
  }
  return `magick ${from} -resize ${shellWord(percent, platform)} ${target}`;
}

async function longerSide(bytes: Uint8Array): Promise<number | undefined> {
  try {
    const { width, height } = await dimensionsOf({ source: '', bytes });
    return Math.max(width, height);
  } catch {
    // Its head did not say: it lies further behind, or the image is damaged.
    return undefined;
  }
}

/** A name beside the file that is not taken: whoever copies the command must not lose a picture. */
async function freeName(origin: Exclude<Origin, { kind: 'stdin' }>, suffix: string, extension: string) {
  const [path, cwd] = origin.kind === 'file' ? [origin.path, origin.cwd] : [origin.name, '.'];
  const stem = join(dirname(path), basename(path, extname(path)));
  for (let index = 0; ; index++) {
    const name = `${numbered(`${stem}${suffix}`, index)}.${extension}`;
    if (origin.kind === 'url' ? name !== path : !(await exists(resolve(cwd, name)))) return name;
  }
}
