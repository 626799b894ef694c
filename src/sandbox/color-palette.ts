/** The rule of `color_palette`: a preset's name or one to eight members, never both. */
import { PALETTE_NAMES } from './enums.js';
import { notOneOf, quote, wrongType } from './fields.js';
import { failure, problem } from './replies.js';
import { isRecord } from './request-body.js';

const HEX = /^#(?:[0-9a-fA-F]{3}){1,2}$/;

/** Throws a 400 unless the value is a palette. */
export function checkPalette(palette: unknown): void {
  if (!isRecord(palette)) throw wrongType(palette, 'object', 'color_palette');
  const { name, members } = palette;
  if (name !== undefined && members !== undefined) {
    throw failure(400, 'color_palette takes a name or members, not both.');
  }
  if (name !== undefined) {
    if (!PALETTE_NAMES.some((known) => known === name)) {
      throw notOneOf(name, PALETTE_NAMES, 'color_palette.name');
    }
    return;
  }
  if (members === undefined) throw problem(`${quote(palette)} needs 'name' or 'members' - 'color_palette'`);
  if (!Array.isArray(members)) throw wrongType(members, 'array', 'color_palette.members');
  if (members.length < 1) throw problem("[] is too short - 'color_palette.members'");
  if (members.length > 8) throw problem(`${quote(members)} is too long - 'color_palette.members'`);
  for (const [index, member] of members.entries()) checkMember(member, `color_palette.members.${index}`);
}

function checkMember(member: unknown, path: string): void {
  if (!isRecord(member)) throw wrongType(member, 'object', path);
  const { color_hex: hex, color_weight: weight } = member;
  if (hex === undefined) throw problem(`'color_hex' is a required property - '${path}'`);
  if (typeof hex !== 'string') throw wrongType(hex, 'string', `${path}.color_hex`);
  if (!HEX.test(hex)) throw problem(`${quote(hex)} does not match '${HEX.source}' - '${path}.color_hex'`);
  if (weight === undefined) return;
  if (typeof weight !== 'number') throw wrongType(weight, 'number', `${path}.color_weight`);
  if (weight < 0.05) throw problem(`${weight} is less than the minimum of 0.05 - '${path}.color_weight'`);
  if (weight > 1) throw problem(`${weight} is greater than the maximum of 1 - '${path}.color_weight'`);
}
