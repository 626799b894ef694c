/** Images from files: each way to be bad, sizes and limits, and masks. */
import { execFileSync } from 'node:child_process';
import { mkdir, open, truncate } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { readChecked } from '../../src/files/checked-file.js';
import { readImages } from '../../src/files/input.js';
import { checkRequestSize, MAX_IMAGE_BYTES } from '../../src/files/upload-limits.js';
import { JPEG_1X1, makePng, PNG_1X1, WEBP_1X1 } from '../support/images.js';
import { createInputWorld, image, MB, read, refusal } from './input-world.js';

const IMAGES: readonly (readonly [string, Buffer, string])[] = [
  ['PNG', PNG_1X1, 'png'],
  ['JPEG', JPEG_1X1, 'jpg'],
  ['WebP', WEBP_1X1, 'webp'],
];

/** A file of any size that takes no room on the disk: a start, an end, and nothing between. */
async function large(
  path: string,
  start: Buffer,
  size: number,
  end: Buffer = Buffer.alloc(0),
): Promise<void> {
  const file = await open(path, 'wx');
  await file.write(start, 0, undefined, 0);
  await file.write(end, 0, undefined, size - end.length);
  await file.close();
  await truncate(path, size);
}

/** A JPEG that says its size: the head of a real one, with other numbers. */
const jpegOf = (width: number, height: number, orientation = 1): Buffer => {
  const exif = Buffer.from(
    `ffe10022${Buffer.from('Exif\0\0MM\0*').toString('hex')}00000008000101120003000000010${orientation.toString(16).padStart(3, '0')}000000000000`,
    'hex',
  );
  const bytes = Buffer.concat([JPEG_1X1.subarray(0, 2), exif, JPEG_1X1.subarray(2)]);
  const frame = bytes.indexOf(Buffer.from([0xff, 0xc0]));
  bytes.writeUInt16BE(height, frame + 5);
  bytes.writeUInt16BE(width, frame + 7);
  return bytes;
};

describe('from a file', () => {
  it.each(IMAGES)('%s is taken, byte for byte', async (name, bytes, extension) => {
    const world = await createInputWorld();
    await mkdir(join(world.cwd, 'a b'));
    await world.put('a b/fox.v2.gif', bytes);
    const [taken] = await read(world, ['a b/fox.v2.gif']);
    expect(taken).toMatchObject({
      source: 'a b/fox.v2.gif',
      filename: `fox.v2.${extension}`,
      type: { name },
    });
    expect(Buffer.compare(taken?.bytes ?? Buffer.alloc(0), bytes)).toBe(0);
  });

  it('the names of options, and the order, are kept', async () => {
    const world = await createInputWorld();
    for (const width of [1, 2, 3]) await world.put(`${width}.png`, makePng(width, 1));
    const images = await readImages(world, [
      image(['3.png', '1.png'], { name: 'references' }),
      image(['2.png']),
      image([], { name: 'mask', masksFor: 'image' }),
    ]);
    expect(Object.entries(images).map(([name, files]) => [name, files.map(({ source }) => source)])).toEqual([
      ['references', ['3.png', '1.png']],
      ['image', ['2.png']],
      ['mask', []],
    ]);
  });

  it.each<[string, string, (folder: string) => Promise<unknown>, string]>([
    ['missing', 'no.png', async () => {}, 'no.png does not exist.'],
    ['a folder', 'x', (folder) => mkdir(join(folder, 'x')), 'x is a folder, not a file.'],
    [
      'a named pipe',
      'pipe',
      async (folder) => execFileSync('mkfifo', [join(folder, 'pipe')]),
      'pipe is a pipe or a device, not a file.',
    ],
    ['a device', '/dev/zero', async () => {}, '/dev/zero is a pipe or a device, not a file.'],
    ['below a file', 'a.png/b.png', async () => {}, 'a.png/b.png cannot be read (ENOTDIR).'],
    [
      'another kind of address',
      'ftp://example.com/a.png',
      async () => {},
      'ftp://example.com/a.png does not exist.',
    ],
  ])('%s', async (_what, source, given, says) => {
    const world = await createInputWorld();
    await world.put('a.png', PNG_1X1);
    await given(world.cwd);
    const { code, text, hint } = await refusal(read(world, [source]));
    expect([code, text]).toEqual(['bad_file', says]);
    expect(hint).toBe('An image is a file, an https URL, or - for standard input.');
  });

  it('an empty name is no folder', async () => {
    expect(await refusal(read(await createInputWorld(), ['']))).toMatchObject({
      code: 'bad_input',
      text: 'The name of an image is empty.',
    });
  });

  it.each(IMAGES)('a %s that was cut short', async (name, bytes) => {
    const world = await createInputWorld();
    await world.put('x.png', bytes.subarray(0, -1));
    expect(await refusal(read(world, ['x.png']))).toMatchObject({
      code: 'bad_file',
      text: `x.png is a ${name} that was cut short: its end is missing.`,
      hint: 'Copy or export it again.',
    });
  });

  it('a bad file is found before anything is fetched, and before standard input is touched', async () => {
    let isRead = false;
    const stdin = new Readable({
      read() {
        isRead = true;
        this.push(null);
      },
    });
    const world = await createInputWorld({ stdin });
    const sources = ['https://example.com/a.png', '-', 'no.png'];
    expect((await refusal(read(world, sources))).text).toBe('no.png does not exist.');
    expect([world.fetched, isRead]).toEqual([[], false]);
  });
});

