/** Bringing paid images home: whole or not at all, each alone, tried until the link expires. */
import { readdir } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { makePng, PNG_1X1, WEBP_1X1 } from './support/images.js';
import { createWorld, runCli } from './support/run.js';
import { answerImages, answerJson, type Responder, startServer } from './support/server.js';

const big = makePng(600, 600);

/** Serves the image after failing `times` times. */
function failing(times: number, fail: (response: ServerResponse) => void): Responder {
  return (request, response, server) => {
    const seen = server.downloads.filter(({ path }) => path === request.path).length;
    if (seen <= times) return fail(response);
    response.writeHead(200).end(PNG_1X1);
  };
}

async function collect(serveImage: Responder, images = 1, flags: string[] = []) {
  const server = await startServer(answerImages(images), serveImage);
  const argv = ['generate', 'a fox', '-n', String(images), '--json', ...flags];
  const result = await runCli(argv, { env: { IDEOGRAM_BASE_URL: server.url } });
  return { server, ...result };
}

const broken: Record<string, (response: ServerResponse) => void> = {
  'a reset': (response) => void response.destroy(),
  'a server error': (response) => void response.writeHead(500).end('oops'),
  'a busy server': (response) => void response.writeHead(429, { 'retry-after': '3' }).end(),
  'fewer bytes than promised': (response) => {
    response.writeHead(200, { 'content-length': big.length });
    response.write(big.subarray(0, 100), () => response.destroy());
  },
  'an image cut short': (response) => void response.writeHead(200).end(big.subarray(0, big.length - 20)),
  'a web page with status 200': (response) => {
    response.writeHead(200, { 'content-type': 'image/png' }).end('<!doctype html><title>wait</title>');
  },
  'an empty body': (response) => void response.writeHead(200).end(),
};

describe.each(Object.entries(broken))('%s', (_name, fail) => {
  it('is tried again until the image is whole', async () => {
    const result = await collect(failing(3, fail));
    expect([result.status, result.server.downloads.length, result.server.calls.length]).toEqual([0, 4, 1]);
    expect(await result.files()).toEqual(['a-fox-1.png']);
  });

  it('for good leaves no file, names the link, and never asks the API again', async () => {
    const world = await createWorld();
    const expiry = Math.floor(world.clock.now() / 1000) + 600;
    const server = await startServer(
      answerImages(2, (image, index) => ({
        ...image,
        url: String(image.url).replace('1900000000', `${expiry + index}`),
      })),
      (request, response) =>
        request.path.startsWith('/image/0') ? fail(response) : void response.end(WEBP_1X1),
    );
    const env = { IDEOGRAM_BASE_URL: server.url };
    const result = await runCli(['generate', 'a fox', '-n', '2', '--json'], { env, world });
    expect([result.status, result.error().code, result.error().billed]).toEqual([8, 'partial', 'yes']);
    expect(await result.files()).toEqual(['a-fox-2.webp']);
    expect(result.error().hint).toContain(`${server.url}/image/0.png?exp=${expiry}`);
    expect(result.error().hint).toContain('seed 1');
    expect(result.error().hint).toContain(new Date(expiry * 1000).toISOString());
    expect(result.json()).toMatchObject({
      ok: false,
      images: [
        { path: null, seed: 1 },
        { seed: 2, type: 'image/webp' },
      ],
    });
    expect(server.calls).toHaveLength(1);
    // The link of the second image lives a second longer.
    expect(world.clock.now()).toBeLessThanOrEqual((expiry + 1) * 1000);
  });
});

