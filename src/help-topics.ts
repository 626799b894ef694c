/** The pages of docs/ that `ideogram help <topic>` prints, by the words they are asked for. */

export interface Topic {
  readonly name: string;
  readonly text: string;
  /** Without .md; undefined: a command of that name says it. */
  readonly page: string | undefined;
}

/** In the order in which they are listed. */
export const TOPICS: readonly Topic[] = [
  { name: 'keys', page: 'auth', text: 'your API key: where it is kept, how it is checked' },
  {
    name: 'money',
    page: 'reliability',
    text: 'what is never paid twice, the journal, caps, places in flight',
  },
  { name: 'exit-codes', page: 'exit-codes', text: 'every way to fail, its exit status and its remedy' },
  { name: 'output', page: 'json', text: 'what --json prints' },
  { name: 'environment', page: 'environment', text: 'variables, proxies, files, security' },
  { name: 'models', page: undefined, text: 'models, their options and prices' },
  { name: 'options', page: 'commands', text: 'every command and option, by model' },
  { name: 'scenarios', page: 'sandbox', text: 'the sandbox, and the failures it plays on request' },
  { name: 'troubleshooting', page: 'troubleshooting', text: 'what each failure looks like, and what to do' },
  { name: 'recipes', page: 'recipes', text: 'what people come for, as lines to copy' },
  { name: 'scripts', page: 'scripts', text: 'jq, xargs, make, GitHub Actions, cron' },
  { name: 'shell', page: 'shell', text: 'completion for bash, zsh and fish' },
  { name: 'terminal', page: 'terminal', text: 'images shown and opened, what the spinner says' },
  { name: 'library', page: 'library', text: 'the same from a program in JavaScript' },
];

/** By its name, or by that of its page, with or without .md; in any case of letters. */
export function findTopic(typed: string): Topic | undefined {
  const word = typed.toLowerCase().replace(/\.md$/, '');
  return TOPICS.find(({ name, page }) => name === word || page === word);
}
