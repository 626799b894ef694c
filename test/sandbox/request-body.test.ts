/** Bodies that do not parse: the wrong type, broken JSON, cut or malformed forms; each gets its 400 and nothing hangs. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { BOUNDARY, call, image, items, multipart, parsed, postForm, start, V3 } from './harness.js';

const FORM = `multipart/form-data; boundary=${BOUNDARY}`;

describe('bodies that do not parse', () => {
  const whole = multipart([
    ['prompt', 'a fox'],
    ['seed', '7'],
  ]);
  it.each<[string, string, Buffer | string]>([
    ['no type', '', '{}'],
    ['text', 'text/plain', 'a fox'],
    ['urlencoded', 'application/x-www-form-urlencoded', 'prompt=x'],
    ['JSON broken', 'application/json', '{"prompt":'],
    ['JSON with a BOM', 'application/json', '\uFEFF{"prompt":"x"}'],
    ['JSON not UTF-8', 'application/json', Buffer.from('{"prompt":"\xe9"}', 'latin1')],
    ['JSON empty', 'application/json', ''],
    ['form without a boundary', 'multipart/form-data', whole],
    ['form with another boundary', 'multipart/form-data; boundary=other', whole],
    ['form empty', FORM, ''],
    ['form cut before its end', FORM, whole.subarray(0, whole.length - 5)],
    ['form cut in a value', FORM, whole.subarray(0, whole.indexOf('fox'))],
    ['[object FormData]', FORM, '[object FormData]'],
  ])('%s: 400', async (_name, type, body) => {
    const headers: Record<string, string> = { 'Api-Key': 'x', ...(type ? { 'Content-Type': type } : {}) };
    const heard = await call((await start()).url + V3, { method: 'POST', headers, body });
    expect(heard.status).toBe(400);
    expect(parsed(heard).status).toBe(400);
  });

  it('reads a quoted boundary and a UTF-8 value', async () => {
    const headers = { 'Api-Key': 'x', 'Content-Type': `multipart/form-data; boundary="${BOUNDARY}"` };
    const prompt = 'füchse "🦊"\r\nzwei';
    const heard = await postForm(await start(), [['prompt', prompt]], { headers });
    expect(items(heard)[0]?.prompt).toBe(prompt);
  });

  it('refuses a form cut anywhere, with a file in it', async () => {
    const sandbox = await start();
    const form = multipart([
      ['prompt', 'x'],
      ['style_reference_images', image()],
    ]);
    const closed = form.length - 2;
    for (let length = 0; length < closed; length += 1) {
      const headers = { 'Api-Key': 'x', 'Content-Type': FORM };
      const body = form.subarray(0, length);
      const heard = await call(sandbox.url + V3, { method: 'POST', headers, body });
      expect([length, heard.status]).toEqual([length, 400]);
    }
  });

  it('answers any bytes', async () => {
    const sandbox = await start();
    const pieces = fc.constantFrom(
      `--${BOUNDARY}`,
      '\r\n',
      '--',
      'Content-Disposition: form-data; name="prompt"',
      '\r\n\r\n',
      'x',
      'Content-Disposition: form-data; name="a"; filename="b"',
      'Content-Type: text/plain',
      ': ',
      '\0',
    );
    await fc.assert(
      fc.asyncProperty(fc.array(pieces, { maxLength: 14 }), fc.boolean(), async (chunks, closed) => {
        const body = Buffer.from(chunks.join('') + (closed ? `\r\n--${BOUNDARY}--\r\n` : ''));
        const headers = { 'Api-Key': 'x', 'Content-Type': FORM };
        const heard = await call(sandbox.url + V3, { method: 'POST', headers, body });
        expect([200, 400]).toContain(heard.status);
      }),
      { numRuns: 1500 },
    );
  });
});
