/** How typed text becomes the value the wire wants: forgiving where the meaning is certain, refused with the valid values where not. */
import { CliError } from '../errors.js';
import { type MaskRect, readMaskRect } from '../files/mask-rect.js';
import { readChoice, refuse } from './choice.js';
import type { FieldType, IntegerType } from './define.js';
import { type Palette, readPalette } from './palette.js';
import { readShape } from './shape.js';

/** A JSON document of the user's, as `json_prompt` takes it. */
export type JsonDocument = Readonly<Record<string, unknown>>;

/** A field's value before files are read: images, masks and structured prompts are still paths. */
export type FieldValue = string | number | boolean | string[] | Palette | MaskRect[] | JsonDocument;

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
    case 'prompt':
      return readPrompt(label, typed);
    case 'image':
    case 'mask':
    case 'file':
      return readText(label, typed);
    case 'json-prompt':
      return isDocument(typed) ? typed : readText(label, typed);
    case 'images':
      return readImagePaths(type.maxCount, label, asList(typed));
    case 'shape':
      return readShape(label, typed);
    case 'mask-rects':
      return asList(typed).map((item) => readMaskRect(label, item));
  }
}

function asList(typed: unknown): string[] {
  return (Array.isArray(typed) ? typed : [typed]).map(String);
}

/** From a program; from the command line it is the name of a file. */
function isDocument(typed: unknown): typed is JsonDocument {
  return typeof typed === 'object' && typed !== null && !Array.isArray(typed);
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

function readPrompt(label: string, typed: unknown): string {
  if (typeof typed === 'string' && typed.trim() === '') {
    throw new CliError('bad_input', `${label} is empty.`, {
      hint: 'Say what the picture shows: "a red fox reading a map"',
    });
  }
  return readText(label, typed);
}

function readText(label: string, typed: unknown, pattern?: RegExp, form?: string): string {
  if (typeof typed !== 'string') throw refuse(label, String(typed), 'text.');
  const text = pattern ? typed.trim() : typed;
  if (text.trim() === '') throw new CliError('bad_input', `${label} is empty.`);
  if (pattern && !pattern.test(text)) throw refuse(label, typed, `${form}.`);
  return text;
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
