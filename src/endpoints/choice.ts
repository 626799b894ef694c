/** How one of the API's own words is typed: in any usual spelling, refused with all valid ones where none is meant. */
import { CliError } from '../errors.js';
import type { ChoiceType } from './define.js';

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

/**
 * The API's own spelling of a choice.
 * @throws CliError `bad_input` with all valid values
 */
export function readChoice(type: ChoiceType, label: string, typed: string): string {
  const key = type.spelling === 'pair' ? pairOrWordKey : wordKey;
  const wanted = key(typed);
  const found = type.choices.find((choice) => key(choice) === wanted);
  if (found === undefined) throw refuse(label, typed, `${spellChoices(type).join(', ')}.`);
  return found;
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
