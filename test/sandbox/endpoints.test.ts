/** Every image endpoint: the least it takes, the form of its answer, what it misses, and files that are no images. */
import { describe, expect, it } from 'vitest';
import { MAX_DESCRIBED_BYTES, MAX_IMAGE_BYTES } from '../../src/sandbox/limits.js';
import { ROUTES } from '../../src/sandbox/routes.js';
import { createVirtualClock } from '../support/clock.js';
import { KNOWN, type Known, send } from './endpoints.js';
import { call, items, parsed, start } from './harness.js';
import { file, look, mask, picture } from './pictures.js';

const LINK = /^http:\/\/127\.0\.0\.1:\d+\/api\/images\/ephemeral\/[\w-]{22}\.png\?exp=\d+&sig=[0-9a-f]{64}$/;
const V3 = '/v1/ideogram-v3';
const V4 = '/v1/ideogram-v4';

/** The one entry of a list of images, member for member. */
const ENTRIES = {
  plain: {
    url: expect.stringMatching(LINK),
    prompt: expect.any(String),
    resolution: expect.stringMatching(/^\d+x\d+$/),
    is_image_safe: true,
    seed: expect.any(Number),
  },
  bare: { url: expect.stringMatching(LINK), is_image_safe: true },
} as const;

function entryOf(kind: NonNullable<Known['images']>): Record<string, unknown> {
  if (kind === 'bare') return ENTRIES.bare;
  if (kind === 'styled') return { ...ENTRIES.plain, style_type: 'GENERAL' };
  return kind === 'upscaled' ? { ...ENTRIES.plain, upscaled_resolution: '16x12' } : ENTRIES.plain;
}

const IMAGE_FIELDS = KNOWN.flatMap(({ path, least }) =>
  Object.keys(least)
    .filter((name) => /^(images?|image_file|mask)$/.test(name))
    .map((name) => [path, name] as const),
);

it('are these, and the price quote', () => {
  const paths = ROUTES.map(({ path }) => path).filter((path) => !path.startsWith('/v2/'));
  expect(paths.sort()).toEqual(KNOWN.map(({ path }) => path).sort());
  expect(ROUTES.length).toBe(KNOWN.length + 1);
});

describe.each(KNOWN)('$path', ({ path, accepts, required }) => {
  it('takes the least, in each encoding it knows, and no other', async () => {
    const sandbox = await start({ clock: createVirtualClock(0) });
    for (const as of ['form', 'json'] as const) {
      const heard = await send(sandbox, path, {}, { as });
      expect([as, heard.status]).toEqual([as, accepts.includes(as) ? 200 : 400]);
      if (heard.status === 400) expect(parsed(heard).detail).toContain('Invalid Content-type');
    }
  });

  it.each(required)('misses %s', async (name) => {
    for (const as of accepts) {
      const heard = await send(await start(), path, { [name]: undefined }, { as });
      expect(heard.status).toBe(400);
      expect(parsed(heard).detail).toMatch(
        new RegExp(`'${name.replace(/.*\./, '')}'.* is a required property`),
      );
    }
  });

  it('ignores what it does not know', async () => {
    expect((await send(await start(), path, { nope: 'x', sede: ['1', '2'] })).status).toBe(200);
  });
});

const LISTS = KNOWN.flatMap(({ path, images }) => (images ? [{ path, images }] : []));

describe.each(LISTS)('$path, $images', ({ path, images }) => {
  it('answers with a list of one image', async () => {
    const heard = await send(await start({ clock: createVirtualClock(0) }), path);
    expect(parsed(heard)).toEqual({
      ...(path.startsWith(V4) ? { response_type: 'url' } : {}),
      created: '1970-01-01T00:00:00.000Z',
      data: [entryOf(images)],
    });
  });

  it('draws the size it names', async () => {
    const [item] = items(await send(await start(), path));
    const { size } = look((await call(item?.url ?? '')).body);
    expect(size).toBe(images === 'bare' ? '8x6' : (item?.upscaled_resolution ?? item?.resolution));
  });
});

describe.each(IMAGE_FIELDS)('%s %s', (path, name) => {
  const described = path.endsWith('/describe');
  const limit = described ? MAX_DESCRIBED_BYTES : MAX_IMAGE_BYTES;
  const whole = (name === 'mask' ? mask() : picture()).bytes;

  it.each([
    ['text', Buffer.from('no image')],
    ['nothing', Buffer.alloc(0)],
    ['a GIF', Buffer.from('GIF89a\x08\0\x06\0\0\0\0;', 'latin1')],
    ['a PNG cut in its head', whole.subarray(0, 12)],
    ['a PNG of no width', sized(whole, 0, 6)],
    ['a PNG of no height', sized(whole, 8, 0)],
    ['a PNG without its end', whole.subarray(0, whole.length - 12)],
    ['a JPEG without a size', Buffer.from('ffd8ffd9', 'hex')],
    ['a WebP cut short', Buffer.from('RIFF\xff\0\0\0WEBPVP8X\x0a\0\0\0\0\0\0\0\x07\0\0\x05\0\0', 'latin1')],
  ])('is no image: %s', async (_what, bytes) => {
    const heard = await send(await start(), path, { [name]: file(bytes) });
    expect(heard.status).toBe(400);
    expect(parsed(heard)).toEqual({ error: expect.stringContaining(`Could not read image 1 of ${name}`) });
  });

  it('is text', async () => {
    const heard = await send(await start(), path, { [name]: 'photo.png' });
    expect([heard.status, parsed(heard).detail]).toEqual([
      400,
      `'${name}' must be a file with a filename, not text`,
    ]);
  });

  it('is larger than the API reads, by one byte', async () => {
    const sandbox = await start();
    const padded = (size: number) => file(Buffer.concat([whole, Buffer.alloc(size - whole.length)]));
    const fits = await send(sandbox, path, { [name]: padded(limit) });
    expect(fits.status).toBe(200);
    const heard = await send(sandbox, path, { [name]: padded(limit + 1) });
    expect(heard.status).toBe(400);
    expect(parsed(heard)).toEqual({
      error: `Image 1 of ${name} is larger than ${described ? 10 : 25} MB.`,
    });
  });
});

