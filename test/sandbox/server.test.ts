/** The server itself: the key, unknown paths, bodies that do not parse, places in flight, determinism, and where it listens. */
import { once } from 'node:events';
import { connect } from 'node:net';
import { networkInterfaces } from 'node:os';
import { describe, expect, it } from 'vitest';
import { startSandbox } from '../../src/sandbox/server.js';
import { createVirtualClock } from '../support/clock.js';
import {
  call,
  createStillClock,
  items,
  LEGACY,
  parsed,
  postForm,
  postJson,
  postLegacy,
  start,
  V3,
} from './harness.js';

describe('gate', () => {
  it.each([[{}], [{ 'Api-Key': '' }], [{ 'Api-Key': ' ' }], [{ Authorization: 'Bearer x' }]])(
    '401 with the headers %j',
    async (headers) => {
      const sandbox = await start();
      const sent = { 'Content-Type': 'application/json', ...headers } as Record<string, string>;
      const heard = await postJson(sandbox, LEGACY, { image_request: { prompt: 'x' } }, { headers: sent });
      expect(heard.status).toBe(401);
      expect(heard.body.toString()).toContain('Access denied');
    },
  );

  it.each([
    ['GET', V3],
    ['POST', '/v1/ideogram-v3/paint'],
    ['PUT', LEGACY],
    ['GET', '/'],
    ['GET', '//'],
    ['GET', '/%zz'],
  ])('404 as JSON: %s %s', async (method, path) => {
    const heard = await call((await start()).url + path, { method, headers: { 'Api-Key': 'x' } });
    expect(heard.status).toBe(404);
    expect(parsed(heard).message).toContain('Not found');
  });

  it('names itself and counts its answers', async () => {
    const sandbox = await start();
    const first = await call(sandbox.url);
    const second = await postLegacy(sandbox, { prompt: 'x' });
    expect(first.headers.server).toBe('ideogram-sandbox');
    expect([first.headers['x-request-id'], second.headers['x-request-id']]).toEqual([
      'sandbox-1',
      'sandbox-2',
    ]);
  });

  it('says 401 before it looks at the body, and 404 before it looks at the key', async () => {
    const sandbox = await start();
    const sent = { method: 'POST', body: 'no JSON' };
    expect((await call(sandbox.url + LEGACY, sent)).status).toBe(401);
    expect((await call(`${sandbox.url}/paint`, sent)).status).toBe(404);
  });

  it('tells each request to onRequest, without a query', async () => {
    const lines: unknown[] = [];
    const sandbox = await start({ onRequest: (line) => lines.push(line) });
    const url =
      items(
        await postForm(sandbox, [
          ['prompt', 'x'],
          ['num_images', '2'],
        ]),
      )[0]?.url ?? '';
    await call(url);
    await postForm(sandbox, [['prompt', 'x sandbox:cut']]);
    expect(lines).toEqual([
      { method: 'POST', path: V3, status: 200, note: '2 images' },
      { method: 'GET', path: new URL(url).pathname, status: 200 },
      { method: 'POST', path: V3, status: 0, note: 'connection cut' },
    ]);
  });
});

describe('answers', () => {
  it.each([
    [[['resolution', '1536x512']], '1536x512'],
    [[['aspect_ratio', '16x9']], '1312x736'],
    [[['aspect_ratio', '1x3']], '512x1536'],
    [[], '1024x1024'],
  ] as const)('%j has the size %s', async (parts, resolution) => {
    expect(items(await postForm(await start(), [['prompt', 'x'], ...parts]))[0]?.resolution).toBe(resolution);
  });

  it('gives its own seed to each image, the same for the same request, others for another', async () => {
    const [one, two] = [await start(), await start()];
    const seeds = async (sandbox: typeof one, prompt: string): Promise<number[]> =>
      items(
        await postForm(sandbox, [
          ['prompt', prompt],
          ['num_images', '3'],
        ]),
      ).map((item) => item.seed);
    const first = await seeds(one, 'a fox');
    expect(new Set(first).size).toBe(3);
    expect(await seeds(one, 'a fox')).toEqual(first);
    expect(await seeds(two, 'a fox')).toEqual(first);
    expect(await seeds(one, 'a fix')).not.toEqual(first);
  });

  it('gives the asked seed, 0 too, to all images', async () => {
    const data = items(
      await postForm(await start(), [
        ['prompt', 'x'],
        ['seed', '0'],
        ['num_images', '2'],
      ]),
    );
    expect(data.map((item) => item.seed)).toEqual([0, 0]);
    expect(new Set(data.map((item) => item.url)).size).toBe(2);
  });

  it('rewrites the prompt for magic prompt ON only', async () => {
    const sandbox = await start();
    const prompt = async (value: string): Promise<string | undefined> =>
      items(
        await postForm(sandbox, [
          ['prompt', 'a fox'],
          ['magic_prompt', value],
        ]),
      )[0]?.prompt;
    expect(await prompt('AUTO')).toBe('a fox');
    expect(await prompt('OFF')).toBe('a fox');
    expect(await prompt('ON')).toMatch(/^a fox\. ./);
  });

  it('names the time by the clock', async () => {
    const heard = await postLegacy(await start({ clock: createVirtualClock(0) }), { prompt: 'x' });
    expect(parsed(heard).created).toBe('1970-01-01T00:00:00.000Z');
  });

  it('takes its latency from the clock', async () => {
    const clock = createVirtualClock();
    await postLegacy(await start({ clock, latency: 7000 }), { prompt: 'x' });
    expect(clock.sleeps).toEqual([7000]);
  });
});

