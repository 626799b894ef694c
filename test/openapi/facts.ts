/** The API's own description as the tests read it: where it is, and how one gets from an endpoint to a field's schema. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import type { Endpoint, EndpointField } from '../../src/endpoints/define.js';

const FACTS = fileURLToPath(new URL('../../../shared/api/openapi.facts.yaml', import.meta.url));

/** It is not part of the project: where it is absent, nothing can be compared. */
export const present = existsSync(FACTS);

/** For the tests that need it: what they are, or that they did not run. */
export const title = present
  ? 'as in openapi.facts.yaml'
  : 'NOT CHECKED: ../shared/api/openapi.facts.yaml is not on this machine';

/** As much of JSON Schema as the description uses. */
export interface Schema {
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

export interface Media {
  readonly schema: Schema;
  readonly encoding?: Readonly<Record<string, { readonly contentType?: string }>>;
}

type Content = Readonly<Record<string, Media>>;

interface Operation {
  readonly requestBody?: { readonly content: Content };
  readonly responses?: Readonly<Record<string, { readonly content?: Content }>>;
}

interface Api {
  readonly paths: Readonly<Record<string, Readonly<Record<string, Operation>>>>;
}

export const api: Api | undefined = present ? parse(readFileSync(FACTS, 'utf8')) : undefined;

/** A schema with its references followed. */
export function follow(schema: Schema = {}): Schema {
  let followed = schema;
  while (followed.$ref) {
    const names = followed.$ref.replace(/^#\//, '').split('/');
    followed = names.reduce<unknown>((at, name) => (at as Record<string, unknown>)[name], api) as Schema;
  }
  return followed;
}

/** The body of an endpoint as its encoding has it. */
export function mediaOf({ path, method, encoding }: Pick<Endpoint, 'path' | 'method' | 'encoding'>): Media {
  const content = api?.paths[path]?.[method.toLowerCase()]?.requestBody?.content ?? {};
  const type = encoding.kind === 'multipart' ? 'multipart/form-data' : 'application/json';
  const media = content[type];
  if (!media) throw new Error(`${path} has no ${type}, only ${Object.keys(content).join(', ')}`);
  return media;
}

/** What an endpoint answers when all went well. */
export function answerOf({ path, method }: Endpoint): Schema {
  const { responses } = api?.paths[path]?.[method.toLowerCase()] ?? {};
  return follow(responses?.['200']?.content?.['application/json']?.schema);
}

export function bodyOf(endpoint: Endpoint): Schema {
  return follow(mediaOf(endpoint).schema);
}

/** The schemas in which the fields stand: the body; where there is a wrapper, what it holds, and the files beside it. */
export function formsOf(endpoint: Endpoint): readonly Schema[] {
  const body = bodyOf(endpoint);
  const { wrapper } = endpoint.encoding;
  if (wrapper === undefined) return [body];
  const { [wrapper]: wrapped, ...files } = body.properties ?? {};
  if (wrapped === undefined) throw new Error(`${endpoint.path} has no field ${wrapper}`);
  return [{ ...body, properties: files }, follow(wrapped)];
}

const FILE_KINDS: readonly string[] = ['image', 'images', 'mask'];

/** The schema of a field, looked for where the program writes it. */
export function propertyOf(endpoint: Endpoint, { wire, type }: Pick<EndpointField, 'wire' | 'type'>): Schema {
  const [body, wrapped = body] = formsOf(endpoint);
  const property = (FILE_KINDS.includes(type.kind) ? body : wrapped)?.properties?.[wire];
  if (!property) throw new Error(`${endpoint.path} has no field ${wire} there`);
  return follow(property);
}

/** Names that must be in a request; a list of lists where one of several will do. */
export function requiredBy(endpoint: Endpoint): { all: string[]; oneOf: string[][] } {
  const forms = formsOf(endpoint);
  const all = forms.flatMap(({ required = [] }) => required);
  const oneOf = forms.flatMap((form) => form.oneOf ?? []).map(({ required = [] }) => [...required]);
  return { all: all.filter((name) => name !== endpoint.encoding.wrapper), oneOf };
}
