/** The price tables against the API's published prices, and the arithmetic on them. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { COMMANDS } from '../../src/endpoints/index.js';
import { estimateCost, formatUsd, PRICES_OF, priceRange } from '../../src/ledger/cost.js';

const turbo = { rendering_speed: 'TURBO' };
const quality = { rendering_speed: 'QUALITY' };
const flash = { rendering_speed: 'FLASH' };
const reference = { character_reference_images: true };

type Row = readonly [
  what: string,
  endpoint: string,
  model: string | undefined,
  fields: Record<string, unknown>,
  usd: number | null,
];

/** The older models cost the same wherever they are. */
function legacy(endpoint: string, models: readonly string[]): Row[] {
  const prices: Record<string, number | null> = {
    V_2: 0.08,
    V_2_TURBO: 0.05,
    V_2A: 0.04,
    V_2A_TURBO: 0.025,
    V_1_TURBO: 0.02,
    V_1: null,
    AUTO: null,
  };
  return models.map((model) => [`${endpoint} ${model}`, endpoint, model, {}, prices[model] ?? null]);
}

const ALL_LEGACY = ['V_1', 'V_1_TURBO', 'V_2', 'V_2_TURBO', 'V_2A', 'V_2A_TURBO', 'AUTO'];

/** API.md 7, "Prices, USD per image". */
const PER_IMAGE: readonly Row[] = [
  ...['generate-v3', 'remix-v3', 'edit-v3', 'reframe-v3', 'replace-background'].flatMap((endpoint): Row[] => [
    [endpoint, endpoint, 'V_3', {}, 0.06],
    [`${endpoint} flash`, endpoint, 'V_3', flash, 0.03],
    [`${endpoint} turbo`, endpoint, 'V_3', turbo, 0.03],
    [`${endpoint} default`, endpoint, 'V_3', { rendering_speed: 'DEFAULT' }, 0.06],
    [`${endpoint} quality`, endpoint, 'V_3', quality, 0.09],
    [`${endpoint} at a speed without a price`, endpoint, 'V_3', { rendering_speed: 'BALANCED' }, null],
    [`${endpoint} with a style reference`, endpoint, 'V_3', { style_reference_images: true }, 0.06],
    [`${endpoint} with a custom model`, endpoint, 'V_3', { custom_model_uri: 'model/m/version/1' }, null],
  ]),
  ...['generate-v3', 'remix-v3', 'edit-v3'].flatMap((endpoint): Row[] => [
    [`${endpoint} with a character`, endpoint, 'V_3', reference, 0.15],
    [`${endpoint} turbo with a character`, endpoint, 'V_3', { ...turbo, ...reference }, 0.1],
    [`${endpoint} quality with a character`, endpoint, 'V_3', { ...quality, ...reference }, 0.2],
    [`${endpoint} flash with a character`, endpoint, 'V_3', { ...flash, ...reference }, null],
  ]),
  [
    'custom, turbo, with a character',
    'generate-v3',
    'V_3',
    { custom_model_uri: 'm', ...turbo, ...reference },
    null,
  ],
  ...['generate-v4', 'remix-v4'].flatMap((endpoint): Row[] => [
    [endpoint, endpoint, 'V_4', {}, 0.06],
    [`${endpoint} turbo`, endpoint, 'V_4', turbo, 0.03],
    [`${endpoint} quality`, endpoint, 'V_4', quality, 0.1],
    [`${endpoint} flash`, endpoint, 'V_4', flash, null],
    [`${endpoint} with a custom model`, endpoint, 'V_4', { custom_model_uri: 'model/m/version/1' }, null],
  ]),
  ['transparent V_3', 'generate-transparent-v3', 'V_3', {}, 0.07],
  ['transparent V_3 default', 'generate-transparent-v3', 'V_3', { rendering_speed: 'DEFAULT' }, 0.07],
  ['transparent V_3 turbo', 'generate-transparent-v3', 'V_3', turbo, null],
  ['transparent V_3 X1', 'generate-transparent-v3', 'V_3', { upscale_factor: 'X1' }, 0.07],
  ['transparent V_3 X2', 'generate-transparent-v3', 'V_3', { upscale_factor: 'X2' }, null],
  ['transparent V_4', 'generate-transparent-v4', 'V_4', {}, 0.06],
  ['transparent V_4 quality', 'generate-transparent-v4', 'V_4', quality, null],
  ['transparent V_4 of a size', 'generate-transparent-v4', 'V_4', { output_resolution: '1K' }, null],
  ...legacy('generate-legacy', ALL_LEGACY),
  ...legacy('remix-legacy', ALL_LEGACY),
  ...legacy('edit-legacy', ['V_2', 'V_2_TURBO']),
  ...legacy('reframe-legacy', ['V_2', 'V_2_TURBO', 'V_2A', 'V_2A_TURBO']),
  ['an edit of the whole image', 'edit-whole', undefined, {}, 0.2],
  ['a model nobody knows', 'generate-legacy', 'V_9', {}, null],
];

