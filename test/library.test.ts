/** The library face: the same checks and money rules, nothing printed, stopped by a signal. */
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createClient, IdeogramError } from '../src/index.js';
import { PNG_1X1 } from './support/images.js';
import { answerImages, answerJson, readFields, startServer } from './support/server.js';

const apiKey = 'a-key-for-the-library';

describe('createClient', () => {
  it('generates and saves', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'ideogram-library-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const server = await startServer(answerImages(2));
    const client = createClient({ apiKey, baseUrl: server.url });
    const result = await client.generate({ prompt: 'a fox', numImages: 2, aspectRatio: '16:9', seed: 0 });
    expect(await readFields(server.calls[0] as never)).toEqual({
      prompt: ['a fox'],
      num_images: ['2'],
      aspect_ratio: ['16x9'],
      seed: ['0'],
    });
    expect(server.calls[0]?.headers['api-key']).toBe(apiKey);
    const saved = await client.save(result, { output: `${folder}/` });
    expect(saved.map(({ path }) => path)).toEqual([join(folder, 'a-fox-1.png'), join(folder, 'a-fox-2.png')]);
    expect((await readFile(saved[0]?.path ?? '')).equals(PNG_1X1)).toBe(true);
    expect(await readdir(folder)).toHaveLength(2);
  });

  it('refuses bad input without sending anything', async () => {
    const server = await startServer();
    const client = createClient({ apiKey, baseUrl: server.url });
    for (const options of [
      { prompt: ' ' },
      { prompt: 'a fox', numImages: 9 },
      { prompt: 'a fox', model: 'V_9' },
      { prompt: 'a fox', num_images: 3 },
      { prompt: 'a fox', negativprompt: 'x' },
      {} as { prompt: string },
      { prompt: 7 as unknown as string },
      undefined as unknown as { prompt: string },
      { prompt: 'a fox', aspectRatio: '1:1', resolution: '1024x1024' },
    ]) {
      const error = await client.generate(options).catch((thrown: unknown) => thrown);
      expect(error).toBeInstanceOf(IdeogramError);
      expect(error).toMatchObject({ code: 'bad_input', billed: 'no' });
    }
    expect(server.calls).toEqual([]);
    expect(() => createClient({ apiKey: 'two\nlines' })).toThrow(IdeogramError);
    expect(() => createClient({ apiKey: undefined as unknown as string })).toThrow(IdeogramError);
    expect(() => createClient({ apiKey, baseUrl: 'http://example.com' })).toThrow(IdeogramError);
  });

  it('throws what the command reports', async () => {
    const server = await startServer((_, response) => answerJson(response, 402, { error: 'no funds' }));
    const error = await createClient({ apiKey, baseUrl: server.url })
      .generate({ prompt: 'a fox' })
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'no_credit', status: 402, billed: 'no' });
  });

  it('is stopped by a signal, and says that it may have been billed', async () => {
    const controller = new AbortController();
    const server = await startServer(() => controller.abort());
    const error = await createClient({ apiKey, baseUrl: server.url })
      .generate({ prompt: 'a fox' }, { signal: controller.signal })
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ code: 'cancelled', billed: 'maybe' });
  });

  it('takes the global fetch', async () => {
    const server = await startServer();
    const client = createClient({ apiKey, baseUrl: server.url, fetch: globalThis.fetch });
    expect((await client.generate({ prompt: 'a fox' })).images).toHaveLength(1);
  });
});
