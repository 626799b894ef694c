/** A command as a program sees it: messages call options by their names in code, and what writes files is left to `save`. */
import type { Choosable, CommandSpec } from '../endpoints/define.js';
import { optionsOf } from '../endpoints/survey.js';
import { CliError } from '../errors.js';

/** What the library takes in place of what is typed. */
export type Given = Readonly<Record<string, unknown>>;

export function specForProgram(spec: CommandSpec): CommandSpec {
  const renamed = new Map<Choosable, Choosable>();
  // The same option stays the same object in every endpoint.
  const rename = <Option extends Choosable>(option: Option): Option => {
    const help = option.type.kind === 'prompt' ? 'what the picture shows' : option.help;
    const known = renamed.get(option) ?? { ...option, flags: option.name, help };
    renamed.set(option, known);
    return known as Option;
  };
  const method = spec.name.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase());
  const value = spec.operand.field === 'prompt' ? 'a red fox' : 'photo.jpg';
  const line = `client.${method}({ ${spec.operand.field}: '${value}', ... })`;
  return {
    ...spec,
    modelFlags: 'model',
    examples: [{ does: spec.summary, line }],
    endpoints: spec.endpoints.map((endpoint) => ({
      ...endpoint,
      fields: endpoint.fields.map((taken) => ({ ...taken, field: rename(taken.field) })),
    })),
    variants: (spec.variants ?? []).map(rename),
    local: (spec.local ?? []).filter(({ type }) => type.kind !== 'file').map(rename),
  };
}

/**
 * The options of a call: JavaScript may hand in anything.
 * @throws CliError `bad_input`
 */
export function optionsGiven(spec: CommandSpec, options: unknown): Given {
  if (options === undefined || options === null) return {};
  if (typeof options === 'object' && !Array.isArray(options)) return options as Given;
  throw new CliError('bad_input', 'The options of a call are one object.', {
    hint: `For example: ${spec.examples[0]?.line}`,
  });
}

/**
 * The words of the command line mean nothing to a program: `-` is no image here, and a structured prompt no path.
 * @throws CliError `bad_input`
 */
export function refuseTypedForms(spec: CommandSpec, given: Given): void {
  for (const { name, type } of optionsOf(spec)) {
    const value = given[name];
    if (value === undefined) continue;
    if (type.kind === 'image' || type.kind === 'mask') refuseNoImage(name, value);
    if (type.kind === 'images') for (const item of [value].flat()) refuseNoImage(name, item);
    if (type.kind === 'json-prompt' && !isObject(value)) {
      throw new CliError('bad_input', `${name} is no object.`, {
        hint: 'Give the document itself: JSON.parse() makes it of text.',
      });
    }
  }
}

function refuseNoImage(name: string, value: unknown): void {
  if (value === '-') {
    throw new CliError(
      'bad_input',
      `${name}: "-" is standard input on the command line, and no image here.`,
      {
        hint: 'Give the path of a file or an https URL. A file of that name is "./-".',
      },
    );
  }
  if (typeof value === 'string') return;
  throw new CliError('bad_input', `${name} takes the path of a file or an https URL.`);
}

function isObject(value: unknown): boolean {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}
