/** A key of any shape is nowhere to be seen: not on the screen, not in JSON, not in a file but its own, whatever the server or the system says. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { acceptKey } from '../support/quote.js';
import { createWorld, type RunOptions, type RunResult, runCli, type World } from '../support/run.js';
import { expectUnseen, KEYS, type SecretKey } from '../support/secrets.js';
import { answerImages, answerJson, type Responder, startServer } from '../support/server.js';

const CONFIG = '.config/config.json';
const FLAGS = [[], ['--verbose'], ['--json'], ['--json', '--verbose']];

/** Says the key back, as a careless server would: raw, in an address, in headers. */
function echo(status: number): Responder {
  return (request, response) => {
    const key = String(request.headers['api-key']);
    const text = `Api-Key: ${key}; /x?key=${encodeURIComponent(key)}`;
    answerJson(response, status, { message: `No: ${key}`, error: text }, { 'x-request-id': `id-${key}` });
  };
}

/** A picture of somebody who writes the key into all that he says. */
const echoInImage: Responder = (request, response, server) => {
  const key = String(request.headers['api-key']);
  const words = { prompt: `made with ${key}`, style_type: key };
  return answerImages(1, (image) => ({ ...image, ...words }))(request, response, server);
};

/** A network that quotes what it was given. */
const quoting: RunOptions['fetch'] = async (_url, init) => {
  throw Object.assign(new Error(`cannot send ${JSON.stringify(init?.headers)}`), { code: 'ECONNREFUSED' });
};

interface Scene {
  readonly argv: readonly string[];
  readonly respond?: Responder;
  readonly stdin?: boolean;
  readonly at?: 'environment' | '.env' | 'config';
  readonly corrupt?: boolean;
  readonly options?: Partial<RunOptions>;
}

async function contentOf(at: Scene['at'], key: string, world: World): Promise<void> {
  const path = (name: string) => join(world.folder, name);
  if (at === 'config') await writeFile(path(CONFIG), JSON.stringify({ apiKey: key }), { mode: 0o600 });
  const quote = ["'", '"', '`'].find((each) => !key.includes(each)) ?? '';
  if (at === '.env') {
    await writeFile(path('.env'), `IDEOGRAM_API_KEY=${quote}${key}${quote}\n`, { mode: 0o600 });
  }
}

async function play(key: string, scene: Scene, flags: readonly string[]): Promise<RunResult> {
  const { argv, respond = acceptKey, stdin = false, at, corrupt, options } = scene;
  const world = await createWorld();
  await mkdir(join(world.folder, '.config'), { mode: 0o700 });
  await contentOf(at, key, world);
  // Node quotes the text around the place where it is no JSON.
  if (corrupt) await writeFile(join(world.folder, CONFIG), `{"apiKey":${key}}`);
  const server = await startServer(respond);
  return runCli([...argv, ...flags], {
    world,
    ...(stdin ? { stdin: `${key}\n` } : {}),
    env: {
      IDEOGRAM_BASE_URL: server.url,
      IDEOGRAM_API_KEY: at === 'environment' ? key : undefined,
    },
    ...options,
  });
}

/** All there is below the folder: names, and what is in them, but for the files that keys are kept in. */
async function restOf(folder: string): Promise<string> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const texts = entries.map(async (entry) => {
    if (!entry.isFile() || ['.env', 'config.json'].includes(entry.name)) return entry.name;
    return `${entry.name}\n${await readFile(join(entry.parentPath ?? entry.path, entry.name), 'latin1')}`;
  });
  return (await Promise.all(texts)).join('\n');
}

const LOGIN = ['auth', 'login', '--with-key'];

const TYPED: readonly (readonly [string, Scene])[] = [
  ['accepted', { argv: LOGIN, stdin: true }],
  ['accepted, into .env', { argv: [...LOGIN, '--env'], stdin: true }],
  ['refused', { argv: LOGIN, stdin: true, respond: echo(401) }],
  ['without credit', { argv: LOGIN, stdin: true, respond: echo(402) }],
  ['not understood', { argv: LOGIN, stdin: true, respond: echo(200) }],
  ['not to be checked', { argv: LOGIN, stdin: true, options: { fetch: quoting } }],
  ['over corrupt settings', { argv: LOGIN, stdin: true, corrupt: true }],
];

const BROKEN: readonly (readonly string[])[] = [
  ['auth', 'verify'],
  ['auth', 'status'],
  ['auth', 'logout'],
  ['generate', 'a fox'],
];

