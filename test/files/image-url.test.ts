/** Images from URLs: what is asked for, which addresses are, what ends it early, and what the user is told. */
import { getEventListeners } from 'node:events';
import type { ServerResponse } from 'node:http';
import { describe, expect, it } from 'vitest';
import { createFetch, TransportError } from '../../src/api/fetch.js';
import type { Clock } from '../../src/context.js';
import type { Fetch } from '../../src/fetch-contract.js';
import { allClosed, closedPort, httpServer, httpsServer, type Seen } from '../api/fixtures/net.js';
import { JPEG_1X1, makePng, PNG_1X1, WEBP_1X1 } from '../support/images.js';
import { createInputWorld, type InputWorld, MB, read, refusal, type WorldOptions } from './input-world.js';

type Answer = (path: string, response: ServerResponse) => void;

const png: Answer = (_path, response) =>
  void response.writeHead(200, { 'content-type': 'image/png' }).end(PNG_1X1);

/** https://<any host> leads to a server on this machine, over real HTTP; the address is not judged, as there is none. */
async function publicWeb(
  answer: Answer = png,
  options: WorldOptions = {},
): Promise<InputWorld & { readonly server: Seen; readonly heads: string[][] }> {
  const heads: string[][] = [];
  const server = await httpServer((request, response) => {
    heads.push(request.rawHeaders);
    answer(request.url ?? '', response);
  });
  const direct = createFetch({});
  const fetch: Fetch = (url, { allowAddress: _judge, ...init } = {}) =>
    direct(url.replace(/^https?:\/\/[^/?]*/, `http://127.0.0.1:${server.port}`), init);
  return Object.assign(await createInputWorld({ fetch, ...options }), { server, heads });
}

const redirect =
  (location: string | undefined, status = 302): Answer =>
  (_path, response) =>
    void response.writeHead(status, location === undefined ? {} : { location }).end();

const QUERY = '?sig=s3cret&exp=1';

/** Refused, in one line that holds no part of the query. */
async function refused(world: InputWorld, url: string, more = {}): Promise<{ text: string; hint: string }> {
  const { code, text, hint } = await refusal(read(world, [url], more));
  expect(code).toBe('bad_file');
  expect(text).toMatch(/^[^\n]+\.$/);
  expect(text + hint).not.toMatch(/s3cret|pa55/);
  return { text, hint };
}

describe('an image', () => {
  it.each([
    ['PNG', PNG_1X1, 'png'],
    ['JPEG', JPEG_1X1, 'jpg'],
    ['WebP', WEBP_1X1, 'webp'],
  ])('%s is taken, and called by the last part of its path', async (name, bytes, extension) => {
    const world = await publicWeb((_path, response) => void response.end(bytes));
    const [image] = await read(world, [`https://Example.com/a/my%20fox.gif${QUERY}#top`]);
    expect(image).toMatchObject({
      source: 'https://example.com/a/my%20fox.gif',
      filename: `my-fox.${extension}`,
      type: { name },
    });
    expect(Buffer.compare(image?.bytes ?? Buffer.alloc(0), bytes)).toBe(0);
  });

  it.each([
    ['https://example.com', 'image.png'],
    ['https://example.com/a/', 'image.png'],
    ['https://example.com/x?a=/b.jpg', 'x.png'],
    ['https://example.com/a%22%0d%0aX:%20y.png', 'a-X-y.png'],
    ['https://example.com/%2e%2e%2f%2e%2e%2fpasswd', 'passwd.png'],
    ['https://example.com/%ff.png', 'ff.png'],
    ['https://example.com/%E7%8B%90.png', '狐.png'],
    [`https://example.com/${'x'.repeat(300)}`, `${'x'.repeat(100)}.png`],
  ])('%s is sent as %s', async (url, filename) => {
    expect((await read(await publicWeb(), [url]))[0]?.filename).toBe(filename);
  });

  it('is asked for once, with the query, and without a key', async () => {
    const world = await publicWeb();
    await read(world, [`https://example.com/x.png${QUERY}`]);
    expect(world.fetched.map(({ url }) => url)).toEqual([`https://example.com/x.png${QUERY}`]);
    expect(world.fetched[0]?.init).toMatchObject({ method: 'GET', redirect: 'manual' });
    const names = (world.heads[0] ?? []).filter((_, index) => index % 2 === 0);
    expect(names.sort()).toEqual(['Accept', 'Accept-Encoding', 'Connection', 'Host', 'User-Agent']);
    expect(world.heads[0]).toEqual(expect.arrayContaining(['image/png,image/jpeg,image/webp', 'test-agent']));
  });

  it('several come in their order, with those from files between', async () => {
    const world = await publicWeb((path, response) => void response.end(makePng(Number(path.slice(1)), 1)));
    await world.put('five.png', makePng(5, 1));
    const hosts = [1, 2, 3, 4, 6, 7, 8, 9];
    const sources = [...hosts.map((width) => `https://example.com/${width}`), 'five.png'];
    const images = await read(world, sources);
    expect(images.map(({ bytes }) => Buffer.from(bytes).readUInt32BE(16))).toEqual([...hosts, 5]);
  });
});

