/** What a command's data says when one asks it: its options, its models, which of them take what, and how options are called. */
import type { Choosable, CommandSpec, Endpoint, EndpointField, Field, FieldType } from './define.js';

/** All models a command reaches, in the order of its endpoints, each once. */
export function modelsOf(spec: CommandSpec): string[] {
  return [...new Set(spec.endpoints.flatMap((endpoint) => [...endpoint.models]))];
}

/** Every field of a command once, in the order of its endpoints; of fields of the same name the first. */
export function fieldsOf(spec: CommandSpec): Field[] {
  const all = spec.endpoints.flatMap((endpoint) => endpoint.fields.map((taken) => taken.field));
  return [...new Set(all)];
}

/** Everything that can be typed for a command: its switches, fields, and its own options. */
export function optionsOf(spec: CommandSpec): Choosable[] {
  return [...(spec.variants ?? []), ...fieldsOf(spec), ...(spec.local ?? [])];
}

/** How an endpoint takes an option; undefined where it does not. */
export function fieldNamed({ fields }: Endpoint, name: string): EndpointField | undefined {
  return fields.find(({ field }) => field.name === name);
}

/** Is it sent as files? */
export function isImageKind({ kind }: FieldType): boolean {
  return kind === 'image' || kind === 'images' || kind === 'mask';
}

/** Does it say what a picture shows, in words or in parts? */
export function isPromptKind({ kind }: FieldType): boolean {
  return kind === 'prompt' || kind === 'json-prompt';
}

/** The models of a command that take a field: with this switch, or without any. */
export function modelsThatTake(spec: CommandSpec, name: string, variant?: string): string[] {
  return spec.endpoints.flatMap((endpoint) => {
    const taken = fieldNamed(endpoint, name);
    return taken && endpoint.variant === variant ? [...(taken.models ?? endpoint.models)] : [];
  });
}

/** Does a field go with a switch of the command? */
export function variantTakes(spec: CommandSpec, variant: string, name: string): boolean {
  return spec.endpoints.some((endpoint) => endpoint.variant === variant && fieldNamed(endpoint, name));
}

/** A command's own options are about a mask or a size, and do nothing where there is none. */
export function goesWith({ type }: Choosable, endpoint: Endpoint): boolean {
  return fieldNamed(endpoint, type.kind === 'shape' ? type.sizeOf : 'mask') !== undefined;
}

/** Where a flag is in commander's notation: `-n, --num-images <count>` -> `--num-images`. */
export function longFlag(flags: string): string {
  return /--[a-z-]+/.exec(flags)?.[0] ?? flags;
}

/** How a user knows an option: its long flag, or `The prompt` for the operand. */
export function labelOf(spec: CommandSpec, option: Pick<Choosable, 'name' | 'flags'>): string {
  return option.name === spec.operand.field ? `The ${spec.operand.name}` : longFlag(option.flags);
}

/** How the model of a command is typed, in commander's notation. */
export function modelFlags({ modelFlags: flags = '-m, --model <model>' }: CommandSpec): string {
  return flags;
}

/** `--model`, or what the command has in its place. */
export function modelLabel(spec: CommandSpec): string {
  return longFlag(modelFlags(spec));
}
