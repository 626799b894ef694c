/** Masks: of the image's size, whole, and with the colours that the endpoint needs. */
import { describe, expect, it } from 'vitest';
import { send } from './endpoints.js';
import { parsed, start } from './harness.js';
import { BLACK, file, jpegPicture, mask, picture, pngBytes, WHITE, webpPicture } from './pictures.js';

const EDITS = [
  ['/v1/ideogram-v3/edit', 'image'],
  ['/v1/ideogram-v3/inpaint', 'image'],
  ['/edit', 'image_file'],
] as const;
const REMOVAL = ['/v1/remove-object', 'image'] as const;

const all = (lightness: number) => mask(8, 6, () => [lightness, lightness, lightness]);
/** One pixel, the last, is different. */
const lastIs = (lightness: number, rest: number) =>
  mask(8, 6, (x, y) => {
    const value = x === 7 && y === 5 ? lightness : rest;
    return [value, value, value];
  });

async function errorOf(path: string, changes: Parameters<typeof send>[2]): Promise<unknown> {
  const heard = await send(await start(), path, changes);
  if (heard.status === 200) return undefined;
  expect(heard.status).toBe(400);
  return parsed(heard).error;
}

describe.each([...EDITS, REMOVAL])('%s', (path, name) => {
  it.each([
    [8, 5],
    [7, 6],
    [6, 8],
    [16, 12],
  ])('of another size: %ix%i', async (width, height) => {
    expect(await errorOf(path, { mask: mask(width, height) })).toBe(
      `mask must have the size of its image: 8x6, not ${width}x${height}.`,
    );
  });

  it('may be a JPEG or a WebP, for an image of any type', async () => {
    const half = (x: number) => (x < 16 ? BLACK : WHITE);
    const image = webpPicture(32, 16);
    expect(await errorOf(path, { [name]: image, mask: jpegPicture(32, 16, half) })).toBeUndefined();
    expect(await errorOf(path, { [name]: image, mask: webpPicture(32, 16) })).toBeUndefined();
    expect(await errorOf(path, { [name]: image, mask: webpPicture(33, 16) })).toContain('32x16, not 33x16');
  });

  it.each([5, 6, 7, 8])('fits an image that EXIF turns, either way: %i', async (orientation) => {
    const image = jpegPicture(16, 8, () => WHITE, orientation);
    expect(await errorOf(path, { [name]: image, mask: mask(8, 16) })).toBeUndefined();
    expect(await errorOf(path, { [name]: image, mask: mask(16, 8) })).toBeUndefined();
    expect(await errorOf(path, { [name]: image, mask: mask(8, 8) })).toContain('8x16, not 8x8');
  });

  it.each([1, 2, 3, 4])('fits an image that EXIF does not turn, one way: %i', async (orientation) => {
    const upright = jpegPicture(16, 8, () => WHITE, orientation);
    expect(await errorOf(path, { [name]: upright, mask: mask(16, 8) })).toBeUndefined();
    expect(await errorOf(path, { [name]: upright, mask: mask(8, 16) })).toContain('16x8, not 8x16');
  });

  it('is damaged inside', async () => {
    const { bytes } = mask();
    const broken = Buffer.from(bytes);
    const at = bytes.indexOf('IDAT') + 6;
    broken.writeUInt8(broken.readUInt8(at) ^ 0xff, at);
    for (const damaged of [
      broken,
      Buffer.concat([bytes.subarray(0, at), Buffer.from('IEND')]),
      Buffer.concat([jpegPicture(8, 6, () => WHITE).bytes.subarray(0, 200), Buffer.from('ffd9', 'hex')]),
    ]) {
      expect(await errorOf(path, { mask: file(damaged) })).toContain('of mask');
    }
  });

  it.each([
    ['16 bits', { bitDepth: 16 }],
    ['grey', { colorType: 0 }],
    ['no opacity', { colorType: 2 }],
  ])('may be a PNG with %s', async (_name, options) => {
    const paint = (x: number) => (x === 0 ? BLACK : WHITE);
    expect(await errorOf(path, { mask: file(pngBytes(8, 6, paint, options)) })).toBeUndefined();
  });
});

describe.each(EDITS)('%s needs both colours', (path) => {
  it.each([
    ['all white', all(255), 'it has no black'],
    ['all black', all(0), 'it has no white'],
    ['from 128 on', lastIs(128, 255), 'it has no black'],
    ['below 128', lastIs(127, 0), 'it has no white'],
    ['a JPEG, white', jpegPicture(8, 6, () => WHITE), 'it has no black'],
    ['a JPEG, black', jpegPicture(8, 6, () => BLACK), 'it has no white'],
    ['transparent white', mask(8, 6, () => [255, 255, 255, 0]), 'it has no black'],
  ])('%s', async (_name, sent, says) => {
    expect(await errorOf(path, { mask: sent })).toBe(`mask must contain both black and white; ${says}.`);
  });

  it.each([
    ['one black pixel', lastIs(0, 255)],
    ['one white pixel', lastIs(255, 0)],
    ['the two greys in the middle', lastIs(127, 128)],
    ['opacity does not count', mask(8, 6, (x) => (x === 0 ? [0, 0, 0, 0] : WHITE))],
  ])('%s', async (_name, sent) => {
    expect(await errorOf(path, { mask: sent })).toBeUndefined();
  });
});

describe('remove-object needs white', () => {
  it.each([
    ['all black', all(0)],
    ['all below 128', all(127)],
    ['a JPEG, black', jpegPicture(8, 6, () => BLACK)],
  ])('%s', async (_name, sent) => {
    expect(await errorOf(REMOVAL[0], { mask: sent })).toBe(
      'mask must contain white: white is what is removed.',
    );
  });

  it.each([
    ['all white', all(255)],
    ['one pixel of 128', lastIs(128, 0)],
  ])('%s', async (_name, sent) => {
    expect(await errorOf(REMOVAL[0], { mask: sent })).toBeUndefined();
  });
});

it('looks at the green most and at the blue least, as the eye does', async () => {
  const path = EDITS[1][0];
  const plain = (red: number, green: number, blue: number) =>
    mask(8, 6, (x) => (x === 0 ? BLACK : [red, green, blue]));
  expect(await errorOf(path, { mask: plain(0, 255, 0) })).toBeUndefined();
  expect(await errorOf(path, { mask: plain(255, 0, 255) })).toContain('no white');
});

it('does not decode what is too large to be worth it', async () => {
  const size = 7100;
  const huge = webpPicture(size, size);
  const head = Buffer.from(picture().bytes);
  head.writeUInt32BE(size, 16);
  head.writeUInt32BE(size, 20);
  expect(await errorOf('/edit', { image_file: huge, mask: file(head) })).toBeUndefined();
});
