/** How a colour palette is typed: a preset's name, colours with weights, or JSON; refused with what is valid. */
import { CliError } from '../errors.js';
import { readChoice, refuse, wordKey } from './choice.js';
import type { ChoiceType, PaletteType } from './define.js';

/** A colour as the API wants it: `#RGB` or `#RRGGBB`, its weight from 0.05 to 1. */
export interface PaletteMember {
  color_hex: string;
  color_weight?: number;
}

/** docs: either a preset's name or the members, never both. */
export type Palette = { name: string } | { members: PaletteMember[] };

const PALETTE_FORMS =
  'a preset, colours with weights ("#FF6600:0.7,#003366"), or JSON {"members":[{"color_hex":"#FF6600","color_weight":0.7}]}.';

/**
 * @param typed text from the command line, or a palette from a program
 * @throws CliError `bad_input` with the valid forms
 */
export function readPalette(type: PaletteType, label: string, typed: unknown): Palette {
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
