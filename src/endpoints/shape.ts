/** A shape in place of a size: how it is typed, and which of the API's sizes comes nearest to it. */
import { refuse } from './choice.js';
import type { ChoiceType } from './define.js';

/**
 * Width by height of a shape.
 * @param typed as 16:9, 16x9 or 2.35:1
 * @throws CliError `bad_input`
 */
export function readShape(label: string, typed: unknown): number {
  const [, width, height] = /^(\d+(?:\.\d+)?)\s*[:x×/]\s*(\d+(?:\.\d+)?)$/i.exec(String(typed).trim()) ?? [];
  const ratio = Number(width) / Number(height);
  if (ratio > 0 && Number.isFinite(ratio)) return ratio;
  throw refuse(label, String(typed), 'width and height as two numbers: 16:9, 4:5, 2.35:1.');
}

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

/** A shape as people say it: 3:1, 1:1.33. */
export function spellShape(shape: number): string {
  const rounded = (value: number) => String(Math.round(value * 100) / 100);
  return shape >= 1 ? `${rounded(shape)}:1` : `1:${rounded(1 / shape)}`;
}
