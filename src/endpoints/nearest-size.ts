/** Which of the API's sizes comes nearest to a shape. */
import type { ChoiceType } from './define.js';

interface Size {
  /** The API's own spelling. */
  readonly choice: string;
  /** Pixels. */
  readonly width: number;
  readonly height: number;
}

/** The size whose shape is nearest; of several alike, the largest. */
export function nearestSize({ choices }: ChoiceType, shape: number): Size {
  const sizes = choices.map((choice) => {
    const [, width, height] = /(\d+)\D+(\d+)$/.exec(choice) ?? [];
    return { choice, width: Number(width), height: Number(height) };
  });
  // Twice as wide is as far away as half as wide.
  const distance = ({ width, height }: Size) => Math.abs(Math.log(width / height / shape));
  const area = ({ width, height }: Size) => width * height;
  const near = (a: Size, b: Size) => Math.abs(distance(a) - distance(b)) < 1e-9;
  return sizes.reduce((best, size) => {
    if (near(best, size)) return area(size) > area(best) ? size : best;
    return distance(size) < distance(best) ? size : best;
  });
}
