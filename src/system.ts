/** The real clock and real chance, for the two edges of the program: the command line and the library face. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from './context.js';

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) => delay(ms, undefined, signal ? { signal } : {}),
  after(ms, action) {
    const timer = setTimeout(action, ms);
    return () => clearTimeout(timer);
  },
};

export const systemRandom = (): number => Math.random();
