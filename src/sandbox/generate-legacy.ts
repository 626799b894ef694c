/** The rules of POST /generate (docs: generate legacy): JSON with the `image_request` wrapper, and what each model takes. */
import type { Call } from './call.js';
import { checkPalette } from './color-palette.js';
import { MAGIC_PROMPTS, MODELS_LEGACY, RESOLUTIONS_LEGACY, STYLE_TYPES_LEGACY } from './enums.js';
import { Fields } from './fields.js';
import { generate, type Job, readCount, readSeed } from './generation.js';
import { ASPECT_RATIOS_LEGACY, sizeOf } from './picture-size.js';
import { readPrompt } from './rehearsal.js';
import { failure } from './replies.js';
import { fingerprint } from './request-body.js';
import type { Route } from './routes.js';

const PATH = '/generate';
const WITH_NEGATIVE_PROMPT = ['V_1', 'V_1_TURBO', 'V_2', 'V_2_TURBO'];
const WITHOUT_PALETTE = ['V_1', 'V_1_TURBO', 'V_2A', 'V_2A_TURBO'];

export const GENERATE_LEGACY: Route = {
  path: PATH,
  accepts: ['json'],
  handle: (call) => generate(call, decode(call)),
};

function decode(call: Call): Job {
  const fields = new Fields(call.body).object('image_request');
  const { prompt, asked } = readPrompt(fields, call);
  const model = fields.choice('model', MODELS_LEGACY) ?? 'V_2';
  const magicPrompt = fields.choice('magic_prompt_option', MAGIC_PROMPTS) === 'ON';
  return {
    prompt,
    asked,
    count: readCount(fields),
    seed: readSeed(fields),
    size: readSize(fields, model),
    magicPrompt,
    styleType: readStyle(fields, model),
    fingerprint: fingerprint(PATH, call.body),
  };
}

function readSize(fields: Fields, model: string): ReturnType<typeof sizeOf> {
  const resolution = fields.choice('resolution', RESOLUTIONS_LEGACY);
  const aspectRatio = fields.choice('aspect_ratio', ASPECT_RATIOS_LEGACY);
  if (resolution !== undefined && aspectRatio !== undefined) {
    throw failure(400, 'resolution and aspect_ratio cannot be used together.');
  }
  refuseUnless(resolution === undefined || model === 'V_2', 'resolution', model);
  return sizeOf(resolution, aspectRatio);
}

/** Checks what only some models take; the style type the answer names. */
function readStyle(fields: Fields, model: string): string | undefined {
  const styleType = fields.choice('style_type', STYLE_TYPES_LEGACY);
  const negativePrompt = fields.text('negative_prompt');
  const palette = fields.structure('color_palette');
  if (palette !== undefined) checkPalette(palette);
  refuseUnless(styleType === undefined || model !== 'V_1', 'style_type', model);
  refuseUnless(
    negativePrompt === undefined || WITH_NEGATIVE_PROMPT.includes(model),
    'negative_prompt',
    model,
  );
  refuseUnless(palette === undefined || !WITHOUT_PALETTE.includes(model), 'color_palette', model);
  return model === 'V_1' ? undefined : (styleType ?? 'GENERAL');
}

function refuseUnless(taken: boolean, field: string, model: string): void {
  if (!taken) throw failure(400, `${field} is not supported for model ${model}.`);
}
