/** One call of the API from headers to parsed answer: the key, the timeout, the refusal of redirects, and the waits between attempts. */
import type { Clock, Fetch, FetchResponse, Interrupts } from '../context.js';
import { startDeadline } from '../deadline.js';
import { CliError } from '../errors.js';
import { type NetworkFailure, readNetworkFailure } from '../network-failure.js';
import { errorFromAnswer, errorFromUnreadable } from './response.js';
import { type CallKind, type Outcome, waitBeforeRetry } from './retry.js';

/** 300 s: longer than the 265 s after which the API itself cuts a request off. */
export const DEFAULT_TIMEOUT_MS = 300_000;

/** No answer of the API comes near this; more is not read. */
const MAX_ANSWER_BYTES = 8 * 1024 * 1024;

export interface ApiRequest {
  readonly method: 'POST' | 'GET';
  /** Absolute. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export interface ApiAnswer {
  readonly json: unknown;
  readonly requestId: string | undefined;
  /** The sandbox says so in its Server header: nothing was billed. */
  readonly fromSandbox: boolean;
}

/** What happens on the way, for a spinner and for --verbose. */
export type ApiEvent =
  | { readonly kind: 'sending'; readonly request: ApiRequest; readonly attempt: number }
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly ms: number;
      readonly requestId: string | undefined;
    }
  | { readonly kind: 'failed'; readonly reason: string; readonly ms: number }
  | { readonly kind: 'waiting'; readonly ms: number; readonly reason: string };

export interface ApiClientOptions {
  readonly fetch: Fetch;
  readonly clock: Clock;
  readonly random: () => number;
  readonly interrupts: Interrupts;
  readonly key: string;
  readonly userAgent: string;
  /** For headers and body of one attempt together, in milliseconds. */
  readonly timeoutMs: number;
  readonly onEvent?: (event: ApiEvent) => void;
}

export interface ApiClient {
  /**
   * Sends a request, again only where `retry.ts` says that it can't be paid twice.
   * @throws CliError with the API's own words, and whether it was billed
   */
  call(kind: CallKind, request: ApiRequest): Promise<ApiAnswer>;
}

/** What one attempt came to. */
type Result =
  | { readonly answer: ApiAnswer }
  | { readonly error: CliError; readonly outcome: Outcome; readonly reason: string };

/** A client for one key. */
export function createApiClient(options: ApiClientOptions): ApiClient {
  const { clock, interrupts, random, onEvent = () => {} } = options;
  return {
    async call(kind, request) {
      for (let attempt = 1; ; attempt++) {
        if (interrupts.stop.aborted) throw cancelled('no');
        onEvent({ kind: 'sending', request, attempt });
        const result = await attemptOnce(options, request);
        if ('answer' in result) return result.answer;
        const wait = waitBeforeRetry({
          call: kind,
          outcome: result.outcome,
          attempt,
          random: random(),
          now: clock.now(),
        });
        if (wait === undefined) throw result.error;
        onEvent({ kind: 'waiting', ms: wait, reason: result.reason });
        await clock.sleep(wait, interrupts.stop).catch(() => {
          throw cancelled('no');
        });
      }
    },
  };
}

async function attemptOnce(options: ApiClientOptions, request: ApiRequest): Promise<Result> {
  const { clock, fetch, interrupts, key, userAgent, onEvent = () => {} } = options;
  const started = clock.now();
  const deadline = startDeadline(clock, options.timeoutMs, interrupts.abort);
  try {
    const response = await fetch(request.url, {
      method: request.method,
      headers: { ...request.headers, Accept: 'application/json', 'User-Agent': userAgent, 'Api-Key': key },
      body: request.body,
      redirect: 'manual',
      signal: deadline.signal,
    });
    const { text, whole } = await readText(response);
    const requestId = readRequestId(response);
    onEvent({ kind: 'answered', status: response.status, ms: clock.now() - started, requestId });
    return readAnswer(response, text, whole, requestId);
  } catch (thrown) {
    if (interrupts.abort.aborted) throw cancelled('maybe', thrown);
    const failure = deadline.passed()
      ? timeoutResult(options.timeoutMs)
      : transportResult(thrown, request.url);
    onEvent({ kind: 'failed', reason: failure.reason, ms: clock.now() - started });
    return failure;
  } finally {
    deadline.clear();
  }
}

