/** Every field rule of v3 generate, one line a case: what is accepted, what is refused and in which shape. */
import { describe, expect, it } from 'vitest';
import { MAX_IMAGE_BYTES } from '../../src/sandbox/limits.js';
import { image, JPEG_FILE, type Part, PNG_FILE, parsed, postForm, start, WEBP_FILE } from './harness.js';
import { picture } from './pictures.js';

const members = (count: number, member: Record<string, unknown> = { color_hex: '#abc' }): string =>
  JSON.stringify({ members: Array.from({ length: count }, () => member) });

describe('accepted', () => {
  it.each<[string, Part[]]>([
    ['lowest seed', [['seed', '0']]],
    ['highest seed', [['seed', '2147483647']]],
    ['8 images', [['num_images', '8']]],
    ['resolution', [['resolution', '512x1536']]],
    ['aspect ratio', [['aspect_ratio', '16x9']]],
    ['speed', [['rendering_speed', 'FLASH']]],
    ['magic prompt', [['magic_prompt', 'AUTO']]],
    ['empty negative prompt', [['negative_prompt', '']]],
    ['style type', [['style_type', 'FICTION']]],
    ['style preset', [['style_preset', '80S_ILLUSTRATION']]],
    [
      'two style codes',
      [
        ['style_codes', '0a1B2c3D'],
        ['style_codes', 'FFFFFFFF'],
      ],
    ],
    ['palette by name', [['color_palette', '{"name":"EMBER"}']]],
    ['palette of 8', [['color_palette', members(8)]]],
    ['palette weights', [['color_palette', members(1, { color_hex: '#A1B2C3', color_weight: 0.05 })]]],
    [
      'palette as a JSON part',
      [['color_palette', { bytes: Buffer.from('{"name":"MAGIC"}'), type: 'application/json' }]],
    ],
    [
      'palette as a JSON blob',
      [
        [
          'color_palette',
          { bytes: Buffer.from('{"name":"MAGIC"}'), filename: 'blob', type: 'application/json' },
        ],
      ],
    ],
    ['model uri', [['custom_model_uri', 'model/mine/version/3']]],
    ['copyright detection', [['enable_copyright_detection', 'true']]],
    [
      'style references',
      [
        ['style_reference_images', image(JPEG_FILE)],
        ['style_reference_images', image(WEBP_FILE)],
      ],
    ],
    ['character', [['character_reference_images', image()]]],
    [
      'character and mask',
      [
        ['character_reference_images', picture()],
        ['character_reference_images_mask', picture()],
      ],
    ],
    [
      'codes with a preset',
      [
        ['style_codes', '00000000'],
        ['style_preset', 'WEIRD'],
      ],
    ],
    [
      'unknown field',
      [
        ['sede', '7'],
        ['sede', '8'],
      ],
    ],
    ['unknown file', [['picture', image(Buffer.from('no image'))]]],
  ])('%s', async (_name, parts) => {
    const heard = await postForm(await start(), [['prompt', 'a fox'], ...parts]);
    expect(heard.body.toString()).not.toContain('"error"');
    expect(heard.status).toBe(200);
  });
});

