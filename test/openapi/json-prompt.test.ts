/** A structured prompt is checked by the API's own description of it: what it allows is taken, what it does not allow is refused. */
import { describe, expect, it } from 'vitest';
import { checkJsonPrompt } from '../../src/endpoints/json-prompt.js';
import type { JsonDocument } from '../../src/endpoints/values.js';
import { api, follow, mediaOf, present, type Schema, title } from './facts.js';

const body = present
  ? follow(
      mediaOf({ path: '/v1/ideogram-v4/generate', method: 'POST', encoding: { kind: 'multipart' } }).schema,
    )
  : {};
const schema = follow(body.properties?.json_prompt);

/** A value that the schema allows, with everything that may be in it. */
function fullest(form: Schema): unknown {
  const { type, properties = {}, items, oneOf, enum: words, pattern, minItems = 1, minimum } = follow(form);
  if (words) return words[0];
  if (type === 'object') {
    return Object.fromEntries(Object.entries(properties).map(([name, each]) => [name, fullest(each)]));
  }
  if (type === 'array') {
    const forms = follow(items).oneOf ?? Array.from({ length: minItems }, () => items ?? {});
    return forms.map(fullest);
  }
  if (type === 'integer') return minimum ?? 0;
  if (type === 'string') return pattern ? '#09afAF' : 'text';
  throw new Error(`nothing is known of ${JSON.stringify(oneOf ?? type)}`);
}

/** A place in the document, its schema, and whether it may be left out. */
interface Place {
  readonly path: readonly (string | number)[];
  readonly form: Schema;
  readonly required: boolean;
}

function placesIn(form: Schema, path: readonly (string | number)[] = []): Place[] {
  const { properties = {}, required = [], items } = follow(form);
  const inside = Object.entries(properties).map(([name, each]): Place => {
    return { path: [...path, name], form: follow(each), required: required.includes(name) };
  });
  const item = follow(items);
  const members = (item.oneOf ?? []).flatMap((each, index) => placesIn(each, [...path, index]));
  return [...inside.flatMap((place) => [place, ...placesIn(place.form, place.path)]), ...members];
}

/** The fullest document with another value at a place; undefined takes it out. */
function changed({ path }: Pick<Place, 'path'>, value: unknown): JsonDocument {
  const document = fullest(schema) as JsonDocument;
  const parent = path
    .slice(0, -1)
    .reduce<unknown>((at, name) => (at as Record<string, unknown>)[name], document) as object;
  Object.assign(parent, { [path.at(-1) ?? '']: value });
  return JSON.parse(JSON.stringify(document));
}

const check = (document: JsonDocument) => () => checkJsonPrompt('--json-prompt', document);

const places = present ? placesIn(schema).map((place) => ({ ...place, name: place.path.join('.') })) : [];
const lists = places.filter(({ form }) => form.type === 'array');

describe.skipIf(!present)(title, () => {
  it('the fullest document is taken, and so is one with names that are not known', () => {
    expect(check(fullest(schema) as JsonDocument)).not.toThrow();
    expect(check(changed({ path: ['new_name'] }, { x: 1 }))).not.toThrow();
  });

  it.each(places)('$name may be left out: $required is whether not', ({ path, required }) => {
    const without = check(changed({ path }, undefined));
    if (required) expect(without).toThrow('is missing');
    else expect(without).not.toThrow();
  });

  it.each(places)('$name has one kind of value', ({ path, form }) => {
    const others = { string: {}, object: 'text', array: {} }[String(form.type)];
    for (const other of [7, true, null, others]) {
      expect(check(changed({ path }, other))).toThrow('is not valid');
    }
  });

  describe.each(places.filter(({ form }) => form.type === 'object'))('$name', ({ path }) => {
    it('is no list', () => {
      expect(check(changed({ path }, []))).toThrow();
    });
  });

  it.each(lists)('$name has members of one kind, as many as the API says', ({ path, form }) => {
    const item = follow(form.items);
    const { minItems = 0, maxItems = 3, minimum, maximum } = { ...form, ...item };
    const member = fullest({ ...form, minItems: 1, maxItems: 1 }) as unknown[];
    const many = (count: number) =>
      changed(
        { path },
        Array.from({ length: count }, () => member[0]),
      );
    for (const count of [minItems, maxItems]) expect(check(many(count))).not.toThrow();
    if (form.minItems) expect(check(many(minItems - 1))).toThrow('is not valid');
    if (form.maxItems) expect(check(many(maxItems + 1))).toThrow('is not valid');
    const all = (value: unknown) =>
      changed(
        { path },
        Array.from({ length: minItems || 1 }, () => value),
      );
    expect(check(all(null))).toThrow(/is not valid|is missing/);
    if (minimum !== undefined && maximum !== undefined) {
      for (const end of [minimum, maximum]) expect(check(all(end))).not.toThrow();
      for (const beyond of [minimum - 1, maximum + 1, 0.5]) expect(check(all(beyond))).toThrow();
    }
    if (item.pattern) {
      for (const typo of ['#09afA', '#09afAFF', '09afAF', '#09afAG', '#fff']) {
        expect(new RegExp(item.pattern).test(typo)).toBe(false);
        expect(check(all(typo))).toThrow('is not valid');
      }
    }
  });

  it('an element is one of the kinds that the API has', () => {
    const path = ['compositional_deconstruction', 'elements', 0, 'type'];
    expect(check(changed({ path }, 'image'))).toThrow('is not valid');
  });
});

it('has every kind of place to look at', () => {
  const kinds = new Set(places.map(({ form }) => form.type));
  expect([...kinds].sort()).toEqual(present ? ['array', 'object', 'string'] : []);
  expect(api === undefined).toBe(!present);
});
