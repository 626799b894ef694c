/** How help reads: what it does, usage, examples first, then options in groups; all option texts come from the endpoint data. */
import type { Argument, Command, Help, HelpConfiguration, Option } from 'commander';
import { type Example, FIELD_GROUPS } from './endpoints/define.js';
import { DASHBOARD_URL } from './errors.js';
import { TOPICS } from './help-topics.js';
import type { Style } from './terminal/style.js';

/** Headings of options that are not fields of the API. */
export const OPTION_GROUPS = {
  own: 'Options',
  output: 'Output',
  sending: 'Sending',
  other: 'Other',
} as const;

const GROUP_ORDER: readonly string[] = [...FIELD_GROUPS, ...Object.values(OPTION_GROUPS)];

/** What commander has no place for. */
export interface PageFacts {
  examplesOf(command: Command): readonly Example[];
  /** Does this global option (`--json`) mean something to the command? */
  takesGlobal(command: Command, long: string): boolean;
}

/** What the first minute needs; docs/environment.md has the rest. */
const VARIABLES = [
  { term: 'IDEOGRAM_API_KEY', text: `your key (${DASHBOARD_URL}), or in .env` },
  { term: 'IDEOGRAM_SANDBOX', text: '1: as if --sandbox were typed every time' },
  { term: 'IDEOGRAM_DAILY_CAP', text: 'USD that a day may cost, as 5' },
];

/**
 * Commander's help, rearranged.
 * @param style asked for when a page is written
 */
export function helpConfiguration(style: () => Style, facts: PageFacts): HelpConfiguration {
  return {
    formatHelp: (command, helper) => formatHelp(command, helper, style(), facts),
  };
}

function formatHelp(command: Command, helper: Help, style: Style, facts: PageFacts): string {
  const width = Math.min(helper.helpWidth ?? 80, 100);
  const sections = [
    helper.boxWrap(helper.commandDescription(command), width),
    `${style.strong('Usage:')} ${helper.commandUsage(command)}`,
    exampleSection(facts.examplesOf(command), style),
    ...listSections(command, helper, style, width, facts),
    ...(command.parent ? [] : closingSections(helper, style, width)),
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
}

/** Of the program's own page. */
function closingSections(helper: Help, style: Style, width: number): string[] {
  const topics = TOPICS.map(({ name }) => name).join(', ');
  return [
    [style.strong('Environment:'), ...table(VARIABLES, helper, width)].join('\n'),
    [
      style.strong('Topics:'),
      ...table([{ term: 'ideogram help <topic>', text: topics }], helper, width),
    ].join('\n'),
  ];
}

function exampleSection(list: readonly Example[], style: Style): string {
  if (list.length === 0) return '';
  const lines = list.flatMap(({ does, line }) => [`  ${style.faint(`# ${does}`)}`, `  ${line}`]);
  return [style.strong('Examples:'), ...lines].join('\n');
}

function listSections(
  command: Command,
  helper: Help,
  style: Style,
  width: number,
  facts: PageFacts,
): string[] {
  const section = (title: string, items: readonly { term: string; text: string }[]): string =>
    items.length === 0 ? '' : [style.strong(`${title}:`), ...table(items, helper, width)].join('\n');
  const operands = helper
    .visibleArguments(command)
    .map((argument) => ({ term: nameOfArgument(argument), text: argument.description }));
  const commands = helper
    .visibleCommands(command)
    .map((child) => ({ term: child.name(), text: child.summary() || child.description() }));
  return [
    section('Commands', commands),
    section('Operand', operands),
    ...optionGroups(command, helper, facts).map(([title, options]) =>
      section(
        title,
        options.map((option) => ({ term: option.flags, text: option.description })),
      ),
    ),
  ];
}

/** As usage lines have it: `<image...>`, `[prompt]`. */
function nameOfArgument(argument: Argument): string {
  const name = `${argument.name()}${argument.variadic ? '...' : ''}`;
  return argument.required ? `<${name}>` : `[${name}]`;
}

/** The command's own options and the global ones, under the headings they were given. */
function optionGroups(command: Command, helper: Help, facts: PageFacts): [string, Option[]][] {
  const groups = new Map<string, Option[]>();
  const globals = helper
    .visibleGlobalOptions(command)
    .filter(({ long }) => facts.takesGlobal(command, long ?? ''));
  for (const option of [...helper.visibleOptions(command), ...globals]) {
    const own = command.parent && command.options.includes(option);
    const title = option.helpGroupHeading ?? (own ? OPTION_GROUPS.own : OPTION_GROUPS.other);
    const group = groups.get(title);
    if (group) group.push(option);
    else groups.set(title, [option]);
  }
  return [...groups].sort(([a], [b]) => GROUP_ORDER.indexOf(a) - GROUP_ORDER.indexOf(b));
}

const MAX_TERM = 30;
/** Below this, terms stand above their texts: beside them nothing would fit. */
const NARROW = 64;
const NARROW_TERM = 4;

/** Terms on the left, texts on the right; a long term takes a line of its own. */
function table(items: readonly { term: string; text: string }[], helper: Help, width: number): string[] {
  const most = width < NARROW ? NARROW_TERM : MAX_TERM;
  const left = Math.min(most, Math.max(...items.map(({ term }) => term.length))) + 2;
  return items.flatMap(({ term, text }) => {
    const room = Math.max(20, width - left - 2);
    const lines = text.length <= room ? [text] : helper.boxWrap(text, room).split('\n');
    const first = term.length > most ? [`  ${term}`] : [];
    return [
      ...first,
      ...lines.map((line, index) => {
        const head = index === 0 && first.length === 0 ? term : '';
        return `  ${head.padEnd(left)}${line}`.trimEnd();
      }),
    ];
  });
}
