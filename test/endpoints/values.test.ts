/** What was typed for an option, and the value that is sent for it: every accepted spelling, every refusal with the valid values. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type {
  ChoiceType,
  CommandSpec,
  FieldType,
  IntegerType,
  PaletteType,
} from '../../src/endpoints/define.js';
import * as fields from '../../src/endpoints/fields/index.js';
import { COMMANDS } from '../../src/endpoints/index.js';
import { nearestSize } from '../../src/endpoints/nearest-size.js';
import type { Palette } from '../../src/endpoints/palette.js';
import { modelsOf } from '../../src/endpoints/survey.js';
import { type FieldValue, readValue } from '../../src/endpoints/values.js';
import { CliError } from '../../src/errors.js';
import type { Length, MaskRect } from '../../src/files/mask-rect.js';

const LABEL = '--it';

const seed = fields.seed.type;
const ratio = fields.aspectRatio.type;
const size = fields.resolution.type;
const speed = fields.renderingSpeed.type;
const preset = fields.stylePreset.type;
const prompt = fields.prompt.type;
const uri = fields.customModelUri.type;
const codes = fields.styleCode.type;
const toggle = fields.enableCopyrightDetection.type;
const palette = fields.colorPalette.type as PaletteType;
const images = fields.styleReference.type;
const oneImage = fields.characterReference.type;
const further = fields.reference.type;
const image = fields.image.type;
const mask = fields.mask.type;
const structured = fields.jsonPrompt.type;
const shape = fields.shape.type;
const rects = fields.maskRect.type;
const file = fields.saveMask.type;
const withAuto: ChoiceType = { kind: 'choice', spelling: 'pair', choices: ['AUTO', '16x9'] };
const factor = fields.upscaleFactor.type;

/** A rectangle as it is read of these four. */
function rect(typed: string, ...lengths: readonly [number, 'px' | '%'][]): MaskRect {
  const [x, y, width, height] = lengths.map(([amount, unit]) => ({ amount, unit })) as Length[];
  return { label: LABEL, typed, x, y, width, height } as MaskRect;
}

/** A refusal as the user reads it: message and hint. */
function refusal(type: FieldType, typed: unknown): string {
  try {
    const value = readValue(type, LABEL, typed);
    throw new Error(`taken as ${JSON.stringify(value)}`);
  } catch (thrown) {
    if (!(thrown instanceof CliError)) throw thrown;
    expect([thrown.code, thrown.billed]).toEqual(['bad_input', 'no']);
    expect(thrown.message).toContain(LABEL);
    return `${thrown.message}\n${thrown.hint ?? ''}`;
  }
}

