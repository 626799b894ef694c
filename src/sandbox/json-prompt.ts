/** The structure of V4's `json_prompt` (docs: v4): a description, a background and elements, each an object or a text. */
import { notOneOf, quote, wrongType } from './fields.js';
import { problem } from './replies.js';
import { isRecord } from './request-body.js';

export interface JsonPrompt {
  readonly high_level_description: string;
}

type Members = Readonly<Record<string, unknown>>;

const ROOT = 'json_prompt';
const HEX = /^#[0-9a-fA-F]{6}$/;
const ELEMENT_TYPES = ['obj', 'text'];
const STYLE_TEXTS = ['aesthetics', 'art_style', 'lighting', 'medium', 'photo'];
const BOX_SIDES = 4;
const BOX_MAX = 1000;

/** Throws a 400 that names the place, unless the value has the structure; members it does not know are left alone. */
export function checkJsonPrompt(value: unknown): JsonPrompt {
  const prompt = record(value, ROOT);
  const description = requiredText(prompt, 'high_level_description', ROOT);
  if (description.trim() === '') {
    throw problem(`${quote(description)} should be non-empty - '${ROOT}.high_level_description'`);
  }
  const path = `${ROOT}.compositional_deconstruction`;
  const scene = record(required(prompt, 'compositional_deconstruction', ROOT), path);
  requiredText(scene, 'background', path);
  const elements = list(required(scene, 'elements', path), `${path}.elements`);
  for (const [index, element] of elements.entries()) checkElement(element, `${path}.elements.${index}`);
  if (prompt.style_description !== undefined)
    checkStyle(prompt.style_description, `${ROOT}.style_description`);
  if (prompt.tags !== undefined) checkTexts(prompt.tags, `${ROOT}.tags`);
  return { high_level_description: description };
}

/** Every text in a value, at any depth. */
export function textsOf(value: unknown): string[] {
  if (typeof value === 'string') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(textsOf) : [];
}

function checkElement(value: unknown, path: string): void {
  const element = record(value, path);
  const type = required(element, 'type', path);
  if (!ELEMENT_TYPES.some((known) => known === type)) throw notOneOf(type, ELEMENT_TYPES, `${path}.type`);
  requiredText(element, 'desc', path);
  if (type === 'text') requiredText(element, 'text', path);
  if (element.bbox !== undefined) checkBox(element.bbox, `${path}.bbox`);
  if (element.color_palette !== undefined) checkTexts(element.color_palette, `${path}.color_palette`, HEX);
}

function checkStyle(value: unknown, path: string): void {
  const style = record(value, path);
  for (const name of STYLE_TEXTS) if (style[name] !== undefined) requiredText(style, name, path);
  if (style.color_palette !== undefined) checkTexts(style.color_palette, `${path}.color_palette`, HEX);
}

function checkBox(value: unknown, path: string): void {
  const sides = list(value, path);
  if (sides.length < BOX_SIDES) throw problem(`${quote(sides)} is too short - '${path}'`);
  if (sides.length > BOX_SIDES) throw problem(`${quote(sides)} is too long - '${path}'`);
  for (const [index, side] of sides.entries()) {
    const at = `${path}.${index}`;
    if (typeof side !== 'number' || !Number.isInteger(side)) throw wrongType(side, 'integer', at);
    if (side < 0) throw problem(`${side} is less than the minimum of 0 - '${at}'`);
    if (side > BOX_MAX) throw problem(`${side} is greater than the maximum of ${BOX_MAX} - '${at}'`);
  }
}

function checkTexts(value: unknown, path: string, pattern = /^/): void {
  for (const [index, text] of list(value, path).entries()) {
    const at = `${path}.${index}`;
    if (typeof text !== 'string') throw wrongType(text, 'string', at);
    if (!pattern.test(text)) throw problem(`${quote(text)} does not match '${pattern.source}' - '${at}'`);
  }
}

function required(members: Members, name: string, path: string): unknown {
  if (!Object.hasOwn(members, name)) throw problem(`'${name}' is a required property - '${path}'`);
  return members[name];
}

function requiredText(members: Members, name: string, path: string): string {
  const value = required(members, name, path);
  if (typeof value !== 'string') throw wrongType(value, 'string', `${path}.${name}`);
  return value;
}

function record(value: unknown, path: string): Members {
  if (!isRecord(value)) throw wrongType(value, 'object', path);
  return value;
}

function list(value: unknown, path: string): readonly unknown[] {
  if (!Array.isArray(value)) throw wrongType(value, 'array', path);
  return value;
}
