/** A picture in the making: palette entries given out as they are asked for, and boxes filled with them. */
import type { IndexedImage } from './png.js';

export type Colour = readonly [number, number, number];

export class Canvas implements IndexedImage {
  readonly width: number;
  readonly height: number;
  readonly pixels: Uint8Array;
  readonly palette: Colour[] = [];
  transparent = 0;

  constructor(width: number, height: number) {
    this.width = width;
    this.height = height;
    this.pixels = new Uint8Array(width * height);
  }

  /** The index of a new palette entry. */
  colour(value: Colour): number {
    this.palette.push(value);
    return this.palette.length - 1;
  }

  /** The first index of `steps` new entries from one colour to another, both included. */
  ramp(from: Colour, to: Colour, steps: number): number {
    const first = this.palette.length;
    for (let step = 0; step < steps; step += 1) this.colour(mix(from, to, step / Math.max(1, steps - 1)));
    return first;
  }

  /** Fills a box, of which any part may lie outside. */
  fillBox(x: number, y: number, width: number, height: number, index: number): void {
    const left = Math.max(0, x);
    const right = Math.min(this.width, x + width);
    if (right <= left) return;
    const bottom = Math.min(this.height, y + height);
    for (let row = Math.max(0, y); row < bottom; row += 1) {
      this.pixels.fill(index, row * this.width + left, row * this.width + right);
    }
  }
}

/** `share` 0 is the first colour, 1 the second. */
export function mix(from: Colour, to: Colour, share: number): Colour {
  const part = (a: number, b: number): number => Math.round(a + (b - a) * share);
  return [part(from[0], to[0]), part(from[1], to[1]), part(from[2], to[2])];
}

/** A colour written #rrggbb. */
export function hex(value: string): Colour {
  const number = Number.parseInt(value.slice(1), 16);
  return [number >> 16, (number >> 8) & 0xff, number & 0xff];
}
