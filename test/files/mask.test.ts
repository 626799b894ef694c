/** The mask that is sent, and that which is kept: polarity, untouched bytes, and every reason for which none is made. */
import fc from 'fast-check';
import { PNG } from 'pngjs';
import { describe, expect, it } from 'vitest';
import type { ImageFile } from '../../src/files/input.js';
import { type MaskOrder, makeMask } from '../../src/files/mask.js';
import { readMaskRect } from '../../src/files/mask-rect.js';
import {
  BLACK,
  CLEAR,
  type Color,
  FOREIGN,
  fileOf,
  grey,
  leftBlack,
  type Paint,
  paintJpeg,
  paintPng,
  turnJpeg,
  WHITE,
  wrapPng,
} from '../support/pictures.js';

/** Only its head is read. */
const photo = (width = 16, height = 8, source = 'photo.png'): ImageFile =>
  fileOf(source, wrapPng(width, height, [8, 2, 0, 0, 0], []));
const maskFile = (paint: Paint, width = 16, height = 8): ImageFile =>
  fileOf('mask.png', paintPng(width, height, paint, { color: 'rgba' }));
const order = (file: ImageFile, settings: Partial<MaskOrder> = {}): MaskOrder => ({
  given: { file },
  invert: false,
  changes: 'black',
  ...settings,
});
const rects = (...typed: string[]): MaskOrder['given'] => ({
  rects: typed.map((text) => readMaskRect('--mask-rect', text)),
});

/** Rows of `#` (black) and `.` (white); anything else is `?`. */
function rowsOf(bytes: Uint8Array): string[] {
  const { width, height, data } = PNG.sync.read(Buffer.from(bytes));
  return Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (__, x) => {
      const color = data.readUInt32BE((y * width + x) * 4);
      return color === 0x000000ff ? '#' : color === 0xffffffff ? '.' : '?';
    }).join(''),
  );
}

const LEFT = Array(8).fill('########........');
const RIGHT = Array(8).fill('........########');

async function refusal(image: ImageFile, wanted: MaskOrder, platform?: NodeJS.Platform) {
  return makeMask(image, wanted, platform).then(
    () => expect.fail('was made'),
    ({ code, message, hint }) => ({ code, message, hint }),
  );
}

describe('black and white already', () => {
  const kinds: readonly (readonly [string, Buffer])[] = [
    ['a PNG', paintPng(16, 8, leftBlack(16))],
    ['a PNG of 1 bit', paintPng(16, 8, leftBlack(16), { color: 'grey', depth: 1 })],
    ['a PNG of 16 bits, interlaced', paintPng(16, 8, leftBlack(16), { depth: 16, interlaced: true })],
    ['a PNG of a palette', paintPng(16, 8, leftBlack(16), { color: 'palette', depth: 4 })],
    ['a JPEG', paintJpeg(16, 8, leftBlack(16))],
    ['a CMYK JPEG', FOREIGN.cmykJpeg],
    ['a progressive JPEG', FOREIGN.progressiveJpeg],
    ['a JPEG that is upright by EXIF', turnJpeg(paintJpeg(16, 8, leftBlack(16)), 1)],
    ['a JPEG with an orientation that there is not', turnJpeg(paintJpeg(16, 8, leftBlack(16)), 9)],
  ];

  it.each(kinds)("%s is sent byte by byte where its polarity is the endpoint's", async (_name, bytes) => {
    const user = fileOf('my/mask.xyz', bytes);
    for (const [invert, changes] of [
      [false, 'black'],
      [true, 'white'],
    ] as const) {
      const { file, kept } = await makeMask(photo(), order(user, { invert, changes }));
      expect(file).toEqual(user);
      expect(Buffer.from(file.bytes).equals(bytes)).toBe(true);
      expect(rowsOf(kept)).toEqual(invert ? RIGHT : LEFT);
    }
  });

  it.each(kinds)('%s is turned round where it is not', async (_name, bytes) => {
    const user = fileOf('my/mask.xyz', bytes);
    for (const [invert, changes] of [
      [true, 'black'],
      [false, 'white'],
    ] as const) {
      const { file, kept } = await makeMask(photo(), order(user, { invert, changes }));
      expect(file).toMatchObject({
        source: 'my/mask.xyz',
        filename: 'mask.png',
        type: { name: 'PNG', mime: 'image/png', extension: 'png' },
      });
      expect(rowsOf(file.bytes)).toEqual(RIGHT);
      expect(rowsOf(kept)).toEqual(invert ? RIGHT : LEFT);
    }
  });

  it('a PNG is kept byte by byte, whatever is sent', async () => {
    const user = maskFile(leftBlack(16));
    for (const changes of ['black', 'white'] as const) {
      const { kept } = await makeMask(photo(), order(user, { changes }));
      expect(Buffer.from(kept).equals(user.bytes)).toBe(true);
    }
  });

  it('one pixel is a part', async () => {
    for (const dot of [BLACK, WHITE]) {
      const user = maskFile((x, y) => (x === 15 && y === 7 ? dot : dot === BLACK ? WHITE : BLACK));
      expect((await makeMask(photo(), order(user))).file).toBe(user);
    }
  });
});

