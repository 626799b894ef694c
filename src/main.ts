/** The edge to the world: the only file that touches `process`; builds the Context, turns signals into interrupts, sets the exit status. */
import { hostname } from 'node:os';
import { join } from 'node:path';
import packageJson from '../package.json' with { type: 'json' };
import type { Context } from './context.js';
import { CliError, SIGNAL_STATUSES } from './errors.js';
import { openOutput } from './output-stream.js';
import { run } from './program.js';
import { systemClock, systemFetch, systemRandom } from './system.js';

/** First signal: stop; second: leave. A third does not even wait for the tidying up. */
function listenForSignals(): Context['interrupts'] & { byKey(): boolean } {
  const stop = new AbortController();
  const abort = new AbortController();
  let byKey = false;
  const leave = (signal: string): void => {
    abort.abort(signal);
    for (const output of [stdout, stderr]) output.giveUp?.();
  };
  // SIGHUP among them: the terminal was closed, or the line to it dropped.
  const obey = (signal: string): void => {
    if (!stop.signal.aborted) stop.abort(signal);
    else if (!abort.signal.aborted) leave(signal);
    else process.exit(SIGNAL_STATUSES[signal]);
  };
  for (const signal of Object.keys(SIGNAL_STATUSES)) process.on(signal, () => obey(signal));
  const raise = (): void => {
    byKey = true;
    obey('SIGINT');
  };
  return { stop: stop.signal, abort: abort.signal, raise, byKey: () => byKey };
}

/** Whoever writes learns of a failure from the write itself; as an event it would only end the process. */
function unheard(stream: NodeJS.WriteStream): NodeJS.WriteStream {
  return stream.on('error', () => {});
}

function currentFolder(): string {
  try {
    return process.cwd();
  } catch (cause) {
    throw new CliError('bad_input', 'The current folder no longer exists.', {
      hint: 'Change into another one.',
      cause,
    });
  }
}

function isAlive(pid: number): boolean {
  try {
    // No signal: only the question whether one could be sent.
    return process.kill(pid, 0);
  } catch (error) {
    // It is there, but another user's.
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

const { platform } = process;
const system = { platform, hearsSignals: () => listening !== undefined, after: systemClock.after };
const stdout = openOutput(1, () => unheard(process.stdout), system);
const stderr = openOutput(2, () => unheard(process.stderr), system);

/** Until a command begins its work nothing is at stake, and a signal may end the process as the system does it. */
let listening: ReturnType<typeof listenForSignals> | undefined;
function interrupts(): ReturnType<typeof listenForSignals> {
  listening ??= listenForSignals();
  return listening;
}

void run({
  argv: process.argv.slice(2),
  env: process.env,
  get cwd() {
    return currentFolder();
  },
  platform,
  version: packageJson.version,
  // Of the bundle: dist/main.cjs.
  docs: join(import.meta.dirname, '..', 'docs'),
  get stdin() {
    return process.stdin;
  },
  stdout,
  stderr,
  fetch: systemFetch(process.env),
  clock: systemClock,
  random: systemRandom,
  get interrupts() {
    return interrupts();
  },
  machine: {
    pid: process.pid,
    get host() {
      return hostname();
    },
    isAlive,
  },
}).then(end);

function end(come: number): void {
  const isCutOff = stdout.isCutOff || stderr.isCutOff;
  const status = isCutOff ? (SIGNAL_STATUSES[String(listening?.stop.reason)] ?? come) : come;
  endBySignal(status);
  // exitCode, not exit(): what is still on its way into a slow pipe must arrive.
  process.exitCode = status;
  // Where all has arrived, nothing is left to do but to take the process apart, and the system does that in no time.
  if (listening?.abort.aborted || (stdout.isDrained && stderr.isDrained)) process.exit(status);
}

/** At a terminal the program dies of the signal that ended it; elsewhere the exit status says it. */
function endBySignal(status: number): void {
  const signal = String(listening?.stop.reason) as NodeJS.Signals;
  // Windows knows no signals: there it would end with another status.
  if (status !== SIGNAL_STATUSES[signal] || platform === 'win32') return;
  if (!process.stdin.isTTY && !stderr.isTTY) return;
  // SIGINT: a shell ends its loop only when the command dies of Ctrl-C: else the next picture is bought.
  // SIGHUP: Node aborts, and may dump its memory with the key in it, when it puts right a terminal that is gone.
  if (signal !== 'SIGINT' && signal !== 'SIGHUP') return;
  // Ctrl-C at a question is an answer to it: nothing was being bought, and a script can look at the status.
  if (listening?.byKey()) return;
  process.removeAllListeners(signal);
  process.kill(process.pid, signal);
}
