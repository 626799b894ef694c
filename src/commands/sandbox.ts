/** The command `sandbox`: the embedded API as a server of its own, for any client, until it is stopped. */
import { CliError } from '../errors.js';
import type { Run } from './run.js';

export interface SandboxCommandOptions {
  /** 0: a free one. */
  readonly port: number;
  /** Seconds each image takes. */
  readonly latency: number;
}

/**
 * Serves until Ctrl-C or SIGTERM; that is its normal end.
 * @throws CliError `bad_input` when the port cannot be had
 */
export async function runSandbox(run: Run, options: SandboxCommandOptions): Promise<void> {
  const { ctx, report } = run;
  const { startSandbox } = await import('../sandbox/server.js');
  const sandbox = await startSandbox({
    clock: ctx.clock,
    port: options.port,
    latency: options.latency * 1000,
    onRequest: ({ method, path, status, note }) =>
      void report.notice(`${method} ${path} ${status}${note ? ` ${note}` : ''}`),
  }).catch((cause: NodeJS.ErrnoException) => {
    const why = cause.code === 'EADDRINUSE' ? 'is in use' : `cannot be had (${cause.code ?? cause.message})`;
    throw new CliError('bad_input', `Port ${options.port} ${why}.`, {
      hint: 'Choose another with --port; --port 0 takes any free one.',
      cause,
    });
  });
  if (report.mode.json)
    await report.json({ ok: true, command: 'sandbox', url: sandbox.url, port: sandbox.port });
  else await report.data(sandbox.url);
  await report.notice(
    'The sandbox is running; Ctrl-C ends it. In another terminal:\n' +
      `  IDEOGRAM_BASE_URL=${sandbox.url} IDEOGRAM_API_KEY=sandbox-key ideogram generate "a red fox"`,
  );
  await new Promise<void>((resolve) => {
    if (ctx.interrupts.stop.aborted) resolve();
    else ctx.interrupts.stop.addEventListener('abort', () => resolve(), { once: true });
  });
  await sandbox.close();
}