describe('a file that is too large', () => {
  it.each<[NodeJS.Platform, string, Buffer, number, number, string, string]>([
    [
      'linux',
      'photo.jpg',
      jpegOf(6000, 4000),
      50,
      25,
      '50 MB',
      'magick photo.jpg -resize 67% photo-small.jpg',
    ],
    [
      'linux',
      'photo.jpg',
      jpegOf(6000, 4000),
      26,
      25,
      '26 MB',
      'magick photo.jpg -resize 93% photo-small.jpg',
    ],
    [
      'linux',
      'my photo.jpg',
      jpegOf(60, 40),
      12,
      10,
      '12 MB',
      "magick 'my photo.jpg' -resize 86% 'my photo-small.jpg'",
    ],
    ['linux', 'a.webp', WEBP_1X1, 1000, 10, '1000 MB', 'magick a.webp -resize 9% a-small.webp'],
    [
      'linux',
      'really-a-png.jpg',
      makePng(9, 9),
      40,
      10,
      '40 MB',
      'magick really-a-png.jpg -resize 47% really-a-png-small.png',
    ],
    [
      'darwin',
      'photo.jpg',
      jpegOf(6000, 4000),
      50,
      25,
      '50 MB',
      'sips -Z 4030 photo.jpg --out photo-small.jpg',
    ],
    [
      'darwin',
      'photo.jpg',
      jpegOf(4000, 6000, 6),
      50,
      25,
      '50 MB',
      'sips -Z 4030 photo.jpg --out photo-small.jpg',
    ],
    ['darwin', 'a.png', makePng(100, 1), 40, 10, '40 MB', 'sips -Z 47 a.png --out a-small.png'],
    ['darwin', 'a.webp', WEBP_1X1, 40, 10, '40 MB', 'magick a.webp -resize 47% a-small.webp'],
    [
      'darwin',
      'no-frame.jpg',
      JPEG_1X1.subarray(0, 24),
      40,
      10,
      '40 MB',
      'magick no-frame.jpg -resize 47% no-frame-small.jpg',
    ],
    [
      'win32',
      'photo.jpg',
      jpegOf(6000, 4000),
      50,
      25,
      '50 MB',
      'magick photo.jpg -resize "67%" photo-small.jpg',
    ],
  ])('on %s, %s', async (platform, name, start, size, limit, told, command) => {
    const world = await createInputWorld({ platform });
    await large(join(world.cwd, name), start, size * MB);
    expect(await refusal(read(world, [name], { maxBytes: limit * MB }))).toEqual({
      code: 'bad_file',
      text: `${name} is too large: ${told}.`,
      hint: `At most ${limit} MB are taken.\nMake it smaller: ${command}`,
    });
  });

  it('by one byte says so, and at the limit is taken', async () => {
    const world = await createInputWorld();
    for (const more of [0, 1]) {
      await large(
        join(world.cwd, `${more}.png`),
        PNG_1X1.subarray(0, -12),
        25 * MB + more,
        PNG_1X1.subarray(-12),
      );
    }
    expect((await refusal(read(world, ['1.png']))).text).toBe('1.png is too large: 25 MB (26214401 bytes).');
    expect((await read(world, ['0.png']))[0]?.bytes.length).toBe(MAX_IMAGE_BYTES);
  });

  it('is not read: one of a terabyte is refused as fast', async () => {
    const world = await createInputWorld();
    await large(join(world.cwd, 'huge.png'), PNG_1X1, 1024 * 1024 * MB);
    expect((await refusal(read(world, ['huge.png']))).text).toBe('huge.png is too large: 1048576 MB.');
  });

  it('and no image is refused for what it is', async () => {
    const world = await createInputWorld();
    await large(join(world.cwd, 'film.jpg'), Buffer.from('\0\0\0\x18ftypisom\0\0\0\0', 'latin1'), 900 * MB);
    expect((await refusal(read(world, ['film.jpg']))).text).toBe('film.jpg is a video.');
  });

  it('is never told to overwrite another', async () => {
    const world = await createInputWorld();
    await large(join(world.cwd, 'a.png'), PNG_1X1, 30 * MB);
    await world.put('a-small.png', PNG_1X1);
    expect((await refusal(read(world, ['a.png']))).hint).toMatch(/ a-small-2\.png$/);
  });
});

