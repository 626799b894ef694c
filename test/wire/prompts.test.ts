/** Prompts on the wire: as they were written, wherever they come from; nothing is lost, and nothing is added. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { runCli } from '../support/run.js';
import { answerAsApi, type Received, SCENE, startServer } from '../support/server.js';
import { createPictureWorld, seenParts } from './world.js';

/** The one call that arrives. */
async function arrived(argv: readonly string[], stdin = '', files: Record<string, string> = {}) {
  const server = await startServer(answerAsApi);
  const world = await createPictureWorld();
  for (const [name, text] of Object.entries(files)) await writeFile(join(world.folder, name), text);
  const result = await runCli(argv, { world, stdin, env: { IDEOGRAM_BASE_URL: server.url } });
  expect([result.status, result.stderr, server.calls.length]).toEqual([0, '', 1]);
  return server.calls[0] as Received;
}

const promptOf = async (call: Received): Promise<unknown> => (await seenParts(call)).prompt;

describe('the prompt of generate', () => {
  it.each([
    ['quotes, line breaks and emoji', ['say "hi"\n\'ok\' 🦊 ä'], 'say "hi"\n\'ok\' 🦊 ä'],
    ['one that begins with a hyphen', ['--', '-5 degrees'], '-5 degrees'],
    ['@@ for an @', ['@@home'], '@home'],
    ['spaces around it', ['  a fox  '], '  a fox  '],
    [
      'what looks like a boundary',
      ['--', '--x\r\nContent-Type: a\r\n\r\nb'],
      '--x\r\nContent-Type: a\r\n\r\nb',
    ],
    ['a file, without its last line break', ['@prompt.txt'], 'from a file\nsecond line'],
    ['standard input, without its last line break', ['-'], 'from a pipe\n'],
  ])('%s', async (_what, words, wanted) => {
    expect(await promptOf(await arrived(['generate', ...words], 'from a pipe\n\n'))).toEqual([wanted]);
  });
});

describe('--prompt', () => {
  const EDIT = ['edit', 'room.png', '--mask', 'mask.png', '--prompt'];

  it.each([
    ['a file', '@prompt.txt', 'from a file\nsecond line'],
    ['standard input', '-', 'from a pipe'],
    ['@@ for an @', '@@home', '@home'],
  ])('from %s', async (_what, typed, wanted) => {
    expect(await promptOf(await arrived([...EDIT, typed], 'from a pipe\n'))).toEqual([wanted]);
  });

  it.each([
    [['remix', 'room.png', '-m', 'V_4', '-p', '-'], 'text_prompt', ['from a pipe']],
    [['replace-background', 'room.png', '-p', '-'], 'prompt', ['from a pipe']],
    [['layerize', 'room.png', '-p', '-'], 'prompt', ['from a pipe']],
    [['edit', 'room.png', '--whole', '-p', '-'], 'prompt', ['from a pipe']],
    [['upscale', 'room.png', '-p', '-'], 'image_request', [{ json: { prompt: 'from a pipe' } }]],
    [
      ['remix', 'room.png', '-m', 'V_2', '-p', '-'],
      'image_request',
      [{ json: { prompt: 'from a pipe', model: 'V_2' } }],
    ],
  ])('from standard input for %j', async (argv, name, wanted) => {
    expect((await seenParts(await arrived(argv, 'from a pipe\n')))[name]).toEqual(wanted);
  });

  it('of magic-prompt comes from standard input too', async () => {
    const { body } = await arrived(['magic-prompt', '-'], 'from a pipe\n');
    expect(JSON.parse(body.toString('utf8'))).toEqual({ text_prompt: 'from a pipe' });
  });
});

describe('--json-prompt', () => {
  // A name that nobody knows may be new in the API: it goes along.
  const MORE = { ...SCENE, mood: 'quiet', tags: ['a', 'ü 🦊'] };

  it.each([[['generate', '-m', 'V_4']], [['generate', '-m', 'V_4', '--transparent']]])(
    'is sent as it stands, from a file and from standard input: %j',
    async (argv) => {
      const text = JSON.stringify(MORE, null, 4);
      const fromFile = await arrived([...argv, '--json-prompt', 'more.json'], '', { 'more.json': text });
      const piped = await arrived([...argv, '--json-prompt', '-'], `\uFEFF${text}\n`);
      for (const call of [fromFile, piped]) {
        expect(await seenParts(call)).toEqual({ json_prompt: [{ json: MORE }] });
      }
    },
  );

  it('is what magic-prompt prints', async () => {
    const server = await startServer(answerAsApi);
    const env = { IDEOGRAM_BASE_URL: server.url };
    const written = await runCli(['magic-prompt', 'a fox'], { env });
    const made = await runCli(['generate', '-m', 'V_4', '--json-prompt', '-'], {
      env,
      stdin: written.stdout,
    });
    expect([written.status, made.status, made.stderr]).toEqual([0, 0, '']);
    expect(await seenParts(server.calls[1] as Received)).toEqual({ json_prompt: [{ json: SCENE }] });
  });
});
