/** What a caller of the library is told on the way, and how it is stopped: never at the cost of a paid image. */
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createFetch } from '../src/api/fetch.js';
import { generate } from '../src/endpoints/generate.js';
import type * as library from '../src/index.js';
import { createClient, IdeogramError } from '../src/index.js';
import { askForImages } from '../src/library/calls.js';
import { saveImages } from '../src/library/save.js';
import type { LibraryWorld } from '../src/library/world.js';
import { createVirtualClock } from './support/clock.js';
import { makePng, PNG_1X1 } from './support/images.js';
import { answerImages, answerJson, startServer } from './support/server.js';

const apiKey = 'a-key-for-the-library';

async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ideogram-progress-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  return folder;
}

/** As the library has it, but for time. */
function worldFor(baseUrl: string): LibraryWorld {
  const clock = createVirtualClock();
  const fixed = { random: () => 0.5, timeoutMs: 30_000, userAgent: 'test', allowPrivateUrls: false };
  return { ...fixed, key: apiKey, baseUrl, fetch: createFetch({}), clock };
}

/** A listener and what it was told. */
function listen() {
  const told: library.Progress[] = [];
  return { told, onProgress: (event: library.Progress) => void told.push(event) };
}

const typesOf = (told: readonly library.Progress[]) => told.map(({ type }) => type);

describe('progress of a call', () => {
  it('tells of each attempt, of waits, and of the answer', async () => {
    const images = answerImages(1);
    const server = await startServer((request, response, test) =>
      test.calls.length === 1
        ? answerJson(response, 429, { error: 'busy' }, { 'retry-after': '7' })
        : images(request, response, test),
    );
    const { told, onProgress } = listen();
    await askForImages(worldFor(server.url), generate, { prompt: 'a fox' }, { onProgress });
    const image = undefined;
    expect(told).toEqual([
      { type: 'sending', attempt: 1, image },
      { type: 'sent', image },
      { type: 'answered', status: 429, ms: expect.any(Number), requestId: undefined, image },
      { type: 'waiting', ms: expect.any(Number), reason: 'HTTP 429', image },
      { type: 'sending', attempt: 2, image },
      { type: 'sent', image },
      { type: 'answered', status: 200, ms: expect.any(Number), requestId: undefined, image },
    ]);
    expect(told.find(({ type }) => type === 'waiting')).toMatchObject({ ms: expect.closeTo(7000, -4) });
  });

  it('shows nothing of the request itself: no key, no body', async () => {
    const server = await startServer();
    const { told, onProgress } = listen();
    await createClient({ apiKey, baseUrl: server.url }).generate({ prompt: 'secret fox' }, { onProgress });
    expect(JSON.stringify(told)).not.toMatch(/a-key-for|secret fox/);
  });

  it('says which image of describe it is about', async () => {
    const folder = await makeFolder();
    const image = [join(folder, 'a.png'), join(folder, 'b.png')];
    for (const path of image) await writeFile(path, PNG_1X1);
    const server = await startServer((_, response) =>
      answerJson(response, 200, { descriptions: [{ text: 'x' }] }),
    );
    const { told, onProgress } = listen();
    await createClient({ apiKey, baseUrl: server.url }).describe({ image }, { onProgress });
    const steps = ['sending', 'sent', 'answered'];
    for (const index of [0, 1]) expect(typesOf(told.filter((event) => event.image === index))).toEqual(steps);
    expect(told).toHaveLength(6);
  });

  it('is told by magicPrompt too', async () => {
    const server = await startServer((_, response) => answerJson(response, 422, { error: 'no' }));
    const { told, onProgress } = listen();
    await createClient({ apiKey, baseUrl: server.url })
      .magicPrompt({ prompt: 'x' }, { onProgress })
      .catch(() => {});
    expect(typesOf(told)).toEqual(['sending', 'sent', 'answered']);
  });
});