const PLACES = ['environment', '.env', 'config'] as const;
const USES: readonly (readonly [string, Scene])[] = [
  ['verify', { argv: ['auth', 'verify'] }],
  ['verify, refused', { argv: ['auth', 'verify'], respond: echo(401) }],
  ['verify, not understood', { argv: ['auth', 'verify'], respond: echo(200) }],
  ['verify, unreachable', { argv: ['auth', 'verify'], options: { fetch: quoting } }],
  ['verify --generate', { argv: ['auth', 'verify', '--generate'], respond: echoInImage }],
  ['verify --generate, refused', { argv: ['auth', 'verify', '--generate'], respond: echo(403) }],
  ['verify --dry-run', { argv: ['auth', 'verify', '--dry-run'] }],
  ['status', { argv: ['auth', 'status'] }],
  ['status --sandbox', { argv: ['auth', 'status', '--sandbox'] }],
  ['logout', { argv: ['auth', 'logout'] }],
  ['logout --env', { argv: ['auth', 'logout', '--env'] }],
  ['generate', { argv: ['generate', 'a fox'], respond: echoInImage }],
  ['generate, refused', { argv: ['generate', 'a fox'], respond: echo(401) }],
  ['generate, not understood', { argv: ['generate', 'a fox'], respond: echo(200) }],
  ['generate, unreachable', { argv: ['generate', 'a fox'], options: { fetch: quoting } }],
  ['generate --dry-run', { argv: ['generate', 'a fox', '--dry-run'] }],
];

async function expectSecret({ key }: SecretKey, scene: Scene, flags: readonly string[]): Promise<void> {
  const { stdout, stderr, world } = await play(key, scene, flags);
  const where = `${scene.argv.join(' ')} ${flags.join(' ')} (${scene.at ?? 'typed'})`;
  // The name of the folder is random, and could be like a part of a key.
  const all = [stdout, stderr, await restOf(world.folder)].map((text) => text.replaceAll(world.folder, ''));
  for (const text of all) expectUnseen(key, text, where);
}

describe.each(KEYS)('$what', (secret) => {
  it.each(TYPED)('a login that is %s', async (_what, scene) => {
    for (const flags of FLAGS) await expectSecret(secret, scene, flags);
  });

  it.each(USES)('%s', async (_what, scene) => {
    for (const at of PLACES) {
      // In the settings any text can stand; .env has no way to write some.
      if (at === '.env' && !secret.fitsEnv) continue;
      for (const flags of FLAGS) await expectSecret(secret, { ...scene, at }, flags);
    }
  });

  it.each(BROKEN)('%s %s over corrupt settings', async (...argv) => {
    for (const flags of FLAGS) await expectSecret(secret, { argv, corrupt: true }, flags);
  });

  it('in an error that nobody expected, with its stack', async () => {
    const random = (): never => {
      throw new Error(`random failed for ${secret.key} and ${JSON.stringify({ key: secret.key })}`);
    };
    for (const at of PLACES) {
      if (at === '.env' && !secret.fitsEnv) continue;
      const scene: Scene = { argv: ['auth', 'verify'], at, respond: echo(503), options: { random } };
      for (const flags of FLAGS) await expectSecret(secret, scene, flags);
    }
    const login: Scene = { argv: LOGIN, stdin: true, respond: echo(503), options: { random } };
    for (const flags of FLAGS) await expectSecret(secret, login, flags);
  });
});

/** Keys that reach the server at all. */
const SENT = KEYS.filter(({ isSendable }) => isSendable);

it.each(SENT)('$what, said back in an image: not in what --metadata writes', async (secret) => {
  const argv = ['generate', 'a fox', '--metadata'];
  await expectSecret(secret, { argv, at: 'environment', respond: echoInImage }, []);
});

it('a key of special characters, said back in JSON inside of JSON', async () => {
  const secret = SENT.find(({ fitsEnv }) => !fitsEnv) as SecretKey;
  const respond: Responder = (request, response) =>
    answerJson(response, 200, { message: JSON.stringify({ key: request.headers['api-key'] }) });
  await expectSecret(secret, { argv: ['auth', 'verify'], at: 'environment', respond }, []);
});

it('what is looked for would be found', async () => {
  const { stderr } = await play('k', { argv: ['auth', 'verify'], at: 'config', respond: echo(401) }, []);
  expect(stderr).toContain('Api-Key: ****');
  for (const { key } of KEYS) {
    for (const form of [
      key,
      JSON.stringify(key),
      encodeURIComponent(key),
      Buffer.from(key).toString('hex'),
    ]) {
      expect(() => expectUnseen(key, `a ${form} b`, 'here')).toThrow();
    }
  }
});