const PER_INPUT: readonly Row[] = [
  ['upscale', 'upscale', undefined, {}, 0.06],
  ['upscale of four', 'upscale', undefined, { num_images: 4 }, 0.06],
  ['describe', 'describe', 'V_3', {}, 0.01],
  ['describe V_2', 'describe', 'V_2', {}, 0.01],
  ['remove-background', 'remove-background', undefined, {}, 0.01],
  ['remove-object', 'remove-object', undefined, {}, 0.03],
  ['layerize', 'layerize', 'V_3', {}, 0.09],
  ['describe V_4', 'describe-v4', 'V_4', {}, null],
  ['magic-prompt', 'magic-prompt', 'V_4', {}, null],
  ['an endpoint nobody knows', 'paint', 'V_9', {}, null],
];

const PRICES = [...PER_IMAGE, ...PER_INPUT];

describe('one image', () => {
  it.each(PRICES)('%s', (_what, endpoint, model, fields, usd) => {
    expect(estimateCost({ endpoint, model, images: 1, fields }).usd).toBe(usd);
  });

  it('has a row above for every endpoint, with every model of it', () => {
    const rows = PRICES.map(([, endpoint, model]) => `${endpoint} ${model}`);
    for (const { name, models } of COMMANDS.flatMap(({ endpoints }) => endpoints)) {
      for (const model of models.length > 0 ? models : [undefined])
        expect(rows).toContain(`${name} ${model}`);
    }
  });
});

describe('several images', () => {
  it.each<[number, string, string, Record<string, unknown>, number]>([
    [3, 'generate-v3', 'V_3', { ...turbo, ...reference }, 0.3],
    [3, 'generate-legacy', 'V_2A_TURBO', {}, 0.075],
    [7, 'remix-legacy', 'V_2A_TURBO', {}, 0.175],
    [8, 'reframe-v3', 'V_3', {}, 0.48],
    [6, 'edit-v3', 'V_3', quality, 0.54],
    [7, 'edit-legacy', 'V_2_TURBO', {}, 0.35],
    [0, 'generate-v3', 'V_3', {}, 0],
  ])('%i by %s with %s %j: $%d', (images, endpoint, model, fields, usd) => {
    expect(estimateCost({ endpoint, model, images, fields }).usd).toBe(usd);
  });

  it('cost what one costs so many times, without the dust of binary fractions', () => {
    const priced = PER_IMAGE.filter((row) => row[4] !== null);
    fc.assert(
      fc.property(
        fc.constantFrom(...priced),
        fc.integer({ min: 1, max: 1000 }),
        ([, endpoint, model, fields, one], images) => {
          const { usd } = estimateCost({ endpoint, model, images, fields });
          expect(usd).toBe((Math.round((one ?? 0) * 1000) * images) / 1000);
        },
      ),
    );
  });

  it.each(PER_INPUT)('cost no more where the input is charged: %s', (_what, endpoint, model, fields, one) => {
    for (const images of [0, 1, 4]) {
      expect(estimateCost({ endpoint, model, images, fields }).usd).toBe(one);
    }
  });
});

