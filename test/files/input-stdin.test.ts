/** Images from standard input: the bytes themselves, or the JSON result of another command that names files. */
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { readImages } from '../../src/files/input.js';
import { refuseSecondReader } from '../../src/files/stdin.js';
import { JPEG_1X1, makePng, PNG_1X1, WEBP_1X1 } from '../support/images.js';
import { createInputWorld, image, MB, read, refusal } from './input-world.js';

const IMAGES: readonly (readonly [string, Buffer, string])[] = [
  ['PNG', PNG_1X1, 'png'],
  ['JPEG', JPEG_1X1, 'jpg'],
  ['WebP', WEBP_1X1, 'webp'],
];

describe('from standard input', () => {
  it.each(IMAGES)('%s is taken', async (name, bytes, extension) => {
    const [taken] = await read(await createInputWorld({ stdin: bytes }), ['-']);
    expect(taken).toMatchObject({ source: 'standard input', filename: `image.${extension}`, type: { name } });
    expect(Buffer.compare(taken?.bytes ?? Buffer.alloc(0), bytes)).toBe(0);
  });

  it('nothing came', async () => {
    expect(await refusal(read(await createInputWorld({ stdin: '' }), ['-']))).toMatchObject({
      code: 'bad_file',
      text: 'Standard input held nothing: the command before it may have failed.',
    });
  });

  it('an image cut short', async () => {
    const { text } = await refusal(read(await createInputWorld({ stdin: PNG_1X1.subarray(0, -9) }), ['-']));
    expect(text).toBe('standard input is a PNG that was cut short: its end is missing.');
  });

  it('text: the command before did not write the image', async () => {
    const { text, hint } = await refusal(
      read(await createInputWorld({ stdin: '/home/me/fox.png\n' }), ['-']),
    );
    expect(text).toBe('standard input is no image but plain text.');
    expect(hint).toContain('-o -');
    expect(hint).toContain('--json');
  });

  it('a terminal is refused at once, and not read', async () => {
    const stdin = Object.assign(new Readable({ read: () => expect.unreachable() }), { isTTY: true });
    const world = await createInputWorld({ stdin });
    const { code, text } = await refusal(read(world, ['no.png', '-']));
    expect([code, text]).toEqual([
      'usage',
      '"-" reads an image from a pipe, and standard input is a terminal.',
    ]);
  });

  it('what does not end is left soon behind the limit', async () => {
    let given = 0;
    const stdin = new Readable({
      read() {
        given += 64 * 1024;
        this.push(
          given === 64 * 1024 ? Buffer.concat([PNG_1X1, Buffer.alloc(64 * 1024)]) : Buffer.alloc(64 * 1024),
        );
      },
    });
    const { code, text, hint } = await refusal(
      read(await createInputWorld({ stdin }), ['-'], { maxBytes: MB }),
    );
    expect([code, text]).toEqual(['bad_file', 'standard input is too large: more than 1 MB.']);
    expect(hint).toContain('... | magick - -resize 50% png:- | ideogram ...');
    expect(given).toBeLessThan(2 * MB);
    expect(stdin.destroyed).toBe(true);
  });

  it('a folder as standard input', async () => {
    const stdin = new Readable({
      read() {
        this.destroy(Object.assign(new Error('EISDIR: illegal operation'), { code: 'EISDIR' }));
      },
    });
    expect(await refusal(read(await createInputWorld({ stdin }), ['-']))).toMatchObject({
      code: 'bad_file',
      text: 'Standard input cannot be read (EISDIR).',
    });
  });

  it('Ctrl-C while it is waited for', async () => {
    const world = await createInputWorld({ stdin: new Readable({ read() {} }) });
    const waiting = refusal(read(world, ['-']));
    setImmediate(() => world.world.stop.abort('SIGINT'));
    expect((await waiting).code).toBe('cancelled');
  });

  it('twice, for one option or for two', async () => {
    const world = await createInputWorld({ stdin: PNG_1X1 });
    expect((await refusal(read(world, ['-', '-']))).code).toBe('usage');
    const both = readImages(world, [image(['-']), image(['-'], { name: 'mask' })]);
    expect(await refusal(both)).toMatchObject({
      code: 'usage',
      text: expect.stringContaining('image and mask'),
    });
  });
});

describe('one reader of standard input', () => {
  it.each([[[]], [['The image']]])('%j is fine', (readers) => {
    expect(() => refuseSecondReader(readers)).not.toThrow();
  });

  it.each<[string[], string]>([
    [['The image', '--mask'], 'The image and --mask cannot both be -'],
    [['The prompt', 'The image', '--mask'], 'The prompt and The image and --mask cannot both be -'],
    [['--image', '--image'], '--image cannot be - twice'],
  ])('%j is refused', async (readers, who) => {
    const refused = await refusal(Promise.resolve().then(() => refuseSecondReader(readers)));
    expect(refused).toEqual({
      code: 'usage',
      text: `Standard input (-) can be read once only: ${who}.`,
      hint: 'Give the others as files.',
    });
  });
});

