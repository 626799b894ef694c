/** What the program promises scripts and people: streams, JSON keys, names of files, sidecars, dry runs. */
import { mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { type AddressInfo, createServer } from 'node:net';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createFetch } from '../src/api/fetch.js';
import type { Fetch } from '../src/fetch-contract.js';
import { CALLS, type Call, neededBy, startOf } from './endpoints/calls.js';
import { JPEG_1X1, makePng, PNG_1X1 } from './support/images.js';
import { leftBlack, paintPng } from './support/pictures.js';
import { createWorld, runCli, TEST_KEY, type World } from './support/run.js';
import { answerImages, answerJson, type Responder, startServer } from './support/server.js';

async function generate(argv: string[], options: Parameters<typeof runCli>[1] & { images?: number } = {}) {
  const server = await startServer(answerImages(options.images ?? 1));
  const env = { IDEOGRAM_BASE_URL: server.url, ...options.env };
  return { server, ...(await runCli(['generate', ...argv], { ...options, env })) };
}

describe('standard output', () => {
  it('is one saved path a line, below the current folder as one would type it', async () => {
    const result = await generate(['A red Fox!', '-n', '2'], { images: 2 });
    expect(result.stdout).toBe('a-red-fox-1.png\na-red-fox-2.png\n');
    expect(result.stderr).toBe('');
  });

  it('is the same on a terminal as in a pipe', async () => {
    const piped = await generate(['a fox']);
    const seen = await generate(['a fox'], { stdoutIsTerminal: true, stderrIsTerminal: true });
    expect(seen.stdout).toBe(piped.stdout);
    expect(seen.stderr).toContain('Saved 1 image, V_3, about $0.06.');
  });

  it('is one JSON object with these keys, paths absolute', async () => {
    const result = await generate(['a fox', '--json']);
    expect(result.stderr).toBe('');
    expect(result.stdout).toMatch(/^\{.*\}\n$/);
    expect(result.json()).toEqual({
      ok: true,
      command: 'generate',
      id: expect.stringMatching(/^[0-9a-z]{10}$/),
      model: 'V_3',
      images: [
        {
          path: join(result.world.folder, 'a-fox-1.png'),
          url: `${result.server.url}/image/0.png?exp=1900000000&sig=00`,
          seed: 1,
          prompt: 'the final prompt',
          resolution: '1024x1024',
          safe: true,
          type: 'image/png',
          bytes: PNG_1X1.length,
          expires: '2030-03-17T17:46:40.000Z',
        },
      ],
      withheld: 0,
      cost: { usd: 0.06, basis: 'estimate: 1 x $0.06 for V_3 DEFAULT, prices of 2026-10-10' },
      created: '2026-01-01T00:00:00Z',
      sandbox: false,
      warnings: [],
    });
  });

  it('holds no colour and no notes in --json, even where they are forced', async () => {
    const env = { FORCE_COLOR: '1' };
    const result = await generate(['a fox', '--json', '-n', '2', '--seed', '5'], {
      env,
      stderrIsTerminal: true,
    });
    expect(result.stdout + result.stderr).not.toContain('\u001b');
    expect(result.stderr).toBe('');
    expect(result.json().warnings).toEqual([
      'with one seed the API may make 2 equal images, and charges for each.',
    ]);
  });

  it('is empty, and stderr one JSON object, when there is nothing to show', async () => {
    for (const argv of [
      ['--json'],
      ['generate', '--json'],
      ['generate', 'a', 'b', '--json'],
      ['nope', '--json'],
      ['generate', 'x', '--bogus', '--json'],
    ]) {
      const result = await runCli(argv);
      expect([argv, result.status, result.stdout]).toEqual([argv, 2, '']);
      expect(Object.keys(result.error())).toEqual([
        'code',
        'message',
        'hint',
        'status',
        'requestId',
        'billed',
      ]);
      expect(result.error()).toMatchObject({ code: 'usage', billed: 'no' });
    }
  });

  it('that nobody reads makes an image of -o - one that is not saved: its link is named, also with --quiet', async () => {
    const result = await generate(['a fox', '-o', '-', '--quiet'], { stdoutClosed: true });
    expect(result.status).toBe(8);
    expect(result.stderr).toContain(`${result.server.url}/image/0.png`);
  });

  it('takes the bytes of one image with -o -, and refuses a terminal, several images, --json and --metadata', async () => {
    const result = await generate(['a fox', '-o', '-']);
    expect(result.status).toBe(0);
    expect(result.stdoutBytes.equals(PNG_1X1)).toBe(true);
    expect(await result.files()).toEqual([]);
    for (const [argv, options] of [
      [['a fox', '-o', '-'], { stdoutIsTerminal: true }],
      [['a fox', '-o', '-', '-n', '2'], {}],
      [['a fox', '-o', '-', '--json'], {}],
      [['a fox', '-o', '-', '--metadata'], {}],
    ] as const) {
      const refused = await generate([...argv], options);
      expect([refused.status, refused.server.calls.length]).toEqual([2, 0]);
    }
  });
});

