/** The options of a command as docs/commands.md has them: in groups, with values, limits, defaults, and what excludes what. */
import type { Choosable, CommandSpec } from '../../src/endpoints/define.js';
import { FIELD_GROUPS } from '../../src/endpoints/define.js';
import type { Offer, OfferedOption } from '../../src/endpoints/offers.js';
import { fieldsOf, labelOf, longFlag, optionsOf } from '../../src/endpoints/survey.js';
import { formOf, namedValues } from '../../src/endpoints/value-forms.js';

/** Longer lists stand at the end of the page, once. */
export const MAX_LISTED = 18;

/** `V_4, V_3; V_3 and --transparent`; all models of a switch go without saying. */
function placesOf(spec: CommandSpec, offers: readonly Offer[], all: readonly Offer[]): string {
  const variants = [...new Set(offers.map(({ endpoint }) => endpoint.variant))];
  const places = variants.map((variant) => {
    const isThere = ({ endpoint }: Offer) => endpoint.variant === variant;
    const own = offers.filter(isThere);
    const isAll = own.length === all.filter(isThere).length;
    const flag = variantFlag(spec, variant);
    if (isAll) return flag ?? 'every model';
    return [own.map(({ model }) => model).join(', '), flag].filter(Boolean).join(' and ');
  });
  return places.join('; ');
}

/** The switch that leads to an endpoint, as Markdown. */
export function variantFlag(spec: CommandSpec, variant: string | undefined): string | undefined {
  const option = spec.variants?.find(({ name }) => name === variant);
  return option && `\`${longFlag(option.flags)}\``;
}

/** An option of a command, and where it is taken. */
interface Taken {
  readonly option: Choosable;
  readonly places: readonly { readonly offer: Offer; readonly offered: OfferedOption }[];
}

/** Headings and lists, in the order in which help has them. */
export function optionGroups(spec: CommandSpec, offers: readonly Offer[]): string[] {
  const order = ['model', ...optionsOf(spec).map(({ name }) => name)];
  const taken = [...new Set(order)].flatMap((name): Taken[] => {
    const places = offers.flatMap((offer) =>
      offer.options.filter(({ option }) => option.name === name).map((offered) => ({ offer, offered })),
    );
    return places[0] ? [{ option: places[0].offered.option, places }] : [];
  });
  return FIELD_GROUPS.flatMap((group) => {
    const own = taken.filter(({ option }) => option.group === group);
    return own.length > 0
      ? [`### ${group}`, own.map((each) => optionLines(spec, offers, each)).join('\n')]
      : [];
  });
}

function optionLines(spec: CommandSpec, offers: readonly Offer[], taken: Taken): string {
  const { option } = taken;
  const facts = [
    ...needLines(spec, offers, taken),
    ...reachLines(spec, offers, taken),
    ...valueLines(spec, offers, taken),
    ...defaultLines(taken),
    ...conflictLines(spec, taken),
  ];
  return [`- \`${option.flags}\`: ${withoutTags(option.help)}`, ...facts.map((fact) => `  - ${fact}`)].join(
    '\n',
  );
}

/** One where all places have the same, else one for each place that has one. */
function defaultLines({ places }: Taken): string[] {
  const values = [...new Set(places.map(({ offered }) => offered.apiDefault))];
  const known = values.filter((value) => value !== undefined);
  if (values.length === known.length) {
    if (known.length === 1) return [`default: ${known[0]}`];
  }
  return known.map((value) => {
    const own = places.filter(({ offered }) => offered.apiDefault === value);
    const where = [...new Set(own.map(({ offer }) => `${offer.model ?? offer.command}`))];
    return `default with ${where.join(', ')}: ${value}`;
  });
}

function needLines(spec: CommandSpec, offers: readonly Offer[], { option, places }: Taken): string[] {
  const needed = places.filter(({ offered }) => offered.required);
  if (needed.length === 0) return [];
  const stand = new Set(needed.flatMap(({ offered }) => offered.suppliedBy));
  const others = needed
    .flatMap(({ offer }) => offer.options.map((each) => each.option))
    .filter((each) => stand.has(each.name) && each !== option);
  const flags = [...new Set(others.map(({ flags }) => `, or \`${longFlag(flags)}\` in its stead`))].join('');
  const there = needed.map(({ offer }) => offer);
  const where = needed.length === places.length ? '' : ` with ${placesOf(spec, there, offers)}`;
  return [`required${where}${flags}`];
}

/** Where it is taken or where not, whichever is shorter. */
function reachLines(spec: CommandSpec, offers: readonly Offer[], { option, places }: Taken): string[] {
  const there = places.map(({ offer }) => offer);
  const elsewhere = offers.filter((offer) => !there.includes(offer));
  // The switch that leads somewhere is what makes that place; and the model is chosen where there are models.
  const isPlace = spec.variants?.includes(option) || option.name === 'model';
  if (elsewhere.length === 0 || isPlace) return [];
  const [only, not] = [
    `only with ${placesOf(spec, there, offers)}`,
    `not with ${placesOf(spec, elsewhere, offers)}`,
  ];
  return [not.length < only.length ? not : only];
}

/** A line for each list of values. */
function valueLines(spec: CommandSpec, offers: readonly Offer[], { option, places }: Taken): string[] {
  const groups = new Map<string, Offer[]>();
  for (const { offer, offered } of places) {
    const text = describeValues(option, offered);
    if (text !== '') groups.set(text, [...(groups.get(text) ?? []), offer]);
  }
  return [...groups].map(([text, there]) =>
    groups.size === 1 ? `values: ${text}` : `values with ${placesOf(spec, there, offers)}: ${text}`,
  );
}

/** Empty where the option's own words, or the page's rules, say it all. */
function describeValues({ flags }: Choosable, { type }: OfferedOption): string {
  const values = namedValues(type);
  if (values.length > MAX_LISTED) return `[one of ${values.length}](#values-of-${longFlag(flags)})`;
  if (type.kind === 'images') return type.maxCount === undefined ? '' : `at most ${type.maxCount}`;
  const isSaid = ['switch', 'prompt', 'json-prompt', 'mask', 'file'].includes(type.kind);
  const form = isSaid || (type.kind === 'text' && type.form === undefined) ? '' : formOf(type);
  return [values.join(', '), form && withoutTags(form)].filter(Boolean).join('; or ');
}

/** Only what the same call could have. */
function conflictLines(spec: CommandSpec, { option, places }: Taken): string[] {
  const operand = fieldsOf(spec).filter(({ name }) => name === spec.operand.field);
  const beside = places.flatMap(({ offer }) => offer.options.map((each) => each.option));
  const others = [...operand, ...beside].filter(
    ({ name, conflicts }) => option.conflicts?.includes(name) || conflicts?.includes(option.name),
  );
  const labels = others.map((other) =>
    other.name === spec.operand.field ? `the ${spec.operand.name}` : `\`${labelOf(spec, other)}\``,
  );
  return labels.length > 0 ? [`not together with ${[...new Set(labels)].join(', ')}`] : [];
}

/** Angle brackets would be read as HTML. */
export function withoutTags(text: string): string {
  return text.replaceAll('<', '\\<');
}
