/** The scene of the pictures: a sky, a sun with its glow, and hills one behind the other, all chosen by a random source. */
import { type Canvas, type Colour, hex, mix } from './canvas.js';

interface Mood {
  readonly skyTop: Colour;
  readonly skyLow: Colour;
  readonly sun: Colour;
  readonly far: Colour;
  readonly near: Colour;
}

/** Rows of the canvas that the scene fills. */
interface Stage {
  readonly top: number;
  readonly bottom: number;
}

const MOODS: readonly Mood[] = [
  mood('#2b2d5b', '#f4a27a', '#ffe3b0', '#96708f', '#1d1b3a'),
  mood('#6fb0d6', '#fbe8c8', '#fff8e4', '#9dc4c2', '#1f4d55'),
  mood('#f0a893', '#fdf0d8', '#ef6f53', '#dfa294', '#54293f'),
  mood('#0b1437', '#47689c', '#f3f1de', '#42609a', '#070d22'),
  mood('#8fcab0', '#f3f6e2', '#ffd66b', '#93c4a5', '#123a31'),
  mood('#4f9fb3', '#fbe3b8', '#fff4d6', '#e2a96f', '#6f2a20'),
  mood('#5d559e', '#f6d3de', '#fff0f0', '#a892c8', '#2a2050'),
  mood('#3a1c32', '#f08a4b', '#ffd98f', '#ab4f4c', '#1f0b1a'),
];

const SKY_STEPS = 54;
const GLOW_SHARES = [0, 0.13, 0.27];
/** How many palette entries the sky has; they are the canvas's first, for it is what is drawn first. */
export const SKY_COLOURS = SKY_STEPS * GLOW_SHARES.length;
const HILLS = 5;
const HILL_STEPS = 14;
const EDGE_STEPS = 3;

/** Draws the scene; the mood it chose, for what is drawn on top. */
export function drawLandscape(canvas: Canvas, stage: Stage, random: () => number): Mood {
  const chosen = MOODS[Math.floor(random() * MOODS.length)] ?? (MOODS[0] as Mood);
  const horizon = stage.top + (stage.bottom - stage.top) * (0.6 + random() * 0.08);
  drawSky(canvas, stage, horizon, chosen, random);
  const treeSize = Math.min(stage.bottom - stage.top, canvas.width);
  for (let hill = 0; hill < HILLS; hill += 1) {
    const depth = hill / (HILLS - 1);
    const base = horizon + (stage.bottom - horizon) * depth * 0.78;
    const relief = (stage.bottom - stage.top) * (0.07 + 0.05 * random());
    const ridge = ridgeLine(canvas.width, base, relief, random);
    if (hill >= HILLS - 2) plantTrees(ridge, treeSize * (0.02 + 0.035 * depth), random);
    drawHill(canvas, stage, ridge, chosen, depth);
  }
  return chosen;
}

function drawSky(canvas: Canvas, stage: Stage, horizon: number, colours: Mood, random: () => number): void {
  const glows = GLOW_SHARES.map((share) =>
    canvas.ramp(mix(colours.skyTop, colours.sun, share), mix(colours.skyLow, colours.sun, share), SKY_STEPS),
  );
  const sun = canvas.colour(colours.sun);
  const span = stage.bottom - stage.top;
  const radius = Math.min(canvas.width, span) * (0.075 + random() * 0.05);
  const x = canvas.width * (0.2 + random() * 0.6);
  const y = horizon - span * (0.12 + random() * 0.25);
  for (let row = stage.top; row < stage.bottom; row += 1) {
    const share = Math.min(1, Math.max(0, (row - stage.top) / (horizon - stage.top)));
    const step = Math.round(share * (SKY_STEPS - 1));
    canvas.fillBox(0, row, canvas.width, 1, (glows[0] ?? 0) + step);
    fillChord(canvas, x, row, chord(radius * 3.1, row - y), (glows[1] ?? 0) + step);
    fillChord(canvas, x, row, chord(radius * 1.9, row - y), (glows[2] ?? 0) + step);
    fillChord(canvas, x, row, chord(radius, row - y), sun);
  }
}