describe('errors', () => {
  it('keep the API’s own words, in all three forms, and the request id', async () => {
    for (const body of [
      { error: 'own words' },
      { message: 'own words' },
      { type: 'about:blank', detail: 'own words' },
    ]) {
      const server = await startServer((_, response) =>
        answerJson(response, 400, body, { 'x-request-id': 'req-7' }),
      );
      const env = { IDEOGRAM_BASE_URL: server.url };
      const result = await runCli(['generate', 'a fox', '--json'], { env });
      expect(result.status).toBe(2);
      expect(result.error()).toMatchObject({
        code: 'rejected',
        status: 400,
        requestId: 'req-7',
        billed: 'no',
      });
      expect(result.error().message).toContain('own words');
      const human = await runCli(['generate', 'a fox'], { env });
      expect(human.stderr).toMatch(/^Error: .*own words/);
      expect(human.stderr).toContain('Request id: req-7');
      expect(human.stderr).toContain('Nothing was billed.');
    }
  });

  it('break their lines between words on a terminal, never in a link, and not at all elsewhere', async () => {
    const argv = ['generate', 'a fox sandbox:expired', '--sandbox'];
    const env = { TERM: 'dumb' };
    const seen = (await runCli(argv, { stderrIsTerminal: true, env })).stderr.split('\n');
    const wide = seen.filter((line) => line.length > 80);
    expect(wide).toEqual([expect.stringMatching(/^ {2}http:\S+$/)]);
    const piped = (await runCli(argv)).stderr;
    expect(piped).toContain('Give these to the support of the API if you need the image:');
  });

  it('show no control characters of the API to a terminal', async () => {
    const server = await startServer((_, response) =>
      answerJson(response, 400, { error: 'a\u001b[2Jb\u0007c\u202ed' }),
    );
    const result = await runCli(['generate', 'a fox'], {
      env: { IDEOGRAM_BASE_URL: server.url },
      stderrIsTerminal: true,
    });
    expect(result.stderr).toContain('a[2Jbcd');
  });

  it('never show the key, not even when the API repeats it', async () => {
    const server = await startServer((request, response) =>
      answerJson(response, 400, {
        error: `bad key ${request.headers['api-key']} ${encodeURIComponent(TEST_KEY)}`,
      }),
    );
    const env = { IDEOGRAM_BASE_URL: server.url };
    for (const flags of [[], ['--json'], ['--verbose']]) {
      const result = await runCli(['generate', 'a fox', ...flags], { env });
      expect(result.stdout + result.stderr).not.toContain(TEST_KEY);
      expect(result.stderr).toContain('****7fQx');
    }
  });

  it('say what an answer without images means, and show it: it may have been paid', async () => {
    for (const body of [{}, { data: [] }, { data: 'x' }, { data: { url: 'https://lost' } }]) {
      const server = await startServer((_, response) => answerJson(response, 200, body));
      const result = await runCli(['generate', 'a fox', '--json'], {
        env: { IDEOGRAM_BASE_URL: server.url },
      });
      expect(result.error()).toMatchObject({ code: 'bad_response', billed: 'maybe' });
      expect(result.error().hint).toContain(JSON.stringify(body));
      expect([result.status, server.calls.length]).toEqual([5, 1]);
    }
  });

  it('show every link of an answer, however long its prompts are', async () => {
    const links = Array.from(
      { length: 8 },
      (_, index) => `https://ideogram.ai/i/${index}.png?exp=1&sig=${index}`,
    );
    const items = links.map((image_url) => ({ prompt: 'x'.repeat(9000), image_url }));
    for (const body of [{ images: items }, { data: items }]) {
      const server = await startServer((_, response) =>
        answerJson(response, 200, body, { 'x-request-id': 'r-2' }),
      );
      const env = { IDEOGRAM_BASE_URL: server.url };
      const result = await runCli(['generate', 'a fox', '-n', '8', '--json'], { env });
      for (const link of links) expect(`${result.error().message}${result.error().hint}`).toContain(link);
      expect(JSON.parse(result.stderr).error.requestId).toBe('r-2');
      const stopped = await createWorld();
      const late = await startServer((_, response) => {
        stopped.stop.abort('SIGINT');
        answerJson(response, 200, body);
      });
      const left = await runCli(['generate', 'a fox', '-n', '8'], {
        env: { IDEOGRAM_BASE_URL: late.url },
        world: stopped,
      });
      for (const link of links) expect(left.stderr).toContain(link);
    }
  });

  it('count an item that cannot be read as a paid image, and show it', async () => {
    for (const item of [null, 7, { image_url: 'https://elsewhere' }]) {
      const server = await startServer((request, response, self) => {
        void request;
        const url = `${self.url}/image/0.png`;
        answerJson(
          response,
          200,
          { data: [{ url, seed: 1, is_image_safe: true }, item] },
          { 'x-request-id': 'r-1' },
        );
      });
      const result = await runCli(['generate', 'a fox', '-n', '2', '--json'], {
        env: { IDEOGRAM_BASE_URL: server.url },
      });
      expect([result.status, result.error().code, result.error().billed]).toEqual([8, 'partial', 'yes']);
      expect(JSON.parse(result.stderr).error.requestId).toBe('r-1');
      expect(result.error().message).toContain(JSON.stringify(item));
      expect(result.json()).toMatchObject({ cost: { usd: 0.12 }, images: [{ seed: 1 }, { path: null }] });
    }
  });

  it.each<[string, (response: ServerResponse) => void, (world: World) => void]>([
    ['broke off', (response) => void response.destroy(), () => {}],
    ['timed out', () => {}, (world) => world.clock.advance(300_000)],
    [
      'was left',
      () => {},
      (world) => {
        world.stop.abort('SIGINT');
        world.abort.abort('SIGINT');
      },
    ],
    ['is no whole JSON', (response) => void response.end(), () => {}],
  ])('keep what had arrived of a paid answer that %s', async (_what, end, interrupt) => {
    const half = '{"data":[{"url":"https://ideogram.ai/api/images/ephemeral/half.png?exp=1&sig=2"';
    const world = await createWorld();
    const server = await startServer((_, response) => void response.write(half, () => end(response)));
    const real = createFetch({});
    const fetch: Fetch = async (url, init) => {
      const response = await real(url, init);
      // Once the program has read the first half.
      const body = (async function* () {
        for await (const chunk of response.body ?? []) {
          yield chunk;
          interrupt(world);
        }
      })();
      return { status: response.status, headers: response.headers, body };
    };
    const env = { IDEOGRAM_BASE_URL: server.url };
    const result = await runCli(['generate', 'a fox', '--json'], { env, world, fetch });
    expect([result.error().billed, result.error().hint]).toEqual(['maybe', expect.stringContaining(half)]);
  });

  it('do not call a 408 free: only something on the way lost patience', async () => {
    const server = await startServer((_, response) => void response.writeHead(408).end());
    const result = await runCli(['generate', 'a fox', '--json'], { env: { IDEOGRAM_BASE_URL: server.url } });
    expect([result.status, result.error().billed, server.calls.length]).toEqual([5, 'maybe', 1]);
  });

  it('know a refusal though its text breaks off, and JSON behind a byte order mark', async () => {
    for (const [status, code] of [
      [401, 'unauthorized'],
      [422, 'blocked'],
    ] as const) {
      const server = await startServer((_, response) => {
        response.writeHead(status, { 'content-length': '500' });
        response.write('{"error":"cut', () => response.destroy());
      });
      const result = await runCli(['generate', 'a fox', '--json'], {
        env: { IDEOGRAM_BASE_URL: server.url },
      });
      expect(result.error()).toMatchObject({ code, status, billed: 'no' });
    }
    const server = await startServer((_, response, self) => {
      response.end(`\ufeff${JSON.stringify({ data: [{ url: `${self.url}/image/0.png`, seed: 1 }] })}`);
    });
    expect((await runCli(['generate', 'a fox'], { env: { IDEOGRAM_BASE_URL: server.url } })).status).toBe(0);
  });

  it('say that nothing was billed where the connection did not even stand', async () => {
    // Accepts, and never answers the TLS handshake.
    const silent = createServer(() => {});
    onTestFinished(() => void silent.close());
    await new Promise<void>((resolve) => silent.listen(0, '127.0.0.1', resolve));
    const env = { IDEOGRAM_BASE_URL: `https://127.0.0.1:${(silent.address() as AddressInfo).port}` };
    const stopped = await createWorld();
    const timedOut = await createWorld();
    let events = 0;
    silent.on('connection', (socket) => {
      onTestFinished(() => void socket.destroy());
      events += 1;
      setImmediate(() => (events === 1 ? timedOut.clock.advance(300_000) : stopped.stop.abort('SIGINT')));
    });
    const first = await runCli(['generate', 'a fox', '--json'], { env, world: timedOut });
    expect([first.status, first.error().code, first.error().billed]).toEqual([5, 'timeout', 'no']);
    const second = await runCli(['generate', 'a fox', '--json'], { env, world: stopped });
    expect([second.status, second.error().code, second.error().billed]).toEqual([130, 'cancelled', 'no']);
  });

  it('do not change what is not secret: a key that is a word', async () => {
    const env = { IDEOGRAM_API_KEY: 'fox' };
    const result = await generate(['foxes and a fox', '--json'], { env });
    expect(result.json().images[0].path).toBe(join(result.world.folder, 'foxes-and-a-fox-1.png'));
    expect((await generate(['foxes and a fox'], { env })).stdout).toBe('foxes-and-a-fox-1.png\n');
  });

  it('end a bug with status 1, its stack only with --verbose', async () => {
    const random = () => {
      throw new RangeError('boom');
    };
    const argv = ['generate', 'a fox sandbox:busy=1', '--sandbox'];
    const result = await runCli([...argv, '--json'], { random });
    expect(result.status).toBe(1);
    expect(result.error()).toMatchObject({ code: 'internal', message: 'Unexpected error: boom' });
    expect((await runCli(argv, { random })).stderr).not.toContain('    at ');
    expect((await runCli([...argv, '--verbose'], { random })).stderr).toContain('    at ');
  });
});

