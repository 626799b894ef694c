/** Where the key comes from, which one wins, and that a key which can't be one is never sent. */
import { execFileSync } from 'node:child_process';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createWorld, runCli, TEST_KEY } from './support/run.js';
import { startServer } from './support/server.js';

async function keyUsed(files: Record<string, string | Buffer>, env: Record<string, string | undefined> = {}) {
  const world = await createWorld();
  await mkdir(join(world.folder, '.config'));
  for (const [name, content] of Object.entries(files)) await writeFile(join(world.folder, name), content);
  const server = await startServer();
  const result = await runCli(['generate', 'a fox', '--json'], {
    world,
    env: { IDEOGRAM_API_KEY: undefined, IDEOGRAM_BASE_URL: server.url, ...env },
  });
  return { ...result, key: server.calls[0]?.headers['api-key'], calls: server.calls.length };
}

const stored = { '.config/config.json': '{"apiKey":"from-config"}' };
const dotenv = { ...stored, '.env': '# mine\nOTHER=1\nIDEOGRAM_API_KEY="from-env" # comment\n' };
const local = { ...dotenv, '.env.local': 'export IDEOGRAM_API_KEY=from-local' };

describe('the key', () => {
  it.each<[string, Record<string, string | Buffer>, Record<string, string>, string]>([
    ['environment before files', local, { IDEOGRAM_API_KEY: 'from-environment' }, 'from-environment'],
    ['.env.local before .env', local, {}, 'from-local'],
    ['.env before the stored one', dotenv, {}, 'from-env'],
    ['the stored one last', stored, {}, 'from-config'],
    ['an empty variable does not count', stored, { IDEOGRAM_API_KEY: ' ' }, 'from-config'],
    ['an empty line in .env does not count', { ...stored, '.env': 'IDEOGRAM_API_KEY=\n' }, {}, 'from-config'],
    ['a line break at its end is cut off', {}, { IDEOGRAM_API_KEY: ' key\r\n' }, 'key'],
    ['a BOM does no harm', { '.env': '\ufeffIDEOGRAM_API_KEY=bom' }, {}, 'bom'],
  ])('%s', async (_what, files, env, wanted) => {
    const result = await keyUsed(files, env);
    expect([result.status, result.key]).toEqual([0, wanted]);
  });

  it.skipIf(process.platform === 'win32')(
    'does not wait for ever for a .env that is a named pipe',
    async () => {
      const world = await createWorld();
      execFileSync('mkfifo', [join(world.folder, '.env')]);
      const result = await runCli(['generate', 'a fox', '--json'], {
        world,
        env: { IDEOGRAM_API_KEY: undefined },
      });
      expect([result.status, result.error().code]).toEqual([4, 'no_key']);
    },
  );

  it('takes nothing else from .env', async () => {
    const foreign = 'IDEOGRAM_API_KEY=k\nIDEOGRAM_BASE_URL=https://evil.example\nIDEOGRAM_SANDBOX=1\n';
    const result = await keyUsed({ '.env': foreign });
    expect([result.json().sandbox, result.key]).toEqual([false, 'k']);
  });

  it.each<[string, Record<string, string | Buffer>, Record<string, string>, RegExp]>([
    ['none', {}, {}, /No API key.*IDEOGRAM_API_KEY.*--sandbox/s],
    ['a line break inside', {}, { IDEOGRAM_API_KEY: 'secret-part-one\nsecret-part-two' }, /is not a key/],
    ['a letter no header carries', {}, { IDEOGRAM_API_KEY: 'secret-part-one-ü' }, /is not a key/],
    [
      'a corrupt settings file',
      { '.config/config.json': '{"apiKey":secret-part-one}' },
      {},
      /config\.json.*not valid JSON/s,
    ],
    ['a .env in UTF-16', { '.env': Buffer.from('\ufeffIDEOGRAM_API_KEY=k', 'utf16le') }, {}, /UTF-16/],
  ])('%s: exit 4, nothing sent, no part of it shown', async (_what, files, env, says) => {
    const result = await keyUsed(files, env);
    expect([result.status, result.calls, result.stdout]).toEqual([4, 0, '']);
    expect(result.error().code).toBe('no_key');
    expect(`${result.error().message} ${result.error().hint}`).toMatch(says);
    expect(result.stderr).not.toContain('secret-part');
  });

  it.skipIf(process.platform === 'win32')(
    'from a settings file that others may read is used, with a warning',
    async () => {
      const { status, key, json } = await keyUsed(stored);
      expect([status, key]).toEqual([0, 'from-config']);
      expect(json().warnings).toEqual([
        expect.stringMatching(/config\.json is open to others \(mode 0644\).*chmod 600/),
      ]);
    },
  );

  it('makes no folder when there is none: neither for settings nor for images', async () => {
    const world = await createWorld();
    const env = { IDEOGRAM_API_KEY: undefined };
    await runCli(['generate', 'a fox', '-o', 'new/'], { world, env });
    expect(await (await runCli(['--version'], { world })).files()).toEqual([]);
  });

  it('goes nowhere but to the base URL, over https or to this machine', async () => {
    for (const url of ['http://api.ideogram.ai', 'https://user:pw@api.ideogram.ai', 'ftp://x', 'nonsense']) {
      const result = await runCli(['generate', 'a fox', '--json'], { env: { IDEOGRAM_BASE_URL: url } });
      expect([url, result.status, result.error().code]).toEqual([url, 2, 'bad_input']);
      expect(result.stderr).not.toContain('pw@');
    }
    expect(TEST_KEY.length).toBeGreaterThan(12);
  });
});
