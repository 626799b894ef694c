/** Completion in a real fish: what `complete -C` offers for a line is what TAB offers. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { ALL_LINES, COMPLETED, createPlace, OFFERED, runShell, SILENT, shellTests } from './scripts.js';

const { title, absent } = shellTests('fish');

/** The candidates for each line, with their descriptions behind a tab. */
async function complete(lines: readonly string[]): Promise<Map<string, string[]>> {
  const place = await createPlace('fish');
  const asked = lines.map((line) => `complete -C '${line.replace(/[\\']/g, '\\$&')}'; printf '\\1'`);
  const file = join(place.folder, 'ask.fish');
  await writeFile(file, [`source ${place.script}`, `source ${place.script}`, ...asked].join('\n'));
  const { stdout, stderr } = runShell('fish', ['--no-config', file], place);
  const answers = stdout.split('\u0001').slice(0, -1);
  if (stderr !== '' || answers.length !== lines.length) throw new Error(`${stderr}\n${stdout}`);
  return new Map(
    answers.map((answer, index) => [lines[index] ?? '', answer.split('\n').filter((each) => each !== '')]),
  );
}

const wordsOf = (offered: readonly string[] = []) => offered.map((each) => each.split('\t')[0] ?? '').sort();

describe.skipIf(absent)(`completion ${title}`, () => {
  let answers: ReturnType<typeof complete> | undefined;
  const answerTo = async (line: string): Promise<string[] | undefined> => {
    answers ??= complete(ALL_LINES);
    return (await answers).get(line);
  };

  it.each(COMPLETED)('%s -> %s', async (typed, becomes) => {
    const words = wordsOf(await answerTo(typed));
    const lines = words.map((word) => typed.replace(/\S*$/, () => word));
    // Letters behind --option= stay as they are typed.
    expect(lines.map((line) => line.replace(/=tur.*$/, (end) => end.toUpperCase()))).toEqual([becomes]);
  });

  it.each(SILENT)('%s: nothing', async (typed) => {
    expect(await answerTo(typed)).toEqual([]);
  });

  it.each(OFFERED)('%s: %j', async (typed, words) => {
    expect(wordsOf(await answerTo(typed))).toEqual(words);
  });

  it('keeps the option in front of a value in small letters', async () => {
    const found = await complete([
      'ideogram generate --rendering-speed=tur',
      'ideogram generate --magic-prompt=o',
    ]);
    expect([...found.values()].map(wordsOf)).toEqual([
      ['--rendering-speed=turbo'],
      ['--magic-prompt=off', '--magic-prompt=on'],
    ]);
  });

  it('says what commands, options and topics are', async () => {
    const found = await complete(['ideogram gen', 'ideogram auth login --w', 'ideogram help exit']);
    expect([...found.values()].flat()).toEqual([
      'generate\tmake images from a text prompt',
      '--with-key\tread the key from standard input, ask nothing',
      'exit-codes\tevery way to fail, its exit status and its remedy',
    ]);
  });

  it('knows words in quotes, and runs nothing that was typed', async () => {
    const lines = [
      'ideogram edit "my',
      'ideogram generate "@pr',
      'ideogram generate "$(touch pwned)" --see',
      'ideogram edit pwn',
    ];
    const found = await complete(lines);
    expect([...found.values()].map(wordsOf)).toEqual([['my dog.jpg'], ['@prompt.txt'], ['--seed'], []]);
  });
});
