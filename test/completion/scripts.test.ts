/** The scripts as texts: nothing of the program is missing in them, shells can read them, and no text of ours can harm one. */
import { readdir, writeFile } from 'node:fs/promises';
import { Argument, Command, Option } from 'commander';
import { describe, expect, it } from 'vitest';
import { commandTree } from '../../src/command-tree.js';
import { bashScript } from '../../src/completion/bash.js';
import { fishScript } from '../../src/completion/fish.js';
import { readTree } from '../../src/completion/tree.js';
import { otherWanted } from '../../src/completion/wanted.js';
import { type Node, nodesOf } from '../../src/completion/words.js';
import { zshScript } from '../../src/completion/zsh.js';
import { INSTALL_LINES } from '../../src/completion-command.js';
import { COMMANDS } from '../../src/endpoints/index.js';
import { modelsOf } from '../../src/endpoints/survey.js';
import { addGlobalOptions } from '../../src/options.js';
import { runCli } from '../support/run.js';
import { createPlace, runShell, type Shell, scriptFor, shellTests } from './scripts.js';

const SHELLS: readonly Shell[] = ['bash', 'zsh', 'fish'];

/** The program with every option of every command. */
function wholeProgram(): Command {
  const tree = commandTree();
  const whole = new Command('ideogram').helpCommand(false);
  addGlobalOptions(whole);
  const start = () => {
    throw new Error('nothing runs here');
  };
  const names = [...COMMANDS.map(({ name }) => name), 'models', 'resume', 'history', 'again', 'auth'];
  for (const name of [...names, 'sandbox', 'completion']) tree.addTo(whole, start, [name]);
  return whole;
}

function readWhole(root = wholeProgram()): Node {
  return readTree(root, { specs: COMMANDS, topics: [], takesGlobal: () => true });
}

describe.each(SHELLS)('the script for %s', (shell) => {
  it('names every command, every visible option and every model', async () => {
    const script = await scriptFor(shell);
    const visit = (command: Command): void => {
      if (command.name() !== 'ideogram') expect(script).toContain(`'${command.name()}'`);
      for (const { hidden, long, short } of command.options) {
        if (hidden) continue;
        for (const flag of [long, short]) {
          const written =
            shell === 'fish' ? flag?.replace(/^(-)?-/, (_, two) => (two ? '-l ' : '-s ')) : flag;
          if (written) expect(script).toMatch(new RegExp(`${written}(?![a-z-])`));
        }
      }
      for (const child of command.commands) visit(child);
    };
    visit(wholeProgram());
    for (const model of COMMANDS.flatMap(modelsOf)) expect(script).toContain(model);
    expect(script).not.toMatch(/--no-include-tags(?![a-z-])/);
  });

  it('says in its first lines how to have it for good', async () => {
    const head = (await scriptFor(shell)).split('\n').slice(0, 4).join('\n');
    expect(head).toContain(INSTALL_LINES[shell]);
  });

  it('is JSON for programs, and a note for a person', async () => {
    const script = await scriptFor(shell);
    const { json } = await runCli(['completion', shell, '--json']);
    expect(json()).toEqual({ ok: true, command: 'completion', shell, script, warnings: [] });
    const seen = await runCli(['completion', shell], { stdoutIsTerminal: true, stderrIsTerminal: true });
    expect([seen.stdout, seen.stderr.includes(INSTALL_LINES[shell])]).toEqual([script, true]);
    // A shell that starts reads it through a pipe, with a terminal beside it.
    expect((await runCli(['completion', shell], { stderrIsTerminal: true })).stderr).toBe('');
  });

  const { title, absent } = shellTests(shell);
  it.skipIf(absent)(`is understood ${title}, whatever our texts hold`, async () => {
    const place = await createPlace(shell);
    const check = (script: string) =>
      runShell(shell, [shell === 'fish' ? '--no-execute' : '-n', script], place);
    expect(check(place.script)).toMatchObject({ status: 0, stderr: '' });
    const nasty = `it's "$(touch pwned)" \`touch pwned\` \\ [a]:b {c} *? #! ~ %s (d) 'e`;
    const root = new Command('ideogram').helpCommand(false);
    root
      .command('generate')
      .summary(nasty)
      .addOption(new Option('--odd <value>', nasty).choices([nasty]))
      .addOption(new Option("--text <it's:odd>", nasty))
      .addArgument(new Argument('<operand>', nasty).choices([nasty]));
    const write = { bash: bashScript, zsh: zshScript, fish: fishScript }[shell];
    await writeFile(place.script, write(readWhole(root), INSTALL_LINES[shell]));
    expect(check(place.script)).toMatchObject({ status: 0, stderr: '' });
    // Not only read: run, and asked.
    const ask: Record<Shell, string> = {
      bash: `source ${place.script}; COMP_WORDS=(ideogram generate --odd '') COMP_CWORD=3 COMP_LINE='ideogram generate --odd ' COMP_POINT=24; _ideogram ideogram '' --odd; printf %s "\${COMPREPLY[0]}"`,
      zsh: `autoload -Uz compinit && compinit -u -D; source ${place.script}; compadd() { print -rn -- "\${@[-1]}" }; found=(\${(M)\${(k)functions}:#_ideogram_words_*}); $found[1]`,
      fish: `source ${place.script}; complete -C 'ideogram generate --odd ' | string split -f 1 \\t | string collect`,
    };
    const asked = runShell(shell, [...(shell === 'zsh' ? ['-f'] : []), '-c', ask[shell]], place);
    expect([asked.stderr, asked.stdout.trimEnd()]).toEqual(['', nasty]);
    expect(await readdir(place.files)).not.toContain('pwned');
  });
});

