/** Bringing paid images home: all of an answer at once, each one's failure leaving the others alone, tried until its link expires. */
import { randomBytes } from 'node:crypto';
import { tmpdir } from 'node:os';
import { checkImageUrl } from '../api/base-url.js';
import type { AnsweredImage } from '../api/response.js';
import { waitBeforeRetry } from '../api/retry.js';
import { DownloadError, type Downloaded, downloadOnce } from '../files/download.js';
import { publish, stemFor, temporaryName } from '../files/output.js';
import type { Target } from '../files/target.js';
import { type Run, userAgent } from './run.js';

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

export interface CollectOptions {
  readonly target: Target;
  /** The user's prompt, for names. */
  readonly prompt: string;
  readonly baseUrl: string;
  readonly onProgress?: (done: number, bytes: number) => void;
}

/** Downloads every image of an answer in parallel. Never throws for a single image: what happened to it stands in the result. */
export async function collectImages(
  run: Run,
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
        const saved = await saveImage(run, image, image.url, expires, {
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
        if (thrown instanceof Error && !run.ctx.interrupts.abort.aborted) {
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
  run: Run,
  image: AnsweredImage,
  url: string,
  expires: Date | undefined,
  options: SaveOptions,
): Promise<Downloaded & { path: string | undefined }> {
  const { target } = options;
  const checked = checkImageUrl(url, options.baseUrl);
  const folder = target.kind === 'stdout' ? tmpdir() : target.folder;
  const temporary = temporaryName(folder, randomBytes(8).toString('hex'));
  const downloaded = await downloadWithRetry(run, checked, temporary, expires, options.onBytes);
  if (target.kind === 'stdout') {
    await copyToStdout(run, temporary);
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
  run: Run,
  url: URL,
  temporary: string,
  expires: Date | undefined,
  onProgress: (bytes: number) => void,
): Promise<Downloaded> {
  const { clock, fetch, interrupts, random } = run.ctx;
  const { timeoutMs } = run.globals;
  const abort = interrupts.abort;
  for (let attempt = 1; ; attempt++) {
    try {
      return await downloadOnce(url, temporary, {
        fetch,
        clock,
        timeoutMs,
        abort,
        userAgent: userAgent(run.ctx),
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
      await run.report.debug(`download: ${error.message}; again in ${Math.ceil(wait / 1000)} s`);
      await clock.sleep(wait, abort);
    }
  }
}

async function copyToStdout(run: Run, temporary: string): Promise<void> {
  const { readFile } = await import('node:fs/promises');
  try {
    await run.report.bytes(await readFile(temporary));
  } finally {
    await removeQuietly(temporary);
  }
}

async function removeQuietly(path: string): Promise<void> {
  const { rm } = await import('node:fs/promises');
  await rm(path, { force: true }).catch(() => {});
}
