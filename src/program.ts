/** The command line itself: parsing, and the one place where every failure becomes a report and an exit status. */
import { Command, CommanderError } from 'commander';
import { createRedactor, type Redactor } from './api/redact.js';
import { type CommandTree, commandTree, commandWord, findCommand, pathOf } from './command-tree.js';
import type { Globals, Run } from './commands/run.js';
import type { Context } from './context.js';
import { CliError, SIGNAL_STATUSES, toCliError } from './errors.js';
import { helpConfiguration } from './help.js';
import { addGlobalOptions, readGlobals } from './options.js';
import { decideMode, scanOutputFlags } from './terminal/mode.js';
import { createReport } from './terminal/report.js';
import { loadStyle, PLAIN, type Style } from './terminal/style.js';

const DESCRIPTION =
  'Make images with the Ideogram API, one line each. Images are saved at once, ' +
  'nothing is paid twice, and --sandbox tries everything without a key.';

/** What commander throws when it has done what was asked. */
const NO_FAILURES = ['commander.helpDisplayed', 'commander.version'];

/**
 * Runs one command line.
 * @param tree the commands there are
 * @returns the exit status; never throws, and never ends the process
 */
export async function run(ctx: Context, tree = commandTree()): Promise<number> {
  const secrets: string[] = [];
  let redact: Redactor = createRedactor(secrets);
  const hide = (secret: string): void => {
    secrets.push(secret);
    redact = createRedactor(secrets);
  };
  // Also before anybody has looked for a key: no message may quote it.
  hide(ctx.env.IDEOGRAM_API_KEY?.trim() ?? '');
  const safe: Redactor = (text) => redact(text);
  const { stdout, stderr, clock } = ctx;
  const mode = decideMode(ctx, scanOutputFlags(ctx.argv));
  const report = createReport({ stdout, stderr, clock, mode, redact: safe });
  const basis = { ctx, report, hide, redact: safe };
  const beginning = clock.now();
  let started: Run | undefined;
  const remindOfWork = async (): Promise<void> => {
    if (!started || !report.mode.interactive || ctx.interrupts.stop.aborted) return;
    // What the command has come to stands, whatever becomes of this: the program may be replaced meanwhile.
    const work = started;
    await import('./commands/unfinished.js').then(({ remind }) => remind(work, beginning)).catch(() => {});
  };
  try {
    await parse(ctx, tree, basis, (run) => {
      started = run;
    });
    await remindOfWork();
    return 0;
  } catch (thrown) {
    if (thrown instanceof CommanderError) return 0;
    const error = toCliError(thrown);
    await report.error(error);
    await remindOfWork();
    const signal = String(ctx.interrupts.stop.reason);
    return error.code === 'cancelled' ? (SIGNAL_STATUSES[signal] ?? error.exitCode) : error.exitCode;
  }
}

async function parse(
  ctx: Context,
  tree: CommandTree,
  basis: Omit<Run, 'globals'>,
  onStart: (run: Run) => void,
): Promise<void> {
  const { report } = basis;
  const pages: Promise<void>[] = [];
  const page = (text: string): void => void pages.push(report.page(text));
  let style: Style = PLAIN;
  const program = createProgram(ctx, tree, basis, { style: () => style, page, onStart });
  // `ideogram` and `ideogram auth`: a word short of a command.
  const named = findCommand(program, ctx.argv);
  const unfinished = named.commands.length > 0 && pathOf(named) === ctx.argv.join(' ');
  const isMistyped = named === program && commandWord(program, ctx.argv) !== undefined;
  const hasHelpAnyway = isMistyped || named.name() === 'help';
  // Only help is painted on stdout: nothing else pays for loading the colours.
  const helps = unfinished || ctx.argv.some((word) => ['-h', '--help', 'help'].includes(word));
  style = await loadStyle(helps && report.mode.color.stdout);
  try {
    if (unfinished) named.outputHelp();
    else await program.parseAsync(hasHelpAnyway ? withoutHelp(ctx.argv) : [...ctx.argv], { from: 'user' });
  } catch (thrown) {
    if (!(thrown instanceof CommanderError) || NO_FAILURES.includes(thrown.code)) throw thrown;
    const { usageError } = await import('./usage-error.js');
    throw usageError(thrown, named, tree.examplesOf(named)[0]?.line);
  } finally {
    await Promise.all(pages);
  }
}

/** Whoever asks for the help of a command that there is not shall hear of that; and `help generate --help` asks twice. */
function withoutHelp(argv: readonly string[]): string[] {
  return argv.filter((word) => word !== '-h' && word !== '--help');
}

interface Hooks {
  style(): Style;
  page(text: string): void;
  /** A command begins, its options read: it may speak of more than itself. */
  onStart(run: Run): void;
}

function createProgram(
  ctx: Context,
  tree: CommandTree,
  basis: Omit<Run, 'globals'>,
  { style, page, onStart }: Hooks,
): Command {
  const program = new Command('ideogram');
  // Before any subcommand is made: only those made later inherit it.
  program
    .exitOverride()
    // usage-error.ts knows more of what may be meant.
    .showSuggestionAfterError(false)
    .configureOutput({
      writeOut: page,
      writeErr: () => {},
      outputError: () => {},
      getOutHelpWidth: () => ctx.stdout.columns || 80,
      getOutHasColors: () => true,
    })
    .configureHelp({
      ...helpConfiguration(style, tree),
      showGlobalOptions: true,
      // commander would not wrap at all on a narrow terminal.
      minWidthToWrap: 20,
    })
    .description(DESCRIPTION)
    .usage('<command> [options]')
    .version(ctx.version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false);
  addGlobalOptions(program);
  const start = (command: Command): Run => {
    // From here on a signal must find what it may not end at once.
    void ctx.interrupts;
    const flags = program.opts();
    basis.report.mode = decideMode(ctx, {
      json: flags.json === true,
      quiet: flags.quiet === true,
      verbose: flags.verbose === true,
      color: flags.color !== false,
      input: flags.input !== false,
    });
    const globals: Globals = readGlobals(flags, ctx.env);
    // Who types it expects that nothing happens.
    if (globals.dryRun && !tree.takesGlobal(command, '--dry-run')) {
      throw new CliError('usage', `${pathOf(command)} has no --dry-run.`, { hint: 'Nothing was done.' });
    }
    const run = { ...basis, globals };
    if (!tree.isAboutHistory(command)) onStart(run);
    return run;
  };
  tree.addTo(program, start, ctx.argv);
  return program;
}
