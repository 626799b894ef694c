/** What commander refuses, in our words: what is wrong, what was probably meant, and where to look. */
import type { Command, CommanderError } from 'commander';
import { pathOf } from './command-tree.js';
import { CliError } from './errors.js';
import { TOPICS } from './help-topics.js';
import { didYouMean, nearest, type Typeable } from './suggestions.js';

/**
 * Commander's complaint in our form.
 * @param command that was named, as far as one was
 * @param example a right line of it
 */
export function usageError(thrown: CommanderError, command: Command, example = ''): CliError {
  const see = `See: ideogram ${`${pathOf(command)} --help`.trim()}`;
  if (thrown.code === 'commander.help') {
    return new CliError('usage', 'No command was given.', { hint: see });
  }
  const message = thrown.message.replace(/^error: /, '');
  // Wherever it is tried, the key now stands in the history of the shell.
  const namesKey = /'--?(api-?)?key/.test(message);
  const switched = valueOfSwitch(message, command);
  const meant = namesKey || switched ? undefined : whatIsMeant(message, command, example);
  const hints = meant === undefined ? [] : [meant];
  const looksLikeKey = pathOf(command).startsWith('auth') || namesKey;
  if (looksLikeKey && meant === undefined) hints.push(...keyHints(thrown));
  const operand = command.registeredArguments.at(-1);
  if (thrown.code === 'commander.excessArguments' && operand) {
    const text = { prompt: 'Put text of several words in quotes', image: 'One image at a time' }[
      operand.name()
    ];
    hints.push(`${text ?? 'For example'}: ${example}`);
  }
  if (thrown.code === 'commander.missingArgument' && operand) hints.push(`For example: ${example}`);
  const plain = switched ?? withoutSecrets(message, command, meant !== undefined);
  const sentence = `${plain[0]?.toUpperCase() ?? ''}${plain.slice(1)}${/[.?!]$/.test(plain) ? '' : '.'}`;
  return new CliError('usage', sentence, { hint: [...hints, see].join('\n') });
}

function whatIsMeant(message: string, command: Command, example: string): string | undefined {
  const [, kind, typed = ''] = /^unknown (option|command) '(.*)'$/s.exec(message) ?? [];
  if (kind === 'option') {
    const word = typed.replace(/=.*/s, '').replace(/^-+/, '');
    const isOperand = command.registeredArguments.some((operand) => operand.name() === word);
    return isOperand
      ? `The ${word} is typed without an option: ${example}`
      : didYouMean(nearest(word, optionsOf(command)));
  }
  if (kind !== 'command') return undefined;
  if (command.parent) return didYouMean(nearest(typed, commandsOf(command)));
  const all = everythingOf(command);
  // `remove background`: two words of one name.
  const joined = `${typed}-${command.args[1] ?? ''}`;
  const whole = all.filter(({ word }) => word === joined.toLowerCase());
  const meant = didYouMean(whole.map(({ shown }) => shown)) ?? didYouMean(nearest(typed, all));
  if (meant !== undefined || !/\s/.test(typed)) return meant;
  return 'Before a prompt stands a command: ideogram generate "a red fox reading a map"';
}

/** What can be typed behind a command: its own options, and those of every command. */
function optionsOf(command: Command): Typeable[] {
  const own = command
    .createHelp()
    .visibleOptions(command)
    .flatMap(({ short, long }) => [short, long])
    .filter((flag) => flag !== undefined)
    .map((flag) => ({ shown: flag, word: flag.replace(/^-+/, '') }));
  return command.parent ? [...own, ...optionsOf(command.parent)] : own;
}

function commandsOf(command: Command): Typeable[] {
  return command.commands.map((each) => ({ shown: each.name(), word: each.name() }));
}

/** In the place of a command: one of them, with its family if it has one; or a word that is right elsewhere. */
function everythingOf(program: Command): Typeable[] {
  const families = program.commands.flatMap((family) =>
    commandsOf(family).map(({ word }) => ({ shown: `${family.name()} ${word}`, word })),
  );
  const elsewhere = [
    ...['topics', ...TOPICS.map(({ name }) => name)].map((word) => ({ shown: `help ${word}`, word })),
    ...optionsOf(program),
  ].map((each) => ({ ...each, exactly: true }));
  return [...commandsOf(program), ...families, ...elsewhere];
}

/** What no key looks like: `--profile`. */
const PLAIN_OPTION = /unknown option '--[a-z]{1,12}(-[a-z]{1,12})*'/;

/** What may be a key is not repeated: the value behind a wrong option, and below `auth` a word that is like none of ours. */
function withoutSecrets(message: string, command: Command, isNearby: boolean): string {
  const withoutValue = message.replace(/unknown option '(--[^=']*)=.*'/s, "unknown option '$1'");
  if (isNearby || !pathOf(command).startsWith('auth')) return withoutValue;
  if (PLAIN_OPTION.test(withoutValue)) return withoutValue;
  return withoutValue
    .replace(/unknown command '.*'/s, 'unknown command')
    .replace(/unknown option '(-[^-]).*'/s, "unknown option '$1'")
    .replace(/unknown option '--.+'/s, 'unknown option');
}

/** Somebody tries to give the key on the command line, where every user of the machine can read it. */
function keyHints({ code }: CommanderError): string[] {
  const codes = ['excessArguments', 'unknownOption', 'unknownCommand'].map((name) => `commander.${name}`);
  if (!codes.includes(code)) return [];
  return [
    'A key is never typed into the command line: ideogram auth login asks for it, or reads it with --with-key < key.txt',
  ];
}

/** commander does not know a switch with a value at all: `--json=true`. */
function valueOfSwitch(message: string, command: Command): string | undefined {
  const flag = /^unknown option '(--[a-z-]+)=/.exec(message)?.[1];
  const known = [command, command.parent, command.parent?.parent].flatMap((each) => each?.options ?? []);
  return known.some(({ long }) => long === flag) ? `${flag} takes no value` : undefined;
}
