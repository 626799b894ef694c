/** Rectangles as they are typed, and the pixels they are. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Canvas, drawRects, readMaskRect } from '../../src/files/mask-rect.js';

const read = (typed: unknown) => readMaskRect('--mask-rect', typed);
const px = (amount: number) => ({ amount, unit: 'px' });
const percent = (amount: number) => ({ amount, unit: '%' });
const canvas = (width: number, height: number): Canvas => ({ name: 'photo.jpg', width, height });

function failure(act: () => unknown): { code: string; message: string; hint: string } {
  try {
    act();
  } catch (thrown) {
    const { code, message, hint } = thrown as { code: string; message: string; hint: string };
    return { code, message, hint };
  }
  return expect.fail('was taken');
}

/** Rows of `#` (changes) and `.`. */
function drawn(width: number, height: number, ...typed: string[]): string[] {
  const grey = drawRects(typed.map(read), canvas(width, height));
  expect(grey.length).toBe(width * height);
  return Array.from({ length: height }, (_, y) =>
    [...grey.subarray(y * width, (y + 1) * width)]
      .map((value) => (value === 0 ? '#' : value === 255 ? '.' : '?'))
      .join(''),
  );
}

describe('what is typed', () => {
  it.each([
    ['100,200,300,400', px(100), px(200), px(300), px(400)],
    ['10%,10%,50%,25%', percent(10), percent(10), percent(50), percent(25)],
    ['0,10%,300,33.3%', px(0), percent(10), px(300), percent(33.3)],
    [' 1 , 2px, 3 px ,4 % ', px(1), px(2), px(3), percent(4)],
    ['0%,0%,100%,.5%', percent(0), percent(0), percent(100), percent(0.5)],
  ])('%s', (typed, x, y, width, height) => {
    expect(read(typed)).toEqual({ label: '--mask-rect', typed: typed.trim(), x, y, width, height });
  });

  const HINT =
    'Valid: x,y,width,height from the top left, each in pixels or in per cent of the image: 100,200,300,400 or 50%,0,50%,12.5%.';

  it.each([
    ['', ''],
    ['1,2,3', ''],
    ['1,2,3,4,5', ''],
    ['1,2,3,', ''],
    ['-1,2,3,4', ''],
    ['1,2,-3,4', ''],
    ['1.5,2,3,4', ''],
    ['1,2,3.5px,4', ''],
    ['NaN,2,3,4', ''],
    ['1,2,Infinity,4', ''],
    ['1e3,2,3,4', ''],
    ['0x10,2,3,4', ''],
    ['1,2,3,%', ''],
    ['1,2,3,.', ''],
    ['1 2 3 4', ''],
    ['1,2,3,9999999999', ''],
    ['1,2,0,4', ': its width is 0'],
    ['1,2,3,0', ': its height is 0'],
    ['1,2,0.0%,4', ': its width is 0'],
    ['1,2,100.1%,4', ': 100% is all of it'],
    ['101%,2,3,4', ': 100% is all of it'],
  ])('%j is refused', (typed, why) => {
    expect(failure(() => read(typed))).toEqual({
      code: 'bad_input',
      message: `--mask-rect does not take "${typed}"${why}.`,
      hint: HINT,
    });
  });

  it('no text is refused', () => {
    for (const typed of [undefined, null, 7, {}, [1, 2]])
      expect(failure(() => read(typed)).code).toBe('bad_input');
  });
});

