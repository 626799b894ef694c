/** Every endpoint of the program against the API's own description of it: the same fields, values and limits, no more and no less. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { quoteRequest } from '../src/api/price-quote.js';
import type { Endpoint, EndpointField, PaletteType } from '../src/endpoints/define.js';
import { COMMANDS } from '../src/endpoints/index.js';
import { readValue } from '../src/endpoints/values.js';
import { QUOTE } from './support/quote.js';

const FACTS = fileURLToPath(new URL('../../shared/api/openapi.facts.yaml', import.meta.url));
const present = existsSync(FACTS);

/** Fields of the API that the program leaves out on purpose, by path: none. */
const LEFT_OUT: Readonly<Record<string, readonly string[]>> = {};

/** Text fields that we check more closely than the description does, and why. */
const STRICTER: Readonly<Record<string, string>> = {
  custom_model_uri: 'API.md 3.1 says model/<name>/version/<n>, the description only "string"',
};

/** As much of JSON Schema as the description uses for requests. */
interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly oneOf?: readonly Schema[];
  readonly items?: Schema;
  readonly enum?: readonly string[];
  readonly pattern?: string;
  readonly format?: string;
  readonly default?: unknown;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
}

interface Media {
  readonly schema: Schema;
  readonly encoding?: Readonly<Record<string, { readonly contentType?: string }>>;
}

interface Api {
  readonly paths: Readonly<
    Record<string, Readonly<Record<string, { requestBody?: { content: Readonly<Record<string, Media>> } }>>>
  >;
}

const api: Api | undefined = present ? parse(readFileSync(FACTS, 'utf8')) : undefined;

