/** Reading the body of an answer: whole or an error, decoded where the server encoded it unasked. */
import type { IncomingMessage } from 'node:http';
import type { Transform } from 'node:stream';
import { TransportError } from './transport-error.js';

/** The open connection that a body comes from. */
export interface Wire {
  readonly response: IncomingMessage;
  readonly signal: AbortSignal | undefined;
  /** Any error as the caller shall see it. */
  toError(thrown: unknown): TransportError;
  /** The body is being read: the process must wait for it. */
  hold(): void;
  /** Ends the connection; harmless when it has ended. */
  close(): void;
}

/**
 * The body as an AsyncIterable that can be read once. Throws TransportError when the connection breaks, when
 * fewer bytes than Content-Length arrive (both ECONNRESET) or when it can't be decoded (BAD_ENCODING), and
 * the signal's reason when that is aborted. Leaving the loop early ends the connection.
 */
export function readBody(wire: Wire): AsyncIterable<Uint8Array> {
  let used = false;
  return {
    [Symbol.asyncIterator]() {
      if (used) throw new TypeError('The body of this answer was read before');
      used = true;
      const chunks = decodedChunks(wire);
      return {
        next: () => chunks.next(),
        // The generator's own `finally` would not run before the first chunk, nor while the next one is awaited.
        return: () => {
          wire.close();
          return chunks.return(undefined);
        },
      };
    },
  };
}

async function* decodedChunks(wire: Wire): AsyncGenerator<Uint8Array, undefined> {
  wire.hold();
  try {
    const decoders = await createDecoders(wire);
    if (decoders.length === 0) {
      yield* wireChunks(wire);
      return;
    }
    const { pipeline, Readable } = await import('node:stream');
    const source = Readable.from(wireChunks(wire), { objectMode: false });
    const decoded: Transform = decoders[decoders.length - 1] as Transform;
    pipeline([source, ...decoders], () => {}); // every error also reaches the last one, which is read here
    yield* decoded as AsyncIterable<Uint8Array>;
  } catch (thrown) {
    if (wire.signal?.aborted) throw wire.signal.reason;
    if (thrown instanceof TransportError) throw thrown;
    throw badEncoding(wire, 'is damaged');
  } finally {
    wire.close();
  }
}

async function* wireChunks(wire: Wire): AsyncGenerator<Uint8Array, undefined> {
  try {
    for await (const chunk of wire.response as AsyncIterable<Uint8Array>) {
      wire.signal?.throwIfAborted();
      yield chunk;
    }
    // Node drops what an ended request had received and then reports a regular end.
    wire.signal?.throwIfAborted();
    if (!wire.response.complete) throw new Error('aborted');
  } catch (thrown) {
    if (wire.signal?.aborted) throw wire.signal.reason;
    throw wire.toError(thrown);
  }
}

/** One decoder a coding of Content-Encoding, in the order they must be undone: the last applied comes first. */
async function createDecoders(wire: Wire): Promise<Transform[]> {
  const codings = (wire.response.headers['content-encoding'] ?? '')
    .toLowerCase()
    .split(',')
    .map((coding) => coding.trim())
    .filter((coding) => coding !== '' && coding !== 'identity')
    .reverse();
  if (codings.length === 0) return [];
  const zlib = await import('node:zlib');
  return codings.map((coding) => {
    if (coding === 'gzip' || coding === 'x-gzip') return zlib.createGunzip();
    if (coding === 'deflate') return zlib.createInflate();
    if (coding === 'br') return zlib.createBrotliDecompress();
    throw badEncoding(wire, 'is unknown');
  });
}

function badEncoding(wire: Wire, problem: string): TransportError {
  const name = JSON.stringify(wire.response.headers['content-encoding']);
  const error = new Error(`The answer's Content-Encoding ${name} ${problem}`);
  return wire.toError(Object.assign(error, { code: 'BAD_ENCODING' }));
}
