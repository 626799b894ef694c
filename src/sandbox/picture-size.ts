/** Which pixel size an answer has: the one asked for, one of the API's own for the aspect ratio, or that of the picture it was made from. */

export interface Size {
  readonly width: number;
  readonly height: number;
}

const DEFAULT_SIZE: Size = { width: 1024, height: 1024 };

const SIZES_V3: Readonly<Record<string, string>> = {
  '1x3': '512x1536',
  '3x1': '1536x512',
  '1x2': '704x1408',
  '2x1': '1408x704',
  '9x16': '736x1312',
  '16x9': '1312x736',
  '10x16': '800x1280',
  '16x10': '1280x800',
  '2x3': '832x1248',
  '3x2': '1248x832',
  '3x4': '864x1152',
  '4x3': '1152x864',
  '4x5': '896x1120',
  '5x4': '1120x896',
  '1x1': '1024x1024',
};

const SIZES_LEGACY: Readonly<Record<string, string>> = {
  ASPECT_10_16: '768x1232',
  ASPECT_16_10: '1232x768',
  ASPECT_9_16: '736x1312',
  ASPECT_16_9: '1312x736',
  ASPECT_3_2: '1248x832',
  ASPECT_2_3: '832x1248',
  ASPECT_4_3: '1152x864',
  ASPECT_3_4: '864x1152',
  ASPECT_1_1: '1024x1024',
  ASPECT_1_3: '512x1536',
  ASPECT_3_1: '1536x512',
};

/** Pixels a side; what would be larger is drawn smaller. */
const MAX_DRAWN = 4096;
/** Sides of what is made by area are multiples of this. */
const STEP = 16;

export const ASPECT_RATIOS_V3: readonly string[] = Object.keys(SIZES_V3);
export const ASPECT_RATIOS_LEGACY: readonly string[] = Object.keys(SIZES_LEGACY);

/** Takes checked values of either API; `RESOLUTION_W_H` and `WxH` are both sizes. */
export function sizeOf(resolution: string | undefined, aspectRatio: string | undefined): Size {
  const text = resolution ?? SIZES_V3[aspectRatio ?? ''] ?? SIZES_LEGACY[aspectRatio ?? ''];
  const match = /(\d+)[x_](\d+)$/.exec(text ?? '');
  return match ? { width: Number(match[1]), height: Number(match[2]) } : DEFAULT_SIZE;
}

/** The size of what is made from a picture of this size. */
export function drawable({ width, height }: Size): Size {
  const scale = Math.min(1, MAX_DRAWN / Math.max(width, height));
  const side = (length: number): number => Math.max(1, Math.round(length * scale));
  return { width: side(width), height: side(height) };
}

export function enlarged({ width, height }: Size, factor: number): Size {
  return drawable({ width: width * factor, height: height * factor });
}

/** About as many pixels as a square of this side has, in an aspect ratio such as `16x9`; AUTO or none is the square. */
export function sizeOfArea(aspectRatio: string | undefined, side: number): Size {
  const [, across = 1, down = 1] = /^(\d+)x(\d+)$/.exec(aspectRatio ?? '')?.map(Number) ?? [];
  const length = (share: number): number => Math.round((side * Math.sqrt(share)) / STEP) * STEP;
  return drawable({ width: length(across / down), height: length(down / across) });
}
