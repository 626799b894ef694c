/** Image links and pictures: signature, expiry, and PNG files that hold what they should. */
import { inflateSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { foldText, measure, wrap } from '../../src/sandbox/bitmap-text.js';
import { GLYPHS } from '../../src/sandbox/font.js';
import { drawPicture } from '../../src/sandbox/picture.js';
import { createVirtualClock } from '../support/clock.js';
import { call, firstLink, items, postForm, start } from './harness.js';

describe('links', () => {
  it('serve a PNG without a key, also to HEAD, and the same bytes again', async () => {
    const sandbox = await start();
    const url = await firstLink(sandbox, 'a fox');
    const first = await call(url);
    const head = await call(url, { method: 'HEAD' });
    expect([first.status, first.headers['content-type']]).toEqual([200, 'image/png']);
    expect([head.status, head.body.length]).toEqual([200, 0]);
    expect(head.headers['content-length']).toBe(String(first.body.length));
    expect((await call(url)).body.equals(first.body)).toBe(true);
    expect((await call(await firstLink(sandbox, 'a fox'))).body.equals(first.body)).toBe(true);
  });

  it.each([
    ['no signature', (url: URL) => url.searchParams.delete('sig')],
    ['another signature', (url: URL) => url.searchParams.set('sig', '0'.repeat(64))],
    ['a longer life', (url: URL) => url.searchParams.set('exp', '9999999999')],
    ['no expiry', (url: URL) => url.searchParams.delete('exp')],
    ['another image', (url: URL) => (url.pathname = '/api/images/ephemeral/AAAA.png')],
  ])('403 as a page: %s', async (_name, change) => {
    const url = new URL(await firstLink(await start(), 'a fox'));
    change(url);
    const heard = await call(url.href);
    expect([heard.status, heard.headers['content-type']]).toEqual([403, 'text/html; charset=utf-8']);
  });

  it('expire by the clock, at the second they name', async () => {
    const clock = createVirtualClock(1_000_000_000);
    const url = await firstLink(await start({ clock, linkLifetime: 60 }), 'a fox');
    expect(new URL(url).searchParams.get('exp')).toBe('1000060');
    clock.advance(59_999);
    expect((await call(url)).status).toBe(200);
    clock.advance(1);
    expect((await call(url)).status).toBe(403);
  });

  it('live an hour by default', async () => {
    const url = await firstLink(await start({ clock: createVirtualClock(0) }), 'a fox');
    expect(new URL(url).searchParams.get('exp')).toBe('3600');
  });

  it('still serve after more images than are kept rendered', async () => {
    const sandbox = await start();
    const links: string[] = [];
    for (let turn = 0; turn < 5; turn += 1) {
      const parts = [
        ['prompt', `fox ${turn}`],
        ['num_images', '8'],
        ['resolution', '512x1536'],
      ] as const;
      links.push(...items(await postForm(sandbox, parts)).map((item) => item.url ?? ''));
    }
    const first = (await call(links[0] ?? '')).body;
    for (const link of links) expect((await call(link)).status).toBe(200);
    expect((await call(links[0] ?? '')).body.equals(first)).toBe(true);
  });
});

describe('pictures', () => {
  const prompt = 'Füchse "im Schnee" 🦊\nzweite Zeile\0 <>&';
  it.each([
    [1024, 1024],
    [512, 1536],
    [1536, 512],
    [640, 1024],
  ])('%ix%i is a whole PNG with its texts', (width, height) => {
    const png = readPng(drawPicture({ prompt, seed: 42, size: { width, height } }));
    expect([png.width, png.height]).toEqual([width, height]);
    expect(png.rows.length).toBe((width + 1) * height);
    expect(png.texts.Description).toBe(prompt.replace('\0', '\uFFFD'));
    expect(png.texts.Software).toBe('ideogram sandbox');
    expect(png.texts.Comment).toContain('seed 42');
    const colours = png.paletteSize;
    expect(colours).toBeLessThanOrEqual(256);
    expect(png.rows.every((index) => index < colours)).toBe(true);
  });

  it('is the same for the same prompt, seed and size, and another for any other', () => {
    const draw = (text: string, seed: number, width = 1024): string =>
      drawPicture({ prompt: text, seed, size: { width, height: 512 } }).toString('base64');
    expect(draw('a', 1)).toBe(draw('a', 1));
    expect(new Set([draw('a', 1), draw('b', 1), draw('a', 2), draw('a', 1, 512)]).size).toBe(4);
  });

  it('copes with any prompt', () => {
    for (const text of ['\u200b', '🦊'.repeat(500), 'x'.repeat(5000), 'a\n'.repeat(3000), '\ud83d']) {
      const png = readPng(drawPicture({ prompt: text, seed: 0, size: { width: 512, height: 1536 } }));
      expect(png.height).toBe(1536);
    }
  });
});

describe('text', () => {
  it('has a glyph for each printable ASCII character, each its own', () => {
    const glyphs = GLYPHS.trim().split(/\s+/);
    expect(glyphs.length).toBe(95);
    expect(new Set(glyphs).size).toBe(95);
    expect(glyphs.every((glyph) => /^[0-9a-f]{10}$/.test(glyph))).toBe(true);
  });

  it('folds accents and typography', () => {
    expect(foldText('Zoë’s  “Café” – Straße…\n½')).toBe('Zoe\'s "Cafe" - Strasse... 1\u20442');
  });

  it('wraps at blanks and inside words that are too long', () => {
    for (const line of wrap(`aa bb cc ${'d'.repeat(50)} ee`, 60))
      expect(measure(line)).toBeLessThanOrEqual(60);
    expect(wrap('aa bb', 1000)).toEqual(['aa bb']);
  });
});

interface Png {
  width: number;
  height: number;
  rows: Buffer;
  paletteSize: number;
  texts: Record<string, string>;
}

/** An own reader: checks every checksum, the order of the chunks and the end. */
function readPng(file: Buffer): Png {
  expect(file.subarray(0, 8).toString('hex')).toBe('89504e470d0a1a0a');
  const chunks: { type: string; data: Buffer }[] = [];
  for (let at = 8; at < file.length; ) {
    const length = file.readUInt32BE(at);
    expect(file.readUInt32BE(at + 8 + length)).toBe(crc(file.subarray(at + 4, at + 8 + length)));
    chunks.push({
      type: file.toString('latin1', at + 4, at + 8),
      data: file.subarray(at + 8, at + 8 + length),
    });
    at += length + 12;
  }
  expect(chunks.map((chunk) => chunk.type)).toEqual(['IHDR', 'PLTE', 'iTXt', 'iTXt', 'iTXt', 'IDAT', 'IEND']);
  const find = (type: string): Buffer => chunks.find((chunk) => chunk.type === type)?.data ?? Buffer.alloc(0);
  const header = find('IHDR');
  expect([...header.subarray(8)]).toEqual([8, 3, 0, 0, 0]);
  const texts = chunks
    .filter((chunk) => chunk.type === 'iTXt')
    .map(({ data }) => {
      const end = data.indexOf(0);
      expect([...data.subarray(end, end + 5)]).toEqual([0, 0, 0, 0, 0]);
      return [data.toString('latin1', 0, end), data.toString('utf8', end + 5)];
    });
  return {
    width: header.readUInt32BE(0),
    height: header.readUInt32BE(4),
    rows: inflateSync(find('IDAT')),
    paletteSize: find('PLTE').length / 3,
    texts: Object.fromEntries(texts) as Record<string, string>,
  };
}

/** Bit by bit, unlike the encoder's table. */
function crc(bytes: Buffer): number {
  let value = ~0;
  for (const byte of bytes) {
    value ^= byte;
    for (let bit = 0; bit < 8; bit += 1) value = (value >>> 1) ^ (value & 1 ? 0xedb88320 : 0);
  }
  return ~value >>> 0;
}
