/** How the bytes of a request become fields: size limit, content type, strict JSON, whole multipart. */
import { createHash } from 'node:crypto';
import type { IncomingMessage } from 'node:http';
import { TextDecoder } from 'node:util';
import { MAX_REQUEST_BYTES } from './limits.js';
import { failure, problem } from './replies.js';

export interface Upload {
  readonly bytes: Buffer;
  readonly filename: string;
}

export interface FormBody {
  readonly kind: 'form';
  readonly texts: ReadonlyMap<string, readonly string[]>;
  readonly files: ReadonlyMap<string, readonly Upload[]>;
}

interface JsonBody {
  readonly kind: 'json';
  readonly value: Readonly<Record<string, unknown>>;
}

export type Body = FormBody | JsonBody;

/** The whole body. A too large one is read to its end all the same, so that the client gets to see the 413. */
export async function readBytes(request: IncomingMessage): Promise<Buffer> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size <= MAX_REQUEST_BYTES) chunks.push(chunk);
    else chunks.length = 0;
  }
  if (size > MAX_REQUEST_BYTES) throw failure(413, 'Request body is too large: the limit is 50 MB.');
  return Buffer.concat(chunks);
}

/** Decodes by Content-Type. Throws a 400 for a type the endpoint does not take or bytes that do not parse. */
export async function decodeBody(
  bytes: Buffer,
  contentType: string,
  accepted: readonly Body['kind'][],
): Promise<Body> {
  const type = contentType.split(';', 1)[0]?.trim().toLowerCase();
  if (type === 'application/json' && accepted.includes('json')) return decodeJson(bytes);
  if (type === 'multipart/form-data' && accepted.includes('form')) {
    const { decodeForm } = await import('./multipart.js');
    return decodeForm(bytes, contentType);
  }
  const names = accepted.map((kind) => (kind === 'form' ? 'multipart/form-data' : 'application/json'));
  throw problem(`Invalid Content-type (${type || 'none'}), expected ${names.join(' or ')}`);
}

function decodeJson(bytes: Buffer): JsonBody {
  let value: unknown;
  try {
    // ignoreBOM keeps the mark in the text, where JSON.parse refuses it: a BOM is no JSON.
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes));
  } catch {
    throw problem('Request body is not valid JSON');
  }
  if (!isRecord(value)) throw problem('Request body must be a JSON object');
  return { kind: 'json', value };
}

export function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Hex digest of all fields and files, the same whatever their order on the wire. */
export function fingerprint(path: string, body: Body): string {
  const hash = createHash('sha256').update(path);
  if (body.kind === 'json') return hash.update(stableJson(body.value)).digest('hex');
  for (const name of [...new Set([...body.texts.keys(), ...body.files.keys()])].sort()) {
    hash.update(JSON.stringify([name, body.texts.get(name) ?? []]));
    for (const upload of body.files.get(name) ?? []) {
      hash.update(createHash('sha256').update(upload.bytes).digest());
    }
  }
  return hash.digest('hex');
}

function stableJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(stableJson).join(',')}]`;
  if (!isRecord(value)) return JSON.stringify(value) ?? 'null';
  const members = Object.keys(value).sort();
  return `{${members.map((name) => `${JSON.stringify(name)}:${stableJson(value[name])}`).join(',')}}`;
}