describe('soft edges', () => {
  /** 200x100, black on the left: one column of 2 % beside a darker and a lighter one of which each is near enough. */
  const soft = (between: Color): Paint => {
    return (x) => (x < 98 ? grey(20) : x < 100 ? between : x < 110 ? grey(240) : WHITE);
  };
  const split = (at: number) => Array(100).fill('#'.repeat(at) + '.'.repeat(200 - at));

  it.each([
    ['dark grey', grey(127), 100],
    ['light grey', grey(128), 98],
    ['blue, which is dark', [0, 0, 255, 255] as Color, 100],
    ['yellow, which is light', [255, 255, 0, 255] as Color, 98],
    ['red, which is dark', [255, 0, 0, 255] as Color, 100],
    ['green, which is light', [0, 255, 0, 255] as Color, 98],
  ])('of %s are decided, and no longer sent', async (_name, between, at) => {
    const user = maskFile(soft(between), 200, 100);
    const { file, kept } = await makeMask(photo(200, 100), order(user));
    expect(file).toMatchObject({ filename: 'mask.png', source: 'mask.png' });
    expect(rowsOf(file.bytes)).toEqual(split(at));
    expect(kept).toBe(file.bytes);
    const inverted = await makeMask(photo(200, 100), order(user, { changes: 'white' }));
    expect(rowsOf(inverted.file.bytes)).toEqual(
      split(at).map((row: string) => row.replace(/./g, (pixel) => (pixel === '#' ? '.' : '#'))),
    );
  });

  it('the noise of a JPEG of low quality passes', async () => {
    const paint: Paint = (x, y) => ((x - 64) ** 2 + (y - 64) ** 2 < 45 ** 2 ? BLACK : WHITE);
    const user = fileOf('mask.jpg', paintJpeg(128, 128, paint, 60));
    const { file } = await makeMask(photo(128, 128), order(user));
    expect(file.type.name).toBe('PNG');
    const wanted = rowsOf(paintPng(128, 128, paint)).join('');
    const made = rowsOf(file.bytes).join('');
    const wrong = [...made].filter((pixel, index) => pixel !== wanted[index]);
    expect(wrong.length).toBeLessThan(128 * 128 * 0.01);
    expect(made).not.toContain('?');
  });

  /** So many of 100 pixels are of a colour, the rest is half black, half white. */
  const some = (count: number, color: Color) =>
    maskFile((x, y) => (y * 10 + x < count ? color : leftBlack(10)(x, y)), 10, 10);
  const hint = (convention: string) =>
    `${convention} For soft edges, up to 5 % may be between.\nMake it black and white, and look at it: magick mask.png -colorspace Gray -threshold 50% mask-bw.png`;
  const NORMAL = 'Black is what changes, and white stays (with --invert-mask the other way round).';

  it('of 5 % pass, and of more do not', async () => {
    expect(rowsOf((await makeMask(photo(10, 10), order(some(5, grey(33))))).file.bytes)[0]).toBe(
      '#####.....',
    );
    expect(await refusal(photo(10, 10), order(some(6, grey(33))))).toEqual({
      code: 'bad_file',
      message: '6 % of the pixels of mask.png are grey, neither black nor white.',
      hint: hint(NORMAL),
    });
    expect(await refusal(photo(10, 10), order(some(100, grey(222)), { invert: true }))).toEqual({
      code: 'bad_file',
      message: '100 % of the pixels of mask.png are grey, neither black nor white.',
      hint: hint('With --invert-mask, white is what changes, and black stays.'),
    });
  });

  it('near black and near white are no grey', async () => {
    for (const near of [grey(32), grey(223), [0, 32, 17, 255], [255, 223, 230, 255]] as Color[]) {
      expect((await makeMask(photo(10, 10), order(some(50, near)))).file.type.name).toBe('PNG');
    }
    for (const far of [grey(33), grey(222), [0, 33, 0, 255], [255, 255, 222, 255]] as Color[]) {
      expect((await refusal(photo(10, 10), order(some(50, far)))).message).toContain('are grey');
    }
  });

  it.each<[string, Color]>([
    ['red', [255, 0, 0, 255]],
    ['green', [0, 200, 0, 255]],
    ['pink', [255, 150, 200, 255]],
  ])('%s is named as a colour', async (_name, color) => {
    expect(await refusal(photo(10, 10), order(some(30, color)))).toEqual({
      code: 'bad_file',
      message: '30 % of the pixels of mask.png are coloured, neither black nor white.',
      hint: hint(NORMAL),
    });
  });

  it('a few colours among much grey are grey', async () => {
    const user = maskFile(
      (x, y) => (x > 6 ? leftBlack(10)(x, y) : y === 0 ? [255, 0, 0, 255] : grey(99)),
      10,
      10,
    );
    expect((await refusal(photo(10, 10), order(user))).message).toBe(
      '70 % of the pixels of mask.png are grey, neither black nor white.',
    );
  });

  it('a whole share stays what it is', async () => {
    // As a computer counts, 7 of 100 are a little more than 7 %.
    expect((await refusal(photo(10, 10), order(some(7, grey(99))))).message).toMatch(/^7 % of/);
  });

  it('a share between two per cent is rounded up', async () => {
    const user = maskFile((x, y) => (y * 40 + x < 81 ? grey(99) : leftBlack(40)(x, y)), 40, 40);
    expect((await refusal(photo(40, 40), order(user))).message).toMatch(/^6 % of/);
  });
});

