/** Virtual time for tests: a sleep costs nothing and moves the clock, a timer fires when the clock passes it. */
import type { Clock } from '../../src/context.js';

export interface VirtualClock extends Clock {
  /** Every sleep so far, in milliseconds, in order. */
  readonly sleeps: number[];
  /** Lets `ms` pass: timers that fall due fire. */
  advance(ms: number): void;
}

export function createVirtualClock(start = Date.UTC(2026, 0, 1)): VirtualClock {
  let now = start;
  const timers = new Set<{ due: number; action: () => void }>();
  const sleeps: number[] = [];

  const advance = (ms: number): void => {
    const target = now + ms;
    for (;;) {
      const next = [...timers].filter((timer) => timer.due <= target).sort((a, b) => a.due - b.due)[0];
      if (next === undefined) break;
      timers.delete(next);
      now = Math.max(now, next.due);
      next.action();
    }
    now = Math.max(now, target);
  };

  return {
    sleeps,
    advance,
    now: () => now,
    async sleep(ms, signal) {
      signal?.throwIfAborted();
      sleeps.push(ms);
      advance(ms);
      // Whoever sleeps lets all others go on, those too who wait for a file or a socket.
      await new Promise((resolve) => setImmediate(resolve));
      signal?.throwIfAborted();
    },
    after(ms, action) {
      const timer = { due: now + ms, action };
      timers.add(timer);
      return () => timers.delete(timer);
    },
  };
}
