/** The rules of POST /v1/ideogram-v3/generate-transparent and its namesake of V4 (docs: generate transparent). */
import type { Call } from './call.js';
import { ASPECT_RATIOS_V4, RENDERING_SPEEDS_NO_FLASH } from './enums.js';
import { Fields } from './fields.js';
import { generate, readMagicPrompt, readRun } from './generation.js';
import { withType } from './image-answer.js';
import { ASPECT_RATIOS_V3, enlarged, sizeOf, sizeOfArea } from './picture-size.js';
import { readPrompt } from './rehearsal.js';
import type { Reply } from './replies.js';
import type { Route } from './routes.js';
import { readPromptV4, readRunV4 } from './v4.js';

export const TRANSPARENT_V3: Route = {
  path: '/v1/ideogram-v3/generate-transparent',
  accepts: ['form', 'json'],
  handle: transparentV3,
};
export const TRANSPARENT_V4: Route = {
  path: '/v1/ideogram-v4/generate-transparent',
  accepts: ['form', 'json'],
  handle: transparentV4,
};

const FACTORS = { X1: 1, X2: 2, X4: 4 } as const;
const FACTOR_NAMES = Object.keys(FACTORS) as (keyof typeof FACTORS)[];
/** Sides of a square, in pixels; 8K is larger than what the sandbox draws. */
const SIDES = { '1K': 1024, '2K': 2048, '4K': 4096, '8K': 8192 } as const;
const SIDE_NAMES = Object.keys(SIDES) as (keyof typeof SIDES)[];

async function transparentV3(call: Call): Promise<Reply> {
  const fields = new Fields(call.body);
  const prompted = readPrompt(fields, call);
  const size = sizeOf(undefined, fields.choice('aspect_ratio', ASPECT_RATIOS_V3));
  const factor = FACTORS[fields.choice('upscale_factor', FACTOR_NAMES) ?? 'X1'];
  fields.choice('rendering_speed', RENDERING_SPEEDS_NO_FLASH);
  fields.text('negative_prompt');
  return generate(call, {
    ...prompted,
    ...readRun(fields),
    size,
    upscaled: factor > 1 ? enlarged(size, factor) : undefined,
    magicPrompt: readMagicPrompt(fields),
    transparent: true,
  });
}

async function transparentV4(call: Call): Promise<Reply> {
  const fields = new Fields(call.body);
  const prompted = readPromptV4(fields, call);
  const aspectRatio = fields.choice('aspect_ratio', ASPECT_RATIOS_V4);
  const side = SIDES[fields.choice('output_resolution', SIDE_NAMES) ?? '2K'];
  const job = { ...prompted, ...readRunV4(fields), size: sizeOfArea(aspectRatio, side), transparent: true };
  return generate(call, job, withType);
}
