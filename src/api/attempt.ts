/** One attempt of an API call: the key, the headers, the time limit, the refusal of redirects, and what came of it. */

import { type Deadline, startDeadline } from '../deadline.js';
import { type Billed, CliError } from '../errors.js';
import type { FetchResponse } from '../fetch-contract.js';
import { isCertificateError, type NetworkFailure, readNetworkFailure } from '../network-failure.js';
import { isLoopback } from './base-url.js';
import type { ApiAnswer, ApiClientOptions, ApiRequest } from './client.js';
import { errorFromAnswer, errorFromUnreadable, withAnswerSoFar } from './response.js';
import type { CallKind, Outcome } from './retry.js';

/** No answer of the API comes near this; more is not read. */
const MAX_ANSWER_BYTES = 8 * 1024 * 1024;

/** What an attempt came to: an answer, or an error with what decides about the next attempt. */
export type AttemptResult =
  | { readonly answer: ApiAnswer }
  | { readonly error: CliError; readonly outcome: Outcome; readonly reason: string };

/** What is known of an exchange at any moment: also when it breaks off. */
interface Exchange {
  /** Something may have reached the server. */
  sent: boolean;
  response: FetchResponse | undefined;
  readonly chunks: Uint8Array[];
  size: number;
}

/**
 * Sends the request once.
 * @param kind decides what a failure may have cost
 * @throws CliError `cancelled` when the user leaves, or stops before anything was sent
 */
export async function attemptOnce(
  options: ApiClientOptions,
  kind: CallKind,
  request: ApiRequest,
): Promise<AttemptResult> {
  const { clock, interrupts, onEvent = () => {} } = options;
  const started = clock.now();
  const exchange: Exchange = { sent: false, response: undefined, chunks: [], size: 0 };
  const deadline = startDeadline(clock, options.timeoutMs, interrupts.abort);
  // Where nothing can have been paid there is nothing to wait for.
  const onStop = (): void => void (mayBePaid(kind, exchange) || deadline.end());
  interrupts.stop.addEventListener('abort', onStop, { once: true });
  try {
    await perform(exchange, options, request, deadline);
  } catch (thrown) {
    // A refusal is a refusal, however much of its text arrived.
    if (exchange.response === undefined || isSuccess(exchange.response)) {
      const result = readFailure(thrown, exchange, options, kind, request, deadline);
      onEvent({ kind: 'failed', reason: result.reason, ms: clock.now() - started });
      return result;
    }
  } finally {
    deadline.clear();
    interrupts.stop.removeEventListener('abort', onStop);
  }
  const facts = readFacts(exchange.response as FetchResponse, request);
  onEvent({ kind: 'answered', ms: clock.now() - started, ...facts });
  return readAnswer(exchange, facts, kind);
}

function mayBePaid(kind: CallKind, { sent }: Exchange): boolean {
  return kind === 'billed' && sent;
}

async function perform(
  exchange: Exchange,
  { fetch, key, userAgent, onEvent = () => {} }: ApiClientOptions,
  { url, method, headers, body }: ApiRequest,
  { signal }: Deadline,
): Promise<void> {
  exchange.response = await fetch(url, {
    method,
    headers: { ...headers, Accept: 'application/json', 'User-Agent': userAgent, 'Api-Key': key },
    body,
    redirect: 'manual',
    signal,
    onSent() {
      exchange.sent = true;
      onEvent({ kind: 'sent' });
    },
  });
  for await (const chunk of exchange.response.body ?? []) {
    exchange.chunks.push(chunk);
    exchange.size += chunk.byteLength;
    if (exchange.size > MAX_ANSWER_BYTES) break;
  }
}

const isSuccess = ({ status }: FetchResponse): boolean => status >= 200 && status <= 299;

/** The body so far; some servers put a byte order mark before JSON. */
function textOf({ chunks }: Exchange): string {
  return Buffer.concat(chunks)
    .toString('utf8')
    .replace(/^\uFEFF/, '');
}

/** What an answer says besides its body. */
type Facts = Omit<ApiAnswer, 'json'>;

function readFacts(response: FetchResponse, request: ApiRequest): Facts {
  const { status } = response;
  return { status, requestId: readRequestId(response), fromSandbox: isSandbox(response, request) };
}

