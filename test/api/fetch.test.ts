/** What createFetch sends and what it hands back. */
import { getEventListeners } from 'node:events';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, expectTypeOf, it } from 'vitest';
import { createFetch, TransportError } from '../../src/api/fetch.js';
import type { Fetch } from '../../src/fetch-contract.js';
import { allClosed, httpServer, rawAnswer, rejection, text } from './fixtures/net.js';

const fetch = createFetch({});

/** A server that answers with what it received. */
const echo = () =>
  httpServer(async (request, response) => {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk);
    const { method, url, headers } = request;
    response.end(JSON.stringify({ method, url, headers, body: Buffer.concat(chunks).toString('latin1') }));
  });

describe('request', () => {
  it('sends method, path, headers and body as given, with the body length', async () => {
    const { port } = await echo();
    const response = await fetch(`http://127.0.0.1:${port}/a/b?c=d%20e`, {
      method: 'POST',
      headers: { 'Api-Key': 'k', 'content-length': '999', Connection: 'keep-alive' },
      body: 'a fox 🦊',
    });
    expect(response.status).toBe(200);
    expect(JSON.parse(await text(response))).toEqual({
      method: 'POST',
      url: '/a/b?c=d%20e',
      headers: {
        host: `127.0.0.1:${port}`,
        'api-key': 'k',
        'accept-encoding': 'identity',
        'content-length': '10',
        connection: 'close',
      },
      body: Buffer.from('a fox 🦊').toString('latin1'),
    });
  });

  it.each([
    ['POST', undefined, '0'],
    ['POST', 0, '0'],
    ['GET', undefined, undefined],
    ['POST', 20_000_000, '20000000'],
  ] as const)('%s with a body of %s bytes: Content-Length %s', async (method, size, length) => {
    const { port } = await httpServer(async (request, response) => {
      let received = 0;
      for await (const chunk of request) received += chunk.length;
      response.end(`${received} ${request.headers['content-length']}`);
    });
    const init = { method, ...(size === undefined ? {} : { body: new Uint8Array(size) }) };
    expect(await text(await fetch(`http://127.0.0.1:${port}/`, init))).toBe(`${size ?? 0} ${length}`);
  });

  it('leaves Accept-Encoding to the caller, in any case', async () => {
    const { port } = await echo();
    const response = await fetch(`http://127.0.0.1:${port}/`, { headers: { 'ACCEPT-encoding': 'gzip' } });
    expect(JSON.parse(await text(response)).headers['accept-encoding']).toBe('gzip');
  });

  it('makes a new connection for each request and closes it', async () => {
    const server = await echo();
    for (let i = 0; i < 3; i++) await text(await fetch(`http://127.0.0.1:${server.port}/`));
    expect(server.connections).toBe(3);
    await allClosed(server);
  });

  it('never shows the value of a header that HTTP does not allow', async () => {
    const server = await echo();
    for (const headers of [{ 'Api-Key': 'zq7\nzq8' }, { 'Api-Key': 'zq7☃' }, { 'zq7 name': 'x' }]) {
      const error = await rejection(fetch(`http://127.0.0.1:${server.port}/`, { headers: headers as never }));
      expect(error).toMatchObject({ name: 'TransportError', code: 'BAD_HEADER', sent: false });
      expect(`${error.stack}${error.message}${error.cause}`).not.toMatch(/zq[78]/);
    }
    expect(server.connections).toBe(0);
  });

  it.each(['ftp://127.0.0.1/x', 'file:///etc/passwd', 'api.ideogram.ai', ''])('refuses "%s"', async (url) => {
    expect(await rejection(fetch(url))).toMatchObject({ code: 'BAD_URL', sent: false });
  });
});

