/** The built program as a process: started with a clean environment, few at once, and killed as it was planned. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';

const BIN = fileURLToPath(new URL('../../bin/ideogram.cjs', import.meta.url));
const BUNDLE = fileURLToPath(new URL('../../dist/main.cjs', import.meta.url));
const HOOK = fileURLToPath(new URL('crash-hook.cjs', import.meta.url));
/** Nothing of the bench takes so long, unless it says so. */
const LIMIT_SECONDS = 30;
/** Between two signals: each must be seen. */
const BETWEEN_SIGNALS_MS = 40;

/**
 * How a process is to end before its time: after some milliseconds, at an operation of its own (`crash-hook.cjs`), or
 * some milliseconds after somebody says so; `between`: milliseconds from one signal to the next. With `fail` it is not to
 * end: an operation on a file fails.
 * @typedef {{ms: number, signals: NodeJS.Signals[], between?: number, when?: () => Promise<unknown>} |
 *   {at: number, name?: string, side: 'before' | 'half' | 'after' | 'fail'}} Kill
 */

/**
 * @typedef {object} Ended
 * @property {number | null} status
 * @property {NodeJS.Signals | null} signal what it died of
 * @property {Buffer} stdout
 * @property {string} stderr
 * @property {number} ms
 * @property {object[]} log of the hook; empty where there was none
 * @property {boolean} hung it did not end in time
 * @property {NodeJS.Signals[]} sent signals that it was sent while it lived
 */

/**
 * A place where programs are run.
 * @param {number} atOnce so many processes that are waited for at the same time
 */
export function createStage(atOnce) {
  if (!existsSync(BUNDLE)) throw new Error('There is nothing to test yet: npm run build');
  let free = atOnce;
  const waiting = [];
  const alive = new Set();
  const enter = () => (free > 0 ? void free-- : new Promise((resolve) => waiting.push(resolve)));
  let isClosed = false;
  const leave = () => (waiting.length > 0 ? waiting.shift()() : void free++);

  return {
    /**
     * Runs it to its end.
     * @param {{argv: string[], cwd: string, env: Record<string, string>, kill?: Kill, log?: string, full?: boolean,
     *   seconds?: number, aside?: boolean}} order
     *   `log`: a new file for what the hook says, `full`: of every operation; `aside`: it takes no place
     * @returns {Promise<Ended>}
     */
    async run(order) {
      if (!order.aside) await enter();
      try {
        // Nobody waits for it any more.
        if (isClosed) return await new Promise(() => {});
        return await watch(order, alive);
      } finally {
        if (!order.aside) leave();
      }
    },
    /** Ends what still runs, and begins nothing more. */
    clear() {
      isClosed = true;
      for (const child of alive) child.kill('SIGKILL');
    },
  };
}

async function watch({ argv, cwd, env, kill, log, full = false, seconds = LIMIT_SECONDS }, alive) {
  const started = performance.now();
  const child = spawn(process.execPath, [...(log ? ['--require', HOOK] : []), BIN, ...argv], {
    cwd,
    env: { PATH: process.env.PATH, ...env, ...(log ? hookEnv(log, full, kill) : {}) },
    stdio: ['ignore', 'pipe', 'pipe'],
  });
  alive.add(child);
  const chunks = { stdout: [], stderr: [] };
  for (const name of ['stdout', 'stderr']) child[name].on('data', (chunk) => chunks[name].push(chunk));
  const sent = [];
  const send = (signal) => child.exitCode === null && child.kill(signal) && sent.push(signal);
  const timers = scheduleSignals(kill, send);
  let hung = false;
  timers.push(
    setTimeout(() => {
      hung = true;
      send('SIGKILL');
    }, seconds * 1000),
  );
  const [status, signal] = await new Promise((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (...end) => resolve(end));
  });
  alive.delete(child);
  for (const timer of timers) clearTimeout(timer);
  const text = (name) => Buffer.concat(chunks[name]);
  const ms = performance.now() - started;
  const lines = log ? await readLog(log) : [];
  return {
    status,
    signal,
    stdout: text('stdout'),
    stderr: text('stderr').toString(),
    ms,
    log: lines,
    hung,
    sent,
  };
}

function hookEnv(log, full, kill) {
  return {
    FAULTS_LOG: log,
    ...(full ? { FAULTS_FULL: '1' } : {}),
    ...(kill?.at ? { FAULTS_AT: String(kill.at), FAULTS_SIDE: kill.side } : {}),
    ...(kill?.name ? { FAULTS_NAME: kill.name } : {}),
  };
}

function scheduleSignals(kill, send) {
  const timers = [];
  if (!kill?.signals) return timers;
  const { between = BETWEEN_SIGNALS_MS } = kill;
  // Each from the one before: two of one kind that are sent at once arrive as one.
  const sendAll = ([signal, ...more], ms) => {
    timers.push(
      setTimeout(() => {
        send(signal);
        if (more.length > 0) sendAll(more, between);
      }, ms),
    );
  };
  if (kill.when) void kill.when().then(() => sendAll(kill.signals, kill.ms));
  else sendAll(kill.signals, kill.ms);
  return timers;
}

async function readLog(path) {
  // A process that ended before its first words has none.
  const text = await readFile(path, 'utf8').catch(() => '');
  return text.split('\n').flatMap((line) => (line === '' ? [] : [JSON.parse(line)]));
}
