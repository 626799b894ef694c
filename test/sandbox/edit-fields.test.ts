/** The field rules of what changes an image: edits, remixes and reframes. */
import { expect, it } from 'vitest';
import { send } from './endpoints.js';
import {
  CODE,
  inner,
  legacyModel,
  look,
  magic,
  magicOption,
  negative,
  prompted,
  type Rules,
  several,
  shapes,
  styled,
  tryRules,
  V3,
  V4,
  v4,
  weight,
} from './field-rules.js';
import { parsed, start } from './harness.js';
import { file, picture } from './pictures.js';

const ten = Array.from({ length: 10 }, () => picture());
const link = 'https://ideogram.ai/api/images/ephemeral/AAAA.png?exp=1900000000&sig=00';

const editV3 = {
  accepted: [
    { rendering_speed: 'FLASH', magic_prompt: 'ON', num_images: 8, seed: 0, style_type: 'FICTION' },
    {
      style_preset: 'WEIRD',
      color_palette: { name: 'EMBER' },
      style_reference_images: [picture(), picture()],
    },
    { style_codes: [CODE, CODE], character_reference_images: picture() },
    { character_reference_images: picture(9, 9), character_reference_images_mask: picture(9, 9) },
    // No fields of this endpoint.
    { resolution: '1x1', aspect_ratio: '16:9' },
  ],
  refused: [...prompted, ...several, ...styled, ...magic],
};

