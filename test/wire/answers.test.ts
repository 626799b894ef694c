/** What comes of the answers: images saved, words printed, each as its endpoint answers. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { PNG_1X1 } from '../support/images.js';
import { runCli } from '../support/run.js';
import { answerAsApi, answerJson, readParts, SCENE, startServer, TEXT_BLOCKS } from '../support/server.js';
import { createPictureWorld } from './world.js';

async function run(argv: readonly string[], respond = answerAsApi) {
  const server = await startServer(respond);
  const world = await createPictureWorld();
  const before = (await runCli(['--version'], { world })).files;
  const known = await before();
  const result = await runCli(argv, { world, env: { IDEOGRAM_BASE_URL: server.url } });
  const made = (await result.files()).filter((name) => !known.includes(name));
  const read = (name = ''): Promise<Buffer> => readFile(join(world.folder, name));
  return { ...result, made, server, read, folder: world.folder };
}

describe('an answer without seed and prompt', () => {
  it.each([[['remove-background', 'room.png']], [['remove-object', 'room.png', '--mask', 'mask.png']]])(
    'is saved: %j',
    async (argv) => {
      const { status, stderr, stdout, made, read } = await run(argv);
      expect([status, stderr, made]).toEqual([0, '', [stdout.trimEnd()]]);
      expect(made[0]).toMatch(/^room-remove-(background|object).*\.png$/);
      expect((await read(made[0])).equals(PNG_1X1)).toBe(true);
    },
  );

  it('is told as null, and so is the model', async () => {
    const { json, folder, made } = await run(['remove-background', 'room.png', '--json']);
    expect(json()).toMatchObject({
      ok: true,
      command: 'remove-background',
      model: null,
      images: [{ path: join(folder, made[0] ?? ''), seed: null, prompt: null }],
    });
  });
});

describe('layerize', () => {
  it('saves the picture without its text, and prints the text and the path', async () => {
    const { status, stderr, stdout, made, read, folder, server } = await run(['layerize', 'room.png']);
    expect([status, stderr, made.length]).toEqual([0, '', 1]);
    expect(JSON.parse(stdout)).toEqual({ image: join(folder, made[0] ?? ''), textBlocks: TEXT_BLOCKS });
    expect((await read(made[0])).equals(PNG_1X1)).toBe(true);
    expect(server.downloads.map(({ path }) => path)).toEqual(['/image/0.png']);
  });

  it('tells both in --json too', async () => {
    const { json, made, folder } = await run(['layerize', 'room.png', '--json']);
    expect(json()).toMatchObject({
      ok: true,
      command: 'layerize',
      images: [{ path: join(folder, made[0] ?? ''), seed: 3 }],
      textBlocks: TEXT_BLOCKS,
    });
  });
});

/** Describes each file by its name; answers the last one first. */
function describeByName(count: number) {
  const answers: (() => void)[] = [];
  return startServer(async (request, response) => {
    const file = (await readParts(request)).find(({ name }) => name === 'image_file')?.filename;
    const isV4 = request.path !== '/describe';
    const body = isV4
      ? { json_prompt: { ...SCENE, high_level_description: `V4 of ${file}` } }
      : { descriptions: [{ text: `One of ${file}.\n` }, { text: `Two of ${file}.` }] };
    answers.unshift(() => answerJson(response, 200, body));
    if (answers.length === count) for (const answer of answers) answer();
  });
}

describe('describe', () => {
  const FILES = ['room.png', 'who.png', 'mask.png'];

  async function describeFiles(files: readonly string[], ...options: string[]) {
    const server = await describeByName(files.length);
    const world = await createPictureWorld();
    const argv = ['describe', ...files, ...options];
    const result = await runCli(argv, { world, env: { IDEOGRAM_BASE_URL: server.url } });
    expect([result.status, result.stderr, server.calls.length]).toEqual([0, '', files.length]);
    return { ...result, folder: world.folder };
  }

  it('prints all descriptions of one image, without a head', async () => {
    const { stdout } = await describeFiles(['room.png']);
    expect(stdout).toBe('One of room.png.\n\nTwo of room.png.\n');
  });

  it('prints those of several images in the order in which they were typed, each below its name', async () => {
    const { stdout } = await describeFiles(FILES);
    const blocks = FILES.map((name) => `==> ${name} <==\nOne of ${name}.\n\nTwo of ${name}.\n`);
    expect(stdout).toBe(blocks.join('\n'));
  });

  it('with V_4 prints one JSON document', async () => {
    const { stdout } = await describeFiles(['room.png'], '-m', 'V_4');
    expect(JSON.parse(stdout)).toEqual({ ...SCENE, high_level_description: 'V4 of room.png' });
  });

  it('with V_4 prints a JSON document for each image, in order, and nothing between them', async () => {
    const { stdout } = await describeFiles(FILES, '-m', 'V_4');
    const wanted = FILES.map((name) =>
      JSON.stringify({ ...SCENE, high_level_description: `V4 of ${name}` }, null, 2),
    );
    expect(stdout).toBe(`${wanted.join('\n')}\n`);
  });

  it('tells each description with its image in --json', async () => {
    const { json, folder } = await describeFiles(['room.png', 'who.png'], '--json');
    const wanted = ['room.png', 'who.png'].flatMap((name) => [
      { image: join(folder, name), text: `One of ${name}.\n` },
      { image: join(folder, name), text: `Two of ${name}.` },
    ]);
    expect(json()).toMatchObject({ ok: true, command: 'describe', model: 'V_3', descriptions: wanted });
  });
});

describe('magic-prompt', () => {
  it('prints the JSON document as it came', async () => {
    const { stdout, status, stderr, made } = await run(['magic-prompt', 'a fox']);
    expect([status, stderr, made]).toEqual([0, '', []]);
    expect(JSON.parse(stdout)).toEqual(SCENE);
  });

  it('tells the shape that suits it in --json', async () => {
    const { json } = await run(['magic-prompt', 'a fox', '--json']);
    expect(json()).toMatchObject({
      ok: true,
      command: 'magic-prompt',
      model: 'V_4',
      prompt: 'a fox',
      jsonPrompt: SCENE,
      aspectRatio: '16x9',
    });
  });
});
