/** What a call is about to need is loaded while the disk is at work, and nothing else could be done. */
import type { Clock } from '../context.js';

/**
 * Loads the transport, and what writes its bodies, each in a moment in which the program waits. Nothing waits for it: whoever
 * needs them loads them himself.
 * @param baseUrl where the call goes
 * @returns to be called when nobody will need it any more
 */
export function preload(clock: Pick<Clock, 'after'>, baseUrl: string): () => void {
  const works = [
    () => import('./fetch.js').then(({ loadTransport }) => loadTransport(new URL(baseUrl))),
    () => import('./multipart.js').then(({ loadForm }) => loadForm()),
  ];
  let cancel: (() => void) | undefined;
  const next = (): void => {
    const work = works.shift();
    // What can't be loaded is told where it is needed.
    cancel = work && clock.after(0, () => void work().then(next, next));
  };
  next();
  return () => {
    works.length = 0;
    cancel?.();
  };
}
