/** Every field of the program against the API's own description of it: the same kinds, values, limits and defaults. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Endpoint, EndpointField, PaletteType } from '../../src/endpoints/define.js';
import { COMMANDS } from '../../src/endpoints/index.js';
import { readValue } from '../../src/endpoints/values.js';
import { ELSEWHERE, STRICTER } from './differences.js';
import { follow, present, propertyOf, type Schema, title } from './facts.js';

const sorted = (names: Iterable<string>): string[] => [...names].sort();
const typesOf = ({ type }: Schema): unknown[] => [type].flat().filter((name) => name !== 'null');

const endpoints = COMMANDS.flatMap((spec) => spec.endpoints);
const fields = endpoints.flatMap((endpoint) => endpoint.fields.map((field) => ({ endpoint, field })));
const palettes = fields.flatMap(({ endpoint, field }) =>
  field.type.kind === 'palette' ? [{ endpoint, field, type: field.type }] : [],
);

/** The program need not name every default, but what it names must be true. */
const defaults = fields.filter(({ field }) => field.apiDefault !== undefined);

function expectSameField(endpoint: Endpoint, { type, wire }: EndpointField, schema: Schema): void {
  const stricter = STRICTER[endpoint.path]?.[wire] !== undefined;
  switch (type.kind) {
    case 'integer':
      expect(typesOf(schema)).toEqual(['integer']);
      expect([schema.minimum, schema.maximum]).toEqual(
        stricter ? [undefined, undefined] : [type.min, type.max],
      );
      return;
    case 'choice':
      expect(new Set(type.choices).size).toBe(type.choices.length);
      expect(typesOf(schema)).toEqual(['string']);
      expect(sorted(type.choices)).toEqual(sorted(schema.enum ?? []));
      return;
    case 'prompt':
      expect(schema).toEqual({ type: 'string' });
      return;
    case 'text':
      expect([typesOf(schema), schema.enum, schema.format]).toEqual([['string'], undefined, undefined]);
      expect(schema.pattern).toBe(stricter ? undefined : type.pattern?.source);
      return;
    case 'text-list': {
      const item = follow(schema.items);
      expect([typesOf(schema), typesOf(item)]).toEqual([['array'], ['string']]);
      expect([type.pattern.source, type.pattern.flags]).toEqual([item.pattern, '']);
      return;
    }
    case 'switch':
      expect(typesOf(schema)).toEqual(['boolean']);
      return;
    case 'palette':
      expectSamePalette(type, schema);
      return;
    case 'json-prompt':
      // Its insides: the next tests.
      expect(typesOf(schema)).toEqual(['object']);
      return;
    case 'image':
    case 'images':
    case 'mask':
      expectSameFiles(endpoint, wire, schema);
      return;
    case 'shape':
    case 'mask-rects':
    case 'file':
      throw new Error(`${type.kind} is nothing that is sent`);
  }
}

const BINARY = { type: 'string', format: 'binary' };

/** One file, or a list; several fields may fill one list. */
function expectSameFiles(endpoint: Endpoint, wire: string, schema: Schema): void {
  const types = endpoint.fields.filter((field) => field.wire === wire).map(({ type }) => type);
  const counts = types.map((type) => (type.kind === 'images' ? type.maxCount : 1));
  if (schema.type !== 'array') {
    expect([schema, types.length, types[0]?.kind === 'images']).toEqual([BINARY, 1, false]);
    return;
  }
  expect(schema.items).toEqual(BINARY);
  const unlimited = counts.includes(undefined);
  const sum = counts.reduce<number>((total, count = 0) => total + count, 0);
  expect(unlimited ? undefined : sum).toBe(schema.maxItems);
}

function paletteSchemas(schema: Schema): { name: Schema; members: Schema; member: Schema } {
  const forms = (schema.oneOf ?? []).map((form) => follow(form).properties ?? {});
  const name = follow(forms.find((form) => form.name)?.name);
  const members = follow(forms.find((form) => form.members)?.members);
  return { name, members, member: follow(members.items) };
}

function expectSamePalette(type: PaletteType, schema: Schema): void {
  const { name, members, member } = paletteSchemas(schema);
  expect(sorted(type.presets)).toEqual(sorted(name.enum ?? []));
  expect([members.minItems, members.maxItems]).toEqual([1, type.maxMembers]);
  const { minimum, maximum } = follow(member.properties?.color_weight);
  expect([minimum, maximum]).toEqual([type.minWeight, type.maxWeight]);
  expect(member.required).toEqual(['color_hex']);
}

describe.skipIf(!present)(title, () => {
  it.each(fields)(
    '$endpoint.name: $field.wire has the same kind, values and limits',
    ({ endpoint, field }) => {
      expectSameField(endpoint, field, propertyOf(endpoint, field));
    },
  );

  it.each(defaults)('$endpoint.name: $field.wire has the same default', ({ endpoint, field }) => {
    const known = propertyOf(endpoint, field).default ?? ELSEWHERE[endpoint.path]?.[field.wire];
    expect(readValue(field.type, 'the default', field.apiDefault)).toBe(known);
  });

  it('a default from elsewhere is one that the description does not have', () => {
    const used = defaults.filter(({ endpoint, field }) => ELSEWHERE[endpoint.path]?.[field.wire]);
    for (const { endpoint, field } of used) expect(propertyOf(endpoint, field).default).toBeUndefined();
    expect(used.length).toBe(Object.values(ELSEWHERE).flatMap((each) => Object.keys(each)).length);
  });

  it.each(palettes)(
    '$endpoint.name: $field.wire takes exactly the colours of the pattern',
    ({ endpoint, field, type }) => {
      const { member } = paletteSchemas(propertyOf(endpoint, field));
      const pattern = new RegExp(member.properties?.color_hex?.pattern ?? '(?!)');
      const near = fc.string({ unit: fc.constantFrom(...'#09afAFgG '), minLength: 3, maxLength: 8 });
      const digits = fc.string({ unit: fc.constantFrom(...'09afAF'), minLength: 2, maxLength: 10 });
      fc.assert(
        fc.property(
          fc.oneof(
            near,
            digits.map((hex) => `#${hex}`),
          ),
          (color_hex) => {
            const palette = { members: [{ color_hex }] };
            if (pattern.test(color_hex)) expect(readValue(type, '--it', palette)).toEqual(palette);
            else expect(() => readValue(type, '--it', palette)).toThrow(color_hex);
          },
        ),
      );
    },
  );
});

it('has endpoints and fields of every kind to look at', () => {
  const kinds = new Set(fields.map(({ field }) => field.type.kind));
  expect(sorted(kinds)).toEqual([
    'choice',
    'image',
    'images',
    'integer',
    'json-prompt',
    'mask',
    'palette',
    'prompt',
    'switch',
    'text',
    'text-list',
  ]);
  expect(defaults.length).toBeGreaterThan(10);
});