describe('progress of save', () => {
  it('tells of the bytes of each image, and of its file', async () => {
    const folder = await makeFolder();
    const png = makePng(300, 300, 0);
    const server = await startServer(answerImages(2), (_, response) => void response.end(png));
    const client = createClient({ apiKey, baseUrl: server.url });
    const result = await client.generate({ prompt: 'a fox', numImages: 2 });
    const { told, onProgress } = listen();
    const saved = await client.save(result, { output: `${folder}/`, onProgress });
    for (const [image, { path }] of saved.entries()) {
      const events = told.filter((event) => event.image === image);
      const bytes = events.flatMap((event) => (event.type === 'downloading' ? [event.bytes] : []));
      expect(bytes.length).toBeGreaterThan(0);
      expect(bytes).toEqual([...new Set(bytes)].sort((a, b) => a - b));
      expect(bytes.at(-1)).toBe(png.length);
      expect(events.at(-1)).toEqual({ type: 'saved', image, path, bytes: png.length });
      expect(typesOf(events).filter((type) => type !== 'downloading')).toEqual(['saved']);
      for (const event of events) if (event.type === 'downloading') expect(event.total).toBe(png.length);
    }
    expect((await readdir(folder)).sort()).toEqual(['a-fox-1.png', 'a-fox-2.png']);
  });

  it('knows no total where the server says none, and none of an encoded body', async () => {
    const answers = [
      { 'transfer-encoding': 'chunked' },
      { 'content-encoding': 'identity, x', 'content-length': '9' },
    ];
    for (const headers of answers) {
      const fetch: library.Fetch = async () => ({
        status: 200,
        headers: { get: (name) => (headers as Record<string, string>)[name] ?? null },
        body: (async function* () {
          yield PNG_1X1;
        })(),
      });
      const folder = await makeFolder();
      const { told, onProgress } = listen();
      const images = [imageAt('https://api.ideogram.ai/x.png')];
      const world = { ...worldFor('https://api.ideogram.ai'), fetch };
      await saveImages(world, { images, subject: 'fox' }, { output: `${folder}/`, onProgress });
      expect(told[0]).toEqual({ type: 'downloading', image: 0, bytes: PNG_1X1.length, total: undefined });
    }
  });

  it('starts to count again where a download does', async () => {
    const png = makePng(300, 300, 0);
    const server = await startServer(answerImages(1), (_, response, { downloads }) => {
      if (downloads.length > 1) return void response.end(png);
      response.writeHead(200, { 'content-length': png.length });
      response.write(png.subarray(0, 1000), () => response.destroy());
    });
    const world = worldFor(server.url);
    const result = await askForImages(world, generate, { prompt: 'a fox' }, undefined);
    const { told, onProgress } = listen();
    const [saved] = await saveImages(world, result, { output: `${await makeFolder()}/`, onProgress });
    expect((await readFile(saved?.path ?? '')).equals(png)).toBe(true);
    expect(told.at(-2)).toMatchObject({ type: 'downloading', bytes: png.length });
    expect(typesOf(told).filter((type) => type === 'saved')).toHaveLength(1);
  });

  it('gives images of one name different files, as the command does', async () => {
    const server = await startServer(answerImages(3, (image) => ({ ...image, seed: 7 })));
    const folder = await makeFolder();
    const client = createClient({ apiKey, baseUrl: server.url });
    const saved = await client.save(await client.generate({ prompt: 'a fox', numImages: 3 }), {
      output: `${folder}/`,
      force: true,
    });
    expect(new Set(saved.map(({ path }) => path)).size).toBe(3);
    expect(await readdir(folder)).toHaveLength(3);
  });
});

function imageAt(url: string): library.AnsweredImage {
  const nothing = { prompt: undefined, resolution: undefined, styleType: undefined, unusual: undefined };
  return { url, seed: 1, safe: true, ...nothing };
}

describe('a listener that fails', () => {
  it.each([
    [
      'throws',
      () => {
        throw new Error('mine');
      },
    ],
    [
      'rejects',
      async () => {
        throw new Error('mine');
      },
    ],
  ])('and %s costs no image', async (_, listener) => {
    const unhandled: unknown[] = [];
    const onUnhandled = (reason: unknown) => void unhandled.push(reason);
    process.on('unhandledRejection', onUnhandled);
    onTestFinished(() => void process.off('unhandledRejection', onUnhandled));
    const server = await startServer();
    const client = createClient({ apiKey, baseUrl: server.url });
    const onProgress = listener as (event: library.Progress) => void;
    const result = await client.generate({ prompt: 'a fox' }, { onProgress });
    const [saved] = await client.save(result, { output: `${await makeFolder()}/`, onProgress });
    expect(saved?.problem).toBeUndefined();
    expect((await readFile(saved?.path ?? '')).equals(PNG_1X1)).toBe(true);
    await new Promise((resolve) => setImmediate(resolve));
    expect(unhandled).toEqual([]);
  });
});

