/** The command `again` as commander is told of it: it takes the options of the command that it makes again. */
import { Argument, Command } from 'commander';
import type { Start } from './command-tree.js';
import type { Repeatable } from './commands/repeatable-call.js';
import { declareOptions, namedOptions, operandArgument, perform } from './endpoint-commands.js';
import type { CommandSpec, Example } from './endpoints/define.js';
import { CliError } from './errors.js';

/** Examples of its help page. */
export const AGAIN_EXAMPLES: readonly Example[] = [
  { does: 'the line of the last call, to change and paste', line: 'ideogram again last' },
  { does: 'the same once more, with another seed', line: 'ideogram again last --seed 7 --run' },
  { does: 'an older one, another prompt', line: 'ideogram again k3f9x2ma01 "a blue fox" --run' },
  { does: 'all that can be changed in it', line: 'ideogram again k3f9x2ma01 --help' },
];

type Run = ReturnType<Start>;

/** Registers it. What else it takes is known only when it is known which call is meant. */
export function addAgainCommand(program: Command, specs: readonly CommandSpec[], start: Start): void {
  const again = program
    .command('again')
    .summary('make a call of the history again')
    .description(
      'Print the command line of an earlier call, with changes if you like; --run sends it at once. ' +
        'It takes the options of that call, and another prompt or image behind the id. Where the images went is not repeated: -o says it anew.',
    )
    .usage('<id> [options]')
    .helpOption('-h, --help', 'print this help')
    .addArgument(
      new Argument('<id>', 'as ideogram history shows it, its first letters, or last for the newest'),
    )
    .option('--run', 'send it now, and pay for it; without this nothing is sent');
  program.hook('preSubcommand', async (_program, named) => {
    if (named === again) await completeAgain(again, program.args.slice(1), specs, start);
  });
}

/** Finds the call that is meant, and declares what can be typed for it. */
async function completeAgain(
  command: Command,
  words: readonly string[],
  specs: readonly CommandSpec[],
  start: Start,
): Promise<void> {
  const wantsHelp = words.some((word) => word === '-h' || word === '--help');
  const id = idAmong(words, specs);
  if (id === undefined && wantsHelp) return;
  const run = start(command);
  if (id === undefined) {
    const hint = 'For example: ideogram again last\nideogram history lists all calls with their ids.';
    throw new CliError('usage', 'Which call? Its id is missing.', { hint });
  }
  const { findRepeatable } = await import('./commands/repeatable-call.js');
  const found = await findRepeatable(run, id, specs).catch((error) => {
    // Who asks for help gets some, whatever the journal holds.
    if (wantsHelp) return undefined;
    throw error;
  });
  if (found === undefined) return;
  const { operand } = found.spec;
  declareOptions(command, found.spec);
  command
    .addArgument(operandArgument({ ...operand, optional: true }))
    .usage(`<id> [${operand.name}${operand.many ? '...' : ''}] [options]`)
    .action(async (_id: string, words: string | string[] | undefined, typed: Record<string, unknown>) => {
      await makeAgain(run, found, [words ?? []].flat(), typed);
    });
}

/** The first word that is neither an option nor the value of one. */
function idAmong(words: readonly string[], specs: readonly CommandSpec[]): string | undefined {
  const valued = words[0]?.startsWith('-') ? flagsWithValue(specs) : new Set();
  for (let index = 0; index < words.length; index += 1) {
    const word = words[index] ?? '';
    if (!word.startsWith('-')) return word;
    if (valued.has(word)) index += 1;
  }
  return undefined;
}

/** Of all commands: which one is meant is not known yet. */
function flagsWithValue(specs: readonly CommandSpec[]): Set<unknown> {
  const options = specs.flatMap((spec) => {
    const command = new Command();
    declareOptions(command, spec);
    return command.options.filter(({ required }) => required);
  });
  return new Set(options.flatMap(({ short, long }) => [short, long]));
}

async function makeAgain(
  run: Run,
  found: Repeatable,
  operands: readonly string[],
  { run: sends, ...typed }: Record<string, unknown>,
): Promise<void> {
  const { repeatCall, printLine } = await import('./commands/again.js');
  const repeated = await repeatCall(run, found, { operands, options: namedOptions(typed) });
  // A dry run shows the request, and sends nothing either.
  if (sends === true || run.globals.dryRun) {
    return perform(run, found.spec, repeated.operands, repeated.options);
  }
  return printLine(run, found, repeated);
}
