/** Commands that work on an image: the mask that is kept, names of what is saved, notes, sidecars, and the text of layerize. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import { describe, expect, it } from 'vitest';
import { makePng, PNG_1X1 } from './support/images.js';
import { BLACK, grey, leftBlack, type Paint, paintJpeg, paintPng, WHITE } from './support/pictures.js';
import { createWorld, type RunOptions, type RunResult, runCli, TEST_KEY, type World } from './support/run.js';
import {
  answerImages,
  answerJson,
  type Received,
  type Responder,
  readParts,
  startServer,
  type TestServer,
} from './support/server.js';

interface Scene {
  readonly world: World;
  readonly server: TestServer;
  run(argv: readonly string[], options?: RunOptions): Promise<RunResult>;
  put(name: string, bytes: Uint8Array | string): Promise<void>;
}

/** A folder with photo.png, 40x30, and mask.png, its left half black. */
async function scene(respond?: Responder): Promise<Scene> {
  const server = await startServer(respond);
  const world = await createWorld();
  const put = (name: string, bytes: Uint8Array | string) => writeFile(join(world.folder, name), bytes);
  await put('photo.png', makePng(40, 30));
  await put('mask.png', paintPng(40, 30, leftBlack(40)));
  const env = { IDEOGRAM_BASE_URL: server.url };
  return { world, server, put, run: (argv, options) => runCli(argv, { world, env, ...options }) };
}

/** For each pixel from the top left: B, W, or the number of a grey. */
function pixels(png: Uint8Array): string[][] {
  const { width, height, data } = PNG.sync.read(Buffer.from(png));
  const nameOf = (value = 0) => (value === 0 ? 'B' : value === 255 ? 'W' : String(value));
  return Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (_, x) => nameOf(data[(y * width + x) * 4])),
  );
}

/** How many pixels of the left and of the right half are black. */
function blacks(png: Uint8Array): [number, number] {
  const rows = pixels(png);
  const count = (part: string[][]) => part.flat().filter((name) => name === 'B').length;
  return [count(rows.map((row) => row.slice(0, 20))), count(rows.map((row) => row.slice(20)))];
}

async function maskSent(server: TestServer): Promise<Buffer> {
  const parts = await readParts(server.calls.at(-1) as Received);
  return parts.find(({ name }) => name === 'mask')?.bytes as Buffer;
}

const EDIT = ['edit', 'photo.png', '-p', 'a lamp'];
const REMOVE = ['remove-object', 'photo.png'];

