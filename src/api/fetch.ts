/** HTTP on the wire: a small part of WHATWG fetch over node:http and node:https, one new connection a request. */
import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http';
import type { LookupFunction, Socket } from 'node:net';
import type { Fetch, FetchInit, FetchResponse } from '../fetch-contract.js';
import { readBody } from './body.js';
import { findProxy, openTunnel, type Tunnel } from './proxy.js';
import { TransportError, toTransportError } from './transport-error.js';

export { TransportError };

const ignore = () => {};

/**
 * A Fetch that reads proxy settings from `env`. It follows no redirect, has no time limit of its own (use the
 * signal) and keeps no connection open, so the process can end as soon as its work is done.
 * Rejects with TransportError, or with the signal's own reason.
 */
export function createFetch(env: Readonly<Record<string, string | undefined>>): Fetch {
  return async (url, init = {}) => {
    init.signal?.throwIfAborted();
    const target = parseTarget(url);
    const proxy = findProxy(target, env);
    const tunnel = proxy && (await openTunnel(proxy, target.protocol));
    const lookup = await guardAddresses(target, init.allowAddress);
    const { request } = await loadTransport(target);
    init.signal?.throwIfAborted();
    return new Exchange(init.signal, proxy?.label, tunnel).run(
      (options) => request(target, { ...options, ...lookup }),
      init,
    );
  };
}

/** Node's own client for the protocol of an address: TLS takes milliseconds to load, and is not needed everywhere. */
export function loadTransport({
  protocol,
}: URL): Promise<typeof import('node:http') | typeof import('node:https')> {
  return protocol === 'https:' ? import('node:https') : import('node:http');
}

/**
 * A lookup that gives only allowed addresses: what is checked is what is connected to, however often the name's
 * answer changes. The agent of a tunnel looks up nothing but the proxy, and not by this.
 * Throws TransportError ADDRESS_REFUSED for an address that the URL spells out.
 */
async function guardAddresses(
  target: URL,
  allow: FetchInit['allowAddress'],
): Promise<{ lookup?: LookupFunction }> {
  if (allow === undefined) return {};
  const [dns, { isIP }] = await Promise.all([import('node:dns'), import('node:net')]);
  const refused = new TransportError('The address is not allowed', { code: 'ADDRESS_REFUSED', sent: false });
  const literal = target.hostname.replace(/^\[|\]$/g, '');
  if (isIP(literal) !== 0 && !allow(literal)) throw refused;
  const lookup: LookupFunction = (hostname, options, done) =>
    dns.lookup(hostname, { ...options, all: true }, (error, addresses) => {
      if (error) return done(error, []);
      const allowed = addresses.filter(({ address }) => allow(address));
      const [first] = allowed;
      if (first === undefined) return done(refused, []);
      // Node 18 asks for one address, later ones for all.
      return options.all ? done(null, allowed) : done(null, first.address, first.family);
    });
  return { lookup };
}

function parseTarget(url: string): URL {
  let target: URL | undefined;
  try {
    target = new URL(url);
  } catch {
    // reported below
  }
  if (target?.protocol === 'https:' || target?.protocol === 'http:') return target;
  // The URL itself is not shown: it may hold a signature or credentials.
  throw new TransportError('Not an http or https URL', { code: 'BAD_URL', sent: false });
}

/** One request and its answer. */
class Exchange {
  readonly #signal: AbortSignal | undefined;
  readonly #proxy: string | undefined;
  readonly #tunnel: Tunnel | undefined;
  #onSent: (() => void) | undefined;
  /** From here on the server may have received the request. */
  #sent = false;
  /** The proxy has answered CONNECT, or there is none. */
  #tunnelled: boolean;
  #answered = false;
  #socket: Socket | undefined;
  #request!: ClientRequest;
  #resolve!: (response: FetchResponse) => void;
  #reject!: (reason: unknown) => void;

  constructor(signal: AbortSignal | undefined, proxy: string | undefined, tunnel: Tunnel | undefined) {
    this.#signal = signal;
    this.#proxy = proxy;
    this.#tunnel = tunnel;
    this.#tunnelled = tunnel === undefined;
  }

  run(open: (options: RequestOptions) => ClientRequest, init: FetchInit): Promise<FetchResponse> {
    const body = typeof init.body === 'string' ? Buffer.from(init.body) : init.body;
    const method = init.method ?? 'GET';
    this.#onSent = init.onSent;
    const headers = completeHeaders(
      init.headers ?? {},
      body?.byteLength ?? (method === 'POST' ? 0 : undefined),
    );
    try {
      // `false`: a new agent for this request alone, which keeps nothing alive.
      this.#request = open({ method, headers, agent: this.#tunnel?.agent ?? false });
    } catch {
      // Node's own message can hold what it complains about: the API key.
      const message = 'A request header holds a character that HTTP does not allow';
      throw new TransportError(message, { code: 'BAD_HEADER', sent: false });
    }
    return new Promise((resolve, reject) => {
      this.#resolve = resolve;
      this.#reject = reject;
      this.#listen(body);
    });
  }

