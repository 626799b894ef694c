/** Servers that misbehave: what createFetch reports, and that `sent: false` means that nothing was received. */
import { subscribe, unsubscribe } from 'node:diagnostics_channel';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { Worker } from 'node:worker_threads';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createFetch } from '../../src/api/fetch.js';
import {
  allClosed,
  closedPort,
  httpServer,
  httpsServer,
  netServer,
  rawAnswer,
  rejection,
  text,
} from './fixtures/net.js';

const fetch = createFetch({});
const post = { method: 'POST', body: 'paid' } as const;

describe('nothing was sent', () => {
  it('DNS', async () => {
    const error = await rejection(fetch('https://api.ideogram.invalid/', post));
    expect(error).toMatchObject({ name: 'TransportError', sent: false });
    expect(error.code).toMatch(/^(ENOTFOUND|EAI_AGAIN)$/);
    expect(error.message).toContain('api.ideogram.invalid');
  });

  it.each(['http://127.0.0.1', 'https://127.0.0.1', 'http://localhost'])('refused by %s', async (origin) => {
    const error = await rejection(fetch(`${origin}:${await closedPort()}/`, post));
    expect(error).toMatchObject({ code: 'ECONNREFUSED', sent: false });
    expect(error.message).toMatch(/ECONNREFUSED \S+/);
  });

  it('an untrusted certificate', async () => {
    const server = await httpsServer((_, response) => response.end('billed'));
    const error = await rejection(
      fetch(`https://127.0.0.1:${server.port}/`, { ...post, headers: { 'Api-Key': 'k' } }),
    );
    expect(error).toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT', sent: false });
    await allClosed(server);
    expect(server.requests).toBe(0);
  });

  it.each(['RST', 'FIN', 'plain HTTP'])('%s in place of a TLS handshake', async (how) => {
    const { port } = await netServer((socket) =>
      socket.once('data', () => {
        if (how === 'RST') socket.resetAndDestroy();
        else socket.end(how === 'FIN' ? '' : 'HTTP/1.1 400 Bad Request\r\n\r\n');
      }),
    );
    expect(await rejection(fetch(`https://127.0.0.1:${port}/`, post))).toMatchObject({
      name: 'TransportError',
      sent: false,
    });
  });

  it('writes no TLS record but the handshake before the certificate is checked', async () => {
    // Application data (record type 23) counts only up to TLS 1.2, so what is compared is the length: a body
    // of 100 000 bytes would be seen.
    const tls = await httpsServer(() => {});
    let received = 0;
    const tap = await netServer((socket) => {
      const target = connect(tls.port, '127.0.0.1').on('error', () => {});
      socket.on('data', (data) => {
        received += data.length;
      });
      socket.pipe(target).pipe(socket);
    });
    const big = { method: 'POST', body: new Uint8Array(100_000) } as const;
    expect(await rejection(fetch(`https://127.0.0.1:${tap.port}/`, big))).toMatchObject({ sent: false });
    await allClosed(tap);
    expect(received).toBeLessThan(5_000);
  });
});

