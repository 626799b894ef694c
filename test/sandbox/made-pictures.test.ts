/** The pictures that are made: as large as was asked for or as what they were made from, with and without a sky, and what is written on them. */
import { describe, expect, it } from 'vitest';
import { drawPicture } from '../../src/sandbox/picture.js';
import { send, type Value } from './endpoints.js';
import { call, items, start } from './harness.js';
import { jpegPicture, look, mask, picture, WHITE, webpPicture } from './pictures.js';

const V3 = '/v1/ideogram-v3';
const V4 = '/v1/ideogram-v4';

interface Made {
  resolution: string | undefined;
  upscaled: string | undefined;
  bytes: Buffer;
}

async function make(path: string, changes: Record<string, Value> = {}): Promise<Made> {
  const [item] = items(await send(await start(), path, changes));
  const { body } = await call(item?.url ?? '');
  return { resolution: item?.resolution, upscaled: item?.upscaled_resolution, bytes: body };
}

describe('size', () => {
  const photo = picture(300, 200);
  const turned = jpegPicture(30, 20, () => WHITE, 6);
  const asPhoto = '300x200';
  it.each<[string, Record<string, Value>, string]>([
    [`${V3}/edit`, { image: photo, mask: mask(300, 200) }, asPhoto],
    [`${V3}/inpaint`, { image: turned, mask: mask(20, 30) }, '20x30'],
    ['/edit', { image_file: photo, mask: mask(300, 200) }, asPhoto],
    ['/edit', { image_file: webpPicture(10_000, 1), mask: webpPicture(10_000, 1) }, '4096x1'],
    [`${V3}/replace-background`, { image: photo }, asPhoto],
    ['/v1/edit', { images: [photo, picture()] }, asPhoto],
    ['/v1/edit', { images: photo }, asPhoto],
    ['/v1/edit', { images: photo, aspect_ratio: '16x9' }, '1312x736'],
    ['/v1/edit', { images: photo, resolution: '1536x640' }, '1536x640'],
    ['/v1/edit', { images: undefined, image_urls: 'https://ideogram.ai/a.png' }, '1024x1024'],
    [`${V3}/remix`, { image: photo }, '1024x1024'],
    [`${V3}/remix`, { image: photo, resolution: '1536x640' }, '1536x640'],
    ['/remix', { 'image_request.aspect_ratio': 'ASPECT_16_9' }, '1312x736'],
    [`${V4}/remix`, { image: photo }, asPhoto],
    [`${V4}/remix`, { image: photo, resolution: '1024x3072' }, '1024x3072'],
    [`${V3}/reframe`, {}, '1536x640'],
    ['/reframe', {}, '1536x640'],
    [`${V4}/generate`, {}, '2048x2048'],
    [`${V4}/generate`, { resolution: '1248x3328' }, '1248x3328'],
    [`${V3}/generate-transparent`, { aspect_ratio: '3x1' }, '1536x512'],
    [`${V4}/generate-transparent`, {}, '2048x2048'],
    [`${V4}/generate-transparent`, { aspect_ratio: 'AUTO', output_resolution: '1K' }, '1024x1024'],
    [`${V4}/generate-transparent`, { aspect_ratio: '16x9', output_resolution: '1K' }, '1360x768'],
    [`${V4}/generate-transparent`, { aspect_ratio: '1x4' }, '1024x4096'],
    [`${V4}/generate-transparent`, { aspect_ratio: '1x4', output_resolution: '8K' }, '1024x4096'],
  ])('%s %#: %o', async (path, changes, size) => {
    const made = await make(path, changes);
    expect([made.resolution, look(made.bytes).size]).toEqual([size, size]);
    expect(made.upscaled).toBeUndefined();
  });

  it.each<[string, Record<string, Value>, string, string]>([
    ['/upscale', { image_file: photo }, asPhoto, '600x400'],
    ['/upscale', { image_file: picture(1, 1) }, '1x1', '2x2'],
    ['/upscale', { image_file: turned }, '20x30', '40x60'],
    ['/upscale', { image_file: webpPicture(3000, 1500) }, '3000x1500', '4096x2048'],
    [`${V3}/generate-transparent`, { upscale_factor: 'X2', aspect_ratio: '3x1' }, '1536x512', '3072x1024'],
    [`${V3}/generate-transparent`, { upscale_factor: 'X4', aspect_ratio: '1x3' }, '512x1536', '1365x4096'],
  ])('%s %#: enlarged', async (path, changes, before, after) => {
    const made = await make(path, changes);
    expect([made.resolution, made.upscaled, look(made.bytes).size]).toEqual([before, after, after]);
  });

  it('X1 enlarges nothing', async () => {
    expect((await make(`${V3}/generate-transparent`, { upscale_factor: 'X1' })).upscaled).toBeUndefined();
  });
});