describe('what goes with a call', () => {
  const { signal } = new AbortController();
  it.each([
    ['a signal without a name', signal, 'A signal has to be named.'],
    ['a misspelt name', { singal: signal }, '"singal" is no option of a call.'],
    ['no signal', { signal: 'stop' }, 'signal is no AbortSignal.'],
    ['null for a signal', { signal: null }, 'signal is no AbortSignal.'],
    ['no listener', { onProgress: 'log' }, 'onProgress is no function.'],
  ])('is refused before anything is sent: %s', async (_, call, message) => {
    const server = await startServer();
    const client = createClient({ apiKey, baseUrl: server.url });
    const image = join(await makeFolder(), 'a.png');
    await writeFile(image, PNG_1X1);
    const given = call as object;
    const images = [imageAt(`${server.url}/image/0.png`)];
    for (const work of [
      () => client.generate({ prompt: 'a fox' }, given),
      () => client.describe({ image }, given),
      () => client.magicPrompt({ prompt: 'a fox' }, given),
      () => client.save({ images, subject: 'x' }, given),
    ]) {
      const thrown = await work().catch((reason: unknown) => reason);
      expect(thrown).toBeInstanceOf(IdeogramError);
      expect(thrown).toMatchObject({ code: 'bad_input', message, billed: 'no' });
    }
    expect([...server.calls, ...server.downloads]).toEqual([]);
  });

  it('may be nothing, and a controller has a signal', async () => {
    const server = await startServer();
    const client = createClient({ apiKey, baseUrl: server.url });
    for (const call of [undefined, null, {}, new AbortController()]) {
      await client.generate({ prompt: 'a fox' }, call as library.CallOptions);
    }
    expect(server.calls).toHaveLength(4);
  });

  it('names what save takes', async () => {
    const save = createClient({ apiKey }).save({ images: [], subject: 'x' }, { ouput: 'x/' } as object);
    expect(await save.catch((reason: unknown) => reason)).toMatchObject({
      message: '"ouput" is no option of a call.',
      hint: 'Valid: { output, force, signal, onProgress }',
    });
  });
});

describe('a signal', () => {
  it('ends save at once, leaves nothing half behind, and the result can be saved later', async () => {
    const controller = new AbortController();
    const png = makePng(300, 300, 0);
    let isStalled = true;
    const server = await startServer(answerImages(2), ({ path }, response) => {
      if (!isStalled || path.includes('/0.png')) return void response.end(png);
      response.writeHead(200, { 'content-length': png.length });
      response.write(png.subarray(0, 1000));
    });
    const client = createClient({ apiKey, baseUrl: server.url });
    const result = await client.generate({ prompt: 'a fox', numImages: 2 });
    const folder = await makeFolder();
    const seen = new Set<string>();
    const onProgress = ({ type, image }: library.Progress) => {
      seen.add(`${type} ${image}`);
      if (seen.has('saved 0') && seen.has('downloading 1')) controller.abort();
    };
    const output = `${folder}/`;
    const first = await client.save(result, { output, signal: controller.signal, onProgress });
    expect(first.map(({ problem }) => problem)).toEqual([undefined, 'stopped before it was saved']);
    expect(await readdir(folder)).toEqual(['a-fox-1.png']);
    isStalled = false;
    const images = result.images.slice(1);
    const [second] = await client.save({ ...result, images }, { output });
    expect(second?.path).toBe(join(folder, 'a-fox-2.png'));
  });

  it('that is over already lets save do nothing', async () => {
    const server = await startServer();
    const signal = AbortSignal.abort();
    const images = [imageAt(`${server.url}/image/0.png`)];
    const saved = await createClient({ apiKey, baseUrl: server.url }).save(
      { images, subject: 'x' },
      { output: `${await makeFolder()}/`, signal },
    );
    expect(saved).toMatchObject([{ path: undefined, problem: 'stopped before it was saved' }]);
    expect(server.downloads).toEqual([]);
  });
});
