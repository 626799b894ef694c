/** The real clock, network and chance, for the two edges of the program: the command line and the library face. */
import { setTimeout as delay } from 'node:timers/promises';
import type { Clock } from './context.js';
import type { Fetch } from './fetch-contract.js';

export const systemClock: Clock = {
  now: () => Date.now(),
  sleep: (ms, signal) => delay(ms, undefined, signal ? { signal } : {}),
  after(ms, action) {
    const timer = setTimeout(action, ms);
    return () => clearTimeout(timer);
  },
};

export const systemRandom = (): number => Math.random();

/** The transport, loaded when it is first used: --help and refusals need none of it. */
export function systemFetch(env: Readonly<Record<string, string | undefined>>): Fetch {
  let loaded: Promise<Fetch> | undefined;
  return async (url, init) => {
    loaded ??= import('./api/fetch.js').then(({ createFetch }) => createFetch(env));
    return (await loaded)(url, init);
  };
}
