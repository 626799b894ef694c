/** How a request fails below HTTP, and whether the server can have seen it: money rules depend on `sent`. */

export interface TransportErrorOptions {
  code: string;
  sent: boolean;
  proxy?: string | undefined;
}

/**
 * No usable answer came. `code` is Node's own (ENOTFOUND, ECONNREFUSED, ECONNRESET, a certificate or HTTP
 * parser code), or one of ours: BAD_URL, BAD_HEADER, BAD_PROXY, BAD_ENCODING, ADDRESS_REFUSED, PROXY_CLOSED, PROXY_<status>.
 * The message never holds a header's value or a proxy's credentials.
 */
export class TransportError extends Error {
  override readonly name = 'TransportError';
  readonly code: string;
  /** False: certainly no byte of the request reached the server. True: it may have been received. */
  readonly sent: boolean;
  /** The proxy in use, without its credentials. */
  readonly proxy?: string;

  constructor(message: string, options: TransportErrorOptions) {
    super(options.proxy === undefined ? message : `${message} (through the proxy ${options.proxy})`);
    this.code = options.code;
    this.sent = options.sent;
    if (options.proxy !== undefined) this.proxy = options.proxy;
  }
}

/**
 * Any error of Node's sockets, TLS or HTTP parser as a TransportError.
 * In: what was thrown, the state of the request, and the code for errors that have none.
 * The original is not kept as `cause`: parser errors carry the raw packet.
 */
export function toTransportError(
  thrown: unknown,
  state: { sent: boolean; proxy?: string | undefined },
  fallbackCode = 'ECONNRESET',
): TransportError {
  if (thrown instanceof TransportError) return thrown;
  // All addresses of a name failed: Node's AggregateError has an empty message, its parts say what happened.
  const parts = (thrown as { errors?: unknown }).errors;
  const error = (Array.isArray(parts) && parts.length > 0 ? parts[0] : thrown) as Partial<
    Record<'code' | 'message', unknown>
  >;
  const code = typeof error.code === 'string' ? error.code : fallbackCode;
  return new TransportError(describe(String(error.message ?? thrown)), { code, ...state });
}

function describe(message: string): string {
  if (message === 'socket hang up') return 'The connection was closed before an answer came';
  if (message === 'aborted') return 'The connection broke before the answer was complete';
  return message;
}