describe('answer', () => {
  it('returns redirects and errors as they are', async () => {
    for (const status of [301, 307, 400, 422, 500]) {
      const server = await httpServer((_, response) =>
        response.writeHead(status, { Location: '/there', 'X-A': 'b' }).end(`${status}`),
      );
      const response = await fetch(`http://127.0.0.1:${server.port}/`);
      expect(response.status).toBe(status);
      expect(response.headers.get('LOCATION')).toBe('/there');
      expect(response.headers.get('x-none')).toBeNull();
      expect(await text(response)).toBe(`${status}`);
      expect(server.requests).toBe(1);
    }
  });

  it('joins repeated headers', async () => {
    const { port } = await rawAnswer(
      'HTTP/1.1 200 OK\r\nX: a\r\nX: b\r\nSet-Cookie: c\r\nSet-Cookie: d\r\n\r\n',
    );
    const { headers } = await fetch(`http://127.0.0.1:${port}/`);
    expect([headers.get('x'), headers.get('set-cookie')]).toEqual(['a, b', 'c, d']);
  });

  it.each([204, 304])('%i has no body and ends the connection', async (status) => {
    const server = await rawAnswer(`HTTP/1.1 ${status} X\r\n\r\n`);
    const response = await fetch(`http://127.0.0.1:${server.port}/`);
    expect(response.body).toBeNull();
    await allClosed(server);
  });

  it('resolves at the headers and streams the body', async () => {
    const { port } = await httpServer((_, response) => {
      response.write('one');
      void released.then(() => response.end('two'));
    });
    let release = () => {};
    const released = new Promise<void>((resolve) => {
      release = resolve;
    });
    const response = await fetch(`http://127.0.0.1:${port}/`);
    const chunks: string[] = [];
    for await (const chunk of response.body ?? []) {
      chunks.push(Buffer.from(chunk).toString());
      release();
    }
    expect(chunks).toEqual(['one', 'two']);
  });

  it('can be read once', async () => {
    const { port } = await echo();
    const response = await fetch(`http://127.0.0.1:${port}/`);
    await text(response);
    await expect(text(response)).rejects.toThrow('read before');
  });

  it('keeps a whole body that is read after the connection has ended', async () => {
    const server = await rawAnswer('HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nwhole', (s) =>
      s.resetAndDestroy(),
    );
    const response = await fetch(`http://127.0.0.1:${server.port}/`);
    await allClosed(server);
    expect(await text(response)).toBe('whole');
  });

  it.each(['break', 'return before the first chunk', 'return while waiting'])(
    'ends the connection on %s',
    async (how) => {
      const server = await rawAnswer('HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nsome');
      const response = await fetch(`http://127.0.0.1:${server.port}/`);
      const chunks = (response.body as AsyncIterable<Uint8Array>)[Symbol.asyncIterator]();
      if (how !== 'return before the first chunk') await chunks.next();
      const waiting = how === 'return while waiting' ? chunks.next().catch(() => {}) : undefined;
      await chunks.return?.();
      await waiting;
      await allClosed(server);
    },
  );

  const page = Buffer.from('decoded '.repeat(10_000));
  it.each([
    ['gzip', gzipSync(page)],
    ['X-GZIP', gzipSync(page)],
    ['deflate', deflateSync(page)],
    ['br', brotliCompressSync(page)],
    ['gzip, br', brotliCompressSync(gzipSync(page))],
    ['identity', page],
  ])('decodes %s', async (encoding, bytes) => {
    const { port } = await httpServer((_, response) =>
      response.writeHead(200, { 'Content-Encoding': encoding }).end(bytes),
    );
    expect(await text(await fetch(`http://127.0.0.1:${port}/`))).toBe(page.toString());
  });

  it.each([
    ['gzip', page],
    ['gzip', gzipSync(page).subarray(0, 60)],
    ['br', page],
    ['deflate', page],
    ['zstd', page],
  ])('BAD_ENCODING for a damaged or unknown %s', async (encoding, bytes) => {
    const server = await httpServer((_, response) =>
      response.writeHead(200, { 'Content-Encoding': encoding }).end(bytes),
    );
    const response = await fetch(`http://127.0.0.1:${server.port}/`);
    expect(await rejection(text(response))).toMatchObject({ code: 'BAD_ENCODING', sent: true });
    await allClosed(server);
  });

  it('leaves a server that keeps the connection open after an unknown encoding', async () => {
    const server = await rawAnswer('HTTP/1.1 200 OK\r\nContent-Encoding: zstd\r\n\r\nsome');
    const response = await fetch(`http://127.0.0.1:${server.port}/`);
    expect(await rejection(text(response))).toMatchObject({ code: 'BAD_ENCODING' });
    await allClosed(server);
  });

  it('tells a broken connection from a damaged encoding', async () => {
    const { port } = await httpServer((_, response) => {
      response.writeHead(200, { 'Content-Encoding': 'gzip', 'Content-Length': '9999' });
      response.write(gzipSync(page).subarray(0, 60), () => response.destroy());
    });
    const response = await fetch(`http://127.0.0.1:${port}/`);
    expect(await rejection(text(response))).toMatchObject({ code: 'ECONNRESET', sent: true });
  });
});

