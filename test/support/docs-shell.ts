/** Runs a block of the documentation as a person would, in a folder of its own, where nothing reaches the network. */
import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, readFile, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fillFolder } from './docs-folder.js';
import { BIN, CODE_CACHE, ROOT } from './spawn.js';

/** Where the pages say the sandbox listens. */
export const SHOWN_ADDRESS = '127.0.0.1:4010';
/** Of the call that the pages speak of. */
const SHOWN_ID = 'k3f9x2ma01';
/** What the sandbox says each time, and the pages say once. */
const REHEARSING = /^Sandbox: a local stand-in answers.*\n/gm;
const LIMIT_MS = 90_000;

/** Every command that fails, but where the block asks for its status (`||`, `if`). */
const WATCH = `unset BASH_ENV\nset -E\ntrap 'echo "$?" >> "$DOCS_FAILURES"' ERR\n`;

/** Commands that need what an earlier one left, and so a sandbox that is still there. */
const LOOKS_BACK = /ideogram (resume|history|again|auth (login|status|logout))\b/;

export interface Outcome {
  readonly folder: string;
  readonly status: number;
  /** The exit status of each command that failed, in their order. */
  readonly failures: readonly number[];
  /** Both streams, as a terminal would mix them; the server's address as the pages write it, without the sandbox's own note. */
  readonly printed: string;
  /** The same once more, in the same folder. */
  readonly again: () => Promise<Pick<Outcome, 'status' | 'printed'>>;
}

export interface Server {
  /** host:port */
  readonly address: string;
  readonly stop: () => void;
}

export interface RunOptions {
  /** A sandbox that goes on when a command has ended: for what looks back at earlier calls, and for other clients. */
  readonly server: Server;
  readonly env?: Readonly<Record<string, string>>;
  readonly shell?: 'bash' | 'make';
}

/** `ideogram sandbox` on a free port, which is the only server that the blocks know. */
export async function startServer(): Promise<Server> {
  const child = spawn(process.execPath, [BIN, 'sandbox', '--port', '0'], {
    env: { PATH: process.env.PATH },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const url = await new Promise<string>((resolve, reject) => {
    child.stdout.once('data', (data: Buffer) => resolve(data.toString('utf8').trim()));
    child.once('exit', () => reject(new Error('the sandbox did not start')));
  });
  return { address: new URL(url).host, stop: () => void child.kill() };
}

/** Runs it whole; the caller removes the folder. */
export async function runBlock(
  text: string,
  { server, env = {}, shell = 'bash' }: RunOptions,
): Promise<Outcome> {
  const place = await mkdtemp(join(tmpdir(), 'ideogram-docs-'));
  const folder = join(place, 'work');
  await mkdir(folder);
  await fillFolder(folder, text);
  const failures = join(place, 'failures');
  await writeFile(failures, '');
  await writeFile(join(place, 'watch'), WATCH);
  const looksBack = LOOKS_BACK.test(text) && !/IDEOGRAM_SANDBOX|--sandbox/.test(text);
  const surroundings = {
    PATH: [join(ROOT, 'test/support/docs-bin'), process.env.PATH].join(delimiter),
    HOME: folder,
    XDG_CACHE_HOME: CODE_CACHE,
    IDEOGRAM_STATE_DIR: join(place, 'state'),
    KEY: 'a-key-for-the-docs-0123',
    DOCS_NODE: process.execPath,
    DOCS_PROGRAM: BIN,
    DOCS_CALLS: join(place, 'calls'),
    DOCS_FAILURES: failures,
    BASH_ENV: join(place, 'watch'),
    LC_ALL: 'C.UTF-8',
    http_proxy: 'http://127.0.0.1:9',
    HTTPS_PROXY: 'http://127.0.0.1:9',
    NO_PROXY: '127.0.0.1',
    no_proxy: '127.0.0.1',
    ...(looksBack
      ? { IDEOGRAM_BASE_URL: `http://${server.address}`, IDEOGRAM_API_KEY: 'sandbox-key' }
      : { IDEOGRAM_SANDBOX: '1' }),
    ...env,
  };
  if (looksBack) await rememberCall(folder, surroundings);
  const file = join(place, shell === 'make' ? 'Makefile' : 'block.sh');
  await writeFile(file, `${text.replaceAll(SHOWN_ADDRESS, server.address)}\n`);
  // One pipe for both streams keeps their order.
  const argv = ['-c', `exec ${shell === 'make' ? 'make -f' : 'bash'} "$0" 2>&1`, file];
  const start = () => run('sh', argv, folder, surroundings);
  const { status, printed } = await start();
  return {
    folder,
    status,
    failures: (await readFile(failures, 'utf8')).split('\n').filter(Boolean).map(Number),
    printed: printed.replaceAll(server.address, SHOWN_ADDRESS).replace(REHEARSING, ''),
    again: start,
  };
}

/** A call that was made before, under the id that the pages show; a pipe has taken its image. */
async function rememberCall(folder: string, env: NodeJS.ProcessEnv): Promise<void> {
  const line = 'ideogram generate "a red fox" -o - > /dev/null';
  const { status, printed } = await run('bash', ['-c', line], folder, env);
  if (status !== 0) throw new Error(printed);
  const journal = join(env.IDEOGRAM_STATE_DIR ?? '', 'journal.jsonl');
  const text = await readFile(journal, 'utf8');
  const id = /"id":"(\w+)"/.exec(text)?.[1] ?? '';
  await writeFile(journal, text.replaceAll(id, SHOWN_ID));
}

function run(
  command: string,
  argv: readonly string[],
  cwd: string,
  env: NodeJS.ProcessEnv,
): Promise<{ status: number; printed: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(command, argv, { cwd, env, stdio: ['ignore', 'pipe', 'pipe'], detached: true });
    const chunks: Buffer[] = [];
    child.stdout.on('data', (chunk: Buffer) => chunks.push(chunk));
    child.stderr.on('data', (chunk: Buffer) => chunks.push(chunk));
    const limit = setTimeout(() => process.kill(-(child.pid ?? 0), 'SIGKILL'), LIMIT_MS);
    child.once('error', reject);
    child.once('close', (status) => {
      clearTimeout(limit);
      resolve({ status: status ?? 1, printed: Buffer.concat(chunks).toString('utf8') });
    });
  });
}
