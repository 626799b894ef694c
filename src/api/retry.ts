/** When a call may be sent again, and after what wait: one pure decision, so that nothing is paid twice. */

import { isCertificateError } from '../network-failure.js';

/** `billed`: a POST that costs money; `free`: one that costs nothing by its own words, as a dry run; `download`: an image that is already paid. */
export type CallKind = 'billed' | 'free' | 'download';

export type Outcome =
  | { readonly kind: 'answer'; readonly status: number; readonly retryAfter?: string | null }
  /** `sent: false` means it is certain that nothing reached the server. */
  | { readonly kind: 'transport'; readonly code: string; readonly sent: boolean }
  | { readonly kind: 'timeout' }
  /** An answer came whole, but is not what was promised: no JSON, no image. */
  | { readonly kind: 'unusable' };

export interface Attempt {
  readonly call: CallKind;
  readonly outcome: Outcome;
  /** How often it was sent before this outcome; 1 after the first. */
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
/** The same wrong bytes again and again: the link will not get better. */
const UNUSABLE_ATTEMPTS = 5;
/** A link without an expiry of its own: about ten minutes. */
const UNDATED_DOWNLOAD_ATTEMPTS = 15;
const MAX_WAIT_MS = 60_000;

/** Failures to connect that the next attempt cannot mend. */
const isLasting = (code: string): boolean =>
  isCertificateError(code) || /^BAD_|^PROXY_407$|EPROTO|ERR_TLS|ERR_SSL/.test(code);

/** Milliseconds to wait before the call is sent again; undefined: it must not be, or it makes no sense. */
export function waitBeforeRetry(attempt: Attempt): number | undefined {
  const wait = backoff(attempt);
  switch (attempt.call) {
    case 'billed':
      return mayBillAgain(attempt) ? wait : undefined;
    case 'free':
      return mayAskAgain(attempt) ? wait : undefined;
    case 'download':
      return mayDownloadAgain(attempt, wait) ? wait : undefined;
  }
}

function mayBillAgain({ outcome, attempt }: Attempt): boolean {
  return attempt < (outcome.kind === 'answer' ? BUSY_ATTEMPTS : CONNECT_ATTEMPTS) && cannotHaveRun(outcome);
}

/** Refused by the in-flight limit, or never sent. */
function cannotHaveRun(outcome: Outcome): boolean {
  if (outcome.kind === 'answer') return outcome.status === 429;
  return outcome.kind === 'transport' && !outcome.sent && !isLasting(outcome.code);
}

/** As a paid one: where something on the way drops the word that makes it free, it is paid, and must not be paid twice. */
function mayAskAgain(attempt: Attempt): boolean {
  return attempt.attempt < FREE_ATTEMPTS && cannotHaveRun(attempt.outcome);
}

function mayDownloadAgain({ outcome, attempt, remaining, stopping = false }: Attempt, wait: number): boolean {
  const doubtful = isDoubtful(outcome, remaining);
  if (!isPassing(outcome) && !doubtful) return false;
  // Who has been told to stop tries a few more times, but not until the link expires.
  if ((doubtful || stopping) && attempt >= UNUSABLE_ATTEMPTS) return false;
  return remaining === undefined ? attempt < UNDATED_DOWNLOAD_ATTEMPTS : wait < remaining;
}

/** Wrong bytes, or a living link that is refused: something in between may be the cause, and pass. */
function isDoubtful(outcome: Outcome, remaining = Number.POSITIVE_INFINITY): boolean {
  if (outcome.kind === 'unusable') return true;
  return outcome.kind === 'answer' && [403, 404].includes(outcome.status) && remaining > 0;
}

/** Could the same call succeed later? Then a download is tried until its link expires. */
export function isPassing(outcome: Outcome): boolean {
  switch (outcome.kind) {
    case 'answer':
      return [408, 425, 429].includes(outcome.status) || outcome.status >= 500;
    case 'transport':
      return !isLasting(outcome.code);
    case 'timeout':
      return true;
    case 'unusable':
      return false;
  }
}

/** 1, 2, 4 ... 60 s less up to a quarter, so that many waiting processes do not come back at once; or what the server asks for. */
function backoff({ outcome, attempt, random, now }: Attempt): number {
  const asked = outcome.kind === 'answer' ? readRetryAfter(outcome.retryAfter, now) : undefined;
  if (asked) return Math.min(asked, MAX_WAIT_MS);
  const full = Math.min(1000 * 2 ** (attempt - 1), MAX_WAIT_MS);
  return Math.round(full * (1 - random / 4));
}

/** Retry-After in milliseconds: seconds or an HTTP date; undefined or 0 where it asks for no wait, which would loop without a pause. */
function readRetryAfter(value: string | null | undefined, now: number): number | undefined {
  if (!value) return undefined;
  if (/^\d+(\.\d+)?$/.test(value.trim())) return Number(value) * 1000;
  const date = Date.parse(value);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
