/** Completion in a real zsh, on a terminal, through compinit: as a sourced script, and as a file of fpath. */
import { cp, mkdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import type { Node } from '../../src/completion/words.js';
import { zshScript } from '../../src/completion/zsh.js';
import { ALL_LINES, COMPLETED, createPlace, OFFERED, SILENT, shellTests, startShell } from './scripts.js';

const { title, absent } = shellTests('zsh');

interface Answer {
  /** The line after one TAB. */
  readonly line: string;
  /** Each candidate, with its description behind it. */
  readonly offered: readonly string[];
}

/** How the script is installed. */
const INSTALLED = {
  sourced: (script: string) => `autoload -Uz compinit && compinit -u -D\nsource ${script}\nsource ${script}`,
  alone: (script: string) => `source ${script}`,
  fpath: (_script: string, folder: string) =>
    `fpath=(${folder}/functions $fpath)\nautoload -Uz compinit && compinit -u -D`,
};

/** Types each line and one TAB. */
async function press(
  lines: readonly string[],
  how: keyof typeof INSTALLED = 'sourced',
  text?: string,
): Promise<Map<string, Answer>> {
  const place = await createPlace('zsh', text);
  const { folder, script } = place;
  const out = join(folder, 'out');
  await mkdir(join(folder, 'functions'));
  await cp(script, join(folder, 'functions', '_ideogram'));
  await writeFile(join(folder, 'lines'), lines.join('\n'));
  // compadd is what every completion ends in: asked first, it says what would be offered.
  await writeFile(
    join(folder, '.zshrc'),
    `${INSTALLED[how](script, folder)}
ulimit -c 0
LISTMAX=0
zstyle ':completion:*' list-prompt ''
compadd() {
  if [[ \${@[1,(i)(-|--)]} != *-(O|A|D)\\ * ]]; then
    local -a hits texts
    local at=$@[(I)-d]
    (( at )) && texts=("\${(@P)\${@[at+1]}}")
    builtin compadd -A hits -D texts "$@"
    local index
    for index in {1..$#hits}; do
      (( $#hits )) && print -rn -- "$hits[index]"$'\\t'"\${texts[index]-}"$'\\0' >> ${out}
    done
  fi
  builtin compadd "$@"
}
zle -C ask complete-word _main_complete
ask-all() {
  local line
  for line in "\${(@f)$(<${folder}/lines)}"; do
    BUFFER=$line CURSOR=$#line
    zle ask
    print -rn -- $'\\1'"$BUFFER"$'\\2' >> ${out}
  done
  kill -KILL $$
}
zle -N zle-line-init ask-all
`,
  );
  const shell = await startShell('zsh', ['-d', '-i'], place, { ZDOTDIR: folder });
  await shell.ended;
  const answers = (await readFile(out, 'utf8')).split('\u0002').slice(0, -1);
  if (answers.length !== lines.length)
    throw new Error(`zsh answered ${answers.length} times:\n${shell.screen()}`);
  return new Map(
    answers.map((answer, index) => {
      const [offered = '', line = ''] = answer.split('\u0001');
      return [lines[index] ?? '', { line, offered: offered.split('\0').slice(0, -1) }];
    }),
  );
}

const withoutEnd = (line = '') => line.replace(/[ =]$/, '');
const wordsOf = (answer: Answer | undefined) => answer?.offered.map((each) => each.split('\t')[0]).sort();

describe.skipIf(absent)(`completion ${title}`, () => {
  let answers: ReturnType<typeof press> | undefined;
  const answerTo = async (line: string): Promise<Answer | undefined> => {
    answers ??= press(ALL_LINES);
    return (await answers).get(line);
  };

  it.each(COMPLETED)('%s -> %s', async (typed, becomes) => {
    expect(withoutEnd((await answerTo(typed))?.line)).toBe(becomes);
  });

  it.each(SILENT)('%s: nothing', async (typed) => {
    expect(await answerTo(typed)).toEqual({ line: typed, offered: [] });
  });

  it.each(OFFERED)('%s: %j', async (typed, words) => {
    expect(wordsOf(await answerTo(typed))).toEqual(words);
  });

  it.each(['alone', 'fpath'] as const)('works installed %s', async (how) => {
    const found = await press(['ideogram gen', 'ideogram auth lo', 'ideogram generate -a 10:'], how);
    expect([...found.values()].map(({ line }) => line)).toEqual([
      'ideogram generate ',
      'ideogram auth log',
      'ideogram generate -a 10:16 ',
    ]);
  });

  it('says what commands, options and topics are', async () => {
    const found = await press(['ideogram gen', 'ideogram auth login --w', 'ideogram help exit']);
    expect([...found.values()].map(({ offered }) => offered.join().replace(/^.*-- /, ''))).toEqual([
      'make images from a text prompt',
      'read the key from standard input, ask nothing',
      'every way to fail, its exit status and its remedy',
    ]);
  });

  it('quotes names, offers images first, and runs nothing that was typed', async () => {
    const found = await press([
      'ideogram edit my',
      'ideogram generate "$(touch pwned)" --see',
      'ideogram edit ',
    ]);
    const [quoted, harmless, images] = [...found.values()];
    expect(quoted?.line).toBe('ideogram edit my\\ dog.jpg ');
    expect(withoutEnd(harmless?.line)).toBe('ideogram generate "$(touch pwned)" --seed');
    expect(wordsOf(images)).toEqual(['fox.png', 'my\\ dog.jpg', 'photos']);
  });

  it('shows a text as it is, whatever it holds', async () => {
    const text = `it's [a]: "$(touch pwned)" \\ (b)`;
    const flag = { short: undefined, long: '--odd', text, name: 'a]:b', repeatable: false };
    const empty = { path: '', commands: [], flags: [], operands: [], text };
    const dream: Node = {
      ...empty,
      path: 'dream',
      name: 'dream',
      flags: [{ ...flag, value: { kind: 'text' } }],
    };
    const script = zshScript({ ...empty, name: 'ideogram', commands: [dream] }, 'here');
    const found = await press(['ideogram dre', 'ideogram dream --o'], 'sourced', script);
    expect([...found.values()].map(({ offered }) => offered.join().replace(/^.*? -- /, ''))).toEqual([
      text,
      text,
    ]);
  });
});
