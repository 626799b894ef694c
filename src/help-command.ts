/** The command `help`: the page of a command, or of a topic; a word that is neither is answered with one that is. */
import type { Command } from 'commander';
import type { Start } from './command-tree.js';
import { CliError } from './errors.js';
import { findTopic, TOPICS } from './help-topics.js';

/** The word that lists all topics. */
const LIST = 'topics';

/**
 * Registers it: `ideogram help auth login`; commander's own ends with an error where no command is named.
 * @param find the command that these words name, all of them
 */
export function addHelpCommand(
  program: Command,
  start: Start,
  find: (words: readonly string[]) => Command | undefined,
): void {
  program
    .command('help [command...]', { hidden: true })
    .summary('the page of a command or topic')
    .helpOption(false)
    .action(async (words: string[], _options: object, command: Command) => {
      const named = find(words);
      if (named) return named.outputHelp();
      const [word = '', ...more] = words;
      const topic = more.length === 0 ? findTopic(word) : undefined;
      if (topic?.page === undefined && (word !== LIST || more.length > 0))
        throw await unknown(program, words);
      const started = start(command);
      if (topic?.page === undefined) return started.report.page(listOfTopics());
      const { printPage } = await import('./commands/help-topic.js');
      return printPage(started, topic.page, (page) => findTopic(page)?.name);
    });
}

function listOfTopics(): string {
  const width = Math.max(...TOPICS.map(({ name }) => name.length));
  const lines = TOPICS.map(({ name, text }) => `  ${name.padEnd(width)}  ${text}`);
  return `Usage: ideogram help <topic>\n\nTopics:\n${lines.join('\n')}\n`;
}

async function unknown(program: Command, words: readonly string[]): Promise<CliError> {
  const { didYouMean, nearest } = await import('./suggestions.js');
  const [word = '', next = ''] = words;
  const family = program.commands.find((command) => command.name() === word && command.commands.length > 0);
  const commands = (family ?? program).commands.map((command) => command.name());
  const names = family ? commands : [...commands, ...TOPICS.map(({ name }) => name)];
  const near = didYouMean(
    nearest(
      family ? next : word,
      names.map((name) => ({ shown: name, word: name })),
    ),
  );
  const hints = [
    ...(near === undefined ? [] : [near]),
    ...(family ? [] : [`Topics: ${TOPICS.map(({ name }) => name).join(', ')}.`]),
    `See: ideogram ${family ? `${family.name()} ` : ''}--help`,
  ];
  // What follows `auth` may be a key.
  const shown = word === 'auth' ? 'auth ...' : words.join(' ');
  const what = family ? 'command' : 'command or topic';
  return new CliError('usage', `Unknown ${what} '${shown}'.`, { hint: hints.join('\n') });
}
