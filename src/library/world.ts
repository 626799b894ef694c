/** What the library has in place of the program's world: one key, its own network or yours, and no standard input. */
import { platform } from 'node:os';
import { resolve } from 'node:path';
import { Readable } from 'node:stream';
import { isLoopback } from '../api/base-url.js';
import type { ApiClientOptions } from '../api/client.js';
import type { Interrupts } from '../context.js';
import type { AttachmentSources } from '../endpoints/attachments.js';
import type { Fetch } from '../fetch-contract.js';

/** What a client was made of. */
export type LibraryWorld = Pick<
  ApiClientOptions,
  'fetch' | 'clock' | 'random' | 'timeoutMs' | 'userAgent' | 'key'
> & {
  /** Checked. */
  readonly baseUrl: string;
  /** Images may come from this machine and private networks. */
  readonly allowPrivateUrls: boolean;
};

/** Where the images of a call are read from. */
export function sourcesOf(
  { baseUrl, fetch, clock, timeoutMs, userAgent, allowPrivateUrls }: LibraryWorld,
  interrupts: Interrupts,
): AttachmentSources {
  // A program's standard input is its own: `-` has been refused, and nothing reads this.
  const stdin = Readable.from([]);
  const network = { fetch, clock, timeoutMs, userAgent, allowPrivateUrls };
  const takesPlaceholders = isLoopback(new URL(baseUrl).hostname);
  return { ...network, takesPlaceholders, cwd: resolve('.'), platform: platform(), stdin, interrupts };
}

/** A fetch that cannot tell when it has sent something is taken to have sent it at once. */
export function adaptFetch(foreign: Fetch): Fetch {
  return (url, { onSent, ...init } = {}) => {
    onSent?.();
    return foreign(url, init);
  };
}
