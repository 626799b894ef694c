/** One call of the API: attempts, and the waits between them. */
import type { Clock, Interrupts } from '../context.js';
import type { Fetch } from '../fetch-contract.js';
import { attemptOnce, cancelled } from './attempt.js';
import { type CallKind, countAlike, waitBeforeRetry } from './retry.js';

export interface ApiRequest {
  readonly method: 'POST' | 'GET';
  /** Absolute. */
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

export interface ApiAnswer {
  readonly json: unknown;
  readonly status: number;
  readonly requestId: string | undefined;
  /** The sandbox says so in its Server header: nothing was billed. */
  readonly fromSandbox: boolean;
}

/** What happens on the way, for a spinner and for --verbose. */
export type ApiEvent =
  /** It waits for its turn: so many images of this machine are in flight, and so many calls come first. */
  | { readonly kind: 'queued'; readonly inUse: number; readonly ahead: number; readonly limit: number }
  /** For so many milliseconds nobody of this machine sends: another call was one too many. */
  | { readonly kind: 'held'; readonly ms: number }
  | { readonly kind: 'sending'; readonly request: ApiRequest; readonly attempt: number }
  /** From now on it may be billed. */
  | { readonly kind: 'sent' }
  | {
      readonly kind: 'answered';
      readonly status: number;
      readonly ms: number;
      readonly requestId: string | undefined;
      readonly fromSandbox: boolean;
    }
  | { readonly kind: 'failed'; readonly reason: string; readonly ms: number }
  /** `answered`: it was sent and refused; else it was not sent at all. */
  | { readonly kind: 'waiting'; readonly ms: number; readonly reason: string; readonly answered: boolean };

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

/** A call's turn among all that the account has in flight. */
export interface Turn {
  /**
   * Awaited before each attempt: resolves when it may go out.
   * @throws CliError; nothing is sent then
   */
  ready(): Promise<void>;
  /** The API has refused it for being one too many: for so many milliseconds nobody sends. Never rejects. */
  holdAll(ms: number): Promise<void>;
}

/** For calls that take no place in flight. */
const AT_ONCE: Turn = { ready: async () => {}, holdAll: async () => {} };

export interface ApiClient {
  /**
   * Sends a request, again only where `retry.ts` says that it can't be paid twice.
   * @throws CliError with the API's own words, and whether it was billed
   */
  call(kind: CallKind, request: ApiRequest, turn?: Turn): Promise<ApiAnswer>;
}

/** A client for one key. */
export function createApiClient(options: ApiClientOptions): ApiClient {
  const { clock, interrupts, random, onEvent = () => {} } = options;
  return {
    async call(kind, request, turn = AT_ONCE) {
      const failures = countAlike();
      for (let attempt = 1; ; attempt++) {
        if (interrupts.stop.aborted) throw cancelled('no');
        await turn.ready();
        // It may have been a long wait.
        if (interrupts.stop.aborted) throw cancelled('no');
        onEvent({ kind: 'sending', request, attempt });
        const result = await attemptOnce(options, kind, request);
        if ('answer' in result) return result.answer;
        const wait = waitBeforeRetry({
          call: kind,
          outcome: result.outcome,
          attempt: failures(result.outcome),
          random: random(),
          now: clock.now(),
        });
        if (wait === undefined) throw result.error;
        const answered = result.outcome.kind === 'answer';
        if (answered) await turn.holdAll(wait);
        onEvent({ kind: 'waiting', ms: wait, reason: result.reason, answered });
        await clock.sleep(wait, interrupts.stop).catch(() => {
          throw cancelled('no');
        });
      }
    },
  };
}
