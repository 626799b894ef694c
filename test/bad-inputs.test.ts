/** Files, masks and addresses that are no good: one clear line and a remedy, exit 2, nothing sent, nothing written. */
import { mkdir, open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { expectOneLine, refused, type WrongCall } from './endpoints/refused.js';
import { JPEG_1X1, makePng, PNG_1X1, WEBP_1X1 } from './support/images.js';
import {
  BLACK,
  CLEAR,
  FOREIGN,
  grey,
  leftBlack,
  type Paint,
  paintJpeg,
  paintPng,
  turnJpeg,
  WHITE,
} from './support/pictures.js';
import { createWorld, runCli } from './support/run.js';

const MB = 1024 * 1024;

/** Refused both for people and for programs, in the same words. */
async function refusedTwice(call: WrongCall): Promise<{ code: string; message: string; hint: string }> {
  const human = await refused(call);
  expect(human.status).toBe(2);
  expectOneLine(human.stderr);
  const [first, ...rest] = human.stderr.trimEnd().split('\n');
  expect(rest.length).toBeGreaterThan(0);
  const machine = await refused({ ...call, argv: [...call.argv, '--json'] });
  expect(machine.status).toBe(2);
  const { code, message, hint, billed, status } = machine.error();
  expect([billed, status, typeof hint]).toEqual(['no', null, 'string']);
  expect(first).toBe(`Error: ${message}`);
  return { code, message, hint: String(hint) };
}

/** Each command that works on an image, with all that it needs besides. */
const ON_IMAGES: Readonly<Record<string, readonly string[]>> = {
  edit: ['--prompt', 'a lamp', '--mask-rect', '0,0,1,1'],
  'edit --whole': ['--prompt', 'a lamp', '--whole'],
  remix: ['--prompt', 'a lamp'],
  reframe: ['--resolution', '1024x1024'],
  upscale: [],
  describe: [],
  'replace-background': ['--prompt', 'a beach'],
  'remove-background': [],
  'remove-object': ['--mask-rect', '0,0,1,1'],
  layerize: [],
};

function argvFor(command: string, image: string): string[] {
  return [command.split(' ')[0] as string, image, ...(ON_IMAGES[command] as string[])];
}

const file = (name: string, bytes: Uint8Array | string) => (folder: string) =>
  writeFile(join(folder, name), bytes);

const all =
  (...makers: ((folder: string) => Promise<unknown>)[]) =>
  (folder: string) =>
    Promise.all(makers.map((make) => make(folder)));

/** A whole PNG of so many bytes that takes no room on the disk. */
const large = (name: string, size: number) => async (folder: string) => {
  const handle = await open(join(folder, name), 'wx');
  await handle.write(PNG_1X1.subarray(0, -12), 0, undefined, 0);
  await handle.write(PNG_1X1.subarray(-12), 0, 12, size - 12);
  await handle.close();
};

const brand = (name: string) => Buffer.from(`\0\0\0\x18ftyp${name}\0\0\0\0mif1${name}`, 'latin1');

const NO_PICTURES: readonly (readonly [string, Uint8Array | string, readonly string[]])[] = [
  ['an empty file', '', ['photo.png is empty']],
  ['a PNG cut short', PNG_1X1.subarray(0, -9), ['photo.png is a PNG that was cut short', 'Copy or export']],
  [
    'a JPEG cut short',
    JPEG_1X1.subarray(0, -2),
    ['photo.png is a JPEG that was cut short', 'Copy or export'],
  ],
  [
    'a WebP cut short',
    WEBP_1X1.subarray(0, -2),
    ['photo.png is a WebP that was cut short', 'Copy or export'],
  ],
  [
    'text',
    'I am a picture.\n',
    ['photo.png is no image but plain text', 'JPEG, PNG and WebP', 'not the name'],
  ],
  ['JSON', '{"images":1}', ['photo.png is no image but JSON', 'JPEG, PNG and WebP']],
  ['a web page', '<!doctype html>', ['photo.png is a web page', 'JPEG, PNG and WebP']],
  ['a HEIC', brand('heic'), ['photo.png is a HEIC', 'JPEG, PNG and WebP', 'magick photo.png photo.jpg']],
  ['an AVIF', brand('avif'), ['photo.png is an AVIF', 'JPEG, PNG and WebP', 'magick photo.png photo.jpg']],
  ['a GIF', 'GIF89a\x01\0\x01\0\0\0\0;', ['photo.png is a GIF', "magick 'photo.png[0]' photo-2.png"]],
  [
    'an SVG',
    '<svg xmlns="http://www.w3.org/2000/svg"/>',
    ['photo.png is an SVG', 'magick photo.png photo-2.png'],
  ],
];

describe.each(Object.keys(ON_IMAGES))('%s: what is called photo.png', (command) => {
  it.each(NO_PICTURES)('is %s', async (_what, bytes, says) => {
    const { code, message, hint } = await refusedTwice({
      given: file('photo.png', bytes),
      argv: argvFor(command, 'photo.png'),
    });
    expect(code).toBe('bad_file');
    for (const words of says) expect(`${message}\n${hint}`).toContain(words);
  });

  it('is a folder, or is not there', async () => {
    const folder = await refusedTwice({
      given: (world) => mkdir(join(world, 'photo.png')),
      argv: argvFor(command, 'photo.png'),
    });
    expect(folder).toMatchObject({ code: 'bad_file', message: 'photo.png is a folder, not a file.' });
    const nothing = await refusedTwice({ argv: argvFor(command, 'photo.png') });
    expect(nothing).toMatchObject({ code: 'bad_file', message: 'photo.png does not exist.' });
    expect(nothing.hint).toContain('An image is a file');
  });

  it('is larger than the endpoint takes', async () => {
    const limit = command === 'describe' ? 10 : 25;
    const { code, message, hint } = await refusedTwice({
      given: large('photo.png', (limit + 0.5) * MB),
      argv: argvFor(command, 'photo.png'),
    });
    expect([code, message]).toEqual(['bad_file', `photo.png is too large: ${limit + 0.5} MB.`]);
    expect(hint).toContain(`At most ${limit} MB are taken.`);
    expect(hint).toMatch(/magick photo\.png -resize \d+% photo-small\.png/);
  });

  it('is nothing, from standard input', async () => {
    const { code, message } = await refusedTwice({ argv: argvFor(command, '-'), stdin: '' });
    expect([code, message]).toEqual([
      'bad_file',
      'Standard input held nothing: the command before it may have failed.',
    ]);
  });

  it.each([
    ['https://localhost/x.png', '--allow-private-urls'],
    ['https://10.1.2.3/x.png', '--allow-private-urls'],
    ['https://192.168.0.1/x.png', '--allow-private-urls'],
    ['https://169.254.169.254/latest/meta-data', '--allow-private-urls'],
    ['https://[::1]/x.png', '--allow-private-urls'],
    ['http://example.com/x.png', 'https address'],
    ['http://localhost/x.png', '--allow-private-urls'],
    ['https://user:word@example.com/x.png', 'save the image as a file'],
  ])('is at the address %s', async (url, remedy) => {
    const { code, message, hint } = await refusedTwice({ argv: argvFor(command, url) });
    expect(code).toBe('bad_file');
    expect(message).not.toContain('word@');
    expect(hint.toLowerCase()).toContain(remedy);
  });
});

describe('too much in one request', () => {
  it('51 MB in three images: said before anything is sent', async () => {
    const { code, message, hint } = await refusedTwice({
      given: all(large('a.png', 24 * MB), large('b.png', 24 * MB), large('c.png', 3 * MB)),
      argv: [
        ...['remix', 'a.png', '-p', 'x', '--style-reference', 'b.png'],
        ...['--style-reference', 'c.png'],
      ],
    });
    expect([code, message]).toEqual(['bad_file', 'The images are 51 MB together.']);
    expect(hint).toContain('under 50 MB');
  });

  it('24 MB and 24 MB are not too much', async () => {
    const { status, stderr } = await dry(all(large('a.png', 24 * MB), large('b.png', 24 * MB)), [
      ...['remix', 'a.png', '-p', 'x', '--style-reference', 'b.png'],
    ]);
    expect([status, stderr]).toEqual([0, '']);
  });
});

async function dry(given: WrongCall['given'], argv: readonly string[]) {
  const world = await createWorld();
  await given?.(world.folder);
  return runCli([...argv, '--dry-run'], { world });
}

const photo = file('photo.png', makePng(40, 30));
const painted = (paint: Paint, width = 40, height = 30) => paintPng(width, height, paint);
const halfway: Paint = (x) => (x < 20 ? BLACK : grey(128));
const colored: Paint = (x) => (x < 20 ? BLACK : [255, 0, 0, 255]);
const clear: Paint = (x) => (x < 20 ? CLEAR : WHITE);

describe.each(['edit', 'remove-object'])('%s: a mask that is none', (command) => {
  const prompt = command === 'edit' ? ['-p', 'a lamp'] : [];
  const masked = (...words: string[]) => [command, 'photo.png', ...prompt, ...words];
  const withMask = (bytes: Uint8Array | string, ...more: string[]): WrongCall => ({
    given: all(photo, file('mask.png', bytes)),
    argv: masked('--mask', 'mask.png', ...more),
  });

  it.each<[string, Uint8Array | string, readonly string[]]>([
    [
      'of another size',
      painted(leftBlack(40), 40, 31),
      ['The mask mask.png is 40x31 pixels, its image photo.png is 40x30', 'pixel for pixel'],
    ],
    [
      'of half the size',
      painted(leftBlack(20), 20, 15),
      ['20x15', '40x30', "magick mask.png -sample '40x30!' mask-scaled.png"],
    ],
    ['turned', painted(leftBlack(30), 30, 40), ['30x40', 'swapped', '-rotate 90']],
    [
      'all white',
      painted(() => WHITE),
      ['mask.png is all white: nothing would change', 'Black is what changes'],
    ],
    ['all black', painted(() => BLACK), ['mask.png is all black: everything would change', 'ideogram remix']],
    ['half grey', painted(halfway), ['50 % of the pixels of mask.png are grey', '-threshold 50%']],
    ['all grey', painted(() => grey(128)), ['100 % of the pixels of mask.png are grey', '-threshold 50%']],
    ['coloured', painted(colored), ['50 % of the pixels of mask.png are coloured', '-threshold 50%']],
    [
      'transparent',
      painted(clear),
      ['50 % of the pixels of mask.png are transparent', 'not its transparency', '-alpha extract'],
    ],
    ['no picture', 'black and white', ['mask.png is no image but plain text', 'JPEG, PNG and WebP']],
    ['cut short', painted(leftBlack(40)).subarray(0, -12), ['mask.png is a PNG that was cut short']],
    ['empty', '', ['mask.png is empty']],
    [
      'damaged in its middle',
      damaged(painted(leftBlack(40))),
      ['mask.png cannot be decoded; it may be damaged', 'Save it again'],
    ],
  ])('%s', async (_what, bytes, says) => {
    const { code, message, hint } = await refusedTwice(withMask(bytes));
    expect(code).toBe('bad_file');
    for (const words of says) expect(`${message}\n${hint}`).toContain(words);
  });

  it('a WebP, whose pixels cannot be read', async () => {
    const { code, message, hint } = await refusedTwice({
      given: all(file('photo.png', makePng(16, 8)), file('mask.webp', FOREIGN.webp)),
      argv: masked('--mask', 'mask.webp'),
    });
    expect([code, message]).toEqual(['bad_file', 'mask.webp is a WebP, whose pixels cannot be read here.']);
    expect(hint).toContain('magick mask.webp mask.png');
  });

  it('turned by EXIF, or for an image that is', async () => {
    const upright = paintJpeg(40, 30, leftBlack(40));
    for (const orientation of [2, 3, 6, 8]) {
      const turned = await refusedTwice({
        given: all(
          file('photo.jpg', turnJpeg(upright, orientation)),
          file('mask.png', painted(leftBlack(40))),
        ),
        argv: [command, 'photo.jpg', ...prompt, '--mask', 'mask.png'],
      });
      expect(turned.message).toContain(`EXIF orientation ${orientation}`);
      expect(turned.hint).toContain('magick photo.jpg -auto-orient photo-upright.jpg');
      const rect = await refusedTwice({
        given: file('photo.jpg', turnJpeg(upright, orientation)),
        argv: [command, 'photo.jpg', ...prompt, '--mask-rect', '0,0,5,5'],
      });
      expect(rect.message).toBe(turned.message);
      const mask = await refusedTwice({
        given: all(photo, file('mask.jpg', turnJpeg(upright, orientation))),
        argv: masked('--mask', 'mask.jpg'),
      });
      expect(mask.message).toContain('mask.jpg is stored as 40x30 pixels');
    }
  });

  it('with --invert-mask the other way round', async () => {
    const white = await refusedTwice(
      withMask(
        painted(() => WHITE),
        '--invert-mask',
      ),
    );
    expect(white.message).toBe('mask.png is all white: everything would change.');
    const black = await refusedTwice(
      withMask(
        painted(() => BLACK),
        '--invert-mask',
      ),
    );
    expect(black.message).toBe('mask.png is all black: nothing would change.');
    expect(black.hint).toContain('With --invert-mask, white is what changes');
  });

  it.each([
    ['30,20,11,5', 'reaches outside of photo.png, which is 40x30 pixels', '30,20,10,5'],
    ['40,0,1,1', 'reaches outside', 'x is at most 39'],
    ['0,0,40,30', 'is all black: everything would change', 'ideogram remix'],
    ['0,0,100%,100%', 'is all black', 'ideogram remix'],
    ['0,0,0,5', 'its width is 0', 'x,y,width,height'],
    ['1,2,3', 'does not take "1,2,3"', 'x,y,width,height'],
    ['-1,0,5,5', 'does not take', 'x,y,width,height'],
    ['0,0,101%,5', '100% is all of it', 'x,y,width,height'],
  ])('--mask-rect %s', async (rect, says, remedy) => {
    const { message, hint } = await refusedTwice({ given: photo, argv: masked(`--mask-rect=${rect}`) });
    expect(message).toContain(says);
    expect(hint).toContain(remedy);
  });

  it('image and mask both from standard input', async () => {
    const { code, message, hint } = await refusedTwice({
      argv: [command, '-', ...prompt, '--mask', '-'],
      stdin: makePng(40, 30),
    });
    expect([code, message]).toEqual([
      'usage',
      'Standard input (-) can be read once only: The image and --mask cannot both be -.',
    ]);
    expect(hint).toBe('Give the others as files.');
  });

  it.each<[string, WrongCall['given'], string, string]>([
    ['that exists', file('kept.png', 'precious'), 'kept.png', 'exists already'],
    ['that is a folder', (folder) => mkdir(join(folder, 'kept.png')), 'kept.png', 'is no file'],
    ['of another type', undefined, 'kept.jpg', 'a mask is kept as a PNG'],
    ['on standard output', undefined, '-', 'a mask is kept as a PNG'],
    ['without a name', undefined, '', 'is empty'],
    ['below a file', file('kept', ''), 'kept/m.png', 'cannot be written'],
  ])('--save-mask to a place %s', async (_what, given, path, says) => {
    for (const flags of [[], ['--dry-run']]) {
      const argv = masked('--mask-rect', '0,0,5,5', `--save-mask=${path}`, ...flags);
      const { message } = await refused({
        given: all(photo, given ?? (async () => {})),
        argv: [...argv, '--json'],
      }).then((result) => {
        expect(result.status).toBe(2);
        return result.error();
      });
      expect(message).toContain(says);
    }
  });
});

/** The PNG with its pixels' data spoilt. */
function damaged(png: Buffer): Buffer {
  const bytes = Buffer.from(png);
  bytes.fill(0x55, bytes.indexOf('IDAT') + 4, bytes.indexOf('IEND') - 8);
  return bytes;
}

describe('what is read twice from standard input', () => {
  it.each<[string, readonly string[], string]>([
    ['prompt and image', ['remix', '-', '-p', '-'], '--prompt'],
    ['image and style', ['remix', '-', '-p', 'x', '--style-reference', '-'], '--style-reference'],
    ['prompt and style', ['generate', '-', '--style-reference', '-'], '--style-reference'],
    [
      'a character and its mask',
      ['generate', 'x', '--character-reference', '-', '--character-mask', '-'],
      '--character-mask',
    ],
    ['an image and a further one', ['edit', '-', '--whole', '-p', 'x', '--reference', '-'], '--reference'],
    ['an image and another', ['describe', '-', '-'], 'twice'],
  ])('%s', async (_what, argv, says) => {
    const { code, message } = await refusedTwice({ argv, stdin: makePng(4, 4) });
    expect([code, message]).toEqual([
      'usage',
      expect.stringMatching(/^Standard input \(-\) can be read once only/),
    ]);
    expect(message).toContain(says);
  });
});

describe('where the image cannot go', () => {
  it.each(Object.keys(ON_IMAGES).filter((command) => !/^(describe|layerize)$/.test(command)))(
    '%s: bytes do not go to a terminal',
    async (command) => {
      const { status, stderr } = await refused({
        given: photo,
        argv: [...argvFor(command, 'photo.png'), '-o', '-'],
        stdoutIsTerminal: true,
      });
      expect([status, stderr]).toEqual([2, expect.stringContaining('not written to a terminal')]);
      expectOneLine(stderr);
    },
  );

  it('layerize: the text goes to standard output, and the image beside it', async () => {
    const { status, stderr } = await refused({ given: photo, argv: ['layerize', 'photo.png', '-o', '-'] });
    expect([status, stderr]).toEqual([
      2,
      expect.stringContaining('layerize writes the text to standard output'),
    ]);
    expect(stderr).toContain('-o images/');
    expectOneLine(stderr);
  });

  it('describe and magic-prompt make none', async () => {
    for (const argv of [
      ['describe', 'photo.png', '-o', 'x.png'],
      ['magic-prompt', 'a fox', '--metadata'],
    ]) {
      const { status, stderr } = await refused({ given: photo, argv });
      expect([status, stderr]).toEqual([2, expect.stringContaining('Unknown option')]);
    }
  });
});

it.each([
  [['generate', 'a fox', '--json=true'], '--json takes no value.'],
  [['generate', 'a fox', '--preview=kitty'], '--preview takes no value.'],
  [['generate', 'a fox', '--api-key', 'abcdef'], 'A key is never typed into the command line'],
  [['auth', 'login', '--key', 'abcdef'], 'A key is never typed into the command line'],
  [['auth', 'abcdef'], 'A key is never typed into the command line'],
  [['auth', 'login', '--with-key=abcdef'], 'takes no value.\n  A key is never typed into the command line'],
  [['auth', 'login', '--Key_abcdef'], 'Unknown option.\n  A key is never typed into the command line'],
  [['auth', 'login', '--Key_abcdef=1'], 'Unknown option.\n'],
  [['auth', 'login', '-abcdef'], "Unknown option '-a'"],
  [['auth', 'login', '--profile', 'abcdef'], "Unknown option '--profile'"],
  [['completion', 'bash', 'extra'], "For example: echo 'source"],
  [['upscale', 'a.png', 'b.png'], 'One image at a time'],
])('%j: %s', async (argv, words) => {
  const { status, stderr } = await runCli(argv);
  expect([status, stderr]).toEqual([2, expect.stringContaining(words)]);
  expect(stderr).not.toContain('abcdef');
});
