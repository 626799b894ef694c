/** What is typed behind each option and as each operand: from the data of the API; for the other commands it stands here. */
import type { Choosable, CommandSpec, FieldType } from '../endpoints/define.js';
import { offersOf } from '../endpoints/offers.js';
import { fieldsOf, longFlag } from '../endpoints/survey.js';
import { namedValues } from '../endpoints/value-forms.js';
import { plainWords, type Wanted } from './words.js';

/** What the data says of an option of a command. */
export interface Known {
  readonly text: string;
  readonly value: Wanted;
  readonly repeatable: boolean;
}

const TEXT: Wanted = { kind: 'text' };
const FILE: Wanted = { kind: 'file' };

/** Options in the data, by their long flags; of what differs by model all values together. */
export function knownOptions(spec: CommandSpec): Map<string, Known> {
  const known = new Map<string, Known & { types: FieldType[] }>();
  for (const { option, type } of offersOf([spec]).flatMap(({ options }) => options)) {
    const long = longFlag(option.flags);
    const types = [...(known.get(long)?.types ?? []), type];
    known.set(long, { text: option.help, value: wantedOf(types), repeatable: isRepeatable(option), types });
  }
  return known;
}

/** What is typed without a flag. */
export function knownOperand(spec: CommandSpec): Wanted {
  const field = fieldsOf(spec).find(({ name }) => name === spec.operand.field);
  return field === undefined ? TEXT : wantedOf([field.type]);
}

/**
 * Options that are in no data, by their command and long flag, or by the flag alone where it is the same everywhere; operands by
 * command and name. A test refuses what is missing here.
 */
export function otherWanted(specs: readonly CommandSpec[]): Readonly<Record<string, Wanted>> {
  const models = [...new Set(offersOf(specs).flatMap(({ model }) => model ?? []))];
  const options = specs.flatMap((spec) => [...knownOptions(spec).keys()].map((long) => long.slice(2)));
  return {
    '--max-cost': TEXT,
    '--timeout': TEXT,
    '--output': FILE,
    'models --model': plainWords(models),
    'models --command': plainWords(specs.map(({ name }) => name)),
    'models --options': plainWords(options),
    'history --limit': plainWords(['all']),
    'history --since': plainWords(['today', 'yesterday', '24h', '7d']),
    'history text': TEXT,
    'completion shell': plainWords(['bash', 'zsh', 'fish']),
    'resume id': TEXT,
    'again id': plainWords(['last']),
    'sandbox --port': TEXT,
    'sandbox --latency': TEXT,
  };
}

function isRepeatable({ type }: Choosable): boolean {
  if (type.kind === 'images') return type.maxCount !== 1;
  return type.kind === 'text-list' || type.kind === 'mask-rects';
}

/** Of several kinds, the one that has candidates. */
function wantedOf(types: readonly FieldType[]): Wanted {
  const words = types.flatMap(namedValues);
  if (words.length > 0) return plainWords(words);
  const kinds = new Set(types.map(({ kind }) => kind));
  if (kinds.has('image') || kinds.has('images') || kinds.has('mask')) return { kind: 'image' };
  if (kinds.has('file') || kinds.has('json-prompt')) return FILE;
  return kinds.has('prompt') ? { kind: 'prompt' } : TEXT;
}