describe('file names', () => {
  it('use what -o says: file, file without extension, folder, new folder', async () => {
    const world = await createWorld();
    await mkdir(join(world.folder, 'there'));
    const cases = [
      ['fox.png', 'fox.png'],
      ['plain', 'plain.png'],
      ['there', 'there/a-fox-1.png'],
      ['new/deep/', 'new/deep/a-fox-1.png'],
      ['other/name.png', 'other/name.png'],
      ['v1.2', 'v1.2.png'],
    ];
    for (const [output = '', path = ''] of cases) {
      const result = await generate(['a fox', '-o', output], { world });
      expect([output, result.stdout]).toEqual([output, `${path}\n`]);
      expect((await readFile(join(world.folder, path))).equals(PNG_1X1)).toBe(true);
    }
  });

  it('number several images with a chosen name', async () => {
    const result = await generate(['a fox', '-o', 'fox.png', '-n', '3'], { images: 3 });
    expect(result.stdout).toBe('fox.png\nfox-2.png\nfox-3.png\n');
  });

  it('take the extension from the bytes', async () => {
    const server = await startServer(answerImages(1), (_, response) => {
      response.writeHead(200, { 'content-type': 'image/png' }).end(JPEG_1X1);
    });
    const env = { IDEOGRAM_BASE_URL: server.url };
    expect((await runCli(['generate', 'a fox', '-o', 'fox.png'], { env })).stdout).toBe('fox.jpg\n');
  });

  it('never overwrite: a taken default name gets a number, a taken chosen name is refused before anything is sent', async () => {
    const world = await createWorld();
    await generate(['a fox'], { world });
    expect((await generate(['a fox'], { world })).stdout).toBe('a-fox-1-2.png\n');
    await writeFile(join(world.folder, 'mine.png'), 'precious');
    const refused = await generate(['a fox', '-o', 'mine.png', '--json'], { world });
    expect([refused.status, refused.server.calls.length]).toEqual([2, 0]);
    expect(refused.error().hint).toContain('--force');
    expect(await readFile(join(world.folder, 'mine.png'), 'utf8')).toBe('precious');
    const forced = await generate(['a fox', '-o', 'mine.png', '--force'], { world });
    expect(forced.stdout).toBe('mine.png\n');
    expect((await readFile(join(world.folder, 'mine.png'))).equals(PNG_1X1)).toBe(true);
  });

  it('keep images of one seed apart, also with --force', async () => {
    const server = await startServer(answerImages(3, (image) => ({ ...image, seed: 9 })));
    const env = { IDEOGRAM_BASE_URL: server.url };
    for (const flags of [[], ['--force']]) {
      const result = await runCli(['generate', 'a fox', '-n', '3', ...flags], { env });
      expect(await result.files()).toEqual(['a-fox-9-2.png', 'a-fox-9-3.png', 'a-fox-9.png']);
    }
  });

  it.skipIf(process.platform === 'win32')(
    'refuse a device, and a name that a link or a sidecar has',
    async () => {
      const world = await createWorld();
      await symlink('/nowhere', join(world.folder, 'link.png'));
      await writeFile(join(world.folder, 'side.png.json'), '{}');
      for (const argv of [
        ['-o', '/dev/null'],
        ['-o', 'link.png'],
        ['-o', 'side.png', '--metadata'],
      ]) {
        const result = await generate(['a fox', '--json', ...argv], { world });
        expect([argv, result.status, result.server.calls.length]).toEqual([argv, 2, 0]);
      }
    },
  );

  it.each([
    ['../../etc/passwd', 'etc-passwd-1.png'],
    ['🦊🦊', 'image-1.png'],
    ['Ein Füchslein in Köln', 'ein-fuchslein-in-koln-1.png'],
    ['赤い狐', '赤い狐-1.png'],
    ['x'.repeat(5000), `${'x'.repeat(80)}-1.png`],
    ['"quoted"\nand 2 lines', 'quoted-and-2-lines-1.png'],
  ])('for the prompt %j', async (prompt, name) => {
    expect((await generate([prompt])).stdout).toBe(`${name}\n`);
  });

  it('refuse an unwritable place before anything is sent', async () => {
    const world = await createWorld();
    await writeFile(join(world.folder, 'file'), '');
    for (const output of ['file/', 'file/x.png', 'x\u0000/', `${'n'.repeat(300)}.png`, '']) {
      const result = await generate(['a fox', '-o', output, '--json'], { world });
      expect([output, result.status, result.server.calls.length]).toEqual([output, 2, 0]);
    }
    expect((await generate(['a fox'], { world })).status).toBe(0);
  });
});

