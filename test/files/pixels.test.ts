/** Every kind of PNG and JPEG becomes the pixels that were painted; bombs, WebP and damage are refused. */
import { deflateSync } from 'node:zlib';
import fc from 'fast-check';
import { PNG } from 'pngjs';
import { describe, expect, it } from 'vitest';
import { decodePixels, encodeGrey } from '../../src/files/pixels.js';
import {
  BLACK,
  type Color,
  FOREIGN,
  fileOf,
  grey,
  leftBlack,
  type Paint,
  type PngKind,
  paintJpeg,
  paintPng,
  wrapPng,
} from '../support/pictures.js';

function paintAll(width: number, height: number, paint: Paint): Buffer {
  return Buffer.from(
    Array.from({ length: width * height }, (_, at) => [...paint(at % width, Math.floor(at / width))]).flat(),
  );
}

async function decode(bytes: Uint8Array, source = 'mask.png') {
  const { width, height, rgba } = await decodePixels(fileOf(source, bytes));
  return { width, height, rgba: Buffer.from(rgba) };
}

const KINDS: readonly PngKind[] = [
  { color: 'grey', depth: 1 },
  { color: 'grey', depth: 2 },
  { color: 'grey', depth: 4 },
  { color: 'grey', depth: 8 },
  { color: 'grey', depth: 16 },
  { color: 'rgb', depth: 8 },
  { color: 'rgb', depth: 16 },
  { color: 'palette', depth: 1 },
  { color: 'palette', depth: 2 },
  { color: 'palette', depth: 4 },
  { color: 'palette', depth: 8 },
  { color: 'greyAlpha', depth: 8 },
  { color: 'greyAlpha', depth: 16 },
  { color: 'rgba', depth: 8 },
  { color: 'rgba', depth: 16 },
].flatMap((kind) => [kind as PngKind, { ...(kind as PngKind), interlaced: true }]);

describe('a PNG', () => {
  it.each(KINDS.map((kind) => [JSON.stringify(kind), kind] as const))('%s', async (_name, kind) => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 19 }),
        fc.integer({ min: 1, max: 19 }),
        fc.infiniteStream(fc.boolean()),
        async (width, height, stream) => {
          const dark = Array.from({ length: width * height }, () => stream.next().value);
          const paint: Paint = (x, y) => grey(dark[y * width + x] ? 0 : 255);
          expect(await decode(paintPng(width, height, paint, kind))).toEqual({
            width,
            height,
            rgba: paintAll(width, height, paint),
          });
        },
      ),
      { numRuns: 12 },
    );
  });

  it.each<[string, PngKind]>([
    ['colours and transparency', { color: 'rgba' }],
    ['of 16 bits', { color: 'rgba', depth: 16 }],
    ['of a palette', { color: 'palette' }],
    ['interlaced', { color: 'rgba', interlaced: true }],
  ])('%s', async (_name, kind) => {
    const paint: Paint = (x, y): Color => [x * 20, y * 30, 255 - x * 20, y % 2 ? 255 : 77];
    const { rgba } = await decode(paintPng(12, 7, paint, kind));
    expect(rgba).toEqual(paintAll(12, 7, paint));
  });

  it('that names one grey as transparent', async () => {
    const bytes = paintPng(4, 1, (x) => grey(x < 2 ? 0 : 255), {
      color: 'grey',
      chunks: [['tRNS', Buffer.from([0, 255])]],
    });
    expect((await decode(bytes)).rgba).toEqual(Buffer.from([0, 0, 0, 255, 0, 0, 0, 255, ...Buffer.alloc(8)]));
  });

  it('with other data behind it, and in the middle of a larger buffer', async () => {
    const bytes = paintPng(6, 2, leftBlack(6));
    const larger = Buffer.concat([Buffer.alloc(13, 7), bytes, Buffer.from('made by a phone')]);
    expect((await decode(larger.subarray(13))).rgba).toEqual(paintAll(6, 2, leftBlack(6)));
  });
});

describe('a JPEG', () => {
  it.each<[string, Buffer]>([
    ['baseline', paintJpeg(16, 8, leftBlack(16))],
    ['CMYK', FOREIGN.cmykJpeg],
    ['progressive', FOREIGN.progressiveJpeg],
    ['grey, with a restart interval that does not divide it', FOREIGN.restartJpeg],
    ['RGB', FOREIGN.rgbJpeg],
    ['with data behind it', Buffer.concat([paintJpeg(16, 8, leftBlack(16)), Buffer.from('a film')])],
  ])('%s', async (_name, bytes) => {
    expect(await decode(bytes)).toEqual({ width: 16, height: 8, rgba: paintAll(16, 8, leftBlack(16)) });
  });
});

