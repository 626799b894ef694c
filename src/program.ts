/** The command line itself: commands, global options, and the one place where every failure becomes a report and an exit status. */
import { Command, CommanderError, Option } from 'commander';
import { createRedactor, type Redactor } from './api/redact.js';
import type { Globals, Run } from './commands/run.js';
import type { Context } from './context.js';
import type { CommandSpec, Field } from './endpoints/define.js';
import { COMMANDS } from './endpoints/index.js';
import { fieldsOf, modelsOf } from './endpoints/plan.js';
import { CliError, SIGNAL_STATUSES, toCliError } from './errors.js';
import { describeField, helpConfiguration, OPTION_GROUPS } from './help.js';
import { addGlobalOptions, readGlobals, readSandboxOptions } from './options.js';
import { decideMode, scanOutputFlags } from './terminal/mode.js';
import { createReport } from './terminal/report.js';
import { loadStyle, type Style } from './terminal/style.js';

const DESCRIPTION =
  'Make images with the Ideogram API, one line each. Images are saved at once, ' +
  'nothing is paid twice, and --sandbox tries everything without a key.';

const ROOT_EXAMPLES = [
  { does: 'an image, saved in this folder', line: 'ideogram generate "a red fox reading a map"' },
  { does: 'the same without a key, for nothing', line: 'ideogram generate "a red fox" --sandbox' },
  { does: 'all options of a command', line: 'ideogram generate --help' },
];

/**
 * Runs one command line.
 * @returns the exit status; never throws, and never ends the process
 */
export async function run(ctx: Context): Promise<number> {
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
  try {
    await parse(ctx, { ctx, report, hide });
    return 0;
  } catch (thrown) {
    const error = asError(thrown, ctx);
    if (error === undefined) return 0;
    await report.error(error);
    const signal = String(ctx.interrupts.stop.reason);
    return error.code === 'cancelled' ? (SIGNAL_STATUSES[signal] ?? error.exitCode) : error.exitCode;
  }
}

async function parse(ctx: Context, basis: Omit<Run, 'globals'>): Promise<void> {
  const { report } = basis;
  // Only help is painted on stdout: nothing else pays for loading the colours.
  const helps = ctx.argv.length === 0 || ctx.argv.some((word) => ['-h', '--help', 'help'].includes(word));
  const style = await loadStyle(helps && report.mode.color.stdout);
  const pages: Promise<void>[] = [];
  const page = (text: string): void => void pages.push(report.page(text));
  const program = createProgram(ctx, basis, style, page);
  try {
    if (ctx.argv.length === 0) program.outputHelp();
    else await program.parseAsync([...ctx.argv], { from: 'user' });
  } finally {
    await Promise.all(pages);
  }
}

