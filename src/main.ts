/** The edge to the world: the only file that touches `process`; builds the Context, turns signals into interrupts, sets the exit status. */
import packageJson from '../package.json' with { type: 'json' };
import type { Context } from './context.js';
import { run } from './program.js';
import { systemClock, systemFetch, systemRandom } from './system.js';

/** First signal: stop; second: leave. A third does not even wait for the tidying up. */
function listenForSignals(): Context['interrupts'] {
  const stop = new AbortController();
  const abort = new AbortController();
  // SIGHUP: the terminal was closed, or the line to it dropped.
  const statuses = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 };
  for (const [signal, status] of Object.entries(statuses)) {
    process.on(signal, () => {
      if (!stop.signal.aborted) stop.abort(signal);
      else if (!abort.signal.aborted) abort.abort(signal);
      else process.exit(status);
    });
  }
  return { stop: stop.signal, abort: abort.signal };
}

// Whoever writes learns of a failure from the write itself; here it would only end the process.
for (const stream of [process.stdout, process.stderr]) stream.on('error', () => {});

// exitCode, not exit(): what is still on its way into a slow pipe must arrive.
void run({
  argv: process.argv.slice(2),
  env: process.env,
  cwd: process.cwd(),
  platform: process.platform,
  version: packageJson.version,
  stdin: process.stdin,
  stdout: process.stdout,
  stderr: process.stderr,
  fetch: systemFetch(process.env),
  clock: systemClock,
  random: systemRandom,
  interrupts: listenForSignals(),
}).then((status) => {
  process.exitCode = status;
});