describe('a link', () => {
  it.each([410, 302, 400])('that answers %i is final', async (status) => {
    const result = await collect(
      (_, response) => void response.writeHead(status, { location: '/elsewhere' }).end(),
    );
    expect([result.status, result.server.downloads.length]).toEqual([8, 1]);
  });

  it.each([403, 404])(
    'that answers %i while it lives is tried five times: a network may be in between',
    async (status) => {
      const result = await collect((_, response) => void response.writeHead(status).end());
      expect([result.status, result.server.downloads.length]).toEqual([8, 5]);
      expect(result.error().message).toContain(`the link is refused (HTTP ${status})`);
      const passing = await collect(failing(4, (response) => void response.writeHead(status).end()));
      expect(passing.status).toBe(0);
    },
  );

  it('is tried a few more times after Ctrl-C, and then named', async () => {
    const world = await createWorld();
    const server = await startServer(answerImages(1), (_, response, self) => {
      if (self.downloads.length === 2) world.stop.abort('SIGTERM');
      response.writeHead(503).end();
    });
    const result = await runCli(['generate', 'a fox', '--json'], {
      env: { IDEOGRAM_BASE_URL: server.url },
      world,
    });
    expect([result.status, server.downloads.length]).toEqual([143, 5]);
    expect(result.error().hint).toContain(`${server.url}/image/0.png`);
  });

  it('is tried for hours while it lives', async () => {
    const result = await collect(failing(100, (response) => void response.writeHead(503).end()));
    expect([result.status, result.server.downloads.length]).toEqual([0, 101]);
  });

  it('that is not https, or on this machine while the API is not, is not fetched', async () => {
    for (const url of [
      'http://example.com/x.png',
      'file:///etc/passwd',
      'ftp://x/y',
      'nonsense',
      'http://127.0.0.1:1@evil/',
    ]) {
      const server = await startServer(answerImages(1, (image) => ({ ...image, url })));
      const result = await runCli(['generate', 'a', '--json'], { env: { IDEOGRAM_BASE_URL: server.url } });
      expect([url, result.status, result.error().code]).toEqual([url, 8, 'partial']);
      expect(server.downloads).toEqual([]);
    }
  });
});

describe('images', () => {
  it('are all fetched at once', async () => {
    const waiting: ServerResponse[] = [];
    const result = await collect((_, response) => {
      waiting.push(response);
      // Only when all four are here does any of them get an answer.
      if (waiting.length === 4) for (const each of waiting) each.writeHead(200).end(PNG_1X1);
    }, 4);
    expect([result.status, (await result.files()).length]).toEqual([0, 4]);
  });

  it('that were withheld leave their siblings alone', async () => {
    const server = await startServer(
      answerImages(3, (image, index) =>
        index === 1 ? { ...image, url: null, is_image_safe: false } : image,
      ),
    );
    const result = await runCli(['generate', 'a fox', '-n', '3', '--json'], {
      env: { IDEOGRAM_BASE_URL: server.url },
    });
    expect(result.status).toBe(8);
    expect(result.json()).toMatchObject({ withheld: 1, cost: { usd: 0.18 } });
    expect(result.json().images[1]).toMatchObject({ path: null, url: null, safe: false, seed: 2 });
    expect(await result.files()).toEqual(['a-fox-1.png', 'a-fox-3.png']);
  });

  it('survive an answer with unusual or missing fields', async () => {
    const server = await startServer((_, response, self) =>
      answerJson(response, 200, {
        data: [{ url: `${self.url}/image/0.png`, seed: 'x', resolution: 7, new_field: {} }],
      }),
    );
    const result = await runCli(['generate', 'a fox', '--json'], { env: { IDEOGRAM_BASE_URL: server.url } });
    expect(result.status).toBe(0);
    expect(result.json().images[0]).toMatchObject({
      seed: null,
      resolution: null,
      safe: true,
      expires: null,
    });
    expect(await result.files()).toEqual(['a-fox.png']);
  });

  it('that time out in the middle are tried again', async () => {
    const world = await createWorld();
    const server = await startServer(answerImages(1), (_, response, self) => {
      if (self.downloads.length > 1) return void response.end(big);
      response.writeHead(200, { 'content-length': big.length });
      response.write(big.subarray(0, 1000), () => setImmediate(() => world.clock.advance(300_000)));
    });
    const result = await runCli(['generate', 'a fox', '--json'], {
      env: { IDEOGRAM_BASE_URL: server.url },
      world,
    });
    expect([result.status, server.downloads.length]).toEqual([0, 2]);
    expect(await readdir(world.folder)).toEqual(['a-fox-1.png']);
  });
});
