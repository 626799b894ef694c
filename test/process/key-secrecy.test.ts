/** The key as other processes and folders see it: in no argument, in no file, and sent nowhere because a cloned repository says so. */
import { chmod, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { createServer as createTlsServer } from 'node:https';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it, onTestFinished } from 'vitest';
import { acceptKey, refuse } from '../support/quote.js';
import { expectUnseen, KEYS } from '../support/secrets.js';
import { startServer } from '../support/server.js';
import { execCli, spawnCli } from '../support/spawn.js';

const [LONG] = KEYS.map(({ key }) => key) as [string];
const OTHER_KEY = 'an0ther-k3y-that-was-th3re-bef0re-Ys7D';

async function createFolder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'ideogram-secrecy-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

async function readAll(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile());
  const texts = files.map(async (entry) => {
    const path = join(entry.parentPath ?? entry.path, entry.name);
    return [path.slice(folder.length + 1), await readFile(path, 'latin1')] as const;
  });
  return Object.fromEntries((await Promise.all(texts)).sort());
}

describe.skipIf(process.platform === 'win32')('git, which is asked about .env', () => {
  /** A git that writes down what it is given, and knows nothing. */
  async function fakeGit(): Promise<{ PATH: string; seen(): Promise<string> }> {
    const bin = await createFolder();
    const log = join(bin, 'seen');
    await writeFile(
      join(bin, 'git'),
      `#!/bin/sh\n{ echo "GIT"; printf '%s\\n' "$@"; env; } >> ${log}\nexit 1\n`,
    );
    await chmod(join(bin, 'git'), 0o755);
    return { PATH: `${bin}${delimiter}${process.env.PATH}`, seen: () => readFile(log, 'utf8') };
  }

  async function loginInRepository(env: Record<string, string> = {}) {
    const cwd = await createFolder();
    await mkdir(join(cwd, '.git'));
    await writeFile(join(cwd, '.env'), `IDEOGRAM_API_KEY=${OTHER_KEY}\n`, { mode: 0o600 });
    const { PATH, seen } = await fakeGit();
    const server = await startServer(acceptKey);
    const { status, stderr } = await execCli(['auth', 'login', '--with-key', '--env', '--force'], {
      cwd,
      env: { PATH, IDEOGRAM_BASE_URL: server.url, ...env },
      stdin: LONG,
    });
    expect([status, stderr]).toEqual([0, expect.any(String)]);
    expect(await readFile(join(cwd, '.env'), 'utf8')).toBe(`IDEOGRAM_API_KEY=${LONG}\n`);
    return { seen: await seen(), stderr };
  }

  it('gets no key: neither as an argument nor in its environment', async () => {
    const { seen } = await loginInRepository();
    expect(seen).toMatch(/GIT\n[\s\S]*check-ignore/);
    for (const key of [LONG, OTHER_KEY]) expectUnseen(key, seen, 'git');
    expect(seen).not.toContain('IDEOGRAM_API_KEY');
  });

  it('gets the one that was in the environment before, and no other', async () => {
    const { seen } = await loginInRepository({ IDEOGRAM_API_KEY: 'k3y-0f-the-env1r0nment-Lp4S' });
    for (const key of [LONG, OTHER_KEY]) expectUnseen(key, seen, 'git');
    const given = seen.split('\n').filter((line) => line.includes('k3y-0f-the-env1r0nment'));
    for (const line of given) expect(line).toBe('IDEOGRAM_API_KEY=k3y-0f-the-env1r0nment-Lp4S');
  });
});