describe('accepted', () => {
  it.each<[string, FieldType, unknown, FieldValue]>([
    ['the smallest number', seed, '0', 0],
    ['the largest number', seed, '2147483647', 2_147_483_647],
    ['spaces around a number', seed, ' 7 ', 7],
    ['a plus sign', seed, '+7', 7],
    ['leading zeros', seed, '007', 7],
    ['minus zero is zero', seed, '-0', 0],
    ['a number from a program', seed, 42, 42],
    ['a ratio with a colon', ratio, '16:9', '16x9'],
    ['a ratio with an x', ratio, '16x9', '16x9'],
    ['a ratio with a capital X', ratio, '16X9', '16x9'],
    ['a ratio with a times sign', ratio, '16×9', '16x9'],
    ['a ratio with a slash', ratio, '16/9', '16x9'],
    ['a ratio with spaces', ratio, ' 16 : 9 ', '16x9'],
    ['a ratio in the legacy spelling', ratio, 'aspect_16_9', '16x9'],
    ['the other way round is another ratio', ratio, '9:16', '9x16'],
    ['a size', size, '1280x768', '1280x768'],
    ['a size with a star', size, '1280*768', '1280x768'],
    ['a size in the legacy spelling', size, 'RESOLUTION_1280_768', '1280x768'],
    ['a word as it is', speed, 'TURBO', 'TURBO'],
    ['a word in small letters', speed, 'turbo', 'TURBO'],
    ['a word in mixed case', speed, 'tUrBo', 'TURBO'],
    ['words joined by hyphens', preset, 'oil-painting', 'OIL_PAINTING'],
    ['words joined by spaces', preset, ' Oil Painting ', 'OIL_PAINTING'],
    ['words not joined at all', preset, '80sillustration', '80S_ILLUSTRATION'],
    ['text with spaces at its ends, kept', prompt, '  a fox\n', '  a fox\n'],
    ['text with a pattern, trimmed', uri, ' model/mine/version/2 ', 'model/mine/version/2'],
    ['one code', codes, '0a1b2c3d', ['0a1b2c3d']],
    ['several codes', codes, ['0a1b2c3d', ' FFFFFFFF'], ['0a1b2c3d', 'FFFFFFFF']],
    ['a switch that is on', toggle, true, true],
    ['a switch that is off', toggle, false, false],
    ['a palette by name', palette, 'ember', { name: 'EMBER' }],
    ['a palette by name, as JSON', palette, '{"name":"Ember"}', { name: 'EMBER' }],
    ['one colour', palette, '#FF6600', { members: [{ color_hex: '#FF6600' }] }],
    ['one colour without its #', palette, 'f60', { members: [{ color_hex: '#f60' }] }],
    [
      'colours with weights',
      palette,
      '#FF6600:0.7, 003366:.05,#fff:1',
      {
        members: [
          { color_hex: '#FF6600', color_weight: 0.7 },
          { color_hex: '#003366', color_weight: 0.05 },
          { color_hex: '#fff', color_weight: 1 },
        ],
      },
    ],
    [
      'colours as JSON',
      palette,
      ' {"members":[{"color_hex":"#FF6600","color_weight":0.5}]}',
      { members: [{ color_hex: '#FF6600', color_weight: 0.5 }] },
    ],
    ['colours as a JSON list', palette, '[{"color_hex":"#FF6600"}]', { members: [{ color_hex: '#FF6600' }] }],
    [
      'colours from a program',
      palette,
      { members: [{ color_hex: '#FF6600' }] },
      { members: [{ color_hex: '#FF6600' }] },
    ],
    [
      'eight colours',
      palette,
      Array(8).fill('#fff').join(),
      { members: Array(8).fill({ color_hex: '#fff' }) },
    ],
    ['one image', images, 'a.png', ['a.png']],
    ['several images', images, ['a.png', ' b.png'], ['a.png', ' b.png']],
    ['exactly one image, where one is taken', oneImage, ['a.png'], ['a.png']],
    ['nine images, where nine are taken', further, Array(9).fill('a.png'), Array(9).fill('a.png')],
    ['an image, its name as it is', image, ' a b.png', ' a b.png'],
    ['a mask from standard input', mask, '-', '-'],
    ['a file', file, './m.png', './m.png'],
    ['a file that holds a structured prompt', structured, 'fox.json', 'fox.json'],
    ['a structured prompt from a program', structured, { a: { b: [1] } }, { a: { b: [1] } }],
    ['a word among pairs', withAuto, 'auto', 'AUTO'],
    ['a pair beside a word', withAuto, '16:9', '16x9'],
    ['a factor', factor, 'x2', 'X2'],
    ['a shape with a colon', shape, '16:9', 16 / 9],
    ['a shape with an x', shape, '4x5', 4 / 5],
    ['a shape with a times sign and spaces', shape, ' 4 × 5 ', 4 / 5],
    ['a shape with a slash', shape, '3/1', 3],
    ['a shape with fractions', shape, '2.35:1.0', 2.35],
    ['a shape in pixels', shape, '1920:1080', 16 / 9],
    [
      'a part of an image in pixels',
      rects,
      '1,2,3,4',
      [rect('1,2,3,4', [1, 'px'], [2, 'px'], [3, 'px'], [4, 'px'])],
    ],
    [
      'several parts, in both units',
      rects,
      ['50%,0,50%,12.5%', '1px,2,3,4'],
      [
        rect('50%,0,50%,12.5%', [50, '%'], [0, 'px'], [50, '%'], [12.5, '%']),
        rect('1px,2,3,4', [1, 'px'], [2, 'px'], [3, 'px'], [4, 'px']),
      ],
    ],
  ])('%s', (_what, type, typed, wanted) => {
    expect(readValue(type, LABEL, typed)).toEqual(wanted);
  });

  it('minus zero is not sent as -0', () => {
    expect(Object.is(readValue(seed, LABEL, '-0'), 0)).toBe(true);
  });
});

