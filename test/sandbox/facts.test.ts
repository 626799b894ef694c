/** The sandbox against the API's own description: every value it names is taken, every other is refused, and the answers are of its form. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { ROUTES } from '../../src/sandbox/routes.js';
import { KNOWN, known, send, type Value } from './endpoints.js';
import { parsed, start } from './harness.js';
import { file, mask, picture } from './pictures.js';

const FACTS = fileURLToPath(new URL('../../../shared/api/openapi.facts.yaml', import.meta.url));
const present = existsSync(FACTS);
const title = present
  ? 'as in openapi.facts.yaml'
  : 'NOT CHECKED: ../shared/api/openapi.facts.yaml is not on this machine';

/** As much of JSON Schema as the description uses here. */
interface Schema {
  readonly $ref?: string;
  readonly type?: string | readonly string[];
  readonly properties?: Readonly<Record<string, Schema>>;
  readonly required?: readonly string[];
  readonly oneOf?: readonly Schema[];
  readonly items?: Schema;
  readonly enum?: readonly (string | null)[];
  readonly pattern?: string;
  readonly format?: string;
  readonly examples?: readonly unknown[];
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
}

interface Media {
  readonly content: Readonly<Record<string, { readonly schema: Schema }>>;
}

interface Api {
  readonly paths: Readonly<
    Record<
      string,
      { readonly post?: { readonly requestBody?: Media; readonly responses: Record<string, Media> } }
    >
  >;
}

const api: Api | undefined = present ? parse(readFileSync(FACTS, 'utf8')) : undefined;

/** Endpoints of v1 that make no image or answer later. */
const NOT_IN_THE_SANDBOX = /^\/v2\/|\/async\/|^\/datasets|train-model$/;

/** Values that the description names for all models, and only some of which an endpoint takes (API.md, section 2). */
const FEWER: Readonly<Record<string, readonly string[]>> = { '/edit model': ['V_2', 'V_2_TURBO'] };

/** Where the description says "string" and the documentation says more (API.md, sections 3.1 and 5). */
const EXAMPLES: Readonly<Record<string, Value>> = {
  custom_model_uri: 'model/mine/version/1',
  image_urls: 'https://ideogram.ai/api/images/ephemeral/AAAA.png?exp=1900000000&sig=00',
};

