/** What comes through a pipe may have been paid for: it is not taken before all else is known to be fine, and no placeholder is worked on for money. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import type { Fetch } from '../src/fetch-contract.js';
import { makePng } from './support/images.js';
import { createWorld, runCli } from './support/run.js';
import { answerImages, startServer } from './support/server.js';

/** Standard input that says whether anybody has read it. */
function watched(bytes: Uint8Array): { stream: Readable; wasRead(): boolean } {
  let read = false;
  const stream = new Readable({
    read() {
      read = true;
      this.push(bytes);
      this.push(null);
    },
  });
  return { stream, wasRead: () => read };
}

/** A network that must not be reached. */
const noNetwork: Fetch = () => {
  throw new Error('something was sent');
};

describe('standard input is left alone', () => {
  it.each<[string, string[], number, Record<string, string | undefined>]>([
    ['without a key', ['upscale', '-'], 4, { IDEOGRAM_API_KEY: undefined }],
    ['above the cap', ['upscale', '-', '--max-cost', '0.01'], 6, {}],
    ['above the cap, for words', ['describe', '-', '--max-cost', '0.001'], 6, {}],
    ['without a key, for words', ['describe', '-'], 4, { IDEOGRAM_API_KEY: undefined }],
    [
      'without a key, for a prompt in parts',
      ['generate', '--json-prompt', '-', '-m', 'V_4'],
      4,
      { IDEOGRAM_API_KEY: undefined },
    ],
    ['where the image cannot go', ['upscale', '-', '-o', 'taken.txt/sub/x.png'], 2, {}],
    ['with an address that is none', ['upscale', '-'], 2, { IDEOGRAM_BASE_URL: 'http://example.com' }],
    ['with a wrong option', ['upscale', '-', '--detail', '0'], 2, {}],
    ['where another image is missing', ['describe', '-', 'missing.png'], 2, {}],
    ['where the image of a piped prompt is missing', ['remix', 'missing.png', '-p', '-'], 2, {}],
    [
      'where the mask cannot be kept',
      ['edit', '-', '-p', 'x', '--mask-rect', '1,1,9,9', '--save-mask', 'taken.txt/sub/m.png'],
      2,
      {},
    ],
    [
      'where a mask is kept already',
      ['edit', '-', '-p', 'x', '--mask-rect', '1,1,9,9', '--save-mask', 'there.png'],
      2,
      {},
    ],
  ])('%s', async (_what, argv, status, env) => {
    const world = await createWorld();
    await writeFile(join(world.folder, 'taken.txt'), 'a file');
    await writeFile(join(world.folder, 'there.png'), 'a file');
    const stdin = watched(makePng(2, 2));
    const result = await runCli(argv, { world, env, stdinStream: stdin.stream, fetch: noNetwork });
    expect([result.status, stdin.wasRead(), result.stdout]).toEqual([status, false, '']);
  });

  it('and read where nothing is wrong', async () => {
    const server = await startServer(answerImages(1));
    const stdin = watched(makePng(2, 2));
    const env = { IDEOGRAM_BASE_URL: server.url };
    const result = await runCli(['upscale', '-'], { env, stdinStream: stdin.stream });
    expect([result.status, stdin.wasRead(), server.calls.length]).toEqual([0, true, 1]);
  });
});

describe('a placeholder of the sandbox', () => {
  const upscale = async (env: Record<string, string>, flags: string[] = []) => {
    const world = await createWorld();
    const made = await runCli(['generate', 'a fox', '--sandbox', '-o', 'fox.png'], { world });
    expect(made.status).toBe(0);
    return runCli(['upscale', 'fox.png', ...flags], { world, env });
  };

  it('is not worked on for money', async () => {
    const result = await upscale({}, ['--dry-run']);
    expect(result.status).toBe(2);
    expect(result.stderr).toContain('fox.png is a placeholder picture of the sandbox');
    expect(result.stderr).toContain('export IDEOGRAM_SANDBOX=1');
  });

  it('is welcome where a sandbox answers, or anything on this machine', async () => {
    expect((await upscale({}, ['--sandbox'])).status).toBe(0);
    const server = await startServer(answerImages(1));
    expect((await upscale({ IDEOGRAM_BASE_URL: server.url })).status).toBe(0);
  });
});