describe('opacity', () => {
  it.each<[string, Record<string, Value>]>([
    [`${V3}/generate-transparent`, {}],
    [`${V4}/generate-transparent`, { output_resolution: '1K' }],
    ['/v1/remove-background', { image: picture(300, 200) }],
    ['/v1/remove-background', {}],
    ['/v1/edit', { transparent_background: true, aspect_ratio: '16x9' }],
  ])('%s %#: the sky cannot be seen, the rest can', async (path, changes) => {
    const { opacities, unseen } = look((await make(path, changes)).bytes);
    expect(opacities).toEqual(new Set([0, 255]));
    expect(unseen).toBeGreaterThan(0.1);
    expect(unseen).toBeLessThan(0.9);
  });

  it.each<[string, Record<string, Value>]>([
    ['/v1/edit', { transparent_background: false }],
    [`${V3}/generate`, {}],
    [`${V3}/replace-background`, {}],
    ['/v1/remove-object', {}],
  ])('%s %#: all can be seen', async (path, changes) => {
    expect(look((await make(path, changes)).bytes).opacities).toEqual(new Set([255]));
  });
});

describe('words', () => {
  it.each<[string, Record<string, Value>, string]>([
    [`${V3}/reframe`, {}, 'reframe'],
    ['/upscale', {}, 'upscale'],
    ['/upscale', { 'image_request.magic_prompt_option': 'ON' }, 'upscale'],
    ['/upscale', { 'image_request.prompt': 'sharper fur' }, 'sharper fur'],
    ['/v1/remove-background', {}, 'remove-background'],
    ['/v1/remove-object', {}, 'remove-object'],
    [`${V3}/edit`, {}, 'a fox'],
    [`${V4}/remix`, {}, 'a fox'],
  ])('%s %#: %o', async (path, changes, words) => {
    const { bytes } = await make(path, changes);
    const text = bytes.subarray(bytes.indexOf('Description') + 16);
    expect(text.toString('utf8', 0, words.length)).toBe(words);
    expect(text.readUInt32BE(words.length + 4)).toBeGreaterThan(0);
  });

  it('the answer has no prompt where there was none', async () => {
    expect(items(await send(await start(), `${V3}/reframe`))[0]?.prompt).toBe('');
  });

  it('are rewritten when magic prompt is ON', async () => {
    for (const path of ['edit', 'inpaint', 'remix', 'replace-background', 'generate-transparent']) {
      const [item] = items(await send(await start(), `${V3}/${path}`, { magic_prompt: 'ON' }));
      expect([path, item?.prompt]).toEqual([path, expect.stringMatching(/^a fox\. ./)]);
    }
    for (const [path, name] of [
      ['/edit', 'magic_prompt_option'],
      ['/remix', 'image_request.magic_prompt_option'],
      ['/v1/edit', 'magic_prompt'],
    ] as const) {
      expect(items(await send(await start(), path, { [name]: 'ON' }))[0]?.prompt).toMatch(/^a fox\. ./);
    }
  });
});

describe('any size', () => {
  it.each([
    [1, 1],
    [1, 4096],
    [4096, 1],
    [159, 2000],
    [160, 160],
    [161, 4096],
    [4096, 161],
    [4096, 4096],
  ])('%ix%i', (width, height) => {
    for (const seed of [0, 7]) {
      const bytes = drawPicture({ prompt: 'x '.repeat(400), seed, size: { width, height } });
      expect(look(bytes).size).toBe(`${width}x${height}`);
    }
  });
});

it('seeds: the one that is asked for, to the last endpoint that takes one', async () => {
  const sandbox = await start();
  for (const [path, name] of [
    [`${V3}/edit`, 'seed'],
    ['/edit', 'seed'],
    ['/v1/edit', 'seed'],
    [`${V3}/remix`, 'seed'],
    ['/remix', 'image_request.seed'],
    [`${V3}/reframe`, 'seed'],
    ['/reframe', 'seed'],
    ['/upscale', 'image_request.seed'],
    [`${V3}/replace-background`, 'seed'],
    [`${V3}/generate-transparent`, 'seed'],
    [`${V4}/generate-transparent`, 'seed'],
    [`${V4}/generate`, 'seed'],
  ] as const) {
    const [item] = items(await send(sandbox, path, { [name]: 77 }));
    expect([path, item?.seed]).toEqual([path, 77]);
  }
  const [free] = items(await send(sandbox, `${V4}/remix`, { seed: 77 }));
  expect(free?.seed).not.toBe(77);
});