describe('refused, with what is valid', () => {
  const number = 'a whole number from 0 to 2147483647.';
  const shapes = '1:3, 3:1, 1:2, 2:1, 9:16, 16:9, 10:16, 16:10, 2:3, 3:2, 3:4, 4:3, 4:5, 5:4, 1:1.';
  const speeds = 'FLASH, TURBO, DEFAULT, QUALITY.';
  const weights = 'a number from 0.05 to 1';
  const presets = 'EMBER, FRESH, JUNGLE, MAGIC, MELON, MOSAIC, PASTEL, ULTRAMARINE';
  it.each<[string, FieldType, unknown, string]>([
    ['a number below', seed, '-1', number],
    ['a number above', seed, '2147483648', number],
    ['a number far above', seed, '9'.repeat(400), number],
    ['a fraction', seed, '1.5', number],
    ['an exponent', seed, '1e3', number],
    ['a hexadecimal number', seed, '0x10', number],
    ['a word for a number', seed, 'abc', number],
    ['nothing for a number', seed, '', number],
    ['a space for a number', seed, ' ', number],
    ['two numbers', seed, '1 2', number],
    ['digits of another script', seed, '٣', number],
    ['what is not a number, from a program', seed, Number.NaN, number],
    ['an unknown ratio', ratio, '16:8', shapes],
    ['a ratio that is only equal in value', ratio, '32:18', shapes],
    ['half a ratio', ratio, '16', shapes],
    ['a ratio of three', ratio, '16:9:1', shapes],
    ['a ratio as a fraction', ratio, '1.77', shapes],
    ['nothing for a ratio', ratio, '', shapes],
    ['an unknown size', size, '1000x1000', '1280x768'],
    ['a ratio for a size', size, '16:9', '1280x768'],
    ['an unknown word', speed, 'fast', speeds],
    ['a word cut short', speed, 'turb', speeds],
    ['two words', speed, 'turbo, flash', speeds],
    ['nothing for a word', speed, '', speeds],
    ['only separators', speed, '-_-', speeds],
    ['an unknown preset', preset, 'oil', 'OIL_PAINTING'],
    ['an empty text', prompt, '', 'is empty'],
    ['a blank text', prompt, ' \n\t', 'is empty'],
    ['a text of another form', uri, 'mine', 'model/<name>/version/<number>.'],
    ['a version without a number', uri, 'model/mine/version/', 'model/<name>/version/<number>.'],
    ['a name of two parts', uri, 'model/a/b/version/1', 'model/<name>/version/<number>.'],
    ['an empty text with a form', uri, ' ', 'is empty'],
    ['a code too short', codes, '0a1b2c3', '8 hexadecimal digits'],
    ['a code too long', codes, '0a1b2c3d4', '8 hexadecimal digits'],
    ['a code with another letter', codes, '0a1b2c3g', '8 hexadecimal digits'],
    ['two codes in one', codes, '0a1b2c3d,FFFFFFFF', '8 hexadecimal digits'],
    ['one bad code among good ones', codes, ['0a1b2c3d', 'x'], '8 hexadecimal digits'],
    ['a word for a switch', toggle, 'yes', 'true, false.'],
    ['a number for a switch', toggle, 1, 'true, false.'],
    ['an unknown palette', palette, 'sunset', presets],
    ['nothing for a palette', palette, '', presets],
    ['an unknown palette, as JSON', palette, '{"name":"sunset"}', presets],
    ['two digits of a colour', palette, '#ff', '#FF6600:0.7'],
    ['four digits of a colour', palette, '#ffff', '#RGB or #RRGGBB'],
    ['nine digits of a colour', palette, '[{"color_hex":"#fff000fff"}]', '#RGB or #RRGGBB'],
    ['a bad second colour', palette, '#fff,#ggg', '#RGB or #RRGGBB'],
    ['a colour that is missing between commas', palette, '#fff,,#000', '#RGB or #RRGGBB'],
    ['a colour without its # in JSON', palette, '[{"color_hex":"fff"}]', '#RGB or #RRGGBB'],
    ['a colour that is no text', palette, '[{"color_hex":5}]', '#RGB or #RRGGBB'],
    ['a member that is no object', palette, '["#fff"]', '#RGB or #RRGGBB'],
    ['a member that is null', palette, '[null]', '#RGB or #RRGGBB'],
    ['weight 0', palette, '#fff:0', weights],
    ['a weight below', palette, '#fff:0.049', weights],
    ['a weight above', palette, '#fff:1.01', weights],
    ['a negative weight', palette, '#fff:-1', weights],
    ['a weight that is missing', palette, '#fff:', weights],
    ['a weight that is a word', palette, '#fff:half', weights],
    ['two weights', palette, '#fff:0.5:0.7', weights],
    ['a weight that is a text in JSON', palette, '[{"color_hex":"#fff","color_weight":"0.5"}]', weights],
    ['a weight that is null', palette, '[{"color_hex":"#fff","color_weight":null}]', weights],
    ['nine colours', palette, Array(9).fill('#fff').join(), '1 to 8 colours'],
    ['no colours', palette, '{"members":[]}', '1 to 8 colours'],
    ['members that are no list', palette, '{"members":5}', '1 to 8 colours'],
    ['an empty object', palette, '{}', '1 to 8 colours'],
    [
      'both name and members',
      palette,
      '{"name":"EMBER","members":[{"color_hex":"#fff"}]}',
      'Use one of them',
    ],
    [
      'a misspelt field of a palette',
      palette,
      '{"members":[{"color_hex":"#fff"}],"nane":1}',
      'name, members.',
    ],
    ['a misspelt weight', palette, '[{"color_hex":"#fff","weight":0.5}]', 'color_hex, color_weight.'],
    ['broken JSON', palette, '{"members":', 'looks like JSON but is not'],
    ['an empty name of an image', images, '', 'is empty'],
    ['an empty name among others', images, ['a.png', ''], 'is empty'],
    ['two images, where one is taken', oneImage, ['a.png', 'b.png'], 'exactly one'],
    ['ten images, where nine are taken', further, Array(10).fill('a.png'), 'at most 9'],
    ['an empty name of the image', image, '', 'is empty'],
    ['a blank name of the image', image, ' ', 'is empty'],
    ['a number for an image', image, 5, 'text.'],
    ['an empty name of the mask', mask, '', 'is empty'],
    ['an empty name of a file', file, '', 'is empty'],
    ['a list for a file', file, ['a'], 'text.'],
    ['no text for a prompt', prompt, null, 'text.'],
    ['an empty prompt, with what to say', prompt, '', 'Say what the picture shows'],
    ['an empty name of a structured prompt', structured, '', 'is empty'],
    ['a number for a structured prompt', structured, 5, 'text.'],
    ['null for a structured prompt', structured, null, 'text.'],
    ['a list for a structured prompt', structured, [{}], 'text.'],
    ['a word that is not among pairs', withAuto, 'aut', 'AUTO, 16:9.'],
    ['a factor without its X', factor, '2', 'X1, X2, X4.'],
    ['half a shape', shape, '16', '16:9, 4:5, 2.35:1.'],
    ['a shape of three', shape, '16:9:1', '16:9, 4:5, 2.35:1.'],
    ['a shape without width', shape, '0:9', '16:9, 4:5, 2.35:1.'],
    ['a shape without height', shape, '16:0', '16:9, 4:5, 2.35:1.'],
    ['a shape of words', shape, 'wide', '16:9, 4:5, 2.35:1.'],
    ['a negative shape', shape, '-16:9', '16:9, 4:5, 2.35:1.'],
    ['a shape beyond all numbers', shape, `${'9'.repeat(400)}:1`, '16:9, 4:5, 2.35:1.'],
    ['nothing for a shape', shape, '', '16:9, 4:5, 2.35:1.'],
    ['three numbers for a part', rects, '1,2,3', '100,200,300,400'],
    ['one bad part among good ones', rects, ['1,2,3,4', '1,2,3,0'], 'its height is 0'],
  ])('%s', (_what, type, typed, valid) => {
    expect(refusal(type, typed)).toContain(valid);
  });
});