describe('no mask', () => {
  const NORMAL = 'Black is what changes, and white stays (with --invert-mask the other way round).';
  const INVERTED = 'With --invert-mask, white is what changes, and black stays.';
  const paint = (color: string) =>
    `Paint the part that changes ${color}, or give it as --mask-rect x,y,width,height.`;
  const all = 'To change everything, use ideogram remix or ideogram generate.';
  const one = (color: Color) => maskFile(() => color);

  it.each([
    ['black', one(BLACK), false, 'mask.png is all black: everything would change.', `${NORMAL}\n${all}`],
    [
      'white',
      one(WHITE),
      false,
      'mask.png is all white: nothing would change.',
      `${NORMAL}\n${paint('black')}`,
    ],
    [
      'black',
      one(BLACK),
      true,
      'mask.png is all black: nothing would change.',
      `${INVERTED}\n${paint('white')}`,
    ],
    ['white', one(WHITE), true, 'mask.png is all white: everything would change.', `${INVERTED}\n${all}`],
    [
      'nearly black',
      one(grey(9)),
      false,
      'mask.png is all black: everything would change.',
      `${NORMAL}\n${all}`,
    ],
    [
      'white with light grey',
      maskFile((x, y) => (x === 0 && y < 4 ? grey(200) : WHITE)),
      false,
      'mask.png is all white but for some grey: nothing would change.',
      `${NORMAL}\n${paint('black')}`,
    ],
  ])('all %s (invert: %#)', async (_name, user, invert, message, hint) => {
    for (const changes of ['black', 'white'] as const) {
      expect(await refusal(photo(), order(user, { invert, changes }))).toEqual({
        code: 'bad_file',
        message,
        hint,
      });
    }
  });

  it('transparent pixels: the API does not look at them', async () => {
    const user = maskFile((x, y) => (y === 0 && x < 8 ? CLEAR : leftBlack(16)(x, y)));
    const hint = (without: string) =>
      [
        'The API reads the colours of a mask, not its transparency, by which other tools mark what changes.',
        `If what is transparent shall change: magick mask.png -alpha extract mask-bw.png, and give that file${without}.`,
        'If its black and white say it: magick mask.png -alpha off mask-bw.png',
      ].join('\n');
    const message = '7 % of the pixels of mask.png are transparent.';
    expect(await refusal(photo(), order(user))).toEqual({ code: 'bad_file', message, hint: hint('') });
    expect(await refusal(photo(), order(user, { invert: true }))).toEqual({
      code: 'bad_file',
      message,
      hint: hint(', without --invert-mask'),
    });
  });

  it('one pixel that is hardly transparent', async () => {
    const user = maskFile((x, y) => (x === 15 && y === 7 ? [255, 255, 255, 254] : leftBlack(16)(x, y)));
    expect((await refusal(photo(), order(user))).message).toBe(
      '1 % of the pixels of mask.png are transparent.',
    );
  });

  it('a WebP, and what is damaged', async () => {
    expect(await refusal(photo(), order(fileOf('mask.webp', FOREIGN.webp)))).toEqual({
      code: 'bad_file',
      message: 'mask.webp is a WebP, whose pixels cannot be read here.',
      hint: 'Save it as a PNG: magick mask.webp mask.png',
    });
    const damaged = fileOf('mask.png', maskFile(leftBlack(16)).bytes.subarray(0, 50));
    expect((await refusal(photo(), order(damaged))).message).toBe(
      'mask.png cannot be decoded; it may be damaged.',
    );
  });
});

