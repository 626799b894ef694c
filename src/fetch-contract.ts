/** The network as the program uses it: a small part of WHATWG fetch. Free of Node's own types, because the library face shows it. */

/** What a request may carry. A subset of WHATWG `RequestInit`, so that the global `fetch` fits too. */
export interface FetchInit {
  method?: 'GET' | 'POST';
  headers?: Record<string, string>;
  /** Bytes or text; never a stream, so that a request that was not accepted can be sent again. */
  body?: Uint8Array | string;
  /** Ends the request and the reading of its body. */
  signal?: AbortSignal;
  /**
   * Called before the first byte of the request can reach the server, and not at all where none does: what tells
   * "nothing was billed" from "this may have been". Not part of WHATWG fetch: whoever adapts one calls it himself.
   */
  onSent?: () => void;
  /**
   * Asked of each IP address before it is connected to, whether the URL spells it out or its name resolves to it; the
   * request is not sent where none is allowed. Not asked for a name that a proxy resolves. Not part of WHATWG fetch:
   * one that does not know it connects to whatever the name resolves to.
   */
  allowAddress?: (address: string) => boolean;
  /** Redirects are never followed: the `Api-Key` header would go with them. */
  redirect?: 'manual';
}

/** What comes back. A subset of WHATWG `Response`. */
export interface FetchResponse {
  readonly status: number;
  readonly headers: { get(name: string): string | null };
  /** The decoded body, chunk by chunk; throws when the connection breaks before its end. */
  readonly body: AsyncIterable<Uint8Array> | null;
}

/** Shaped like WHATWG fetch, so that a library user may pass his own. */
export type Fetch = (url: string, init?: FetchInit) => Promise<FetchResponse>;