/** Every list of choices there is: of every field of every endpoint, and the models of every command. */
const choiceTypes: readonly (readonly [string, ChoiceType])[] = COMMANDS.flatMap((spec) => [
  ...modelChoice(spec),
  ...spec.endpoints.flatMap((endpoint) =>
    endpoint.fields.flatMap(({ wire, type }) =>
      type.kind === 'choice' ? [[`${endpoint.name}: ${wire}`, type] as const] : [],
    ),
  ),
]);

/** Three commands have no models to choose from. */
function modelChoice(spec: CommandSpec): (readonly [string, ChoiceType])[] {
  const choices = modelsOf(spec);
  return choices.length === 0 ? [] : [[`${spec.name}: model`, { kind: 'choice', spelling: 'word', choices }]];
}

const integerTypes: readonly (readonly [string, IntegerType])[] = COMMANDS.flatMap((spec) =>
  spec.endpoints.flatMap((endpoint) =>
    endpoint.fields.flatMap(({ wire, type }) =>
      type.kind === 'integer' ? [[`${endpoint.name}: ${wire}`, type] as const] : [],
    ),
  ),
);

/** A word in another case, with other separators, in spaces: the meaning stays. */
function decorateWord(choice: string): fc.Arbitrary<string> {
  const letters = choice
    .split('')
    .map((letter) =>
      letter === '_'
        ? fc.constantFrom('_', '-', ' ', '', '--')
        : fc.constantFrom(letter, letter.toLowerCase()),
    );
  return around(fc.tuple(...letters).map((parts) => parts.join('')));
}

