/** The images of a result of the library, brought home: named as the command names them, each on its own. */
import { resolve } from 'node:path';
import { collectImages } from '../api/collect.js';
import { CliError } from '../errors.js';
import { chooseTarget, prepareTarget } from '../files/target.js';
import type { SaveOptions } from './options.js';
import type { ImagesResult, SavedImage } from './results.js';
import { interruptsOf, type LibraryWorld } from './world.js';

/**
 * Downloads all at once; one that fails leaves the others alone.
 * @throws CliError when nothing can be written there
 */
export async function saveImages(
  world: LibraryWorld,
  { images, subject = 'image' }: Pick<ImagesResult, 'images' | 'subject'>,
  { output, force = false, signal }: SaveOptions = {},
): Promise<SavedImage[]> {
  if (output === '-') {
    throw new CliError(
      'bad_input',
      'output: "-" is standard output on the command line, and no place here.',
      {
        hint: 'Give a file or a folder/.',
      },
    );
  }
  const target = await chooseTarget({
    cwd: resolve('.'),
    output,
    force,
    subject,
    metadata: false,
    images: images.length,
    stdoutIsTerminal: false,
  });
  await prepareTarget(target, images.length);
  const nothing = async (): Promise<void> => {};
  const silent = { debug: nothing, notice: nothing, bytes: async () => false };
  const collector = { ...world, ...silent, interrupts: interruptsOf(signal) };
  const collected = await collectImages(collector, images, { target, baseUrl: world.baseUrl });
  return collected.map(({ image, saved, problem }) => ({ image, path: saved?.path, problem }));
}
