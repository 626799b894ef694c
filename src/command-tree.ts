/** Which commands there are, and how commander is told of each: words, options, help texts, and what runs. */
import type { Command } from 'commander';
import { AGAIN_EXAMPLES, addAgainCommand } from './again-command.js';
import { AUTH_EXAMPLES, addAuthCommands } from './auth-commands.js';
import type { Run } from './commands/run.js';
import { addEndpointCommand, addOptions } from './endpoint-commands.js';
import { type CommandSpec, type Example, savesImages } from './endpoints/define.js';
import { COMMANDS } from './endpoints/index.js';
import { CliError } from './errors.js';
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
  /** Does it list what was made, or collect it? Then it needs no reminder of what is not finished. */
  isAboutHistory(command: Command): boolean;
}

/** @param specs the commands that reach an endpoint of the API, in the order in which help lists them. */
export function commandTree(specs: readonly CommandSpec[] = COMMANDS): CommandTree {
  const examples = new Map(Object.entries(EXAMPLES));
  for (const { name, examples: own } of specs) examples.set(name, own);
  const meaningless = new Map(Object.entries(MEANINGLESS));
  for (const spec of specs) if (!savesImages(spec)) meaningless.set(spec.name, ['--force']);
  return {
    addTo(program, start, words) {
      for (const spec of specs) {
        const command = addEndpointCommand(program, spec);
        // The options of all commands together take longer than all else that help does.
        if (words.includes(spec.name)) addOptions(command, spec, start);
      }
      addModelsCommand(program, specs, start);
      addResumeCommand(program, start);
      addHistoryCommand(program, start);
      addAgainCommand(program, specs, start);
      addAuthCommands(program, start);
      addSandboxCommand(program, start);
      addHelpCommand(program);
    },
    examplesOf: (command) => examples.get(pathOf(command)) ?? [],
    isAboutHistory: (command) => ['resume', 'history', 'sandbox'].includes(pathOf(command)),
    takesGlobal: (command, long) => !meaningless.get(pathOf(command))?.includes(long),
  };
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
  sandbox: [
    { does: 'an API of your own, for scripts and other clients', line: 'ideogram sandbox --port 4010' },
    {
      does: 'in another terminal',
      line: 'IDEOGRAM_BASE_URL=http://127.0.0.1:4010 ideogram generate "a fox"',
    },
  ],
  ...Object.fromEntries(AUTH_EXAMPLES),
};

const SENDING = ['--dry-run', '--sandbox', '--max-cost', '--timeout', '--no-input'];

/** Global options that mean nothing to a command: its help leaves them out. */
const MEANINGLESS: Readonly<Record<string, readonly string[]>> = {
  auth: [...SENDING, '--force'],
  models: [...SENDING, '--force'],
  history: [...SENDING.filter((option) => option !== '--sandbox'), '--force', '--no-history'],
  resume: ['--dry-run', '--max-cost', '--no-input', '--no-history'],
  'auth login': ['--dry-run'],
  'auth verify': ['--no-input'],
  'auth status': [...SENDING, '--force'],
  'auth logout': [...SENDING, '--force'],
  sandbox: [...SENDING, '--force'],
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