/** Two numbers, as people and both families of endpoints write them. */
function decoratePair(choice: string): fc.Arbitrary<string> {
  const [first, second] = choice.match(/\d+/g) ?? [];
  const prefix = fc.constantFrom('', 'ASPECT_', 'RESOLUTION_', 'aspect_', 'Resolution_');
  const between = fc.constantFrom(':', 'x', 'X', '×', '*', '_', '/', ' : ', ' x ');
  return around(fc.tuple(prefix, between).map(([before, middle]) => `${before}${first}${middle}${second}`));
}

function around(text: fc.Arbitrary<string>): fc.Arbitrary<string> {
  const space = fc.constantFrom('', ' ', '\t', '\n');
  return fc.tuple(space, text, space).map((parts) => parts.join(''));
}

describe.each(choiceTypes)('%s', (_name, type) => {
  // A word stands also among pairs: AUTO.
  const decorate = (choice: string) => (/^\D+$/.test(choice) ? decorateWord : decorateAny)(choice);
  const decorateAny = type.spelling === 'pair' ? decoratePair : decorateWord;

  it('finds every choice by its own spelling: no two of them are the same to the reader', () => {
    expect(type.choices.map((choice) => readValue(type, LABEL, choice))).toEqual([...type.choices]);
  });

  it('finds a choice in any case and with any separators', () => {
    const typed = fc
      .constantFrom(...type.choices)
      .chain((choice) => decorate(choice).map((text) => ({ choice, text })));
    fc.assert(
      fc.property(typed, ({ choice, text }) => {
        expect(readValue(type, LABEL, text)).toBe(choice);
      }),
    );
  });

  it('returns a choice or refuses, whatever is typed', () => {
    const pieces = fc.constantFrom(...type.choices, ...'x:_- 019aTVN', 'ASPECT_', '1024', 'İ', 'ß');
    const close = fc.array(pieces, { maxLength: 4 }).map((parts) => parts.join(''));
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), close), (text) => {
        let value: FieldValue | undefined;
        try {
          value = readValue(type, LABEL, text);
        } catch {
          expect(refusal(type, text)).toContain('Valid: ');
          return;
        }
        expect(type.choices).toContain(value);
      }),
    );
  });
});

describe.each(integerTypes)('%s', (_name, type) => {
  it('takes every whole number within the limits as itself', () => {
    fc.assert(
      fc.property(fc.integer({ min: type.min, max: type.max }), (number) => {
        expect(readValue(type, LABEL, String(number))).toBe(number);
        expect(readValue(type, LABEL, number)).toBe(number);
      }),
    );
  });

  it('refuses every number outside, and says the limits', () => {
    const outside = fc.oneof(fc.maxSafeInteger(), fc.constantFrom(type.min - 1, type.max + 1));
    fc.assert(
      fc.property(
        outside.filter((number) => number < type.min || number > type.max),
        (number) => {
          expect(refusal(type, String(number))).toContain(`from ${type.min} to ${type.max}.`);
        },
      ),
    );
  });

  it('returns a whole number within the limits or refuses, whatever is typed', () => {
    const typed = fc.oneof(fc.string(), fc.double(), fc.string({ unit: fc.constantFrom(...'0123.+-e ') }));
    fc.assert(
      fc.property(typed, (text) => {
        let value: FieldValue;
        try {
          value = readValue(type, LABEL, text);
        } catch {
          return;
        }
        expect(Number.isInteger(value) && Number(value) >= type.min && Number(value) <= type.max).toBe(true);
        expect(value).toBe(Number(text) + 0);
      }),
    );
  });
});

