/** The command `help`: the page of a command, or of a topic; a word that is neither is answered with one that is. */
import { Command } from 'commander';
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
      if (topic?.page === undefined && (word !== LIST || more.length > 0)) throw unknown(program, words);
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

function unknown(program: Command, words: readonly string[]): CliError {
  const [word = '', next = ''] = words;
  const family = program.commands.find((command) => command.name() === word && command.commands.length > 0);
  const names = (family ?? program).commands.map((command) => command.name());
  const near = family
    ? similarTo(next, names)
    : similarTo(word, [...names, ...TOPICS.map(({ name }) => name)]);
  const hints = [
    ...(near === undefined ? [] : [`Did you mean ${near}?`]),
    ...(family ? [] : [`Topics: ${TOPICS.map(({ name }) => name).join(', ')}.`]),
    `See: ideogram ${family ? `${family.name()} ` : ''}--help`,
  ];
  // What follows `auth` may be a key.
  const shown = word === 'auth' ? 'auth ...' : words.join(' ');
  const what = family ? 'command' : 'command or topic';
  return new CliError('usage', `Unknown ${what} '${shown}'.`, { hint: hints.join('\n') });
}

/** What commander would suggest; it does so only while it parses. */
function similarTo(typed: string, names: readonly string[]): string | undefined {
  const asked = new Command().exitOverride().configureOutput({ writeErr: () => {}, outputError: () => {} });
  for (const name of new Set(names)) asked.command(name);
  try {
    asked.parse([typed], { from: 'user' });
  } catch (thrown) {
    return /Did you mean (.+)\?/.exec(String(thrown))?.[1];
  }
  return undefined;
}
