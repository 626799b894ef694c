/** How the program talks in this run: decided once, from flags, environment and streams. */
import type { Context, OutputStream } from '../context.js';

export interface OutputFlags {
  readonly json: boolean;
  readonly quiet: boolean;
  readonly verbose: boolean;
  /** False after --no-color. */
  readonly color: boolean;
  /** False after --no-input. */
  readonly input: boolean;
}

export interface Mode {
  /** One JSON object on stdout, errors as one JSON object on stderr, nothing else. */
  readonly json: boolean;
  /** No warnings and no notes. */
  readonly quiet: boolean;
  /** Requests and timings on stderr. */
  readonly verbose: boolean;
  readonly color: { readonly stdout: boolean; readonly stderr: boolean };
  /** Is a person watching stderr: friendly notes make sense. */
  readonly interactive: boolean;
  /** Does that person see it as it comes: in CI a terminal is a log. */
  readonly watched: boolean;
  /** Can what is watched move its cursor. */
  readonly spinner: boolean;
  /** Can a question be asked and answered. */
  readonly canPrompt: boolean;
}

/** The mode of this run. Colour, first that applies: --no-color, FORCE_COLOR, NO_COLOR, TERM=dumb, the stream is a terminal. */
export function decideMode(
  ctx: Pick<Context, 'env' | 'stdin' | 'stdout' | 'stderr'>,
  flags: OutputFlags,
): Mode {
  const { json, verbose } = flags;
  const quiet = flags.quiet || json;
  const interactive = !quiet && ctx.stderr.isTTY === true;
  const watched = interactive && !ctx.env.CI;
  const movable = ctx.stderr.isTTY === true && ctx.env.TERM !== 'dumb';
  return {
    json,
    quiet,
    verbose,
    color: {
      stdout: !json && wantsColor(ctx.env, ctx.stdout, flags.color),
      stderr: !json && wantsColor(ctx.env, ctx.stderr, flags.color),
    },
    interactive,
    watched,
    spinner: watched && movable,
    canPrompt: flags.input && !json && movable && ctx.stdin.isTTY === true,
  };
}

function wantsColor(env: Context['env'], stream: OutputStream, flag: boolean): boolean {
  if (!flag) return false;
  const forced = env.FORCE_COLOR;
  if (forced) return forced !== '0' && forced !== 'false';
  if (env.NO_COLOR) return false;
  if (env.TERM === 'dumb') return false;
  return stream.isTTY === true;
}

/** The output flags as they stand in the words of the command line: for errors that come before these are parsed. */
export function scanOutputFlags(argv: readonly string[]): OutputFlags {
  const end = argv.indexOf('--');
  const words = end < 0 ? argv : argv.slice(0, end);
  return {
    json: words.includes('--json'),
    quiet: words.includes('--quiet') || words.includes('-q'),
    verbose: words.includes('--verbose'),
    color: !words.includes('--no-color'),
    input: !words.includes('--no-input'),
  };
}
