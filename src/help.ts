/** How help reads: what it does, usage, examples first, then options in groups; all option texts come from the endpoint data. */
import type { Command, Help, HelpConfiguration, Option } from 'commander';
import {
  type CommandSpec,
  type Example,
  FIELD_GROUPS,
  type Field,
  type FieldType,
} from './endpoints/define.js';
import { modelsOf, modelsThatTake } from './endpoints/plan.js';
import { spellChoices } from './endpoints/values.js';
import { DASHBOARD_URL } from './errors.js';
import type { Style } from './terminal/style.js';

/** Headings of options that are not fields of the API. */
export const OPTION_GROUPS = {
  own: 'Options',
  output: 'Output',
  sending: 'Sending',
  other: 'Other',
} as const;

const GROUP_ORDER: readonly string[] = [...FIELD_GROUPS, ...Object.values(OPTION_GROUPS)];

/** More choices than this are counted, not listed. */
const MAX_LISTED = 16;

/** What help says of a field: purpose, valid values or limits, the API's default, and the models that take it. */
export function describeField(spec: CommandSpec, field: Field): string {
  const notes = [
    describeValues(field.type),
    describeFurtherValues(spec, field),
    field.apiDefault && `default ${field.apiDefault}`,
  ]
    .filter((note) => note)
    .join('; ');
  const models = modelsThatTake(spec, field.name);
  const restricted = models.length < modelsOf(spec).length ? ` [${models.join(', ')}]` : '';
  return `${field.help}${notes ? ` (${notes})` : ''}${restricted}`;
}

/** What other models take beyond the usual values. */
function describeFurtherValues(spec: CommandSpec, { type, name }: Field): string {
  if (type.kind !== 'choice' || type.choices.length > MAX_LISTED) return '';
  const others = spec.endpoints.flatMap(({ fields }) =>
    fields.flatMap((taken) =>
      taken.field.name === name && taken.type.kind === 'choice' && taken.type !== type ? [taken.type] : [],
    ),
  );
  const known = new Set(spellChoices(type));
  const further = others.flatMap(spellChoices).filter((choice) => !known.has(choice));
  return further.length > 0 ? `other models also ${further.join(', ')}` : '';
}

function describeValues(type: FieldType): string {
  switch (type.kind) {
    case 'integer':
      return `${type.min} to ${type.max}`;
    case 'choice':
      return type.choices.length <= MAX_LISTED
        ? spellChoices(type).join(', ')
        : `one of ${type.choices.length}; any other word lists them`;
    case 'palette':
      return type.presets.join(', ');
    case 'text-list':
      return type.form;
    case 'text':
      return type.form ?? '';
    default:
      return '';
  }
}

/** What commander has no place for. */
export interface PageFacts {
  examplesOf(command: Command): readonly Example[];
  /** Does this global option (`--json`) mean something to the command? */
  takesGlobal(command: Command, long: string): boolean;
}

/** What the first minute needs; docs/environment.md has the rest. */
const VARIABLES = [
  { term: 'IDEOGRAM_API_KEY', text: `your key, from ${DASHBOARD_URL}; .env is read too` },
  { term: 'IDEOGRAM_SANDBOX', text: '1: as if --sandbox were typed every time' },
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
    command.parent ? '' : [style.strong('Environment:'), ...table(VARIABLES, helper, width)].join('\n'),
  ];
  return `${sections.filter((section) => section !== '').join('\n\n')}\n`;
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
    .map((argument) => ({ term: `<${argument.name()}>`, text: argument.description }));
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

/** The command's own options and the global ones, under the headings they were given. */
function optionGroups(command: Command, helper: Help, facts: PageFacts): [string, Option[]][] {
  const groups = new Map<string, Option[]>();
  const globals = helper
    .visibleGlobalOptions(command)
    .filter(({ long }) => facts.takesGlobal(command, long ?? ''));
  for (const option of [...helper.visibleOptions(command), ...globals]) {
    const own = command.parent && command.options.includes(option);
    const title = option.helpGroupHeading ?? (own ? OPTION_GROUPS.own : OPTION_GROUPS.other);
    groups.set(title, [...(groups.get(title) ?? []), option]);
  }
  return [...groups].sort(([a], [b]) => GROUP_ORDER.indexOf(a) - GROUP_ORDER.indexOf(b));
}

const MAX_TERM = 30;

/** Terms on the left, texts on the right; a long term takes a line of its own. */
function table(items: readonly { term: string; text: string }[], helper: Help, width: number): string[] {
  const left = Math.min(MAX_TERM, Math.max(...items.map(({ term }) => term.length))) + 2;
  return items.flatMap(({ term, text }) => {
    const lines = helper.boxWrap(text, Math.max(30, width - left - 2)).split('\n');
    const first = term.length > MAX_TERM ? [`  ${term}`] : [];
    return [
      ...first,
      ...lines.map((line, index) => {
        const head = index === 0 && first.length === 0 ? term : '';
        return `  ${head.padEnd(left)}${line}`.trimEnd();
      }),
    ];
  });
}
