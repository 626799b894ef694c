/** The command `completion`: the script that lets a shell complete what is typed, made of the program's own data; nothing is sent. */
import type { Command } from 'commander';
import { bashScript } from '../completion/bash.js';
import { fishScript } from '../completion/fish.js';
import { readTree, type TreeFacts } from '../completion/tree.js';
import { zshScript } from '../completion/zsh.js';
import { readChoice } from '../endpoints/choice.js';
import type { Run } from './run.js';

/** By the names of the shells, how each has its script for good. */
export type InstallLines = Readonly<Record<'bash' | 'zsh' | 'fish', string>>;

/** Our own generators: the kept library there is (@bomb.sh/tab) starts the program on each TAB and evaluates what was typed. */
const SCRIPTS = { bash: bashScript, zsh: zshScript, fish: fishScript };

export interface AskedCompletion {
  /** The shell, as it was typed. */
  readonly shell: string;
  readonly lines: InstallLines;
}

/**
 * @param program with all commands and options declared
 * @throws CliError `bad_input`: another shell
 */
export async function runCompletion(
  { ctx, report }: Run,
  { shell: typed, lines }: AskedCompletion,
  program: Command,
  facts: TreeFacts,
): Promise<void> {
  const choices = Object.keys(SCRIPTS);
  const label = 'ideogram completion';
  const shell = readChoice({ kind: 'choice', spelling: 'word', choices }, label, typed) as keyof InstallLines;
  const script = SCRIPTS[shell](readTree(program, facts), lines[shell]);
  if (report.mode.json) {
    return report.json({ ok: true, command: 'completion', shell, script, warnings: report.warnings });
  }
  await report.page(script);
  // A shell that is starting reads it through a pipe, and a person would be told each time.
  if (ctx.stdout.isTTY) await report.aside(`\nTo have it in every new shell:\n  ${lines[shell]}`);
}
