/** The rules of POST /v1/ideogram-v3/generate (docs: generate v3). */
import type { Call } from './call.js';
import { checkPalette } from './color-palette.js';
import { MAGIC_PROMPTS, RENDERING_SPEEDS, RESOLUTIONS_V3, STYLE_PRESETS, STYLE_TYPES_V3 } from './enums.js';
import { Fields } from './fields.js';
import { generate, type Job, readCount, readSeed } from './generation.js';
import { ASPECT_RATIOS_V3, sizeOf } from './picture-size.js';
import { readPrompt } from './rehearsal.js';
import { failure, problem } from './replies.js';
import { fingerprint } from './request-body.js';
import type { Route } from './routes.js';

const PATH = '/v1/ideogram-v3/generate';
const MODEL_URI = /^model\/[^/]+\/version\/[^/]+$/;

export const GENERATE_V3: Route = {
  path: PATH,
  accepts: ['form', 'json'],
  handle: (call) => generate(call, decode(call)),
};

function decode(call: Call): Job {
  const fields = new Fields(call.body);
  const { prompt, asked } = readPrompt(fields, call);
  const resolution = fields.choice('resolution', RESOLUTIONS_V3);
  const aspectRatio = fields.choice('aspect_ratio', ASPECT_RATIOS_V3);
  if (resolution !== undefined && aspectRatio !== undefined) {
    throw failure(400, 'resolution and aspect_ratio cannot be used together.');
  }
  const magicPrompt = fields.choice('magic_prompt', MAGIC_PROMPTS) === 'ON';
  fields.choice('rendering_speed', RENDERING_SPEEDS);
  fields.text('negative_prompt');
  fields.nullableBoolean('enable_copyright_detection');
  checkModelUri(fields);
  const styleType = readStyle(fields);
  checkCharacter(fields);
  return {
    prompt,
    asked,
    count: readCount(fields),
    seed: readSeed(fields),
    size: sizeOf(resolution, aspectRatio),
    magicPrompt,
    styleType,
    fingerprint: fingerprint(PATH, call.body),
  };
}

/** Checks all that makes a style; the style type the answer names. */
function readStyle(fields: Fields): string {
  const styleType = fields.choice('style_type', STYLE_TYPES_V3);
  const codes = fields.texts('style_codes', /^[0-9a-fA-F]{8}$/);
  const references = fields.images('style_reference_images');
  const palette = fields.structure('color_palette');
  fields.choice('style_preset', STYLE_PRESETS);
  if (palette !== undefined) checkPalette(palette);
  if (codes.length > 0 && references.length > 0) {
    throw failure(400, 'style_codes and style_reference_images cannot be used together.');
  }
  if (codes.length > 0 && styleType !== undefined) {
    throw failure(400, 'style_codes and style_type cannot be used together.');
  }
  return styleType ?? 'GENERAL';
}

function checkCharacter(fields: Fields): void {
  const references = fields.images('character_reference_images');
  const masks = fields.images('character_reference_images_mask');
  if (references.length > 1) {
    throw failure(400, 'character_reference_images: exactly one image is supported.');
  }
  if (masks.length > 0 && masks.length !== references.length) {
    throw failure(
      400,
      'character_reference_images_mask: send as many masks as there are character_reference_images.',
    );
  }
}

function checkModelUri(fields: Fields): void {
  const uri = fields.text('custom_model_uri');
  if (uri !== undefined && !MODEL_URI.test(uri)) {
    throw problem(`'${uri}' does not match 'model/<name>/version/<n>' - 'custom_model_uri'`);
  }
}
