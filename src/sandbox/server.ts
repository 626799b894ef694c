/** The sandbox API as a server on 127.0.0.1: the key, the way of a request to its handler, and the end of everything on close. */
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import type { Clock } from '../context.js';
import { deliver } from './delivery.js';
import { ImageStore } from './images.js';
import { admit } from './rehearsal.js';
import { failure, gate, Refusal, type Reply } from './replies.js';
import { decodeBody, readBytes } from './request-body.js';
import { findRoute } from './routes.js';
import type { World } from './world.js';

const HOST = '127.0.0.1';
const DEFAULT_LINK_SECONDS = 3600;
// Longer than any client keeps an idle connection, so that no request meets a closing one.
const KEEP_ALIVE_MS = 65_000;

/** One answered request, for the log of a person who watches. */
export interface RequestLine {
  method: string;
  /** Without the query, which holds a link's signature. */
  path: string;
  /** 0 when the connection was cut without an answer. */
  status: number;
  note?: string;
}

export interface SandboxOptions {
  clock: Clock;
  /** 0 or absent: a free one. */
  port?: number;
  /** Milliseconds each generation takes. Default 0. */
  latency?: number;
  /** Seconds an image link lives. Default 3600. */
  linkLifetime?: number;
  onRequest?: (line: RequestLine) => void;
}

export interface Sandbox {
  /** `http://127.0.0.1:PORT` */
  readonly url: string;
  readonly port: number;
  /** Ends open connections and pending waits at once. May be called again. */
  close(): Promise<void>;
}

/** Starts the API. Rejects with the system's error when the port cannot be had (EADDRINUSE, EACCES). */
export async function startSandbox(options: SandboxOptions): Promise<Sandbox> {
  const waits = new Set<AbortController>();
  const sockets = new Set<Socket>();
  let requests = 0;
  let world: World | undefined;
  const server = createServer((request, response) => {
    requests += 1;
    response.setHeader('Server', 'ideogram-sandbox');
    response.setHeader('X-Request-Id', `sandbox-${requests}`);
    if (world) void converse(world, request, response, waits, options.onRequest);
  });
  server.keepAliveTimeout = KEEP_ALIVE_MS;
  server.on('connection', (socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  const port = await listen(server, options.port ?? 0);
  world = createWorld(options, port);
  let closing: Promise<void> | undefined;
  const end = (): Promise<void> =>
    new Promise((resolve) => {
      server.close(() => resolve());
      for (const wait of waits) wait.abort(new Error('The sandbox was closed.'));
      for (const socket of sockets) socket.destroy();
    });
  const close = (): Promise<void> => {
    closing ??= end();
    return closing;
  };
  return { url: originOf(port), port, close };
}

function originOf(port: number): string {
  return `http://${HOST}:${port}`;
}

function createWorld(options: SandboxOptions, port: number): World {
  const { clock, latency = 0, linkLifetime: lifetime = DEFAULT_LINK_SECONDS } = options;
  const images = new ImageStore({ clock, lifetime, origin: originOf(port) });
  return { clock, latency, port, images, inFlight: 0, busy: new Map() };
}

function listen(server: Server, port: number): Promise<number> {
  return new Promise((resolve, reject) => {
    server.once('error', reject);
    server.listen(port, HOST, () => {
      server.off('error', reject);
      resolve((server.address() as AddressInfo).port);
    });
  });
}

/** One request from its first byte to its last; never rejects. */
async function converse(
  world: World,
  request: IncomingMessage,
  response: ServerResponse,
  waits: Set<AbortController>,
  onRequest: SandboxOptions['onRequest'],
): Promise<void> {
  const gone = new AbortController();
  waits.add(gone);
  response.once('close', () => gone.abort(new Error('The client went away.')));
  const method = request.method ?? 'GET';
  const [path = '/', query = ''] = (request.url ?? '/').split('?', 2);
  const reply = await respond(world, request, { method, path, query }, gone.signal).catch(replyTo);
  if (!gone.signal.aborted) await deliver(response, reply, world.clock, gone.signal);
  waits.delete(gone);
  const status = response.headersSent ? reply.status : 0;
  const note = status === 0 ? (reply.note ?? 'client went away') : reply.note;
  onRequest?.({ method, path, status, ...(note === undefined ? {} : { note }) });
}

async function respond(
  world: World,
  request: IncomingMessage,
  { method, path, query }: { method: string; path: string; query: string },
  signal: AbortSignal,
): Promise<Reply> {
  const image = world.images.serve(method, path, query);
  if (image) return image;
  // Read first, whatever the answer: a client that is still sending may miss it.
  const bytes = await readBytes(request);
  const route = findRoute(method, path);
  if (!route) throw gate(404, `Not found: the sandbox has no ${method} ${path}`);
  const byKey = admit(request.headers['api-key']);
  const body = await decodeBody(bytes, request.headers['content-type'] ?? '', route.accepts);
  return route.handle({ world, path, body, query: new URLSearchParams(query), byKey, signal });
}

function replyTo(thrown: unknown): Reply {
  if (thrown instanceof Refusal) return thrown.reply;
  const cause = thrown instanceof Error ? thrown.message : String(thrown);
  return { ...failure(500, `The sandbox failed: ${cause}`).reply, note: cause };
}
