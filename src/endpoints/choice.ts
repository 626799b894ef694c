/** How one of the API's own words is typed: in any usual spelling, refused with all valid ones where none is meant. */
import { CliError } from '../errors.js';
import type { ChoiceType } from './define.js';
import { nearestSize } from './nearest-size.js';

/** A value that an option does not take. */
export function refuse(label: string, typed: string, valid: string): CliError {
  return new CliError('bad_input', `${label} does not take "${typed}".`, { hint: `Valid: ${valid}` });
}

/** `turbo`, `TURBO`, `v2-turbo` and `V_2_TURBO` differ only in case and separators. */
export function wordKey(text: string): string {
  return text.toUpperCase().replace(/[\s_.-]/g, '');
}

/** `16:9`, `16x9`, `ASPECT_16_9`, `1280x768`, `RESOLUTION_1280_768`: the two numbers are the meaning. */
function pairKey(text: string): string | undefined {
  const match = /^(?:ASPECT_|RESOLUTION_)?(\d{1,5})\s*[:x×*_/]\s*(\d{1,5})$/i.exec(text.trim());
  return match ? `${Number(match[1])}x${Number(match[2])}` : undefined;
}

/** A word stands also among pairs: AUTO. */
function pairOrWordKey(text: string): string {
  return pairKey(text) ?? wordKey(text);
}

/** Of more than so many values nobody finds his own. */
const MAX_READ = 20;

/** As many letters say what is meant, and no more names than this are meant by them. */
const START = 3;
const MAX_NEAR = 3;

function nearTo(type: ChoiceType, typed: string): string | undefined {
  if (type.spelling === 'word') {
    const start = wordKey(typed).slice(0, START);
    const near = type.choices.filter((choice) => wordKey(choice).startsWith(start));
    const isClear = start.length === START && near.length > 0 && near.length <= MAX_NEAR;
    return isClear ? `Did you mean ${near.join(' or ')}?` : undefined;
  }
  const [width, height] = (pairKey(typed) ?? '').split('x').map(Number);
  if (!width || !height) return undefined;
  const near = nearestSize(type, width / height);
  return `Nearest in shape: ${near.width}x${near.height}.`;
}

/**
 * The API's own spelling of a choice.
 * @throws CliError `bad_input` with all valid values
 */
export function readChoice(type: ChoiceType, label: string, typed: string): string {
  const key = type.spelling === 'pair' ? pairOrWordKey : wordKey;
  const wanted = key(typed);
  const found = type.choices.find((choice) => key(choice) === wanted);
  if (found !== undefined) return found;
  const error = refuse(label, typed, `${spellChoices(type).join(', ')}.`);
  const near = type.choices.length > MAX_READ ? nearTo(type, typed) : undefined;
  throw near ? new CliError('bad_input', error.message, { hint: `${near}\n${error.hint}` }) : error;
}

/** The valid values as people type them: `16:9` and `1280x768`, whatever the endpoint's own spelling. */
export function spellChoices(type: ChoiceType): string[] {
  return type.choices.map((choice) => (type.spelling === 'pair' ? spellPair(choice) : choice));
}

/** A shape has small numbers, a size in pixels large ones. */
function spellPair(choice: string): string {
  const [, first, second] = /(\d+)\D+(\d+)$/.exec(choice) ?? [];
  if (first === undefined) return choice;
  return first.length < 3 ? `${first}:${second}` : `${first}x${second}`;
}
