/** `auth status` tells which key wins without asking anybody; `auth logout` takes the kept one away. */
import { chmod, lstat, mkdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createWorld, runCli } from '../support/run.js';

const KEYS = {
  environment: 'k3y-0f-the-env1r0nment-aaaa',
  local: 'k3y-0f-the-l0cal-f1le-bbbb',
  env: 'k3y-0f-the-env-f1le-cccc',
  config: 'k3y-0f-the-s3tt1ngs-dddd',
};
const CONFIG = '.config/config.json';
const ALL: Record<string, string> = {
  '.env.local': `IDEOGRAM_API_KEY=${KEYS.local}\n`,
  '.env': `A=1\nIDEOGRAM_API_KEY=${KEYS.env}\nB=2\n`,
  [CONFIG]: JSON.stringify({ apiKey: KEYS.config }),
};

async function auth(
  argv: string[],
  files: Record<string, string> = {},
  env: Record<string, string | undefined> = {},
  change: (folder: string) => Promise<void> = async () => {},
) {
  const world = await createWorld();
  await mkdir(join(world.folder, '.config'));
  for (const [name, content] of Object.entries(files)) {
    await writeFile(join(world.folder, name), content, { mode: 0o600 });
  }
  await change(world.folder);
  const fetch = (): never => {
    throw new Error('the network was used');
  };
  const result = await runCli(['auth', ...argv], {
    world,
    env: { IDEOGRAM_API_KEY: undefined, ...env },
    fetch: async () => fetch(),
  });
  for (const key of Object.values(KEYS)) expect(result.stdout + result.stderr).not.toContain(key);
  const read = (name: string) => readFile(join(world.folder, name), 'utf8').catch(() => undefined);
  return { ...result, read, at: (name: string) => join(world.folder, name) };
}

describe('auth status', () => {
  it('shows the key that wins, and those it hides, in their order', async () => {
    const { status, json, at, stderr } = await auth(['status', '--json'], ALL, {
      IDEOGRAM_API_KEY: KEYS.environment,
    });
    expect([status, stderr]).toEqual([0, '']);
    expect(json()).toEqual({
      ok: true,
      command: 'auth status',
      key: '****aaaa',
      source: 'environment',
      path: null,
      mode: null,
      hidden: [
        { key: '****bbbb', source: '.env.local', path: at('.env.local'), mode: '0600' },
        { key: '****cccc', source: '.env', path: at('.env'), mode: '0600' },
        { key: '****dddd', source: 'config', path: at(CONFIG), mode: '0600' },
      ],
      sandbox: false,
      warnings: [],
    });
  });

  it('tells people', async () => {
    const { stdout, at } = await auth(['status'], { '.env': ALL['.env'] ?? '', [CONFIG]: ALL[CONFIG] ?? '' });
    expect(stdout).toBe(
      `Key:    ****cccc\nFrom:   ${at('.env')} (mode 0600)\nHidden: ****dddd from ${at(CONFIG)} (mode 0600)\n`,
    );
  });

  it('says that a file is open to others', async () => {
    const { json } = await auth(['status', '--json'], { [CONFIG]: ALL[CONFIG] ?? '' }, {}, (folder) =>
      chmod(join(folder, CONFIG), 0o644),
    );
    expect(json().mode).toBe('0644');
    expect(json().warnings).toEqual([
      expect.stringMatching(/config\.json is open to others \(mode 0644\)\. Run: chmod 600/),
    ]);
  });

  it('is not fine without a key', async () => {
    const { status, error, json } = await auth(['status', '--json']);
    expect([status, error().code, json().ok, json().key]).toEqual([4, 'no_key', false, null]);
    expect(error().hint).toContain('ideogram auth login');
  });

  it('tells of a place that cannot be read: an error where it wins, a warning below', async () => {
    const broken = { [CONFIG]: '{"apiKey":secret-part-one}' };
    const wins = await auth(['status', '--json'], broken);
    expect([wins.status, wins.error().code, wins.json().ok]).toEqual([4, 'no_key', false]);
    const below = await auth(['status', '--json'], broken, { IDEOGRAM_API_KEY: KEYS.environment });
    expect([below.status, below.json().key]).toEqual([0, '****aaaa']);
    expect(below.json().warnings).toEqual([expect.stringMatching(/config\.json, is not valid JSON/)]);
    expect(wins.stderr + below.stdout).not.toContain('secret-part');
  });

  it('does not take for a key what cannot be one', async () => {
    const { status, error, stdout, json } = await auth(['status', '--json'], ALL, {
      IDEOGRAM_API_KEY: 'secret part one',
    });
    expect([json().ok, json().source, json().hidden.length]).toEqual([false, 'environment', 3]);
    expect([status, error().code]).toEqual([4, 'no_key']);
    expect(error().message).toContain('is not a key');
    expect(stdout).not.toContain('secret part');
  });

  it('says when the sandbox makes keys needless', async () => {
    const { json } = await auth(['status', '--json'], ALL, { IDEOGRAM_SANDBOX: '1' });
    expect([json().sandbox, json().warnings]).toEqual([
      true,
      [expect.stringContaining('sandbox is switched on')],
    ]);
  });
});

