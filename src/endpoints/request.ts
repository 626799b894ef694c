/** How a checked plan is written down for its endpoint: which field goes where, in which order, as which kind of part. */
import type { Part } from '../api/multipart.js';
import { checkRequestSize, type ImageFile } from '../files/input.js';
import type { EndpointField } from './define.js';
import type { Plan } from './plan.js';
import type { FieldValue } from './values.js';

/** A request as it will go out; shown by --dry-run, encoded only when it is sent. */
export interface PreparedRequest {
  readonly method: 'POST';
  /** Below the base URL. */
  readonly path: string;
  readonly contentType: 'multipart/form-data' | 'application/json';
  /** Wire names and values, files left out, in the order in which they are sent. */
  readonly fields: Readonly<Record<string, FieldValue>>;
  readonly files: readonly { readonly name: string; readonly file: ImageFile }[];
  /** The whole JSON document, where the body is JSON. */
  readonly document: object | undefined;
  encode(): Promise<{ contentType: string; body: Uint8Array }>;
}

/**
 * @param plan from `makePlan`
 * @param images by the fields' names in code, read and checked
 * @throws CliError `bad_file` when all of it together is more than a request may hold
 */
export function prepareRequest(
  plan: Plan,
  images: Readonly<Record<string, readonly ImageFile[]>>,
): PreparedRequest {
  const { endpoint } = plan;
  const scalars = plan.values.filter(({ field }) => field.type.kind !== 'images');
  const fields: Record<string, FieldValue> = {};
  for (const { field, value } of scalars) {
    fields[field.wire] = value;
    // Right behind the prompt, where the API's own documents have it.
    if (field.wire === 'prompt' && endpoint.modelWire) fields[endpoint.modelWire] = plan.model;
  }
  const files = plan.values
    .filter(({ field }) => field.type.kind === 'images')
    .flatMap(({ field }) => (images[field.field.name] ?? []).map((file) => ({ name: field.wire, file })));
  checkRequestSize(
    files.map(({ file }) => file),
    Buffer.byteLength(JSON.stringify(fields)),
  );
  const { method, path } = endpoint;
  if (endpoint.encoding.kind === 'json') {
    const document = { [endpoint.encoding.wrapper]: fields };
    const encode = async () => ({
      contentType: 'application/json',
      body: new TextEncoder().encode(JSON.stringify(document)),
    });
    return { method, path, contentType: 'application/json', fields, files, document, encode };
  }
  const parts = [...scalars.flatMap(({ field, value }) => partsOf(field, value)), ...files.map(filePart)];
  const encode = async () => (await import('../api/multipart.js')).encodeMultipart(parts);
  return { method, path, contentType: 'multipart/form-data', fields, files, document: undefined, encode };
}

/** docs: scalars are text, a list repeats the field's name, an object is one JSON part. */
function partsOf({ wire }: EndpointField, value: FieldValue): Part[] {
  if (Array.isArray(value)) return value.map((item) => ({ kind: 'text', name: wire, value: item }));
  if (typeof value === 'object') return [{ kind: 'json', name: wire, value }];
  return [{ kind: 'text', name: wire, value: String(value) }];
}

function filePart({ name, file }: { name: string; file: ImageFile }): Part {
  return { kind: 'file', name, filename: file.filename, type: file.type.mime, bytes: file.bytes };
}