describe('masks', () => {
  const pair = (masks: string[], images: string[]) => [
    image(masks, { name: 'masks', masksFor: 'images' }),
    image(images, { name: 'images' }),
  ];

  it('of the same size are taken, each for its own image', async () => {
    const world = await createInputWorld();
    await world.put('a.png', makePng(3, 2));
    await world.put('b.png', makePng(2, 3));
    expect((await readImages(world, pair(['a.png', 'b.png'], ['a.png', 'b.png']))).masks).toHaveLength(2);
    expect((await refusal(readImages(world, pair(['a.png', 'b.png'], ['b.png', 'a.png'])))).text).toBe(
      'The mask a.png is 3x2 pixels, its image b.png is 2x3.',
    );
  });

  it.each<[string, Buffer, Buffer, string]>([
    ['of another size', makePng(2, 2), jpegOf(3, 2, 1), 'in its size, pixel for pixel'],
    ['of another height', makePng(3, 3), jpegOf(3, 2, 1), 'pixel for pixel'],
    ['of an image that is shown turned', makePng(3, 2), jpegOf(3, 2, 6), 'Turn its pixels: magick photo.jpg'],
    ['of an image that is shown upside down', makePng(3, 2), jpegOf(3, 2, 3), 'Turn its pixels'],
  ])('%s are refused', async (_what, mask, photo, remedy) => {
    const world = await createInputWorld();
    await world.put('mask.png', mask);
    await world.put('photo.jpg', photo);
    const { code, hint } = await refusal(readImages(world, pair(['mask.png'], ['photo.jpg'])));
    expect(code).toBe('bad_file');
    expect(hint).toContain(remedy);
  });

  it('are as many as the images', async () => {
    const world = await createInputWorld();
    await world.put('a.png', PNG_1X1);
    expect(await refusal(readImages(world, pair(['a.png'], ['a.png', 'a.png'])))).toMatchObject({
      code: 'bad_input',
      text: 'There are 1 masks and 2 images.',
    });
  });
});

describe('a file that is no image', () => {
  it('is read up to its limit', async () => {
    const world = await createInputWorld();
    await world.put('a.txt', 'a red fox');
    const path = join(world.cwd, 'a.txt');
    expect(Buffer.from(await readChecked(path, 'a.txt', 9)).toString()).toBe('a red fox');
    expect(await refusal(readChecked(path, 'a.txt', 8))).toMatchObject({
      code: 'bad_file',
      text: expect.stringContaining('a.txt is too large'),
    });
    expect(await refusal(readChecked('/dev/zero', 'zero', 8, 'the hint'))).toMatchObject({
      hint: 'the hint',
    });
  });
});

describe('a request', () => {
  const type = { name: 'PNG', mime: 'image/png', extension: 'png' } as const;
  const file = (size: number) => ({ source: 'x', filename: 'x.png', type, bytes: new Uint8Array(size) });

  it('stays under 50 MB, all together', async () => {
    expect(() => checkRequestSize([file(24 * MB), file(25 * MB)], 1000)).not.toThrow();
    const check = (sizes: number[], other: number) =>
      refusal(Promise.resolve().then(() => checkRequestSize(sizes.map(file), other)));
    expect(await check([25 * MB, 25 * MB], 0)).toMatchObject({
      code: 'bad_file',
      text: 'The images are 50 MB together.',
      hint: 'A request stays under 50 MB: use fewer or smaller images.',
    });
    expect((await check([24 * MB, 25 * MB], MB)).code).toBe('bad_file');
  });
});
