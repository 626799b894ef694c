/** The price table against the API's published prices, and the arithmetic on it. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/endpoints/index.js';
import { modelsOf } from '../../src/endpoints/plan.js';
import { estimateCost, formatUsd, PRICES_OF } from '../../src/ledger/cost.js';

const turbo = { rendering_speed: 'TURBO' };
const reference = { character_reference_images: true };

/** API.md 7, "Prices, USD per image". */
const PRICES: readonly (readonly [string, string, Record<string, unknown>, number | null])[] = [
  ['V_3', 'V_3', {}, 0.06],
  ['V_3 flash', 'V_3', { rendering_speed: 'FLASH' }, 0.03],
  ['V_3 turbo', 'V_3', turbo, 0.03],
  ['V_3 default', 'V_3', { rendering_speed: 'DEFAULT' }, 0.06],
  ['V_3 quality', 'V_3', { rendering_speed: 'QUALITY' }, 0.09],
  ['V_3 at a speed without a price', 'V_3', { rendering_speed: 'BALANCED' }, null],
  ['V_3 with a character', 'V_3', reference, 0.15],
  ['V_3 turbo with a character', 'V_3', { ...turbo, ...reference }, 0.1],
  ['V_3 quality with a character', 'V_3', { rendering_speed: 'QUALITY', ...reference }, 0.2],
  ['V_3 flash with a character', 'V_3', { rendering_speed: 'FLASH', ...reference }, null],
  ['V_3 with a style reference costs no more', 'V_3', { style_reference_images: true }, 0.06],
  ['a custom model', 'V_3', { custom_model_uri: 'model/mine/version/1' }, null],
  ['a custom model, turbo, with a character', 'V_3', { custom_model_uri: 'm', ...turbo, ...reference }, null],
  ['V_2', 'V_2', {}, 0.08],
  ['V_2_TURBO', 'V_2_TURBO', {}, 0.05],
  ['V_2A', 'V_2A', {}, 0.04],
  ['V_2A_TURBO', 'V_2A_TURBO', {}, 0.025],
  ['V_1_TURBO', 'V_1_TURBO', {}, 0.02],
  ['V_1: no public price', 'V_1', {}, null],
  ['AUTO: no public price', 'AUTO', {}, null],
  ['a model nobody knows', 'V_9', {}, null],
];

describe('one image', () => {
  it.each(PRICES)('%s', (_what, model, fields, usd) => {
    expect(estimateCost({ model, images: 1, fields }).usd).toBe(usd);
  });

  it('has a row above for every model of every command', () => {
    const priced = PRICES.map(([, model]) => model);
    for (const model of COMMANDS.flatMap(modelsOf)) expect(priced).toContain(model);
  });
});

describe('several images', () => {
  it.each<[number, string, Record<string, unknown>, number]>([
    [3, 'V_3', { ...turbo, ...reference }, 0.3],
    [3, 'V_2A_TURBO', {}, 0.075],
    [7, 'V_2A_TURBO', {}, 0.175],
    [8, 'V_3', {}, 0.48],
    [6, 'V_3', { rendering_speed: 'QUALITY' }, 0.54],
    [7, 'V_2_TURBO', {}, 0.35],
    [0, 'V_3', {}, 0],
  ])('%i with %s %j: $%d', (images, model, fields, usd) => {
    expect(estimateCost({ model, images, fields }).usd).toBe(usd);
  });

  it('cost what one costs so many times, without the dust of binary fractions', () => {
    const priced = PRICES.filter((row) => row[3] !== null);
    fc.assert(
      fc.property(
        fc.constantFrom(...priced),
        fc.integer({ min: 1, max: 1000 }),
        ([, model, fields, one], images) => {
          const { usd } = estimateCost({ model, images, fields });
          expect(usd).toBe((Math.round((one ?? 0) * 1000) * images) / 1000);
        },
      ),
    );
  });
});

describe('the basis', () => {
  it.each<[string, string, Record<string, unknown>, string]>([
    ['says count, price, what and the day', 'V_3', {}, '2 x $0.06 for V_3 DEFAULT, prices of 2026-10-10'],
    ['names the speed', 'V_3', turbo, 'V_3 TURBO'],
    ['names the character', 'V_3', reference, 'V_3 DEFAULT with a character reference'],
    ['names the model', 'V_2A', {}, '2 x $0.04 for V_2A, prices of 2026-10-10'],
    ['says that there is no price', 'V_1', {}, 'no public price is known for V_1'],
    [
      'says that a custom model has none',
      'V_3',
      { custom_model_uri: 'm' },
      'no public price is known for custom models',
    ],
  ])('%s', (_what, model, fields, words) => {
    const { basis, usd } = estimateCost({ model, images: 2, fields });
    expect(basis).toContain(words);
    expect(basis.startsWith('estimate: ')).toBe(usd !== null);
  });

  it('is dated', () => {
    expect(PRICES_OF).toBe('2026-10-10');
  });
});

describe('formatUsd', () => {
  it.each([
    [0, '$0.00'],
    [0.06, '$0.06'],
    [0.1, '$0.10'],
    [0.3, '$0.30'],
    [0.1 + 0.2, '$0.30'],
    [0.025, '$0.025'],
    [0.075, '$0.075'],
    [0.175, '$0.175'],
    [1, '$1.00'],
    [1.005, '$1.005'],
    [12.5, '$12.50'],
    [1_000_000, '$1000000.00'],
  ])('%d -> %s', (usd, text) => {
    expect(formatUsd(usd)).toBe(text);
  });

  it('shows whole cents with two digits, tenths of a cent with three, and loses none of either', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 10_000_000 }), (tenths) => {
        const text = formatUsd(tenths / 1000);
        expect(Number(text.slice(1))).toBe(tenths / 1000);
        expect(text).toMatch(tenths % 10 === 0 ? /^\$\d+\.\d{2}$/ : /^\$\d+\.\d{3}$/);
      }),
    );
  });
});
