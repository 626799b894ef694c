/** The shape, size, number and making of pictures: the options that choose them. */
import type { Choosable, Field } from '../define.js';
import { ASPECT_RATIOS_V3, RESOLUTIONS_V3 } from '../sizes.js';

export const numImages: Field = {
  name: 'numImages',
  flags: '-n, --num-images <count>',
  wire: 'num_images',
  group: 'Picture',
  help: 'how many images to make',
  type: { kind: 'integer', min: 1, max: 8 },
  apiDefault: '1',
};

export const aspectRatio: Field = {
  name: 'aspectRatio',
  flags: '-a, --aspect-ratio <ratio>',
  wire: 'aspect_ratio',
  group: 'Picture',
  help: 'shape of the picture, as 16:9, 16x9 or ASPECT_16_9',
  type: { kind: 'choice', spelling: 'pair', choices: ASPECT_RATIOS_V3 },
  apiDefault: '1:1',
  conflicts: ['resolution'],
};

/** A shape in place of a size: the program chooses the size. */
export const shape: Choosable = {
  name: 'aspectRatio',
  flags: '-a, --aspect-ratio <ratio>',
  group: 'Picture',
  help: 'any shape, as 16:9 or 2.35:1: the nearest of the sizes above is taken, and named',
  type: { kind: 'shape', sizeOf: 'resolution' },
  conflicts: ['resolution'],
};

export const resolution: Field = {
  name: 'resolution',
  flags: '--resolution <size>',
  wire: 'resolution',
  group: 'Picture',
  help: 'exact size in pixels, as 1280x768',
  type: { kind: 'choice', spelling: 'pair', choices: RESOLUTIONS_V3 },
  conflicts: ['aspectRatio'],
};

export const outputResolution: Field = {
  name: 'outputResolution',
  flags: '--output-resolution <size>',
  wire: 'output_resolution',
  group: 'Picture',
  help: 'how large the picture is',
  type: { kind: 'choice', spelling: 'word', choices: ['1K', '2K', '4K', '8K'] },
};

export const upscaleFactor: Field = {
  name: 'upscaleFactor',
  flags: '--upscale-factor <factor>',
  wire: 'upscale_factor',
  group: 'Picture',
  help: 'enlarge the picture; above X1 it costs more',
  type: { kind: 'choice', spelling: 'word', choices: ['X1', 'X2', 'X4'] },
  apiDefault: 'X1',
};

export const transparentBackground: Field = {
  name: 'transparentBackground',
  flags: '--transparent-background',
  wire: 'transparent_background',
  group: 'Picture',
  help: 'leave the background out',
  type: { kind: 'switch' },
};

export const renderingSpeed: Field = {
  name: 'renderingSpeed',
  flags: '--rendering-speed <speed>',
  wire: 'rendering_speed',
  group: 'Picture',
  help: 'faster and cheaper, or better',
  type: { kind: 'choice', spelling: 'word', choices: ['FLASH', 'TURBO', 'DEFAULT', 'QUALITY'] },
  apiDefault: 'DEFAULT',
};

export const seed: Field = {
  name: 'seed',
  flags: '--seed <number>',
  wire: 'seed',
  group: 'Picture',
  help: 'same seed, prompt and options: the same picture again',
  type: { kind: 'integer', min: 0, max: 2_147_483_647 },
};

export const imageWeight: Field = {
  name: 'imageWeight',
  flags: '--image-weight <number>',
  wire: 'image_weight',
  group: 'Picture',
  help: 'how much of the image is kept; V_4 decides by itself when left out',
  type: { kind: 'integer', min: 1, max: 100 },
  apiDefault: '50',
};

export const resemblance: Field = {
  name: 'resemblance',
  flags: '--resemblance <number>',
  wire: 'resemblance',
  group: 'Picture',
  help: 'how close to the image it stays',
  type: { kind: 'integer', min: 1, max: 100 },
  apiDefault: '50',
};

export const detail: Field = {
  name: 'detail',
  flags: '--detail <number>',
  wire: 'detail',
  group: 'Picture',
  help: 'how much detail is added',
  type: { kind: 'integer', min: 1, max: 100 },
  apiDefault: '50',
};
