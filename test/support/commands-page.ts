/** Writes docs/commands.md from the endpoint data: the page cannot differ from the program. */
import type { CommandSpec, Endpoint } from '../../src/endpoints/define.js';
import { savesImages } from '../../src/endpoints/define.js';
import { MASK_CONVENTION } from '../../src/endpoints/fields/index.js';
import { type Offer, offersOf } from '../../src/endpoints/offers.js';
import { fieldsOf, longFlag } from '../../src/endpoints/survey.js';
import { namedValues } from '../../src/endpoints/value-forms.js';
import { PRICES_OF, priceRange } from '../../src/ledger/cost.js';
import { MAX_LISTED, optionGroups, variantFlag, withoutTags } from './option-section.js';

/** The page of all commands, as Markdown. */
export function commandsPage(specs: readonly CommandSpec[]): string {
  return [
    '# Commands that reach the API',
    '<!-- Written by `npx vitest run test/docs.test.ts -u` from src/endpoints/; do not edit it by hand. -->',
    specs.map(({ name, summary }) => `- [\`${name}\`](#${name}): ${summary}`).join('\n'),
    'The same in the terminal: `ideogram <command> --help`, `ideogram models` and `ideogram models --options <name>`. Lines to begin with: [recipes](recipes.md).',
    ...ruleSections(specs),
    ...specs.flatMap(commandSection),
    ...longLists(specs),
  ]
    .join('\n\n')
    .concat('\n');
}

function ruleSections(specs: readonly CommandSpec[]): string[] {
  const masked = specs.filter((spec) => fieldsOf(spec).some(({ type }) => type.kind === 'mask'));
  const turned = masked.filter(({ endpoints }) => endpoints.some(changesWhite));
  return [
    '## In every command',
    [
      '- Names are forgiving: `v2-turbo` is `V_2_TURBO`, `16:9` is `16x9` is `ASPECT_16_9`. What the API gets is exactly its own word.',
      '- An option that the model does not take is refused, with the models that do, before anything is sent. What is not typed is not sent: the API then uses its default.',
      '- A switch that the API knows can be sent as false too: `--no-` before its name.',
      `- Commands that save images take \`-o, --output\` (a file, a \`folder/\`, or \`-\` for standard output), \`--metadata\`, and [\`--preview\` and \`--open\`](terminal.md): ${names(specs.filter(savesImages))}.`,
      '- `--dry-run`, `--json`, `--max-cost`, `--sandbox` and the like are in `ideogram --help`; see [JSON](json.md), [exit codes](exit-codes.md), [the sandbox](sandbox.md).',
      `- Prices are in USD as of ${PRICES_OF}: estimates, never a bill.`,
    ].join('\n'),
    '## Where images come from',
    [
      'Wherever an image is wanted:',
      '',
      '- a file;',
      '- `-`: standard input, once in a call. It may also be what another command printed with `--json`: the image that it names is used;',
      '- an https URL: fetched without your key, its size and time limited. Addresses of this machine and of private networks are refused without `--allow-private-urls`.',
      '',
      'JPEG, PNG or WebP, told by the bytes and not by the name; other types are named in the refusal. At most 25 MB an image where nothing else is said, and under 50 MB a request. All of it is checked before anything is sent.',
    ].join('\n'),
    '## Masks',
    [
      `${MASK_CONVENTION} Commands with masks: ${names(masked)}.`,
      ...(turned.length > 0
        ? [`The API itself wants white for ${names(turned)}: the program turns the mask round for you.`]
        : []),
      'A mask is black and white and holds both. `--invert-mask` takes one that has white where something changes. `--mask-rect` makes one from numbers, and `--save-mask` keeps it; with `--dry-run`, to look at it before anything is paid.',
    ].join(' '),
  ];
}

function changesWhite({ fields }: Endpoint): boolean {
  return fields.some(({ type }) => type.kind === 'mask' && type.changes === 'white');
}

function names(specs: readonly CommandSpec[]): string {
  return specs.map(({ name }) => `\`${name}\``).join(', ');
}