  #listen(body: Uint8Array | undefined): void {
    this.#signal?.addEventListener('abort', this.#abort, { once: true });
    this.#request
      .on('error', (error) => this.#fail(error)) // stays on: errors may come after the answer
      .once('close', () => this.#fail(new Error('socket hang up'))) // nothing, where there was an answer
      .once('response', (response) => this.#answer(response))
      .once('socket', (socket: Socket) => this.#start(socket, body))
      .once('proxyConnect', ({ statusCode }: { statusCode: number }) => {
        this.#tunnelled = true;
        // The library would hand us the proxy's refusal as if the server had said it.
        if (statusCode !== 200) this.#fail(refusal(statusCode, this.#proxy));
      });
  }

  /**
   * Nothing is written before the connection stands, and for TLS before the certificate is checked: Node
   * would queue the bytes and let them out with the handshake. That is what makes `sent: false` certain.
   */
  #start(socket: Socket, body: Uint8Array | undefined): void {
    this.#socket = socket;
    socket.on('error', ignore); // the request reports it too; this one is for errors after it has ended
    surviveBrokenUpload(socket);
    const upload = () => {
      this.#sent = true;
      this.#onSent?.();
      this.#request.end(body);
    };
    const { secureConnecting } = socket as { secureConnecting?: boolean };
    if (secureConnecting) socket.once('secureConnect', upload);
    else if (socket.connecting) socket.once('connect', upload);
    else upload();
  }

  #answer(response: IncomingMessage): void {
    this.#answered = true;
    response.on('error', ignore); // for a body that nobody reads
    const status = response.statusCode ?? 0;
    this.#socket?.unref(); // an unread body must not keep the process
    const wire = {
      response,
      signal: this.#signal,
      toError: (thrown: unknown) => toTransportError(thrown, { sent: true, proxy: this.#proxy }),
      hold: () => void this.#socket?.ref(),
      close: () => this.#close(),
    };
    const empty = status === 204 || status === 304;
    this.#resolve({ status, headers: { get: getHeader }, body: empty ? null : readBody(wire) });
    if (empty) this.#close();

    function getHeader(name: string): string | null {
      const value = response.headers[name.toLowerCase()];
      return Array.isArray(value) ? value.join(', ') : (value ?? null);
    }
  }

  /** Rejects before the answer; afterwards the body's reader learns it from the response. */
  #fail(thrown: unknown): void {
    if (this.#answered) {
      // Nothing is destroyed here: Node would drop the part of the body that has arrived and waits to be read.
      this.#signal?.removeEventListener('abort', this.#abort);
      return;
    }
    const code = this.#tunnelled ? 'ECONNRESET' : 'PROXY_CLOSED';
    this.#reject(toTransportError(thrown, { sent: this.#sent, proxy: this.#proxy }, code));
    this.#close();
  }

  readonly #abort = (): void => {
    this.#reject(this.#signal?.reason);
    this.#close();
  };

  #close(): void {
    this.#signal?.removeEventListener('abort', this.#abort);
    if (!this.#tunnelled) this.#tunnel?.cancel();
    this.#request.destroy();
  }
}

/**
 * Lets an early refusal be read. A server that answers 401 or 413 and closes while we still upload resets the
 * connection: the next write fails, and Node then throws the socket away together with the answer that waits
 * in it (on loopback, Linux, Node 18 to 26: 0 to 94 of 100 uploads of 20 MB, by server). So a failed write is
 * reported only after the last byte was read (0 of 100). Not guaranteed: where the operating system drops what
 * it had received, or the network lost it, there is only ECONNRESET or EPIPE, with `sent: true`.
 */
function surviveBrokenUpload(socket: Socket): void {
  type Done = (error?: Error | null) => void;
  const write = socket._write;
  const writev = socket._writev;
  const late =
    (done: Done): Done =>
    (error) => {
      const { code } = (error ?? {}) as { code?: string };
      if ((code !== 'EPIPE' && code !== 'ECONNRESET') || socket.readableEnded) done(error);
      else socket.once('end', () => done(error)); // a reset on the reading side ends the socket by itself
    };
  socket._write = (chunk, encoding, done) => write.call(socket, chunk, encoding, late(done));
  if (writev) socket._writev = (chunks, done) => writev.call(socket, chunks, late(done));
}

/** Own headers added to the caller's, whose spelling of names is kept. */
function completeHeaders(given: Record<string, string>, length: number | undefined): Record<string, string> {
  const headers: Record<string, string> = {};
  let encoding: Record<string, string> = { 'Accept-Encoding': 'identity' };
  for (const [name, value] of Object.entries(given)) {
    const key = name.toLowerCase();
    if (key === 'accept-encoding') encoding = {};
    // These describe the connection and the body as they are: never the caller's to say.
    if (key !== 'content-length' && key !== 'connection' && key !== 'transfer-encoding')
      headers[name] = value;
  }
  const sized = length === undefined ? {} : { 'Content-Length': String(length) };
  return { ...encoding, ...headers, ...sized, Connection: 'close' };
}

function refusal(status: number, proxy: string | undefined): TransportError {
  const known = Number.isInteger(status);
  const hint = status === 407 ? ': it asks for a user name and password' : '';
  const message = known
    ? `The proxy refused to connect with status ${status}${hint}`
    : 'The proxy gave no valid answer';
  return new TransportError(message, {
    code: known ? `PROXY_${status}` : 'PROXY_CLOSED',
    sent: false,
    proxy,
  });
}
