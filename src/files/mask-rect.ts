/** Rectangles to repaint, as they are typed: read, and laid out on the pixels of an image. */
import { CliError } from '../errors.js';

/** One number of a rectangle. */
export interface Length {
  readonly amount: number;
  readonly unit: 'px' | '%';
}

/** Measured from the top left. */
export interface MaskRect {
  /** How the user knows the option, and what was typed: for messages. */
  readonly label: string;
  readonly typed: string;
  readonly x: Length;
  readonly y: Length;
  readonly width: Length;
  readonly height: Length;
}

const VALID =
  'Valid: x,y,width,height from the top left, each in pixels or in per cent of the image: 100,200,300,400 or 50%,0,50%,12.5%.';

/**
 * Reads one rectangle: `100,200,300,400`, `10%,10%,50%,25%`, mixed.
 * @param label how the user knows the option: `--mask-rect`
 * @throws CliError `bad_input`
 */
export function readMaskRect(label: string, typed: unknown): MaskRect {
  const text = String(typed).trim();
  const parts = text.split(',').map(readLength);
  const [x, y, width, height] = parts;
  const refuse = (why: string): CliError =>
    new CliError('bad_input', `${label} does not take "${text}"${why}.`, { hint: VALID });
  if (!x || !y || !width || !height || parts.length !== 4) throw refuse('');
  if (parts.some((length) => length?.unit === '%' && length.amount > 100))
    throw refuse(': 100% is all of it');
  if (width.amount === 0 || height.amount === 0) {
    throw refuse(`: its ${width.amount === 0 ? 'width' : 'height'} is 0`);
  }
  return { label, typed: text, x, y, width, height };
}

/** Undefined for what is no number from 0 up; pixels are whole. */
function readLength(text: string): Length | undefined {
  const [, whole = '', fraction = '', unit] = /^\s*(\d{0,9})(\.\d{1,9})?\s*(%|px)?\s*$/i.exec(text) ?? [];
  if (whole + fraction === '' || (fraction !== '' && unit !== '%')) return undefined;
  return { amount: Number(whole + fraction), unit: unit === '%' ? '%' : 'px' };
}

/** The image that rectangles lie on. */
export interface Canvas {
  readonly name: string;
  readonly width: number;
  readonly height: number;
}

/**
 * A mask of one byte a pixel: 0, black, within the rectangles, and 255 elsewhere.
 * @throws CliError `bad_input` for what reaches outside of the image
 */
export function drawRects(rects: readonly MaskRect[], canvas: Canvas): Uint8Array {
  const spans = rects.map((rect) => placeRect(rect, canvas));
  const grey = new Uint8Array(canvas.width * canvas.height).fill(255);
  for (const [across, down] of spans) {
    for (let row = down.from; row < down.to; row++) {
      grey.fill(0, row * canvas.width + across.from, row * canvas.width + across.to);
    }
  }
  return grey;
}

/** Pixels from one up to, but not with, another. */
interface Span {
  readonly from: number;
  readonly to: number;
}

function placeRect(rect: MaskRect, { name, width, height }: Canvas): [Span, Span] {
  const across = place(rect.x, rect.width, width);
  const down = place(rect.y, rect.height, height);
  if (across.to <= width && down.to <= height) return [across, down];
  const { x, y } = rect;
  const begins = across.from < width && down.from < height;
  const [roomAcross, roomDown] = [Math.min(across.to, width), Math.min(down.to, height)];
  throw new CliError(
    'bad_input',
    `${rect.label} ${rect.typed} reaches outside of ${name}, which is ${width}x${height} pixels.`,
    {
      hint: begins
        ? `What of it lies within: ${rect.label} ${across.from},${down.from},${roomAcross - across.from},${roomDown - down.from}`
        : `It begins at ${spell(x)},${spell(y)}: x is at most ${width - 1}, y at most ${height - 1}.`,
    },
  );
}

function spell({ amount, unit }: Length): string {
  return unit === '%' ? `${amount}%` : String(amount);
}

/**
 * Edges are rounded, not lengths: two halves of an odd number of pixels then neither overlap nor reach outside.
 * What is rounded away keeps one pixel.
 */
function place(start: Length, length: Length, pixels: number): Span {
  const from = start.unit === 'px' ? start.amount : roundedEdge(start.amount, pixels);
  if (length.unit === 'px') return { from, to: from + length.amount };
  const long = billionths(length.amount);
  if (start.unit === 'px') return { from, to: from + Math.max(1, share(long, pixels)) };
  const end = billionths(start.amount) + long;
  if (end > ALL) return { from, to: pixels + Math.max(1, share(end - ALL, pixels)) };
  return { from, to: Math.max(from + 1, share(end, pixels)) };
}

/** A start that lies within the image stays within. */
function roundedEdge(percent: number, pixels: number): number {
  const edge = share(billionths(percent), pixels);
  return percent < 100 ? Math.min(edge, pixels - 1) : edge;
}

/** As typed, with at most nine decimals. Whole numbers add up exactly: 0.1 + 81.1 is 81.2, wherever that is rounded to. */
function billionths(percent: number): bigint {
  return BigInt(Math.round(percent * 1e9));
}

const ALL = billionths(100);

/** In pixels; a half counts as one. */
function share(part: bigint, pixels: number): number {
  return Number((2n * part * BigInt(pixels) + ALL) / (2n * ALL));
}
