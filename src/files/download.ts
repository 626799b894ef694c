/** One attempt to fetch one image: streamed, capped, checked to be a whole image; no key goes with it. */
import { createHash } from 'node:crypto';
import type { Clock } from '../context.js';
import { startDeadline } from '../deadline.js';
import type { Fetch } from '../fetch-contract.js';
import { readNetworkFailure } from '../network-failure.js';
import {
  HEAD_BYTES,
  type ImageType,
  isWholeImage,
  NAMING_BYTES,
  nameOtherContent,
  sniffImage,
} from './image-type.js';
import type { Sink } from './sink.js';

/** The largest picture the API makes is far below. */
const MAX_DOWNLOAD_BYTES = 256 * 1024 * 1024;

/** Why an attempt failed, in the terms in which it is decided whether to try again. */
export class DownloadError extends Error {
  override readonly name = 'DownloadError';
  readonly outcome: DownloadOutcome;

  constructor(message: string, outcome: DownloadOutcome, cause?: unknown) {
    super(message, { cause });
    this.outcome = outcome;
  }
}

export type DownloadOutcome =
  | { readonly kind: 'answer'; readonly status: number; readonly retryAfter: string | null }
  | { readonly kind: 'transport'; readonly code: string; readonly sent: boolean }
  | { readonly kind: 'timeout' }
  | { readonly kind: 'unusable' }
  /** Nothing that trying again could mend: the disk is full, the folder is gone, the file is a monster. */
  | { readonly kind: 'local' };

export interface DownloadOptions {
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly userAgent: string;
  /** For headers and body together, in milliseconds. */
  readonly timeoutMs: number;
  /** Ends the download at once; nothing of it stays. */
  readonly abort: AbortSignal;
  /** Called with the bytes that have arrived so far, and how many there will be, where the server says so. */
  readonly onProgress?: ((bytes: number, total: number | undefined) => void) | undefined;
}

export interface Downloaded {
  readonly type: ImageType;
  readonly bytes: number;
  readonly sha256: string;
}

/**
 * Fetches an image into a sink and makes it last there. On any failure the sink is emptied.
 * @throws DownloadError, or the reason of `abort`
 */
export async function downloadOnce(
  url: URL,
  openSink: () => Promise<Sink>,
  options: DownloadOptions,
): Promise<Downloaded> {
  options.abort.throwIfAborted();
  const deadline = startDeadline(options.clock, options.timeoutMs, options.abort);
  let sink: Sink | undefined;
  try {
    const { body, promised } = await requestImage(url, options, deadline.signal);
    sink = await local(openSink());
    const downloaded = await receive(body, promised, sink, options.onProgress);
    await local(sink.finish());
    return downloaded;
  } catch (thrown) {
    await sink?.discard();
    options.abort.throwIfAborted();
    if (deadline.passed()) {
      throw new DownloadError(`nothing whole came within ${options.timeoutMs / 1000} s`, { kind: 'timeout' });
    }
    throw asDownloadError(thrown);
  } finally {
    deadline.clear();
  }
}

async function requestImage(
  url: URL,
  options: DownloadOptions,
  signal: AbortSignal,
): Promise<{ body: AsyncIterable<Uint8Array>; promised: number | undefined }> {
  const response = await options.fetch(url.href, {
    method: 'GET',
    headers: { Accept: 'image/png,image/jpeg,image/webp', 'User-Agent': options.userAgent },
    redirect: 'manual',
    signal,
  });
  const { status, headers, body } = response;
  if (status !== 200 || body === null) {
    const retryAfter = headers.get('retry-after');
    throw new DownloadError(describeStatus(status), { kind: 'answer', status, retryAfter });
  }
  const length = Number(headers.get('content-length') ?? Number.NaN);
  // A decoded body is longer than the length that was promised for the encoded one.
  const encoded = (headers.get('content-encoding') ?? 'identity') !== 'identity';
  return { body, promised: Number.isNaN(length) || encoded ? undefined : length };
}

function describeStatus(status: number): string {
  if ([403, 404, 410].includes(status)) return `the link is refused (HTTP ${status})`;
  if (status >= 300 && status < 400) return `the link redirects, which is not followed (HTTP ${status})`;
  return `HTTP ${status}`;
}

async function receive(
  body: AsyncIterable<Uint8Array>,
  promised: number | undefined,
  sink: Sink,
  onProgress: DownloadOptions['onProgress'],
): Promise<Downloaded> {
  const hash = createHash('sha256');
  let head = Buffer.alloc(0);
  let size = 0;
  for await (const chunk of body) {
    size += chunk.byteLength;
    if (size > MAX_DOWNLOAD_BYTES) {
      throw new DownloadError('the image is larger than 256 MB', { kind: 'local' });
    }
    if (head.length < NAMING_BYTES) {
      head = Buffer.concat([head, chunk.subarray(0, NAMING_BYTES)]);
      // A web page or an error text is known by its first bytes: nothing of it belongs on the disk.
      if (head.length >= HEAD_BYTES && !sniffImage(head)) throw notAnImage(head);
    }
    hash.update(chunk);
    await local(sink.write(chunk));
    onProgress?.(size, promised);
  }
  if (promised !== undefined && size < promised) {
    throw new DownloadError('the connection broke', { kind: 'transport', code: 'SHORT', sent: true });
  }
  const type = sniffImage(head);
  if (type === undefined) throw notAnImage(head);
  if (!(await local(isWholeImage(type, sink.source())))) {
    throw new DownloadError(`the ${type.name} was cut short`, { kind: 'unusable' });
  }
  return { type, bytes: size, sha256: hash.digest('hex') };
}

function notAnImage(head: Uint8Array): DownloadError {
  const what = head.length === 0 ? 'nothing' : nameOtherContent(head);
  return new DownloadError(`the link served ${what} instead of an image`, { kind: 'unusable' });
}

/** Marks a failure of the disk as such: the network has nothing to do with it. */
async function local<T>(work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (cause) {
    const { code, message } = cause as NodeJS.ErrnoException;
    const what = code === 'ENOSPC' ? 'the disk is full' : `it cannot be written (${code ?? message})`;
    throw new DownloadError(what, { kind: 'local' }, cause);
  }
}

function asDownloadError(thrown: unknown): DownloadError {
  if (thrown instanceof DownloadError) return thrown;
  const { code, sent, detail } = readNetworkFailure(thrown);
  return new DownloadError(`the connection failed (${detail})`, { kind: 'transport', code, sent }, thrown);
}