describe('--metadata', () => {
  it('puts what made the image beside it: no key, no signed link', async () => {
    const result = await generate(['a fox', '--metadata', '--rendering-speed', 'turbo', '-n', '2'], {
      images: 2,
    });
    expect(await result.files()).toEqual([
      'a-fox-1.png',
      'a-fox-1.png.json',
      'a-fox-2.png',
      'a-fox-2.png.json',
    ]);
    const text = await readFile(join(result.world.folder, 'a-fox-2.png.json'), 'utf8');
    const json = await generate(['a fox', '--metadata', '--json']);
    expect(json.json().images[0].metadata).toEqual({ path: join(json.world.folder, 'a-fox-1.png.json') });
    expect(text).not.toContain('sig=');
    expect(text).not.toContain(TEST_KEY);
    expect(JSON.parse(text)).toMatchObject({
      prompt: 'the final prompt',
      originalPrompt: 'a fox',
      seed: 2,
      model: 'V_3',
      options: { rendering_speed: 'TURBO', num_images: 2 },
      cost: { usd: 0.03 },
      sandbox: false,
    });
  });
});

describe('--dry-run', () => {
  it('shows the request and its price without key, files or network', async () => {
    const options = { env: { IDEOGRAM_API_KEY: undefined }, images: 1 };
    const result = await generate(['a fox', '-n', '3', '--dry-run', '-o', 'new/'], options);
    expect([result.status, result.stderr, await result.files()]).toEqual([0, '', []]);
    expect(result.stdout).toContain(`POST ${result.server.url}/v1/ideogram-v3/generate`);
    expect(result.stdout).toMatch(/num_images\s+3/);
    expect(result.stdout).toContain('about $0.18');
    expect(result.server.calls).toEqual([]);
  });

  it('is one JSON object, with files by size', async () => {
    const world = await createWorld();
    await writeFile(join(world.folder, 'ref.png'), PNG_1X1);
    const result = await generate(['a fox', '--style-reference', 'ref.png', '--dry-run', '--json'], {
      world,
    });
    expect(result.json()).toMatchObject({
      ok: true,
      dryRun: true,
      request: {
        method: 'POST',
        contentType: 'multipart/form-data',
        fields: { prompt: 'a fox' },
        files: [
          { name: 'style_reference_images', source: 'ref.png', type: 'image/png', bytes: PNG_1X1.length },
        ],
      },
    });
    const legacy = await generate(['a fox', '-m', 'V_2', '--dry-run', '--json']);
    expect(legacy.json().request.body).toEqual({ image_request: { prompt: 'a fox', model: 'V_2' } });
  });
});

