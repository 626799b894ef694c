/** Which endpoint a call goes to, and whether its options fit that model: the one place where an option can be refused. */
import { CliError } from '../errors.js';
import type { ImagePaths } from '../files/input.js';
import type { CommandSpec, Endpoint, EndpointField, Field } from './define.js';
import { type FieldValue, readChoice, readValue } from './values.js';

/** A call, checked against the API's rules; files are not read yet. */
export interface Plan {
  readonly spec: CommandSpec;
  readonly endpoint: Endpoint;
  readonly model: string;
  /** Only what was typed, in the endpoint's order. */
  readonly values: readonly { readonly field: EndpointField; readonly value: FieldValue }[];
}

/** All models a command reaches, in the order of its endpoints. */
export function modelsOf(spec: CommandSpec): string[] {
  return spec.endpoints.flatMap((endpoint) => [...endpoint.models]);
}

/** Every field of a command once, in the order of its endpoints. */
export function fieldsOf(spec: CommandSpec): Field[] {
  const all = spec.endpoints.flatMap((endpoint) => endpoint.fields.map((taken) => taken.field));
  return [...new Set(all)];
}

/** The models of a command that take a field. */
export function modelsThatTake(spec: CommandSpec, name: string): string[] {
  return spec.endpoints.flatMap((endpoint) => {
    const taken = endpoint.fields.find(({ field }) => field.name === name);
    return taken ? [...(taken.models ?? endpoint.models)] : [];
  });
}

/** How a user knows a field: its long flag, or `The prompt` for the operand. */
export function labelOf(field: Field): string {
  return /--[a-z-]+/.exec(field.flags ?? '')?.[0] ?? `The ${field.name}`;
}

/**
 * Chooses the endpoint by the model and checks every option.
 * @param options by the fields' names; `undefined` means not given (0, false and '' are given)
 * @throws CliError `bad_input`: unknown model, option the model does not take, invalid value, options that exclude each other
 */
export function makePlan(
  spec: CommandSpec,
  model: string | undefined,
  options: Record<string, unknown>,
): Plan {
  const choice = { kind: 'choice', spelling: 'word', choices: modelsOf(spec) } as const;
  const chosen = readChoice(choice, '--model', model ?? spec.defaultModel);
  const endpoint = spec.endpoints.find((candidate) => candidate.models.includes(chosen)) as Endpoint;
  const fields = fieldsOf(spec);
  refuseUnknown(fields, options);
  const given = fields.filter((field) => options[field.name] !== undefined);
  if (options[spec.operand.field] === undefined) {
    throw new CliError('bad_input', `The ${spec.operand.field} is missing.`);
  }

  for (const field of given) refuseForModel(spec, field, chosen);
  refuseConflicts(given);
  const values = endpoint.fields
    .filter(({ field }) => options[field.name] !== undefined)
    .map((field) => ({
      field,
      value: readValue(field.type, labelOf(field.field), options[field.field.name]),
    }));
  refuseUnpairedMasks(spec, values);
  return { spec, endpoint, model: chosen, values };
}

/** From the command line none gets here; from a program, a misspelt name would be ignored by the API, and paid. */
function refuseUnknown(fields: readonly Field[], options: Record<string, unknown>): void {
  const names = fields.map(({ name }) => name);
  const unknown = Object.keys(options).find((name) => options[name] !== undefined && !names.includes(name));
  if (unknown === undefined) return;
  throw new CliError('bad_input', `"${unknown}" is not an option.`, {
    hint: `Valid: model, ${names.join(', ')}.`,
  });
}

function refuseForModel(spec: CommandSpec, field: Field, model: string): void {
  const models = modelsThatTake(spec, field.name);
  if (models.includes(model)) return;
  throw new CliError('bad_input', `${labelOf(field)} is not an option of model ${model}.`, {
    hint: `Models that take it: ${models.join(', ')}. Choose one with --model, or leave the option out.`,
  });
}

function refuseConflicts(given: readonly Field[]): void {
  for (const field of given) {
    const other = given.find((candidate) => field.conflicts?.includes(candidate.name));
    if (other === undefined) continue;
    throw new CliError(
      'bad_input',
      `${labelOf(field)} and ${labelOf(other)} exclude each other: the API takes only one of them.`,
      { hint: `Leave out ${labelOf(field)} or ${labelOf(other)}.` },
    );
  }
}

function refuseUnpairedMasks(spec: CommandSpec, values: Plan['values']): void {
  for (const { field, value } of values) {
    if (field.type.kind !== 'images' || field.type.masksFor === undefined) continue;
    const { masksFor } = field.type;
    const images = values.find((other) => other.field.field.name === masksFor);
    const wanted = Array.isArray(images?.value) ? images.value.length : 0;
    const masks = Array.isArray(value) ? value.length : 0;
    if (masks === wanted) continue;
    const masked = fieldsOf(spec).find(({ name }) => name === masksFor) as Field;
    throw new CliError('bad_input', `${labelOf(field.field)} and ${labelOf(masked)} do not go together.`, {
      hint: `Give one mask for each image: there are ${masks} masks and ${wanted} images.`,
    });
  }
}

/** The value of a field of the plan, `undefined` where it was not given. */
export function plannedValue(plan: Plan, name: string): FieldValue | undefined {
  return plan.values.find(({ field }) => field.field.name === name)?.value;
}

/** The images of a plan, as paths: what `files/input.ts` reads. */
export function imagePathsOf(plan: Plan): ImagePaths[] {
  return plan.values.flatMap(({ field: { field, type }, value }) =>
    type.kind === 'images' && Array.isArray(value)
      ? [{ name: field.name, paths: value, masksFor: type.masksFor }]
      : [],
  );
}
