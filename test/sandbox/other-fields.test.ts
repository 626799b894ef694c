/** The field rules of the other endpoints, and where null is a value. */
import { describe, expect, it } from 'vitest';
import { send } from './endpoints.js';
import {
  CODE,
  inner,
  look,
  magic,
  magicOption,
  negative,
  prompted,
  promptless,
  type Refused,
  type Rules,
  several,
  tryRules,
  V3,
  V4,
  v4,
} from './field-rules.js';
import { start } from './harness.js';
import { picture } from './pictures.js';

const TABLE: Record<string, Rules> = {
  '/upscale': {
    accepted: [
      { 'image_request.resemblance': 1, 'image_request.detail': 100 },
      { 'image_request.resemblance': 100, 'image_request.detail': 1, 'image_request.prompt': 'sharper' },
      { 'image_request.prompt': '', 'image_request.magic_prompt_option': 'ON', 'image_request.seed': 0 },
      { 'image_request.num_images': 8 },
    ],
    refused: [
      ...inner([...several, ...magicOption]),
      [{ 'image_request.resemblance': 0 }, "minimum of 1 - 'resemblance'"],
      [{ 'image_request.resemblance': 101 }, "maximum of 100 - 'resemblance'"],
      [{ 'image_request.detail': 0 }, "minimum of 1 - 'detail'"],
      [{ 'image_request.detail': 101 }, "maximum of 100 - 'detail'"],
      [{ 'image_request.detail': '5' }, "- 'detail'"],
      [{ 'image_request.prompt': 5 }, "- 'prompt'"],
      [{ image_request: 'x' }, "- 'image_request'"],
    ],
  },
  '/describe': {
    accepted: [{ describe_model_version: 'V_2' }, { describe_model_version: 'V_3' }],
    refused: [[{ describe_model_version: 'V_4' }, "- 'describe_model_version'"]],
  },
  [`${V4}/describe`]: {
    accepted: [{ include_bbox: 'true', include_tags: 'false' }],
    refused: ['include_bbox', 'include_style_descriptions', 'include_tags'].map(
      (name): Refused => [{ [name]: '1' }, `not of type 'boolean' - '${name}'`],
    ),
  },
  [`${V3}/generate-transparent`]: {
    accepted: [
      { upscale_factor: 'X4', aspect_ratio: '1x3', rendering_speed: 'QUALITY', negative_prompt: 'blur' },
      { magic_prompt: 'ON', num_images: 8, seed: 0 },
    ],
    refused: [
      ...prompted,
      ...several,
      ...magic,
      ...negative,
      [{ rendering_speed: 'FLASH' }, "- 'rendering_speed'"],
      [{ upscale_factor: 'x2' }, "- 'upscale_factor'"],
      [{ aspect_ratio: '1x4' }, "- 'aspect_ratio'"],
    ],
  },
  [`${V4}/generate-transparent`]: {
    accepted: [
      { aspect_ratio: '1x4', output_resolution: '8K', seed: 2147483647 },
      { aspect_ratio: 'AUTO', output_resolution: '1K', rendering_speed: 'TURBO' },
    ],
    refused: [
      ...v4,
      ...promptless,
      [{ output_resolution: '3K' }, "- 'output_resolution'"],
      [{ aspect_ratio: '4x6' }, "- 'aspect_ratio'"],
    ],
  },
  [`${V4}/generate`]: {
    accepted: [
      { resolution: '3328x1248', rendering_speed: 'TURBO', enable_copyright_detection: 'true', seed: 0 },
      { aspect_ratio: 'nope', num_images: 'nope' },
    ],
    refused: [...v4, ...promptless, [{ resolution: '1312x736' }, "- 'resolution'"]],
  },
  [`${V4}/magic-prompt`]: {
    accepted: [{ aspect_ratio: '16x10' }],
    refused: [
      [{ text_prompt: '' }, "non-empty - 'text_prompt'"],
      [{ text_prompt: 5 }, "- 'text_prompt'"],
      [{ aspect_ratio: '16:10' }, "- 'aspect_ratio'"],
      [{ aspect_ratio: null }, "- 'aspect_ratio'"],
    ],
  },
  [`${V3}/replace-background`]: {
    accepted: [
      { magic_prompt: 'ON', num_images: 8, seed: 0, rendering_speed: 'FLASH', style_preset: 'WEIRD' },
      { color_palette: { name: 'EMBER' }, style_reference_images: picture() },
      { style_codes: CODE, style_type: 'AUTO', resolution: 'nope' },
    ],
    refused: [...prompted, ...several, ...look, ...magic],
  },
  '/v1/remove-background': { accepted: [{ seed: 'nope', prompt: ['a', 'b'] }], refused: [] },
  '/v1/remove-object': { accepted: [{ seed: 0 }, { num_images: 'nope' }], refused: promptless },
  [`${V3}/layerize-text`]: {
    accepted: [{ prompt: '', seed: 0 }, { prompt: 'only the headline' }],
    refused: [...promptless, [{ prompt: ['a', 'b'] }, "'prompt' takes one value"]],
  },
};

tryRules(TABLE);

describe('null in JSON', () => {
  it.each([
    [`${V4}/generate`, 'seed', 200],
    [`${V4}/generate`, 'enable_copyright_detection', 200],
    [`${V4}/generate`, 'resolution', 400],
    [`${V4}/generate-transparent`, 'seed', 200],
    [`${V4}/generate-transparent`, 'enable_copyright_detection', 200],
    [`${V3}/generate-transparent`, 'seed', 400],
  ])('%s: %s %i', async (path, name, status) => {
    expect((await send(await start(), path, { [name]: null }, { as: 'json' })).status).toBe(status);
  });

  it('is a text in a form', async () => {
    for (const path of ['/v1/remove-object', `${V4}/generate`]) {
      expect((await send(await start(), path, { seed: 'null' })).status).toBe(400);
    }
  });
});