describe('the JSON result of another command', () => {
  const NAMES = ['a.png', 'b c.png'];

  /** A world whose standard input is a result that names these files, or anything else. */
  async function piped(result: (folder: string) => unknown) {
    const world = await createInputWorld();
    for (const [index, name] of NAMES.entries()) await world.put(name, makePng(index + 1, 1));
    const text = JSON.stringify(result(world.cwd));
    return { ...world, stdin: Readable.from([Buffer.from(`${text}\n`)]) };
  }
  const resultOf = (...paths: unknown[]) => ({
    ok: true,
    command: 'generate',
    images: paths.map((path) => ({ path })),
  });

  it('names the one image that is wanted', async () => {
    const world = await piped((folder) => resultOf(join(folder, 'b c.png')));
    const [taken] = await read(world, ['-']);
    expect(taken).toMatchObject({ source: join(world.cwd, 'b c.png'), filename: 'b c.png' });
  });

  it('names all that are wanted, in the place of the -', async () => {
    const world = await piped((folder) => resultOf(...NAMES.map((name) => join(folder, name))));
    await world.put('z.png', makePng(9, 1));
    const images = await read(world, ['z.png', '-', 'z.png'], { many: true });
    expect(images.map(({ bytes }) => Buffer.from(bytes).readUInt32BE(16))).toEqual([9, 1, 2, 9]);
  });

  it('passes over what was not saved', async () => {
    const world = await piped((folder) => resultOf(null, join(folder, 'a.png'), null));
    expect(await read(world, ['-'])).toHaveLength(1);
  });

  it('with a byte order mark and line breaks is one too', async () => {
    const world = await piped(() => null);
    const text = `\uFEFF\n${JSON.stringify(resultOf(join(world.cwd, 'a.png')), null, 2)}\n`;
    const stdin = Readable.from([Buffer.from(text)]);
    expect(await read({ ...world, stdin }, ['-'])).toHaveLength(1);
  });

  it.each<[string, (folder: string) => unknown, string, string]>([
    ['no image', () => resultOf(), 'The result on standard input has no saved image.', 'refused'],
    [
      'no saved image',
      () => resultOf(null, null),
      'The result on standard input has no saved image.',
      'see what it says',
    ],
    [
      'several where one is wanted',
      (folder) => resultOf(...NAMES.map((name) => join(folder, name))),
      'The result on standard input names 2 images, and one is taken here.',
      'They are saved. Give them one by one:',
    ],
    [
      'an error',
      () => ({ ok: false, error: { code: 'no_credit', message: 'The balance is used up.' } }),
      'Standard input holds the error of the command before it: The balance is used up.',
      '',
    ],
    [
      'a result without images',
      () => ({ ok: true, command: 'auth status' }),
      'The result of auth status on standard input names no images.',
      '',
    ],
    ['other JSON', () => ({ a: 1 }), 'standard input is no image but JSON.', '--json'],
    ['a list', () => [{ path: '/x' }], 'standard input is no image but JSON.', '--json'],
    [
      'an address',
      () => resultOf('https://example.com/x.png'),
      'names "https://example.com/x.png", which is no absolute path.',
      'ideogram --json',
    ],
    ['standard input', () => resultOf('-'), 'names "-", which is no absolute path.', ''],
    ['a relative path', () => resultOf('a.png'), 'names "a.png", which is no absolute path.', ''],
    ['a number', () => resultOf(7), 'names 7, which is no absolute path.', ''],
    ['a file that is gone', (folder) => resultOf(join(folder, 'gone.png')), 'gone.png does not exist.', ''],
    ['a folder', (folder) => resultOf(folder), 'is a folder, not a file.', ''],
  ])('with %s', async (_what, result, says, remedy) => {
    const world = await piped(result);
    const { code, text, hint } = await refusal(read(world, ['-']));
    expect(code).toBe('bad_file');
    expect(text).toContain(says);
    expect(hint).toContain(remedy);
    expect(world.fetched).toEqual([]);
  });

  it('of which one is bad, where many are wanted', async () => {
    const world = await piped((folder) => resultOf(join(folder, 'a.png'), 'https://example.com/x.png'));
    expect((await refusal(read(world, ['-'], { many: true }))).text).toContain('no absolute path');
    expect(world.fetched).toEqual([]);
  });

  it('quotes no more than the start of long words', async () => {
    const world = await piped(() => ({ ok: false, error: { message: 'x'.repeat(5000) } }));
    expect((await refusal(read(world, ['-']))).text.length).toBeLessThan(300);
  });

  it('names images that keep the limit', async () => {
    const world = await piped((folder) => resultOf(join(folder, 'big.png')));
    await world.put('big.png', makePng(200, 200, 0));
    const { text } = await refusal(read(world, ['-'], { maxBytes: 10_000 }));
    expect(text).toMatch(/big\.png is too large: 0 MB \(40\d{3} bytes\)\.$/);
  });
});