describe('a mask of another size than its image', () => {
  const mismatch = (size: string, wanted: string, hint: string) => ({
    code: 'bad_file',
    message: `The mask mask.png is ${size} pixels, its image photo.png is ${wanted}.`,
    hint,
  });
  const user = maskFile(leftBlack(16));

  it.each([
    [17, 8, 'A mask is made for its image, in its size, pixel for pixel.', 'one column'],
    [16, 9, 'A mask is made for its image, in its size, pixel for pixel.', 'one row'],
    [100, 100, 'A mask is made for its image, in its size, pixel for pixel.', 'another shape'],
    [32, 16, "Scale it: magick mask.png -sample '32x16!' mask-scaled.png", 'twice as large'],
    [1000, 501, "Scale it: magick mask.png -sample '1000x501!' mask-scaled.png", 'scaled and rounded'],
    [
      8,
      16,
      'Width and height are swapped: one of the two may be turned.\nTurn the mask by 90 (or 270) degrees: magick mask.png -rotate 90 mask-turned.png',
      'turned',
    ],
  ])('%ix%i', async (width, height, hint) => {
    expect(await refusal(photo(width, height), order(user))).toEqual(
      mismatch('16x8', `${width}x${height}`, hint),
    );
  });
});

it('a mask that is larger than its image, by a factor but for rounding', async () => {
  const { message, hint } = await refusal(photo(16, 8), order(photo(1000, 501, 'mask.png')));
  expect(message).toBe('The mask mask.png is 1000x501 pixels, its image photo.png is 16x8.');
  expect(hint).toBe("Scale it: magick mask.png -sample '16x8!' mask-scaled.png");
});

