/** The least that each image endpoint takes, and how to send it with changes. */
import type { Sandbox } from '../../src/sandbox/server.js';
import { type FilePart, type Heard, type Part, postForm, postJson } from './harness.js';
import { mask, picture } from './pictures.js';

type Scalar = string | number | boolean | null | FilePart;
export type Value = Scalar | readonly Scalar[] | Record<string, unknown> | undefined;

export interface Known {
  readonly path: string;
  readonly accepts: readonly ('form' | 'json')[];
  /** The smallest valid request; an object among the fields is a part that holds JSON. */
  readonly least: Readonly<Record<string, Value>>;
  /** Fields that the sandbox must miss, the inner ones of `image_request` dotted. */
  readonly required: readonly string[];
  /** What a list of images looks like; absent: another answer. */
  readonly images?: 'styled' | 'plain' | 'upscaled' | 'bare';
}

export const STRUCTURED = {
  high_level_description: 'a fox in the snow',
  compositional_deconstruction: {
    background: 'snow',
    elements: [
      { type: 'obj', desc: 'a red fox', bbox: [0, 10, 990, 1000], color_palette: ['#aA0000'] },
      { type: 'text', text: 'FOX', desc: 'bold letters' },
    ],
  },
};

const prompt = 'a fox';
const image = picture();
const V3 = '/v1/ideogram-v3';
const V4 = '/v1/ideogram-v4';
const masked = { image, mask: mask(), prompt };
const form = ['form'] as const;
const both = ['form', 'json'] as const;

export const KNOWN: readonly Known[] = [
  { path: `${V3}/generate`, accepts: both, least: { prompt }, required: ['prompt'], images: 'styled' },
  {
    path: '/generate',
    accepts: ['json'],
    least: { image_request: { prompt } },
    required: ['image_request', 'image_request.prompt'],
    images: 'styled',
  },
  {
    path: `${V4}/generate`,
    accepts: both,
    least: { text_prompt: prompt },
    required: ['text_prompt'],
    images: 'plain',
  },
  {
    path: `${V3}/generate-transparent`,
    accepts: both,
    least: { prompt },
    required: ['prompt'],
    images: 'plain',
  },
  {
    path: `${V4}/generate-transparent`,
    accepts: both,
    least: { text_prompt: prompt },
    required: ['text_prompt'],
    images: 'plain',
  },
  {
    path: `${V3}/edit`,
    accepts: form,
    least: masked,
    required: ['image', 'mask', 'prompt'],
    images: 'styled',
  },
  {
    path: `${V3}/inpaint`,
    accepts: form,
    least: masked,
    required: ['image', 'mask', 'prompt'],
    images: 'styled',
  },
  {
    path: '/edit',
    accepts: form,
    least: { image_file: image, mask: mask(), prompt, model: 'V_2' },
    required: ['image_file', 'mask', 'prompt', 'model'],
    images: 'styled',
  },
  {
    path: '/v1/edit',
    accepts: form,
    least: { images: [image], prompt },
    required: ['images', 'prompt'],
    images: 'plain',
  },
  {
    path: `${V3}/remix`,
    accepts: form,
    least: { image, prompt },
    required: ['image', 'prompt'],
    images: 'styled',
  },
  {
    path: '/remix',
    accepts: form,
    least: { image_file: image, image_request: { prompt } },
    required: ['image_file', 'image_request', 'image_request.prompt'],
    images: 'styled',
  },
  {
    path: `${V4}/remix`,
    accepts: form,
    least: { image, text_prompt: prompt },
    required: ['image', 'text_prompt'],
    images: 'plain',
  },
  {
    path: `${V3}/reframe`,
    accepts: form,
    least: { image, resolution: '1536x640' },
    required: ['image', 'resolution'],
    images: 'plain',
  },
  {
    path: '/reframe',
    accepts: form,
    least: { image_file: image, resolution: 'RESOLUTION_1536_640', model: 'V_2' },
    required: ['image_file', 'resolution', 'model'],
    images: 'styled',
  },
  {
    path: '/upscale',
    accepts: form,
    least: { image_file: image, image_request: {} },
    required: ['image_file', 'image_request'],
    images: 'upscaled',
  },
  {
    path: `${V3}/replace-background`,
    accepts: form,
    least: { image, prompt },
    required: ['image', 'prompt'],
    images: 'plain',
  },
  { path: '/v1/remove-background', accepts: form, least: { image }, required: ['image'], images: 'bare' },
  {
    path: '/v1/remove-object',
    accepts: form,
    least: { image, mask: mask() },
    required: ['image', 'mask'],
    images: 'bare',
  },
  { path: `${V3}/layerize-text`, accepts: form, least: { image }, required: ['image'] },
  { path: '/describe', accepts: form, least: { image_file: image }, required: ['image_file'] },
  { path: `${V4}/describe`, accepts: form, least: { image_file: image }, required: ['image_file'] },
  {
    path: `${V4}/magic-prompt`,
    accepts: ['json'],
    least: { text_prompt: prompt },
    required: ['text_prompt'],
  },
];

export function known(path: string): Known {
  const found = KNOWN.find((endpoint) => endpoint.path === path);
  if (!found) throw new Error(`no ${path}`);
  return found;
}

export interface Ask {
  readonly key?: string;
  /** Default: the first that the endpoint accepts. */
  readonly as?: 'form' | 'json';
}

/** Sends the least request with some fields set, or left out where undefined; a dotted name is a member of a JSON part. */
export function send(
  sandbox: Sandbox,
  path: string,
  changes: Readonly<Record<string, Value>> = {},
  { key = 'any', as = known(path).accepts[0] }: Ask = {},
): Promise<Heard> {
  const fields = changed(known(path).least, changes);
  if (as === 'json') {
    const headers = { 'Api-Key': key, 'Content-Type': 'application/json' };
    return postJson(sandbox, path, fields, { headers });
  }
  const headers = { 'Api-Key': key, 'Content-Type': 'multipart/form-data; boundary=x-the-boundary-x' };
  return postForm(sandbox, partsOf(fields), { headers }, path);
}

function changed(
  least: Readonly<Record<string, Value>>,
  changes: Readonly<Record<string, Value>>,
): Record<string, Value> {
  const fields: Record<string, Value> = { ...least };
  for (const [name, value] of Object.entries(changes)) {
    const [outer = '', inner] = name.split('.');
    if (inner === undefined) fields[outer] = value;
    else fields[outer] = { ...(fields[outer] as Record<string, unknown>), [inner]: value };
  }
  return fields;
}

function partsOf(fields: Readonly<Record<string, Value>>): Part[] {
  return Object.entries(fields).flatMap(([name, value]) => {
    const values = Array.isArray(value) ? (value as Value[]) : [value];
    return values.filter((each) => each !== undefined).map((each): Part => [name, encoded(each)]);
  });
}

function encoded(value: Value): string | FilePart {
  if (typeof value !== 'object' || value === null) return String(value);
  if ('bytes' in value) return value as FilePart;
  return { bytes: Buffer.from(JSON.stringify(value)), type: 'application/json' };
}