describe('--save-mask', () => {
  it.each([
    ['edit', EDIT, [600, 0]],
    ['remove-object, whose API removes what is white', REMOVE, [0, 600]],
  ] as const)('keeps black for what changes: %s', async (_what, argv, sent) => {
    const { run, server, world } = await scene();
    const kept = join(world.folder, 'kept.png');
    for (const mask of [
      ['--mask', 'mask.png'],
      ['--mask-rect', '0,0,50%,100%'],
    ]) {
      const result = await run([...argv, ...mask, '--save-mask', 'kept.png', '-f', '-o', 'done.png']);
      expect([result.status, result.stdout]).toEqual([0, 'done.png\n']);
      expect(result.stderr).toContain('The mask is kept in kept.png; black is what changes.');
      expect(blacks(await readFile(kept))).toEqual([600, 0]);
      expect(blacks(await maskSent(server))).toEqual(sent);
    }
  });

  it('turns with --invert-mask', async () => {
    const { run, server, world } = await scene();
    await run([...EDIT, '--mask', 'mask.png', '--invert-mask', '--save-mask', 'kept.png']);
    expect(blacks(await readFile(join(world.folder, 'kept.png')))).toEqual([0, 600]);
    expect(blacks(await maskSent(server))).toEqual([0, 600]);
    // White is what the API removes, and what the user has marked: the file is sent as it is.
    await run([...REMOVE, '--mask', 'mask.png', '--invert-mask']);
    expect((await maskSent(server)).equals(await readFile(join(world.folder, 'mask.png')))).toBe(true);
  });

  it('with --dry-run keeps it, and sends nothing', async () => {
    const { run, server, world } = await scene();
    const result = await run([...EDIT, '--mask-rect', '10,5,4,3', '--save-mask', 'm.png', '--dry-run'], {
      env: { IDEOGRAM_BASE_URL: server.url, IDEOGRAM_API_KEY: undefined },
    });
    expect([result.status, server.calls.length]).toEqual([0, 0]);
    expect(result.stdout).toContain('Nothing was sent.');
    const rows = pixels(await readFile(join(world.folder, 'm.png')));
    expect(rows.flat().filter((name) => name === 'B')).toHaveLength(12);
    expect([rows[5]?.[9], rows[5]?.[10], rows[7]?.[13], rows[7]?.[14], rows[8]?.[13]]).toEqual([
      'W',
      'B',
      'B',
      'W',
      'W',
    ]);
    expect(await result.files()).toEqual(['m.png', 'mask.png', 'photo.png']);
  });

  it('never replaces a file without --force', async () => {
    const { run, put, server, world } = await scene();
    await put('kept.png', 'precious');
    const argv = [...EDIT, '--mask-rect', '0,0,5,5', '--save-mask', 'kept.png'];
    const refused = await run(argv);
    expect([refused.status, server.calls.length]).toEqual([2, 0]);
    expect(await readFile(join(world.folder, 'kept.png'), 'utf8')).toBe('precious');
    expect((await run([...argv, '--force'])).status).toBe(0);
    expect(pixels(await readFile(join(world.folder, 'kept.png')))[0]?.[0]).toBe('B');
  });

  it('is not kept of a call that is refused in the end', async () => {
    const { run } = await scene();
    const result = await run([
      ...[...EDIT, '--mask-rect', '0,0,5,5', '--save-mask', 'kept.png'],
      ...['--max-cost', '0.01'],
    ]);
    expect([result.status, await result.files()]).toEqual([6, ['mask.png', 'photo.png']]);
  });

  it('makes its folder, and is silent with --quiet', async () => {
    const { run, world } = await scene();
    const result = await run([
      ...EDIT,
      '--mask-rect',
      '0,0,5,5',
      '--save-mask',
      'new/m.png',
      '-q',
      '--dry-run',
    ]);
    expect([result.status, result.stderr]).toEqual([0, '']);
    expect(pixels(await readFile(join(world.folder, 'new/m.png')))).toHaveLength(30);
  });
});

describe('what of a mask is sent', () => {
  it('is the file itself, where it says black and white in the right sense', async () => {
    const { run, server, world } = await scene();
    await run([...EDIT, '--mask', 'mask.png']);
    expect((await maskSent(server)).equals(await readFile(join(world.folder, 'mask.png')))).toBe(true);
  });

  it('is black and white, also of a JPEG and of soft edges', async () => {
    const soft: Paint = (x) => (x < 20 ? BLACK : x === 20 ? grey(90) : WHITE);
    const { run, server, put } = await scene();
    await put('mask.jpg', paintJpeg(40, 30, leftBlack(40), 60));
    await put('soft.png', paintPng(40, 30, soft));
    for (const [mask, wanted] of [
      ['mask.jpg', [600, 0]],
      ['soft.png', [600, 30]],
    ] as const) {
      const result = await run([...EDIT, '--mask', mask]);
      expect([result.status, result.stderr]).toEqual([0, '']);
      const sent = await maskSent(server);
      expect(new Set(pixels(sent).flat())).toEqual(new Set(['B', 'W']));
      expect(blacks(sent)).toEqual(wanted);
    }
  });

  it('is the sum of several rectangles', async () => {
    const { run, server } = await scene();
    await run([
      ...EDIT,
      '--mask-rect',
      '0,0,10,10',
      '--mask-rect',
      '5,5,10,10',
      '--mask-rect',
      '90%,0,10%,10%',
    ]);
    expect(blacks(await maskSent(server))).toEqual([100 + 100 - 25, 4 * 3]);
  });

  it('comes from standard input as well', async () => {
    const { run, server } = await scene();
    const stdin = paintPng(40, 30, leftBlack(40));
    const result = await run([...EDIT, '--mask', '-'], { stdin });
    expect([result.status, (await maskSent(server)).equals(stdin)]).toEqual([0, true]);
  });
});

