/** Which endpoint a call goes to, and what of it was typed: options by their names in, values of the endpoint's fields out. */
import { CliError } from '../errors.js';
import { readChoice } from './choice.js';
import type { Choosable, CommandSpec, Endpoint, EndpointField } from './define.js';
import { nearestSize } from './nearest-size.js';
import {
  refuseConflicts,
  refuseForEndpoint,
  refuseMissing,
  refuseUnknown,
  refuseUnpairedMasks,
} from './refusals.js';
import { spellShape } from './shape.js';
import { fieldNamed, labelOf, modelLabel, modelsOf, optionsOf } from './survey.js';
import { type FieldValue, readValue } from './values.js';

export interface PlannedValue {
  readonly field: EndpointField;
  readonly value: FieldValue;
}

/** A call, checked against the API's rules; files are not read yet. */
export interface Plan {
  readonly spec: CommandSpec;
  readonly endpoint: Endpoint;
  /** Undefined where the endpoint has no models to choose from. */
  readonly model: string | undefined;
  /** Only what was typed, in the endpoint's order. */
  readonly values: readonly PlannedValue[];
  /** What was typed of the command's own options, by their names. */
  readonly local: Readonly<Record<string, FieldValue>>;
  /** What the program chose for the user, in a sentence each. */
  readonly notes: readonly string[];
  /** What may not be meant, and is paid. */
  readonly warnings: readonly string[];
}

/** Typed options by their names in code. */
export type Options = Readonly<Record<string, unknown>>;

/**
 * Chooses the endpoint by the model and the switches, and checks every option.
 * @param options by the fields' names; `undefined` means not given (0, false and '' are given)
 * @throws CliError `bad_input`: unknown model, option the model does not take, invalid value, options that exclude each other
 */
export function makePlan(spec: CommandSpec, model: string | undefined, options: Options): Plan {
  const all = optionsOf(spec);
  refuseUnknown(all, options);
  const { endpoint, model: chosen } = chooseEndpoint(spec, model, options);
  const given = all.filter(({ name }) => options[name] !== undefined);
  for (const option of given) refuseForEndpoint(spec, option, endpoint, chosen);
  refuseConflicts(spec, given, endpoint);
  const local: Record<string, FieldValue> = {};
  for (const option of spec.local ?? []) {
    const typed = options[option.name];
    if (typed !== undefined) local[option.name] = readValue(option.type, labelOf(spec, option), typed);
  }
  const { sizes, notes } = chooseSizes(spec, endpoint, local);
  refuseMissing(spec, endpoint, options);
  const values = endpoint.fields.flatMap((field): PlannedValue[] => {
    const typed = sizes[field.field.name] ?? options[field.field.name];
    if (typed === undefined) return [];
    return [{ field, value: readValue(field.type, labelOf(spec, field.field), typed) }];
  });
  refuseUnpairedMasks(spec, values);
  return { spec, endpoint, model: chosen, values, local, notes, warnings: warnOfEqualSeeds(values) };
}

function chooseEndpoint(
  spec: CommandSpec,
  typed: string | undefined,
  options: Options,
): { endpoint: Endpoint; model: string | undefined } {
  // A program may give anything: what is no yes and no no must not pass for a no.
  const variant = spec.variants?.find((option) => {
    const typed = options[option.name];
    return typed !== undefined && readValue(option.type, labelOf(spec, option), typed) === true;
  });
  const candidates = spec.endpoints.filter((endpoint) => endpoint.variant === variant?.name);
  const label = modelLabel(spec);
  const models = candidates.flatMap((endpoint) => [...endpoint.models]);
  if (models.length === 0) {
    const [endpoint] = candidates as [Endpoint];
    if (typed === undefined) return { endpoint, model: undefined };
    const why = variant ? `${labelOf(spec, variant)} has no models` : 'There are no models';
    throw new CliError('bad_input', `${why} to choose from.`, { hint: `Leave out ${label}.` });
  }
  const choice = { kind: 'choice', spelling: 'word', choices: modelsOf(spec) } as const;
  const model = readChoice(choice, label, typed ?? String(spec.defaultModel));
  const endpoint = candidates.find((candidate) => candidate.models.includes(model));
  if (endpoint) return { endpoint, model };
  throw new CliError(
    'bad_input',
    `${labelOf(spec, variant as Choosable)} is not an option of model ${model}.`,
    {
      hint: `Models that take it: ${models.join(', ')}. Choose one with ${label}, or leave the option out.`,
    },
  );
}

function warnOfEqualSeeds(values: readonly PlannedValue[]): string[] {
  const images = Number(plannedValue({ values }, 'numImages') ?? 1);
  if (images < 2 || plannedValue({ values }, 'seed') === undefined) return [];
  return [`with one seed the API may make ${images} equal images, and charges for each.`];
}

/** By how many times a shape may be off: what nobody sees in a picture, and what nobody wants to have paid for. */
const NEAR = 1.05;
const TOO_FAR = 1.25;

/** Where a shape was typed, the size that comes nearest to it. */
function chooseSizes(
  spec: CommandSpec,
  endpoint: Endpoint,
  local: Record<string, FieldValue>,
): { sizes: Options; notes: string[] } {
  const sizes: Record<string, string> = {};
  const notes: string[] = [];
  for (const option of spec.local ?? []) {
    const shape = local[option.name];
    if (option.type.kind !== 'shape' || typeof shape !== 'number') continue;
    const { sizeOf } = option.type;
    const field = fieldNamed(endpoint, sizeOf) as EndpointField;
    if (field.type.kind !== 'choice') continue;
    const { choice, width, height } = nearestSize(field.type, shape);
    sizes[sizeOf] = choice;
    const off = Math.max(width / height / shape, shape / (width / height));
    const size = `${labelOf(spec, field.field)} ${width}x${height}`;
    const its = spellShape(width / height);
    if (off > TOO_FAR) {
      throw new CliError('bad_input', `The API makes no picture of a shape near ${spellShape(shape)}.`, {
        hint: `The nearest is ${its}: ${size} takes it.`,
      });
    }
    const far = off > NEAR ? `; its own is ${its}` : '';
    notes.push(`${size} is taken: of the API's sizes the nearest to that shape${far}.`);
  }
  return { sizes, notes };
}

/** The value of a field of the plan, `undefined` where it was not given. */
export function plannedValue({ values }: Pick<Plan, 'values'>, name: string): FieldValue | undefined {
  return values.find(({ field }) => field.field.name === name)?.value;
}

/** The plan with another value in a field's place: what was a file's name is now what the file holds. */
export function withValue(plan: Plan, name: string, value: FieldValue): Plan {
  const values = plan.values.map((planned) =>
    planned.field.field.name === name ? { ...planned, value } : planned,
  );
  return { ...plan, values };
}
