/** What only a process of its own can show: trusted TLS (NODE_EXTRA_CA_CERTS is read at start) and that the process ends. */
import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { build } from 'rolldown';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { CERT_FILE, connectProxy, httpServer, httpsServer, netServer, rawAnswer } from './fixtures/net.js';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ideogram-fetch-'));
  await writeFile(join(folder, 'package.json'), '{"type":"commonjs"}');
  await build({
    input: { child: fileURLToPath(new URL('fixtures/fetch-child.ts', import.meta.url)) },
    platform: 'node',
    resolve: { extensionAlias: { '.js': ['.ts', '.js'] } },
    output: { dir: folder, format: 'cjs', entryFileNames: '[name].cjs', chunkFileNames: '[name]-[hash].cjs' },
    logLevel: 'silent',
  });
});

afterAll(() => rm(folder, { recursive: true }));

/** Carries out the orders in a new process and returns its results; fails where that does not end by itself. */
async function inProcess(orders: unknown[]): Promise<unknown[]> {
  const { stdout, stderr } = await promisify(execFile)(
    process.execPath,
    [join(folder, 'child.cjs'), JSON.stringify(orders)],
    { env: { NODE_EXTRA_CA_CERTS: CERT_FILE }, timeout: 10_000 },
  );
  expect(stderr).toBe('');
  return JSON.parse(stdout);
}

it('trusts NODE_EXTRA_CA_CERTS: direct, through an http and through an https proxy', async () => {
  const server = await httpsServer(async (request, response) => {
    let bytes = 0;
    for await (const chunk of request) bytes += chunk.length;
    response.end(`${request.headers.host} ${bytes}`);
  });
  const proxy = await connectProxy();
  const tlsProxy = await connectProxy(undefined, 'tls');
  const url = `https://api.ideogram.test:${server.port}/`;
  const size = 1_000_000;
  const answer = { status: 200, text: `api.ideogram.test:${server.port} ${size}` };
  const results = await inProcess([
    { url: `https://127.0.0.1:${server.port}/`, method: 'POST', size },
    { url, method: 'POST', size, env: { HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` } },
    { url, method: 'POST', size, env: { HTTPS_PROXY: `https://127.0.0.1:${tlsProxy.port}` } },
    {
      url: `https://localhost.other.test:${server.port}/`,
      env: { HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` },
    },
  ]);
  expect(results).toEqual([
    { status: 200, text: `127.0.0.1:${server.port} ${size}` },
    answer,
    answer,
    expect.objectContaining({ code: 'ERR_TLS_CERT_ALTNAME_INVALID', sent: false }),
  ]);
  expect(server.requests).toBe(3);
});

it('breaks off a TLS connection: reset in the upload, early refusal, half an answer', async () => {
  const reset = await httpsServer((request) => request.socket.destroy());
  const early = await httpsServer((_, r) => r.writeHead(413, { Connection: 'close' }).end('too big'));
  const half = await httpsServer((_, r) => {
    r.writeHead(200, { 'Content-Length': '100' }).write('some', () => r.destroy());
  });
  const post = { method: 'POST', size: 20_000_000 };
  const at = (server: { port: number }) => `https://127.0.0.1:${server.port}/`;
  // A proxy that copies bytes would lose the answer itself when the server resets: this one is the server.
  const proxy = await connectProxy((socket) =>
    socket.write('HTTP/1.1 200 OK\r\n\r\n', () => early.server.emit('connection', socket)),
  );
  const env = { HTTPS_PROXY: `http://127.0.0.1:${proxy.port}` };
  expect(
    await inProcess([
      { url: at(reset), ...post },
      { url: at(early), ...post },
      { url: at(half) },
      { url: `https://api.ideogram.test:${early.port}/`, ...post, env },
    ]),
  ).toEqual([
    expect.objectContaining({ name: 'TransportError', sent: true }),
    { status: 413, text: 'too big' },
    expect.objectContaining({ code: 'ECONNRESET', sent: true }),
    { status: 413, text: 'too big' },
  ]);
});

it('ends while bodies are unread and servers keep their connections open', async () => {
  const small = await rawAnswer('HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\nsome');
  const open = await rawAnswer('HTTP/1.1 200 OK\r\n\r\nsome');
  const large = await rawAnswer(`HTTP/1.1 200 OK\r\n\r\n${'x'.repeat(1_000_000)}`);
  const tls = await httpsServer((_, response) => void response.writeHead(200).write('some'));
  const proxy = await connectProxy();
  const tlsProxy = await connectProxy(undefined, 'tls');
  const through = (label: string) => ({ unread: true, env: { HTTPS_PROXY: label } });
  const results = await inProcess([
    ...[small, open, large].map(({ port }) => ({ url: `http://127.0.0.1:${port}/`, unread: true })),
    { url: `http://127.0.0.1:${small.port}/` },
    { url: `https://127.0.0.1:${tls.port}/`, unread: true },
    { url: `https://api.ideogram.test:${tls.port}/`, ...through(`http://127.0.0.1:${proxy.port}`) },
    { url: `https://api.ideogram.test:${tls.port}/`, ...through(`https://127.0.0.1:${tlsProxy.port}`) },
  ]);
  expect(results).toHaveLength(7);
  expect(results[3]).toEqual({ status: 200, text: 'some' });
});

it('ends after a signal although a server or a proxy stays silent', async () => {
  const silent = await netServer((socket) => socket.resume());
  const http = await httpServer(() => {});
  const tlsProxy = await connectProxy(() => {}, 'tls');
  const proxied = (protocol: string, port: number) => ({
    url: 'https://api.ideogram.test/',
    env: { HTTPS_PROXY: `${protocol}://127.0.0.1:${port}` },
  });
  const orders = [
    { url: `http://127.0.0.1:${http.port}/` },
    { url: `https://127.0.0.1:${silent.port}/` },
    proxied('http', silent.port),
    proxied('https', silent.port),
    proxied('https', tlsProxy.port),
  ];
  const results = await inProcess(orders.map((order) => ({ ...order, abortAfter: 20 })));
  expect(results).toEqual(orders.map(() => ({ name: 'Error', message: 'enough' })));
});
