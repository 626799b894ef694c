/** Every call there is, out of the endpoints' own data: a command with each of its models and switches, and good words for it. */
import type { Choosable, CommandSpec, Endpoint, EndpointField } from '../../src/endpoints/define.js';
import { COMMANDS } from '../../src/endpoints/index.js';

/** A command as it is called with one model, and perhaps a switch. */
export interface Call {
  /** `edit --whole`, `generate V_3`. */
  readonly title: string;
  readonly spec: CommandSpec;
  readonly endpoint: Endpoint;
  readonly variant: Choosable | undefined;
  readonly model: string | undefined;
}

export const CALLS: readonly Call[] = COMMANDS.flatMap((spec) =>
  spec.endpoints.flatMap((endpoint) => {
    const variant = spec.variants?.find(({ name }) => name === endpoint.variant);
    const models = endpoint.models.length > 0 ? endpoint.models : [undefined];
    return models.map((model): Call => {
      const title = [spec.name, variant && flagOf(variant), model].filter(Boolean).join(' ');
      return { title, spec, endpoint, variant, model };
    });
  }),
);

/** `--num-images`; read from the notation here, and not by the program. */
export function flagOf({ flags }: Pick<Choosable, 'flags'>): string {
  return flags.split(/[\s,]+/).find((word) => word.startsWith('--')) as string;
}

/** How messages call it. */
export function labelIn({ operand }: CommandSpec, option: Pick<Choosable, 'name' | 'flags'>): string {
  return option.name === operand.field ? `The ${operand.name}` : flagOf(option);
}

export function isOperand({ spec }: Call, { name }: Pick<Choosable, 'name'>): boolean {
  return name === spec.operand.field;
}

/** What the call takes, its own fields only. */
export function takenBy({ endpoint, model }: Call): EndpointField[] {
  return endpoint.fields.filter(({ models }) => models === undefined || models.includes(String(model)));
}

/** All that can be typed for a command: name and flags, each name once. */
export function typableFor(spec: CommandSpec): Choosable[] {
  const fields = spec.endpoints.flatMap((endpoint) => endpoint.fields.map(({ field }) => field));
  const all = [...fields, ...(spec.local ?? [])].filter(({ name }) => name !== spec.operand.field);
  const names = [...new Set(all.map(({ name }) => name))];
  return names.map((name) => all.find((option) => option.name === name) as Choosable);
}

/** Is the option the command's own, and of use with this endpoint? They are about masks and sizes. */
export function isOwn({ spec, endpoint }: Call, { name }: Choosable): boolean {
  const own = spec.local?.some((option) => option.name === name) ?? false;
  const about = spec.name === 'reframe' ? 'resolution' : 'mask';
  return own && endpoint.fields.some(({ field }) => field.name === about);
}

/** A value that the option takes, as it is typed; none for a switch. */
export function goodValue({ name, type }: Pick<Choosable, 'name' | 'type'>): string[] {
  switch (type.kind) {
    case 'integer':
      return [String(type.max)];
    case 'choice':
      return [type.choices.at(-1) as string];
    case 'palette':
      return [type.presets[0] as string];
    case 'text-list':
      return ['0A1B2C3D'];
    case 'switch':
      return [];
    case 'shape':
      return ['16:9'];
    case 'mask-rects':
      return ['0,0,1,1'];
    case 'file':
      return ['kept.png'];
    case 'json-prompt':
      return ['prompt.json'];
    case 'prompt':
      return ['a fox'];
    case 'text':
      return [name === 'customModelUri' ? 'model/mine/version/1' : 'rain'];
    case 'image':
    case 'images':
    case 'mask':
      return [name === 'mask' ? 'mask.png' : 'photo.png'];
  }
}

/** `--seed 5`. */
export function words(option: Pick<Choosable, 'name' | 'flags' | 'type'>): string[] {
  return [flagOf(option), ...goodValue(option)];
}

/** Command, operand, switch and model; `without` names what is left out. */
export function startOf(call: Call, without?: string): string[] {
  const { spec, variant, model } = call;
  const operand = spec.operand.field === 'image' ? 'photo.png' : 'a fox';
  const models = new Set(spec.endpoints.flatMap((endpoint) => endpoint.models));
  return [
    spec.name,
    ...(spec.operand.field === without ? [] : [operand]),
    ...(variant ? [flagOf(variant)] : []),
    ...(model !== undefined && models.size > 1 ? ['-m', model] : []),
  ];
}

/** All that must be given besides, each by itself and not by what may stand for it. */
export function neededBy(call: Call, without: readonly string[] = []): string[] {
  const needed = takenBy(call).filter(({ field, required }) => required && !isOperand(call, field));
  return needed.flatMap(({ field, type }) => (without.includes(field.name) ? [] : words({ ...field, type })));
}
