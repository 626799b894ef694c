/** Multipart decoding, the only importer of busboy: every part is kept, and a body without its closing boundary is refused. */
import { Busboy } from '@fastify/busboy';
import { MAX_IMAGE_BYTES, MAX_REQUEST_BYTES } from './limits.js';
import { problem, type Refusal } from './replies.js';
import type { FormBody, Upload } from './request-body.js';

/** Takes the whole body and the Content-Type header with its boundary. Throws a 400 for anything malformed. */
export async function decodeForm(bytes: Buffer, contentType: string): Promise<FormBody> {
  const texts = new Map<string, string[]>();
  const files = new Map<string, Upload[]>();
  const append = <T>(map: Map<string, T[]>, name: string, value: T): void => {
    const list = map.get(name);
    if (list) list.push(value);
    else map.set(name, [value]);
  };
  await new Promise<void>((resolve, reject) => {
    const parser = createParser(contentType);
    const fail = (): void => reject(malformed('it ends in the middle of a part'));
    parser.on('field', (name, value) => append(texts, name, value));
    parser.on('file', (name, stream, filename) => {
      const chunks: Buffer[] = [];
      stream.on('data', (chunk: Buffer) => chunks.push(chunk));
      stream.on('error', fail);
      stream.on('end', () => append(files, name, { bytes: Buffer.concat(chunks), filename: filename ?? '' }));
    });
    parser.on('error', fail);
    parser.on('finish', resolve);
    parser.end(bytes);
  });
  return { kind: 'form', texts, files };
}

function createParser(contentType: string): InstanceType<typeof Busboy> {
  try {
    return new Busboy({
      headers: { 'content-type': contentType },
      limits: { fieldSize: MAX_REQUEST_BYTES, fileSize: MAX_IMAGE_BYTES + 1 },
      // Clients that build a JSON part from a Blob get a file name they did not ask for.
      isPartAFile: (_name, type, filename) =>
        type === 'application/octet-stream' || (filename !== undefined && type !== 'application/json'),
    });
  } catch {
    throw malformed('the Content-Type header has no boundary');
  }
}

function malformed(cause: string): Refusal {
  return problem(`Request body is not valid multipart/form-data: ${cause}`);
}