describe('names of what is saved', () => {
  it.each([
    [['upscale', 'photo.png'], 'photo-upscale-1.png'],
    [['remix', 'photo.png', '-p', 'x'], 'photo-remix-1.png'],
    [['remove-background', './photo.png'], 'photo-remove-background-1.png'],
    [['reframe', 'photo.png', '--resolution', '1024x1024'], 'photo-reframe-1.png'],
    [[...EDIT, '--whole'], 'photo-edit-1.png'],
  ])('%j', async (argv, name) => {
    const { run } = await scene();
    const result = await run(argv);
    expect([result.status, result.stdout]).toEqual([0, `${name}\n`]);
    expect(await result.files()).toEqual(['mask.png', 'photo.png', name].sort());
  });

  it('come from what is piped in, and never replace what was read', async () => {
    const { run } = await scene();
    expect((await run(['upscale', '-'], { stdin: makePng(2, 2) })).stdout).toBe('image-upscale-1.png\n');
    const same = await run(['upscale', 'photo.png', '-o', 'photo.png']);
    expect([same.status, same.stderr]).toEqual([2, expect.stringContaining('photo.png exists already')]);
  });

  it('of answers without a seed differ all the same', async () => {
    const { run } = await scene(answerImages(2, ({ url, is_image_safe }) => ({ url, is_image_safe })));
    const result = await run(['remove-background', 'photo.png']);
    expect(result.status).toBe(0);
    expect(new Set(result.stdout.trim().split('\n')).size).toBe(2);
  });
});

describe('reframe', () => {
  it('names the size that it takes for a shape, also in a log, and warns of what is no square', async () => {
    const { run, server } = await scene();
    const result = await run(['reframe', 'photo.png', '-a', '16:9']);
    const parts = await readParts(server.calls[0] as Received);
    const size = String(parts.find(({ name }) => name === 'resolution')?.bytes);
    expect(size).toMatch(/^\d+x\d+$/);
    expect(result.status).toBe(0);
    expect(result.stderr).toContain(`--resolution ${size} is taken: of the API's sizes the nearest`);
    expect(result.stderr).toContain("photo.png is 40x30; the API's documents speak of square images here.");
    const json = await run(['reframe', 'photo.png', '-a', '16:9', '--json']);
    expect(json.stderr).toBe('');
    expect(json.json().warnings).toEqual([expect.stringContaining('photo.png is 40x30')]);
  });

  it('says nothing of a square in an exact size', async () => {
    const { run, put } = await scene();
    await put('square.png', makePng(30, 30));
    expect((await run(['reframe', 'square.png', '--resolution', '1024x1024'])).stderr).toBe('');
  });
});

describe('upscale', () => {
  it('always says image_request, also where nothing is in it', async () => {
    const { run, server } = await scene();
    await run(['upscale', 'photo.png']);
    const parts = await readParts(server.calls[0] as Received);
    expect(parts.map(({ name, type }) => [name, type])).toEqual([
      ['image_request', 'application/json'],
      ['image_file', 'image/png'],
    ]);
    expect(String(parts[0]?.bytes)).toBe('{}');
  });

  it('tells the size of what came back, where the API says it', async () => {
    const { run } = await scene(
      answerImages(1, (image) => ({ ...image, resolution: '40x30', upscaled_resolution: '80x60' })),
    );
    expect((await run(['upscale', 'photo.png', '--json'])).json().images[0].resolution).toBe('80x60');
  });
});