describe('redirects', () => {
  it.each([301, 302, 303, 307, 308])('%i is followed, relative ones too', async (status) => {
    const world = await publicWeb((path, response) =>
      path.startsWith('/there') ? png(path, response) : redirect('/there?sig=s3cret', status)(path, response),
    );
    const [image] = await read(world, ['https://example.com/here.png']);
    expect(image).toMatchObject({ source: 'https://example.com/here.png', filename: 'here.png' });
    expect(world.fetched.map(({ url }) => url)).toEqual([
      'https://example.com/here.png',
      'https://example.com/there?sig=s3cret',
    ]);
    for (const { init } of world.fetched)
      expect(Object.keys(init.headers ?? {})).toEqual(['Accept', 'User-Agent']);
    await allClosed(world.server);
  });

  it.each<[number, boolean]>([
    [5, true],
    [6, false],
  ])('%i in a row: taken %s', async (count, isTaken) => {
    const world = await publicWeb((path, response) => {
      const step = Number(path.slice(1));
      return step === count
        ? png(path, response)
        : redirect(`https://h${step}.example/${step + 1}`)(path, response);
    });
    const images = read(world, ['https://example.com/0']);
    if (isTaken) expect(await images).toHaveLength(1);
    else expect((await refusal(images)).text).toBe('https://example.com/0 redirects more than 5 times.');
    expect(world.fetched).toHaveLength(6);
  });

  it.each<[string, string | undefined, string]>([
    ['nowhere', undefined, 'redirects (HTTP 302), but does not say where to.'],
    ['to no address', 'https://[', 'redirects (HTTP 302), but does not say where to.'],
    [
      'to http',
      'http://other.example/x?s3cret',
      '(redirected to other.example) leaves https there, which is not followed.',
    ],
    [
      'to a file',
      'file:///etc/passwd',
      '(redirected to file:) is no https address, and only such are fetched.',
    ],
    [
      'to a data URL',
      'data:image/png;base64,s3cret',
      '(redirected to data:) is no https address, and only such are fetched.',
    ],
    [
      'with a password',
      'https://me:pa55@other.example/',
      '(redirected to other.example) holds a user name or a password, and such addresses are not fetched.',
    ],
    [
      'to this machine',
      'https://127.0.0.1/',
      '(redirected to 127.0.0.1) is not fetched: 127.0.0.1 is this machine, or in a private or reserved network.',
    ],
    [
      'to the cloud',
      'https://169.254.169.254/latest/?s3cret',
      '(redirected to 169.254.169.254) is not fetched: 169.254.169.254 is this machine, or in a private or reserved network.',
    ],
    [
      'to this machine by IPv6',
      'https://[::ffff:10.0.0.1]:8443/',
      '(redirected to [::ffff:a00:1]:8443) is not fetched: [::ffff:a00:1] is this machine, or in a private or reserved network.',
    ],
  ])('%s are refused', async (_what, location, says) => {
    const world = await publicWeb(redirect(location));
    const { text } = await refused(world, `https://example.com/x.png${QUERY}`);
    expect(text).toBe(`https://example.com/x.png ${says}`);
    expect(world.fetched).toHaveLength(1);
    await allClosed(world.server);
  });

  it('to http is refused also where private addresses are allowed', async () => {
    const world = await publicWeb(redirect('http://127.0.0.1/'), { allowPrivateUrls: true });
    expect((await refused(world, 'https://example.com/x')).text).toContain('leaves https there');
    expect(world.fetched).toHaveLength(1);
  });

  it('an unread body, however long, ends the connection', async () => {
    const world = await publicWeb((path, response) => {
      if (path === '/there') return png(path, response);
      response.writeHead(302, { location: '/there' }).write('x');
    });
    expect(await read(world, ['https://example.com/here'])).toHaveLength(1);
    await allClosed(world.server);
  });
});

