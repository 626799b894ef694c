/** Every endpoint of the program against the API's own description of it: the same paths, fields and models, no more and no less. openapi/ has their values. */
import { describe, expect, it } from 'vitest';
import { quoteRequest } from '../src/api/price-quote.js';
import type { Endpoint } from '../src/endpoints/define.js';
import { COMMANDS } from '../src/endpoints/index.js';
import { LATER, LEFT_OUT, NARROWER, NOT_REACHED, REQUIRED_BY_US, STRICTER } from './openapi/differences.js';
import {
  answerOf,
  api,
  bodyOf,
  follow,
  formsOf,
  type Media,
  mediaOf,
  present,
  propertyOf,
  requiredBy,
  type Schema,
  title,
} from './openapi/facts.js';
import { QUOTE } from './support/quote.js';

const sorted = (names: Iterable<string>): string[] => [...names].sort();

const endpoints = COMMANDS.flatMap((spec) => spec.endpoints.map((endpoint) => ({ spec, endpoint })));
/** What the program sees to: fields it wants, and those of which it wants one. */
function requiredByUs(endpoint: Endpoint): { all: string[]; oneOf: string[][] } {
  const all: string[] = [];
  const oneOf: string[][] = [];
  for (const { wire, required, suppliedBy } of endpoint.fields) {
    const others = endpoint.fields.filter(({ field }) => suppliedBy.includes(field.name));
    // What a command's own option stands for is sent all the same: a mask, a resolution.
    if (required && others.length === 0) all.push(wire);
    if (required && others.length > 0) oneOf.push([wire], ...others.map((other) => [other.wire]));
  }
  return { all, oneOf };
}

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
    const body = follow(call.requestBody.content['application/json']?.schema);
    expect(Object.keys(document)).toEqual(body.required);
    const answers = follow(call.responses['200']?.content?.['application/json']?.schema) as {
      anyOf?: Schema[];
    };
    const quote = follow(answers.anyOf?.[0]);
    expect(quote.properties?.object?.enum).toEqual([QUOTE.object]);
    expect(Object.keys(QUOTE).sort()).toEqual([...(quote.required ?? [])].sort());
  });

  it('every POST path is reached, or left out for a reason', () => {
    const paths = Object.entries(api?.paths ?? {}).flatMap(([path, { post }]) => (post ? [path] : []));
    const now = paths.filter((path) => !LATER.test(path));
    const reached = endpoints.flatMap(({ endpoint }) => [endpoint.path, endpoint.fallbackPath ?? []].flat());
    expect(sorted([...reached, ...Object.keys(NOT_REACHED)])).toEqual(sorted(now));
    expect(paths.length).toBeGreaterThan(now.length);
  });

  it.each(endpoints)(
    '$endpoint.name: $endpoint.method $endpoint.path exists, with this kind of body',
    ({ endpoint }) => {
      const { path, fallbackPath, encoding } = endpoint;
      for (const form of formsOf(endpoint)) expect(form.type).toBe('object');
      const { properties = {}, required = [] } = bodyOf(endpoint);
      // A document with a wrapper holds nothing else.
      if (encoding.kind === 'json' && encoding.wrapper) {
        expect([Object.keys(properties), required]).toEqual([[encoding.wrapper], [encoding.wrapper]]);
      }
      if (encoding.wrapper) expect(required).toContain(encoding.wrapper);
      if (fallbackPath) expect(mediaOf({ ...endpoint, path: fallbackPath })).toEqual(mediaOf(endpoint));
      expect(path).not.toBe(fallbackPath);
    },
  );

  it.each(endpoints)('$endpoint.name: no field is missing, and none is made up', ({ endpoint }) => {
    const ours = new Set(endpoint.fields.map(({ wire }) => wire));
    if (endpoint.modelWire) ours.add(endpoint.modelWire);
    const theirs = formsOf(endpoint).flatMap(({ properties }) => Object.keys(properties ?? {}));
    const leftOut = Object.keys(LEFT_OUT[endpoint.path] ?? {});
    expect(sorted([...ours, ...leftOut])).toEqual(sorted(theirs));
  });

  it.each(endpoints)('$endpoint.name: what must be given is what the API wants', ({ endpoint }) => {
    const [ours, theirs] = [requiredByUs(endpoint), requiredBy(endpoint)];
    // The model is always said.
    const wanted = theirs.all.filter((name) => name !== endpoint.modelWire);
    const more = Object.keys(REQUIRED_BY_US[endpoint.path] ?? {});
    expect(sorted(ours.all)).toEqual(sorted([...wanted, ...more]));
    expect(ours.oneOf).toEqual(theirs.oneOf);
  });

  it.each(endpoints)('$endpoint.name: the models are those of the model field', ({ spec, endpoint }) => {
    const { modelWire, models, path } = endpoint;
    const names = formsOf(endpoint).flatMap(({ properties }) => Object.keys(properties ?? {}));
    if (!modelWire) return expect(names.filter((name) => /model(?!_uri)/.test(name))).toEqual([]);
    const schema = propertyOf(endpoint, { wire: modelWire, type: { kind: 'text' } });
    const narrower = NARROWER[path]?.models;
    expect(sorted(models)).toEqual(sorted(narrower ?? schema.enum ?? []));
    expect(schema.enum).toEqual(expect.arrayContaining([...models]));
    if (narrower) expect(narrower.length).toBeLessThan(schema.enum?.length ?? 0);
    if (models.includes(String(spec.defaultModel))) expect(spec.defaultModel).toBe(schema.default);
  });

  it.each(endpoints.filter(({ endpoint }) => endpoint.encoding.kind === 'multipart'))(
    '$endpoint.name: the parts that are JSON are the objects',
    ({ endpoint }) => {
      const { wrapper } = endpoint.encoding;
      const objects = endpoint.fields.filter(({ type }) => ['palette', 'json-prompt'].includes(type.kind));
      const ours = wrapper === undefined ? objects.map(({ wire }) => wire) : [wrapper];
      const encoded = Object.entries(mediaOf(endpoint).encoding ?? {});
      const theirs = encoded.filter(([, { contentType }]) => contentType === 'application/json');
      expect(sorted(ours)).toEqual(sorted(theirs.map(([name]) => name)));
    },
  );

  it.each(endpoints)('$endpoint.name: the answer is of the kind that is read', ({ endpoint }) => {
    const names = Object.keys(answerOf(endpoint).properties ?? {});
    const promised = {
      images: ['created', 'data'],
      layers: ['base_image_url', 'seed', 'text_blocks'],
      descriptions: ['descriptions'],
      'json-prompt': ['json_prompt'],
    }[endpoint.answer];
    expect(names).toEqual(expect.arrayContaining(promised));
    if (endpoint.answer !== 'images') return;
    const image = follow(follow(answerOf(endpoint).properties?.data).items);
    expect(Object.keys(image.properties ?? {})).toEqual(expect.arrayContaining(['url', 'is_image_safe']));
  });
});

it('has endpoints to look at', () => {
  expect(endpoints.length).toBeGreaterThan(20);
});

it('differs in nothing that is not there', () => {
  const paths = endpoints.map(({ endpoint }) => endpoint.path);
  const tables = [LEFT_OUT, STRICTER, REQUIRED_BY_US, NARROWER];
  for (const path of tables.flatMap((table) => Object.keys(table))) expect(paths).toContain(path);
});
