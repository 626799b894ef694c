/** One time limit over a whole network exchange, headers and body together; the user's leaving ends it too. */
import type { Clock } from './context.js';

/** 300 s: longer than the 265 s after which the API itself cuts a request off. */
export const DEFAULT_TIMEOUT_MS = 300_000;

/** A day. Timers of Node end at once where they are given more than 24.8 days. */
export const MAX_TIMEOUT_MS = 86_400_000;

export interface Deadline {
  /** Aborted when the time is up, or when the user leaves. */
  readonly signal: AbortSignal;
  /** Ends the exchange now. */
  end(): void;
  /** Was it the time? */
  passed(): boolean;
  /** To be called when the exchange is over: a timer left behind would keep the process alive. */
  clear(): void;
}

/**
 * Starts the limit now.
 * @param timeoutMs milliseconds
 * @param abort the user leaves at once
 */
export function startDeadline(clock: Clock, timeoutMs: number, abort: AbortSignal): Deadline {
  const controller = new AbortController();
  const leave = () => controller.abort(abort.reason);
  let passed = false;
  const cancel = clock.after(timeoutMs, () => {
    passed = true;
    controller.abort(new Error('timeout'));
  });
  if (abort.aborted) leave();
  else abort.addEventListener('abort', leave, { once: true });
  return {
    signal: controller.signal,
    end: leave,
    passed: () => passed,
    clear() {
      cancel();
      abort.removeEventListener('abort', leave);
    },
  };
}