describe('--max-cost', () => {
  it('counts in the sandbox too: a limit must be one that can be rehearsed', async () => {
    const result = await generate(['a fox', '-n', '8', '--max-cost', '0.10', '--sandbox', '--json']);
    expect([result.status, result.error().code]).toEqual([6, 'cost_cap']);
    const dry = await generate(['a fox', '-n', '8', '--dry-run', '--sandbox', '--json']);
    expect(dry.json().cost).toMatchObject({ usd: 0, basis: expect.stringContaining('8 x $0.06') });
  });

  it('refuses before sending what costs more, or has no known price', async () => {
    for (const argv of [
      ['-n', '3', '--max-cost', '0.17'],
      ['-m', 'V_1', '--max-cost', '100'],
    ]) {
      const result = await generate(['a fox', '--json', ...argv]);
      expect([result.status, result.error().code, result.server.calls.length]).toEqual([6, 'cost_cap', 0]);
    }
    expect((await generate(['a fox', '-n', '3', '--max-cost', '0.18'], { images: 3 })).status).toBe(0);
  });
});

describe('--verbose', () => {
  it('tells requests and times on stderr, the key only by its last four characters', async () => {
    const result = await generate(['a fox', '--verbose']);
    expect(result.stdout).toBe('a-fox-1.png\n');
    expect(result.stderr).toMatch(/key \*\*\*\*7fQx from IDEOGRAM_API_KEY/);
    expect(result.stderr).toMatch(/> POST .*\/v1\/ideogram-v3\/generate multipart\/form-data/);
    expect(result.stderr).toMatch(/< HTTP 200 after \d+ ms/);
  });
});