function commandSection(spec: CommandSpec): string[] {
  const offers = offersOf([spec]);
  return [
    `## ${spec.name}`,
    [sentence(spec.summary), ...(spec.note ? [spec.note] : [])].join(' '),
    `\`ideogram ${spec.name} ${usage(spec)} [options]\``,
    operandLine(spec),
    ['```sh', ...spec.examples.flatMap(({ does, line }) => [`# ${does}`, line]), '```'].join('\n'),
    ['| with | request | price |', '|---|---|---|', ...requestRows(spec, offers)].join('\n'),
    ...optionGroups(spec, offers),
  ];
}

function sentence(text: string): string {
  return `${text[0]?.toUpperCase()}${text.slice(1)}.`;
}

function usage({ operand: { name, many, optional } }: CommandSpec): string {
  const word = `${name}${many ? '...' : ''}`;
  return optional ? `[${word}]` : `<${word}>`;
}

function operandLine(spec: CommandSpec): string {
  const { name, help, field } = spec.operand;
  const stand = spec.endpoints.flatMap(({ fields }) =>
    fields.flatMap((taken) => (taken.field.name === field ? taken.suppliedBy : [])),
  );
  const flags = fieldsOf(spec).filter((option) => stand.includes(option.name));
  const instead = flags.map(({ flags }) => `\`${longFlag(flags)}\``).join(', ');
  return `\`<${name}>\`: ${withoutTags(help)}${instead === '' ? '' : `; or ${instead} instead`}.`;
}

/** A row for models that share endpoint and price. */
function requestRows(spec: CommandSpec, offers: readonly Offer[]): string[] {
  return spec.endpoints.flatMap((endpoint) => {
    const own = offers.filter((offer) => offer.endpoint === endpoint);
    const priceOf = ({ model }: Offer) => priceRange({ endpoint: endpoint.name, model }).line;
    return [...new Set(own.map(priceOf))].map((price) => {
      const sharing = own.filter((offer) => priceOf(offer) === price);
      return `| ${rowLabel(spec, endpoint, sharing)} | ${requestOf(endpoint)} | ${price} |`;
    });
  });
}

function rowLabel(spec: CommandSpec, { variant }: Endpoint, offers: readonly Offer[]): string {
  const models = offers.flatMap(({ model }) => model ?? []);
  const marked = models.map((model) => (model === spec.defaultModel ? `${model} (default)` : model));
  return [marked.join(', '), variantFlag(spec, variant)].filter(Boolean).join(' and ') || 'every call';
}

function requestOf({ method, path, fallbackPath }: Endpoint): string {
  const other = fallbackPath === undefined ? '' : `; where that is gone, \`${fallbackPath}\``;
  return `\`${method} ${path}\`${other}`;
}

/** Lists too long for their commands, with all that such an option takes anywhere. */
function longLists(specs: readonly CommandSpec[]): string[] {
  const sections = new Map<string, Map<string, Offer[]>>();
  for (const offer of offersOf(specs)) {
    for (const { option, type } of offer.options) {
      const values = namedValues(type);
      if (values.length <= MAX_LISTED) continue;
      const flag = longFlag(option.flags);
      const lists = sections.get(flag) ?? new Map<string, Offer[]>();
      const text = values.join(', ');
      sections.set(flag, lists.set(text, [...(lists.get(text) ?? []), offer]));
    }
  }
  return [...sections].flatMap(([flag, lists]) => [
    `## Values of ${flag}`,
    ...[...lists].map(([text, offers]) => `${commandsOf(offers)}: ${text}.`),
  ]);
}

function commandsOf(offers: readonly Offer[]): string {
  const commands = [...new Set(offers.map(({ command }) => command))];
  return commands
    .map((command) => {
      const models = offers.filter((offer) => offer.command === command).flatMap(({ model }) => model ?? []);
      return models.length > 0 ? `\`${command}\` with ${models.join(', ')}` : `\`${command}\``;
    })
    .join('; ');
}
