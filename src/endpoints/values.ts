/** How typed text becomes the value the wire wants: forgiving where the meaning is certain, refused with the valid values where not. */
import { CliError } from '../errors.js';
import type { ChoiceType, FieldType, IntegerType, PaletteType } from './define.js';

/** A colour as the API wants it: `#RGB` or `#RRGGBB`, its weight from 0.05 to 1. */
export interface PaletteMember {
  color_hex: string;
  color_weight?: number;
}

/** docs: either a preset's name or the members, never both. */
export type Palette = { name: string } | { members: PaletteMember[] };

/** A field's value before files are read: images are still paths. */
export type FieldValue = string | number | boolean | string[] | Palette;

/**
 * Reads what was typed for one option.
 * @param label how the user knows the option, for messages: `--seed`
 * @param typed text from the command line, or a value of the right type from a program
 * @throws CliError `bad_input` that lists the valid values
 */
export function readValue(type: FieldType, label: string, typed: unknown): FieldValue {
  switch (type.kind) {
    case 'integer':
      return readInteger(type, label, typed);
    case 'choice':
      return readChoice(type, label, String(typed));
    case 'text':
      return readText(label, typed, type.pattern, type.form);
    case 'text-list':
      return asList(typed).map((item) => readText(label, item, type.pattern, type.form));
    case 'switch':
      return readSwitch(label, typed);
    case 'palette':
      return readPalette(type, label, typed);
    case 'images':
      return readImagePaths(type.maxCount, label, asList(typed));
  }
}

function asList(typed: unknown): string[] {
  return (Array.isArray(typed) ? typed : [typed]).map(String);
}

function refuse(label: string, typed: string, valid: string): CliError {
  return new CliError('bad_input', `${label} does not take "${typed}".`, { hint: `Valid: ${valid}` });
}

function readInteger(type: IntegerType, label: string, typed: unknown): number {
  const text = String(typed).trim();
  const value = Number(text);
  if (!/^[+-]?\d+$/.test(text) || value < type.min || value > type.max) {
    throw refuse(label, String(typed), `a whole number from ${type.min} to ${type.max}.`);
  }
  return value === 0 ? 0 : value;
}

function readSwitch(label: string, typed: unknown): boolean {
  if (typeof typed !== 'boolean') throw refuse(label, String(typed), 'true, false.');
  return typed;
}

function readText(label: string, typed: unknown, pattern?: RegExp, form?: string): string {
  if (typeof typed !== 'string') throw refuse(label, String(typed), 'text.');
  const text = pattern ? typed.trim() : typed;
  if (text.trim() === '') throw new CliError('bad_input', `${label} is empty.`);
  if (pattern && !pattern.test(text)) throw refuse(label, typed, `${form}.`);
  return text;
}

/** `turbo`, `TURBO`, `v2-turbo` and `V_2_TURBO` differ only in case and separators. */
function wordKey(text: string): string {
  return text.toUpperCase().replace(/[\s_.-]/g, '');
}

/** `16:9`, `16x9`, `ASPECT_16_9`, `1280x768`, `RESOLUTION_1280_768`: the two numbers are the meaning. */
function pairKey(text: string): string | undefined {
  const match = /^(?:ASPECT_|RESOLUTION_)?(\d{1,5})\s*[:x×*_/]\s*(\d{1,5})$/i.exec(text.trim());
  return match ? `${Number(match[1])}x${Number(match[2])}` : undefined;
}

/**
 * The API's own spelling of a choice.
 * @throws CliError `bad_input` with all valid values
 */
export function readChoice(type: ChoiceType, label: string, typed: string): string {
  const key = type.spelling === 'pair' ? pairKey : wordKey;
  const wanted = key(typed);
  const found = wanted ? type.choices.find((choice) => key(choice) === wanted) : undefined;
  if (found === undefined) throw refuse(label, typed, `${spellChoices(type).join(', ')}.`);
  return found;
}

/** The valid values as people type them: `16:9` and `1280x768`, whatever the endpoint's own spelling. */
export function spellChoices(type: ChoiceType): string[] {
  return type.choices.map((choice) => (type.spelling === 'pair' ? spellPair(choice) : choice));
}

/** A shape has small numbers, a size in pixels large ones. */
function spellPair(choice: string): string {
  const [, first = '', second = ''] = /(\d+)\D+(\d+)$/.exec(choice) ?? [];
  return first.length < 3 ? `${first}:${second}` : `${first}x${second}`;
}