function readAnswer(
  response: FetchResponse,
  text: string,
  whole: boolean,
  requestId: string | undefined,
): Result {
  const { status } = response;
  const failed = { status, requestId, text, location: response.headers.get('location') ?? undefined };
  if (status < 200 || status > 299) {
    const outcome = { kind: 'answer', status, retryAfter: response.headers.get('retry-after') } as const;
    return { error: errorFromAnswer(failed), outcome, reason: `HTTP ${status}` };
  }
  const json = whole ? parseJson(text) : undefined;
  if (json === undefined) {
    return { error: errorFromUnreadable(failed), outcome: { kind: 'unusable' }, reason: 'no JSON' };
  }
  const fromSandbox = response.headers.get('server') === 'ideogram-sandbox';
  return { answer: { json, requestId, fromSandbox } };
}

function parseJson(text: string): object | undefined {
  try {
    const value: unknown = JSON.parse(text);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}

/** The body as text, at most MAX_ANSWER_BYTES of it; `whole: false` when there was more. */
async function readText(response: FetchResponse): Promise<{ text: string; whole: boolean }> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk);
    size += chunk.byteLength;
    if (size > MAX_ANSWER_BYTES) break;
  }
  return { text: Buffer.concat(chunks).toString('utf8'), whole: size <= MAX_ANSWER_BYTES };
}

/** The names under which servers and the network in front of them number a request. */
function readRequestId(response: FetchResponse): string | undefined {
  const names = ['x-request-id', 'request-id', 'cf-ray'];
  return names.map((name) => response.headers.get(name)).find((id) => id) ?? undefined;
}

/** The user stopped the program. */
export function cancelled(billed: 'no' | 'maybe' | 'yes', cause?: unknown): CliError {
  return new CliError('cancelled', 'Stopped.', { billed, cause });
}

function timeoutResult(timeoutMs: number): Result & { reason: string } {
  const error = new CliError('timeout', `No whole answer came within ${timeoutMs / 1000} s.`, {
    billed: 'maybe',
    hint: 'It was not sent again, so that it cannot be paid twice. --timeout <seconds> sets how long to wait.',
  });
  return { error, outcome: { kind: 'timeout' }, reason: 'timeout' };
}

/** What fetch threw, as a failure with a remedy. */
function transportResult(thrown: unknown, url: string): Result & { reason: string } {
  const failure = readNetworkFailure(thrown);
  const { code, sent, detail } = failure;
  const { host } = new URL(url);
  const what = sent
    ? `The connection to ${host} broke before a whole answer came`
    : `${host} cannot be reached`;
  const error = new CliError('network', `${what} (${detail}).`, {
    billed: sent ? 'maybe' : 'no',
    hint: networkHint(failure),
    cause: thrown,
  });
  return { error, outcome: { kind: 'transport', code, sent }, reason: code };
}

function networkHint({ code, sent }: NetworkFailure): string {
  if (sent)
    return 'It was not sent again, so that it cannot be paid twice. Look at the usage page of the API dashboard first.';
  if (/CERT|SELF_SIGNED|UNABLE_TO|ALTNAME/.test(code)) {
    return "If your company inspects TLS, point NODE_EXTRA_CA_CERTS at its CA's certificate file (PEM).";
  }
  if (code.startsWith('PROXY_') || code === 'BAD_PROXY') return 'Check HTTPS_PROXY, HTTP_PROXY and NO_PROXY.';
  return 'Check the network; behind a proxy, set HTTPS_PROXY. Nothing was sent.';
}