describe('EXIF that turns', () => {
  const upright = paintJpeg(16, 8, leftBlack(16));
  const hint = (command: string, then: string) =>
    `It is not known whether the API turns it too: the wrong part might be changed, and paid for.\nTurn its pixels: ${command}\n${then}`;

  it.each([
    [2, 'mirrored left to right'],
    [3, 'turned by 180 degrees'],
    [4, 'mirrored top to bottom'],
    [5, 'mirrored and turned by 90 degrees as 8x16'],
    [6, 'turned by 90 degrees clockwise as 8x16'],
    [7, 'mirrored and turned by 90 degrees as 8x16'],
    [8, 'turned by 90 degrees counterclockwise as 8x16'],
  ])('%i: %s', async (orientation, shown) => {
    const turned = turnJpeg(upright, orientation);
    const image = fileOf('a b/photo.jpeg', turned);
    const wanted = {
      code: 'bad_file',
      message: `a b/photo.jpeg is stored as 16x8 pixels, but shown ${shown} (EXIF orientation ${orientation}).`,
      hint: hint(
        "magick 'a b/photo.jpeg' -auto-orient 'a b/photo-upright.jpg'",
        'Then make the mask for a b/photo-upright.jpg.',
      ),
    };
    expect(await refusal(image, order(maskFile(leftBlack(16))))).toEqual(wanted);
    expect(await refusal(image, order(maskFile(leftBlack(8), 8, 16)))).toEqual(wanted);
    expect(await refusal(image, { given: rects('0,0,1,1'), invert: false, changes: 'black' })).toEqual(
      wanted,
    );
    expect(await refusal(photo(), order(fileOf('mask.jpg', turned)))).toEqual({
      code: 'bad_file',
      message: `mask.jpg is stored as 16x8 pixels, but shown ${shown} (EXIF orientation ${orientation}).`,
      hint: hint('magick mask.jpg -auto-orient mask-upright.png', 'Then give mask-upright.png as the mask.'),
    });
  });

  it.each([0, 1, 9])('%i turns nothing', async (orientation) => {
    const image = fileOf('photo.jpg', turnJpeg(upright, orientation));
    const user = fileOf('mask.jpg', turnJpeg(upright, orientation));
    expect((await makeMask(image, order(user))).file).toBe(user);
  });
});

describe('commands in hints', () => {
  const webp = (source: string, filename = 'image.webp') => ({ ...fileOf(source, FOREIGN.webp), filename });
  const command = async (file: ImageFile, platform?: NodeJS.Platform) =>
    (await refusal(photo(), order(file), platform)).hint;

  it.each([
    ['my mask.webp', undefined, "magick 'my mask.webp' 'my mask.png'"],
    ["it's $HOME.webp", undefined, "magick 'it'\\''s $HOME.webp' 'it'\\''s $HOME.png'"],
    ['-mask.webp', undefined, 'magick ./-mask.webp ./-mask.png'],
    ['./-mask.webp', undefined, 'magick ./-mask.webp ./-mask.png'],
    ['my mask.webp', 'win32' as const, 'magick "my mask.webp" "my mask.png"'],
    ['mask.png', undefined, 'magick mask.png mask-new.png'],
    ['./mask.png', undefined, 'magick ./mask.png mask-new.png'],
    ['a.b/mask', undefined, 'magick a.b/mask a.b/mask.png'],
  ])('%s (%s)', async (source, platform, line) => {
    expect(await command(webp(source), platform)).toBe(`Save it as a PNG: ${line}`);
  });

  it.each(['standard input', 'https://example.com/mask.webp', 'HTTP://localhost/a'])(
    '%s is saved first',
    async (source) => {
      expect(await command(webp(source, 'mask.webp'))).toBe(
        'Save it as a PNG: magick mask.webp mask.png (once it is saved as mask.webp)',
      );
    },
  );
});