describe('on the pixels of an image', () => {
  it('pixels', () => {
    expect(drawn(6, 4, '1,2,3,1')).toEqual(['......', '......', '.###..', '......']);
  });

  it('several, overlapping', () => {
    expect(drawn(6, 3, '0,0,2,2', '1,1,4,2')).toEqual(['##....', '#####.', '.####.']);
  });

  it('per cent, mixed with pixels', () => {
    expect(drawn(10, 4, '50%,1,20%,50%')).toEqual(['..........', '.....##...', '.....##...', '..........']);
    expect(drawn(10, 4, '1,50%,2,1')).toEqual(['..........', '..........', '.##.......', '..........']);
  });

  it('halves of an odd number meet', () => {
    expect(drawn(5, 1, '0,0,50%,100%')).toEqual(['###..']);
    expect(drawn(5, 1, '50%,0,50%,100%')).toEqual(['...##']);
  });

  it('decimals that meet at half a pixel meet', () => {
    const [left = '', right = ''] = ['0.1%,0,81.1%,1', '81.2%,0,18.8%,1'].map(
      (typed) => drawn(1875, 1, typed)[0],
    );
    expect([left.lastIndexOf('#'), right.indexOf('#')]).toEqual([1522, 1523]);
    expect(drawn(1000, 1, '0,0,0.149999999%,1')[0]?.lastIndexOf('#')).toBe(0);
    expect(drawn(1000, 1, '0,0,0.15%,1')[0]?.lastIndexOf('#')).toBe(1);
  });

  it('what is rounded away keeps one pixel, within the image', () => {
    expect(drawn(5, 2, '0%,0%,0.1%,0.1%')).toEqual(['#....', '.....']);
    expect(drawn(5, 2, '99.9%,99.9%,0.1%,0.1%')).toEqual(['.....', '....#']);
    expect(drawn(5, 2, '99.9%,0,1,0.1%')).toEqual(['....#', '.....']);
    expect(drawn(5, 1, '4,0,0.1%,1')).toEqual(['....#']);
  });

  it('decimals that come to 100 do not reach outside', () => {
    expect(drawn(3, 1, '0.3%,0,99.7%,1')).toEqual(['###']);
    expect(drawn(3, 1, '66.1%,0,33.9%,1')).toEqual(['..#']);
  });

  const reach = (typed: string) => failure(() => drawn(320, 240, typed));
  const says = (typed: string, hint: string) => ({
    code: 'bad_input',
    message: `--mask-rect ${typed} reaches outside of photo.jpg, which is 320x240 pixels.`,
    hint,
  });

  it.each([
    ['100,200,300,400', '100,200,220,40'],
    ['0,0,321,240', '0,0,320,240'],
    ['0,0,320,241', '0,0,320,240'],
    ['60%,0,50%,10', '192,0,128,10'],
    ['300,0,10%,10', '300,0,20,10'],
    ['99.9%,0,0.2%,1', '319,0,1,1'],
    ['50%,0,161,10', '160,0,160,10'],
  ])('%s reaches outside, and the hint says what lies within', (typed, within) => {
    expect(reach(typed)).toEqual(says(typed, `What of it lies within: --mask-rect ${within}`));
    expect(() => drawn(320, 240, within)).not.toThrow();
  });

  it.each([
    ['320,0,1,1', '320,0'],
    ['0,240,1,1', '0,240'],
    ['0,100%,1,1', '0,100%'],
    ['100%,0,1%,1', '100%,0'],
  ])('%s begins outside', (typed, at) => {
    expect(reach(typed)).toEqual(says(typed, `It begins at ${at}: x is at most 319, y at most 239.`));
  });

  it('exactly the pixels, whatever is typed in pixels', () => {
    const size = fc.integer({ min: 1, max: 30 });
    const share = fc.double({ min: 0, max: 1, noNaN: true });
    fc.assert(
      fc.property(
        size,
        size,
        fc.array(fc.tuple(share, share, share, share), { maxLength: 4 }),
        (w, h, shares) => {
          const rects = shares.map(([a, b, c, d]) => {
            const [x, y] = [Math.min(w - 1, Math.floor(a * w)), Math.min(h - 1, Math.floor(b * h))];
            return [x, y, 1 + Math.floor(c * (w - x - 1)), 1 + Math.floor(d * (h - y - 1))] as const;
          });
          const rows = drawn(w, h, ...rects.map((rect) => rect.join(',')));
          const wanted = Array.from({ length: h }, (_, y) =>
            Array.from({ length: w }, (__, x) =>
              rects.some(([l, t, rw, rh]) => x >= l && x < l + rw && y >= t && y < t + rh) ? '#' : '.',
            ).join(''),
          );
          expect(rows).toEqual(wanted);
        },
      ),
    );
  });

  it('stripes of per cent cover each pixel once', () => {
    const cuts = fc.uniqueArray(fc.integer({ min: 1, max: 999 }), { minLength: 1, maxLength: 5 });
    fc.assert(
      fc.property(fc.integer({ min: 20, max: 5000 }), cuts, (width, inner) => {
        const edges = [0, ...inner.sort((a, b) => a - b), 1000];
        const stripes = edges.slice(1).map((edge, index) => {
          const start = edges[index] ?? 0;
          return `${start / 10}%,0,${(edge - start) / 10}%,1`;
        });
        const counts = new Uint8Array(width);
        for (const stripe of stripes) {
          const row = drawn(width, 1, stripe)[0] ?? '';
          for (let x = 0; x < width; x++) if (row[x] === '#') counts[x] = (counts[x] ?? 0) + 1;
        }
        expect(counts.includes(0)).toBe(false);
        // One that is thinner than a pixel takes one of its neighbour's.
        const thin = edges.some(
          (edge, index) => index > 0 && ((edge - (edges[index - 1] ?? 0)) * width) / 1000 < 1,
        );
        if (!thin) expect(Math.max(...counts)).toBe(1);
      }),
    );
  });
});
