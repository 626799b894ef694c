/** When a call may be sent again, and after what wait: one pure decision, so that nothing is paid twice. */

import { isCertificateError } from '../network-failure.js';

/** `billed`: a POST that costs money; `free`: one that costs nothing by its own words, as a dry run; `download`: an image that is already paid. */
export type CallKind = 'billed' | 'free' | 'download';

export type Outcome =
  | { readonly kind: 'answer'; readonly status: number; readonly retryAfter?: string | null }
  /** `sent: false` means it is certain that nothing reached the server. */
  | { readonly kind: 'transport'; readonly code: string; readonly sent: boolean }
  /**
   * The user's time limit has passed, and in which phase makes no difference: it says how long to wait for the
   * call, and where not even a connection stood by then, a second limit would double that wait. A connection that
   * the system itself gives up (ETIMEDOUT) is a `transport` failure.
   */
  | { readonly kind: 'timeout' }
  /** An answer came whole, but is not what was promised: no JSON, no image. */
  | { readonly kind: 'unusable' };

export interface Attempt {
  readonly call: CallKind;
  readonly outcome: Outcome;
  /** How often an outcome of this kind has come, this one among them (`countAlike`). */
  readonly attempt: number;
  /** From 0 up to 1. */
  readonly random: number;
  /** Milliseconds since 1970, to read a Retry-After date. */
  readonly now: number;
  /** Milliseconds until a download's link expires; absent: unknown. */
  readonly remaining?: number | undefined;
  /** The user has asked the program to stop. */
  readonly stopping?: boolean;
}

/** 429 is never billed: eight waits, about three minutes. */
const BUSY_ATTEMPTS = 9;
/** A server that cannot be reached at all. */
const CONNECT_ATTEMPTS = 3;
const FREE_ATTEMPTS = 4;
/** The same refusal or the same wrong bytes again and again: it will not get better. */
const DOUBTFUL_ATTEMPTS = 5;
/** A link without an expiry of its own: about ten minutes. */
const UNDATED_DOWNLOAD_ATTEMPTS = 15;
const MAX_WAIT_MS = 60_000;
/** Less is no wait, but a loop of requests. */
const MIN_WAIT_MS = 500;

/** Counts the outcomes of a call by their kind: a line that breaks once after three refusals has not broken four times. */
export function countAlike(): (outcome: { readonly kind: Outcome['kind'] }) => number {
  const counts = new Map<Outcome['kind'], number>();
  return ({ kind }) => {
    const count = (counts.get(kind) ?? 0) + 1;
    counts.set(kind, count);
    return count;
  };
}

/** Milliseconds to wait before the call is sent again; undefined: it must not be, or it makes no sense. */
export function waitBeforeRetry(attempt: Attempt): number | undefined {
  switch (attempt.call) {
    case 'billed':
      return mayBillAgain(attempt) ? backoff(attempt) : undefined;
    case 'free':
      return mayAskAgain(attempt) ? backoff(attempt) : undefined;
    case 'download':
      return mayDownloadAgain(attempt) ? waitForLink(attempt) : undefined;
  }
}

function mayBillAgain({ outcome, attempt }: Attempt): boolean {
  return attempt < (outcome.kind === 'answer' ? BUSY_ATTEMPTS : CONNECT_ATTEMPTS) && cannotHaveRun(outcome);
}

/** As a paid one: where something on the way drops the word that makes it free, it is paid, and must not be paid twice. */
function mayAskAgain({ outcome, attempt }: Attempt): boolean {
  return attempt < FREE_ATTEMPTS && cannotHaveRun(outcome);
}

/** Refused by the in-flight limit, or never sent; but who the server is will not change by asking again. */
function cannotHaveRun(outcome: Outcome): boolean {
  if (outcome.kind === 'answer') return outcome.status === 429;
  if (outcome.kind !== 'transport' || outcome.sent) return false;
  return !isLasting(outcome.code) && !isCertificateError(outcome.code);
}

/** Of our own making: the next attempt fails alike. A wrong password for a proxy can lock its account, too. */
function isLasting(code: string): boolean {
  return ['BAD_URL', 'BAD_HEADER', 'BAD_PROXY', 'PROXY_407'].includes(code);
}

function mayDownloadAgain({ outcome, attempt, remaining, stopping = false }: Attempt): boolean {
  const prospect = prospectOf(outcome);
  if (prospect === 'none') return false;
  // Who has been told to stop tries a few more times, but not until the link expires.
  if ((prospect === 'doubtful' || stopping) && attempt >= DOUBTFUL_ATTEMPTS) return false;
  return remaining !== undefined || attempt < UNDATED_DOWNLOAD_ATTEMPTS;
}

/** No wait outlasts the link: at most half of what is left, so that it is tried to the end, ever sooner. */
function waitForLink(attempt: Attempt): number | undefined {
  const { remaining = Number.POSITIVE_INFINITY } = attempt;
  const wait = Math.min(backoff(attempt), Math.floor(remaining / 2));
  return wait < MIN_WAIT_MS ? undefined : wait;
}

/** Could the same call succeed later? Then a download is tried until its link expires. */
export function isPassing(outcome: Outcome): boolean {
  return prospectOf(outcome) === 'passing';
}

/** What another download may come to. `doubtful`: something between us and the image may be the cause, and may stay. */
function prospectOf(outcome: Outcome): 'passing' | 'doubtful' | 'none' {
  switch (outcome.kind) {
    case 'answer':
      return prospectOfStatus(outcome.status);
    case 'transport':
      if (isLasting(outcome.code)) return 'none';
      return isIntercepted(outcome) ? 'doubtful' : 'passing';
    case 'timeout':
      return 'passing';
    case 'unusable':
      return 'doubtful';
  }
}

function prospectOfStatus(status: number): 'passing' | 'doubtful' | 'none' {
  if ([408, 425, 429].includes(status) || status >= 500) return 'passing';
  return [403, 404].includes(status) ? 'doubtful' : 'none';
}

/** A login page of a network has no certificate for the host; a company's proxy lets no strange host through, or spoils what it unpacks. */
function isIntercepted({ code, sent }: { readonly code: string; readonly sent: boolean }): boolean {
  if (code === 'BAD_ENCODING') return true;
  return !sent && (isCertificateError(code) || /^PROXY_4|EPROTO|ERR_TLS|ERR_SSL/.test(code));
}

/** 1, 2, 4 ... 60 s less up to a quarter, so that many waiting processes do not come back at once; or what the server asks for. */
function backoff({ outcome, attempt, random, now }: Attempt): number {
  const asked = outcome.kind === 'answer' ? readRetryAfter(outcome.retryAfter, now) : Number.NaN;
  if (asked >= MIN_WAIT_MS) return Math.min(asked, MAX_WAIT_MS);
  const full = Math.min(1000 * 2 ** (attempt - 1), MAX_WAIT_MS);
  return Math.round(full * (1 - random / 4));
}

/** Retry-After in milliseconds: seconds or an HTTP date, which is below 0 where it is past; NaN: it is neither. */
function readRetryAfter(value: string | null | undefined, now: number): number {
  const text = value?.trim() ?? '';
  if (/^\d+(\.\d+)?$/.test(text)) return Number(text) * 1000;
  // Without a time of day it is no date: Date.parse reads "wait 40" as the year 2040.
  return /\d:\d\d/.test(text) ? Date.parse(text) - now : Number.NaN;
}
