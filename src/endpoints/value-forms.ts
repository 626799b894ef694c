/** What an option takes, in words: the values that have a name, and the form of all others. */
import { MAX_IMAGE_BYTES, megabytes } from '../files/upload-limits.js';
import { spellChoices } from './choice.js';
import type { FieldType } from './define.js';

/** The values that have a name, as people type them. */
export function namedValues(type: FieldType): readonly string[] {
  if (type.kind === 'palette') return type.presets;
  return type.kind === 'choice' ? spellChoices(type) : [];
}

/** What is taken besides values with a name; undefined where these are all. */
export function formOf(type: FieldType): string | undefined {
  switch (type.kind) {
    case 'choice':
      return undefined;
    case 'integer':
      return `a whole number from ${type.min} to ${type.max}`;
    case 'text':
      return type.form ?? 'text';
    case 'prompt':
      return 'text, - for standard input, or @file';
    case 'json-prompt':
      return 'a JSON file, or - for standard input';
    case 'text-list':
      return `${type.form}; may be repeated`;
    case 'switch':
      return 'no value: it is there or not';
    case 'palette':
      return `1 to ${type.maxMembers} colours, each with a weight from ${type.minWeight} to ${type.maxWeight} or none: "#FF6600:0.7,#003366"; or JSON: {"members":[{"color_hex":"#FF6600","color_weight":0.7}]}`;
    case 'image':
      return imageForm(type.maxBytes);
    case 'mask':
      return imageForm();
    case 'images':
      return `${imageForm()}${repetition(type.maxCount)}`;
    case 'shape':
      return 'width and height as two numbers: 16:9, 4:5, 2.35:1';
    case 'mask-rects':
      return 'x,y,width,height from the top left, each in pixels or per cent: 100,200,300,400 or 50%,0,50%,12.5%; may be repeated';
    case 'file':
      return 'the name of a file';
  }
}

function imageForm(maxBytes = MAX_IMAGE_BYTES): string {
  return `a JPEG, PNG or WebP of at most ${megabytes(maxBytes)}: a file, - for standard input, or an https URL`;
}

function repetition(maxCount: number | undefined): string {
  if (maxCount === 1) return '';
  return maxCount === undefined ? '; may be repeated' : `; may be repeated, at most ${maxCount} times`;
}