describe('addresses', () => {
  it.each([
    ['https://localhost/x.png', 'localhost'],
    ['https://fox.localhost:8443/x.png', 'fox.localhost'],
    ['https://127.0.0.1/x.png', '127.0.0.1'],
    ['https://2130706433/x.png', '127.0.0.1'],
    ['https://0x7f.1/x.png', '127.0.0.1'],
    ['https://0177.0.0.1/x.png', '127.0.0.1'],
    ['https://10.1.2.3/x.png', '10.1.2.3'],
    ['https://100.64.0.1/x.png', '100.64.0.1'],
    ['https://169.254.169.254/latest', '169.254.169.254'],
    ['https://0.0.0.0/', '0.0.0.0'],
    ['https://[::1]/x.png', '[::1]'],
    ['https://[::]/x.png', '[::]'],
    ['https://[::ffff:127.0.0.1]/x.png', '[::ffff:7f00:1]'],
    ['https://[fd00::1]/x.png', '[fd00::1]'],
    ['https://[64:ff9b::7f00:1]/x.png', '[64:ff9b::7f00:1]'],
  ])('%s is refused', async (url, host) => {
    const world = await publicWeb();
    const { text, hint } = await refused(world, `${url}${QUERY}`);
    expect(text).toMatch(/^https:\/\/.* is not fetched: /);
    expect(text).toContain(`${host} is this machine, or in a private or reserved network`);
    expect(hint).toContain('--allow-private-urls');
    expect(world.fetched).toEqual([]);
  });

  it('of a name are judged when it is connected to', async () => {
    const asked: [string, boolean | undefined][] = [];
    const world = await publicWeb(png, {
      fetch: async (_url, { allowAddress } = {}) => {
        for (const address of ['8.8.8.8', '127.0.0.1', '::1', '10.0.0.1'])
          asked.push([address, allowAddress?.(address)]);
        throw new TransportError('The address is not allowed', { code: 'ADDRESS_REFUSED', sent: false });
      },
    });
    const { text, hint } = await refused(world, 'https://rebound.example/x.png');
    expect(text).toContain('rebound.example is this machine, or in a private or reserved network.');
    expect(hint).toContain('--allow-private-urls');
    expect(asked).toEqual([
      ['8.8.8.8', true],
      ['127.0.0.1', false],
      ['::1', false],
      ['10.0.0.1', false],
    ]);
  });

  it.each([
    ['http://example.com/x.png', 'https address'],
    ['HTTP://8.8.8.8/x.png', 'https address'],
    ['http://localhost/x.png', '--allow-private-urls'],
    ['http://10.0.0.1/x.png', '--allow-private-urls'],
  ])('%s: only https', async (url, remedy) => {
    const world = await publicWeb();
    const { text, hint } = await refused(world, url);
    expect(text).toContain('is no https address, and only such are fetched');
    expect(hint).toContain(remedy);
    expect(world.fetched).toEqual([]);
  });

  it.each([
    'https://me:pa55@example.com/x.png',
    'https://pa55@example.com/x.png',
    'https://:pa55@example.com/',
  ])('with a user name or password: %s', async (url) => {
    const world = await publicWeb();
    expect((await refused(world, url)).text).toContain('holds a user name or a password');
    expect(world.fetched).toEqual([]);
  });

  it.each(['https://', 'https://me:pa55@[/x?s3cret', 'https://a b/?s3cret', 'https://1.2.3.4.5/'])(
    'no address at all: %s',
    async (url) => {
      const { text, hint } = await refused(await publicWeb(), url);
      expect(text).toContain('is no valid address');
      expect(hint).toBe('Valid: https://host/path');
    },
  );
});

