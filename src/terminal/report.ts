/** The only writer of results, notes and errors: what goes to which stream, in which mode, and never with a secret in it. */
import type { Clock, OutputStream } from '../context.js';
import { CliError } from '../errors.js';
import { errorObject, errorText } from './error-text.js';
import type { Mode } from './mode.js';
import { type Spinner, startSpinner } from './spinner.js';
import { loadStyle } from './style.js';
import { clean, fitLines } from './text.js';

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
  /** Data for people and pipes: lines on stdout. Not in `--json`. False when nobody was there to take them. */
  data(...lines: string[]): Promise<boolean>;
  /** Names of files, a line each on stdout, exactly as they are: somebody opens them. Not in `--json`. */
  paths(...paths: string[]): Promise<void>;
  /** The result in `--json`: one object on stdout. */
  json(result: object): Promise<void>;
  /** The same where the result is what was paid for: false when nobody was there to take it. */
  paidJson(result: object): Promise<boolean>;
  /** Bytes on stdout, as they are; false when nobody was there to take them. */
  bytes(content: Uint8Array): Promise<boolean>;
  /** A sequence that shows a picture: stderr, as it is, only where a person watches. */
  picture(sequence: string): Promise<void>;
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

/** The writer of a run. */
export function createReport(options: ReportOptions): Report {
  const { stdout, stderr, clock, redact } = options;
  const warnings: string[] = [];
  let spinner: Spinner | undefined;

  const say = async (text: string, label = '', paint = (word: string) => word): Promise<void> => {
    spinner?.clear();
    const lines = fitLines(`${label}${clean(redact(text))}`, stderr);
    // Painted afterwards: colours have no width.
    await writeAnyway(stderr, `${paint(label)}${lines.slice(label.length)}\n`);
  };
  const report: Report = {
    mode: options.mode,
    rehearsal: false,
    warnings,
    async data(...lines) {
      if (report.mode.json || lines.length === 0) return true;
      spinner?.clear();
      return write(stdout, `${lines.map((line) => clean(redact(line))).join('\n')}\n`);
    },
    async paths(...paths) {
      if (report.mode.json || paths.length === 0) return;
      spinner?.clear();
      await write(stdout, `${paths.join('\n')}\n`);
    },
    async json(result) {
      await report.paidJson(result);
    },
    paidJson: (result) => write(stdout, `${JSON.stringify(deeply(result, redact))}\n`),
    bytes: (content) => write(stdout, content),
    async picture(sequence) {
      if (!report.mode.spinner) return;
      spinner?.clear();
      await writeAnyway(stderr, sequence);
    },
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
      await say(text, 'Warning: ', style.caution);
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
      const { mode, rehearsal } = report;
      if (mode.json) {
        const object = deeply(errorObject(error, rehearsal), redact);
        await writeAnyway(stderr, `${JSON.stringify(object)}\n`);
        return;
      }
      const style = await loadStyle(mode.color.stderr);
      await say(errorText(error, rehearsal, mode.verbose).join('\n'), 'Error: ', style.bad);
    },
  };
  return report;
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
