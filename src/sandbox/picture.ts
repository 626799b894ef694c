/** What a sandbox picture shows: a scene, a band that says it is not real, and the prompt with its seed, legible. */
import { createHash } from 'node:crypto';
import { drawText, foldText, GLYPH_HEIGHT, LINE_HEIGHT, measure, wrap } from './bitmap-text.js';
import { Canvas, hex, mix } from './canvas.js';
import { drawLandscape, SKY_COLOURS } from './landscape.js';
import type { Size } from './picture-size.js';
import { encodePng } from './png.js';

interface PictureRequest {
  readonly prompt: string;
  readonly seed: number;
  readonly size: Size;
  /** Without a sky. */
  readonly transparent?: boolean;
}

interface Panel {
  readonly lines: readonly string[];
  readonly scale: number;
  readonly height: number;
}

const MARK = 'SANDBOX - NOT A REAL IDEOGRAM IMAGE';
const PANEL_SHARE = 0.42;
/** Pixels a side, below which there is no room for words. */
const LEAST_FOR_WORDS = 160;

/** PNG bytes of exactly the size asked for; the same request gives the same bytes. A very small picture is the scene alone. */
export function drawPicture(request: PictureRequest): Buffer {
  const { prompt, seed, size, transparent = false } = request;
  const canvas = new Canvas(size.width, size.height);
  const random = randomFrom(`${seed}:${prompt}`);
  if (Math.min(size.width, size.height) < LEAST_FOR_WORDS) {
    drawLandscape(canvas, { top: 0, bottom: size.height }, random);
  } else drawWithWords(canvas, request, random);
  if (transparent) canvas.transparent = SKY_COLOURS;
  return encodePng(canvas, {
    Software: 'ideogram sandbox',
    Description: prompt,
    Comment: `seed ${seed}; made by the ideogram sandbox, not by Ideogram`,
  });
}

function drawWithWords(canvas: Canvas, { prompt, seed, size }: PictureRequest, random: () => number): void {
  const margin = Math.round(size.width * 0.04);
  const markScale = scaleFor(MARK, size.width - 2 * margin, Math.max(2, Math.floor(size.height / 140)));
  const band = markScale * (GLYPH_HEIGHT + 9);
  const panel = layOut(foldText(prompt), size, margin);
  const panelTop = size.height - panel.height;
  const mood = drawLandscape(canvas, { top: band, bottom: panelTop }, random);

  const dark = canvas.colour(mix(mood.near, hex('#0b0b12'), 0.72));
  const light = canvas.colour(hex('#fbf7ee'));
  const accent = canvas.colour(mix(mood.sun, mood.skyLow, 0.45));
  canvas.fillBox(0, 0, size.width, band, dark);
  canvas.fillBox(0, band, size.width, markScale, accent);
  const markX = Math.round((size.width - measure(MARK) * markScale) / 2);
  drawText(canvas, MARK, { x: markX, y: markScale * 5, scale: markScale, colour: accent });

  canvas.fillBox(0, panelTop, size.width, panel.height, dark);
  canvas.fillBox(0, panelTop, size.width, markScale, accent);
  drawPanel(canvas, panel, `seed ${seed}   ${size.width}x${size.height}`, { margin, light, accent });
}

function drawPanel(
  canvas: Canvas,
  { lines, scale, height }: Panel,
  caption: string,
  { margin, light, accent }: { margin: number; light: number; accent: number },
): void {
  let y = canvas.height - height + scale * 7;
  for (const line of lines) {
    drawText(canvas, line, { x: margin, y, scale, colour: light });
    y += scale * LINE_HEIGHT;
  }
  const small = captionScale(scale);
  drawText(canvas, caption, { x: margin, y: y + scale * 2, scale: small, colour: accent });
}

/** The largest letters at which the prompt fits; at the smallest, the end of a long prompt is left out. */
function layOut(prompt: string, size: Size, margin: number): Panel {
  const width = size.width - 2 * margin;
  const most = size.height * PANEL_SHARE;
  const largest = Math.max(3, Math.round(size.width / 230));
  for (let scale = largest; ; scale -= 1) {
    const lines = wrap(prompt, Math.floor(width / scale));
    const frame = scale * 15 + captionScale(scale) * GLYPH_HEIGHT;
    const room = Math.max(1, Math.floor((most - frame) / (scale * LINE_HEIGHT)));
    if (lines.length > room && scale > 2) continue;
    const shown = lines.length > room ? [...lines.slice(0, room - 1), `${lines[room - 1]} ...`] : lines;
    return { lines: shown, scale, height: frame + shown.length * scale * LINE_HEIGHT };
  }
}

function captionScale(scale: number): number {
  return Math.max(1, Math.round(scale * 0.6));
}

function scaleFor(text: string, width: number, most: number): number {
  return Math.max(1, Math.min(most, Math.floor(width / measure(text))));
}

/** A repeatable source of numbers from 0 up to 1 (mulberry32). */
function randomFrom(text: string): () => number {
  let state = createHash('sha256').update(text).digest().readUInt32BE(0);
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
}
