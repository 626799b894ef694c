/** Two commands that the API does not have, each one data object, and the program with both of them. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Readable, Writable } from 'node:stream';
import { fileURLToPath } from 'node:url';
import { createFetch } from '../../src/api/fetch.js';
import { commandTree } from '../../src/command-tree.js';
import type { Context } from '../../src/context.js';
import { type CommandSpec, type Field, needs, takes } from '../../src/endpoints/define.js';
import * as fields from '../../src/endpoints/fields/index.js';
import { COMMANDS } from '../../src/endpoints/index.js';
import { run } from '../../src/program.js';
import { leftBlack, paintPng } from './pictures.js';
import { createWorld, TEST_KEY } from './run.js';
import { answerAsApi, startServer } from './server.js';

const depth: Field = {
  name: 'depth',
  flags: '-d, --depth <number>',
  wire: 'dream_depth',
  group: 'Picture',
  help: 'how deep it goes',
  type: { kind: 'integer', min: 1, max: 9 },
  apiDefault: '3',
};

const mood: Field = {
  name: 'mood',
  flags: '--mood <mood>',
  wire: 'mood',
  group: 'Style',
  help: 'how it feels',
  type: { kind: 'choice', spelling: 'word', choices: ['CALM', 'WILD_RIDE'] },
  conflicts: ['omen'],
};

const omen: Field = {
  name: 'omen',
  flags: '--omen <code>',
  wire: 'omens',
  group: 'Style',
  help: 'what must come true; may be repeated',
  type: { kind: 'text-list', pattern: /^[a-z]{3}$/, form: '3 small letters, as owl' },
};

const lucid: Field = {
  name: 'lucid',
  flags: '--lucid',
  wire: 'is_lucid',
  group: 'Advanced',
  help: 'know that it is one',
  type: { kind: 'switch' },
};

/** An image, a mask, and one option of every kind. */
export const DREAM: CommandSpec = {
  name: 'dream',
  summary: 'put a dream into an image',
  note: 'Dreams end at dawn.',
  doing: 'Dreaming into',
  operand: fields.IMAGE_OPERAND,
  examples: [{ does: 'a calm one', line: 'ideogram dream bed.png --mask m.png -p "sheep" --mood calm' }],
  defaultModel: 'V_9',
  endpoints: [
    {
      name: 'dream',
      method: 'POST',
      path: '/v9/dream',
      encoding: { kind: 'multipart' },
      models: ['V_9', 'V_8'],
      modelWire: 'dreamer',
      answer: 'images',
      fields: [
        needs(fields.image, { wire: 'bed' }),
        needs(fields.mask, {
          wire: 'blanket',
          type: { kind: 'mask', changes: 'white' },
          suppliedBy: ['maskRect'],
        }),
        needs(fields.prompt, { wire: 'story' }),
        takes(depth, { models: ['V_8'] }),
        takes(mood),
        takes(omen),
        takes(lucid),
        takes(fields.colorPalette),
      ],
    },
  ],
  local: [fields.maskRect, fields.invertMask, fields.saveMask],
};

/** Words instead of images, and a document with a wrapper instead of parts. */
export const MUSE: CommandSpec = {
  name: 'muse',
  summary: 'find words for a prompt',
  doing: 'Musing',
  operand: { name: 'prompt', field: 'prompt', help: 'what it is about' },
  examples: [{ does: 'about a fox', line: 'ideogram muse "a fox"' }],
  defaultModel: undefined,
  endpoints: [
    {
      name: 'muse',
      method: 'POST',
      path: '/describe',
      encoding: { kind: 'json', wrapper: 'muse_request' },
      models: [],
      answer: 'descriptions',
      fields: [needs(fields.prompt), takes(depth), takes(lucid), takes(fields.colorPalette)],
    },
  ],
};

export const BED = paintPng(4, 4, leftBlack(4));
const MASK = paintPng(4, 4, leftBlack(4), { color: 'grey' });

/** `ideogram ...argv` with the two commands added, in a folder with bed.png and m.png. */
export async function pretend(...argv: string[]) {
  const server = await startServer(answerAsApi);
  const world = await createWorld();
  await writeFile(join(world.folder, 'bed.png'), BED);
  await writeFile(join(world.folder, 'm.png'), MASK);
  const written = { stdout: '', stderr: '' };
  const into = (name: keyof typeof written) =>
    new Writable({
      write(chunk, _encoding, done) {
        written[name] += String(chunk);
        done();
      },
    });
  const ctx: Context = {
    argv,
    env: {
      IDEOGRAM_API_KEY: TEST_KEY,
      IDEOGRAM_CONFIG_DIR: join(world.folder, '.config'),
      IDEOGRAM_STATE_DIR: world.state,
      IDEOGRAM_BASE_URL: server.url,
    },
    cwd: world.folder,
    platform: 'linux',
    version: '0.0.0-test',
    docs: fileURLToPath(new URL('../../docs', import.meta.url)),
    stdin: Readable.from([]),
    stdout: into('stdout'),
    stderr: into('stderr'),
    fetch: createFetch({}),
    clock: world.clock,
    random: () => 0,
    interrupts: { stop: world.stop.signal, abort: world.abort.signal, raise: () => {} },
    machine: { pid: process.pid, host: 'this-machine', isAlive: (pid) => pid === process.pid },
  };
  const status = await run(ctx, commandTree([...COMMANDS, DREAM, MUSE]));
  return { status, ...written, calls: server.calls, url: server.url };
}