describe('is refused', () => {
  const refusal = async (bytes: Uint8Array, source: string) =>
    decodePixels(fileOf(source, bytes)).then(
      () => expect.fail('was decoded'),
      ({ code, message, hint }) => ({ code, message, hint }),
    );
  const good = paintPng(100, 100, (x, y) => grey((x * y * 7919) & 255));
  const damaged = (source: string, command: string) => ({
    code: 'bad_file',
    message: `${source} cannot be decoded; it may be damaged.`,
    hint: `Save it again, as a PNG: ${command}`,
  });
  /** An 8-bit grey PNG of 100x100 whose checksums are right, whatever its data. */
  const withData = (data: Buffer, interlaced = 0) =>
    wrapPng(100, 100, [8, 0, 0, 0, interlaced], [['IDAT', data]]);
  const rows = deflateSync(Buffer.alloc(101 * 100));
  const adler = Buffer.concat([rows.subarray(0, -1), Buffer.from([(rows.at(-1) ?? 0) ^ 1])]);

  it.each<[string, Buffer]>([
    ['a flipped byte', Buffer.concat([good.subarray(0, 500), Buffer.from([1, 2]), good.subarray(502)])],
    ['no pixels', wrapPng(100, 100, [8, 0, 0, 0, 0], [])],
    ['data that does not unpack', withData(Buffer.alloc(500, 7))],
    ['data cut short', withData(rows.subarray(0, -6))],
    ['data with a wrong sum', withData(adler)],
    ['too few rows', withData(deflateSync(Buffer.alloc(101 * 99)))],
    ['too few rows, interlaced', withData(deflateSync(Buffer.alloc(101 * 99)), 1)],
    ['a filter that there is not', withData(deflateSync(Buffer.alloc(101 * 100, 9)))],
    ['a depth that there is not', wrapPng(100, 100, [3, 0, 0, 0, 0], [['IDAT', rows]])],
    ['a palette that is not there', wrapPng(100, 100, [8, 3, 0, 0, 0], [['IDAT', rows]])],
    ['no width', wrapPng(0, 100, [8, 0, 0, 0, 0], [['IDAT', deflateSync(Buffer.alloc(100))]])],
    ['no end', good.subarray(0, -12)],
    ['a chunk that reaches behind the end', good.subarray(0, -30)],
  ])('a PNG with %s', async (_name, bytes) => {
    expect(await refusal(bytes, 'mask.png')).toEqual(damaged('mask.png', 'magick mask.png mask-new.png'));
  });

  it.each([
    ['a PNG', 0],
    ['an interlaced PNG', 1],
  ])('%s that unpacks to far more than its pixels, before it has', async (_name, interlaced) => {
    const bomb = fileOf('mask.png', withData(deflateSync(Buffer.alloc(50_000_000)), interlaced));
    await expect(decodePixels(bomb)).rejects.toMatchObject({
      message: 'mask.png cannot be decoded; it may be damaged.',
      cause: { code: 'ERR_BUFFER_TOO_LARGE' },
    });
  });

  it.each<[string, Buffer]>([
    ['four colours of an unknown kind', withoutAdobe(FOREIGN.cmykJpeg)],
    ['its scan cut short', cutScan(paintJpeg(64, 64, (x, y) => grey((x * y) & 255)))],
  ])('a JPEG with %s', async (_name, bytes) => {
    expect(await refusal(bytes, 'my mask.jpg')).toEqual(
      damaged('my mask.jpg', "magick 'my mask.jpg' 'my mask.png'"),
    );
  });

  it('a WebP, with the command that makes a PNG of it', async () => {
    expect(await refusal(FOREIGN.webp, 'work/mask.webp')).toEqual({
      code: 'bad_file',
      message: 'work/mask.webp is a WebP, whose pixels cannot be read here.',
      hint: 'Save it as a PNG: magick work/mask.webp work/mask.png',
    });
  });

  it('more than 100 million pixels, by its head alone', async () => {
    const refused = {
      code: 'bad_file',
      message: 'mask.png has 10000x10001 pixels: too many for a mask.',
      hint: 'At most 100 million pixels are taken.',
    };
    expect(await refusal(wrapPng(10_000, 10_001, [1, 0, 0, 0, 0], []), 'mask.png')).toEqual(refused);
    // This many are taken, and then there are none.
    expect(await refusal(wrapPng(10_000, 10_000, [1, 0, 0, 0, 0], []), 'mask.png')).toEqual(
      damaged('mask.png', 'magick mask.png mask-new.png'),
    );
  });
});

/** Without the segment behind its start that says what its colours are. */
function withoutAdobe(bytes: Buffer): Buffer {
  return Buffer.concat([bytes.subarray(0, 2), bytes.subarray(18)]);
}

/** Without its last third, but with the marker of its end. */
function cutScan(bytes: Buffer): Buffer {
  return Buffer.concat([bytes.subarray(0, (bytes.length * 2) / 3), bytes.subarray(-2)]);
}

describe('grey pixels', () => {
  it('are written as a PNG of 8-bit grey', async () => {
    const bytes = Buffer.from(await encodeGrey(3, 2, Uint8Array.from([0, 255, 0, 7, 8, 255])));
    // Depth, colour type, no interlacing.
    expect([...bytes.subarray(24, 29)]).toEqual([8, 0, 0, 0, 0]);
    const { width, height, data } = PNG.sync.read(bytes);
    expect([width, height]).toEqual([3, 2]);
    expect([...data.filter((_, at) => at % 4 === 0)]).toEqual([0, 255, 0, 7, 8, 255]);
    expect([...data.filter((_, at) => at % 4 === 3)]).toEqual(Array(6).fill(255));
  });

  it('of a part of a larger buffer', async () => {
    const part = Uint8Array.from([9, 9, 0, 255, 9]).subarray(2, 4);
    const { rgba } = await decode(await encodeGrey(2, 1, part));
    expect([...rgba]).toEqual([...BLACK, 255, 255, 255, 255]);
  });
});
