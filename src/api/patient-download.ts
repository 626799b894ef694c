/** One paid image, downloaded with patience: tried until its link expires. */
import type { Context } from '../context.js';
import { DownloadError, type Downloaded, downloadOnce } from '../files/download.js';
import type { Sink } from '../files/sink.js';
import { countAlike, isPassing, waitBeforeRetry } from './retry.js';

/** The part of the world that a download needs. */
export type Downloader = Pick<Context, 'clock' | 'fetch' | 'interrupts' | 'random'> & {
  readonly userAgent: string;
  /** For headers and body of one attempt together, in milliseconds. */
  readonly timeoutMs: number;
  /** Told why an attempt failed and when the next one comes. */
  debug(text: string): Promise<void>;
  /** Told once when an image takes long to come: nobody should wonder for hours what a job waits for. */
  notice(text: string): Promise<void>;
};

const ATTEMPTS_BEFORE_NOTICE = 4;

/** However short the user's patience with the API: a large image on a slow line must not start over and over. */
const MIN_DOWNLOAD_TIMEOUT_MS = 60_000;

/**
 * Downloads a whole image into a sink.
 * @param expires until when the link works; undefined where it does not say
 * @throws DownloadError when it is no use to go on, or the reason of the user's leaving
 */
export async function downloadWithRetry(
  downloader: Downloader,
  url: URL,
  expires: Date | undefined,
  openSink: () => Promise<Sink>,
  onProgress?: (bytes: number, total: number | undefined) => void,
): Promise<Downloaded> {
  const { clock, fetch, interrupts, random, userAgent } = downloader;
  const { abort, stop } = interrupts;
  const timeoutMs = Math.max(downloader.timeoutMs, MIN_DOWNLOAD_TIMEOUT_MS);
  const failures = countAlike();
  for (let attempt = 1; ; attempt++) {
    try {
      return await downloadOnce(url, openSink, { fetch, clock, timeoutMs, abort, userAgent, onProgress });
    } catch (error) {
      if (!(error instanceof DownloadError) || error.outcome.kind === 'local') throw error;
      const wait = waitBeforeRetry({
        call: 'download',
        outcome: error.outcome,
        attempt: failures(error.outcome),
        random: random(),
        now: clock.now(),
        remaining: expires && expires.getTime() - clock.now(),
        stopping: stop.aborted,
      });
      if (wait === undefined) throw error;
      await downloader.debug(`download: ${error.message}; again in ${Math.ceil(wait / 1000)} s`);
      if (attempt === ATTEMPTS_BEFORE_NOTICE && isPassing(error.outcome)) {
        await downloader.notice(describeDelay(error, expires));
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
