/** The only writer of results, notes and errors: what goes to which stream, in which mode, and never with a secret in it. */
import type { Clock, OutputStream } from '../context.js';
import { type Billed, CliError, EXIT_CODES } from '../errors.js';
import type { Mode } from './mode.js';
import { type Spinner, startSpinner } from './spinner.js';
import { loadStyle } from './style.js';

export interface ReportOptions {
  readonly stdout: OutputStream;
  readonly stderr: OutputStream;
  readonly clock: Clock;
  readonly mode: Mode;
  /** Takes secrets out of a text, whatever they are at that time. */
  readonly redact: (text: string) => string;
}

export interface Report {
  mode: Mode;
  /** True once the sandbox answers: errors then say that no money is meant. */
  rehearsal: boolean;
  /** What warnings were given so far: `--json` carries them in its result. */
  readonly warnings: readonly string[];
  /** Data for people and pipes: lines on stdout. Not in `--json`. */
  data(...lines: string[]): Promise<void>;
  /** Names of files, a line each on stdout, exactly as they are: somebody opens them. Not in `--json`. */
  paths(...paths: string[]): Promise<void>;
  /** The result in `--json`: one object on stdout. */
  json(result: object): Promise<void>;
  /** Bytes on stdout, as they are; false when nobody was there to take them. */
  bytes(content: Uint8Array): Promise<boolean>;
  /** Something good to know: stderr, only where a person watches. */
  aside(text: string): Promise<void>;
  /** What is going on, also in a log: stderr, but neither in `--quiet` nor in `--json`. */
  notice(text: string): Promise<void>;
  /** Help and the like, as it is: stdout. */
  page(text: string): Promise<void>;
  /** Something one must know: stderr, also in a log; in `--json` inside the result. */
  warn(text: string): Promise<void>;
  /** A detail of the work: stderr, only with --verbose. */
  debug(text: string): Promise<void>;
  /** Shows what is being waited for; the last one counts. */
  working(text: string): Spinner;
  /** The failure, in the form of the mode; says whether money was spent. */
  error(error: CliError): Promise<void>;
}

/** What `billed` means, for people. */
const BILLED: Readonly<Record<Billed, string>> = {
  no: 'Nothing was billed.',
  maybe: 'This may have been billed: the request was sent, and no usable answer came.',
  yes: 'This was billed.',
};

/** The writer of a run. */
export function createReport(options: ReportOptions): Report {
  const { stdout, stderr, clock, redact } = options;
  const warnings: string[] = [];
  let spinner: Spinner | undefined;

  const say = async (text: string, prefix = ''): Promise<void> => {
    spinner?.clear();
    await writeAnyway(stderr, `${prefix}${clean(redact(text))}\n`);
  };
  const report: Report = {
    mode: options.mode,
    rehearsal: false,
    warnings,
    async data(...lines) {
      if (report.mode.json || lines.length === 0) return;
      spinner?.clear();
      await write(stdout, `${lines.map((line) => clean(redact(line))).join('\n')}\n`);
    },
    async paths(...paths) {
      if (report.mode.json || paths.length === 0) return;
      spinner?.clear();
      await write(stdout, `${paths.join('\n')}\n`);
    },
    async json(result) {
      await write(stdout, `${JSON.stringify(deeply(result, redact))}\n`);
    },
    bytes: (content) => write(stdout, content),
    async aside(text) {
      if (report.mode.interactive) await say(text);
    },
    async notice(text) {
      if (!report.mode.quiet) await say(text);
    },
    async page(text) {
      await write(stdout, text);
    },
    async warn(text) {
      warnings.push(text);
      if (report.mode.quiet) return;
      const style = await loadStyle(report.mode.color.stderr);
      await say(text, `${style.caution('Warning:')} `);
    },
    async debug(text) {
      if (report.mode.verbose) await say(text);
    },
    working(text) {
      spinner?.stop();
      const { spinner: enabled, color } = report.mode;
      spinner = startSpinner(text, { stream: stderr, enabled, color: color.stderr, clock });
      return spinner;
    },
    async error(error) {
      spinner?.stop();
      await writeAnyway(
        stderr,
        report.mode.json
          ? `${JSON.stringify(deeply(errorObject(error, report.rehearsal), redact))}\n`
          : `${await errorText(error, report, (text) => clean(redact(text)))}\n`,
      );
    },
  };
  return report;
}

function errorObject(error: CliError, rehearsal: boolean): object {
  const { code, message, hint, status, requestId, billed } = error;
  return {
    ok: false,
    error: {
      code,
      message,
      hint: hint ?? null,
      status: status ?? null,
      requestId: requestId ?? null,
      billed,
    },
    ...(rehearsal ? { sandbox: true } : {}),
  };
}

async function errorText(
  error: CliError,
  { mode, rehearsal }: Report,
  safe: (text: string) => string,
): Promise<string> {
  const style = await loadStyle(mode.color.stderr);
  const lines = [`${style.bad('Error:')} ${safe(error.message)}`];
  // Before anything was sent, "nothing was billed" goes without saying.
  if (error.billed !== 'no' || error.status !== undefined) {
    lines.push(`  ${rehearsal ? 'With the real API: ' : ''}${BILLED[error.billed]}`);
  }
  if (error.requestId) lines.push(style.faint(`  Request id: ${safe(error.requestId)}`));
  for (const line of error.hint?.split('\n') ?? []) lines.push(`  ${safe(line)}`);
  const bug = error.exitCode === EXIT_CODES.internal && mode.verbose;
  if (bug && error.cause instanceof Error && error.cause.stack) lines.push(safe(error.cause.stack));
  return lines.join('\n');
}

/** Every text of a JSON value rewritten, but for paths, which somebody opens; names stay as they are. */
function deeply(value: unknown, rewrite: (text: string) => string): unknown {
  if (typeof value === 'string') return rewrite(value);
  if (Array.isArray(value)) return value.map((item) => deeply(item, rewrite));
  if (typeof value !== 'object' || value === null) return value;
  const rewritten = (name: string, item: unknown): unknown =>
    name === 'path' ? item : deeply(item, rewrite);
  return Object.fromEntries(Object.entries(value).map(([name, item]) => [name, rewritten(name, item)]));
}

/** Control characters but tab and line feed, and marks that reverse the reading order. */
const UNSAFE = /(?![\t\n])[\p{Cc}\p{Bidi_Control}]/gu;

/** Text that cannot move the cursor, ring, change the title or reverse the reading order of a terminal. */
function clean(text: string): string {
  return text.replace(UNSAFE, '');
}

/**
 * Resolves when the stream has taken the content: true; false when its reader went away, which is no failure of ours.
 * @throws the stream's own error otherwise: a full disk behind `>` must not go unnoticed
 */
function write(stream: OutputStream, content: string | Uint8Array): Promise<boolean> {
  return new Promise((resolve, reject) => {
    if (stream.destroyed) return resolve(false);
    stream.write(content, (error) => {
      const code = (error as NodeJS.ErrnoException | null | undefined)?.code;
      if (!error) resolve(true);
      else if (code === 'EPIPE' || code === 'ERR_STREAM_DESTROYED') resolve(false);
      else reject(new CliError('bad_file', `The output cannot be written (${code}).`, { cause: error }));
    });
  });
}

/** What cannot be said on stderr cannot be said at all. */
function writeAnyway(stream: OutputStream, text: string): Promise<unknown> {
  return write(stream, text).catch(() => {});
}
