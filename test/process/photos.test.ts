/** Images as large and as odd as people have them, through every command and the sandbox: all are taken, and none takes long. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import jpeg from 'jpeg-js';
import { PNG } from 'pngjs';
import { describe, expect, it } from 'vitest';
import { FOREIGN, leftBlack, type Paint, paintPng, turnJpeg } from '../support/pictures.js';
import { createWorld, type RunResult, runCli, type World } from '../support/run.js';
import { type Received, readParts, startServer } from '../support/server.js';

const MB = 1024 * 1024;
/** Milliseconds for one command with one image, on a slow machine. */
const PATIENCE = 8000;

/** Always the same: no two runs differ. */
function noise(seed: number): () => number {
  let state = seed;
  return () => {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    return state >>> 24;
  };
}

function noisyJpeg(width: number, height: number): Buffer {
  const next = noise(1);
  const data = Buffer.alloc(width * height * 4);
  for (let at = 0; at < data.length; at++) data[at] = at % 4 === 3 ? 255 : next();
  return Buffer.from(jpeg.encode({ width, height, data }, 90).data);
}

/** The JPEG with what cameras and phones write before the picture, until it has so many bytes. */
function grown(bytes: Buffer, size: number): Buffer {
  const segments: Buffer[] = [];
  for (let missing = size - bytes.length; missing > 4; ) {
    const length = Math.min(65_535, missing - 2);
    const segment = Buffer.alloc(length + 2, 0x2e);
    segment.writeUInt16BE(0xffed, 0);
    segment.writeUInt16BE(length, 2);
    segments.push(segment);
    missing -= segment.length;
  }
  return Buffer.concat([bytes.subarray(0, 2), ...segments, bytes.subarray(2)]);
}

/** The simple WebP in its extended form, with notes of so many bytes behind the picture. */
function grownWebp(simple: Buffer, width: number, height: number, size: number): Buffer {
  const canvas = Buffer.alloc(10);
  canvas[0] = 0x08;
  canvas.writeUIntLE(width - 1, 4, 3);
  canvas.writeUIntLE(height - 1, 7, 3);
  const chunk = (name: string, data: Buffer) => {
    const head = Buffer.alloc(8);
    head.write(name, 'latin1');
    head.writeUInt32LE(data.length, 4);
    return Buffer.concat([head, data, Buffer.alloc(data.length % 2)]);
  };
  const body = Buffer.concat([chunk('VP8X', canvas), simple.subarray(12), chunk('EXIF', Buffer.alloc(size))]);
  const head = Buffer.from('RIFF\0\0\0\0WEBP', 'latin1');
  head.writeUInt32LE(body.length + 4, 4);
  return Buffer.concat([head, body]);
}

const red = noise(2);
const coarse: Paint = () => [red(), red(), red(), 255];

const CAMERA = noisyJpeg(1200, 900);

interface Photo {
  readonly name: string;
  readonly width: number;
  readonly height: number;
  readonly bytes: Buffer;
  /** Stored in another way than it is shown: no mask is taken for it. */
  readonly turned?: boolean;
}

const PHOTOS: readonly Photo[] = [
  { name: '20mb.jpg', width: 1200, height: 900, bytes: grown(CAMERA, 20 * MB) },
  { name: '10mb.jpg', width: 1200, height: 900, bytes: grown(CAMERA, 10 * MB) },
  { name: 'extended.webp', width: 16, height: 8, bytes: grownWebp(FOREIGN.webp, 16, 8, 5 * MB) },
  {
    name: 'deep.png',
    width: 640,
    height: 480,
    bytes: paintPng(640, 480, coarse, { color: 'rgb', depth: 16 }),
  },
  { name: 'cmyk.jpg', width: 16, height: 8, bytes: grown(FOREIGN.cmykJpeg, 6 * MB) },
  { name: 'turned.jpg', width: 1200, height: 900, bytes: turnJpeg(CAMERA, 6), turned: true },
];

