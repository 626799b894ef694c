/** Completion in a real bash, on a terminal, with a real TAB: readline cuts words at = : and @, and quotes names its own way. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ALL_LINES, COMPLETED, createPlace, OFFERED, SILENT, shellTests, startShell } from './scripts.js';

const { title, absent } = shellTests('bash');

interface Answer {
  /** The line after one TAB. */
  readonly line: string;
  /** What the script offered. */
  readonly offered: readonly string[];
}

/**
 * Types each line and one TAB.
 * @param before what bash does first
 * @param names of further files
 * @returns by the lines; under `left` what is in the folder afterwards, and a setting that is changed meanwhile
 */
async function press(
  lines: readonly string[],
  before = '',
  names: readonly string[] = [],
): Promise<Map<string, Answer>> {
  const place = await createPlace('bash');
  for (const name of names) await writeFile(join(place.files, name), '');
  const out = join(place.folder, 'out');
  const start = join(place.folder, 'rc');
  // Ctrl-T writes down what became of the line, and what was offered.
  await writeFile(
    start,
    `set +o history
source ${place.script}
source ${place.script}
${before}
source ${place.script}
_spy() { _ideogram "$@"; printf '%s\\0' "\${COMPREPLY[@]-}" > ${out}.offered; }
_tell() { { printf '%s\\0' "$READLINE_LINE"; cat ${out}.offered 2>/dev/null; printf '\\1'; } >> ${out}; : > ${out}.offered; READLINE_LINE=; }
_definition=$(complete -p ideogram)
eval "\${_definition/_ideogram/_spy}"
bind 'set completion-query-items 0'
bind 'set page-completions off'
bind -x '"\\C-t": _tell'
PS1='> '
`,
  );
  const shell = await startShell('bash', ['--noprofile', '--rcfile', start, '-i'], place);
  await shell.see('> ');
  for (const line of lines) shell.type(`${line}\t\u0014`);
  shell.type(`\u0015{ \\ls; shopt -p nocasematch; } > ${out}.left; exit\r`);
  await shell.ended;
  const answers = (await readFile(out, 'utf8').catch(() => '')).split('\u0001').slice(0, -1);
  if (answers.length !== lines.length) throw new Error(`${answers.length} answers:\n${shell.screen()}`);
  const found = answers.map((answer, index): [string, Answer] => {
    const [line = '', ...offered] = answer.split('\0').slice(0, -1);
    return [lines[index] ?? '', { line, offered: offered.filter((word) => word !== '') }];
  });
  return new Map([...found, ['left', { line: await readFile(`${out}.left`, 'utf8'), offered: [] }]]);
}

describe.skipIf(absent)(`completion ${title}`, () => {
  const versions = { '4 and later': '', '3.2, which has no compopt': 'enable -n compopt' };

  describe.each(Object.entries(versions))('as of bash %s', (_version, before) => {
    let answers: ReturnType<typeof press> | undefined;
    const answerTo = async (line: string): Promise<Answer | undefined> => {
      answers ??= press(ALL_LINES, before);
      return (await answers).get(line);
    };

    it.each(COMPLETED)('%s -> %s', async (typed, becomes) => {
      // Where bash can't be told what is a name and what is not, it quotes more than it must.
      expect((await answerTo(typed))?.line.trimEnd().replace('\\@', '@')).toBe(becomes);
    });

    it.each(SILENT)('%s: nothing', async (typed) => {
      expect(await answerTo(typed)).toEqual({ line: typed, offered: [] });
    });

    it.each(OFFERED)('%s: %j', async (typed, words) => {
      expect([...((await answerTo(typed))?.offered ?? [])].sort()).toEqual(words);
    });
  });

  it.each([
    ['ideogram edit my', 'ideogram edit my\\ dog.jpg '],
    ['ideogram edit "my', 'ideogram edit "my dog.jpg" '],
    ["ideogram edit 'my", "ideogram edit 'my dog.jpg' "],
    ['ideogram generate "@pr', 'ideogram generate "@prompt.txt" '],
    ['ideogram generate -a "10:', 'ideogram generate -a "10:16" '],
    ['ideogram generate --aspect-ratio="10:', 'ideogram generate --aspect-ratio="10:16" '],
    ['ideogram generate -a 10\\:', 'ideogram generate -a 10:16 '],
  ])('keeps what is quoted: %s', async (typed, becomes) => {
    expect((await press([typed])).get(typed)?.line).toBe(becomes);
  });

  it('offers what is behind a colon, in front of which readline cuts', async () => {
    const typed = 'ideogram generate -a 16:';
    expect((await press([typed])).get(typed)).toEqual({ line: typed, offered: ['10', '9'] });
  });

  it('runs nothing that was typed', async () => {
    const typed = 'ideogram generate "$(touch pwned)" --see';
    const others = [
      'ideogram "$(touch pwned)" a',
      'ideogram generate -a "$(touch pwned)',
      'ideogram edit "@$(touch pwned)',
    ];
    const answers = await press([typed, ...others]);
    expect(answers.get(typed)?.line).toBe('ideogram generate "$(touch pwned)" --seed ');
    expect(answers.get('left')?.line).toBe('fox.png\nmy dog.jpg\nphotos\nprompt.txt\nshopt -u nocasematch\n');
  });

  it.each([
    ['ideogram generate @t', 'ideogram generate @t\\`touch\\ pwned\\`.txt '],
    ['ideogram generate @d', 'ideogram generate @d\\$HOME.txt '],
    ['ideogram edit --prompt=@d', 'ideogram edit --prompt=@d\\$HOME.txt '],
    ['ideogram edit --prompt @s', 'ideogram edit --prompt @s\\$\\(touch\\ pwned\\).txt '],
    ['ideogram generate @my', 'ideogram generate @my\\ dog.jpg '],
    ['ideogram generate "@my', 'ideogram generate "@my dog.jpg" '],
    ['ideogram generate "@t', 'ideogram generate "@t'],
    ['ideogram generate @w', 'ideogram generate @walrus.txt '],
  ])('leaves nothing for the shell to run in the name of a file: %s', async (typed, becomes) => {
    const names = ['t`touch pwned`.txt', 'd$HOME.txt', 's$(touch pwned).txt', 'walrus.txt', 'x\nwalrus2'];
    expect((await press([typed], '', names)).get(typed)?.line).toBe(becomes);
  });

  it.each([
    'set -u',
    'shopt -s nullglob',
    'shopt -s failglob extglob',
    'IFS=:',
    'shopt -s nocasematch',
    'COMP_WORDBREAKS=" "',
  ])('works after %s', async (setting) => {
    const lines = [
      'ideogram gen',
      'ideogram generate -a 10:',
      'ideogram edit --mask=fo',
      'ideogram generate --see',
    ];
    const answers = await press(lines, setting);
    expect(lines.map((line) => answers.get(line)?.line.trimEnd())).toEqual([
      'ideogram generate',
      'ideogram generate -a 10:16',
      'ideogram edit --mask=fox.png',
      'ideogram generate --seed',
    ]);
  });

  it('leaves the settings of the shell as they were', async () => {
    const answers = await press(['ideogram generate --magic-prompt o'], 'shopt -s nocasematch');
    expect(answers.get('left')?.line).toMatch(/shopt -s nocasematch\n$/);
  });
});