describe('with private addresses allowed', () => {
  const open = (options: WorldOptions = {}) => createInputWorld({ allowPrivateUrls: true, ...options });

  it.each(['127.0.0.1', 'localhost'])('http://%s is fetched', async (host) => {
    const { port } = await httpServer((_request, response) => response.end(PNG_1X1));
    const [image] = await read(await open(), [`http://${host}:${port}/x.png`]);
    expect(image?.source).toBe(`http://${host}:${port}/x.png`);
  });

  it('http is still for private addresses only, also by name', async () => {
    const world = await open({
      fetch: async (_url, { allowAddress } = {}) => {
        expect([allowAddress?.('8.8.8.8'), allowAddress?.('192.168.1.2')]).toEqual([false, true]);
        throw new TransportError('The address is not allowed', { code: 'ADDRESS_REFUSED', sent: false });
      },
    });
    expect((await refused(world, 'http://8.8.8.8/x')).text).toContain('only such are fetched');
    expect(world.fetched).toEqual([]);
    expect((await refused(world, 'http://example.com/x')).text).toBe(
      'http://example.com/x is no https address, and example.com is in no private network.',
    );
  });

  it('https goes anywhere', async () => {
    const world = await publicWeb(png, { allowPrivateUrls: true });
    for (const host of ['10.0.0.1', 'localhost', 'example.com']) await read(world, [`https://${host}/x`]);
    for (const { init } of world.fetched) {
      expect([init.allowAddress?.('10.0.0.1'), init.allowAddress?.('8.8.8.8')]).toEqual([true, true]);
    }
  });
});

describe('size', () => {
  it('that is told and too large is refused before the body is read', async () => {
    const world = await publicWeb((_path, response) => {
      response.writeHead(200, { 'content-length': 40 * MB, 'content-type': 'image/png' }).write(PNG_1X1);
    });
    const { text, hint } = await refused(world, `https://example.com/big.png${QUERY}`);
    expect(text).toBe('https://example.com/big.png is too large: 40 MB.');
    expect(hint).toBe(
      'At most 25 MB are taken.\nSave it as a file, make that smaller, and give the file: magick big.png -resize 75% big-small.png',
    );
    await allClosed(world.server);
  });

  it('that grows beyond the limit is cut off there', async () => {
    let written = 0;
    const world = await publicWeb((_path, response) => {
      const more = (): void => {
        if (response.destroyed) return;
        written += 64 * 1024;
        response.write(
          written === 64 * 1024
            ? Buffer.concat([JPEG_1X1, Buffer.alloc(64 * 1024)])
            : Buffer.alloc(64 * 1024),
          more,
        );
      };
      more();
    });
    const { text, hint } = await refused(world, 'https://example.com/endless', { maxBytes: MB });
    expect(text).toBe('https://example.com/endless is too large: more than 1 MB.');
    expect(hint).toContain('At most 1 MB are taken');
    expect(hint).toContain('magick endless -resize 50% endless-small.jpg');
    await allClosed(world.server);
    // What had been on its way counts too.
    expect(written).toBeLessThan(20 * MB);
  });

  it('at the limit is taken', async () => {
    const bytes = Buffer.concat([PNG_1X1, Buffer.alloc(1000)]);
    const world = await publicWeb((_path, response) => void response.end(bytes));
    expect(await read(world, ['https://example.com/x'], { maxBytes: bytes.length })).toHaveLength(1);
    await refused(world, 'https://example.com/x', { maxBytes: bytes.length - 1 });
  });
});