/** A schema with its references followed. */
function follow(schema: Schema): Schema {
  let followed = schema;
  while (followed.$ref) {
    const names = followed.$ref.replace(/^#\//, '').split('/');
    followed = names.reduce<unknown>((at, name) => (at as Record<string, unknown>)[name], api) as Schema;
  }
  return followed;
}

/** The body of an endpoint as its encoding has it. */
function mediaOf({ path, method, encoding }: Endpoint): Media {
  const content = api?.paths[path]?.[method.toLowerCase()]?.requestBody?.content ?? {};
  const type = encoding.kind === 'multipart' ? 'multipart/form-data' : 'application/json';
  const media = content[type];
  if (!media) throw new Error(`${path} has no ${type}, only ${Object.keys(content).join(', ')}`);
  return media;
}

/** The schema that holds the fields: that of the body, or of the one wrapper in it. */
function schemaOf(endpoint: Endpoint): Schema {
  const body = follow(mediaOf(endpoint).schema);
  if (endpoint.encoding.kind === 'multipart') return body;
  const { wrapper } = endpoint.encoding;
  expect([Object.keys(body.properties ?? {}), body.required]).toEqual([[wrapper], [wrapper]]);
  return follow(body.properties?.[wrapper] ?? {});
}

function propertyOf(endpoint: Endpoint, wire: string): Schema {
  const property = schemaOf(endpoint).properties?.[wire];
  if (!property) throw new Error(`${endpoint.path} has no field ${wire}`);
  return follow(property);
}

const sorted = (names: Iterable<string>): string[] => [...names].sort();

function expectSameField({ type, wire }: EndpointField, schema: Schema) {
  switch (type.kind) {
    case 'integer':
      return expect(schema).toMatchObject({ type: 'integer', minimum: type.min, maximum: type.max });
    case 'choice':
      expect(new Set(type.choices).size).toBe(type.choices.length);
      expect(schema.type).toBe('string');
      return expect(sorted(type.choices)).toEqual(sorted(schema.enum ?? []));
    case 'text':
      expect([schema.type, schema.enum, schema.format]).toEqual(['string', undefined, undefined]);
      return wire in STRICTER
        ? expect(schema.pattern).toBeUndefined()
        : expect(type.pattern?.source).toBe(schema.pattern);
    case 'text-list': {
      const item = follow(schema.items ?? {});
      expect([type.pattern.source, type.pattern.flags]).toEqual([item.pattern, '']);
      return expect([schema.type, item.type]).toEqual(['array', 'string']);
    }
    case 'switch':
      return expect([schema.type].flat()).toContain('boolean');
    case 'palette':
      return expectSamePalette(type, schema);
    case 'images':
      expect([schema.type, schema.items]).toEqual(['array', { type: 'string', format: 'binary' }]);
      return expect(type.maxCount).toBe(schema.maxItems);
  }
}

function paletteSchemas(schema: Schema): { name: Schema; members: Schema; member: Schema } {
  const forms = (schema.oneOf ?? []).map((form) => follow(form).properties ?? {});
  const name = follow(forms.find((form) => form.name)?.name ?? {});
  const members = follow(forms.find((form) => form.members)?.members ?? {});
  return { name, members, member: follow(members.items ?? {}) };
}

function expectSamePalette(type: PaletteType, schema: Schema): void {
  const { name, members, member } = paletteSchemas(schema);
  expect(sorted(type.presets)).toEqual(sorted(name.enum ?? []));
  expect([members.minItems, members.maxItems]).toEqual([1, type.maxMembers]);
  expect([member.properties?.color_weight?.minimum, member.properties?.color_weight?.maximum]).toEqual([
    type.minWeight,
    type.maxWeight,
  ]);
  expect(member.required).toEqual(['color_hex']);
}

const endpoints = COMMANDS.flatMap((spec) => spec.endpoints.map((endpoint) => ({ spec, endpoint })));
const fields = endpoints.flatMap(({ endpoint }) => endpoint.fields.map((field) => ({ endpoint, field })));

/** Where both we and the API name a default. */
const defaults = fields.filter(
  ({ endpoint, field }) =>
    present && field.field.apiDefault && propertyOf(endpoint, field.wire).default !== undefined,
);

const title = present
  ? 'as in openapi.facts.yaml'
  : 'NOT CHECKED: ../shared/api/openapi.facts.yaml is not on this machine';

/** What the free check asks for, and what it takes for an answer, are in the description too. */
interface QuoteCall {
  readonly parameters?: readonly { readonly name: string; readonly in: string; readonly schema: Schema }[];
  readonly requestBody: { readonly content: Readonly<Record<string, Media>> };
  readonly responses: Readonly<Record<string, { readonly content?: Readonly<Record<string, Media>> }>>;
}

describe.skipIf(!present)(title, () => {
  it('the free check of a key: path, switch, body and answer', () => {
    const { method, path, document } = quoteRequest('a fox');
    const url = new URL(path, 'https://api.ideogram.ai');
    const call = api?.paths[url.pathname]?.[method.toLowerCase()] as unknown as QuoteCall;
    expect([...url.searchParams]).toEqual([['dry_run', 'true']]);
    expect(call.parameters).toContainEqual(expect.objectContaining({ name: 'dry_run', in: 'query' }));
    const body = follow(call.requestBody.content['application/json']?.schema ?? {});
    expect(Object.keys(document)).toEqual(body.required);
    const answers = follow(call.responses['200']?.content?.['application/json']?.schema ?? {}) as {
      anyOf?: Schema[];
    };
    const quote = follow(answers.anyOf?.[0] ?? {});
    expect(quote.properties?.object?.enum).toEqual([QUOTE.object]);
    expect(Object.keys(QUOTE).sort()).toEqual([...(quote.required ?? [])].sort());
  });

  it.each(endpoints)(
    '$endpoint.name: $endpoint.method $endpoint.path exists, with this kind of body',
    ({ endpoint }) => {
      expect(schemaOf(endpoint).type).toBe('object');
    },
  );

  it.each(endpoints)('$endpoint.name: no field is missing, and none is made up', ({ endpoint }) => {
    const ours = endpoint.fields.map(({ wire }) => wire);
    if (endpoint.modelWire) ours.push(endpoint.modelWire);
    const theirs = Object.keys(schemaOf(endpoint).properties ?? {});
    const leftOut = LEFT_OUT[endpoint.path] ?? [];
    expect(sorted(ours)).toEqual(sorted(theirs.filter((name) => !leftOut.includes(name))));
    for (const name of leftOut) expect(theirs).toContain(name);
  });

  it.each(endpoints)(
    '$endpoint.name: what must be given is what is typed without a flag',
    ({ spec, endpoint }) => {
      const operand = endpoint.fields.find(({ field }) => field.name === spec.operand.field);
      expect(schemaOf(endpoint).required).toEqual([operand?.wire]);
    },
  );

  it.each(endpoints)('$endpoint.name: the models are those of the model field', ({ endpoint }) => {
    const { modelWire } = endpoint;
    if (!modelWire) return expect(schemaOf(endpoint).properties).not.toHaveProperty('model');
    expect(sorted(endpoint.models)).toEqual(sorted(propertyOf(endpoint, modelWire).enum ?? []));
  });

  it.each(fields)(
    '$endpoint.name: $field.wire has the same kind, values and limits',
    ({ endpoint, field }) => {
      expectSameField(field, propertyOf(endpoint, field.wire));
    },
  );

  it.each(defaults)('$endpoint.name: $field.wire says the same default', ({ endpoint, field }) => {
    const { apiDefault } = field.field;
    expect(readValue(field.type, 'the default', apiDefault)).toBe(propertyOf(endpoint, field.wire).default);
  });

  it.each(endpoints.filter(({ endpoint }) => endpoint.encoding.kind === 'multipart'))(
    '$endpoint.name: the parts that are JSON are the objects',
    ({ endpoint }) => {
      const ours = endpoint.fields.filter(({ type }) => type.kind === 'palette').map(({ wire }) => wire);
      const encoded = Object.entries(mediaOf(endpoint).encoding ?? {});
      const theirs = encoded.filter(([, { contentType }]) => contentType === 'application/json');
      expect(sorted(ours)).toEqual(sorted(theirs.map(([name]) => name)));
    },
  );

  it.each(fields.filter(({ field }) => field.type.kind === 'palette'))(
    '$endpoint.name: $field.wire takes exactly the colours of the pattern',
    ({ endpoint, field }) => {
      const { member } = paletteSchemas(propertyOf(endpoint, field.wire));
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
            if (pattern.test(color_hex)) expect(readValue(field.type, '--it', palette)).toEqual(palette);
            else expect(() => readValue(field.type, '--it', palette)).toThrow(color_hex);
          },
        ),
      );
    },
  );
});

it('has endpoints and fields of every kind to look at', () => {
  const kinds = new Set(fields.map(({ field }) => field.type.kind));
  expect(sorted(kinds)).toEqual(['choice', 'images', 'integer', 'palette', 'switch', 'text', 'text-list']);
  expect(defaults.length > 0).toBe(present);
});
