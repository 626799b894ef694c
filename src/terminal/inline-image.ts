/** Pictures in the text of a terminal: which one can show them, by what it says of itself, and the sequences that do it. */
import { promisify } from 'node:util';
import { deflate } from 'node:zlib';
import { CliError } from '../errors.js';

/** How pictures are handed to a terminal. */
export type Protocol = 'kitty' | 'iterm2' | 'sixel';

/** `multiplexed`: tmux or screen stands before the terminal, and passes no pictures on. */
export type Ability = Protocol | 'multiplexed' | 'none' | 'off';

type Environment = Readonly<Record<string, string | undefined>>;

const CHOICES = ['kitty', 'iterm2', 'sixel', 'off'] as const;

/**
 * What the terminal takes. It is never asked: an answer that comes late would stand among what is typed next.
 * docs: sw.kovidgoyal.net/kitty/graphics-protocol; iterm2.com/documentation-images.html; what each terminal says of itself.
 * @throws CliError `bad_input` where IDEOGRAM_PREVIEW holds nothing of the kind
 */
export function pictureAbility(env: Environment): Ability {
  return readOverride(env.IDEOGRAM_PREVIEW) ?? (isMultiplexed(env) ? 'multiplexed' : ownAbility(env));
}

function readOverride(value: string | undefined): Ability | undefined {
  const word = value?.trim().toLowerCase() ?? '';
  if (word === '') return undefined;
  const choice = CHOICES.find((each) => each === word);
  if (choice) return choice;
  throw new CliError('bad_input', `IDEOGRAM_PREVIEW does not take "${value}".`, {
    hint: `Valid: ${CHOICES.join(', ')}, or nothing: then it is found out.`,
  });
}

function isMultiplexed({ TMUX, STY, TERM = '' }: Environment): boolean {
  return Boolean(TMUX || STY) || /^(tmux|screen)/.test(TERM);
}

const BY_TERM: readonly (readonly [RegExp, Protocol])[] = [
  [/^xterm-(kitty|ghostty)$/, 'kitty'],
  [/^(foot|mlterm|contour)/, 'sixel'],
];

const BY_PROGRAM: Readonly<Record<string, Protocol>> = {
  ghostty: 'kitty',
  'iTerm.app': 'iterm2',
  WezTerm: 'iterm2',
  // Where its setting terminal.integrated.enableImages is off, it shows nothing.
  vscode: 'iterm2',
  mintty: 'iterm2',
};

/** The first Konsole that shows pictures, as KONSOLE_VERSION has it: 22.04.0. */
const FIRST_KONSOLE = 220400;

/** What a terminal sets for each program it starts comes before what may have been handed down from another one. */
function ownAbility(env: Environment): Protocol | 'none' {
  const { TERM = '', TERM_PROGRAM = '', LC_TERMINAL, KITTY_WINDOW_ID, KONSOLE_VERSION } = env;
  const [, byTerm] = BY_TERM.find(([pattern]) => pattern.test(TERM)) ?? [];
  if (byTerm) return byTerm;
  if (Object.hasOwn(BY_PROGRAM, TERM_PROGRAM)) return BY_PROGRAM[TERM_PROGRAM] ?? 'none';
  // Another program that names itself is the terminal, whatever stood around it.
  if (TERM_PROGRAM) return 'none';
  if (KITTY_WINDOW_ID) return 'kitty';
  // Goes along over ssh.
  if (LC_TERMINAL === 'iTerm2') return 'iterm2';
  return Number(KONSOLE_VERSION) >= FIRST_KONSOLE ? 'iterm2' : 'none';
}

/** In characters. */
export interface Screen {
  readonly columns: number;
  readonly rows: number;
}

/** A character is about twice as high as wide; on coarse screens it is ten pixels wide. */
const CELL_ASPECT = 2;
export const CELL_PIXELS = 10;

/** How many characters wide a picture is shown: on the screen, at most half of its height, and no larger than it is. */
export function columnsFor({ width, height }: { width: number; height: number }, screen: Screen): number {
  const byHeight = Math.floor(((screen.rows / 2) * CELL_ASPECT * width) / height);
  return Math.max(1, Math.min(screen.columns, byHeight, Math.ceil(width / CELL_PIXELS)));
}

/** docs: kitty graphics protocol: base64 in pieces of at most 4096 bytes. */
const KITTY_PIECE = 4096;

/** A PNG as it is; kitty takes no other format. The rows follow from the columns. */
export function kittyPng(png: Uint8Array, columns: number): string {
  return kittySequence(`f=100,c=${columns}`, png);
}

/** Pixels, red, green and blue each a byte, packed. */
export async function kittyPixels({ width, height, rgba }: Picture, columns: number): Promise<string> {
  const rgb = Buffer.alloc(width * height * 3);
  for (let pixel = 0; pixel < width * height; pixel++) {
    for (let channel = 0; channel < 3; channel++) rgb[pixel * 3 + channel] = rgba[pixel * 4 + channel] ?? 0;
  }
  const packed = await promisify(deflate)(rgb);
  return kittySequence(`f=24,s=${width},v=${height},o=z,c=${columns}`, packed);
}

/** Red, green, blue and alpha of each pixel, row by row. */
export interface Picture {
  readonly width: number;
  readonly height: number;
  readonly rgba: Uint8Array;
}

function kittySequence(control: string, content: Uint8Array): string {
  const text = base64(content);
  const pieces: string[] = [];
  for (let start = 0; start < text.length; start += KITTY_PIECE) {
    const more = start + KITTY_PIECE < text.length ? 1 : 0;
    // q=2: it must not answer: that would stand among what is typed next.
    const keys = start === 0 ? `a=T,q=2,${control},m=${more}` : `m=${more}`;
    pieces.push(`\u001b_G${keys};${text.slice(start, start + KITTY_PIECE)}\u001b\\`);
  }
  return `${pieces.join('')}\n`;
}

/** A file of any format, as it is. */
export function iterm2File(bytes: Uint8Array, columns: number): string {
  const keys = `inline=1;size=${bytes.byteLength};width=${columns};preserveAspectRatio=1`;
  return `\u001b]1337;File=${keys}:${base64(bytes)}\u0007\n`;
}

/** In pixels. */
const SQUARE = 8;

/** At most 256 colours. What is transparent stands on squares of two greys. */
export async function sixels(picture: Picture): Promise<string> {
  const { width, height } = picture;
  const { image2sixel } = await import('sixel/lib/SixelEncoder.js');
  return `${image2sixel(onSquares(picture), width, height)}\n`;
}

function onSquares({ width, rgba }: Picture): Uint8Array {
  // Of its own memory: the encoder takes the whole of it for pixels, and writes into it.
  const flat = new Uint8Array(rgba);
  for (let index = 0; index < flat.length; index += 4) {
    const pixel = index / 4;
    const squares = Math.floor((pixel % width) / SQUARE) + Math.floor(pixel / width / SQUARE);
    const isDark = squares % 2 === 0;
    const alpha = (rgba[index + 3] ?? 255) / 255;
    for (let channel = index; channel < index + 3; channel++) {
      flat[channel] = Math.round((rgba[channel] ?? 0) * alpha + (isDark ? 102 : 153) * (1 - alpha));
    }
    flat[index + 3] = 255;
  }
  return flat;
}

function base64(bytes: Uint8Array): string {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('base64');
}
