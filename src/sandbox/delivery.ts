/** How a reply leaves: whole, not at all, or half of it and then a cut or a silence. */
import type { ServerResponse } from 'node:http';
import type { Clock } from '../context.js';
import type { Reply } from './replies.js';

const SILENCE_MS = 24 * 60 * 60 * 1000;

/** Resolves when all that will be sent was sent; never rejects because the client went away. */
export async function deliver(
  response: ServerResponse,
  reply: Reply,
  clock: Clock,
  signal: AbortSignal,
): Promise<void> {
  const socket = response.socket;
  if (reply.delivery === 'nothing') {
    socket?.destroy();
    return;
  }
  const body = Buffer.from(reply.body);
  response.writeHead(reply.status, {
    ...reply.headers,
    'Content-Type': reply.type,
    'Content-Length': body.length,
  });
  if (reply.delivery === undefined || reply.delivery === 'whole' || response.req.method === 'HEAD') {
    await settled(response, (done) => response.end(body, done));
    return;
  }
  await settled(response, (done) => response.write(body.subarray(0, Math.ceil(body.length / 2)), done));
  if (reply.delivery === 'half-then-silence') await clock.sleep(SILENCE_MS, signal).catch(() => undefined);
  socket?.destroy();
}

/** Waits for a write, or for the end of the connection, whichever comes first. */
function settled(response: ServerResponse, write: (done: () => void) => void): Promise<void> {
  return new Promise((resolve) => {
    response.once('close', resolve);
    write(() => resolve());
  });
}
