/** What a call is about to need is loaded while the disk is at work, and nothing else could be done. */
import type { Clock } from '../context.js';

/**
 * Loads the transport, and what writes its bodies, each in a moment in which the program waits. Nothing waits for it: whoever
 * needs them loads them himself.
 * @param baseUrl where the call goes
 */
export function preload(clock: Pick<Clock, 'after'>, baseUrl: string): void {
  inTurn(clock, [
    () => import('./fetch.js').then(({ loadTransport }) => loadTransport(new URL(baseUrl))),
    () => import('./multipart.js').then(({ loadForm }) => loadForm()),
  ]);
}

function inTurn(clock: Pick<Clock, 'after'>, [first, ...others]: (() => Promise<unknown>)[]): void {
  const next = (): void => inTurn(clock, others);
  // What can't be loaded is told where it is needed.
  if (first) clock.after(0, () => void first().then(next, next));
}
