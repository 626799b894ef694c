/** What help says of an option of the API: purpose, values, default, whether it is needed, and by whom it is taken; all from the data. */
import { spellChoices } from './endpoints/choice.js';
import type { Choosable, CommandSpec, EndpointField, FieldType } from './endpoints/define.js';
import {
  fieldNamed,
  longFlag,
  modelsOf,
  modelsThatTake,
  optionsOf,
  variantTakes,
} from './endpoints/survey.js';

/** More choices than this are counted, not listed. */
const MAX_LISTED = 16;

/** What help says of an option: purpose, valid values or limits, the API's default, and the models that take it. */
export function describeField(spec: CommandSpec, option: Choosable): string {
  const [usual = option.type, ...others] = typesOf(spec, option);
  const notes = [
    describeValues(usual, option),
    describeFurtherValues(usual, others),
    describeDefault(spec, option),
    describeNeed(spec, option),
  ]
    .filter((note) => note)
    .join('; ');
  return `${option.help}${notes ? ` (${notes})` : ''}${describeReach(spec, option)}`;
}

/** Of the first endpoint that takes it: the one of the default model. */
function describeDefault(spec: CommandSpec, { name, apiDefault }: Choosable): string {
  const [taken] = takenAs(spec, name);
  const value = taken ? taken.apiDefault : apiDefault;
  return value === undefined ? '' : `default ${value}`;
}

/** How the endpoints of a command take it, where they differ. */
function typesOf(spec: CommandSpec, { name }: Choosable): FieldType[] {
  return [...new Set(takenAs(spec, name).map(({ type }) => type))];
}

/** By each endpoint that takes it. */
function takenAs(spec: CommandSpec, name: string): EndpointField[] {
  return spec.endpoints.flatMap((endpoint) => fieldNamed(endpoint, name) ?? []);
}

/** Where it is not taken everywhere: by which models, or with which switch. */
function describeReach(spec: CommandSpec, { name }: Choosable): string {
  const switches = switchesFor(spec, name);
  if (switches.length > 0) return ` [with ${[...switches, ...modelsWith(spec, name)].join(', ')}]`;
  const models = modelsThatTake(spec, name);
  const others = modelsOf(spec).filter((model) => !models.includes(model));
  if (models.length === 0 || others.length === 0) return '';
  // The shorter list says it.
  return others.length < models.length ? ` [not ${others.join(', ')}]` : ` [${models.join(', ')}]`;
}

/** Of the models of those switches, the ones that take it, where these are not all. */
function modelsWith(spec: CommandSpec, name: string): string[] {
  const behind = spec.endpoints.filter(({ variant }) => variant !== undefined);
  const takers = behind.filter((endpoint) => fieldNamed(endpoint, name));
  return takers.length < behind.length ? takers.flatMap(({ models }) => [...models]) : [];
}

/** The switches without which no endpoint takes it. */
function switchesFor(spec: CommandSpec, name: string): string[] {
  const takers = spec.endpoints.filter((endpoint) => fieldNamed(endpoint, name));
  if (takers.some(({ variant }) => variant === undefined)) return [];
  const variants = spec.variants?.filter((variant) => takers.some((taker) => taker.variant === variant.name));
  return (variants ?? []).map(({ flags }) => longFlag(flags));
}

/** Must it be given? And if not, what in its stead? */
function describeNeed(spec: CommandSpec, { name }: Choosable): string {
  const usual = spec.endpoints.filter(({ variant }) => variant === undefined);
  const needed = usual.map((endpoint) => fieldNamed(endpoint, name));
  if (!needed.every((taken) => taken?.required)) return '';
  const stand = needed.flatMap((taken) => taken?.suppliedBy ?? []);
  const without = (spec.variants ?? []).filter((variant) => !variantTakes(spec, variant.name, name));
  const options = optionsOf(spec).filter((option) => stand.includes(option.name) || without.includes(option));
  const flags = options.map((option) => longFlag(option.flags));
  return flags.length > 0 ? `needed, or ${flags.join(' or ')}` : 'needed';
}

/** What other models take beyond the usual values. */
function describeFurtherValues(usual: FieldType, others: readonly FieldType[]): string {
  if (usual.kind !== 'choice' || usual.choices.length > MAX_LISTED) return '';
  const known = new Set(spellChoices(usual));
  const further = others.flatMap((type) => (type.kind === 'choice' ? spellChoices(type) : []));
  const unknown = [...new Set(further.filter((choice) => !known.has(choice)))];
  return unknown.length > 0 ? `other models also ${unknown.join(', ')}` : '';
}

function describeValues(type: FieldType, { flags }: Choosable): string {
  switch (type.kind) {
    case 'integer':
      return `${type.min} to ${type.max}`;
    case 'choice':
      return type.choices.length <= MAX_LISTED
        ? spellChoices(type).join(', ')
        : `one of ${type.choices.length}: ideogram models --options ${longFlag(flags).slice(2)}`;
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
