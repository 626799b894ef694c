/** Bringing paid images home: all of an answer at once, each one's failure leaving the others alone, tried until its link expires. */
import type { Context } from '../context.js';
import { DownloadError, type Downloaded, downloadOnce } from '../files/download.js';
import { publish, stemFor, temporaryName } from '../files/output.js';
import { createMemorySink, openFileSink, removeQuietly, type Sink } from '../files/sink.js';
import type { Target } from '../files/target.js';
import type { AnsweredImage } from './answered-image.js';
import { checkImageUrl } from './base-url.js';
import { isPassing, waitBeforeRetry } from './retry.js';

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
  /** It is no use to try the link again. */
  readonly expired: boolean;
}

const ATTEMPTS_BEFORE_NOTICE = 4;

/** However short the user's patience with the API: a large image on a slow line must not start over and over. */
const MIN_DOWNLOAD_TIMEOUT_MS = 60_000;

export interface CollectOptions {
  readonly target: Target;
  readonly baseUrl: string;
  readonly onProgress?: (done: number, bytes: number) => void;
}

/** Downloads every image of an answer in parallel. Never throws for a single image: what happened to it stands in the result. */
export async function collectImages(
  collector: Collector,
  images: readonly AnsweredImage[],
  options: CollectOptions,
): Promise<Collected[]> {
  const indexes = numberNames(options.target, images);
  const received = images.map(() => 0);
  let done = 0;
  const progress = () =>
    options.onProgress?.(
      done,
      received.reduce((sum, bytes) => sum + bytes, 0),
    );
  const collectOne = async (image: AnsweredImage, position: number): Promise<Collected> => {
    const expires = readExpiry(image.url);
    if (image.url === undefined) return { image, expires, expired: false, ...problemWithoutLink(image) };
    try {
      const url = checkImageUrl(image.url, options.baseUrl);
      const place = { target: options.target, seed: image.seed, firstIndex: indexes[position] ?? 0 };
      const saved = await saveImage(collector, url, expires, place, (bytes) => {
        received[position] = bytes;
        progress();
      });
      done += 1;
      progress();
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
  return Promise.all(images.map(collectOne));
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

interface Place {
  readonly target: Target;
  readonly seed: number | undefined;
  readonly firstIndex: number;
}

async function saveImage(
  collector: Collector,
  url: URL,
  expires: Date | undefined,
  { target, seed, firstIndex }: Place,
  onProgress: (bytes: number) => void,
): Promise<Downloaded & { path: string | undefined }> {
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
  const temporary = temporaryName(folder);
  const downloaded = await fetchInto(() => openFileSink(temporary));
  const { extension } = downloaded.type;
  const name = { folder, stem: stemFor(target, seed), extension, force, firstIndex };
  try {
    return { ...downloaded, path: await publish(temporary, name) };
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

async function downloadWithRetry(
  collector: Collector,
  url: URL,
  expires: Date | undefined,
  openSink: () => Promise<Sink>,
  onProgress: (bytes: number) => void,
): Promise<Downloaded> {
  const { clock, fetch, interrupts, random, userAgent } = collector;
  const { abort, stop } = interrupts;
  const timeoutMs = Math.max(collector.timeoutMs, MIN_DOWNLOAD_TIMEOUT_MS);
  for (let attempt = 1; ; attempt++) {
    try {
      return await downloadOnce(url, openSink, { fetch, clock, timeoutMs, abort, userAgent, onProgress });
    } catch (error) {
      if (!(error instanceof DownloadError) || error.outcome.kind === 'local') throw error;
      const wait = waitBeforeRetry({
        call: 'download',
        outcome: error.outcome,
        attempt,
        random: random(),
        now: clock.now(),
        remaining: expires && expires.getTime() - clock.now(),
        stopping: stop.aborted,
      });
      if (wait === undefined) throw error;
      await collector.debug(`download: ${error.message}; again in ${Math.ceil(wait / 1000)} s`);
      if (attempt === ATTEMPTS_BEFORE_NOTICE && isPassing(error.outcome)) {
        await collector.notice(describeDelay(error, expires));
      }
      // Whoever asks to stop is not kept waiting: the next attempt comes at once, and few after it.
      await clock.sleep(wait, stop.aborted ? abort : stop).catch(() => abort.throwIfAborted());
    }
  }
}

function describeDelay(error: Error, expires: Date | undefined): string {
  const until = expires ? `until its link expires at ${expires.toISOString()}` : 'for about ten minutes';
  return `A paid image cannot be fetched yet (${error.message}); trying ${until}. Ctrl-C gives up soon, and prints the link.`;
}
