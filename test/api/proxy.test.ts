/** Which requests go through a proxy, and what a proxy's failure looks like. */
import type { Socket } from 'node:net';
import { describe, expect, it } from 'vitest';
import { createFetch } from '../../src/api/fetch.js';
import { findProxy } from '../../src/api/proxy.js';
import {
  allClosed,
  closedPort,
  connectProxy,
  httpServer,
  httpsServer,
  netServer,
  rejection,
  text,
} from './fixtures/net.js';

const P = 'http://proxy.test:3128';
const API = 'https://api.ideogram.test/x';

describe('the choice of a proxy', () => {
  it.each([
    [{}, API, undefined],
    [{ HTTPS_PROXY: '' }, API, undefined],
    [{ HTTPS_PROXY: P }, API, P],
    [{ https_proxy: P }, API, P],
    [{ https_proxy: P, HTTPS_PROXY: 'http://upper.test' }, API, P],
    [{ https_proxy: ' ', HTTPS_PROXY: P }, API, P],
    [{ HTTP_PROXY: P }, API, undefined],
    [{ HTTP_PROXY: P }, 'http://api.ideogram.test/', P],
    [{ ALL_PROXY: P }, API, P],
    [{ all_proxy: 'http://all.test', HTTPS_PROXY: P }, API, P],
    [{ HTTPS_PROXY: 'proxy.test:3128' }, API, P],
    [{ HTTPS_PROXY: ' http://user:pa%40ss@proxy.test:3128/ ' }, API, P],
    [{ HTTPS_PROXY: 'HTTPS://proxy.test' }, API, 'https://proxy.test'],
    [{ ALL_PROXY: P }, 'http://localhost:1/', undefined],
    [{ ALL_PROXY: P }, 'http://127.0.0.1:1/', undefined],
    [{ ALL_PROXY: P }, 'https://127.9.9.9/', undefined],
    [{ ALL_PROXY: P }, 'http://[::1]:1/', undefined],
    [{ ALL_PROXY: P }, 'http://127.example.com/', P],
    [{ ALL_PROXY: P }, 'http://notlocalhost/', P],
  ])('%j for %s: %s', (env, url, label) => {
    expect(findProxy(new URL(url), env)?.label).toBe(label);
  });

  it.each([
    ['*', false],
    ['ideogram.test', false],
    ['.ideogram.test', false],
    ['*.ideogram.test', false],
    ['API.Ideogram.TEST', false],
    ['api.ideogram.test:443', false],
    ['other.test, api.ideogram.test', false],
    ['other.test  api.ideogram.test', false],
    ['a,,*', false],
    ['api.ideogram.test.', false],
    ['', true],
    [' , ', true],
    ['api.ideogram.test:8443', true],
    ['gram.test', true],
    ['.api.ideogram.test', true],
    ['ideogram.test.evil', true],
    ['ideogram', true],
    ['10.0.0.0/8', true],
    ['::1', true],
  ])('NO_PROXY="%s": through the proxy %s', (list, through) => {
    expect(findProxy(new URL(API), { HTTPS_PROXY: P, NO_PROXY: list }) !== undefined).toBe(through);
  });

  it('no_proxy wins over NO_PROXY; IPv6 and ports are understood', () => {
    const proxied = (url: string, env: Record<string, string>) =>
      findProxy(new URL(url), { ALL_PROXY: P, ...env }) !== undefined;
    expect(proxied(API, { no_proxy: 'x.test', NO_PROXY: '*' })).toBe(true);
    expect(proxied('https://[2001:db8::1]/', { no_proxy: '2001:db8::1' })).toBe(false);
    expect(proxied('https://[2001:db8::1]:8/', { no_proxy: '[2001:db8::1]:8' })).toBe(false);
    expect(proxied('https://[2001:db8::1]:9/', { no_proxy: '[2001:db8::1]:8' })).toBe(true);
  });

  it.each([
    ['socks5://user:secret@proxy.test:1080', 'socks5://proxy.test:1080'],
    ['http://', 'http://'],
    ['http://user:secret@', 'http://'],
    ['http://user:secret@proxy.test:99999', 'http://proxy.test:99999'],
    ['http://user:sec/ret@proxy.test:3128', 'http://proxy.test:3128'],
    ['http://user:1#secret@proxy.test:3128', 'http://proxy.test:3128'],
    ['user:1?secret@proxy.test:3128', 'proxy.test:3128'],
    ['http://user:s@secret@proxy.test:x', 'http://proxy.test...'],
    ['http://user:secret', 'http://user...'],
    ['http://user:1secret', 'http://user...'],
    ['http://user:sec%zzret@proxy.test', 'http://proxy.test'],
    ['http://pro xy.test', 'http://pro...'],
  ])('BAD_PROXY for %s, shown as %s', (value, shown) => {
    try {
      findProxy(new URL(API), { HTTPS_PROXY: value });
      expect.unreachable();
    } catch (thrown) {
      expect(thrown).toMatchObject({ name: 'TransportError', code: 'BAD_PROXY', sent: false });
      expect((thrown as Error).message).toContain(`HTTPS_PROXY is set to "${shown}", `);
      expect((thrown as Error).message).not.toMatch(/sec|ret@/);
    }
  });
});