describe('the basis', () => {
  it.each<[string, string, string | undefined, Record<string, unknown>, string]>([
    [
      'says count, price, what and the day',
      'generate-v3',
      'V_3',
      {},
      'estimate: 2 x $0.06 for V_3 DEFAULT, prices of 2026-10-10',
    ],
    ['names the speed', 'remix-v4', 'V_4', turbo, 'estimate: 2 x $0.03 for V_4 TURBO, prices of 2026-10-10'],
    [
      'names the character',
      'edit-v3',
      'V_3',
      reference,
      'estimate: 2 x $0.15 for V_3 DEFAULT with a character reference, prices of 2026-10-10',
    ],
    ['names the model', 'generate-legacy', 'V_2A', {}, 'estimate: 2 x $0.04 for V_2A, prices of 2026-10-10'],
    [
      'names what is transparent',
      'generate-transparent-v3',
      'V_3',
      {},
      'estimate: 2 x $0.07 for V_3 DEFAULT, transparent, prices of 2026-10-10',
    ],
    [
      'doubts the price of an edit without a mask',
      'edit-whole',
      undefined,
      {},
      'estimate: 2 x $0.20 for an edit of the whole image (unverified), prices of 2026-10-10',
    ],
    [
      'says that the input is charged, and whose figure it is',
      'upscale',
      undefined,
      {},
      'estimate: 1 x $0.06 for an image handed to upscale (third-party figure), prices of 2026-10-10',
    ],
    [
      'doubts the price of describe',
      'describe',
      'V_2',
      {},
      'estimate: 1 x $0.01 for an image handed to describe (third-party figure, unverified), prices of 2026-10-10',
    ],
    ['says that there is no price', 'remix-legacy', 'V_1', {}, 'no public price is known for V_1'],
    [
      'says so of describe with V_4',
      'describe-v4',
      'V_4',
      {},
      'no public price is known for describe with V_4',
    ],
    ['says what is reported of magic-prompt', 'magic-prompt', 'V_4', {}, 'reported to be free, unverified'],
    [
      'says that a custom model has none',
      'generate-v3',
      'V_3',
      { custom_model_uri: 'm' },
      'no public price is known for custom models',
    ],
    [
      'says that what is enlarged has none',
      'generate-transparent-v3',
      'V_3',
      { upscale_factor: 'X4' },
      'no public price is known for V_3, transparent, enlarged',
    ],
    [
      'says that what has a size has none',
      'generate-transparent-v4',
      'V_4',
      { output_resolution: '8K' },
      'no public price is known for V_4, transparent, in a size of your own',
    ],
    [
      'says that a speed has none',
      'generate-transparent-v4',
      'V_4',
      turbo,
      'no public price is known for V_4 TURBO, transparent',
    ],
    ['names an endpoint that is new', 'paint', undefined, {}, 'no public price is known for paint'],
  ])('%s', (_what, endpoint, model, fields, words) => {
    expect(estimateCost({ endpoint, model, images: 2, fields }).basis).toBe(words);
  });

  it('is dated', () => {
    expect(PRICES_OF).toBe('2026-10-10');
  });
});

describe('the range of a price', () => {
  it.each<[string, string | undefined, string]>([
    ['generate-v3', 'V_3', '$0.03 to $0.09 an image; with a character reference $0.10 to $0.20'],
    ['reframe-v3', 'V_3', '$0.03 to $0.09 an image'],
    ['generate-v4', 'V_4', '$0.03 to $0.10 an image'],
    ['edit-legacy', 'V_2', '$0.08 an image'],
    ['reframe-legacy', 'V_2A_TURBO', '$0.025 an image'],
    ['generate-legacy', 'V_1', 'not public'],
    ['generate-transparent-v3', 'V_3', '$0.07 an image (default options)'],
    ['edit-whole', undefined, '$0.20 an image (unverified)'],
    ['upscale', undefined, '$0.06 an image handed in (third-party figure)'],
    ['layerize', 'V_3', '$0.09 an image handed in'],
    ['magic-prompt', 'V_4', 'reported to be free, unverified'],
    ['paint', undefined, 'not public'],
  ])('%s with %s', (endpoint, model, line) => {
    expect(priceRange({ endpoint, model }).line).toBe(line);
  });

  it('has as its ends the least and the most that an image may cost', () => {
    for (const { name: endpoint, models } of COMMANDS.flatMap(({ endpoints }) => endpoints)) {
      for (const model of models.length > 0 ? models : [undefined]) {
        const known = PRICES.filter((row) => row[1] === endpoint && row[2] === model)
          .map((row) => row[4])
          .filter((usd) => usd !== null);
        const { from, to, per } = priceRange({ endpoint, model });
        expect([endpoint, from, to]).toEqual([
          endpoint,
          known.length > 0 ? Math.min(...known) : null,
          known.length > 0 ? Math.max(...known) : null,
        ]);
        const isInput = PER_INPUT.some((row) => row[1] === endpoint);
        expect([endpoint, per]).toEqual([endpoint, from === null ? null : isInput ? 'input' : 'image']);
      }
    }
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
