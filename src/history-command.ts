/** The command `history` as commander is told of it: it is no endpoint, and sends nothing. */
import { Argument, type Command } from 'commander';
import type { Start } from './command-tree.js';
import type { Example } from './endpoints/define.js';

/** Examples of its help page. */
export const HISTORY_EXAMPLES: readonly Example[] = [
  { does: 'the newest 20 calls', line: 'ideogram history' },
  { does: 'what was asked today, and what it comes to', line: 'ideogram history --since today' },
  { does: 'where is the fox of last week?', line: 'ideogram history fox --since 7d' },
  { does: 'its files', line: "ideogram history fox --json | jq -r '.calls[].images[].path'" },
];

/** Registers it. */
export function addHistoryCommand(program: Command, start: Start): void {
  program
    .command('history')
    .summary('list what was made, and what it cost')
    .description(
      'List calls, newest first: when, what, its seeds and files, its price and what became of it. Needs no key and no network; --sandbox lists those of the sandbox.',
    )
    .usage('[text...] [options]')
    .helpOption('-h, --help', 'print this help')
    .addArgument(
      new Argument(
        '[text...]',
        'only calls that hold each of these words: in prompt, command, model, id or the name of a file',
      ),
    )
    .option('--limit <count>', 'at most so many, or all (default 20)', '20')
    .option('--since <when>', 'only newer ones: 2026-11-01, 2026-11-01T10:00, 7d, 24h, 30m, today, yesterday')
    .action(async (text: string[], options: { limit: string; since?: string }, command: Command) => {
      const started = start(command);
      const { runHistory } = await import('./commands/history.js');
      await runHistory(started, { text, ...options });
    });
}
