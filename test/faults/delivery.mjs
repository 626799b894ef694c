/** How an answer is put on the wire: whole, in pieces, with lies about its length, or broken off at a chosen place. */
import { setTimeout as delay } from 'node:timers/promises';

/**
 * @typedef {object} Reply
 * @property {number} status
 * @property {Record<string, string>} headers
 * @property {Buffer} body
 */

/** Time for what was written to be read on the other side: a reset takes away what was not. */
const BEFORE_RESET_MS = 30;
const PIECES = 6;
const PIECE_PAUSE_MS = 60;
const ENDLESS_BYTES = 100 * 1024 * 1024;

/**
 * Answers, and ends the connection or leaves it hanging.
 * @param {import('node:net').Socket} socket
 * @param {Reply} reply
 * @param {string} [delivery]
 * @returns {Promise<boolean>} was it written to its end, as it was promised?
 */
export async function deliver(socket, reply, delivery = 'whole') {
  const way = WAYS[delivery];
  if (!way) throw new Error(`There is no delivery ${delivery}: ${Object.keys(WAYS).join(', ')}`);
  return (await way(socket, reply)) === true;
}

const half = (bytes) => bytes.subarray(0, bytes.length >> 1);

/** @type {Record<string, (socket: import('node:net').Socket, reply: Reply) => Promise<boolean | void>>} */
const WAYS = {
  whole: async (socket, reply) => {
    const written = await write(socket, Buffer.concat([headOf(reply), reply.body]));
    socket.end();
    return written;
  },
  pieces: async (socket, reply) => {
    let written = await write(socket, headOf(reply));
    const length = Math.ceil(reply.body.length / PIECES);
    for (let from = 0; written && from < reply.body.length; from += length) {
      await delay(PIECE_PAUSE_MS);
      written = await write(socket, reply.body.subarray(from, from + length));
    }
    socket.end();
    return written;
  },
  'byte-a-second': async (socket, reply) => {
    let written = await write(socket, headOf(reply));
    for (let from = 0; written && from < reply.body.length; from++) {
      written = await write(socket, reply.body.subarray(from, from + 1));
      if (written) await delay(1000, undefined, { ref: false });
    }
    return written;
  },
  endless: async (socket, { status, headers }) => {
    let written = await write(socket, headOf({ status, headers, body: Buffer.alloc(0) }, ENDLESS_BYTES));
    const block = Buffer.alloc(256 * 1024, 'x');
    for (let sent = 0; written && sent < ENDLESS_BYTES; sent += block.length)
      written = await write(socket, block);
    socket.end();
  },
  'length-too-long': async (socket, reply) => {
    await write(socket, Buffer.concat([headOf(reply, reply.body.length + 1000), reply.body]));
    socket.end();
  },
  'length-too-short': async (socket, reply) => {
    await write(socket, Buffer.concat([headOf(reply, reply.body.length >> 1), reply.body]));
    socket.end();
  },
  silence: async () => {},
  close: async (socket) => void socket.end(),
  reset: async (socket) => void socket.resetAndDestroy(),
  'half-header-silence': async (socket, reply) => void (await write(socket, half(headOf(reply)))),
  'half-header-close': async (socket, reply) => {
    await write(socket, half(headOf(reply)));
    socket.end();
  },
  'half-header-reset': async (socket, reply) => {
    await write(socket, half(headOf(reply)));
    await resetSoon(socket);
  },
  'half-body-silence': async (socket, reply) => {
    await write(socket, Buffer.concat([headOf(reply), half(reply.body)]));
  },
  'half-body-close': async (socket, reply) => {
    await write(socket, Buffer.concat([headOf(reply), half(reply.body)]));
    socket.end();
  },
  'half-body-reset': async (socket, reply) => {
    await write(socket, Buffer.concat([headOf(reply), half(reply.body)]));
    await resetSoon(socket);
  },
};

function headOf({ status, headers, body }, length = body.length) {
  const lines = Object.entries({ 'Content-Length': length, Connection: 'close', ...headers });
  const head = lines.map(([name, value]) => `${name}: ${value}\r\n`).join('');
  return Buffer.from(`HTTP/1.1 ${status} Scripted\r\n${head}\r\n`);
}

/** True when the system has taken all of it; false when nobody is there to read it. */
function write(socket, bytes) {
  return new Promise((resolve) => {
    if (socket.destroyed || !socket.writable) return resolve(false);
    const gone = () => resolve(false);
    socket.once('close', gone);
    socket.write(bytes, (error) => {
      socket.off('close', gone);
      resolve(!error);
    });
  });
}

async function resetSoon(socket) {
  await delay(BEFORE_RESET_MS);
  socket.resetAndDestroy();
}