function readImagePaths(maxCount: number | undefined, label: string, paths: string[]): string[] {
  if (paths.some((path) => path === '')) throw new CliError('bad_input', `${label} is empty.`);
  if (maxCount !== undefined && paths.length > maxCount) {
    throw new CliError('bad_input', `${label} was given ${paths.length} times.`, {
      hint: `The API takes ${maxCount === 1 ? 'exactly one' : `at most ${maxCount}`}.`,
    });
  }
  return paths;
}

const PALETTE_FORMS =
  'a preset, colours with weights ("#FF6600:0.7,#003366"), or JSON {"members":[{"color_hex":"#FF6600","color_weight":0.7}]}.';

function readPalette(type: PaletteType, label: string, typed: unknown): Palette {
  if (typeof typed === 'object' && typed !== null) return checkPalette(type, label, typed);
  const text = String(typed).trim();
  if (text.startsWith('{') || text.startsWith('[')) {
    return checkPalette(type, label, parseJson(label, text));
  }
  const preset = type.presets.find((name) => wordKey(name) === wordKey(text));
  if (preset) return { name: preset };
  if (!/^#?[0-9a-f]{3,6}\s*(?:[:,]|$)/i.test(text)) {
    throw refuse(label, text, `${type.presets.join(', ')}, or ${PALETTE_FORMS}`);
  }
  const members = text.split(',').map((part) => {
    const [hex = '', ...weights] = part.trim().split(':');
    const color_hex = hex.startsWith('#') ? hex : `#${hex}`;
    if (weights.length === 0) return { color_hex };
    return { color_hex, color_weight: Number(weights.join(':') || Number.NaN) };
  });
  return checkPalette(type, label, { members });
}

function parseJson(label: string, text: string): unknown {
  try {
    const value: unknown = JSON.parse(text);
    return Array.isArray(value) ? { members: value } : value;
  } catch {
    throw new CliError('bad_input', `${label} looks like JSON but is not.`, {
      hint: `Valid: ${PALETTE_FORMS}`,
    });
  }
}

function checkPalette(type: PaletteType, label: string, value: unknown): Palette {
  const { name, members } = value as { name?: unknown; members?: unknown };
  refuseOtherNames(label, value as object, ['name', 'members']);
  if (name !== undefined && members !== undefined) {
    throw new CliError('bad_input', `${label} has both a preset's name and members.`, {
      hint: 'Use one of them.',
    });
  }
  if (name !== undefined) {
    const choice: ChoiceType = { kind: 'choice', spelling: 'word', choices: type.presets };
    return { name: readChoice(choice, label, String(name)) };
  }
  if (!Array.isArray(members) || members.length < 1 || members.length > type.maxMembers) {
    throw new CliError('bad_input', `${label} needs 1 to ${type.maxMembers} colours.`, {
      hint: `Valid: ${PALETTE_FORMS}`,
    });
  }
  return { members: members.map((member: unknown) => checkMember(type, label, member)) };
}

/** A misspelt name would be left out without a word, and the picture paid all the same. */
function refuseOtherNames(label: string, value: object, known: readonly string[]): void {
  const other = Object.keys(value).find((name) => !known.includes(name));
  if (other !== undefined) throw refuse(label, other, `${known.join(', ')}.`);
}

function checkMember(type: PaletteType, label: string, member: unknown): PaletteMember {
  const { color_hex, color_weight } = (member ?? {}) as { color_hex?: unknown; color_weight?: unknown };
  if (typeof color_hex !== 'string' || !/^#(?:[0-9a-f]{3}){1,2}$/i.test(color_hex)) {
    throw refuse(label, String(color_hex), 'colours as #RGB or #RRGGBB.');
  }
  refuseOtherNames(label, member as object, ['color_hex', 'color_weight']);
  if (color_weight === undefined) return { color_hex };
  const weight = color_weight;
  if (typeof weight !== 'number' || !(weight >= type.minWeight && weight <= type.maxWeight)) {
    throw new CliError('bad_input', `${label}: the weight of ${color_hex} is not valid.`, {
      hint: `Valid: a number from ${type.minWeight} to ${type.maxWeight}, as in ${color_hex}:0.5.`,
    });
  }
  return { color_hex, color_weight: weight };
}