describe('what one command prints as JSON, the next takes', () => {
  it.each([[['magic-prompt', 'a fox', '--json']], [['describe', 'room.png', '-m', 'V_4', '--json']]])(
    'the prompt in parts of %j',
    async (argv) => {
      const world = await createWorld();
      await writeFile(join(world.folder, 'room.png'), makePng(20, 20));
      const { stdout } = await runCli([...argv, '--sandbox'], { world });
      const next = ['generate', '--json-prompt', '-', '-m', 'V_4', '--dry-run', '--json'];
      const result = await runCli(next, { world, stdin: stdout });
      expect(result.status).toBe(0);
      expect(result.json().request.fields.json_prompt).toHaveProperty('high_level_description');
    },
  );

  it('but not several prompts', async () => {
    const world = await createWorld();
    for (const name of ['a.png', 'b.png']) await writeFile(join(world.folder, name), makePng(20, 20));
    const { stdout } = await runCli(['describe', 'a.png', 'b.png', '-m', 'V_4', '--json', '--sandbox'], {
      world,
    });
    const result = await runCli(['generate', '--json-prompt', '-', '-m', 'V_4'], {
      world,
      stdin: stdout,
      fetch: noNetwork,
    });
    expect([result.status, result.stderr]).toEqual([2, expect.stringContaining('holds 2 prompts')]);
  });

  it('a JSON that no command of ours has printed names no images', async () => {
    const world = await createWorld();
    const path = join(world.folder, 'secret.png');
    await writeFile(path, makePng(2, 2));
    const stdin = JSON.stringify({ images: [{ path }] });
    const result = await runCli(['upscale', '-'], { world, stdin, fetch: noNetwork });
    expect([result.status, result.stderr]).toEqual([2, expect.stringContaining('no image but JSON')]);
  });
});

describe('the type of the bytes', () => {
  it('is told where another was typed', async () => {
    const server = await startServer(answerImages(1));
    const env = { IDEOGRAM_BASE_URL: server.url };
    const other = await runCli(['generate', 'a fox', '-o', 'fox.webp', '--json'], { env });
    expect(other.json().warnings).toEqual(['the image is a PNG, so it is saved as fox.png.']);
    const same = await runCli(['generate', 'a fox', '-o', 'fox.PNG', '--json'], { env });
    expect(same.json().warnings).toEqual([]);
  });
});

describe('a mask that is kept', () => {
  const edit = ['edit', 'room.png', '-p', 'a lamp', '--mask-rect', '1,1,5,5'];

  it('may have been looked at with --dry-run before', async () => {
    const server = await startServer(answerImages(1));
    const world = await createWorld();
    const env = { IDEOGRAM_BASE_URL: server.url };
    await writeFile(join(world.folder, 'room.png'), makePng(20, 20));
    expect((await runCli([...edit, '--save-mask', 'm.png', '--dry-run'], { world, env })).status).toBe(0);
    const result = await runCli([...edit, '--save-mask', 'm.png'], { world, env });
    expect([result.status, await result.files()]).toEqual([0, expect.arrayContaining(['m.png'])]);
    expect(await result.files()).not.toContain('m-2.png');
    const other = await runCli(
      ['edit', 'room.png', '-p', 'x', '--mask-rect', '2,2,5,5', '--save-mask', 'm.png'],
      { world, env },
    );
    expect([other.status, server.calls.length]).toEqual([2, 1]);
  });

  it.each([
    ['the image that is read', ['--save-mask', 'room.png', '--force'], 'an image that is read'],
    ['where the image goes', ['--save-mask', 'out.png', '-o', 'out.png'], 'where the image goes'],
    [
      'where one of several goes',
      ['--save-mask', 'out-2.png', '-n', '2', '-o', 'out.png'],
      'where the image goes',
    ],
    [
      'an image of a list',
      ['--style-reference', 'look.png', '--save-mask', 'look.png', '--force'],
      'an image that is read',
    ],
  ])('is never %s', async (_what, flags, why) => {
    const world = await createWorld();
    const image = makePng(20, 20);
    for (const name of ['room.png', 'look.png']) await writeFile(join(world.folder, name), image);
    const result = await runCli([...edit, ...flags], { world, fetch: noNetwork });
    expect([result.status, result.stderr]).toEqual([2, expect.stringContaining(why)]);
  });

  it('is not written for a call without a key', async () => {
    const world = await createWorld();
    await writeFile(join(world.folder, 'room.png'), makePng(20, 20));
    const env = { IDEOGRAM_API_KEY: undefined };
    const result = await runCli([...edit, '--save-mask', 'm.png'], { world, env });
    expect([result.status, await result.files()]).toEqual([4, ['room.png']]);
  });
});
