/** --preview: pictures shown among the text of the terminal, as far as it can, and as far as they are not too large for it. */
import { readFile, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { CliError } from '../errors.js';
import { dimensionsOf } from '../files/dimensions.js';
import { sniffImage } from '../files/image-type.js';
import type { ImageFile } from '../files/input.js';
import { decodePixels, type Pixels, shrink } from '../files/pixels.js';
import {
  CELL_PIXELS,
  columnsFor,
  iterm2File,
  kittyPixels,
  kittyPng,
  type Protocol,
  pictureAbility,
  type Screen,
  sixels,
} from '../terminal/inline-image.js';
import { shownPath } from './outcome.js';
import type { Run } from './run.js';

/** More would be a flood: over ssh it takes seconds, and some terminals keep it all. */
const MAX_BYTES = 10 * 1024 * 1024;
/** To decode more takes seconds. */
const MAX_DECODED_PIXELS = 20_000_000;
/** As many as can be asked for at once, and some. */
const MAX_PICTURES = 10;

const CANNOT = {
  none: 'This terminal shows no pictures (kitty, Ghostty, iTerm2, WezTerm, VS Code, Konsole, mintty and foot do)',
  multiplexed: 'Inside tmux and screen no pictures are shown',
} as const;

/** A picture that is not shown; the message says why. */
class Unshown extends Error {}

/**
 * Shows saved images, or says in one line why this terminal cannot.
 * @param paths absolute
 * @param isOpening they are opened as well
 */
export async function showPictures(run: Run, paths: readonly string[], isOpening: boolean): Promise<void> {
  const { ctx, report } = run;
  const ability = pictureAbility(ctx.env);
  // A terminal that cannot move its cursor is none of these.
  if (ability === 'off' || !report.mode.spinner) return;
  if (ability === 'none' || ability === 'multiplexed') {
    return report.aside(`${CANNOT[ability]}${isOpening ? '.' : '; --open opens them.'}`);
  }
  const { columns, rows } = ctx.stderr;
  const screen = { columns: columns || 80, rows: rows || 24 };
  for (const path of paths.slice(0, MAX_PICTURES)) {
    if (ctx.interrupts.stop.aborted) return;
    const name = shownPath(ctx.cwd, path);
    try {
      const sequence = await sequenceFor(ability, path, screen);
      if (paths.length > 1) await report.aside(`${name}:`);
      await report.picture(sequence);
    } catch (error) {
      const remedy = isOpening ? '.' : '; --open opens it.';
      await report.aside(`${name} is not shown here: ${whyNot(error)}${remedy}`);
    }
  }
  if (paths.length > MAX_PICTURES) {
    await report.aside(`${MAX_PICTURES} of ${paths.length} images are shown; the others are saved as well.`);
  }
}

function whyNot(error: unknown): string {
  if (error instanceof Unshown) return error.message;
  if (error instanceof CliError) return 'it cannot be decoded';
  return (error as NodeJS.ErrnoException).code ?? 'it cannot be read';
}

async function sequenceFor(protocol: Protocol, path: string, screen: Screen): Promise<string> {
  const { size } = await stat(path);
  if (size > MAX_BYTES) {
    throw new Unshown(`it has ${Math.round(size / 1024 / 1024)} MB, and at most 10 go to a terminal`);
  }
  const bytes = await readFile(path);
  const type = sniffImage(bytes);
  if (type === undefined) throw new Unshown('it is no image any more');
  const file = { source: path, filename: basename(path), type, bytes };
  const dimensions = await dimensionsOf(file);
  const columns = columnsFor(dimensions, screen);
  if (protocol === 'iterm2') return iterm2File(bytes, columns);
  if (protocol === 'kitty' && type.name === 'PNG') return kittyPng(bytes, columns);
  if (type.name === 'WebP') throw new Unshown('it is a WebP, which this terminal does not take');
  if (dimensions.width * dimensions.height > MAX_DECODED_PIXELS) throw new Unshown('it has too many pixels');
  return protocol === 'kitty'
    ? kittyPixels(await decoded(file, 2 * columns * CELL_PIXELS), columns)
    : sixels(await decoded(file, columns * CELL_PIXELS));
}

/** @param width in pixels, about what can be seen */
async function decoded(file: ImageFile, width: number): Promise<Pixels> {
  return shrink(await decodePixels(file), width);
}