describe('signal', () => {
  const reason = new Error('the reason');

  it('aborted before: rejects with the reason, connects nowhere', async () => {
    const server = await echo();
    const promise = fetch(`http://127.0.0.1:${server.port}/`, { signal: AbortSignal.abort(reason) });
    expect(await rejection(promise)).toBe(reason);
    expect(server.connections).toBe(0);
  });

  it('aborted while waiting for the answer, or in the middle of an upload', async () => {
    for (const body of ['', new Uint8Array(20_000_000)]) {
      const controller = new AbortController();
      const server = await httpServer((request) => {
        controller.abort(reason);
        request.resume();
      });
      const init = { method: 'POST', body, signal: controller.signal } as const;
      expect(await rejection(fetch(`http://127.0.0.1:${server.port}/`, init))).toBe(reason);
      await allClosed(server);
      expect(getEventListeners(controller.signal, 'abort')).toHaveLength(0);
    }
  });

  it.each(['HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nsome', 'HTTP/1.1 200 OK\r\n\r\nsome'])(
    'aborted while reading the body of %j',
    async (answer) => {
      const controller = new AbortController();
      const server = await rawAnswer(answer);
      const response = await fetch(`http://127.0.0.1:${server.port}/`, { signal: controller.signal });
      const read = async () => {
        for await (const _ of response.body ?? []) controller.abort(reason);
      };
      expect(await rejection(read())).toBe(reason);
      await allClosed(server);
    },
  );

  it('aborted between the headers and the reading', async () => {
    for (const encoding of ['identity', 'gzip']) {
      const controller = new AbortController();
      const { port } = await rawAnswer(`HTTP/1.1 200 OK\r\nContent-Encoding: ${encoding}\r\n\r\nsome`);
      const response = await fetch(`http://127.0.0.1:${port}/`, { signal: controller.signal });
      controller.abort(reason);
      expect(await rejection(text(response))).toBe(reason);
    }
  });

  it('aborted when all has arrived and nothing is read yet', async () => {
    const controller = new AbortController();
    const server = await rawAnswer('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nsome', (s) => s.end());
    const response = await fetch(`http://127.0.0.1:${server.port}/`, { signal: controller.signal });
    await expect.poll(() => getEventListeners(controller.signal, 'abort').length, { interval: 2 }).toBe(0);
    controller.abort(reason);
    expect(await rejection(text(response))).toBe(reason);
  });

  it('leaves no listeners on a signal shared by many requests', async () => {
    const { signal } = new AbortController();
    const { port } = await echo();
    const broken = await rawAnswer('', (socket) => socket.destroy());
    for (let i = 0; i < 5; i++) {
      await text(await fetch(`http://127.0.0.1:${port}/`, { signal }));
      await rejection(fetch(`http://127.0.0.1:${broken.port}/`, { signal }));
    }
    await fetch(`http://127.0.0.1:${port}/`, { signal }); // unread: until the server closes
    await expect.poll(() => getEventListeners(signal, 'abort').length, { interval: 2 }).toBe(0);
  });
});

it('has the type of the global fetch', () => {
  expectTypeOf<typeof globalThis.fetch>().toExtend<Fetch>();
  expectTypeOf(createFetch({})).toEqualTypeOf<Fetch>();
  expect(new TransportError('m', { code: 'C', sent: true })).toBeInstanceOf(Error);
});