describe('layerize', () => {
  const blocks = [{ text: 'SALE', x: 1, y: 2 }, { text: 'today' }];
  const layers: Responder = (_request, response, server) =>
    answerJson(response, 200, {
      base_image_url: `${server.url}/image/0.png`,
      original_image_url: null,
      seed: 7,
      text_blocks: blocks,
    });

  it('saves the picture without its text, and prints the text as JSON with the place of the picture', async () => {
    const { run, world } = await scene(layers);
    const result = await run(['layerize', 'photo.png']);
    expect([result.status, result.stderr]).toEqual([0, '']);
    const path = join(world.folder, 'photo-layerize-7.png');
    expect(JSON.parse(result.stdout)).toEqual({ image: path, textBlocks: blocks });
    expect((await readFile(path)).equals(PNG_1X1)).toBe(true);
  });

  it('is one JSON object as that of every command', async () => {
    const { run } = await scene(layers);
    const json = (await run(['layerize', 'photo.png', '--json'])).json();
    expect(json).toMatchObject({
      ok: true,
      command: 'layerize',
      model: 'V_3',
      textBlocks: blocks,
      withheld: 0,
    });
    expect(json.images).toMatchObject([{ seed: 7, type: 'image/png', safe: true }]);
  });

  it('tells the text though the picture did not come, and the picture though there is no text', async () => {
    const textOnly = await scene((_, response) => answerJson(response, 200, { text_blocks: blocks }));
    const result = await textOnly.run(['layerize', 'photo.png', '--json']);
    expect([result.status, result.json().textBlocks, result.error().billed]).toEqual([8, blocks, 'yes']);
    const human = await textOnly.run(['layerize', 'photo.png']);
    expect(JSON.parse(human.stdout)).toEqual({ image: null, textBlocks: blocks });
    const bare = await scene((_, response, server) =>
      answerJson(response, 200, { base_image_url: `${server.url}/image/0.png`, seed: 1 }),
    );
    const wordless = await bare.run(['layerize', 'photo.png']);
    expect([wordless.status, JSON.parse(wordless.stdout).textBlocks]).toEqual([0, []]);
  });

  it('of an answer that holds nothing says so: it may be paid', async () => {
    const { run } = await scene((_, response) => answerJson(response, 200, { seed: 1 }));
    const result = await run(['layerize', 'photo.png', '--json']);
    expect([result.status, result.error()]).toMatchObject([5, { code: 'bad_response', billed: 'maybe' }]);
  });
});

describe('--metadata', () => {
  it('names what was worked on, its mask and all that was asked, and neither key nor signature', async () => {
    const { run, world, server } = await scene();
    const argv = [...EDIT, '--mask', 'mask.png', '--seed', '5', '--metadata', '-o', 'new/lamp.png'];
    expect((await run(argv)).stdout).toBe('new/lamp.png\n');
    const text = await readFile(join(world.folder, 'new/lamp.png.json'), 'utf8');
    expect(JSON.parse(text)).toMatchObject({
      command: 'edit',
      model: 'V_3',
      originalPrompt: 'a lamp',
      options: { seed: 5 },
      files: [
        { name: 'image', source: 'photo.png' },
        { name: 'mask', source: 'mask.png' },
      ],
    });
    for (const secret of [TEST_KEY, 'sig=', server.url]) expect(text).not.toContain(secret);
  });

  it('of a command without a prompt and without models says so', async () => {
    const { run, world } = await scene();
    await run(['remove-background', 'photo.png', '--metadata', '-o', 'cut.png']);
    const json = JSON.parse(await readFile(join(world.folder, 'cut.png.json'), 'utf8'));
    expect(json).toMatchObject({
      command: 'remove-background',
      model: null,
      originalPrompt: null,
      options: {},
    });
  });

  it('names a fetched image without its signature', async () => {
    const { run, world } = await scene();
    const source = `${(await startServer((_, response) => void response.end(makePng(4, 4)))).url}/a.png`;
    const argv = ['upscale', `${source}?sig=secret`, '--allow-private-urls', '--metadata', '-o', 'a.png'];
    const result = await run(argv);
    expect([result.status, result.stderr]).toEqual([0, '']);
    const text = await readFile(join(world.folder, 'a.png.json'), 'utf8');
    expect(JSON.parse(text).files).toEqual([{ name: 'image_file', source }]);
    expect(text).not.toContain('secret');
  });
});

describe('an image from standard input', () => {
  it('and -o -: bytes in, bytes out, nothing else', async () => {
    const { run } = await scene();
    const result = await run(['remove-background', '-', '-o', '-'], { stdin: makePng(3, 3) });
    expect([result.status, result.stderr, result.stdoutBytes.equals(PNG_1X1)]).toEqual([0, '', true]);
    expect(await result.files()).toEqual(['mask.png', 'photo.png']);
  });

  it('may be the result of another command', async () => {
    const { run, server, world } = await scene();
    const path = join(world.folder, 'photo.png');
    const stdin = JSON.stringify({ ok: true, images: [{ path }, { path: null }] });
    const result = await run(['upscale', '-'], { stdin });
    expect([result.status, result.stdout]).toEqual([0, 'image-upscale-1.png\n']);
    const [, file] = await readParts(server.calls[0] as Received);
    expect(file?.bytes.equals(await readFile(path))).toBe(true);
  });
});
