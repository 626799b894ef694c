/** What is asked when a call is made again: what was stored, as one would type it, with what was newly typed in its place. */
import { resolve, sep } from 'node:path';
import type { Choosable, CommandSpec } from '../endpoints/define.js';
import { fieldsOf, isImageKind, isPromptKind, labelOf, modelsOf, optionsOf } from '../endpoints/survey.js';
import { CliError } from '../errors.js';
import { isUrl } from '../files/image-origin.js';
import type { Asked } from '../ledger/events.js';
import { OF_THAT_TIME } from './asked.js';
import { shownPath } from './outcome.js';

/** The words behind a command, as they are typed: options by their names in code. */
export interface Typed {
  readonly operands: readonly string[];
  readonly options: Readonly<Record<string, unknown>>;
}

/** A call that is made again. */
export interface Repetition extends Typed {
  /** Names of what is as it was; the operand's field too. */
  readonly kept: ReadonlySet<string>;
}

/**
 * What was asked, with changes. Options that a new one excludes are left out.
 * @param id of the call, for messages
 * @param fresh as typed now
 * @throws CliError `bad_input` where something came through a pipe, or cannot be typed
 */
export function repeatAsked(
  { id, asked, spec }: { readonly id: string; readonly asked: Asked; readonly spec: CommandSpec },
  fresh: Typed,
  cwd: string,
): Repetition {
  const all = optionsOf(spec);
  const isFresh = (name: string) =>
    name === spec.operand.field ? fresh.operands.length > 0 : fresh.options[name] !== undefined;
  const news = all.filter(({ name }) => isFresh(name));
  const isKept = (name: string): boolean => {
    if (isFresh(name) || OF_THAT_TIME.includes(name)) return false;
    if (name === 'model') return !leavesModels(spec, news);
    // A sidecar stands beside a file.
    if (name === 'metadata') return fresh.options.output !== '-';
    const option = all.find((each) => each.name === name);
    return !news.some((other) => option && excludeEachOther(option, other));
  };
  const stored = Object.entries(asked.options).filter(([name, value]) => value !== undefined && isKept(name));
  const operand = all.find(({ name }) => name === spec.operand.field);
  const keepsOperand = operand !== undefined && asked.operands.length > 0 && isKept(operand.name);
  const retype = (option: Choosable | undefined, value: unknown) => retyped({ id, spec, option, cwd }, value);
  const options = stored.map(([name, value]) => {
    const option = all.find((each) => each.name === name);
    return [name, retype(option, value)] as const;
  });
  return {
    operands: keepsOperand ? asked.operands.map((word) => String(retype(operand, word))) : fresh.operands,
    options: { ...Object.fromEntries(options), ...fresh.options },
    kept: new Set([...stored.map(([name]) => name), ...(keepsOperand ? [operand.name] : [])]),
  };
}

function excludeEachOther(one: Choosable, other: Choosable): boolean {
  const names = (option: Choosable, { name }: Choosable) => option.conflicts?.includes(name) ?? false;
  return names(one, other) || names(other, one);
}

/** A switch may lead to where there are no models to choose from. */
function leavesModels(spec: CommandSpec, news: readonly Choosable[]): boolean {
  const variant = spec.variants?.find((option) => news.includes(option));
  const reached = spec.endpoints.filter((endpoint) => endpoint.variant === variant?.name);
  return modelsOf({ ...spec, endpoints: reached }).length === 0;
}

interface Stored {
  readonly id: string;
  readonly spec: CommandSpec;
  readonly option: Choosable | undefined;
  readonly cwd: string;
}

/** A stored value as it is typed: a prompt as text that is taken literally, a path as short as it can be. */
function retyped(stored: Stored, value: unknown): unknown {
  const { option, cwd } = stored;
  if (option === undefined) return value;
  if (Array.isArray(value)) return value.map((item) => retyped(stored, item));
  if (typeof value !== 'string') return value;
  if (value === '-' && (isImageKind(option.type) || isPromptKind(option.type))) throw fromPipe(stored);
  if (option.type.kind === 'prompt') return value.startsWith('@') ? `@${value}` : value;
  if (isImageKind(option.type) || option.type.kind === 'json-prompt') return retypedPath(cwd, value);
  return value;
}

function retypedPath(cwd: string, path: string): string {
  if (isUrl(path)) return path;
  const shown = shownPath(cwd, resolve(cwd, path));
  // Such a name would be taken for an option, or for standard input.
  return shown.startsWith('-') ? `.${sep}${shown}` : shown;
}

/** What came through a pipe is gone; a prompt of a hyphen alone reads one. */
function fromPipe({ id, spec, option }: Stored): CliError {
  const { name } = spec.operand;
  const label = labelOf(spec, option as Choosable);
  const isOperand = label === `The ${name}`;
  const remedy = `ideogram again ${id} ${isOperand ? `<${name}>` : `${label} ...`}`;
  if (option?.type.kind === 'prompt') {
    return new CliError('bad_input', `${label} of ${id} was "-", which stands for standard input.`, {
      hint: `Give another: ${remedy}`,
    });
  }
  return new CliError('bad_input', `${label} of ${id} came through a pipe, and cannot be read again.`, {
    hint: `Give another: ${remedy}`,
  });
}

/** The stored images among these, by their options' names in code. */
export function keptImages(spec: CommandSpec, { kept }: Repetition): string[] {
  return fieldsOf(spec).flatMap(({ name, type }) => (isImageKind(type) && kept.has(name) ? [name] : []));
}