const TABLE: Record<string, Rules> = {
  [`${V3}/edit`]: editV3,
  [`${V3}/inpaint`]: editV3,
  '/edit': {
    accepted: [
      { model: 'V_2_TURBO', magic_prompt_option: 'AUTO', style_type: 'RENDER_3D', num_images: 8, seed: 5 },
      { rendering_speed: 'nope', magic_prompt: 'nope' },
    ],
    refused: [
      ...prompted,
      ...several,
      ...magicOption,
      ...legacyModel,
      [{ model: 'V_1' }, "'V_1' is not one of ['V_2', 'V_2_TURBO'] - 'model'"],
      [{ model: 'V_2A' }, "- 'model'"],
    ],
  },
  '/v1/edit': {
    accepted: [
      { images: ten },
      { images: undefined, image_urls: link },
      { images: undefined, image_urls: ['https://cdn.ideogram.ai/a.png', link] },
      { image_urls: Array.from({ length: 10 }, () => link) },
      { resolution: '1536x640', transparent_background: true, magic_prompt: 'OFF', num_images: 8, seed: 1 },
      { aspect_ratio: '16x9', transparent_background: false },
      { mask: 'nope', style_type: 'nope' },
    ],
    refused: [
      ...prompted,
      ...several,
      ...shapes,
      ...magic,
      [{ images: undefined }, "'images' or 'image_urls' is a required property"],
      [{ images: [...ten, picture()] }, "11 files are too many, at most 10 - 'images'"],
      [
        { image_urls: Array.from({ length: 11 }, () => link) },
        "11 links are too many, at most 10 - 'image_urls'",
      ],
      [{ images: [picture(), file(picture().bytes.subarray(0, 30))] }, 'Could not read image 2 of images'],
      [{ image_urls: [link, 'https://example.com/a.png'] }, "- 'image_urls.1'"],
      [{ image_urls: 'http://ideogram.ai/a.png' }, "- 'image_urls.0'"],
      [{ image_urls: 'https://ideogram.ai.example.com/a.png' }, "- 'image_urls.0'"],
      [{ image_urls: 'https://notideogram.ai/a.png' }, "- 'image_urls.0'"],
      [{ image_urls: 'https://example.com/https://ideogram.ai/a.png' }, "- 'image_urls.0'"],
      [{ image_urls: 'http://127.0.0.1:1/api/images/ephemeral/a.png' }, "- 'image_urls.0'"],
      [{ image_urls: '' }, "- 'image_urls.0'"],
      [{ transparent_background: '1' }, "not of type 'boolean' - 'transparent_background'"],
    ],
  },
  [`${V3}/remix`]: {
    accepted: [
      { image_weight: 1, resolution: '1536x640', negative_prompt: '', num_images: 8, seed: 0 },
      { image_weight: 100, aspect_ratio: '4x5', rendering_speed: 'FLASH', magic_prompt: 'ON' },
      { style_codes: CODE, style_preset: 'WEIRD', character_reference_images: picture() },
      { style_type: 'DESIGN', color_palette: { members: [{ color_hex: '#abc' }] } },
    ],
    refused: [...prompted, ...several, ...shapes, ...weight, ...negative, ...styled, ...magic],
  },
  '/remix': {
    accepted: [
      { 'image_request.image_weight': 1, 'image_request.resolution': 'RESOLUTION_640_1024' },
      { 'image_request.model': 'V_2A', 'image_request.aspect_ratio': 'ASPECT_16_9' },
      { 'image_request.num_images': 8, 'image_request.seed': 0, 'image_request.magic_prompt_option': 'ON' },
      { 'image_request.model': 'V_1', 'image_request.negative_prompt': 'blur' },
      { prompt: ['a', 'b'], num_images: 'nope' },
    ],
    refused: [
      ...inner([...prompted, ...several, ...weight, ...magicOption, ...legacyModel]),
      [{ image_request: '{' }, "not valid JSON - 'image_request'"],
      [{ image_request: '"a fox"' }, "not of type 'object' - 'image_request'"],
      [{ 'image_request.num_images': '2' }, "'2' is not of type 'integer' - 'num_images'"],
      [{ 'image_request.image_weight': 50.5 }, "not of type 'integer' - 'image_weight'"],
      [{ 'image_request.model': 'V_1', 'image_request.style_type': 'AUTO' }, 'style_type is not supported'],
      [
        { 'image_request.model': 'V_2A', 'image_request.resolution': 'RESOLUTION_640_1024' },
        'resolution is not supported for model V_2A',
      ],
      [
        { 'image_request.model': 'V_2A', 'image_request.negative_prompt': 'x' },
        'negative_prompt is not supported',
      ],
      [
        { 'image_request.model': 'V_1', 'image_request.color_palette': { name: 'EMBER' } },
        'color_palette is not supported',
      ],
      [
        { 'image_request.resolution': 'RESOLUTION_640_1024', 'image_request.aspect_ratio': 'ASPECT_1_1' },
        'resolution and aspect_ratio',
      ],
    ],
  },
  [`${V4}/remix`]: {
    accepted: [
      { image_weight: 1 },
      { image: picture(40, 30), image_weight: 100, resolution: '2304x1728' },
      { image: picture(100, 67), image_weight: 100, resolution: '2496x1664' },
      { image: picture(40, 30), resolution: '1024x3072', rendering_speed: 'QUALITY' },
      { enable_copyright_detection: true },
      { seed: 'nope', num_images: 'nope' },
    ],
    refused: [
      ...v4,
      ...weight,
      [{ resolution: '1536x640' }, "- 'resolution'"],
      [
        { image: picture(40, 30), image_weight: 50, resolution: '1024x1024' },
        'image_weight cannot be used with a resolution',
      ],
      [{ image: picture(100, 65), image_weight: 50, resolution: '2496x1664' }, 'image_weight cannot be used'],
    ],
  },
  [`${V3}/reframe`]: {
    accepted: [
      { num_images: 8, seed: 0, rendering_speed: 'TURBO', style_preset: 'WEIRD', style_codes: CODE },
      { color_palette: { name: 'EMBER' }, style_reference_images: picture() },
      // No fields of this endpoint.
      { style_type: 'nope', magic_prompt: 'nope', aspect_ratio: 'nope', character_reference_images: 'nope' },
    ],
    refused: [...several, ...look, [{ resolution: '1000x1000' }, "- 'resolution'"]],
  },
  '/reframe': {
    accepted: [
      { model: 'V_1', num_images: 8, seed: 0 },
      { model: 'V_2A_TURBO', style_type: 'ANIME' },
    ],
    refused: [
      ...several,
      ...legacyModel,
      [{ resolution: '1536x640' }, "- 'resolution'"],
      [{ model: 'V_1', style_type: 'AUTO' }, 'style_type is not supported for model V_1'],
    ],
  },
};

tryRules(TABLE);

it("takes this sandbox's own links for an edit by instruction", async () => {
  const sandbox = await start();
  const made = parsed(await send(sandbox, `${V3}/generate`)) as { data: { url: string }[] };
  const changes = { images: undefined, image_urls: made.data[0]?.url };
  expect((await send(sandbox, '/v1/edit', changes)).status).toBe(200);
  expect((await send(await start(), '/v1/edit', changes)).status).toBe(400);
});