describe('what is typed behind an option', () => {
  it('is said of every option with a value, and of every operand: in the data, or in src/completion/wanted.ts', () => {
    const others = otherWanted(COMMANDS);
    const data = new Set(COMMANDS.map(({ name }) => name));
    const missing: string[] = [];
    const used = new Set<string>();
    const has = (...places: string[]): boolean => {
      const found = places.filter((place) => place in others);
      for (const place of found) used.add(place);
      return found.length > 0;
    };
    const visit = (command: Command, path: string): void => {
      for (const { hidden, long = '', required } of command.options) {
        const known = data.has(path) && !['--output'].includes(long);
        if (required && !hidden && !known && !has(`${path} ${long}`, long)) missing.push(`${path} ${long}`);
      }
      if (!data.has(path)) {
        for (const argument of command.registeredArguments) {
          if (!has(`${path} ${argument.name()}`)) missing.push(`${path} ${argument.name()}`);
        }
      }
      for (const child of command.commands) visit(child, `${path} ${child.name()}`.trim());
    };
    const whole = wholeProgram();
    visit(whole, '');
    expect([missing, Object.keys(others).filter((place) => !used.has(place))]).toEqual([[], []]);
  });

  it('is a file, an image or words where it is not free text', () => {
    const find = (path: string) => nodesOf(readWhole()).find((node) => node.path === path);
    const kinds = (path: string) =>
      Object.fromEntries(find(path)?.flags.map(({ long, value }) => [long, value?.kind]) ?? []);
    expect(kinds('edit')).toMatchObject({
      '--mask': 'image',
      '--reference': 'image',
      '--save-mask': 'file',
      '--output': 'file',
      '--prompt': 'prompt',
      '--seed': 'text',
      '--mask-rect': 'text',
      '--style-type': 'words',
      '--color-palette': 'words',
      '--whole': undefined,
    });
    expect(kinds('generate')['--json-prompt']).toBe('file');
    expect(find('describe')?.operands).toMatchObject([{ value: { kind: 'image' }, many: true }]);
  });
});

describe('a shell that starts', () => {
  it('is not told of unfinished work', () => {
    const command = wholeProgram().commands.find((each) => each.name() === 'completion');
    expect(command && commandTree().isAboutHistory(command)).toBe(true);
  });
});

describe('another shell', () => {
  it.each([['tcsh'], ['powershell'], ['']])('%j is refused with the ones there are', async (shell) => {
    const { status, stdout, stderr } = await runCli(['completion', shell]);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(/does not take "\w*"\.\n {2}Valid: bash, zsh, fish\./);
  });

  it('is asked for where none is named', async () => {
    const { status, stderr } = await runCli(['completion']);
    expect([status, stderr]).toEqual([2, expect.stringContaining('For example: ')]);
  });
});