function createProgram(
  ctx: Context,
  basis: Omit<Run, 'globals'>,
  style: Style,
  page: (text: string) => void,
): Command {
  const examples = new Map([
    ['ideogram', ROOT_EXAMPLES],
    ...COMMANDS.map((spec) => [spec.name, spec.examples] as const),
  ]);
  const program = new Command('ideogram');
  // Before any subcommand is made: only those made later inherit it.
  program
    .exitOverride()
    .configureOutput({
      writeOut: page,
      writeErr: () => {},
      outputError: () => {},
      getOutHelpWidth: () => ctx.stdout.columns || 80,
      getOutHasColors: () => true,
    })
    .configureHelp({ ...helpConfiguration(style, examples), showGlobalOptions: true })
    .description(DESCRIPTION)
    .usage('<command> [options]')
    .version(ctx.version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this help')
    .helpCommand(false);
  addGlobalOptions(program);
  const start = (): Run => {
    const flags = program.opts();
    basis.report.mode = decideMode(ctx, {
      json: flags.json === true,
      quiet: flags.quiet === true,
      verbose: flags.verbose === true,
      color: flags.color !== false,
    });
    const globals: Globals = readGlobals(flags, ctx.env);
    return { ...basis, globals };
  };
  for (const spec of COMMANDS) addEndpointCommand(program, spec, start);
  addSandboxCommand(program, start);
  addHelpCommand(program);
  return program;
}

function addEndpointCommand(program: Command, spec: CommandSpec, start: () => Run): void {
  const command = program
    .command(spec.name)
    .summary(spec.summary)
    .description(`${spec.summary[0]?.toUpperCase()}${spec.summary.slice(1)}.`)
    .usage(`<${spec.operand.name}> [options]`)
    .helpOption('-h, --help', 'print this help')
    .argument(`<${spec.operand.name}>`, spec.operand.help);
  const models = `model to use (${modelsOf(spec).join(', ')}; default ${spec.defaultModel})`;
  command.addOption(new Option('-m, --model <model>', models).helpGroup('Picture'));
  for (const field of fieldsOf(spec)) addField(command, spec, field);
  const { output } = OPTION_GROUPS;
  command
    .addOption(new Option('-o, --output <path>', 'file, folder/, or - for standard output').helpGroup(output))
    .addOption(
      new Option('--metadata', 'write <image>.json beside each: prompt, seed, options, price').helpGroup(
        output,
      ),
    )
    .action(async (operand: string, options: Record<string, unknown>) => {
      const started = start();
      const { runEndpoint } = await import('./commands/endpoint.js');
      await runEndpoint(started, spec, operand, options);
    });
}

function addField(command: Command, spec: CommandSpec, field: Field): void {
  if (field.flags === undefined) return;
  const option = new Option(field.flags, describeField(spec, field)).helpGroup(field.group);
  const repeatable = field.type.kind === 'images' || field.type.kind === 'text-list';
  if (repeatable) {
    option.argParser((value: string, previous: string[] | undefined) => [...(previous ?? []), value]);
  }
  command.addOption(option);
  if (field.type.kind !== 'switch') return;
  const negative = field.flags.replace('--', '--no-');
  command.addOption(
    new Option(negative, `send the opposite of ${field.flags}`).helpGroup(field.group).hideHelp(),
  );
}

function addSandboxCommand(program: Command, start: () => Run): void {
  program
    .command('sandbox')
    .summary('run the stand-in for the API as a server')
    .description(
      'Run the built-in stand-in for the Ideogram API as a server on this machine, for any client. ' +
        'It checks requests, makes placeholder pictures, and plays failures on request.',
    )
    .helpOption('-h, --help', 'print this help')
    .option('--port <number>', 'port on 127.0.0.1 (0: any free one)', '4010')
    .option('--latency <seconds>', 'how long each request takes', '0')
    .action(async (options: { port: string; latency: string }) => {
      const started = start();
      const { runSandbox } = await import('./commands/sandbox.js');
      await runSandbox(started, readSandboxOptions(options));
    });
}

/** `ideogram help generate`; commander's own ends with an error where no command is named. */
function addHelpCommand(program: Command): void {
  program
    .command('help [command]', { hidden: true })
    .helpOption(false)
    .action((topic: string | undefined) => {
      const command = topic ? program.commands.find((each) => each.name() === topic) : program;
      if (command) return command.outputHelp();
      throw new CliError('usage', `Unknown command '${topic}'.`, { hint: 'See: ideogram --help' });
    });
}

/** What was thrown as an error to report; undefined where it was help or version, which are no failures. */
function asError(thrown: unknown, ctx: Context): CliError | undefined {
  if (!(thrown instanceof CommanderError)) return toCliError(thrown);
  if (['commander.helpDisplayed', 'commander.version'].includes(thrown.code)) return undefined;
  return usageError(thrown, ctx);
}

/** Commander's complaint in our form: its suggestion first, then where to look. */
function usageError(thrown: CommanderError, ctx: Context): CliError {
  const [message = '', ...suggestions] = thrown.message.replace(/^error: /, '').split('\n');
  const endpoint = COMMANDS.find((spec) => ctx.argv.includes(spec.name))?.name;
  const name = endpoint ?? (ctx.argv.includes('sandbox') ? 'sandbox' : undefined);
  const hints = suggestions.map((line) => line.replace(/^\((.*)\)$/, '$1'));
  if (thrown.code === 'commander.help') {
    return new CliError('usage', 'No command was given.', { hint: 'See: ideogram --help' });
  }
  if (thrown.code === 'commander.excessArguments' && endpoint) {
    hints.push(`Put text of several words in quotes: ideogram ${name} "a red fox"`);
  }
  if (thrown.code === 'commander.missingArgument' && endpoint)
    hints.push(`For example: ideogram ${name} "a red fox"`);
  hints.push(`See: ideogram ${name ? `${name} ` : ''}--help`);
  const sentence = `${message[0]?.toUpperCase() ?? ''}${message.slice(1)}${/[.?!]$/.test(message) ? '' : '.'}`;
  return new CliError('usage', sentence, { hint: hints.join('\n') });
}