it.each(IMAGE_FIELDS.filter(([, name]) => name !== 'images'))('%s: %s is sent twice', async (path, name) => {
  const heard = await send(await start(), path, { [name]: [picture(), picture()] });
  expect([heard.status, parsed(heard).detail]).toEqual([
    400,
    `'${name}' takes one file and was sent 2 times`,
  ]);
});

describe('other answers', () => {
  const answer = async (path: string, changes = {}): Promise<Record<string, unknown>> =>
    parsed(await send(await start(), path, changes));

  it('describe: texts that name the version and the size', async () => {
    const { descriptions } = (await answer('/describe', { describe_model_version: 'V_2' })) as {
      descriptions: { text: string }[];
    };
    expect(descriptions.map((one) => Object.keys(one))).toEqual([['text'], ['text']]);
    expect(descriptions[0]?.text).toMatch(/V_2.*8x6/);
  });

  it.each([
    [{}, true, false, false],
    [{ include_bbox: false }, false, false, false],
    [{ include_style_descriptions: true, include_tags: true }, true, true, true],
    [{ include_bbox: true, include_style_descriptions: false, include_tags: true }, true, false, true],
  ])('v4 describe %j', async (changes, boxes, style, tags) => {
    const sandbox = await start();
    const { json_prompt } = parsed(await send(sandbox, `${V4}/describe`, changes)) as {
      json_prompt: Record<string, Record<string, unknown>>;
    };
    const elements = json_prompt.compositional_deconstruction?.elements as object[];
    expect(elements.length).toBeGreaterThan(1);
    for (const element of elements) expect('bbox' in element).toBe(boxes);
    expect(['style_description' in json_prompt, 'tags' in json_prompt]).toEqual([style, tags]);
    const back = await send(sandbox, `${V4}/generate`, { text_prompt: undefined, json_prompt });
    expect(back.status).toBe(200);
  });

  it.each([
    [{}, '1x1'],
    [{ aspect_ratio: 'AUTO' }, '1x1'],
    [{ aspect_ratio: '4x1' }, '4x1'],
  ])('magic-prompt %j', async (changes, aspectRatio) => {
    const made = (await answer(`${V4}/magic-prompt`, changes)) as { json_prompt: Record<string, unknown> };
    expect(made).toMatchObject({
      json_prompt: {
        high_level_description: 'a fox',
        style_description: {},
        compositional_deconstruction: { elements: [{ bbox: [380, 90, 620, 400] }, {}, {}] },
      },
      aspect_ratio: aspectRatio,
    });
    expect(made.json_prompt).not.toHaveProperty('tags');
    const again = await send(await start(), `${V4}/generate`, {
      text_prompt: undefined,
      json_prompt: made.json_prompt,
    });
    expect(items(again)[0]?.prompt).toBe('a fox');
  });

  it('layerize-text: a base image, and blocks inside of it with all their fields', async () => {
    const sandbox = await start();
    const changes = { image: picture(200, 300), seed: 7 };
    const made = parsed(await send(sandbox, `${V3}/layerize-text`, changes)) as {
      base_image_url: string;
      text_blocks: Record<string, number>[];
    };
    expect(made).toEqual({
      base_image_url: expect.stringMatching(LINK),
      original_image_url: null,
      seed: 7,
      text_blocks: expect.any(Array),
    });
    expect(look((await call(made.base_image_url)).body).size).toBe('200x300');
    expect(made.text_blocks.length).toBe(2);
    for (const block of made.text_blocks) {
      expect(Object.keys(block).sort().join(' ')).toBe(
        'alignment angle color font_alternatives font_name font_size formatting height line_height role text width x y',
      );
      const { x = -1, y = -1, width = 0, height = 0 } = block;
      expect(x >= 0 && y >= 0 && width > 0 && x + width <= 200 && y + height <= 300).toBe(true);
    }
  });
});

/** A PNG with another size in its head. */
function sized(bytes: Buffer, width: number, height: number): Buffer {
  const changed = Buffer.from(bytes);
  changed.writeUInt32BE(width, 16);
  changed.writeUInt32BE(height, 20);
  return changed;
}