describe('the tunnel', () => {
  it('carries the request, with the credentials for the proxy only', async () => {
    const server = await httpServer((request, response) => response.end(JSON.stringify(request.headers)));
    const proxy = await connectProxy();
    const fetch = createFetch({ HTTP_PROXY: `http://us%40er:pa%3Ass@127.0.0.1:${proxy.port}` });
    const response = await fetch(`http://api.ideogram.test:${server.port}/`, { headers: { 'Api-Key': 'k' } });
    expect(JSON.parse(await text(response))).toMatchObject({ 'api-key': 'k', connection: 'close' });
    const [head = ''] = proxy.heads;
    expect(head).toMatch(new RegExp(`^CONNECT api\\.ideogram\\.test:${server.port} HTTP/1\\.1\r\n`));
    expect(head).toContain(`Proxy-Authorization: Basic ${Buffer.from('us@er:pa:ss').toString('base64')}\r\n`);
    expect(head).not.toContain('Api-Key');
    await allClosed(proxy);
  });

  it('leaves the loopback alone', async () => {
    const server = await httpServer((_, response) => response.end('direct'));
    const proxy = await connectProxy();
    const fetch = createFetch({ ALL_PROXY: `http://127.0.0.1:${proxy.port}` });
    expect(await text(await fetch(`http://127.0.0.1:${server.port}/`))).toBe('direct');
    expect(proxy.connections).toBe(0);
  });

  it('delivers an early answer through the proxy', async () => {
    const server = await httpServer((_, r) => r.writeHead(413, { Connection: 'close' }).end('too big'));
    // A proxy that copies bytes loses the answer itself when the server resets; this one is the server.
    const proxy = await connectProxy((socket) =>
      socket.write('HTTP/1.1 200 OK\r\n\r\n', () => server.server.emit('connection', socket)),
    );
    const fetch = createFetch({ HTTP_PROXY: `http://127.0.0.1:${proxy.port}` });
    const body = new Uint8Array(5_000_000);
    const response = await fetch(`http://api.ideogram.test:${server.port}/`, { method: 'POST', body });
    expect([response.status, await text(response)]).toEqual([413, 'too big']);
  });

  it('broken in the middle of the answer: sent', async () => {
    const server = await httpServer((_, response) => {
      response.writeHead(200, { 'Content-Length': '100' }).write('some', () => response.destroy());
    });
    const proxy = await connectProxy();
    const fetch = createFetch({ HTTP_PROXY: `http://127.0.0.1:${proxy.port}` });
    const response = await fetch(`http://api.ideogram.test:${server.port}/`);
    const proxyLabel = `http://127.0.0.1:${proxy.port}`;
    expect(await rejection(text(response))).toMatchObject({
      code: 'ECONNRESET',
      sent: true,
      proxy: proxyLabel,
    });
  });
});

