/** What a paid command writes down: before it can cost anything, before the first download, and when something goes wrong. */
import { chmod, mkdir, readdir, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makePng } from './support/images.js';
import { journalOf, storyOf, textBelow } from './support/journal.js';
import { createWorld, runCli, TEST_KEY } from './support/run.js';
import { answerAsApi, answerImages, answerJson, startServer } from './support/server.js';

const argv = ['generate', 'a secret fox', '-n', '2'];

describe('the order of things', () => {
  it('planned and sent are written before the request arrives, the answer before the first image is asked for', async () => {
    const world = await createWorld();
    const seen: string[][] = [];
    const server = await startServer(
      async (request, response, self) => {
        seen.push(await storyOf(world.state));
        await answerImages(2)(request, response, self);
      },
      async (_, response) => {
        seen.push((await storyOf(world.state)).slice(0, 3));
        response.end(makePng(8, 8));
      },
    );
    const result = await runCli(argv, { world, env: { IDEOGRAM_BASE_URL: server.url } });
    expect(result.status).toBe(0);
    expect(seen).toEqual([
      ['planned', 'sent'],
      ['planned', 'sent', 'answered'],
      ['planned', 'sent', 'answered'],
    ]);
    const story = await storyOf(world.state);
    expect(story.slice(0, 3)).toEqual(['planned', 'sent', 'answered']);
    expect(story.slice(3).sort()).toEqual(['saved 0', 'saved 1']);
  });

  it('holds the whole answer, and of each image where it is and what it is', async () => {
    const world = await createWorld();
    const server = await startServer(answerImages(2));
    const result = await runCli([...argv, '--seed', '0', '--json'], {
      world,
      env: { IDEOGRAM_BASE_URL: server.url },
    });
    const [planned, , answered, ...saved] = await journalOf(world.state);
    const { images } = result.json();
    expect(planned).toMatchObject({
      v: 1,
      command: 'generate',
      endpoint: 'generate-v3',
      model: 'V_3',
      baseUrl: server.url,
      images: 2,
      cost: { usd: 0.12 },
      place: { kind: 'files', folder: world.folder, stem: null, slug: 'a-secret-fox', force: false },
      asked: {
        prompt: 'a secret fox',
        spec: 'generate',
        operands: ['a secret fox'],
        options: { model: 'V_3', numImages: '2', seed: '0' },
        fields: { prompt: 'a secret fox', num_images: 2, seed: 0 },
        files: [],
      },
    });
    expect(answered).toMatchObject({
      status: 200,
      images: 2,
      sandbox: false,
      cost: { usd: 0.12 },
      json: { data: images.map(({ url, seed }: { url: string; seed: number }) => ({ url, seed })) },
    });
    const paths = saved.map((event) => ('path' in event ? event.path : undefined));
    expect(paths.sort()).toEqual(images.map(({ path }: { path: string }) => path).sort());
  });

  it.each([
    ['401', 401, ['planned', 'sent', 'failed no']],
    ['402', 402, ['planned', 'sent', 'failed no']],
    ['422', 422, ['planned', 'sent', 'failed no']],
    ['500', 500, ['planned', 'sent', 'failed maybe']],
  ])('%s is a failure, and says what it cost', async (_what, status, story) => {
    const world = await createWorld();
    const server = await startServer((_, response) => answerJson(response, status, { error: 'no' }));
    await runCli(argv, { world, env: { IDEOGRAM_BASE_URL: server.url } });
    expect(await storyOf(world.state)).toEqual(story);
  });

  it('a withheld image, and one that cannot be fetched', async () => {
    const world = await createWorld();
    const server = await startServer(
      answerImages(3, (image, index) =>
        index === 1 ? { ...image, url: null, is_image_safe: false } : image,
      ),
      (request, response) => {
        if (request.path.startsWith('/image/2')) response.writeHead(410).end();
        else response.end(makePng(8, 8));
      },
    );
    await runCli(['generate', 'a fox', '-n', '3'], { world, env: { IDEOGRAM_BASE_URL: server.url } });
    const story = await storyOf(world.state);
    expect(story.slice(3)).toEqual(['saved 0', 'withheld 1', 'failed 2']);
  });

  it('words: told when they are written, and not when nobody takes them', async () => {
    const server = await startServer(answerAsApi);
    const env = { IDEOGRAM_BASE_URL: server.url };
    const told = await createWorld();
    await writeFile(join(told.folder, 'a.png'), makePng(8, 8));
    for (const more of [[], ['--json']]) await runCli(['describe', 'a.png', ...more], { world: told, env });
    const whole = ['planned', 'sent', 'answered', 'told'];
    expect(await storyOf(told.state)).toEqual([...whole, ...whole]);
    const untold = await createWorld();
    await writeFile(join(untold.folder, 'a.png'), makePng(8, 8));
    await runCli(['describe', 'a.png'], { world: untold, env, stdoutClosed: true });
    expect(await storyOf(untold.state)).toEqual(['planned', 'sent', 'answered']);
  });

  it('equal requests have equal fingerprints, others have not', async () => {
    const world = await createWorld();
    const server = await startServer(answerImages(1));
    const env = { IDEOGRAM_BASE_URL: server.url };
    for (const [name, size] of [
      ['a.png', 8],
      ['copy-of-a.png', 8],
      ['b.png', 9],
    ] as const) {
      await writeFile(join(world.folder, name), makePng(size, 8, 0));
      await runCli(['remix', name, '--prompt', 'blue'], { world, env });
    }
    await runCli(['remix', 'a.png', '--prompt', 'red'], { world, env });
    const prints = (await journalOf(world.state)).flatMap((event) =>
      event.event === 'planned' ? [event.fingerprint] : [],
    );
    expect(prints.map((print) => prints.indexOf(print))).toEqual([0, 0, 2, 3]);
  });
});

