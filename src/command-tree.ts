/** Which commands there are, and how commander is told of each: words, options, help texts, and what runs. */
import { type Command, Option } from 'commander';
import { AUTH_EXAMPLES, addAuthCommands } from './auth-commands.js';
import type { Run } from './commands/run.js';
import type { CommandSpec, Example, Field } from './endpoints/define.js';
import { COMMANDS } from './endpoints/index.js';
import { fieldsOf, modelsOf } from './endpoints/plan.js';
import { CliError } from './errors.js';
import { describeField, OPTION_GROUPS } from './help.js';
import { readSandboxOptions } from './options.js';

/** Examples of the help pages, by the words of the command: `auth login`. */
export const EXAMPLES: ReadonlyMap<string, readonly Example[]> = new Map<string, readonly Example[]>([
  [
    '',
    [
      { does: 'keep your key, and see that it works', line: 'ideogram auth login' },
      { does: 'an image, saved in this folder', line: 'ideogram generate "a red fox reading a map"' },
      { does: 'the same without a key, for nothing', line: 'ideogram generate "a red fox" --sandbox' },
      { does: 'all options of a command', line: 'ideogram generate --help' },
    ],
  ],
  ...COMMANDS.map((spec) => [spec.name, spec.examples] as const),
  ...AUTH_EXAMPLES,
]);

const SENDING = ['--dry-run', '--sandbox', '--max-cost', '--timeout', '--no-input'];

/** Global options that mean nothing to a command: its help leaves them out. */
const MEANINGLESS: Readonly<Record<string, readonly string[]>> = {
  auth: [...SENDING, '--force'],
  'auth login': ['--dry-run'],
  'auth verify': ['--no-input'],
  'auth status': [...SENDING, '--force'],
  'auth logout': [...SENDING, '--force'],
  sandbox: [...SENDING, '--force'],
};

/**
 * Does a global option mean something to a command?
 * @param long with its hyphens: `--dry-run`
 */
export function takesGlobal(command: Command, long: string): boolean {
  return !MEANINGLESS[pathOf(command)]?.includes(long);
}

/** Reads the global options for a command that is about to run. */
export type Start = (command: Command) => Run;

/** Registers them all. */
export function addCommands(program: Command, start: Start): void {
  for (const spec of COMMANDS) addEndpointCommand(program, spec, start);
  addAuthCommands(program, start);
  addSandboxCommand(program, start);
  addHelpCommand(program);
}

/** The command that these words name, as far as they do: `auth login --with-key` names `login` of `auth`. */
export function findCommand(program: Command, words: readonly string[]): Command {
  let command = program;
  for (const word of words) {
    const child = command.commands.find((each) => each.name() === word);
    if (child) command = child;
    // An option, or its value, may stand before the command.
    else if (command !== program && !word.startsWith('-')) break;
  }
  return command;
}

/** The words of a command behind the program's name: `auth login`; empty for the program itself. */
export function pathOf(command: Command): string {
  return command.parent ? `${pathOf(command.parent)} ${command.name()}`.trim() : '';
}

function addEndpointCommand(program: Command, spec: CommandSpec, start: Start): void {
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
    .action(async (operand: string, options: Record<string, unknown>, command: Command) => {
      const started = start(command);
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

function addSandboxCommand(program: Command, start: Start): void {
  program
    .command('sandbox')
    .summary('run the stand-in for the API as a server')
    .description(
      'Run the built-in stand-in for the Ideogram API as a server on this machine, for any client. ' +
        'It checks requests, makes placeholder pictures, and plays failures on request.',
    )
    .helpOption('-h, --help', 'print this help')
    .option('--port <number>', 'port on 127.0.0.1 (0: any free one)', '4010')
    .option('--latency <seconds>', 'how long each generation takes', '0')
    .action(async (options: { port: string; latency: string }, command: Command) => {
      const started = start(command);
      const { runSandbox } = await import('./commands/sandbox.js');
      await runSandbox(started, readSandboxOptions(options));
    });
}

/** `ideogram help auth login`; commander's own ends with an error where no command is named. */
function addHelpCommand(program: Command): void {
  program
    .command('help [command...]', { hidden: true })
    .helpOption(false)
    .action((words: string[]) => {
      const command = findCommand(program, words);
      if (pathOf(command) === words.join(' ')) return command.outputHelp();
      // What follows `auth` may be a key.
      const shown = words[0] === 'auth' ? 'auth ...' : words.join(' ');
      throw new CliError('usage', `Unknown command '${shown}'.`, { hint: 'See: ideogram --help' });
    });
}
