/** Every field rule of legacy generate: the wrapper, the strict types, and what each model takes. */
import { describe, expect, it } from 'vitest';
import { items, LEGACY, parsed, postForm, postJson, postLegacy, start } from './harness.js';

it("answers the documentation's own verification request", async () => {
  const heard = await postLegacy(await start(), {
    prompt: 'A simple blue circle on white background',
    model: 'V_2_TURBO',
    aspect_ratio: 'ASPECT_1_1',
    magic_prompt_option: 'OFF',
  });
  expect(heard.status).toBe(200);
  expect(items(heard)).toEqual([
    {
      url: expect.stringMatching(
        /^http:\/\/127\.0\.0\.1:\d+\/api\/images\/ephemeral\/[\w-]{22}\.png\?exp=\d+&sig=[0-9a-f]{64}$/,
      ),
      prompt: 'A simple blue circle on white background',
      resolution: '1024x1024',
      is_image_safe: true,
      seed: expect.any(Number),
      style_type: 'GENERAL',
    },
  ]);
});

describe('accepted', () => {
  it.each<[Record<string, unknown>]>([
    [{ resolution: 'RESOLUTION_640_1024' }],
    [{ model: 'V_2', resolution: 'RESOLUTION_1536_640' }],
    [{ negative_prompt: 'blur' }],
    [{ model: 'V_1', negative_prompt: 'blur' }],
    [{ model: 'V_2_TURBO', color_palette: { members: [{ color_hex: '#ff0000' }] } }],
    [{ model: 'V_2A', style_type: 'ANIME' }],
    [{ model: 'AUTO' }],
    [{ num_images: 8, seed: 0 }],
    [{ modle: 'V_9', magic_prompt: 7 }],
  ])('%j', async (fields) => {
    expect((await postLegacy(await start(), { prompt: 'a fox', ...fields })).status).toBe(200);
  });
});

describe('refused', () => {
  it.each<[Record<string, unknown>, string]>([
    [{ prompt: undefined }, "'prompt' is a required property"],
    [{ prompt: '' }, 'should be non-empty'],
    [{ num_images: '2' }, "'2' is not of type 'integer'"],
    [{ num_images: 9 }, 'maximum of 8'],
    [{ seed: -1 }, 'minimum of 0'],
    [{ model: 'V_3' }, "'V_3' is not one of ['V_1'"],
    [{ aspect_ratio: '1x1' }, "- 'aspect_ratio'"],
    [{ aspect_ratio: 'ASPECT_4_5' }, "- 'aspect_ratio'"],
    [{ resolution: '1024x1024' }, "- 'resolution'"],
    [{ magic_prompt_option: 'on' }, "- 'magic_prompt_option'"],
    [{ color_palette: '{"name":"EMBER"}' }, "not of type 'object'"],
  ])('problem %j', async (fields, detail) => {
    const heard = await postLegacy(await start(), { prompt: 'a fox', ...fields });
    expect(heard.status).toBe(400);
    expect(parsed(heard).detail).toContain(detail);
  });

  const palette = { color_palette: { name: 'EMBER' } };
  it.each<[Record<string, unknown>, string]>([
    [{ resolution: 'RESOLUTION_1024_1024', aspect_ratio: 'ASPECT_1_1' }, 'cannot be used together'],
    ...['V_1', 'V_1_TURBO', 'V_2_TURBO', 'V_2A', 'V_2A_TURBO', 'AUTO'].map(
      (model): [Record<string, unknown>, string] => [
        { model, resolution: 'RESOLUTION_1024_1024' },
        `resolution is not supported for model ${model}`,
      ],
    ),
    ...['V_2A', 'V_2A_TURBO', 'AUTO'].map((model): [Record<string, unknown>, string] => [
      { model, negative_prompt: 'x' },
      `negative_prompt is not supported for model ${model}`,
    ]),
    ...['V_1', 'V_1_TURBO', 'V_2A', 'V_2A_TURBO'].map((model): [Record<string, unknown>, string] => [
      { model, ...palette },
      `color_palette is not supported for model ${model}`,
    ]),
    [{ model: 'V_1', style_type: 'GENERAL' }, 'style_type is not supported for model V_1'],
  ])('error %j', async (fields, error) => {
    const heard = await postLegacy(await start(), { prompt: 'a fox', ...fields });
    expect(heard.status).toBe(400);
    expect(parsed(heard)).toEqual({ error: expect.stringContaining(error) });
  });

  it.each<[unknown, string]>([
    [{ prompt: 'a fox' }, "'image_request' is a required property"],
    [{ image_request: 'a fox' }, "not of type 'object'"],
    [[], 'must be a JSON object'],
    ['a fox', 'must be a JSON object'],
  ])('without its wrapper: %j', async (body, detail) => {
    const heard = await postJson(await start(), LEGACY, body);
    expect(heard.status).toBe(400);
    expect(parsed(heard).detail).toContain(detail);
  });

  it('a form', async () => {
    const sandbox = await start();
    const heard = await postForm({ ...sandbox, url: `${sandbox.url}${LEGACY}#` }, [['prompt', 'x']]);
    expect(heard.status).toBe(400);
    expect(parsed(heard).detail).toContain('expected application/json');
  });
});
