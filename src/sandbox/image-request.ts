/** The object `image_request` of legacy generate and remix, and what each legacy model takes (docs: legacy). */
import type { Call } from './call.js';
import { checkPalette } from './color-palette.js';
import { MODELS_LEGACY, RESOLUTIONS_LEGACY, STYLE_TYPES_LEGACY } from './enums.js';
import type { Fields } from './fields.js';
import { type Job, readMagicPrompt, readRun } from './generation.js';
import { ASPECT_RATIOS_LEGACY, type Size, sizeOf } from './picture-size.js';
import { readPrompt } from './rehearsal.js';
import { failure } from './replies.js';

const WITH_NEGATIVE_PROMPT = ['V_1', 'V_1_TURBO', 'V_2', 'V_2_TURBO'];
const WITHOUT_PALETTE = ['V_1', 'V_1_TURBO', 'V_2A', 'V_2A_TURBO'];

/** Takes the fields of the object. */
export function readImageRequest(fields: Fields, call: Call): Job {
  const prompted = readPrompt(fields, call);
  const model = fields.choice('model', MODELS_LEGACY) ?? 'V_2';
  checkOthers(fields, model);
  return {
    ...prompted,
    ...readRun(fields),
    size: readSize(fields, model),
    magicPrompt: readMagicPrompt(fields, 'magic_prompt_option'),
    styleType: readStyleType(fields, model),
  };
}

/** The style type the answer names; V_1 has none. */
export function readStyleType(fields: Fields, model: string): string | undefined {
  const styleType = fields.choice('style_type', STYLE_TYPES_LEGACY);
  refuseUnless(styleType === undefined || model !== 'V_1', 'style_type', model);
  return model === 'V_1' ? undefined : (styleType ?? 'GENERAL');
}

function readSize(fields: Fields, model: string): Size {
  const resolution = fields.choice('resolution', RESOLUTIONS_LEGACY);
  const aspectRatio = fields.choice('aspect_ratio', ASPECT_RATIOS_LEGACY);
  if (resolution !== undefined && aspectRatio !== undefined) {
    throw failure(400, 'resolution and aspect_ratio cannot be used together.');
  }
  refuseUnless(resolution === undefined || model === 'V_2', 'resolution', model);
  return sizeOf(resolution, aspectRatio);
}

function checkOthers(fields: Fields, model: string): void {
  const negativePrompt = fields.text('negative_prompt');
  const palette = fields.structure('color_palette');
  if (palette !== undefined) checkPalette(palette);
  const takesNegative = WITH_NEGATIVE_PROMPT.includes(model);
  refuseUnless(negativePrompt === undefined || takesNegative, 'negative_prompt', model);
  refuseUnless(palette === undefined || !WITHOUT_PALETTE.includes(model), 'color_palette', model);
}

function refuseUnless(taken: boolean, field: string, model: string): void {
  if (!taken) throw failure(400, `${field} is not supported for model ${model}.`);
}