describe('what is no image', () => {
  it('a web page is known by its start, and left there', async () => {
    const world = await publicWeb((_path, response) => {
      response.write(`<!doctype html>${' '.repeat(2000)}`);
    });
    const { text, hint } = await refused(world, `https://example.com/gallery${QUERY}`);
    expect(text).toBe('https://example.com/gallery is a web page.');
    expect(hint).toContain('give the address of the image itself');
    await allClosed(world.server);
  });

  it.each<[string, Buffer | string, string]>([
    ['JSON', '{"error":"expired"}', 'no image but JSON'],
    ['nothing', '', 'empty'],
    ['a PNG cut short', PNG_1X1.subarray(0, -4), 'a PNG that was cut short: its end is missing'],
  ])('%s', async (_what, body, what) => {
    const world = await publicWeb((_path, response) => void response.end(body));
    expect((await refused(world, 'https://example.com/x')).text).toBe(`https://example.com/x is ${what}.`);
  });

  it('a HEIC comes with the command that converts it', async () => {
    const world = await publicWeb((_path, response) => void response.end('\0\0\0\x18ftypheic\0\0\0\0'));
    const { hint } = await refused(world, 'https://example.com/IMG_1.HEIC');
    expect(hint).toContain('Save it as a file, convert that, and give the file: magick IMG_1.HEIC IMG_1.jpg');
    expect((await refused(world, 'https://example.com/a.jpg')).hint).toContain('magick a.jpg a-2.jpg');
  });
});

