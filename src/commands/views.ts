/** --preview and --open: what was saved is shown to the person at the terminal; to nobody else, and it never harms what is saved. */
import type { Context } from '../context.js';
import { CliError } from '../errors.js';
import type { EndpointOptions } from './prepare.js';
import type { Run } from './run.js';

/** How the saved images are to be seen. */
export type Views = Pick<EndpointOptions, 'preview' | 'open' | 'output'>;

/**
 * Refuses what cannot be meant, before anything is sent.
 * @throws CliError `usage`: there will be no file; `bad_input`: IDEOGRAM_PREVIEW
 */
export async function checkViews(
  { env }: Pick<Context, 'env'>,
  { preview, open, output }: Views,
): Promise<void> {
  if (!preview && !open) return;
  if (output === '-') {
    const option = preview ? '--preview' : '--open';
    throw new CliError('usage', `${option} needs a file, and -o - makes none.`, {
      hint: 'Give a file or folder: -o images/',
    });
  }
  if (!preview) return;
  const { pictureAbility } = await import('../terminal/inline-image.js');
  pictureAbility(env);
}

/**
 * Shows them. Never rejects.
 * @param paths absolute
 */
export async function showSaved(run: Run, { preview, open }: Views, paths: readonly string[]): Promise<void> {
  if (!isWatched(run) || paths.length === 0) return;
  try {
    if (preview) {
      const { showPictures } = await import('./preview.js');
      await showPictures(run, paths, open === true);
    }
    if (open) await openAll(run, paths);
  } catch (error) {
    await run.report.aside(`The images are saved, but cannot be shown: ${(error as Error).message}`);
  }
}

/** By a person who could look at pictures: who leaves wants none. */
function isWatched({ ctx, report }: Run): boolean {
  return report.mode.watched && !ctx.interrupts.stop.aborted;
}

/** As many as can be asked for at once, and some. */
const MAX_OPENED = 10;

async function openAll({ ctx, report }: Run, paths: readonly string[]): Promise<void> {
  const { openInViewer } = await import('../terminal/browser.js');
  const first = paths.slice(0, MAX_OPENED);
  const opened = await Promise.all(first.map((path) => openInViewer(path, ctx.clock, ctx.platform)));
  const unopened = first.filter((_, index) => !opened[index]);
  if (unopened.length > 0) await report.aside(`Nothing here could open ${unopened.join(', ')}.`);
  if (paths.length > MAX_OPENED) {
    await report.aside(`Opened ${MAX_OPENED} of ${paths.length} images; more at once are not opened.`);
  }
}
