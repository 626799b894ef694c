/** A call written as a command line: the words that are typed, and the same quoted for a shell. */
import type { Choosable, CommandSpec } from '../endpoints/define.js';
import { labelOf, longFlag, modelLabel, optionsOf } from '../endpoints/survey.js';
import { CliError } from '../errors.js';
import { shellWord } from '../files/shell-word.js';
import { clean } from '../terminal/text.js';
import type { Typed } from './repeat.js';

/** Options of every command that are no fields of the API. */
const COMMON: readonly (readonly [string, string])[] = [
  ['allowPrivateUrls', '--allow-private-urls'],
  ['metadata', '--metadata'],
  ['output', '--output'],
  ['preview', '--preview'],
  ['open', '--open'],
];

/**
 * The words behind `ideogram`.
 * @param sandbox it goes to the sandbox
 * @throws CliError `bad_input` for a structured prompt that is in no file
 */
export function wordsOf(spec: CommandSpec, { operands, options }: Typed, sandbox: boolean): string[] {
  const fields = optionsOf(spec).filter(({ name }) => name !== spec.operand.field);
  const flags = [
    ...fields.flatMap((option) => flagWords(labelOf(spec, option), options[option.name], option)),
    ...flagWords(modelLabel(spec), options.model),
    ...COMMON.flatMap(([name, label]) => flagWords(label, options[name])),
    ...(sandbox ? ['--sandbox'] : []),
  ];
  // What begins with a hyphen is an operand only at the very end.
  const isPlain = operands.every((word) => word === '-' || !word.startsWith('-'));
  return isPlain ? [spec.name, ...operands, ...flags] : [spec.name, ...flags, '--', ...operands];
}

function flagWords(label: string, value: unknown, option?: Choosable): string[] {
  if (value === undefined) return [];
  if (value === true) return [label];
  if (value === false) return [label.replace('--', '--no-')];
  if (Array.isArray(value)) return value.flatMap((item) => flagWords(label, item, option));
  if (option?.type.kind === 'json-prompt' && typeof value === 'object') throw withoutFile(option);
  const word = typeof value === 'object' ? JSON.stringify(value) : String(value);
  return word.startsWith('-') && word !== '-' ? [`${label}=${word}`] : [label, word];
}

function withoutFile({ flags }: Choosable): CliError {
  return new CliError(
    'bad_input',
    `${longFlag(flags)} takes a file, and of that prompt only its text is kept.`,
    {
      hint: 'With --run it is sent as it was. Its text stands in what ideogram history --json prints, under options.jsonPrompt.',
    },
  );
}

/** In quotation marks, cmd and PowerShell leave everything else as it is. */
const UNSAFE_ON_WINDOWS = /["%$`\r\n]/;

/** The line for a shell; undefined where none says exactly these words. */
export function shellLine(words: readonly string[], platform: NodeJS.Platform): string | undefined {
  // What a terminal would act on is never printed.
  if (words.some((word) => clean(word) !== word)) return undefined;
  if (platform === 'win32' && words.some((word) => UNSAFE_ON_WINDOWS.test(word))) return undefined;
  return ['ideogram', ...words.map((word) => shellWord(word, platform))].join(' ');
}
