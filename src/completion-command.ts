/** The command `completion` as commander is told of it: it prints a script, and sends nothing. */
import { Argument, type Command } from 'commander';
import type { Start } from './command-tree.js';
import type { CommandSpec, Example } from './endpoints/define.js';
import { TOPICS } from './help-topics.js';

/** The shells there are scripts for, and the line that gives each its script for good. */
export const INSTALL_LINES = {
  bash: "echo 'source <(ideogram completion bash)' >> ~/.bashrc",
  zsh: "echo 'source <(ideogram completion zsh)' >> ~/.zshrc",
  fish: 'ideogram completion fish > ~/.config/fish/completions/ideogram.fish',
} as const;

/** Examples of its help page. */
export const COMPLETION_EXAMPLES: readonly Example[] = Object.entries(INSTALL_LINES).map(([does, line]) => ({
  does,
  line,
}));

/** The program with every command and option declared. */
interface Everything {
  readonly specs: readonly CommandSpec[];
  program(): Command;
  takesGlobal(command: Command, long: string): boolean;
}

/** Registers it. */
export function addCompletionCommand(program: Command, start: Start, everything: Everything): void {
  program
    .command('completion')
    .summary('complete commands and options with TAB')
    .description(
      'Print a script that lets a shell complete commands, options and their values with TAB. It starts no program while you type.',
    )
    .usage('<shell> [options]')
    .helpOption('-h, --help', 'print this help')
    .addArgument(new Argument('<shell>', Object.keys(INSTALL_LINES).join(', ')))
    .action(async (shell: string, _options: object, command: Command) => {
      const started = start(command);
      const { runCompletion } = await import('./commands/completion.js');
      const topics = TOPICS.map(({ name, text }) => ({ word: name, text }));
      await runCompletion(started, { shell, lines: INSTALL_LINES }, everything.program(), {
        ...everything,
        topics,
      });
    });
}
