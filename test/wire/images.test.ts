/** Images on the wire: from files, standard input and links, the same bytes arrive; links are fetched without the key. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCli, TEST_KEY } from '../support/run.js';
import { answerAsApi, type Received, readParts, startServer } from '../support/server.js';
import { createPictureWorld, PICTURES, picture, seenParts } from './world.js';

/** A server that has the pictures below /pictures/. */
function startPictures() {
  return startServer((request, response) => {
    const name = decodeURIComponent(request.path.replace(/\?.*/, '').replace('/pictures/', ''));
    response.writeHead(200, { 'content-type': 'application/octet-stream' }).end(PICTURES[name]);
  });
}

async function arrived(argv: readonly string[], stdin: string | Uint8Array = '') {
  const server = await startServer(answerAsApi);
  const world = await createPictureWorld();
  const result = await runCli(argv, { world, stdin, env: { IDEOGRAM_BASE_URL: server.url } });
  expect([result.status, result.stderr]).toEqual([0, '']);
  return Promise.all(server.calls.map(seenParts));
}

const ROOM = PICTURES['room.png'] as Buffer;
const piped = { file: 'image.png', type: 'image/png', bytes: 'room.png' };

describe('an image from standard input', () => {
  it.each([
    [['edit', '-', '--mask', 'mask.png', '-p', 'x'], 'image'],
    [['edit', '-', '-m', 'V_2', '--mask', 'mask.png', '-p', 'x'], 'image_file'],
    [['edit', '-', '--whole', '-p', 'x'], 'images'],
    [['remix', '-', '-p', 'x'], 'image'],
    [['reframe', '-', '--resolution', '1024x1024'], 'image'],
    [['upscale', '-'], 'image_file'],
    [['describe', '-'], 'image_file'],
    [['describe', '-', '-m', 'V_4'], 'image_file'],
    [['replace-background', '-', '-p', 'x'], 'image'],
    [['remove-background', '-'], 'image'],
    [['remove-object', '-', '--mask', 'inverted.png', '--invert-mask'], 'image'],
    [['layerize', '-'], 'image'],
    [['generate', 'x', '--style-reference', '-'], 'style_reference_images'],
    [['generate', 'x', '--character-reference', '-'], 'character_reference_images'],
  ])('%j', async (argv, name) => {
    const [parts] = await arrived(argv, ROOM);
    expect(parts?.[name]).toEqual([piped]);
  });

  it('may be one of several, and keeps its place', async () => {
    const argv = ['edit', 'who.png', '--whole', '-p', 'x', '--reference', '-', '--reference', 'mask.png'];
    const [parts] = await arrived(argv, ROOM);
    expect(parts?.images).toEqual([picture('who.png'), piped, picture('mask.png')]);
  });

  it('is named by the JSON result of another command', async () => {
    const world = await createPictureWorld();
    const server = await startServer(answerAsApi);
    const paths = ['room.png', 'who.png'].map((name) => join(world.folder, name));
    const stdin = JSON.stringify({ ok: true, command: 'generate', images: paths.map((path) => ({ path })) });
    const options = { world, stdin, env: { IDEOGRAM_BASE_URL: server.url } };
    expect((await runCli(['describe', '-'], options)).status).toBe(0);
    const files = await Promise.all(server.calls.map(async (call) => (await seenParts(call)).image_file));
    expect(files).toHaveLength(2);
    expect(files).toEqual(expect.arrayContaining([[picture('room.png')], [picture('who.png')]]));
  });
});

describe('several images', () => {
  it('are a request each, and every one carries all that was typed', async () => {
    const argv = ['describe', 'room.png', 'who.png', 'zwei ü.jpeg', '-m', 'V_4', '--no-include-bbox'];
    const calls = await arrived([...argv, '--include-tags']);
    const files = [picture('room.png'), picture('who.png'), picture('zwei ü.jpeg', 'zwei ü.jpg')];
    const wanted = files.map((file) => ({
      image_file: [file],
      include_bbox: ['false'],
      include_tags: ['true'],
    }));
    expect(calls).toHaveLength(3);
    expect(calls).toEqual(expect.arrayContaining(wanted));
  });
});

describe('a file name', () => {
  it.each(['a"b.png', 'a\nb.png', 'a\r\nX-Evil: 1\r\n\r\nb.png', 'a\\b.png', 'é🦊.png', 'a;b=c.png'])(
    'that headers cannot hold as it is makes no other part: %j',
    async (name) => {
      const world = await createPictureWorld();
      const server = await startServer(answerAsApi);
      await writeFile(join(world.folder, name), ROOM);
      const result = await runCli(['upscale', name], { world, env: { IDEOGRAM_BASE_URL: server.url } });
      expect([result.status, result.stderr]).toEqual([0, '']);
      const parts = await readParts(server.calls[0] as Received);
      expect(parts.map((part) => part.name).sort()).toEqual(['image_file', 'image_request']);
      const file = parts.find((part) => part.name === 'image_file');
      expect([file?.type, file?.filename]).toEqual(['image/png', name]);
      expect(file?.bytes.equals(ROOM)).toBe(true);
    },
  );
});

describe('an image from a link', () => {
  it('is fetched without the key, and sent as a file of its name', async () => {
    const pictures = await startPictures();
    const link = (name: string) => `${pictures.url}/pictures/${encodeURIComponent(name)}?sig=s3cret`;
    const argv = ['edit', link('room.png'), '--mask', link('mask.png'), '-p', 'x', '--allow-private-urls'];
    argv.push('--style-reference', link('webp-as.png'), '--style-reference', 'who.png');
    const [parts] = await arrived(argv);
    expect(parts).toEqual({
      prompt: ['x'],
      image: [picture('room.png')],
      mask: [picture('mask.png')],
      style_reference_images: [picture('webp-as.png', 'webp-as.webp'), picture('who.png')],
    });
    expect(pictures.calls.map(({ method }) => method)).toEqual(['GET', 'GET', 'GET']);
    for (const { headers, body } of pictures.calls as Received[]) {
      expect(headers).not.toHaveProperty('api-key');
      expect(JSON.stringify(headers)).not.toContain(TEST_KEY);
      expect(headers['user-agent']).toBe('ideogram-cli/0.0.0-test (linux)');
      expect(body.length).toBe(0);
    }
  });

  it('of /v1/edit goes out as a file, not as image_urls', async () => {
    const pictures = await startPictures();
    const argv = ['edit', 'room.png', '--whole', '-p', 'x', '--allow-private-urls'];
    const [parts] = await arrived([...argv, '--reference', `${pictures.url}/pictures/who.png`]);
    expect(parts).toEqual({ prompt: ['x'], images: [picture('room.png'), picture('who.png')] });
  });

  it.each([['describe'], ['upscale'], ['layerize'], ['remove-background']])('%s', async (command) => {
    const pictures = await startPictures();
    const [parts] = await arrived([command, `${pictures.url}/pictures/room.png`, '--allow-private-urls']);
    expect(Object.values(parts ?? {})).toContainEqual([picture('room.png')]);
  });
});
