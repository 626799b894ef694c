/** The file of --save-mask: chosen before anything is read, written when everything has been checked. */
import { dirname, extname, resolve } from 'node:path';
import type { Plan } from '../endpoints/plan.js';
import { CliError } from '../errors.js';
import { kindOf, makeFolder } from '../files/folder.js';
import { writeWhole } from '../files/output.js';
import { shownPath } from './outcome.js';
import type { Run } from './run.js';

/**
 * Where the mask is kept, absolute; undefined where it is not to be.
 * @throws CliError `bad_input` when it cannot stand there
 */
export async function chooseMaskFile({ ctx, globals }: Run, { local }: Plan): Promise<string | undefined> {
  const typed = local.saveMask;
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
  if (kind !== undefined && !globals.force) {
    throw new CliError('bad_input', `${path} exists already.`, { hint: 'Use another name, or --force.' });
  }
  return path;
}

/**
 * Writes it: black is what changes, in every command.
 * @throws CliError `bad_file`
 */
export async function keepMask(
  { ctx, globals, report }: Run,
  path: string,
  bytes: Uint8Array,
): Promise<void> {
  let kept: string;
  try {
    await makeFolder(dirname(path));
    kept = await writeWhole(path, bytes, globals.force);
  } catch (cause) {
    const { code = String(cause) } = cause as NodeJS.ErrnoException;
    throw new CliError('bad_file', `The mask cannot be written to ${path} (${code}). Nothing was sent.`, {
      cause,
    });
  }
  await report.notice(`The mask is kept in ${shownPath(ctx.cwd, kept)}; black is what changes.`);
}
