/** The file of --save-mask: chosen before anything is read, written when nothing else can fail any more. */
import { readFile } from 'node:fs/promises';
import { dirname, extname, join, resolve } from 'node:path';
import type { Plan } from '../endpoints/plan.js';
import { CliError } from '../errors.js';
import { kindOf, makeFolder } from '../files/folder.js';
import { numbered, writeWhole } from '../files/output.js';
import { prepareTarget, type Target } from '../files/target.js';
import { imageSourcesOf, isPiped } from './inputs.js';
import { shownPath } from './outcome.js';
import type { Run } from './run.js';

/**
 * Where the mask is kept, absolute; undefined where it is not to be.
 * @throws CliError `bad_input` when it cannot stand there
 */
export async function chooseMaskFile(
  { ctx, globals }: Run,
  plan: Plan,
  target: Target,
  images: number,
): Promise<string | undefined> {
  const typed = plan.local.saveMask;
  if (typeof typed !== 'string') return undefined;
  const path = resolve(ctx.cwd, typed);
  const kind = await kindOf(path);
  if (extname(path).toLowerCase() !== '.png') {
    throw new CliError('bad_input', `--save-mask ${typed}: a mask is kept as a PNG.`, {
      hint: `Give a file that ends with .png: --save-mask ${typed === '-' ? 'mask' : typed}.png`,
    });
  }
  if (kind === 'folder' || kind === 'other') {
    throw new CliError('bad_input', `--save-mask ${typed} is no file.`, { hint: 'Give a file: mask.png' });
  }
  const read = imageSourcesOf(plan).map((source) => resolve(ctx.cwd, source));
  const isMadeToo = namesIn(target, images).includes(path);
  if (read.includes(path) || isMadeToo) {
    const other = isMadeToo ? 'where the image goes' : 'an image that is read';
    throw new CliError('bad_input', `--save-mask ${typed} is ${other}.`, { hint: 'Give it another name.' });
  }
  // What comes through a pipe is gone when it has been read, and must not meet this then.
  if (isPiped(plan) && kind !== undefined && !globals.force) throw existsAlready(path);
  return path;
}

/** The names that images are going to have, as far as they are known. */
function namesIn(target: Target, images: number): string[] {
  if (target.kind !== 'files' || target.stem === undefined) return [];
  const { folder, stem } = target;
  return Array.from({ length: images }, (_, index) => join(folder, `${numbered(stem, index)}.png`));
}

function existsAlready(path: string): CliError {
  return new CliError('bad_input', `${path} exists already.`, { hint: 'Use another name, or --force.' });
}

/** @throws CliError `bad_file` when nothing can be written there */
export async function proveMaskFile({ globals: { force } }: Run, path: string): Promise<void> {
  await prepareTarget({ kind: 'files', folder: dirname(path), stem: 'mask', slug: 'mask', force }, 1);
}

/**
 * Proves that it can be kept there, once it is made; a file that holds the same mask is no hindrance: it may have been
 * looked at with --dry-run.
 * @param owner the call it belongs to
 * @returns what writes it, when nothing else can fail any more
 * @throws CliError `bad_input` when another file is there
 */
export async function prepareToKeep(
  { ctx, globals, report }: Run,
  path: string,
  bytes: Uint8Array,
  owner: string | undefined,
): Promise<() => Promise<void>> {
  const there = await readFile(path).catch(() => undefined);
  if (there?.equals(bytes)) return async () => {};
  if ((await kindOf(path)) !== undefined && !globals.force) throw existsAlready(path);
  return async () => {
    const kept = await write(path, bytes, globals.force, owner);
    await report.notice(`The mask is kept in ${shownPath(ctx.cwd, kept)}; black is what changes.`);
  };
}

async function write(path: string, bytes: Uint8Array, force: boolean, owner?: string): Promise<string> {
  try {
    await makeFolder(dirname(path));
    return await writeWhole(path, bytes, force, owner);
  } catch (cause) {
    const { code = String(cause) } = cause as NodeJS.ErrnoException;
    throw new CliError('bad_file', `The mask cannot be written to ${path} (${code}).`, {
      hint: 'Give another place to --save-mask. Nothing was sent.',
      cause,
    });
  }
}
