/** Why options do not fit the call they were typed for: the one place that refuses them. */
import { CliError } from '../errors.js';
import { spellChoices } from './choice.js';
import type { Choosable, CommandSpec, Endpoint, EndpointField } from './define.js';
import type { Options, PlannedValue } from './plan.js';
import {
  fieldNamed,
  fieldsOf,
  goesWith,
  labelOf,
  modelLabel,
  modelsThatTake,
  optionsOf,
  variantTakes,
} from './survey.js';

/** From the command line none gets here; from a program, a misspelt name would be ignored by the API, and paid. */
export function refuseUnknown(all: readonly Choosable[], options: Options): void {
  const names = all.map(({ name }) => name);
  const unknown = Object.keys(options).find((name) => options[name] !== undefined && !names.includes(name));
  if (unknown === undefined) return;
  throw new CliError('bad_input', `"${unknown}" is not an option.`, {
    hint: `Valid: model, ${names.join(', ')}.`,
  });
}

export function refuseForEndpoint(
  spec: CommandSpec,
  option: Choosable,
  endpoint: Endpoint,
  model: string | undefined,
): void {
  if (spec.variants?.includes(option)) return;
  if (spec.local?.includes(option)) {
    refuseLocal(spec, option, endpoint);
    return;
  }
  const taken = fieldNamed(endpoint, option.name);
  if (taken && (taken.models === undefined || taken.models.includes(String(model)))) return;
  const label = labelOf(spec, option);
  const variant = spec.variants?.find(({ name }) => name === endpoint.variant);
  const models = modelsThatTake(spec, option.name, endpoint.variant);
  if (models.length > 0) {
    const where = variant ? ` with ${labelOf(spec, variant)}` : '';
    throw new CliError('bad_input', `${label} is not an option of model ${model}${where}.`, {
      hint: `Models that take it${where}: ${models.join(', ')}. Choose one with ${modelLabel(spec)}, or leave the option out.`,
    });
  }
  if (variant) {
    throw new CliError('bad_input', `${label} does not go with ${labelOf(spec, variant)}.`, {
      hint: `With it go: ${endpoint.fields.map(({ field }) => amidst(labelOf(spec, field))).join(', ')}.`,
    });
  }
  throw goesOnlyWith(spec, option, model);
}

/** A switch leads to where the option is taken, perhaps by other models only. */
function goesOnlyWith(spec: CommandSpec, option: Choosable, model: string | undefined): CliError {
  const variants = spec.variants?.filter(({ name }) => variantTakes(spec, name, option.name)) ?? [];
  const labels = variants.map((variant) => labelOf(spec, variant)).join(', ');
  const models = variants.flatMap(({ name }) => modelsThatTake(spec, option.name, name));
  const isTaken = models.length === 0 || models.includes(String(model));
  const choice = isTaken ? '' : `, and choose one of the models that take it: ${models.join(', ')}`;
  return new CliError('bad_input', `${labelOf(spec, option)} goes only with ${labels}.`, {
    hint: `Add ${labels}${choice}.`,
  });
}

/** A label within a sentence: `the prompt`. */
function amidst(label: string): string {
  return label.replace(/^The /, 'the ');
}

/** Where they would do nothing, the command's own options are refused. */
function refuseLocal(spec: CommandSpec, option: Choosable, endpoint: Endpoint): void {
  if (goesWith(option, endpoint)) return;
  const variant = spec.variants?.find(({ name }) => name === endpoint.variant);
  const other = variant ? labelOf(spec, variant) : 'this call';
  throw new CliError('bad_input', `${labelOf(spec, option)} does not go with ${other}.`, {
    hint: `Leave out ${labelOf(spec, option)} or ${other}.`,
  });
}

export function refuseConflicts(spec: CommandSpec, given: readonly Choosable[], endpoint: Endpoint): void {
  for (const option of given) {
    const other = given.find((candidate) => option.conflicts?.includes(candidate.name));
    if (other === undefined) continue;
    const [a, b] = [labelOf(spec, option), amidst(labelOf(spec, other))];
    throw new CliError(
      'bad_input',
      `${a} and ${b} exclude each other${whyNotBoth(option, other, endpoint)}.`,
      {
        hint: `Leave out ${amidst(a)} or ${b}.`,
      },
    );
  }
}

function whyNotBoth(option: Choosable, other: Choosable, endpoint: Endpoint): string {
  const pair = [option, other];
  if (pair.every(({ name }) => fieldNamed(endpoint, name))) {
    return ': the API takes only one of them';
  }
  // A rectangle is what changes: there is no other way round.
  return pair.some(({ type }) => type.kind === 'switch') ? '' : ': each says what the other says';
}

export function refuseMissing(spec: CommandSpec, endpoint: Endpoint, options: Options): void {
  const isGiven = (name: string) => options[name] !== undefined;
  const missing = endpoint.fields.find(
    ({ field, required, suppliedBy }) => required && ![field.name, ...suppliedBy].some(isGiven),
  );
  if (missing === undefined) return;
  const label = labelOf(spec, missing.field);
  const hint =
    missing.field.name === spec.operand.field
      ? `For example: ${spec.examples[0]?.line}`
      : [...waysToGive(spec, missing), ...validValues(missing)].join(' ');
  throw new CliError('usage', `${label} is missing.`, {
    hint: `${hint}\nSee: ideogram ${spec.name} --help`,
  });
}

/** The field itself, what stands for it, and the switches that do without it. */
function waysToGive(spec: CommandSpec, { field, suppliedBy }: EndpointField): string[] {
  const without = spec.variants?.filter(({ name }) => !variantTakes(spec, name, field.name)) ?? [];
  const others = [...optionsOf(spec).filter(({ name }) => suppliedBy.includes(name)), ...without];
  const labels = [field, ...others].map((option) => labelOf(spec, option));
  return others.length > 0 ? [`Give one of: ${labels.join(', ')}.`] : [`${labels}: ${field.help}.`];
}

function validValues({ type }: EndpointField): string[] {
  return type.kind === 'choice' ? [`Valid: ${spellChoices(type).join(', ')}.`] : [];
}

export function refuseUnpairedMasks(spec: CommandSpec, values: readonly PlannedValue[]): void {
  for (const { field, value } of values) {
    if (field.type.kind !== 'images' || field.type.masksFor === undefined) continue;
    const { masksFor } = field.type;
    const images = values.find((other) => other.field.field.name === masksFor);
    const wanted = Array.isArray(images?.value) ? images.value.length : 0;
    const masks = Array.isArray(value) ? value.length : 0;
    if (masks === wanted) continue;
    const masked = fieldsOf(spec).find(({ name }) => name === masksFor) as Choosable;
    const [label, other] = [labelOf(spec, field.field), labelOf(spec, masked)];
    if (wanted === 0) throw maskAlone(label, other);
    throw new CliError('bad_input', `${label} and ${other} do not go together.`, {
      hint: `Give one mask for each image: there are ${masks} masks and ${wanted} images.`,
    });
  }
}

function maskAlone(label: string, other: string): CliError {
  return new CliError('bad_input', `${label} needs ${other}: the image that it is the mask of.`, {
    hint: `Add ${other}, or leave out ${label}.`,
  });
}
