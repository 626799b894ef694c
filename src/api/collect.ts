/** Bringing paid images home: all of an answer at once, each one's failure leaving the others alone. */
import type { Downloaded } from '../files/download.js';
import { type FinalName, newToken, publish, stemFor, temporaryName } from '../files/output.js';
import { findSame } from '../files/same-image.js';
import { createMemorySink, openFileSink, removeQuietly, type Sink } from '../files/sink.js';
import type { Target } from '../files/target.js';
import type { AnsweredImage } from './answered-image.js';
import { checkImageUrl } from './base-url.js';
import { type Downloader, downloadWithRetry } from './patient-download.js';

/** The part of the world that bringing images home needs. */
export type Collector = Downloader & {
  /** Takes the bytes of an image that goes to no file; false when nobody was there to take them. */
  bytes(content: Uint8Array): Promise<boolean>;
};

/** An image that has arrived whole and has its place. */
export type SavedFile = Downloaded & {
  /** Absolute; undefined where the bytes went to standard output. */
  readonly path: string | undefined;
};

/** What became of one image. */
export interface Collected {
  readonly image: AnsweredImage;
  readonly saved?: SavedFile;
  /** Why it is not saved; absent where it was withheld by the safety check. */
  readonly problem?: string;
  /** Until when the link works, where it says so. */
  readonly expires: Date | undefined;
  /** It is no use to try the link again. */
  readonly expired: boolean;
}

export interface CollectOptions {
  readonly target: Target;
  readonly baseUrl: string;
  /** Only these, by their place in the answer; absent: all. Names are given as if all of them were. */
  readonly only?: ReadonlySet<number>;
  /** An image of these bytes, under a name that this one could have, is this one: a killed process has left it. */
  readonly adopt?: boolean;
  /** Called as bytes arrive: images that are done, bytes of all, and how many there will be, where all servers have said so. */
  readonly onProgress?: ((done: number, bytes: number, total: number | undefined) => void) | undefined;
  /** Awaited before anything else is said of an image that is saved. Must not reject. */
  readonly onSaved?: (index: number, image: AnsweredImage, saved: SavedFile) => Promise<void>;
}

/**
 * Downloads the images of an answer in parallel. Never throws for a single image: what happened to it stands in the result.
 * @returns what became of each, in the order of the answer
 */
export async function collectImages(
  collector: Collector,
  images: readonly AnsweredImage[],
  options: CollectOptions,
): Promise<Collected[]> {
  const indexes = numberNames(options.target, images);
  const wanted = [...images.entries()].filter(([position]) => options.only?.has(position) ?? true);
  const count = startCount(wanted.filter(([, { url }]) => url !== undefined).length, options.onProgress);
  const collectOne = async ([position, image]: readonly [number, AnsweredImage]): Promise<Collected> => {
    const expires = readExpiry(image.url);
    if (image.url === undefined) return { image, expires, expired: false, ...problemWithoutLink(image) };
    try {
      const url = checkImageUrl(image.url, options.baseUrl);
      const place = { ...options, seed: image.seed, firstIndex: indexes[position] ?? 0 };
      const saved = await saveImage(collector, url, expires, place, count?.arrived(position));
      await options.onSaved?.(position, image, saved);
      count?.done();
      return { image, expires, expired: false, saved };
    } catch (thrown) {
      const reason = (thrown instanceof Error ? thrown.message : String(thrown)).replace(/\.$/, '');
      const expired = expires !== undefined && expires.getTime() <= collector.clock.now();
      if (collector.interrupts.abort.aborted) {
        return { image, expires, expired, problem: 'stopped before it was saved' };
      }
      return { image, expires, expired, problem: expired ? `the link has expired: ${reason}` : reason };
    }
  };
  return Promise.all(wanted.map(collectOne));
}

/** Adds up what arrives of several images; undefined where nobody wants to know. */
function startCount(links: number, tell: CollectOptions['onProgress']) {
  if (tell === undefined) return undefined;
  const received = new Map<number, { bytes: number; total: number | undefined }>();
  let done = 0;
  const progress = () => {
    let [bytes, total]: [number, number | undefined] = [0, received.size < links ? undefined : 0];
    for (const image of received.values()) {
      bytes += image.bytes;
      total = total === undefined || image.total === undefined ? undefined : total + image.total;
    }
    tell(done, bytes, total);
  };
  return {
    arrived: (position: number) => (bytes: number, total: number | undefined) => {
      received.set(position, { bytes, total });
      progress();
    },
    done() {
      done += 1;
      progress();
    },
  };
}

function problemWithoutLink({ safe, unusual }: AnsweredImage): { problem?: string } {
  return safe ? { problem: `the API gave no link, but: ${unusual}` } : {};
}

/** The number each image's name starts to count from: images that would be called the same never meet, not even with --force. */
function numberNames(target: Target, images: readonly AnsweredImage[]): number[] {
  const taken = new Map<string, number>();
  return images.map((image) => {
    if (image.url === undefined || target.kind === 'stdout') return 0;
    const stem = stemFor(target, image.seed);
    const index = taken.get(stem) ?? 0;
    taken.set(stem, index + 1);
    return index;
  });
}

/** docs: the link carries `exp`, in Unix seconds. */
function readExpiry(url: string | undefined): Date | undefined {
  const seconds = Number(/[?&]exp=(\d{9,11})(?:&|$)/.exec(url ?? '')?.[1] ?? Number.NaN);
  return Number.isNaN(seconds) ? undefined : new Date(seconds * 1000);
}

interface Place extends Pick<CollectOptions, 'target' | 'adopt'> {
  readonly seed: number | undefined;
  readonly firstIndex: number;
}

async function saveImage(
  collector: Collector,
  url: URL,
  expires: Date | undefined,
  { target, seed, firstIndex, adopt = false }: Place,
  onProgress: ((bytes: number, total: number | undefined) => void) | undefined,
): Promise<SavedFile> {
  const fetchInto = (openSink: () => Promise<Sink>): Promise<Downloaded> =>
    downloadWithRetry(collector, url, expires, openSink, onProgress);
  if (target.kind === 'stdout') {
    let sink = createMemorySink();
    const downloaded = await fetchInto(async () => {
      sink = createMemorySink();
      return sink;
    });
    // A reader that went away is no error elsewhere; but this image was paid for.
    const taken = await Promise.race([collector.bytes(sink.bytes()), endOf(collector.interrupts.abort)]);
    if (!taken) throw new Error('nobody read standard output');
    return { ...downloaded, path: undefined };
  }
  const { folder, force } = target;
  const temporary = temporaryName(folder, newToken(target.owner));
  const downloaded = await fetchInto(() => openFileSink(temporary));
  const { extension } = downloaded.type;
  const name = { folder, stem: stemFor(target, seed), extension, force, firstIndex };
  return { ...downloaded, path: await settle(temporary, name, adopt ? downloaded : undefined) };
}

/** Gives the temporary file its name, or leaves it to one that is there already. It is gone in any case. */
async function settle(temporary: string, name: FinalName, same: Downloaded | undefined): Promise<string> {
  try {
    const there = same && (await findSame(name, same));
    if (there === undefined) return await publish(temporary, name);
    await removeQuietly(temporary);
    return there;
  } catch (error) {
    await removeQuietly(temporary);
    throw error;
  }
}

/** Whoever leaves at once does not wait for a reader that has stalled. */
function endOf(abort: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const leave = () => reject(abort.reason);
    if (abort.aborted) leave();
    else abort.addEventListener('abort', leave, { once: true });
  });
}