describe('a process', () => {
  it.each(KEYS)('shows nothing of $what, on no stream and in no file', async ({ key, isSendable }) => {
    const server = await startServer(refuse(401, { message: `No: ${key}` }));
    for (const flags of [[], ['--verbose'], ['--json', '--verbose']]) {
      const cwd = await createFolder();
      const env = { IDEOGRAM_BASE_URL: server.url };
      const login = await execCli(['auth', 'login', '--with-key', ...flags], { cwd, env, stdin: key });
      const verify = await execCli(['auth', 'verify', ...flags], {
        cwd,
        env: { ...env, IDEOGRAM_API_KEY: key },
      });
      expect([login.status, verify.status]).toEqual([4, 4]);
      for (const { stdout, stderr } of [login, verify]) {
        expectUnseen(key, `${stdout}${stderr}`.replaceAll(cwd, ''), flags.join(' '));
      }
      expect(await readAll(cwd)).toEqual({});
    }
    expect(server.calls.length > 0).toBe(isSendable);
  });
});

/** A port where each connection is counted, and let down. */
async function startTrap(): Promise<{ port: number; connections: () => number; next: () => Promise<void> }> {
  let connections = 0;
  let tell = (): void => {};
  const server = createServer((socket) => {
    connections++;
    tell();
    socket.destroy();
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(() => new Promise<void>((resolve) => server.close(() => resolve())));
  return {
    port: (server.address() as AddressInfo).port,
    connections: () => connections,
    next: () =>
      new Promise((resolve) => {
        tell = resolve;
      }),
  };
}

const FIXTURES = fileURLToPath(new URL('../api/fixtures/', import.meta.url));

/** On this machine, under an address that is not taken for it: proxies and certificates count. Nobody vouches for it. */
async function startUnknownServer(): Promise<{ url: string; keys: () => unknown[] }> {
  const [key, cert] = await Promise.all(
    ['tls-key.pem', 'tls-cert.pem'].map((name) => readFile(join(FIXTURES, name))),
  );
  const keys: unknown[] = [];
  const server = createTlsServer({ key, cert } as { key: Buffer; cert: Buffer }, (request, response) => {
    keys.push(request.headers['api-key']);
    response.writeHead(401).end('{}');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  onTestFinished(
    () =>
      new Promise<void>((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  );
  const { port } = server.address() as AddressInfo;
  return { url: `https://[::ffff:127.0.0.1]:${port}`, keys: () => keys };
}

describe('a .env of a cloned repository, that would send the key elsewhere', () => {
  const COMMANDS = [
    ['auth', 'status'],
    ['auth', 'status', '--json'],
    ['auth', 'verify'],
    ['auth', 'verify', '--json', '--verbose'],
    ['generate', 'a fox', '-o', 'fox.png'],
    ['auth', 'logout', '--env'],
  ];

  /** All that it could try. */
  async function evilVariables(): Promise<{
    variables: Record<string, string>;
    folder: string;
    connections: () => number;
    /** The next connection to it. */
    next: () => Promise<void>;
  }> {
    const folder = await createFolder();
    const { port, connections, next } = await startTrap();
    const url = `http://127.0.0.1:${port}`;
    await writeFile(join(folder, 'evil.cjs'), `require('fs').writeFileSync(__dirname + '/ran', '');`);
    await mkdir(join(folder, 'ideogram'));
    for (const name of ['config.json', 'ideogram/config.json']) {
      await writeFile(join(folder, name), JSON.stringify({ apiKey: 'a-k3y-0f-the-evil-f0lder-Ud5F' }));
    }
    const variables = {
      IDEOGRAM_BASE_URL: url,
      IDEOGRAM_CONFIG_DIR: folder,
      IDEOGRAM_SANDBOX: '1',
      NODE_OPTIONS: `--require ${join(folder, 'evil.cjs')}`,
      HTTPS_PROXY: url,
      HTTP_PROXY: url,
      ALL_PROXY: url,
      https_proxy: url,
      http_proxy: url,
      all_proxy: url,
      NODE_EXTRA_CA_CERTS: join(FIXTURES, 'tls-cert.pem'),
      NODE_TLS_REJECT_UNAUTHORIZED: '0',
      XDG_CONFIG_HOME: folder,
      HOME: folder,
      PATH: folder,
      FORCE_COLOR: '1',
    };
    return { variables, folder, connections, next };
  }

  const linesOf = (variables: Record<string, string>): string =>
    Object.entries(variables)
      .map(([name, value]) => `${name}=${value}\nexport ${name}=${value}\n`)
      .join('');

  /** Runs a command where the files hold these variables besides the key. */
  async function runWith(argv: readonly string[], variables: string, env: Record<string, string>) {
    const cwd = await createFolder();
    const key = `IDEOGRAM_API_KEY=${LONG}\n`;
    await writeFile(join(cwd, '.env'), `${variables}${key}${variables}`, { mode: 0o600 });
    await writeFile(join(cwd, '.env.local'), variables, { mode: 0o600 });
    const { status, stdout, stderr } = await execCli(argv, { cwd, env });
    const { '.env': _env, '.env.local': _local, ...files } = await readAll(cwd);
    const told = [stdout.toString(), stderr].map((text) =>
      text.replaceAll(cwd, '<folder>').replace(/\b\d+ ms|\d\.\d+ s\b/g, '<time>'),
    );
    return { status, told, files };
  }

  it.each(COMMANDS.map((argv) => [argv.join(' '), argv] as const))(
    '%s: as without it',
    async (_what, argv) => {
      const { variables, folder, connections } = await evilVariables();
      const server = await startServer(acceptKey);
      const env = { IDEOGRAM_BASE_URL: server.url };
      const plain = await runWith(argv, '', env);
      const calls = server.calls.splice(0).map(({ path, headers }) => [path, headers['api-key']]);
      const hostile = await runWith(argv, linesOf(variables), env);
      expect(plain.status).toBe(0);
      expect(hostile).toEqual(plain);
      expect(server.calls.map(({ path, headers }) => [path, headers['api-key']])).toEqual(calls);
      expect([connections(), await readdir(folder)]).toEqual([0, ['config.json', 'evil.cjs', 'ideogram']]);
    },
  );

  it('on its way to another machine: no proxy, no certificate of it is taken', async () => {
    const { variables, connections } = await evilVariables();
    const unknown = await startUnknownServer();
    const argv = ['auth', 'verify', '--json'];
    const env = { IDEOGRAM_BASE_URL: unknown.url };
    const plain = await runWith(argv, '', env);
    const hostile = await runWith(argv, linesOf(variables), env);
    expect([plain.status, plain.told.join()]).toEqual([5, expect.stringContaining('"code":"network"')]);
    expect(hostile).toEqual(plain);
    expect([connections(), unknown.keys()]).toEqual([0, []]);
  });

  it('or it would be seen: the same variables in the environment itself do all that', async () => {
    const { variables, folder, next } = await evilVariables();
    const unknown = await startUnknownServer();
    const argv = ['auth', 'verify', '--json'];
    const { NODE_TLS_REJECT_UNAUTHORIZED, NODE_OPTIONS, HTTPS_PROXY, IDEOGRAM_BASE_URL } =
      variables as Record<
        'NODE_TLS_REJECT_UNAUTHORIZED' | 'NODE_OPTIONS' | 'HTTPS_PROXY' | 'IDEOGRAM_BASE_URL',
        string
      >;
    const there = { IDEOGRAM_BASE_URL: unknown.url };
    await runWith(argv, '', { ...there, NODE_TLS_REJECT_UNAUTHORIZED, NODE_OPTIONS });
    expect([unknown.keys(), (await readdir(folder)).includes('ran')]).toEqual([[LONG], true]);
    for (const env of [{ ...there, HTTPS_PROXY }, { IDEOGRAM_BASE_URL }]) {
      const connected = next();
      const child = spawnCli(argv, { cwd: await createFolder(), env: { ...env, IDEOGRAM_API_KEY: LONG } });
      await connected;
      // It would try again for some seconds.
      child.kill('SIGKILL');
      await new Promise((resolve) => child.on('close', resolve));
    }
  });
});