describe('failures', () => {
  it.each([201, 204, 300, 304, 400, 401, 403, 404, 410, 418, 500, 503])('HTTP %i', async (status) => {
    const world = await publicWeb((_path, response) => void response.writeHead(status).end());
    const { text } = await refused(world, `https://example.com:8443/x.png${QUERY}`);
    expect(text).toBe(
      `https://example.com:8443/x.png is not served: example.com:8443 answered HTTP ${status}.`,
    );
    expect(world.fetched).toHaveLength(1);
    await allClosed(world.server);
  });

  it.each<[number, string]>([
    [401, 'login'],
    [403, 'expired'],
    [404, 'nothing at this address'],
    [503, 'Try again later'],
  ])('%i has a remedy', async (status, words) => {
    const world = await publicWeb((_path, response) => void response.writeHead(status).end());
    expect((await refused(world, 'https://example.com/x')).hint).toContain(words);
  });

  it('nobody listens', async () => {
    const world = await createInputWorld({ allowPrivateUrls: true });
    const port = await closedPort();
    const { text } = await refused(world, `http://127.0.0.1:${port}/x${QUERY}`);
    expect(text).toMatch(
      /cannot be fetched: the connection to 127\.0\.0\.1:\d+ failed \(.*ECONNREFUSED.*\)\.$/,
    );
  });

  it('the server cannot prove who it is', async () => {
    const server = await httpsServer(() => expect.unreachable());
    const world = await createInputWorld({ allowPrivateUrls: true });
    const { text } = await refused(world, `https://127.0.0.1:${server.port}/x${QUERY}`);
    expect(text).toMatch(
      /cannot be fetched: the connection to 127\.0\.0\.1:\d+ failed \(.*certificate.*\)\.$/,
    );
    expect(server.requests).toBe(0);
  });

  it('the host does not exist', async () => {
    const fetch: Fetch = async () => {
      throw new TransportError('getaddrinfo ENOTFOUND', { code: 'ENOTFOUND', sent: false });
    };
    const { text } = await refused(await createInputWorld({ fetch }), 'https://nope.example/x');
    expect(text).toBe('https://nope.example/x cannot be fetched: the host nope.example was not found.');
  });

  it('the connection breaks in the middle', async () => {
    const world = await publicWeb((_path, response) => {
      response.writeHead(200, { 'content-length': 1000 });
      response.write(PNG_1X1, () => response.destroy());
    });
    expect((await refused(world, 'https://example.com/x')).text).toMatch(
      /^https:\/\/example\.com\/x cannot be fetched: the connection to example\.com failed \(.*\)\.$/,
    );
  });

  it.each<[string, (path: string, response: ServerResponse, late: () => void) => void]>([
    ['no answer comes', (_path, _response, late) => late()],
    ['the body does not end', (_path, response, late) => void response.writeHead(200).write(PNG_1X1, late)],
    [
      'a redirect leads to silence',
      (path, response, late) => (path === '/b' ? late() : redirect('/b')(path, response)),
    ],
  ])('%s in time', async (_what, answer) => {
    const late = (): void => world.world.clock.advance(7000);
    const world = await publicWeb((path, response) => answer(path, response, late), { timeoutMs: 7000 });
    const { text, hint } = await refused(world, `https://example.com/x${QUERY}`);
    expect(text).toBe('https://example.com/x gave no whole image within 7 s.');
    expect(hint).toContain('--timeout');
    await allClosed(world.server);
  });

  it('one that fails ends the others', async () => {
    const answers: ServerResponse[] = [];
    const world = await publicWeb((path, response) => {
      answers.push(response);
      if (path !== '/bad') response.writeHead(200).write(PNG_1X1);
      // Four are under way, and the last ones wait.
      if (answers.length === 4)
        for (const answer of answers) if (!answer.headersSent) answer.writeHead(404).end();
    });
    const sources = ['a', 'b', 'bad', 'c', 'd', 'e'].map((name) => `https://example.com/${name}`);
    expect((await refusal(read(world, sources))).text).toContain('HTTP 404');
    await allClosed(world.server);
    expect(world.fetched).toHaveLength(4);
  });

  it('Ctrl-C is Ctrl-C, whatever a fetch makes of it', async () => {
    const world = await createInputWorld({
      fetch: (_url, { signal } = {}) =>
        new Promise((_resolve, reject) => {
          signal?.addEventListener('abort', () => reject(new Error('AbortError')));
          world.world.stop.abort('SIGINT');
        }),
    });
    expect((await refusal(read(world, ['https://example.com/x']))).code).toBe('cancelled');
  });

  it('nothing is left waiting behind an image, nor behind a failure', async () => {
    const world = await publicWeb((path, response) =>
      path === '/x' ? png(path, response) : void response.writeHead(500).end(),
    );
    let timers = 0;
    const clock: Clock = {
      ...world.clock,
      after(ms, action) {
        timers++;
        const cancel = world.clock.after(ms, action);
        return () => {
          timers--;
          cancel();
        };
      },
    };
    await read({ ...world, clock }, ['https://example.com/x', 'https://example.com/x']);
    await refusal(read({ ...world, clock }, ['https://example.com/y']));
    expect([timers, getEventListeners(world.interrupts.stop, 'abort').length]).toEqual([0, 0]);
  });

  it('Ctrl-C ends it at once', async () => {
    const world = await publicWeb((_path, response) => {
      response.writeHead(200).write(PNG_1X1, () => world.world.stop.abort('SIGINT'));
    });
    expect(await refusal(read(world, ['https://example.com/x']))).toMatchObject({ code: 'cancelled' });
    await allClosed(world.server);
    expect(await refusal(read(world, ['https://example.com/x']))).toMatchObject({ code: 'cancelled' });
    expect(world.heads).toHaveLength(1);
  });
});
