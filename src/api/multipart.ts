/** The only place that knows form-data: fields and files as one multipart body, in memory so that it has a length and can be sent again. */

import type FormData from 'form-data';

export type Part =
  | { readonly kind: 'text'; readonly name: string; readonly value: string }
  | { readonly kind: 'json'; readonly name: string; readonly value: unknown }
  | {
      readonly kind: 'file';
      readonly name: string;
      readonly filename: string;
      readonly type: string;
      readonly bytes: Uint8Array;
    };

/** The package is loaded only for a call with fields. */
export async function loadForm(): Promise<typeof FormData> {
  const { default: Form } = await import('form-data');
  return Form;
}

/** The body and its content type, boundary included. docs: lists repeat the field's name, objects are one JSON part. */
export async function encodeMultipart(
  parts: readonly Part[],
): Promise<{ contentType: string; body: Uint8Array }> {
  const Form = await loadForm();
  const form = new Form();
  for (const part of parts) {
    if (part.kind === 'text') form.append(part.name, part.value);
    else if (part.kind === 'json') {
      form.append(part.name, JSON.stringify(part.value), { contentType: 'application/json' });
    } else {
      const { bytes, filename, type } = part;
      const content = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      form.append(part.name, content, { filename, contentType: type });
    }
  }
  return { contentType: `multipart/form-data; boundary=${form.getBoundary()}`, body: await bodyOf(form) };
}

/** Its own getBuffer() copies all that came before with every piece: for an image of 25 MB, 75 MB more. */
function bodyOf(form: FormData): Promise<Uint8Array> {
  return new Promise((resolve, reject) => {
    const pieces: Buffer[] = [];
    form
      .on('data', (piece: Buffer | string) =>
        pieces.push(typeof piece === 'string' ? Buffer.from(piece) : piece),
      )
      .on('end', () => resolve(Buffer.concat(pieces)))
      .on('error', reject)
      .resume();
  });
}