describe('rectangles', () => {
  const make = (image: ImageFile, changes: 'black' | 'white', ...typed: string[]) =>
    makeMask(image, { given: rects(...typed), invert: false, changes });

  it('become black where black changes, and white where white does', async () => {
    const black = ['......', '.##...', '.##...', '......'];
    const white = ['######', '#..###', '#..###', '######'];
    const sent = await make(photo(6, 4), 'black', '1,1,2,2');
    expect(sent.file).toMatchObject({
      source: 'The mask of --mask-rect',
      filename: 'mask.png',
      type: { name: 'PNG', mime: 'image/png', extension: 'png' },
    });
    expect(rowsOf(sent.file.bytes)).toEqual(black);
    expect(rowsOf(sent.kept)).toEqual(black);
    const turned = await make(photo(6, 4), 'white', '1,1,2,2');
    expect(rowsOf(turned.file.bytes)).toEqual(white);
    expect(rowsOf(turned.kept)).toEqual(black);
  });

  it('lie on an image of any kind', async () => {
    for (const bytes of [FOREIGN.webp, FOREIGN.cmykJpeg, paintPng(16, 8, () => CLEAR)]) {
      expect(rowsOf((await make(fileOf('photo', bytes), 'black', '0,0,50%,100%')).kept)).toEqual(LEFT);
    }
  });

  it('that cover everything together are no mask', async () => {
    const covering = { given: rects('0,0,50%,100%', '50%,0,8,100%'), invert: false } as const;
    for (const changes of ['black', 'white'] as const) {
      expect(await refusal(photo(), { ...covering, changes })).toEqual({
        code: 'bad_input',
        message: 'The mask of --mask-rect is all black: everything would change.',
        hint: 'To change everything, use ideogram remix or ideogram generate.',
      });
    }
    expect((await refusal(photo(), { given: rects(), invert: false, changes: 'black' })).message).toBe(
      'The mask of --mask-rect is all white: nothing would change.',
    );
  });

  it('outside of the image, or on one that is too large', async () => {
    const outside = { given: rects('0,0,17,8'), invert: false, changes: 'black' } as const;
    expect(await refusal(photo(), outside)).toEqual({
      code: 'bad_input',
      message: '--mask-rect 0,0,17,8 reaches outside of photo.png, which is 16x8 pixels.',
      hint: 'What of it lies within: --mask-rect 0,0,16,8',
    });
    expect((await refusal(photo(20_000, 20_000), outside)).message).toBe(
      'photo.png has 20000x20000 pixels: too many for a mask.',
    );
  });
});

describe('whatever the picture', () => {
  const side = fc.integer({ min: 2, max: 24 });
  /** Mostly black and white, some grey or coloured, now and then transparent. */
  const color = fc.oneof(
    { weight: 60, arbitrary: fc.constantFrom<Color>(BLACK, WHITE) },
    { weight: 1, arbitrary: fc.nat(255).map(grey) },
    { weight: 1, arbitrary: fc.tuple(fc.nat(255), fc.nat(255), fc.nat(255), fc.constant(255)) },
  );
  const picture = fc.tuple(side, side).chain(([width, height]) =>
    fc.record({
      width: fc.constant(width),
      height: fc.constant(height),
      colors: fc.array(color, { minLength: width * height, maxLength: width * height }),
    }),
  );
  const fileFor = ({ width, colors, height }: { width: number; height: number; colors: readonly Color[] }) =>
    maskFile((x, y) => colors[y * width + x] as Color, width, height);
  const flipped = (rows: readonly string[]) =>
    rows.map((row) => row.replace(/[#.]/g, (pixel) => (pixel === '#' ? '.' : '#')));

  it('a mask that is made has both colours and no other, and is kept as it is sent', async () => {
    let made = 0;
    await fc.assert(
      fc.asyncProperty(
        picture,
        fc.boolean(),
        fc.constantFrom('black' as const, 'white' as const),
        async (drawing, invert, changes) => {
          const image = photo(drawing.width, drawing.height);
          const mask = await makeMask(image, order(fileFor(drawing), { invert, changes })).catch((thrown) => {
            expect(thrown.code).toBe('bad_file');
          });
          if (mask === undefined) return;
          made++;
          const sent = rowsOf(mask.file.bytes);
          expect(new Set(sent.join(''))).toEqual(new Set('#.'));
          expect(rowsOf(mask.kept)).toEqual(changes === 'black' ? sent : flipped(sent));
        },
      ),
      { numRuns: 200 },
    );
    expect(made).toBeGreaterThan(20);
  });

  it('twice inverted it is what it was', async () => {
    await fc.assert(
      fc.asyncProperty(picture, async (drawing) => {
        const image = photo(drawing.width, drawing.height);
        const invert = async (file: ImageFile) => (await makeMask(image, order(file, { invert: true }))).file;
        const user = fileFor(drawing);
        const straight = await makeMask(image, order(user)).catch(() => undefined);
        fc.pre(straight !== undefined);
        const once = await invert(user);
        expect(rowsOf(once.bytes)).toEqual(flipped(rowsOf(straight.file.bytes)));
        expect(rowsOf((await invert(once)).bytes)).toEqual(rowsOf(straight.file.bytes));
      }),
      { numRuns: 100 },
    );
  });
});