describe('--quiet', () => {
  it('leaves only the paths', async () => {
    const result = await generate(['a fox', '-n', '2', '--seed', '1', '-q', '--sandbox'], {
      stderrIsTerminal: true,
    });
    expect(result.stderr).toBe('');
    expect(result.stdout.split('\n')).toHaveLength(3);
  });
});

describe.each(CALLS.map((call) => [call.title, call] as const))('%s', (_title, call) => {
  const { spec, endpoint, model } = call;
  const isWords = ['descriptions', 'json-prompt'].includes(endpoint.answer);

  async function runCall(...flags: string[]) {
    const server = await startServer(answerFor(call));
    const world = await createWorld();
    await writeFile(join(world.folder, 'photo.png'), makePng(8, 8));
    await writeFile(join(world.folder, 'mask.png'), paintPng(8, 8, leftBlack(8)));
    const argv = [...startOf(call), ...neededBy(call), ...flags];
    return { server, ...(await runCli(argv, { world, env: { IDEOGRAM_BASE_URL: server.url } })) };
  }

  it('--json is one object on standard output, with these keys in this order', async () => {
    const result = await runCall('--json');
    expect([result.status, result.stderr]).toEqual([0, '']);
    expect(result.stdout).toMatch(/^\{.*\}\n$/);
    const json = result.json();
    const middle = isWords
      ? spec.operand.field === 'image'
        ? ['descriptions']
        : ['prompt', 'jsonPrompt', 'aspectRatio']
      : ['images', ...(endpoint.answer === 'layers' ? ['textBlocks'] : []), 'withheld'];
    const last = isWords ? ['cost', 'sandbox', 'warnings'] : ['cost', 'created', 'sandbox', 'warnings'];
    expect(Object.keys(json)).toEqual([
      'ok',
      'command',
      ...(isWords ? [] : ['id']),
      'model',
      ...middle,
      ...last,
    ]);
    expect([json.ok, json.command, json.model, json.sandbox]).toEqual([
      true,
      spec.name,
      model ?? null,
      false,
    ]);
    expect(Object.keys(json.cost)).toEqual(['usd', 'basis']);
    if (isWords) return;
    expect(json.images).toHaveLength(1);
    expect(Object.keys(json.images[0])).toEqual([
      ...['path', 'url', 'seed', 'prompt', 'resolution', 'safe', 'type', 'bytes', 'expires'],
    ]);
    expect((await readFile(json.images[0].path)).equals(PNG_1X1)).toBe(true);
  });

  it('prints data alone: paths, or words', async () => {
    const result = await runCall('--quiet');
    expect([result.status, result.stderr]).toEqual([0, '']);
    const saved = (await result.files()).filter((name) => !['photo.png', 'mask.png'].includes(name));
    if (endpoint.answer === 'images') expect(result.stdout).toBe(`${saved}\n`);
    else if (endpoint.answer === 'descriptions') expect(result.stdout).toBe('a hill\n');
    else expect(() => JSON.parse(result.stdout)).not.toThrow();
    expect(saved).toHaveLength(isWords ? 0 : 1);
  });

  it('--dry-run shows the very request, needs no key, and sends and writes nothing', async () => {
    const real = await runCall();
    const dry = await runCall('--dry-run', '--json');
    expect([dry.status, dry.stderr, dry.server.calls.length]).toEqual([0, '', 0]);
    const { dryRun, request, ok, command } = dry.json();
    expect([ok, dryRun, command]).toEqual([true, true, spec.name]);
    const [sent] = real.server.calls;
    expect([request.method, request.url]).toEqual([sent?.method, `${dry.server.url}${sent?.path}`]);
    expect(String(sent?.headers['content-type']).split(';')[0]).toBe(request.contentType);
    const body = sent?.body.toString('latin1') ?? '';
    for (const { name } of request.files) expect(body).toContain(`name="${name}"; filename=`);
    if (request.body) expect(JSON.parse(body)).toEqual(request.body);
    for (const name of Object.keys(request.fields ?? {})) expect(body).toContain(`name="${name}"\r\n`);
    const parts = body.match(/Content-Disposition: form-data/g)?.length ?? 0;
    if (request.fields) expect(parts).toBe(Object.keys(request.fields).length + request.files.length);
    expect((await dry.files()).sort()).toEqual(['mask.png', 'photo.png']);
    const human = await runCall('--dry-run');
    expect(human.stdout).toMatch(/^POST http[\s\S]*\nCost: .*\nNothing was sent\.\n$/);
  });

  it('tells a failure as one object, and whether it was billed', async () => {
    const server = await startServer((_, response) => answerJson(response, 403, { error: 'own words' }));
    const world = await createWorld();
    await writeFile(join(world.folder, 'photo.png'), makePng(8, 8));
    await writeFile(join(world.folder, 'mask.png'), paintPng(8, 8, leftBlack(8)));
    const argv = [...startOf(call), ...neededBy(call), '--json'];
    const result = await runCli(argv, { world, env: { IDEOGRAM_BASE_URL: server.url } });
    expect(result.status).toBe(4);
    expect(result.error()).toMatchObject({ code: 'forbidden', status: 403, billed: 'no' });
    expect(result.error().message).toContain('own words');
    if (result.stdout !== '') expect(result.json().ok).toBe(false);
  });

  it('is never above --max-cost', async () => {
    const { status, error, server } = await runCall('--max-cost', '0', '--json');
    expect([status, error().code, server.calls.length]).toEqual([6, 'cost_cap', 0]);
  });
});

/** What the endpoint says when all is well. */
function answerFor({ endpoint }: Call): Responder {
  return (request, response, server) => {
    const json_prompt = { high_level_description: 'a hill' };
    switch (endpoint.answer) {
      case 'images':
        return answerImages(1)(request, response, server);
      case 'layers':
        return answerJson(response, 200, { base_image_url: `${server.url}/image/0.png`, text_blocks: [] });
      case 'descriptions':
        return answerJson(response, 200, { descriptions: [{ text: 'a hill' }] });
      case 'json-prompt':
        return answerJson(response, 200, { json_prompt, aspect_ratio: '1x1' });
    }
  };
}
