/** What can be typed for each model of each command: the rows of `ideogram models` and of the page of all commands. */
import type { Choosable, CommandSpec, Endpoint, FieldType } from './define.js';
import { goesWith, labelOf, modelFlags, modelsOf } from './survey.js';

/** An option as it is taken in one place. */
export interface OfferedOption {
  readonly option: Choosable;
  /** Its values there. */
  readonly type: FieldType;
  /** What the API does there when it is left out. */
  readonly apiDefault: string | undefined;
  readonly required: boolean;
  /** Names of options of which one may be given in its stead. */
  readonly suppliedBy: readonly string[];
}

/** A command as it is with one model. */
export interface Offer {
  readonly spec: CommandSpec;
  readonly endpoint: Endpoint;
  /** With the switch that leads there: `generate --transparent`. */
  readonly command: string;
  /** Undefined where there are none to choose from. */
  readonly model: string | undefined;
  /** The operand is none of them: it is typed without a flag. */
  readonly options: readonly OfferedOption[];
}

/** Every command with every model it has: the newest models first, the commands in their order. */
export function offersOf(specs: readonly CommandSpec[]): Offer[] {
  const offers = specs.flatMap((spec) =>
    spec.endpoints.flatMap((endpoint) => {
      const models = endpoint.models.length > 0 ? endpoint.models : [undefined];
      return models.map((model): Offer => {
        const options = optionsFor(spec, endpoint, model);
        return { spec, endpoint, command: commandOf(spec, endpoint), model, options };
      });
    }),
  );
  const models = [...new Set(specs.flatMap(modelsOf))].sort(newestFirst);
  return [...models, undefined].flatMap((model) => offers.filter((offer) => offer.model === model));
}

function commandOf(spec: CommandSpec, endpoint: Endpoint): string {
  const variant = spec.variants?.find(({ name }) => name === endpoint.variant);
  return variant ? `${spec.name} ${labelOf(spec, variant)}` : spec.name;
}

function optionsFor(spec: CommandSpec, endpoint: Endpoint, model: string | undefined): OfferedOption[] {
  const offered = (option: Choosable, type: FieldType = option.type): OfferedOption => ({
    option,
    type,
    apiDefault: option.apiDefault,
    required: false,
    suppliedBy: [],
  });
  const variant = spec.variants?.filter(({ name }) => name === endpoint.variant) ?? [];
  const fields = endpoint.fields
    .filter(
      ({ field, models }) => field.name !== spec.operand.field && (models?.includes(String(model)) ?? true),
    )
    .map(({ field: option, type, apiDefault, required, suppliedBy }) => ({
      option,
      type,
      apiDefault,
      required,
      suppliedBy,
    }));
  const local = spec.local?.filter((option) => goesWith(option, endpoint)) ?? [];
  return [
    ...(modelsOf(spec).length > 1 && model !== undefined ? [offered(modelOption(spec, endpoint))] : []),
    ...variant.map((option) => offered(option)),
    ...fields,
    ...local.map((option) => offered(option)),
  ];
}

/** The choice of the model, as an option like the others; where there is one model it is not asked for. */
function modelOption(spec: CommandSpec, { variant }: Endpoint): Choosable {
  const models = spec.endpoints
    .filter((endpoint) => endpoint.variant === variant)
    .flatMap(({ models }) => models);
  return {
    name: 'model',
    flags: modelFlags(spec),
    group: 'Picture',
    help: 'model to use',
    type: { kind: 'choice', spelling: 'word', choices: models.sort(newestFirst) },
    ...(spec.defaultModel === undefined ? {} : { apiDefault: spec.defaultModel }),
  };
}

/** V_4 before V_3, V_2A before V_2, V_2 before V_2_TURBO; then names without a number. */
function newestFirst(a: string, b: string): number {
  const [one, other] = [ageOf(a), ageOf(b)];
  return other.version - one.version || order(other.letter, one.letter) || order(one.rest, other.rest);
}

function ageOf(model: string): { version: number; letter: string; rest: string } {
  const [, version, letter = '', rest = ''] = /^V_(\d+(?:\.\d+)?)([A-Z]?)(_.*)?$/.exec(model) ?? [];
  return version === undefined
    ? { version: 0, letter: '', rest: model }
    : { version: Number(version), letter, rest };
}

function order(a: string, b: string): number {
  return a < b ? -1 : Number(a > b);
}