describe('palettes', () => {
  const digits = (length: number) =>
    fc.string({ unit: fc.constantFrom(...'0123456789abcdefABCDEF'), minLength: length, maxLength: length });
  const color_hex = fc.oneof(digits(3), digits(6)).map((hex) => `#${hex}`);
  const weight = fc.double({ min: palette.minWeight, max: palette.maxWeight, noNaN: true });
  const member = fc.oneof(fc.record({ color_hex }), fc.record({ color_hex, color_weight: weight }));
  const members = fc.array(member, { minLength: 1, maxLength: palette.maxMembers });

  it('a palette that was read is read again as itself, as object and as JSON', () => {
    const typed = fc.oneof(
      fc.constantFrom(...palette.presets).map((name) => name.toLowerCase()),
      members.map((list) => JSON.stringify({ members: list })),
      members.map((list) => JSON.stringify(list)),
    );
    fc.assert(
      fc.property(typed, (text) => {
        const read = readValue(palette, LABEL, text);
        expect(readValue(palette, LABEL, read)).toEqual(read);
        expect(readValue(palette, LABEL, JSON.stringify(read))).toEqual(read);
      }),
    );
  });

  it('colours in short form mean the same as in JSON', () => {
    const rounded = members.map((list) =>
      list.map((item) =>
        'color_weight' in item ? { ...item, color_weight: Number(item.color_weight.toFixed(2)) } : item,
      ),
    );
    fc.assert(
      fc.property(rounded, (list) => {
        const short = list
          .map((item) => ('color_weight' in item ? `${item.color_hex}:${item.color_weight}` : item.color_hex))
          .join(',');
        expect(readValue(palette, LABEL, short)).toEqual({ members: list });
      }),
    );
  });

  it('whatever is typed ends as a palette the API takes, or as a refusal', () => {
    const pieces = fc.constantFrom(
      '#',
      'fff',
      '0a1b2c',
      ':',
      ',',
      '0.5',
      '1',
      '-',
      'ember',
      '{',
      '}',
      '[',
      ']',
      '"',
    );
    const typed = fc.oneof(
      fc.array(pieces).map((parts) => parts.join('')),
      fc.string(),
    );
    fc.assert(
      fc.property(typed, (text) => {
        let value: FieldValue;
        try {
          value = readValue(palette, LABEL, text);
        } catch (thrown) {
          expect(thrown).toBeInstanceOf(CliError);
          return;
        }
        const read = value as Palette;
        if ('name' in read) {
          expect(palette.presets).toContain(read.name);
          return;
        }
        expect(read.members.length).toBeGreaterThan(0);
        expect(read.members.length).toBeLessThanOrEqual(palette.maxMembers);
        for (const { color_hex: hex, color_weight = 1 } of read.members) {
          expect(hex).toMatch(/^#([0-9a-f]{3}){1,2}$/i);
          expect(color_weight >= palette.minWeight && color_weight <= palette.maxWeight).toBe(true);
        }
      }),
    );
  });
});

describe('the size that is nearest to a shape', () => {
  const sizes = choiceTypes.filter(([name]) => name.endsWith(': resolution'));
  const apart = (choice: string, wanted: number): number => {
    const [width = 0, height = 0] = (choice.match(/\d+/g) ?? []).map(Number);
    return Math.abs(Math.log(width / height / wanted));
  };

  it.each(sizes)('%s: none is nearer, and of those as near none is larger', (_name, type) => {
    const ratio = fc.tuple(fc.integer({ min: 1, max: 4000 }), fc.integer({ min: 1, max: 4000 }));
    fc.assert(
      fc.property(ratio, ([across, down]) => {
        const { choice, width, height } = nearestSize(type, across / down);
        expect(type.choices).toContain(choice);
        expect(choice.match(/\d+/g)).toEqual([String(width), String(height)]);
        for (const other of type.choices) {
          const [a, b] = [apart(choice, across / down), apart(other, across / down)];
          expect(a).toBeLessThanOrEqual(b + 1e-9);
          if (Math.abs(a - b) > 1e-9) continue;
          const [otherWidth = 0, otherHeight = 0] = (other.match(/\d+/g) ?? []).map(Number);
          expect(width * height).toBeGreaterThanOrEqual(otherWidth * otherHeight);
        }
      }),
    );
  });

  it('twice as wide is as far away as half as wide', () => {
    const type: ChoiceType = { kind: 'choice', spelling: 'pair', choices: ['100x200', '200x100'] };
    expect(nearestSize(type, 1.01).choice).toBe('200x100');
    expect(nearestSize(type, 0.99).choice).toBe('100x200');
  });
});