describe('it may have been received', () => {
  it.each([
    ['closed without an answer', '', 'ECONNRESET'],
    ['half a header', 'HTTP/1.1 200 OK\r\nConte', 'ECONNRESET'],
    ['garbage', 'SSH-2.0-OpenSSH_9.2\r\n', /^HPE_/],
    ['a header too long', `HTTP/1.1 200 OK\r\nX: ${'x'.repeat(200_000)}\r\n\r\n`, 'HPE_HEADER_OVERFLOW'],
    [
      'an upgrade',
      'HTTP/1.1 101 Switching Protocols\r\nUpgrade: x\r\nConnection: upgrade\r\n\r\n',
      'ECONNRESET',
    ],
  ])('%s', async (_name, answer, code) => {
    const { port } = await rawAnswer(answer, (socket) => socket.end());
    const error = await rejection(fetch(`http://127.0.0.1:${port}/`, post));
    expect(error).toMatchObject({ name: 'TransportError', sent: true, code: expect.stringMatching(code) });
    expect(error.message).not.toBe('');
  });

  it.each([4, 20_000_000])('reset after the first bytes of a body of %i', async (length) => {
    const { port } = await netServer((socket) => socket.once('data', () => socket.resetAndDestroy()));
    const body = new Uint8Array(length);
    const error = await rejection(fetch(`http://127.0.0.1:${port}/`, { method: 'POST', body }));
    expect(error).toMatchObject({ sent: true, code: expect.stringMatching(/^(ECONNRESET|EPIPE)$/) });
  });

  it.each(['FIN', 'RST'])('a body that ends before its Content-Length, by %s', async (how) => {
    const { port } = await rawAnswer('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nsome', (socket) =>
      how === 'FIN' ? socket.end() : socket.resetAndDestroy(),
    );
    const response = await fetch(`http://127.0.0.1:${port}/`, post);
    expect(await rejection(text(response))).toMatchObject({
      name: 'TransportError',
      code: 'ECONNRESET',
      sent: true,
    });
  });

  it('a chunked body that ends in the middle, or is malformed', async () => {
    const head = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n';
    for (const body of ['4\r\nsome\r\n', '4\r\nsome\r\nzz\r\n']) {
      const { port } = await rawAnswer(head + body, (socket) => socket.end());
      const read = async () => text(await fetch(`http://127.0.0.1:${port}/`, post));
      expect(await rejection(read())).toMatchObject({ name: 'TransportError', sent: true });
    }
  });

  it('more bytes than Content-Length: the promised ones are the body', async () => {
    const { port } = await rawAnswer('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nsome more', (s) => s.end());
    const read = async () => text(await fetch(`http://127.0.0.1:${port}/`, post));
    expect(await read()).toBe('some');
  });

  it('an unread body whose connection is reset is no crash', async () => {
    const server = await rawAnswer('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nsome', (s) =>
      s.resetAndDestroy(),
    );
    expect((await fetch(`http://127.0.0.1:${server.port}/`, post)).status).toBe(200);
    await allClosed(server);
  });
});

describe('an answer before the upload has ended', () => {
  const answer = 'HTTP/1.1 413 Too Large\r\nContent-Length: 7\r\n\r\ntoo big';
  const upload = { method: 'POST', body: new Uint8Array(20_000_000) } as const;

  it.each([
    ['node:http', () => httpServer((_, r) => r.writeHead(413, { Connection: 'close' }).end('too big'))],
    ['close', () => netServer((s) => s.once('readable', () => s.write(answer, () => s.destroy())))],
    ['RST', () => netServer((s) => s.once('readable', () => s.write(answer, () => s.resetAndDestroy())))],
    ['neither read nor closed', () => netServer((s) => s.once('readable', () => s.write(answer)))],
  ] as const)('is delivered: %s', async (_name, start) => {
    const server = await start();
    for (let i = 0; i < 5; i++) {
      const response = await fetch(`http://127.0.0.1:${server.port}/`, upload);
      expect(response.status).toBe(413);
      expect(await text(response)).toBe('too big');
    }
    for (const socket of server.sockets) socket.resume(); // only who reads sees that the client has left
    await allClosed(server);
  });

  it('is delivered although the connection was reset before the first write', async () => {
    // The server, in a thread of its own, answers and resets while the connecting side is held still.
    const flag = new Int32Array(new SharedArrayBuffer(4));
    const worker = new Worker(
      `const { workerData: { flag, answer }, parentPort } = require('node:worker_threads');
      const server = require('node:net').createServer((socket) => {
        Atomics.wait(flag, 0, 0);
        socket.write(answer, () => {
          socket.resetAndDestroy();
          Atomics.store(flag, 0, 2);
          Atomics.notify(flag, 0);
        });
      });
      server.listen(0, '127.0.0.1', () => parentPort.postMessage(server.address().port));`,
      { eval: true, workerData: { flag, answer } },
    );
    onTestFinished(() => void worker.terminate());
    const [port] = await once(worker, 'message');
    const hold = (message: unknown) =>
      (message as { socket: Socket }).socket.prependOnceListener('connect', () => {
        Atomics.store(flag, 0, 1);
        Atomics.notify(flag, 0);
        Atomics.wait(flag, 0, 1);
      });
    subscribe('net.client.socket', hold);
    onTestFinished(() => void unsubscribe('net.client.socket', hold));
    const response = await fetch(`http://127.0.0.1:${port}/`, upload);
    expect([response.status, await text(response)]).toEqual([413, 'too big']);
  });
});
