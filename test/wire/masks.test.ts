/** Masks on the wire: black is what the user changes, in every command; what arrives has the endpoint's own colours. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { PNG } from 'pngjs';
import { describe, expect, it } from 'vitest';
import { runCli } from '../support/run.js';
import { answerAsApi, type Received, type ReceivedPart, readParts, startServer } from '../support/server.js';
import { createPictureWorld, PICTURES } from './world.js';

/** Rows of a mask of 8x8: # is black, . is white. */
type Rows = readonly string[];

const repeat = (row: string, times: number): string[] => Array.from({ length: times }, () => row);

const LEFT = repeat('####....', 8);
const RIGHT = repeat('....####', 8);
const CORNER = [...repeat('..######', 1), ...repeat('..##....', 3), ...repeat('........', 4)];

/** The rows in the other colours. */
function turned(rows: Rows): Rows {
  return rows.map((row) => row.replace(/[.#]/g, (pixel) => (pixel === '#' ? '.' : '#')));
}

/** Each pixel must be black or white, and opaque. */
function rowsOf(bytes: Uint8Array): Rows {
  const { width, height, data } = PNG.sync.read(Buffer.from(bytes));
  return Array.from({ length: height }, (_, y) =>
    Array.from({ length: width }, (_, x) => {
      const pixel = data.subarray((y * width + x) * 4, (y * width + x) * 4 + 4).join();
      return { '0,0,0,255': '#', '255,255,255,255': '.' }[pixel] ?? `[${pixel}]`;
    }).join(''),
  );
}

/** Sends a call; the mask that arrived, and the one that was kept in kept.png. */
async function send(argv: readonly string[]): Promise<{ mask: ReceivedPart; kept: Buffer | undefined }> {
  const server = await startServer(answerAsApi);
  const world = await createPictureWorld();
  const result = await runCli(argv, { world, env: { IDEOGRAM_BASE_URL: server.url } });
  expect([result.status, server.calls.length]).toEqual([0, 1]);
  const parts = await readParts(server.calls[0] as Received);
  const masks = parts.filter(({ name }) => name === 'mask');
  expect(masks).toHaveLength(1);
  const keeps = argv.includes('--save-mask');
  const told = keeps ? 'The mask is kept in kept.png; black is what changes.\n' : '';
  expect(result.stderr).toBe(told);
  const kept = keeps ? await readFile(join(world.folder, 'kept.png')) : undefined;
  return { mask: masks[0] as ReceivedPart, kept };
}

const EDIT = ['edit', 'room.png', '-p', 'a lamp'];
const EDIT_LEGACY = ['edit', 'room.png', '-p', 'a lamp', '-m', 'V_2'];
const REMOVE = ['remove-object', 'room.png'];
const SAVE = ['--save-mask', 'kept.png'];

describe.each([
  ['edit', EDIT, 'black'],
  ['edit with an older model', EDIT_LEGACY, 'black'],
  ['remove-object', REMOVE, 'white'],
] as const)('%s', (_name, argv, changes) => {
  const sent = (rows: Rows) => (changes === 'black' ? rows : turned(rows));
  const expectOwn = ({ mask }: { mask: ReceivedPart }, name: string) => {
    expect([mask.filename, mask.type]).toEqual([name, 'image/png']);
    expect(mask.bytes.equals(PICTURES[name] as Buffer)).toBe(true);
  };

  it('--mask: black in it is what changes', async () => {
    const got = await send([...argv, '--mask', 'mask.png']);
    expect(rowsOf(got.mask.bytes)).toEqual(sent(LEFT));
    expect([got.mask.filename, got.mask.type]).toEqual(['mask.png', 'image/png']);
    if (changes === 'black') expectOwn(got, 'mask.png');
  });

  it('--invert-mask: white in it is what changes', async () => {
    const got = await send([...argv, '--mask', 'inverted.png', '--invert-mask']);
    expect(rowsOf(got.mask.bytes)).toEqual(sent(RIGHT.map((row) => [...row].reverse().join(''))));
    expect([got.mask.filename, got.mask.type]).toEqual(['inverted.png', 'image/png']);
    if (changes === 'white') expectOwn(got, 'inverted.png');
  });

  it('--mask-rect: what lies within changes, of one and of several', async () => {
    const one = await send([...argv, '--mask-rect', '4,0,4,8']);
    expect(rowsOf(one.mask.bytes)).toEqual(sent(RIGHT));
    expect([one.mask.filename, one.mask.type]).toEqual(['mask.png', 'image/png']);
    const two = await send([...argv, '--mask-rect', '25%,0,25%,50%', '--mask-rect', '2,0,75%,1']);
    expect(rowsOf(two.mask.bytes)).toEqual(sent(CORNER));
  });

  it.each([
    ['a mask', ['--mask', 'mask.png'], LEFT],
    ['a mask of the other kind', ['--mask', 'inverted.png', '--invert-mask'], LEFT],
    ['a rectangle', ['--mask-rect', '4,0,4,8'], RIGHT],
  ])('--save-mask keeps %s so that black changes, whatever is sent', async (_what, options, rows) => {
    const { mask, kept } = await send([...argv, ...options, ...SAVE]);
    expect(rowsOf(kept as Buffer)).toEqual(rows);
    expect(rowsOf(mask.bytes)).toEqual(sent(rows));
  });

  it('what was kept can be given again', async () => {
    const { kept } = await send([...argv, '--mask-rect', '4,0,4,8', ...SAVE]);
    const server = await startServer(answerAsApi);
    const world = await createPictureWorld();
    const again = [...argv, '--mask', '-'];
    const env = { IDEOGRAM_BASE_URL: server.url };
    expect((await runCli(again, { world, env, stdin: kept as Buffer })).status).toBe(0);
    const parts = await readParts(server.calls[0] as Received);
    expect(rowsOf(parts.find(({ name }) => name === 'mask')?.bytes as Buffer)).toEqual(sent(RIGHT));
  });
});