describe('what is not written', () => {
  it('the key, not even where an answer repeats it', async () => {
    const world = await createWorld();
    const server = await startServer(answerImages(1, (image) => ({ ...image, prompt: `hello ${TEST_KEY}` })));
    await runCli(['generate', `what is ${TEST_KEY}`], { world, env: { IDEOGRAM_BASE_URL: server.url } });
    const text = await textBelow(world.state);
    expect(text).toContain('answered');
    expect(text).not.toContain(TEST_KEY);
  });

  it.each([
    ['--no-history', ['--no-history'], {}],
    ['IDEOGRAM_NO_HISTORY', [], { IDEOGRAM_NO_HISTORY: '1' }],
  ])('%s: no word of what was asked or made of it', async (_what, flags, more) => {
    const world = await createWorld();
    const server = await startServer(
      answerImages(2, (image) => ({ ...image, prompt: 'a SECRET made better' })),
    );
    const env = { IDEOGRAM_BASE_URL: server.url, ...more };
    const result = await runCli([...argv, '--negative-prompt', 'secrets', ...flags], { world, env });
    expect(result.status).toBe(0);
    const text = await textBelow(world.state);
    expect(text).toContain('"event":"saved"');
    expect(text).toContain(`${server.url}/image/0.png`);
    expect(text.toLowerCase()).not.toContain('secret');
  });

  it('--no-history: not even where the API, or the disk, repeats it', async () => {
    const world = await createWorld();
    const refusing = await startServer((_, response) =>
      answerJson(response, 400, { error: 'no secret fox!' }),
    );
    await runCli([...argv, '--no-history'], { world, env: { IDEOGRAM_BASE_URL: refusing.url } });
    const text = await textBelow(world.state);
    expect(text).toContain('"event":"failed"');
    expect(text).not.toContain('secret');
    expect((await journalOf(world.state))[0]).toMatchObject({ fingerprint: null, asked: null });
  });

  it('nothing at all with --dry-run, or where a check fails', async () => {
    const world = await createWorld();
    await runCli([...argv, '--dry-run'], { world });
    await runCli(['generate', 'x', '-n', '99'], { world });
    await runCli([...argv], { world, env: { IDEOGRAM_API_KEY: undefined } });
    expect(await journalOf(world.state)).toEqual([]);
  });
});

describe('the state folder', () => {
  it('is for its owner alone', async () => {
    const world = await createWorld();
    const server = await startServer(answerImages(1));
    await runCli(argv, { world, env: { IDEOGRAM_BASE_URL: server.url } });
    const modes = [world.state, join(world.state, 'journal.jsonl')].map(
      async (path) => (await stat(path)).mode & 0o777,
    );
    expect(await Promise.all(modes)).toEqual([0o700, 0o600]);
    expect(await readdir(join(world.state, 'places'))).toEqual([]);
  });

  it.each([
    ['generate', argv],
    ['describe', ['describe', 'a.png']],
  ])('that cannot be written: %s sends nothing', async (_what, words) => {
    const world = await createWorld();
    const server = await startServer(answerImages(2));
    await writeFile(world.state, 'a file in its place');
    await writeFile(join(world.folder, 'a.png'), makePng(8, 8));
    const result = await runCli([...words, '--json'], { world, env: { IDEOGRAM_BASE_URL: server.url } });
    expect([result.status, result.error().code, server.calls.length]).toEqual([2, 'bad_file', 0]);
    expect(result.error().hint).toContain('IDEOGRAM_STATE_DIR');
  });

  it('named by a path that depends on the current folder is refused', async () => {
    const result = await runCli([...argv, '--json'], { env: { IDEOGRAM_STATE_DIR: 'state' } });
    expect([result.status, result.error().code]).toEqual([2, 'bad_input']);
  });

  it('the sandbox has one of its own', async () => {
    const world = await createWorld();
    await runCli([...argv, '--sandbox'], { world });
    expect(await storyOf(world.state)).toEqual([]);
    expect((await storyOf(join(world.state, 'sandbox'))).slice(0, 3)).toEqual([
      'planned',
      'sent',
      'answered',
    ]);
  });

  it('a journal that turns read-only while the images are made costs none of them, and says so', async () => {
    const world = await createWorld();
    const server = await startServer(async (request, response, self) => {
      await chmod(world.state, 0o700);
      await mkdir(join(world.state, 'kept'));
      const journal = join(world.state, 'journal.jsonl');
      const { rename } = await import('node:fs/promises');
      await rename(journal, join(world.state, 'kept', 'journal.jsonl'));
      await mkdir(journal);
      await answerImages(2)(request, response, self);
    });
    const result = await runCli(argv, { world, env: { IDEOGRAM_BASE_URL: server.url } });
    expect([result.status, await result.files()]).toEqual([0, ['a-secret-fox-1.png', 'a-secret-fox-2.png']]);
    expect(result.stderr).toContain('could not be kept in the journal');
  });
});
