// Plays the story: a real bash on a real terminal, the built program, and its sandbox as the API. Nothing reaches a network.
import { spawn as spawnProcess } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { spawn } from '@lydell/node-pty';
import xterm from '@xterm/headless';
import { COLUMNS, CRASH, LINES } from './story.mjs';

const BIN = fileURLToPath(new URL('../../bin/ideogram.cjs', import.meta.url));
/** More than the story needs: what is left over is cut off. */
const ROWS = 60;
/** A mark that terminals do not show: the shell waits for the next line. */
const READY = '\u001b]133;A\u0007';
const LIMIT_MS = 60_000;

/**
 * @returns {Promise<{ columns: number, steps: number[], lines: import('@xterm/headless').IBufferLine[] }>}
 *   what is on the screen, and the line at which each command begins
 */
export async function playStory() {
  const place = mkdtempSync(join(tmpdir(), 'ideogram-picture-'));
  const sandbox = await startSandbox();
  try {
    return await play(prepare(place, sandbox.url));
  } finally {
    sandbox.child.kill();
    rmSync(place, { recursive: true, force: true });
  }
}

/** A server that outlives each command, as the API does. */
async function startSandbox() {
  const child = spawnProcess(process.execPath, [BIN, 'sandbox', '--port', '0'], {
    env: { PATH: process.env.PATH },
    stdio: ['ignore', 'pipe', 'ignore'],
  });
  const url = await new Promise((resolve, reject) => {
    child.stdout.once('data', (data) => resolve(String(data).trim()));
    child.once('exit', () => reject(new Error('The sandbox did not start: npm run build')));
  });
  return { child, url };
}

/** A home that is empty, and the program under its name. It leaves its process number, so that it can be killed. */
function prepare(place, url) {
  const [bin, home, state] = ['bin', 'home', 'state'].map((name) => join(place, name));
  for (const folder of [bin, home, state]) mkdirSync(folder);
  const program = join(bin, 'ideogram');
  writeFileSync(
    program,
    `#!/bin/sh
echo $$ > '${place}/pid'
case "$*" in *lighthouse*) IDEOGRAM_API_KEY=sandbox:broken-download=2; export IDEOGRAM_API_KEY ;; esac
exec '${process.execPath}' '${BIN}' "$@"
`,
  );
  chmodSync(program, 0o755);
  const env = {
    PATH: [bin, process.env.PATH].join(delimiter),
    HOME: home,
    TERM: 'xterm-256color',
    LC_ALL: 'C.UTF-8',
    PS1: `\\[${READY}\\]$ `,
    IDEOGRAM_BASE_URL: url,
    IDEOGRAM_API_KEY: 'sandbox-key',
    IDEOGRAM_STATE_DIR: state,
    BASH_SILENCE_DEPRECATION_WARNING: '1',
  };
  return { home, env, pid: join(place, 'pid'), journal: join(state, 'journal.jsonl') };
}

async function play({ home, env, pid, journal }) {
  const screen = new xterm.Terminal({ cols: COLUMNS, rows: ROWS, allowProposedApi: true });
  const shell = spawn('bash', ['--noprofile', '--norc', '--noediting', '-i'], {
    cols: COLUMNS,
    rows: ROWS,
    cwd: home,
    env,
  });
  let seen = '';
  shell.onData((data) => {
    seen += data;
    screen.write(data);
  });
  const steps = [];
  try {
    for (const line of LINES) {
      await until(() => seen.split(READY).length > steps.length + 1, line);
      steps.push(await flush(screen));
      shell.write(`${line}\r`);
      if (line !== CRASH) continue;
      await until(() => existsSync(journal) && paidAndNotHere(readFileSync(journal, 'utf8')), line);
      process.kill(Number(readFileSync(pid, 'utf8')), 'SIGKILL');
    }
    await until(() => seen.split(READY).length > LINES.length + 1, 'the end');
    const end = await flush(screen);
    const { active } = screen.buffer;
    return {
      columns: COLUMNS,
      steps,
      lines: Array.from({ length: end }, (_, row) => active.getLine(row)),
    };
  } finally {
    shell.kill('SIGKILL');
  }
}

/** The last call has its answer, and no more. */
function paidAndNotHere(journal) {
  return journal.trimEnd().split('\n').at(-1)?.includes('"event":"answered"') ?? false;
}

/** @returns {Promise<number>} the row of the cursor, once all that came is on the screen */
function flush(screen) {
  return new Promise((resolve) => screen.write('', () => resolve(screen.buffer.active.cursorY)));
}

async function until(holds, what) {
  const end = Date.now() + LIMIT_MS;
  while (!holds()) {
    if (Date.now() > end) throw new Error(`Waited too long: ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