function follow(schema: Schema): Schema {
  let followed = schema;
  while (followed.$ref) {
    const names = followed.$ref.replace(/^#\//, '').split('/');
    followed = names.reduce<unknown>((at, name) => (at as Record<string, unknown>)[name], api) as Schema;
  }
  return followed;
}

interface Field {
  readonly path: string;
  /** Dotted inside of `image_request`. */
  readonly name: string;
  readonly schema: Schema;
}

function requestOf(path: string): Schema {
  const [media] = Object.values(api?.paths[path]?.post?.requestBody?.content ?? {});
  return follow(media?.schema ?? {});
}

const FIELDS: readonly Field[] = KNOWN.flatMap(({ path }) => fieldsOf(path, requestOf(path), ''));

function fieldsOf(path: string, { properties = {} }: Schema, prefix: string): Field[] {
  return Object.entries(properties).flatMap(([name, reference]) => {
    const schema = follow(reference);
    return name === 'image_request'
      ? fieldsOf(path, schema, `${name}.`)
      : [{ path, name: `${prefix}${name}`, schema }];
  });
}

/** Values that must be taken, and values that must be refused, with what is said of the field. */
function valuesOf({ path, name, schema }: Field): { good: Value[]; bad: Value[] } {
  const { enum: choices, minimum, maximum } = schema;
  const types = [schema.type].flat();
  if (schema.format === 'binary') return { good: [], bad: ['text', file(Buffer.from('x'))] };
  if (choices) {
    const fewer = FEWER[`${path} ${name}`] ?? choices;
    const bad = choices.filter((choice) => !fewer.includes(choice ?? ''));
    return { good: [...fewer], bad: ['nope', '', ...bad] };
  }
  if (types.includes('integer')) {
    const outside = [minimum === undefined ? 'x' : minimum - 1, maximum === undefined ? 'x' : maximum + 1];
    return { good: [minimum ?? 1, maximum ?? 1], bad: [...outside, 'x', 1.5] };
  }
  if (types.includes('boolean')) return { good: [true, false], bad: ['maybe', 1] };
  if (types.includes('array')) return valuesOfList(name, schema);
  if (schema.oneOf) return valuesOfPalette(schema);
  if (types.includes('object')) return { good: [], bad: ['nope', {}] };
  const bad = name in EXAMPLES ? ['nope'] : [];
  return { good: [EXAMPLES[name] ?? 'a fox'], bad };
}

function valuesOfList(name: string, schema: Schema): { good: Value[]; bad: Value[] } {
  const item = follow(schema.items ?? {});
  const isFile = item.format === 'binary';
  const one = isFile ? picture() : ((EXAMPLES[name] ?? item.examples?.[0]) as string);
  const most = Array.from({ length: schema.maxItems ?? 20 }, () => one);
  const tooMany = schema.maxItems === undefined ? [] : [[...most, one]];
  const bad = isFile
    ? ['text', file(Buffer.from('x')), [one, file(Buffer.from('x'))]]
    : ['nope', [one, 'nope']];
  // A mask needs what it is the mask of.
  return { good: name.endsWith('_mask') ? [] : [[one], most], bad: [...bad, ...tooMany] };
}

function valuesOfPalette({ oneOf = [] }: Schema): { good: Value[]; bad: Value[] } {
  const forms = oneOf.map((form) => follow(form).properties ?? {});
  const names = follow(forms.find(({ name }) => name)?.name ?? {}).enum ?? [];
  const { minItems = 0, maxItems = 0 } = follow(forms.find(({ members }) => members)?.members ?? {});
  const members = (count: number, member = { color_hex: '#a1B2c3', color_weight: 0.05 }) => ({
    members: Array.from({ length: count }, () => member),
  });
  return {
    good: [...names.map((name) => ({ name })), members(minItems), members(maxItems)],
    bad: [{ name: 'nope' }, members(minItems - 1), members(maxItems + 1), { ...members(1), name: names[0] }],
  };
}

/** What must be taken away or added for a field to be sent at all. */
function company({ path, name }: Field): Record<string, Value> {
  if (name === 'json_prompt') return { text_prompt: undefined };
  if (path === '/v1/edit' && name === 'image_urls') return { images: undefined };
  return {};
}

/** The faults of a value, each with its place. */
function faults(value: unknown, reference: Schema, place: string): string[] {
  const schema = follow(reference);
  if (schema.oneOf) {
    const fits = schema.oneOf.filter((form) => faults(value, form, place).length === 0);
    return fits.length === 1 ? [] : [`${place} fits ${fits.length} of ${schema.oneOf.length} forms`];
  }
  const found: string[] = [];
  const is = value === null ? 'null' : Array.isArray(value) ? 'array' : typeof value;
  const types = schema.type === undefined ? [] : [schema.type].flat();
  const fitting =
    types.includes(is) || (is === 'number' && types.includes(Number.isInteger(value) ? 'integer' : ''));
  if (types.length > 0 && !fitting) found.push(`${place} is ${is}`);
  if (schema.enum && !schema.enum.some((choice) => choice === value)) found.push(`${place} is ${value}`);
  if (typeof value === 'string' && schema.pattern && !new RegExp(schema.pattern).test(value)) {
    found.push(`${place} is ${value}`);
  }
  if (typeof value === 'number' && (value < (schema.minimum ?? value) || value > (schema.maximum ?? value))) {
    found.push(`${place} is ${value}`);
  }
  if (Array.isArray(value)) {
    return [
      ...found,
      ...value.flatMap((item, index) => faults(item, schema.items ?? {}, `${place}.${index}`)),
    ];
  }
  if (typeof value !== 'object' || value === null) return found;
  const members = value as Record<string, unknown>;
  found.push(
    ...(schema.required ?? []).filter((name) => !(name in members)).map((name) => `${place} lacks ${name}`),
  );
  for (const [name, member] of Object.entries(members)) {
    const property = schema.properties?.[name];
    found.push(...(property ? faults(member, property, `${place}.${name}`) : [`${place} has ${name}`]));
  }
  return found;
}

describe.skipIf(!present)(title, () => {
  it('every endpoint of v1 that makes or reads an image is there, and no other', () => {
    const theirs = Object.entries(api?.paths ?? {}).filter(
      ([path, { post }]) => post && !NOT_IN_THE_SANDBOX.test(path),
    );
    expect(theirs.map(([path]) => path).sort()).toEqual(KNOWN.map(({ path }) => path).sort());
  });

  it.each(KNOWN)('$path takes the same encodings', ({ path, accepts }) => {
    const types = Object.keys(api?.paths[path]?.post?.requestBody?.content ?? {});
    const names = accepts.map((kind) => (kind === 'form' ? 'multipart/form-data' : 'application/json'));
    expect([...names].sort()).toEqual([...types].sort());
    expect(ROUTES.find((route) => route.path === path)?.accepts).toEqual(accepts);
  });

  it.each(KNOWN)('$path misses what is required', ({ path, required }) => {
    const body = requestOf(path);
    const inner = follow(body.properties?.image_request ?? {}).required ?? [];
    const theirs = [...(body.required ?? []), ...inner.map((name) => `image_request.${name}`)];
    // One of two is required, which the description says by other means or, for an edit by instruction, in words.
    const alternative = path === '/v1/edit' ? ['images'] : body.oneOf ? ['text_prompt'] : [];
    expect([...required].sort()).toEqual([...theirs, ...alternative].sort());
  });

  it.each(KNOWN)('$path answers in the form that is promised', async ({ path, least }) => {
    const schema = api?.paths[path]?.post?.responses['200']?.content['application/json']?.schema;
    const flags = { include_bbox: true, include_style_descriptions: true, include_tags: true };
    for (const key of ['any', 'sandbox:withheld']) {
      const changes = { ...twoDigitsWide(least), ...(path.endsWith('/describe') ? flags : {}) };
      const answer = parsed(await send(await start(), path, changes, { key }));
      expect(faults(answer, schema ?? {}, 'answer')).toEqual([]);
    }
  });

  it.each(FIELDS)('$path: $name', async (field) => {
    const { path, name } = field;
    const sandbox = await start();
    const { good, bad } = valuesOf(field);
    const last = name.replace(/.*\./, '');
    for (const as of known(path).accepts) {
      // Files have no place in JSON, and in a form all is text; there lists are repeated.
      const isForm = as === 'form';
      for (const value of good) {
        if (!isForm && hasFile(value)) continue;
        const heard = await send(sandbox, path, { ...company(field), [name]: value }, { as });
        expect([as, value, heard.status]).toEqual([as, value, 200]);
      }
      for (const value of bad) {
        const sent = !isForm && typeof value === 'string' && field.schema.type === 'array' ? [value] : value;
        const heard = await send(sandbox, path, { ...company(field), [name]: sent }, { as });
        expect([as, sent, heard.status]).toEqual([as, sent, 400]);
        expect(heard.body.toString()).toContain(last);
      }
    }
  });

  it('has looked at each kind of field', () => {
    expect(FIELDS.length).toBeGreaterThan(150);
    const looked = FIELDS.filter((field) => valuesOf(field).good.length + valuesOf(field).bad.length > 1);
    expect(looked.length).toBeGreaterThan(140);
  });
});

/** The files of a request, as large as a resolution can be written down. */
function twoDigitsWide(least: Readonly<Record<string, Value>>): Record<string, Value> {
  const files = Object.keys(least).filter((name) => /^(images?|image_file|mask)$/.test(name));
  return Object.fromEntries(files.map((name) => [name, name === 'mask' ? mask(16, 12) : picture(16, 12)]));
}

function hasFile(value: Value): boolean {
  return [value].flat().some((one) => typeof one === 'object' && one !== null && 'bytes' in (one as object));
}
