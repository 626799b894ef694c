/** A shape in place of a size: how it is typed, and how it is said. */
import { refuse } from './choice.js';

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

/** A shape as people say it: 3:1, 1:1.33. */
export function spellShape(shape: number): string {
  const rounded = (value: number) => String(Math.round(value * 100) / 100);
  return shape >= 1 ? `${rounded(shape)}:1` : `1:${rounded(1 / shape)}`;
}
