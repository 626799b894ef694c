/** Which commands there are, and how commander is told of each: words, options, help texts, and what runs. */
import { Command } from 'commander';
import { AGAIN_EXAMPLES, addAgainCommand } from './again-command.js';
import { AUTH_EXAMPLES, addAuthCommands } from './auth-commands.js';
import type { Run } from './commands/run.js';
import { addCompletionCommand, COMPLETION_EXAMPLES } from './completion-command.js';
import { addEndpointCommand, addOptions } from './endpoint-commands.js';
import { type CommandSpec, type Example, savesImages } from './endpoints/define.js';
import { COMMANDS } from './endpoints/index.js';
import { addHelpCommand } from './help-command.js';
import { addHistoryCommand, HISTORY_EXAMPLES } from './history-command.js';
import { readSandboxOptions } from './options.js';
import { addResumeCommand, RESUME_EXAMPLES } from './resume-command.js';

/** Reads the global options for a command that is about to run. */
export type Start = (command: Command) => Run;

/** The commands of the program, and what help and parsing must know of each. */
export interface CommandTree {
  /**
   * Registers them all.
   * @param words of the command line: a command that is not among them is known by its name and purpose alone
   */
  addTo(program: Command, start: Start, words: readonly string[]): void;
  /** Examples of its help page. */
  examplesOf(command: Command): readonly Example[];
  /**
   * Does a global option mean something to a command?
   * @param long with its hyphens: `--dry-run`
   */
  takesGlobal(command: Command, long: string): boolean;
  /** Does it list what was made, or collect it, or is it about the program alone? Then it needs no reminder of what is not finished. */
  isAboutHistory(command: Command): boolean;
}

/** @param specs the commands that reach an endpoint of the API, in the order in which help lists them. */
export function commandTree(specs: readonly CommandSpec[] = COMMANDS): CommandTree {
  const examples = new Map(Object.entries(EXAMPLES));
  for (const { name, examples: own } of specs) examples.set(name, own);
  const meaningless = new Map(Object.entries(MEANINGLESS));
  for (const spec of specs) if (!savesImages(spec)) meaningless.set(spec.name, ['--force']);
  const takesGlobal: CommandTree['takesGlobal'] = (command, long) =>
    !meaningless.get(pathOf(command))?.includes(long);
  return {
    addTo(program, start, words) {
      const registrations = register(specs, program, start, takesGlobal);
      const name = commandWord(program, words);
      const named = registrations.get(name ?? '');
      if (named !== undefined && name !== 'help') return named({ withOptions: true });
      // Its name is not known (help lists them all, a typo gets the nearest), or help speaks of another one.
      for (const [each, add] of registrations) add({ withOptions: words.includes(each) });
    },
    examplesOf: (command) => examples.get(pathOf(command)) ?? [],
    isAboutHistory: (command) =>
      ['resume', 'history', 'sandbox', 'completion', 'help'].includes(pathOf(command)),
    takesGlobal,
  };
}

/** Registers one command. `withOptions`: all that can be typed behind it; else it is known by its name and purpose. */
type Registration = (how: { readonly withOptions: boolean }) => void;

/** By their names, in the order in which help lists them. */
function register(
  specs: readonly CommandSpec[],
  program: Command,
  start: Start,
  takesGlobal: CommandTree['takesGlobal'],
): ReadonlyMap<string, Registration> {
  const endpoint =
    (spec: CommandSpec): Registration =>
    ({ withOptions }) => {
      const command = addEndpointCommand(program, spec);
      // The options of all commands together take longer than all else that help does.
      if (withOptions) addOptions(command, spec, start);
    };
  return new Map<string, Registration>([
    ...specs.map((spec) => [spec.name, endpoint(spec)] as const),
    ['models', () => addModelsCommand(program, specs, start)],
    ['resume', () => addResumeCommand(program, start)],
    ['history', () => addHistoryCommand(program, start)],
    ['again', () => addAgainCommand(program, specs, start)],
    ['auth', () => addAuthCommands(program, start)],
    ['sandbox', () => addSandboxCommand(program, start)],
    [
      'completion',
      () => {
        const everything = () => wholeProgram(specs, program, start, takesGlobal);
        addCompletionCommand(program, start, { specs, program: everything, takesGlobal });
      },
    ],
    ['help', () => addHelpCommand(program, start, (words) => exactCommand(program, words))],
  ]);
}

/** With the options of all commands: what is registered for a command line has those of one alone. */
function wholeProgram(
  specs: readonly CommandSpec[],
  program: Command,
  start: Start,
  takesGlobal: CommandTree['takesGlobal'],
): Command {
  const whole = new Command(program.name()).helpOption('-h, --help', 'print this help').helpCommand(false);
  for (const option of program.options) whole.addOption(option);
  for (const add of register(specs, whole, start, takesGlobal).values()) add({ withOptions: true });
  return whole;
}

