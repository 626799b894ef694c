/** A world for reading images: a folder of its own, a given standard input, a network that leads to this machine. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { createFetch } from '../../src/api/fetch.js';
import { CliError } from '../../src/errors.js';
import type { FetchInit } from '../../src/fetch-contract.js';
import { type ImageFile, type ImageRequest, type ImageSources, readImages } from '../../src/files/input.js';
import { createWorld, type World } from '../support/run.js';

export interface InputWorld extends ImageSources {
  readonly world: World;
  /** What was fetched, in order. */
  readonly fetched: { readonly url: string; readonly init: FetchInit }[];
  /** Puts a file into the folder; its path as it would be typed. */
  put(name: string, bytes: Uint8Array | string): Promise<string>;
}

export type WorldOptions = Partial<Omit<ImageSources, 'stdin'>> & {
  readonly stdin?: Uint8Array | string | ImageSources['stdin'];
};

/** Nothing is on standard input, and every fetch goes out as it is. */
export async function createInputWorld(options: WorldOptions = {}): Promise<InputWorld> {
  const world = await createWorld();
  const fetched: InputWorld['fetched'] = [];
  const { fetch: outer = createFetch({}), stdin, ...rest } = options;
  const isBytes = typeof stdin === 'string' || stdin instanceof Uint8Array;
  return {
    world,
    fetched,
    cwd: world.folder,
    stdin: isBytes || stdin === undefined ? Readable.from(stdin ? [Buffer.from(stdin)] : []) : stdin,
    interrupts: {
      stop: world.stop.signal,
      abort: world.abort.signal,
      raise: () => world.stop.abort('SIGINT'),
    },
    clock: world.clock,
    platform: 'linux',
    allowPrivateUrls: false,
    userAgent: 'test-agent',
    timeoutMs: 30_000,
    fetch: (url, init = {}) => {
      fetched.push({ url, init });
      return outer(url, init);
    },
    put: async (name, bytes) => {
      await writeFile(join(world.folder, name), bytes);
      return name;
    },
    ...rest,
  };
}

export const MB = 1024 * 1024;

export const image = (sources: readonly string[], more: Partial<ImageRequest> = {}): ImageRequest => ({
  name: 'image',
  sources,
  maxBytes: 25 * MB,
  many: false,
  ...more,
});

/** Reads the images of one option. */
export async function read(
  world: ImageSources,
  sources: readonly string[],
  more: Partial<ImageRequest> = {},
): Promise<ImageFile[]> {
  return (await readImages(world, [image(sources, more)])).image ?? [];
}

/** The error that the promise must be rejected with, all it says in one text. */
export async function refusal(
  promise: Promise<unknown>,
): Promise<{ code: string; text: string; hint: string }> {
  const thrown = await promise.then(
    () => new Error('nothing was refused'),
    (error: unknown) => error,
  );
  if (!(thrown instanceof CliError)) throw thrown;
  return { code: thrown.code, text: thrown.message, hint: thrown.hint ?? '' };
}
