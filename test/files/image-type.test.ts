/** What bytes are, and whether they are all there: the kinds we know, every way to be cut short, and the names of other contents. */
import { describe, expect, it } from 'vitest';
import {
  HEAD_BYTES,
  type ImageType,
  isWholeImage,
  nameOtherContent,
  sniffImage,
  sourceOf,
} from '../../src/files/image-type.js';
import { JPEG_1X1, makePng, PNG_1X1, WEBP_1X1 } from '../support/images.js';

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');

async function isWhole(content: Uint8Array): Promise<boolean> {
  const type = sniffImage(content.subarray(0, HEAD_BYTES));
  return type !== undefined && (await isWholeImage(type, sourceOf(content)));
}

/** A JPEG whose EXIF segment holds a whole JPEG of its own, as cameras write it. */
const JPEG_WITH_THUMBNAIL = Buffer.concat([
  JPEG_1X1.subarray(0, 2),
  Buffer.from([0xff, 0xe1, (JPEG_1X1.length + 2) >> 8, (JPEG_1X1.length + 2) & 0xff]),
  JPEG_1X1,
  JPEG_1X1.subarray(2),
]);

const KNOWN: readonly (readonly [string, Buffer, ImageType])[] = [
  ['PNG', PNG_1X1, { name: 'PNG', mime: 'image/png', extension: 'png' }],
  ['a large PNG', makePng(2000, 2000), { name: 'PNG', mime: 'image/png', extension: 'png' }],
  ['JPEG', JPEG_1X1, { name: 'JPEG', mime: 'image/jpeg', extension: 'jpg' }],
  ['JPEG with a thumbnail', JPEG_WITH_THUMBNAIL, { name: 'JPEG', mime: 'image/jpeg', extension: 'jpg' }],
  ['WebP', WEBP_1X1, { name: 'WebP', mime: 'image/webp', extension: 'webp' }],
];

describe.each(KNOWN)('%s', (_name, content, type) => {
  it('is known by its first bytes', () => {
    expect(sniffImage(content.subarray(0, HEAD_BYTES))).toEqual(type);
    expect(sniffImage(content)).toEqual(type);
  });

  it('is known where it lies in the middle of a larger buffer', async () => {
    const larger = Buffer.concat([bytes('GIF89a'), content, bytes('tail')]);
    const view = new Uint8Array(larger.buffer, larger.byteOffset + 6, content.length);
    expect(sniffImage(view)).toEqual(type);
    expect(await isWhole(view)).toBe(true);
  });

  it('is whole', async () => {
    expect(await isWhole(content)).toBe(true);
  });

  it('is whole with other data behind it', async () => {
    expect(await isWhole(Buffer.concat([content, bytes('made by a camera\0')]))).toBe(true);
    expect(await isWhole(Buffer.concat([content, Buffer.alloc(60_000)]))).toBe(true);
  });

  it('is not whole at any shorter length', async () => {
    const lengths = Array.from(
      { length: Math.min(content.length, 500) },
      (_, index) => content.length - 1 - index,
    );
    const whole = await Promise.all(lengths.map((length) => isWhole(content.subarray(0, length))));
    expect(lengths.filter((_, index) => whole[index])).toEqual([]);
  });
});

describe('no image we know', () => {
  it.each<[string, Buffer]>([
    ['nothing', bytes('')],
    ['the first byte of a PNG', PNG_1X1.subarray(0, 1)],
    ['a PNG signature that a text transfer has changed', bytes('\x89PNG\n\x1a\n')],
    ['two bytes of a JPEG', JPEG_1X1.subarray(0, 2)],
    ['a RIFF that is sound', bytes('RIFF\x24\0\0\0WAVEfmt ')],
    ['a RIFF cut before its kind', WEBP_1X1.subarray(0, 11)],
    ['text', bytes('a red fox')],
    ['a GIF', bytes('GIF89a')],
  ])('%s', (_what, content) => {
    expect(sniffImage(content)).toBeUndefined();
  });
});

describe('the name of other contents', () => {
  it.each<[string, Buffer, string]>([
    ['GIF 87', bytes('GIF87a\x01\0\x01\0'), 'a GIF'],
    ['GIF 89', bytes('GIF89a\x01\0\x01\0'), 'a GIF'],
    ['BMP', bytes('BM\x46\0\0\0'), 'a BMP'],
    ['PDF', bytes('%PDF-1.7\n'), 'a PDF'],
    ['TIFF, little-endian', bytes('II*\0\x08\0\0\0'), 'a TIFF'],
    ['TIFF, big-endian', bytes('MM\0*\0\0\0\x08'), 'a TIFF'],
    ['HEIC', bytes('\0\0\0\x18ftypheic\0\0\0\0'), 'a HEIC'],
    ['MP4', bytes('\0\0\0\x18ftypisom\0\0\0\0'), 'a video'],
    ['AVIF', bytes('\0\0\0\x1cftypavif\0\0\0\0'), 'an AVIF'],
    ['AVIF, moving', bytes('\0\0\0\x1cftypavis\0\0\0\0'), 'an AVIF'],
    ['SVG', bytes('<svg xmlns="http://www.w3.org/2000/svg">'), 'an SVG'],
    ['SVG behind a declaration', bytes('<?xml version="1.0"?>\n<svg>'), 'an SVG'],
    [
      'XML that is no picture',
      bytes('<?xml version="1.0"?><Error><Code>x</Code></Error>'),
      'an XML document',
    ],
    ['SVG behind a byte order mark', Buffer.from('\uFEFF<svg>'), 'an SVG'],
    ['a web page', bytes('<!DOCTYPE html>\n<html>'), 'a web page'],
    ['a web page behind blank lines', bytes('\n\n  <html>'), 'a web page'],
    ['text', bytes('a red fox'), 'plain text'],
    ['JSON', bytes('{"error":"expired"}'), 'JSON'],
    ['nothing', bytes(''), 'nothing'],
    ['one byte', bytes('x'), 'plain text'],
    ['zeros', Buffer.alloc(64), 'no image'],
  ])('%s', (_what, content, name) => {
    expect(nameOtherContent(content)).toBe(name);
  });
});
