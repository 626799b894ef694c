/** The images a user hands in, from files, standard input and https URLs: read and checked before anything is sent. */
import type { Context } from '../context.js';
import { CliError } from '../errors.js';
import { type Candidate, checkImage, checkType, tooLarge } from './image-check.js';
import { readFileImage } from './image-file.js';
import { isUrl } from './image-origin.js';
import { checkMasks } from './image-pairs.js';
import { pathsInResult } from './image-result.js';
import type { ImageType } from './image-type.js';
import { readStdin, refuseSecondReader, STDIN_NAME } from './stdin.js';

/** An image as it will be sent. */
export interface ImageFile {
  /** As the user typed it; an address without its query; `standard input`. */
  readonly source: string;
  readonly filename: string;
  readonly type: ImageType;
  readonly bytes: Uint8Array;
}

/** The images of one option, as they were typed. */
export interface ImageRequest {
  /** The option's name in code. */
  readonly name: string;
  /** As typed: paths, `-`, https URLs. */
  readonly sources: readonly string[];
  /** Bytes that one image may have. */
  readonly maxBytes: number;
  /** Name of the option whose images these are masks for, in the same order; each must have its image's pixel size. */
  readonly masksFor?: string | undefined;
  /** A JSON result on standard input may name several images, all of which are used; else exactly one. */
  readonly many: boolean;
}

/** What reading images needs of the world. */
export type ImageSources = Pick<Context, 'cwd' | 'stdin' | 'interrupts' | 'fetch' | 'clock' | 'platform'> & {
  /** Addresses on this machine and in private networks may be fetched, these also by http. */
  readonly allowPrivateUrls: boolean;
  readonly userAgent: string;
  /** For one URL, redirects and body included. */
  readonly timeoutMs: number;
};

/** One thing that was typed, and the images it turned out to be. */
interface Slot {
  readonly request: ImageRequest;
  readonly source: string;
  images: ImageFile[];
}

/** So many URLs at once. */
const FETCHES = 4;
/**
 * Reads and checks all images of a call. Files come first and standard input last: what is wrong is found before
 * anything is fetched, and what is fetched while the command before still works.
 * @returns by the options' names
 * @throws CliError `bad_file`, `bad_input`, `usage`, `cancelled`
 */
export async function readImages(
  world: ImageSources,
  requests: readonly ImageRequest[],
): Promise<Record<string, ImageFile[]>> {
  const slots = requests.flatMap((request) =>
    request.sources.map((source): Slot => ({ request, source, images: [] })),
  );
  const piped = slots.filter(({ source }) => source === '-');
  const urls = slots.filter(({ source }) => isUrl(source));
  refuseSecondReader(piped.map(({ request }) => request.name));
  if (piped.length > 0) refuseTerminal(world);
  for (const slot of slots) {
    if (world.interrupts.stop.aborted) throw new CliError('cancelled', 'Stopped.');
    if (piped.includes(slot) || urls.includes(slot)) continue;
    slot.images = [await readFileImage(world, slot.source, slot.request.maxBytes)];
  }
  if (urls.length > 0) await fetchAll(world, urls);
  for (const slot of piped) slot.images = await readPiped(world, slot.request);
  const imagesOf = (name: string | undefined): ImageFile[] =>
    slots.filter(({ request }) => request.name === name).flatMap(({ images }) => images);
  for (const { name, masksFor, sources } of requests) {
    if (masksFor !== undefined && sources.length > 0)
      await checkMasks(imagesOf(name), imagesOf(masksFor), world.platform);
  }
  return Object.fromEntries(requests.map(({ name }) => [name, imagesOf(name)]));
}

const PIPE_HINT = 'For example: ideogram generate "a red fox" -o - | ideogram upscale -';

function refuseTerminal({ stdin }: Pick<ImageSources, 'stdin'>): void {
  if (stdin.isTTY !== true) return;
  throw new CliError('usage', '"-" reads an image from a pipe, and standard input is a terminal.', {
    hint: PIPE_HINT,
  });
}

/** The image that standard input is, or those that the result of another command names. */
async function readPiped(world: ImageSources, { maxBytes, many }: ImageRequest): Promise<ImageFile[]> {
  const source = STDIN_NAME;
  const candidate: Candidate = { source, origin: { kind: 'stdin' }, platform: world.platform };
  const bytes = await readStdin(world, maxBytes);
  if (bytes.length === 0) {
    throw new CliError('bad_file', 'Standard input held nothing: the command before it may have failed.', {
      hint: PIPE_HINT,
    });
  }
  if (bytes.length > maxBytes) {
    const { extension } = await checkType(candidate, bytes);
    throw await tooLarge(candidate, { extension, size: undefined }, maxBytes);
  }
  const images: ImageFile[] = [];
  const paths = pathsInResult(bytes, many);
  if (paths === undefined) return [await checkImage(candidate, bytes)];
  for (const path of paths) images.push(await readFileImage(world, path, maxBytes));
  return images;
}

/** A few at a time; when one fails, the others are left at once. */
async function fetchAll(world: ImageSources, slots: readonly Slot[]): Promise<void> {
  const { fetchImage } = await import('./image-url.js');
  const { stop } = world.interrupts;
  const end = new AbortController();
  const leave = (): void => end.abort(new CliError('cancelled', 'Stopped.'));
  if (stop.aborted) leave();
  stop.addEventListener('abort', leave, { once: true });
  const waiting = [...slots];
  const work = async (): Promise<void> => {
    for (let slot = waiting.shift(); slot !== undefined; slot = waiting.shift()) {
      slot.images = [await fetchImage(world, slot.source, slot.request.maxBytes, end.signal)];
    }
  };
  try {
    await Promise.all(Array.from({ length: FETCHES }, work));
  } catch (thrown) {
    end.abort(thrown);
    throw thrown;
  } finally {
    stop.removeEventListener('abort', leave);
  }
}
