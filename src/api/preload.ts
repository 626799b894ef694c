/** What a call is about to need is loaded while the disk is at work, and nothing else could be done. */

/**
 * Loads the transport, and what writes its bodies. Nothing waits for it: whoever needs them loads them himself.
 * @param baseUrl where the call goes
 */
export function preload(baseUrl: string): void {
  const loading = [
    import('./multipart.js').then(({ loadForm }) => loadForm()),
    import('./fetch.js').then(({ loadTransport }) => loadTransport(new URL(baseUrl))),
  ];
  // What can't be loaded is told where it is needed.
  void Promise.allSettled(loading);
}