/** Half the width of a circle at a distance from its centre. */
function chord(radius: number, distance: number): number {
  return Math.sqrt(Math.max(0, radius * radius - distance * distance));
}

function fillChord(canvas: Canvas, x: number, row: number, half: number, index: number): void {
  if (half > 0) canvas.fillBox(Math.round(x - half), row, Math.round(2 * half), 1, index);
}

/** The height of a hill's edge at each column, in pixels from the top. */
function ridgeLine(width: number, base: number, relief: number, random: () => number): Float64Array {
  const waves = [0.8, 1.9, 4.3, 9.1].map((frequency, index) => ({
    frequency: frequency * (0.8 + random() * 0.5) * Math.max(1, width / 1024),
    phase: random() * Math.PI * 2,
    height: relief / 2 ** index,
  }));
  return Float64Array.from({ length: width }, (_, column) => {
    const turn = (column / width) * Math.PI * 2;
    let y = base;
    for (const wave of waves) y += Math.sin(turn * wave.frequency + wave.phase) * wave.height * 0.55;
    return y;
  });
}

/** Firs as points on the edge, in loose groups. */
function plantTrees(ridge: Float64Array, size: number, random: () => number): void {
  const ground = Float64Array.from(ridge);
  let column = random() * size * 6;
  while (column < ridge.length) {
    const height = size * (0.7 + random() * 0.7);
    const half = height * 0.24;
    const foot = ground[Math.floor(column)] ?? 0;
    for (let x = Math.max(0, Math.ceil(column - half)); x <= column + half && x < ridge.length; x += 1) {
      const edge = foot - height * (1 - Math.abs(x - column) / half);
      ridge[x] = Math.min(ridge[x] ?? edge, edge);
    }
    column += random() < 0.3 ? size * (2 + random() * 7) : size * (0.35 + random() * 0.5);
  }
}

/** Fills below the ridge, paler towards the foot as in mist, with a softened edge. */
function drawHill(canvas: Canvas, stage: Stage, ridge: Float64Array, colours: Mood, depth: number): void {
  const crest = mix(colours.far, colours.near, depth);
  const behind = mix(colours.far, colours.near, Math.max(0, depth - 1 / (HILLS - 1)));
  const edge = canvas.ramp(mix(behind, crest, 0.3), mix(behind, crest, 0.75), EDGE_STEPS);
  const body = canvas.ramp(crest, mix(crest, colours.skyLow, 0.3 * (1 - depth) + 0.04), HILL_STEPS);
  const top = ridge.reduce((least, y) => Math.min(least, y), stage.bottom);
  const low = ridge.reduce((most, y) => Math.max(most, y), top);
  const fade = (stage.bottom - stage.top) * 0.3;
  for (let row = Math.max(stage.top, Math.floor(top)); row < stage.bottom; row += 1) {
    const step = Math.min(HILL_STEPS - 1, Math.floor(((row - top) / fade) * HILL_STEPS));
    if (row > low) {
      canvas.fillBox(0, row, canvas.width, 1, body + step);
      continue;
    }
    const start = row * canvas.width;
    for (let column = 0; column < canvas.width; column += 1) {
      const covered = row + 1 - (ridge[column] ?? 0);
      if (covered >= 1) canvas.pixels[start + column] = body + step;
      else if (covered > 0.12) canvas.pixels[start + column] = edge + Math.floor(covered * EDGE_STEPS);
    }
  }
}

function mood(skyTop: string, skyLow: string, sun: string, far: string, near: string): Mood {
  return { skyTop: hex(skyTop), skyLow: hex(skyLow), sun: hex(sun), far: hex(far), near: hex(near) };
}
