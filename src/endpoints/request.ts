/** How a checked plan is written down for its endpoint: which field goes where, in which order, as which kind of part. */
import type { Part } from '../api/multipart.js';
import type { ImageFile } from '../files/input.js';
import { checkRequestSize } from '../files/upload-limits.js';
import type { Plan } from './plan.js';
import { isImageKind } from './survey.js';
import type { FieldValue } from './values.js';

/** A request as it will go out; shown by --dry-run, encoded only when it is sent. */
export interface PreparedRequest {
  readonly method: 'POST';
  /** Below the base URL. */
  readonly path: string;
  /** Where it goes when that path is there no longer. */
  readonly fallbackPath: string | undefined;
  readonly contentType: 'multipart/form-data' | 'application/json';
  /** Wire names and values, files left out, in the order in which they are sent. */
  readonly fields: Readonly<Record<string, FieldValue>>;
  /** The same as they stand in the body: where there is a wrapper, inside it. */
  readonly body: Readonly<Record<string, unknown>>;
  readonly files: readonly { readonly name: string; readonly file: ImageFile }[];
  encode(): Promise<{ contentType: string; body: Uint8Array }>;
}

/**
 * @param plan from `makePlan`; what its values named as files has been read
 * @param images by the fields' names in code, read and checked
 * @throws CliError `bad_file` when all of it together is more than a request may hold
 */
export function prepareRequest(
  plan: Plan,
  images: Readonly<Record<string, readonly ImageFile[]>>,
): PreparedRequest {
  const { method, path, fallbackPath, encoding, fields: taken } = plan.endpoint;
  const fields = fieldsOfRequest(plan);
  const body = encoding.wrapper === undefined ? fields : { [encoding.wrapper]: fields };
  const files = taken
    .filter(({ type }) => isImageKind(type))
    .flatMap(({ field, wire }) => (images[field.name] ?? []).map((file) => ({ name: wire, file })));
  checkRequestSize(
    files.map(({ file }) => file),
    Buffer.byteLength(JSON.stringify(fields)),
  );
  const common = { method, path, fallbackPath, fields, body, files };
  if (encoding.kind === 'json') {
    const encode = async () => ({
      contentType: 'application/json',
      body: new TextEncoder().encode(JSON.stringify(body)),
    });
    return { ...common, contentType: 'application/json', encode };
  }
  const parts = [
    ...Object.entries(body).flatMap(([name, value]) => partsOf(name, value as FieldValue)),
    ...files.map(filePart),
  ];
  const encode = async () => (await import('../api/multipart.js')).encodeMultipart(parts);
  return { ...common, contentType: 'multipart/form-data', encode };
}

function fieldsOfRequest({ endpoint: { modelWire }, values, model }: Plan): Record<string, FieldValue> {
  const fields: Record<string, FieldValue> = {};
  const sayModel = () => {
    if (modelWire !== undefined && model !== undefined) fields[modelWire] = model;
  };
  for (const { field, value } of values) {
    if (isImageKind(field.type)) continue;
    fields[field.wire] = value;
    // Right behind the prompt, where the API's own documents have it.
    if (field.type.kind === 'prompt') sayModel();
  }
  sayModel();
  return fields;
}

/** docs: scalars are text, a list repeats the field's name, an object is one JSON part. */
function partsOf(name: string, value: FieldValue): Part[] {
  if (Array.isArray(value)) return value.map((item) => ({ kind: 'text', name, value: String(item) }));
  if (typeof value === 'object') return [{ kind: 'json', name, value }];
  return [{ kind: 'text', name, value: String(value) }];
}

function filePart({ name, file }: { name: string; file: ImageFile }): Part {
  return { kind: 'file', name, filename: file.filename, type: file.type.mime, bytes: file.bytes };
}