describe('a proxy that fails: nothing was sent', () => {
  const say = (answer: string) => (socket: Socket) => socket.end(answer);
  const body = '<h1>You must log in</h1>';
  const full = (status: string) => `HTTP/1.1 ${status}\r\nContent-Length: ${body.length}\r\n\r\n${body}`;

  it.each([
    [
      '407',
      say(full('407 Proxy Authentication Required')),
      'PROXY_407',
      /status 407: it asks for a user name/,
    ],
    ['502', say(full('502 Bad Gateway')), 'PROXY_502', /status 502/],
    ['403, kept open', (s: Socket) => s.write(full('403 Forbidden')), 'PROXY_403', /status 403/],
    ['204', say('HTTP/1.1 204 No Content\r\n\r\n'), 'PROXY_204', /status 204/],
    ['closed', say(''), 'PROXY_CLOSED', /./],
    ['half a header', say('HTTP/1.1 200 O'), 'PROXY_CLOSED', /./],
    ['garbage', say('hello\r\n\r\n'), 'PROXY_CLOSED', /no valid answer/],
    ['reset', (s: Socket) => s.resetAndDestroy(), 'ECONNRESET', /./],
    ['closed after 200', say('HTTP/1.1 200 OK\r\n\r\n'), 'ECONNRESET', /./],
  ] as const)('%s', async (_name, refuse, code, message) => {
    const server = await httpsServer((_, response) => response.end('billed'));
    const proxy = await connectProxy(refuse);
    const fetch = createFetch({ HTTPS_PROXY: `http://user:secret@127.0.0.1:${proxy.port}` });
    const init = { method: 'POST', headers: { 'Api-Key': 'k' }, body: 'paid' } as const;
    const error = await rejection(fetch(`https://api.ideogram.test:${server.port}/`, init));
    expect(error).toMatchObject({
      name: 'TransportError',
      code,
      sent: false,
      proxy: `http://127.0.0.1:${proxy.port}`,
      message: expect.stringMatching(message),
    });
    expect(error.message).toContain(`(through the proxy http://127.0.0.1:${proxy.port})`);
    expect(`${error.message}${error.stack}`).not.toMatch(/secret|user:/);
    expect(server.connections).toBe(0);
    await allClosed(proxy);
  });

  it('refused, and a name that does not exist', async () => {
    const refused = createFetch({ HTTPS_PROXY: `http://127.0.0.1:${await closedPort()}` });
    expect(await rejection(refused(API))).toMatchObject({ code: 'ECONNREFUSED', sent: false });
    const nowhere = createFetch({ HTTPS_PROXY: 'http://proxy.invalid:3128' });
    expect(await rejection(nowhere(API))).toMatchObject({ sent: false, proxy: 'http://proxy.invalid:3128' });
  });

  it('an untrusted certificate behind it, or of the proxy itself', async () => {
    const server = await httpsServer((_, response) => response.end('billed'));
    const proxy = await connectProxy();
    for (const value of [`http://127.0.0.1:${proxy.port}`, `https://127.0.0.1:${server.port}`]) {
      const error = await rejection(
        createFetch({ HTTPS_PROXY: value })(`https://api.ideogram.test:${server.port}/`),
      );
      expect(error).toMatchObject({ code: 'DEPTH_ZERO_SELF_SIGNED_CERT', sent: false, proxy: value });
    }
    expect(server.requests).toBe(0);
    await allClosed(server);
  });

  it.each(['http', 'https'])(
    'a silent one is left at once when the signal is aborted: %s proxy',
    async (protocol) => {
      const reason = new Error('the reason');
      const controller = new AbortController();
      const proxy = await netServer((socket) =>
        socket.once('data', () => {
          controller.abort(reason);
          socket.resume();
        }),
      );
      const fetch = createFetch({ HTTPS_PROXY: `${protocol}://127.0.0.1:${proxy.port}` });
      expect(await rejection(fetch(API, { signal: controller.signal }))).toBe(reason);
      await allClosed(proxy);
    },
  );

  it('a damaged setting is reported by the request', async () => {
    const error = await rejection(createFetch({ HTTPS_PROXY: 'socks5://proxy.test' })(API));
    expect(error).toMatchObject({ code: 'BAD_PROXY', sent: false });
  });
});