/** The first word that is neither a global option nor the value of one: the name of a command, if it is right. */
export function commandWord(program: Command, words: readonly string[]): string | undefined {
  const valued = program.options.filter(({ required }) => required).map(({ long }) => long);
  return words.find((word, index) => !word.startsWith('-') && !valued.includes(words[index - 1] ?? ''));
}

/** By the words of the command: `auth login`. */
const EXAMPLES: Readonly<Record<string, readonly Example[]>> = {
  '': [
    { does: 'keep your key, and see that it works', line: 'ideogram auth login' },
    { does: 'an image, saved in this folder', line: 'ideogram generate "a red fox reading a map"' },
    { does: 'the same without a key, for nothing', line: 'ideogram generate "a red fox" --sandbox' },
    { does: 'all options of a command', line: 'ideogram generate --help' },
  ],
  models: [
    { does: 'what there is', line: 'ideogram models' },
    { does: 'every style, a line each', line: 'ideogram models --options style-preset' },
  ],
  resume: RESUME_EXAMPLES,
  history: HISTORY_EXAMPLES,
  again: AGAIN_EXAMPLES,
  completion: COMPLETION_EXAMPLES,
  sandbox: [
    { does: 'an API of your own, for scripts and other clients', line: 'ideogram sandbox --port 4010' },
    {
      does: 'in another terminal, with any key but a real one',
      line: 'export IDEOGRAM_BASE_URL=http://127.0.0.1:4010 IDEOGRAM_API_KEY=sandbox-key',
    },
    { does: 'from then on in that terminal', line: 'ideogram generate "a fox"' },
  ],
  ...Object.fromEntries(AUTH_EXAMPLES),
};

const SENDING = ['--dry-run', '--sandbox', '--max-cost', '--timeout', '--no-input'];

/** Global options that mean nothing to a command: its help leaves them out. */
const MEANINGLESS: Readonly<Record<string, readonly string[]>> = {
  auth: [...SENDING, '--force', '--no-history'],
  models: [...SENDING, '--force', '--no-history'],
  history: [...SENDING.filter((option) => option !== '--sandbox'), '--force', '--no-history'],
  resume: ['--dry-run', '--max-cost', '--no-input', '--no-history'],
  'auth login': ['--dry-run'],
  'auth verify': ['--no-input'],
  'auth status': [...SENDING, '--force', '--no-history'],
  'auth logout': [...SENDING, '--force', '--no-history'],
  sandbox: [...SENDING, '--force', '--no-history'],
  completion: [...SENDING, '--force', '--no-history'],
  help: [...SENDING, '--force', '--no-history', '--json', '--quiet', '--verbose'],
};

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

/** The same, where they name it to their last. */
function exactCommand(program: Command, words: readonly string[]): Command | undefined {
  const command = findCommand(program, words);
  return pathOf(command) === words.join(' ') ? command : undefined;
}

/** The words of a command behind the program's name: `auth login`; empty for the program itself. */
export function pathOf(command: Command): string {
  return command.parent ? `${pathOf(command.parent)} ${command.name()}`.trim() : '';
}

function addModelsCommand(program: Command, specs: readonly CommandSpec[], start: Start): void {
  program
    .command('models')
    .summary('list models: commands, options, prices')
    .description(
      'List the models: which commands and options take them, and what they cost. Needs no key and no network.',
    )
    .helpOption('-h, --help', 'print this help')
    .option('-m, --model <model>', 'this model alone, with the options it takes')
    .option('--command <name>', 'this command alone')
    .option('--options <name>', 'all valid values of an option, as style-preset or resolution')
    .action(async (options: { model?: string; command?: string; options?: string }, command: Command) => {
      const started = start(command);
      const { runModels } = await import('./commands/models.js');
      await runModels(started, options, specs);
    });
}

function addSandboxCommand(program: Command, start: Start): void {
  program
    .command('sandbox')
    .summary('run the stand-in for the API as a server')
    .description(
      'Run the built-in stand-in for the Ideogram API as a server on this machine, for any client. ' +
        'It checks requests, makes placeholder pictures, and plays failures on request: ideogram help scenarios.',
    )
    .helpOption('-h, --help', 'print this help')
    .option('--port <number>', 'port on 127.0.0.1 (0 to 65535; 0: any free one; default 4010)', '4010')
    .option('--latency <seconds>', 'how long each generation takes (0 to 3600; default 0)', '0')
    .action(async (options: { port: string; latency: string }, command: Command) => {
      const started = start(command);
      const { runSandbox } = await import('./commands/sandbox.js');
      await runSandbox(started, readSandboxOptions(options));
    });
}