function readAnswer(exchange: Exchange, facts: Facts, kind: CallKind): AttemptResult {
  const response = exchange.response as FetchResponse;
  const { headers } = response;
  const { status, requestId } = facts;
  const text = textOf(exchange);
  const failed = { status, requestId, text, location: headers.get('location') ?? undefined };
  if (!isSuccess(response)) {
    const outcome = { kind: 'answer', status, retryAfter: headers.get('retry-after') } as const;
    return { error: errorFromAnswer(failed, kind), outcome, reason: `HTTP ${status}` };
  }
  const json = exchange.size <= MAX_ANSWER_BYTES ? parseJson(text) : undefined;
  if (json === undefined) {
    return { error: errorFromUnreadable(failed, kind), outcome: { kind: 'unusable' }, reason: 'no JSON' };
  }
  return { answer: { json, ...facts } };
}

/** The sandbox says so itself; believed only of this machine. */
function isSandbox({ headers }: FetchResponse, { url }: ApiRequest): boolean {
  return headers.get('server') === 'ideogram-sandbox' && isLoopback(new URL(url).hostname);
}

function parseJson(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The names under which servers and the network in front of them number a request. */
function readRequestId(response: FetchResponse): string | undefined {
  const names = ['x-request-id', 'request-id', 'cf-ray'];
  return names.map((name) => response.headers.get(name)).find((id) => id) ?? undefined;
}

/** The user stopped the program. */
export function cancelled(billed: Billed, hint?: string, cause?: unknown): CliError {
  const message = billed === 'no' ? 'Stopped; nothing was billed.' : 'Stopped.';
  return new CliError('cancelled', message, { billed, hint, cause });
}

const NOT_AGAIN = 'It was not sent again, so that it cannot be paid twice.';

function readFailure(
  thrown: unknown,
  exchange: Exchange,
  { interrupts, timeoutMs }: ApiClientOptions,
  kind: CallKind,
  { url }: ApiRequest,
  deadline: Deadline,
): Exclude<AttemptResult, { answer: unknown }> {
  const costs = kind === 'billed';
  const billed = mayBePaid(kind, exchange) ? 'maybe' : 'no';
  const soFar = textOf(exchange);
  if (interrupts.abort.aborted || (interrupts.stop.aborted && billed === 'no')) {
    const hint =
      billed === 'maybe' ? 'Look at the usage page of the API dashboard before you send it again.' : '';
    throw cancelled(billed, withAnswerSoFar(hint, soFar) || undefined, thrown);
  }
  if (deadline.passed()) {
    const state = exchange.sent ? (costs ? NOT_AGAIN : '') : 'The connection did not even stand.';
    const hint = `${state} --timeout <seconds> sets how long to wait.`.trim();
    const error = new CliError('timeout', `No whole answer came within ${timeoutMs / 1000} s.`, {
      billed,
      hint: withAnswerSoFar(hint, soFar),
    });
    return { error, outcome: { kind: 'timeout' }, reason: 'timeout' };
  }
  const failure = readNetworkFailure(thrown);
  const { code, sent, detail } = failure;
  const { host } = new URL(url);
  const what = sent
    ? `The connection to ${host} broke before a whole answer came`
    : `${host} cannot be reached`;
  const error = new CliError('network', `${what} (${detail}).`, {
    billed: costs && sent ? 'maybe' : 'no',
    hint: withAnswerSoFar(costs || !sent ? networkHint(failure) : 'It costs nothing to try again.', soFar),
    cause: thrown,
  });
  return { error, outcome: { kind: 'transport', code, sent }, reason: code };
}

function networkHint({ code, sent }: NetworkFailure): string {
  if (sent) return `${NOT_AGAIN} Look at the usage page of the API dashboard first.`;
  if (isCertificateError(code)) {
    return "If your company inspects TLS, point NODE_EXTRA_CA_CERTS at its CA's certificate file (PEM).";
  }
  if (code.startsWith('PROXY_') || code === 'BAD_PROXY') return 'Check HTTPS_PROXY, HTTP_PROXY and NO_PROXY.';
  return 'Check the network; behind a proxy, set HTTPS_PROXY. Nothing was sent.';
}
