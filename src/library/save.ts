/** The images of a result of the library, brought home: named as the command names them, each on its own. */
import { resolve } from 'node:path';
import { collectImages } from '../api/collect.js';
import { CliError } from '../errors.js';
import { chooseTarget, prepareTarget, type Target } from '../files/target.js';
import { type Call, readCall } from './call.js';
import type { SaveOptions } from './options.js';
import type { ImagesResult, SavedImage } from './results.js';
import type { LibraryWorld } from './world.js';

type Images = ImagesResult['images'];

/**
 * Downloads all at once; one that fails leaves the others alone.
 * @throws CliError when nothing can be written there
 */
export async function saveImages(
  world: LibraryWorld,
  result: Pick<ImagesResult, 'images' | 'subject'>,
  given?: SaveOptions,
): Promise<SavedImage[]> {
  const { images, subject = 'image' } = result ?? {};
  if (!Array.isArray(images)) {
    throw new CliError('bad_input', 'save takes what a call has answered: an object with images.', {
      hint: "For example: client.save(await client.generate({ prompt: 'a red fox' }))",
    });
  }
  const call = readCall(given, ['output', 'force']);
  const { output, force = false } = given ?? {};
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
  const saved = images.map((_, index) => saveOne(world, images, index, target, call));
  return (await Promise.all(saved)).flat();
}

/** One image, under the name that it has among all of them. */
async function saveOne(
  world: LibraryWorld,
  images: Images,
  index: number,
  target: Target,
  { interrupts, tell }: Call,
): Promise<SavedImage[]> {
  const nothing = async (): Promise<void> => {};
  const silent = { debug: nothing, notice: nothing, bytes: async () => false };
  const collected = await collectImages({ ...world, ...silent, interrupts }, images, {
    target,
    baseUrl: world.baseUrl,
    only: new Set([index]),
    onProgress(done, bytes, total) {
      if (done === 0) tell({ type: 'downloading', image: index, bytes, total });
    },
    async onSaved(_position, _image, { path, bytes }) {
      if (path !== undefined) tell({ type: 'saved', image: index, path, bytes });
    },
  });
  return collected.map(({ image, saved, problem }) => ({ image, path: saved?.path, problem }));
}