describe('refused in the problem shape', () => {
  const prompt: Part = ['prompt', 'a fox'];
  it.each<[string, Part[], string]>([
    ['no prompt', [['seed', '1']], "'prompt' is a required property"],
    ['empty prompt', [['prompt', '']], "should be non-empty - 'prompt'"],
    ['blank prompt', [['prompt', ' \n']], "should be non-empty - 'prompt'"],
    ['prompt twice', [prompt, prompt], "'prompt' takes one value"],
    ['prompt as a file', [['prompt', image()]], "'prompt' must be text"],
    ['seed -1', [prompt, ['seed', '-1']], 'less than the minimum of 0'],
    ['seed too high', [prompt, ['seed', '2147483648']], 'greater than the maximum of 2147483647'],
    ['seed 1.0', [prompt, ['seed', '1.0']], "'1.0' is not of type 'integer' - 'seed'"],
    ['seed 1e3', [prompt, ['seed', '1e3']], "not of type 'integer'"],
    ['seed empty', [prompt, ['seed', '']], "not of type 'integer'"],
    ['seed hex', [prompt, ['seed', '0x10']], "not of type 'integer'"],
    ['0 images', [prompt, ['num_images', '0']], 'minimum of 1'],
    ['9 images', [prompt, ['num_images', '9']], 'maximum of 8'],
    ['16:9', [prompt, ['aspect_ratio', '16:9']], "'16:9' is not one of ['1x3'"],
    ['legacy ratio', [prompt, ['aspect_ratio', 'ASPECT_1_1']], "- 'aspect_ratio'"],
    ['resolution', [prompt, ['resolution', '1000x1000']], "- 'resolution'"],
    ['speed in lower case', [prompt, ['rendering_speed', 'turbo']], "- 'rendering_speed'"],
    ['speed not public', [prompt, ['rendering_speed', 'BALANCED']], "- 'rendering_speed'"],
    ['magic prompt', [prompt, ['magic_prompt', 'true']], "- 'magic_prompt'"],
    ['legacy style type', [prompt, ['style_type', 'ANIME']], "- 'style_type'"],
    ['style preset', [prompt, ['style_preset', 'NICE']], "- 'style_preset'"],
    ['style code', [prompt, ['style_codes', '0a1B2c3D'], ['style_codes', '123']], "- 'style_codes.1'"],
    ['style codes as JSON', [prompt, ['style_codes', '["0A1B2C3D"]']], "- 'style_codes.0'"],
    ['boolean', [prompt, ['enable_copyright_detection', '1']], "not of type 'boolean'"],
    ['model uri', [prompt, ['custom_model_uri', 'mine']], "- 'custom_model_uri'"],
    ['palette no JSON', [prompt, ['color_palette', 'EMBER']], "not valid JSON - 'color_palette'"],
    ['palette text', [prompt, ['color_palette', '"EMBER"']], "not of type 'object'"],
    ['palette name', [prompt, ['color_palette', '{"name":"ember"}']], "- 'color_palette.name'"],
    ['palette empty', [prompt, ['color_palette', '{}']], "- 'color_palette'"],
    ['palette of 0', [prompt, ['color_palette', '{"members":[]}']], 'too short'],
    ['palette of 9', [prompt, ['color_palette', members(9)]], 'too long'],
    ['palette hex', [prompt, ['color_palette', members(1, { color_hex: 'red' })]], 'color_hex'],
    ['palette hex of 4', [prompt, ['color_palette', members(1, { color_hex: '#abcd' })]], 'color_hex'],
    ['palette without hex', [prompt, ['color_palette', members(1, {})]], "'color_hex' is a required"],
    [
      'weight low',
      [prompt, ['color_palette', members(1, { color_hex: '#abc', color_weight: 0 })]],
      'minimum of 0.05',
    ],
    [
      'weight high',
      [prompt, ['color_palette', members(1, { color_hex: '#abc', color_weight: 1.1 })]],
      'maximum of 1',
    ],
    [
      'weight text',
      [prompt, ['color_palette', members(1, { color_hex: '#abc', color_weight: '1' })]],
      "type 'number'",
    ],
    ['style code as a file', [prompt, ['style_codes', image()]], "'style_codes' must be text"],
    [
      'negative prompt twice',
      [prompt, ['negative_prompt', 'a'], ['negative_prompt', 'b']],
      'takes one value',
    ],
    ['reference as text', [prompt, ['style_reference_images', 'a.png']], 'must be a file'],
    ['seed as a file', [prompt, ['seed', { bytes: Buffer.from('1'), filename: 's.txt' }]], 'must be text'],
  ])('%s', async (_name, parts, detail) => {
    const heard = await postForm(await start(), parts);
    expect(heard.status).toBe(400);
    expect(heard.headers['content-type']).toBe('application/problem+json');
    expect(parsed(heard)).toEqual({
      type: 'about:blank',
      title: 'Bad Request',
      detail: expect.stringContaining(detail),
      status: 400,
    });
  });
});

describe('refused in the error shape', () => {
  it.each<[string, Part[], string]>([
    [
      'resolution with ratio',
      [
        ['resolution', '1024x1024'],
        ['aspect_ratio', '1x1'],
      ],
      'resolution and aspect_ratio',
    ],
    [
      'codes with type',
      [
        ['style_codes', '00000000'],
        ['style_type', 'AUTO'],
      ],
      'style_codes and style_type',
    ],
    [
      'codes with references',
      [
        ['style_codes', '00000000'],
        ['style_reference_images', image()],
      ],
      'style_reference_images',
    ],
    [
      'palette name and members',
      [['color_palette', '{"name":"EMBER","members":[{"color_hex":"#abc"}]}']],
      'not both',
    ],
    [
      'text as an image',
      [['style_reference_images', image(Buffer.from('GIF89a'))]],
      'Could not read image 1',
    ],
    ['empty image', [['style_reference_images', image(Buffer.alloc(0))]], 'Could not read image 1'],
    [
      'second image bad',
      [
        ['style_reference_images', image()],
        ['style_reference_images', image(Buffer.from('x'))],
      ],
      'image 2',
    ],
    [
      'two characters',
      [
        ['character_reference_images', image()],
        ['character_reference_images', image()],
      ],
      'exactly one',
    ],
    ['mask without character', [['character_reference_images_mask', image()]], 'as many masks'],
    [
      'two masks',
      [
        ['character_reference_images', image()],
        ['character_reference_images_mask', image()],
        ['character_reference_images_mask', image()],
      ],
      'as many masks',
    ],
    [
      'an image over 25 MB',
      [['style_reference_images', image(Buffer.concat([PNG_FILE, Buffer.alloc(MAX_IMAGE_BYTES)]))]],
      'larger than 25 MB',
    ],
  ])('%s', async (_name, parts, error) => {
    const heard = await postForm(await start(), [['prompt', 'a fox'], ...parts]);
    expect(heard.status).toBe(400);
    expect(parsed(heard)).toEqual({ error: expect.stringContaining(error) });
  });

  it('a request over 50 MB: 413, seen by a client that sends all of it', async () => {
    const big = image(Buffer.alloc(26 * 1024 * 1024));
    const heard = await postForm(await start(), [
      ['prompt', 'x'],
      ['a', big],
      ['b', big],
    ]);
    expect(heard.status).toBe(413);
    expect(parsed(heard)).toEqual({ error: expect.stringContaining('50 MB') });
  });
});
