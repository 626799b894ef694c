/** Places on this machine where a request fails for real: before it is sent, while it waits, and in each part of the answer. */
import dns from 'node:dns';
import type { ServerResponse } from 'node:http';
import type { Socket } from 'node:net';
import { onTestFinished, vi } from 'vitest';
import type { Fetch } from '../../src/fetch-contract.js';
import { closedPort, httpsServer, netServer } from '../api/fixtures/net.js';
import { PNG_1X1 } from './images.js';
import { acceptKey } from './quote.js';
import type { World } from './run.js';
import { type Responder, startServer } from './server.js';

/** Which requests fail, how many of them, and in whose time. */
export interface Script {
  readonly of: 'calls' | 'images';
  readonly times: number;
  readonly world: World;
}

export interface Place {
  /** Without a path. */
  readonly url: string;
  /** Requests that a server has received. */
  arrived(): number;
  /** Called whenever the client has received a part of an answer's body. */
  readonly onChunk?: () => unknown;
}

export interface Fault {
  /** It passes after `times`; else it lasts, whatever the script says. */
  readonly passes: boolean;
  open(script: Script): Promise<Place>;
}

/** Longer than any time limit. */
const PATIENCE_MS = 300_000;

const serveImage: Responder = (_request, response) => void response.end(PNG_1X1);

/** A server that gets the request, and misbehaves then. */
export function answering(
  misbehave: (response: ServerResponse, world: World) => void,
  onChunk: (world: World) => void = () => {},
): Fault {
  return {
    passes: true,
    async open({ of, times, world }) {
      let count = 0;
      const fine = of === 'calls' ? acceptKey : serveImage;
      const respond: Responder = (request, response, server) => {
        count += 1;
        return count <= times ? misbehave(response, world) : fine(request, response, server);
      };
      const { url } = await (of === 'calls' ? startServer(respond) : startServer(undefined, respond));
      return { url, arrived: () => count, onChunk: () => count <= times && onChunk(world) };
    },
  };
}

export const status = (code: number, headers: Record<string, string> = {}, body = '{"error":"no"}'): Fault =>
  answering((response) => response.writeHead(code, headers).end(body));

export const saying = (body: string | Uint8Array, headers: Record<string, string> = {}): Fault =>
  answering((response) => response.writeHead(200, headers).end(body));

type End = 'FIN' | 'RST' | 'silence';

function end(socket: Socket, how: End, world: World): void {
  if (how === 'FIN') socket.end();
  else if (how === 'RST') socket.resetAndDestroy();
  else setImmediate(() => world.clock.advance(PATIENCE_MS));
}

/** After these bytes of an answer, which may be none, nothing good comes. */
export const bytesThen = (bytes: string, how: End): Fault =>
  answering((response, world) => {
    const socket = response.socket as Socket;
    if (bytes === '') end(socket, how, world);
    else socket.write(bytes, () => end(socket, how, world));
  });

/** The beginning of a body; the time is over when the client has received it. */
export const bodyThenSilence = (code: number, part: string | Uint8Array): Fault =>
  answering(
    (response) => response.writeHead(code, { 'content-length': 1_000_000 }).write(part),
    (world) => world.clock.advance(PATIENCE_MS),
  );

/** A server that leaves as soon as the first bytes of a request arrive. */
export const LEAVING: Fault = {
  passes: false,
  async open() {
    let count = 0;
    const { port } = await netServer((socket) =>
      socket.once('data', () => {
        count += 1;
        socket.resetAndDestroy();
      }),
    );
    return { url: `http://127.0.0.1:${port}`, arrived: () => count };
  },
};

/** Nobody listens. */
export const REFUSED: Fault = {
  passes: false,
  open: async () => ({ url: `http://127.0.0.1:${await closedPort()}`, arrived: () => 0 }),
};

/** A name server that does not know the name, or not now; no question leaves this machine. */
export const unresolved = (code: 'ENOTFOUND' | 'EAI_AGAIN'): Fault => ({
  passes: true,
  async open(script) {
    const place = await answering(() => {}).open({ ...script, times: 0 });
    let asked = 0;
    type Done = (error: Error | null, ...found: unknown[]) => void;
    const real = dns.lookup as unknown as (name: string, ...rest: unknown[]) => void;
    const lookup = (name: string, ...rest: [{ all?: boolean }, Done]) => {
      if (name !== 'localhost') return real(name, ...rest);
      const [{ all }, done] = rest;
      asked += 1;
      const error = Object.assign(new Error(`getaddrinfo ${code} ${name}`), { code });
      const found = all ? [[{ address: '127.0.0.1', family: 4 }]] : ['127.0.0.1', 4];
      process.nextTick(done, ...(asked <= script.times ? [error] : [null, ...found]));
    };
    const spy = vi.spyOn(dns, 'lookup').mockImplementation(lookup as unknown as typeof dns.lookup);
    onTestFinished(() => spy.mockRestore());
    return { ...place, url: place.url.replace('127.0.0.1', 'localhost') };
  },
});

/** Only its own certificate speaks for the server. */
export const SELF_SIGNED: Fault = {
  passes: false,
  async open() {
    const server = await httpsServer((_, response) => response.end('{}'));
    return { url: `https://127.0.0.1:${server.port}`, arrived: () => server.requests };
  },
};

/** What comes instead of a TLS handshake. */
export const handshake = (how: End | 'no TLS'): Fault => ({
  passes: false,
  async open({ world }) {
    let requests = 0;
    const { port } = await netServer((socket) =>
      socket
        .on('data', (bytes) => {
          if (bytes.includes(' HTTP/1.1\r\n')) requests += 1;
        })
        .once('data', () => {
          if (how === 'no TLS') socket.end('HTTP/1.1 400 Bad Request\r\n\r\n');
          else end(socket, how, world);
        }),
    );
    return { url: `https://127.0.0.1:${port}`, arrived: () => requests };
  },
});

/** A fetch that tells the place what was received from it, and counts the attempts to reach it. */
export function watch(fetch: Fetch, place: Place): { fetch: Fetch; attempts(): number } {
  let count = 0;
  return {
    attempts: () => count,
    async fetch(url, init) {
      if (!url.startsWith(place.url)) return fetch(url, init);
      count += 1;
      const answer = await fetch(url, init);
      return { ...answer, body: answer.body && tell(answer.body, place) };
    },
  };
}

async function* tell(body: AsyncIterable<Uint8Array>, { onChunk = () => {} }: Place) {
  for await (const chunk of body) {
    yield chunk;
    onChunk();
  }
}
