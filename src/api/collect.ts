/** Bringing paid images home: all of an answer at once, each one's failure leaving the others alone, tried until its link expires. */
import { randomBytes } from 'node:crypto';
import { readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import type { Context } from '../context.js';
import { DownloadError, type Downloaded, downloadOnce } from '../files/download.js';
import { publish, stemFor, temporaryName } from '../files/output.js';
import type { Target } from '../files/target.js';
import { checkImageUrl } from './base-url.js';
import type { AnsweredImage } from './image-answer.js';
import { waitBeforeRetry } from './retry.js';

/** The part of the world that downloads need. */
export type Collector = Pick<Context, 'clock' | 'fetch' | 'interrupts' | 'random'> & {
  readonly userAgent: string;
  /** For headers and body of one attempt together, in milliseconds. */
  readonly timeoutMs: number;
  /** Told why an attempt failed and when the next one comes. */
  debug(text: string): Promise<void>;
  /** Told once when an image takes long to come: nobody should wonder for hours what a job waits for. */
  notice(text: string): Promise<void>;
  /** Takes the bytes of an image that goes to no file; false when nobody was there to take them. */
  bytes(content: Uint8Array): Promise<boolean>;
};

/** What became of one image. */
export interface Collected {
  readonly image: AnsweredImage;
  readonly saved?: Downloaded & {
    /** Absolute; undefined where the bytes went to standard output. */
    readonly path: string | undefined;
  };
  /** Why it is not saved; absent where it was withheld by the safety check. */
  readonly problem?: string;
  /** Until when the link works, where it says so. */
  readonly expires: Date | undefined;
}

const ATTEMPTS_BEFORE_NOTICE = 4;

export interface CollectOptions {
  readonly target: Target;
  /** The user's prompt, for names. */
  readonly prompt: string;
  readonly baseUrl: string;
  readonly onProgress?: (done: number, bytes: number) => void;
}

/** Downloads every image of an answer in parallel. Never throws for a single image: what happened to it stands in the result. */
export async function collectImages(
  collector: Collector,
  images: readonly AnsweredImage[],
  options: CollectOptions,
): Promise<Collected[]> {
  const indexOf = numberNames(options, images);
  const received = images.map(() => 0);
  let done = 0;
  return Promise.all(
    images.map(async (image, position) => {
      const expires = readExpiry(image.url);
      if (image.url === undefined) return { image, expires };
      try {
        const saved = await saveImage(collector, image, image.url, expires, {
          ...options,
          firstIndex: indexOf[position] ?? 0,
          onBytes(bytes) {
            received[position] = bytes;
            options.onProgress?.(done, sum(received));
          },
        });
        done += 1;
        options.onProgress?.(done, sum(received));
        return { image, expires, saved };
      } catch (thrown) {
        if (thrown instanceof Error && !collector.interrupts.abort.aborted) {
          return { image, expires, problem: thrown.message };
        }
        return { image, expires, problem: 'stopped before it was saved' };
      }
    }),
  );
}

function sum(numbers: readonly number[]): number {
  return numbers.reduce((total, number) => total + number, 0);
}

/** The number each image's name starts to count from: images that would be called the same never meet, not even with --force. */
function numberNames({ target, prompt }: CollectOptions, images: readonly AnsweredImage[]): number[] {
  if (target.kind === 'stdout') return images.map(() => 0);
  const taken = new Map<string, number>();
  return images.map((image) => {
    if (image.url === undefined) return 0;
    const stem = stemFor(target.stem, { prompt, seed: image.seed });
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

type SaveOptions = CollectOptions & { firstIndex: number; onBytes(bytes: number): void };

async function saveImage(
  collector: Collector,
  image: AnsweredImage,
  url: string,
  expires: Date | undefined,
  options: SaveOptions,
): Promise<Downloaded & { path: string | undefined }> {
  const { target } = options;
  const checked = checkImageUrl(url, options.baseUrl);
  const folder = target.kind === 'stdout' ? tmpdir() : target.folder;
  const temporary = temporaryName(folder, randomBytes(8).toString('hex'));
  const downloaded = await downloadWithRetry(collector, checked, temporary, expires, options.onBytes);
  if (target.kind === 'stdout') {
    await copyToStdout(collector, temporary, url);
    return { ...downloaded, path: undefined };
  }
  try {
    const stem = stemFor(target.stem, { prompt: options.prompt, seed: image.seed });
    const { extension } = downloaded.type;
    const { force } = target;
    const path = await publish(temporary, { folder, stem, extension, force, firstIndex: options.firstIndex });
    return { ...downloaded, path };
  } catch (error) {
    await removeQuietly(temporary);
    throw error;
  }
}

async function downloadWithRetry(
  collector: Collector,
  url: URL,
  temporary: string,
  expires: Date | undefined,
  onProgress: (bytes: number) => void,
): Promise<Downloaded> {
  const { clock, fetch, random, timeoutMs, userAgent } = collector;
  const { abort } = collector.interrupts;
  for (let attempt = 1; ; attempt++) {
    try {
      return await downloadOnce(url, temporary, {
        fetch,
        clock,
        timeoutMs,
        abort,
        userAgent,
        onProgress,
      });
    } catch (error) {
      if (!(error instanceof DownloadError) || error.outcome.kind === 'local') throw error;
      const wait = waitBeforeRetry({
        call: 'download',
        outcome: error.outcome,
        attempt,
        random: random(),
        now: clock.now(),
        ...(expires ? { remaining: expires.getTime() - clock.now() } : {}),
      });
      if (wait === undefined) throw error;
      await collector.debug(`download: ${error.message}; again in ${Math.ceil(wait / 1000)} s`);
      if (attempt === ATTEMPTS_BEFORE_NOTICE) await collector.notice(describeDelay(error, expires));
      await clock.sleep(wait, abort);
    }
  }
}

function describeDelay(error: Error, expires: Date | undefined): string {
  const until = expires ? `until its link expires at ${expires.toISOString()}` : 'for about ten minutes';
  return `A paid image cannot be fetched yet (${error.message}); trying ${until}. Ctrl-C twice leaves and prints the link.`;
}

async function copyToStdout(collector: Collector, temporary: string, url: string): Promise<void> {
  try {
    // A reader that went away is no error, but the image was paid for.
    if (!(await collector.bytes(await readFile(temporary)))) {
      await collector.notice(`Nobody read the image to its end; until it expires it is at ${url}`);
    }
  } finally {
    await removeQuietly(temporary);
  }
}

async function removeQuietly(path: string): Promise<void> {
  await rm(path, { force: true }).catch(() => {});
}