describe('auth logout', () => {
  it('takes the stored key away, and says which one is in use now', async () => {
    const { status, json, read, at } = await auth(['logout', '--json'], ALL);
    expect([status, await read(CONFIG), await read('.env')]).toEqual([0, undefined, ALL['.env']]);
    expect(json()).toEqual({
      ok: true,
      command: 'auth logout',
      removed: true,
      source: 'config',
      path: at(CONFIG),
      remaining: { key: '****bbbb', source: '.env.local', path: at('.env.local') },
      warnings: [],
    });
  });

  it('keeps other settings', async () => {
    const { read } = await auth(['logout'], { [CONFIG]: JSON.stringify({ apiKey: KEYS.config, later: 1 }) });
    expect(JSON.parse(String(await read(CONFIG)))).toEqual({ later: 1 });
  });

  it('takes along what a killed process left behind', async () => {
    const leftover = '.config/config.json.tmp-1795460986a1b2c3';
    const foreign = '.config/config.json.tmp-mine';
    const key = JSON.stringify({ apiKey: KEYS.config });
    const { status, read } = await auth(
      ['logout'],
      { ...ALL, [leftover]: key, [foreign]: 'mine' },
      {},
      (folder) =>
        // A folder of such a name is nothing to stumble over.
        mkdir(join(folder, '.config/config.json.tmp-1795460986ffffff')).then(() => {}),
    );
    expect([status, await read(leftover), await read(CONFIG), await read(foreign)]).toEqual([
      0,
      undefined,
      undefined,
      'mine',
    ]);
  });

  it('takes away even what can be no key at all', async () => {
    const { status, json } = await auth(['logout', '--json'], {
      [CONFIG]: '{"apiKey":"\\ud800abcdefghijklmn"}',
    });
    expect([status, json().removed]).toEqual([0, true]);
  });

  it('is no failure without a key', async () => {
    const { status, json } = await auth(['logout', '--json']);
    expect([status, json().removed, json().remaining]).toEqual([0, false, null]);
  });

  it('--env takes it out of .env, all else stays', async () => {
    const { json, read } = await auth(['logout', '--env', '--json'], ALL);
    expect([json().removed, json().source, await read('.env'), await read(CONFIG)]).toEqual([
      true,
      '.env',
      'A=1\nB=2\n',
      ALL[CONFIG],
    ]);
  });

  it('--env takes along what a killed process left behind', async () => {
    const { read } = await auth(['logout', '--env'], {}, {}, async (folder) => {
      await mkdir(join(folder, '.ideogram-env-a1B2c3'));
      await writeFile(join(folder, '.ideogram-env-a1B2c3', '.env'), `IDEOGRAM_API_KEY=${KEYS.env}`);
    });
    expect(await read('.ideogram-env-a1B2c3/.env')).toBeUndefined();
  });

  it.skipIf(process.platform === 'win32')(
    'follows no link to what is not ours: a cloned repository may hold one',
    async () => {
      const { read } = await auth(['logout', '--env'], {}, {}, async (folder) => {
        await mkdir(join(folder, 'prod'));
        await writeFile(join(folder, 'prod', '.env'), 'IDEOGRAM_API_KEY=of-another-project');
        await symlink('prod', join(folder, '.ideogram-env-a1B2c3'));
      });
      expect(await read('prod/.env')).toBe('IDEOGRAM_API_KEY=of-another-project');
    },
  );

  it.skipIf(process.platform === 'win32')(
    'takes the key out of the file that a link leads to, and leaves the link',
    async () => {
      const { json, read, at } = await auth(['logout', '--json'], {}, {}, async (folder) => {
        await writeFile(join(folder, 'dotfiles.json'), ALL[CONFIG] ?? '', { mode: 0o600 });
        await symlink(join(folder, 'dotfiles.json'), join(folder, CONFIG));
      });
      expect([json().removed, JSON.parse(String(await read('dotfiles.json')))]).toEqual([true, {}]);
      expect((await lstat(at(CONFIG))).isSymbolicLink()).toBe(true);
    },
  );

  it('does not touch a corrupt file', async () => {
    const { status, error, read } = await auth(['logout', '--json'], { [CONFIG]: '{"apiKey":' });
    expect([status, error().code, await read(CONFIG)]).toEqual([2, 'bad_file', '{"apiKey":']);
  });

  it('is a rehearsal in the sandbox', async () => {
    const { json, read } = await auth(['logout', '--json'], ALL, { IDEOGRAM_SANDBOX: '1' });
    expect([json().removed, await read(CONFIG)]).toEqual([false, ALL[CONFIG]]);
  });
});
