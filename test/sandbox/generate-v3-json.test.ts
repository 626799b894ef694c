/** v3 generate with a JSON body: the same fields, strictly typed, and no files. */
import { describe, expect, it } from 'vitest';
import { items, parsed, postJson, start, V3 } from './harness.js';

describe('JSON instead of a form', () => {
  it('takes the same fields, typed', async () => {
    const body = {
      prompt: 'a fox',
      seed: 5,
      num_images: 2,
      color_palette: { name: 'EMBER' },
      style_codes: ['0A1B2C3D'],
      enable_copyright_detection: null,
    };
    const heard = await postJson(await start(), V3, body);
    expect(items(heard).map((item) => item.seed)).toEqual([5, 5]);
  });

  it.each<[string, Record<string, unknown>, string]>([
    ['number as text', { num_images: '2' }, "'2' is not of type 'integer'"],
    ['fraction', { seed: 1.5 }, "1.5 is not of type 'integer'"],
    ['prompt as number', { prompt: 5 }, "5 is not of type 'string'"],
    ['null', { seed: null }, "null is not of type 'integer'"],
    ['codes as text', { style_codes: '0A1B2C3D' }, "not of type 'array'"],
    ['palette as text', { color_palette: '{"name":"EMBER"}' }, "not of type 'object'"],
    ['boolean as text', { enable_copyright_detection: 'true' }, "not of type 'boolean'"],
    ['files', { style_reference_images: ['x'] }, 'multipart/form-data'],
  ])('refuses %s', async (_name, fields, detail) => {
    const heard = await postJson(await start(), V3, { prompt: 'a fox', ...fields });
    expect(heard.status).toBe(400);
    expect(parsed(heard).detail).toContain(detail);
  });
});