const PROMPT = ['-p', 'a lamp'];

/** What is run, and which of it wants a mask of the photo's own pixels. */
const RUNS: readonly (readonly [argv: readonly string[], masked: boolean])[] = [
  [['edit', ...PROMPT, '--mask-rect', '0,0,50%,50%'], true],
  [['edit', ...PROMPT, '--mask', 'mask.png'], true],
  [['edit', ...PROMPT, '-m', 'V_2', '--mask', 'mask.png'], true],
  [['edit', ...PROMPT, '--whole'], false],
  [['remix', ...PROMPT], false],
  [['remix', ...PROMPT, '-m', 'V_4'], false],
  [['reframe', '-a', '16:9'], false],
  [['upscale'], false],
  [['describe'], false],
  [['describe', '-m', 'V_4'], false],
  [['replace-background', ...PROMPT], false],
  [['remove-background'], false],
  [['remove-object', '--mask-rect', '0,0,50%,50%'], true],
  [['remove-object', '--mask', 'mask.png', '--invert-mask'], true],
  [['layerize'], false],
];

const MASKS = new Map(
  PHOTOS.map(({ width, height }) => [
    width,
    paintPng(width, height, leftBlack(width), { color: 'grey', depth: 1 }),
  ]),
);

async function folderWith({ name, width, bytes }: Photo): Promise<World> {
  const world = await createWorld();
  await writeFile(join(world.folder, name), bytes);
  await writeFile(join(world.folder, 'mask.png'), MASKS.get(width) as Buffer);
  return world;
}

async function expectDone(command: string, result: RunResult): Promise<void> {
  expect([result.status, result.stderr]).toEqual([0, '']);
  const { ok, images, descriptions } = result.json();
  expect(ok).toBe(true);
  if (command === 'describe') {
    expect(descriptions.length).toBeGreaterThan(0);
    return;
  }
  expect(images).toHaveLength(1);
  const { width, height } = PNG.sync.read(await readFile(images[0].path));
  expect(Math.min(width, height)).toBeGreaterThan(0);
}

describe.each(PHOTOS.map((photo) => [photo.name, photo] as const))('%s', (name, photo) => {
  // Where only the size is another, only what takes less is of interest.
  const runs = RUNS.filter(([[command]]) => name !== '10mb.jpg' || command === 'describe');
  it.each(runs)('%j', { timeout: PATIENCE }, async ([command, ...words], masked) => {
    const world = await folderWith(photo);
    const argv = [command as string, name, ...words, '--sandbox', '--json'];
    const result = await runCli(argv, { world });
    if (command === 'describe' && photo.bytes.length > 10 * MB) {
      expect([result.status, result.error().code]).toEqual([2, 'bad_file']);
      expect(result.error().message).toBe('20mb.jpg is too large: 20 MB.');
    } else if (masked && photo.turned) {
      expect([result.status, result.error().code]).toEqual([2, 'bad_file']);
      expect(result.error().message).toContain('stored as 1200x900 pixels, but shown turned by 90 degrees');
      expect(result.error().hint).toContain('magick turned.jpg -auto-orient turned-upright.jpg');
    } else {
      await expectDone(command as string, result);
    }
  });
});

it('every byte of 20 MB arrives, from a file and from standard input', { timeout: PATIENCE }, async () => {
  const [photo] = PHOTOS as [Photo];
  const world = await folderWith(photo);
  const server = await startServer();
  const env = { IDEOGRAM_BASE_URL: server.url };
  await runCli(['remove-background', photo.name], { world, env });
  await runCli(['remove-background', '-'], { world, env, stdin: photo.bytes });
  expect(server.calls).toHaveLength(2);
  for (const call of server.calls as Received[]) {
    const [part] = await readParts(call);
    expect([part?.type, part?.bytes.equals(photo.bytes)]).toEqual(['image/jpeg', true]);
  }
});