describe('places in flight', () => {
  it('holds 10 images, refuses the next without Retry-After, and frees the places', async () => {
    const clock = createStillClock();
    const sandbox = await start({ clock, latency: 1 });
    const held = [
      postLegacy(sandbox, { prompt: 'x', num_images: 8 }),
      postLegacy(sandbox, { prompt: 'x', num_images: 2 }),
    ];
    await until(() => clock.waiting() === 2);
    const refused = await postLegacy(sandbox, { prompt: 'x' });
    expect(refused.status).toBe(429);
    expect(refused.headers['retry-after']).toBeUndefined();
    expect(parsed(refused)).toEqual({
      error: 'Too many requests in flight.',
      reject_reason: 'inflight_limit',
    });
    clock.release();
    expect((await Promise.all(held)).map((heard) => heard.status)).toEqual([200, 200]);
    const again = postLegacy(sandbox, { prompt: 'x', num_images: 8 });
    await until(() => clock.waiting() === 1);
    clock.release();
    expect((await again).status).toBe(200);
  });

  it('frees the places of a client that went away', async () => {
    const clock = createStillClock();
    const sandbox = await start({ clock, latency: 1 });
    const leaving = new AbortController();
    const left = postForm(
      sandbox,
      [
        ['prompt', 'x'],
        ['num_images', '8'],
      ],
      { signal: leaving.signal },
    );
    await until(() => clock.waiting() === 1);
    leaving.abort();
    expect((await left).failed).toBeDefined();
    await until(() => clock.waiting() === 0);
    const next = postLegacy(sandbox, { prompt: 'x', num_images: 8 });
    await until(() => clock.waiting() === 1);
    clock.release();
    expect((await next).status).toBe(200);
  });
});

describe('life', () => {
  it('listens on 127.0.0.1 and nowhere else', async () => {
    const sandbox = await start();
    expect(sandbox.url).toBe(`http://127.0.0.1:${sandbox.port}`);
    const others = Object.values(networkInterfaces())
      .flatMap((list) => list ?? [])
      .map((net) => net.address);
    for (const host of [...others, '127.0.0.2'].filter((address) => address !== '127.0.0.1')) {
      const socket = connect({ host, port: sandbox.port });
      const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
      expect(error.code).toMatch(/ECONNREFUSED|EINVAL|ENETUNREACH|EADDRNOTAVAIL/);
    }
  });

  it('rejects when the port is taken', async () => {
    const { port } = await start();
    await expect(startSandbox({ clock: createVirtualClock(), port })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
  });

  it('ends open connections and waits at once, and may be closed twice', async () => {
    const clock = createStillClock();
    const sandbox = await start({ clock });
    const waiting = postForm(sandbox, [['prompt', 'x sandbox:slow']]);
    const stalled = postForm(sandbox, [['prompt', 'x sandbox:stalled']]);
    const idle = connect({ host: '127.0.0.1', port: sandbox.port });
    await once(idle, 'connect');
    await until(() => clock.waiting() === 2);
    const idleEnd = once(idle, 'close');
    await sandbox.close();
    await sandbox.close();
    await idleEnd;
    expect((await waiting).failed).toBeDefined();
    expect((await stalled).complete).toBe(false);
    expect(clock.waiting()).toBe(0);
  });
});

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}
