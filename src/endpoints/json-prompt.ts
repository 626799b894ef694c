/** What a structured prompt must be: checked before it is sent, because the API ignores what it does not know, and charges. */
import * as v from 'valibot';
import { CliError } from '../errors.js';
import type { JsonDocument } from './values.js';

const Text = v.string('text is wanted');
const Hex = v.pipe(Text, v.regex(/^#[0-9a-fA-F]{6}$/, 'a colour as #RRGGBB is wanted'));
const Colours = v.optional(v.array(Hex, 'a list of colours is wanted'));
const COORDINATE = 'a whole number from 0 to 1000 is wanted';
const Coordinate = v.pipe(
  v.number(COORDINATE),
  v.integer(COORDINATE),
  v.minValue(0, COORDINATE),
  v.maxValue(1000, COORDINATE),
);
/** docs: y_min, x_min, y_max, x_max, in thousandths of the picture. */
const Box = v.optional(
  v.pipe(v.array(Coordinate, 'four numbers are wanted'), v.length(4, 'four numbers are wanted')),
);

/** valibot takes a list for an object. */
function object<Entries extends v.ObjectEntries>(entries: Entries, message = 'an object is wanted') {
  return v.pipe(
    v.custom<Record<string, unknown>>((value) => !Array.isArray(value), message),
    v.object(entries, message),
  );
}

const Element = v.variant(
  'type',
  [
    v.object({ type: v.literal('obj'), desc: Text, bbox: Box, color_palette: Colours }),
    v.object({ type: v.literal('text'), text: Text, desc: Text, bbox: Box, color_palette: Colours }),
  ],
  'an element with "type": "obj" or "text" is wanted',
);

// docs: V4JsonPrompt.
const Prompt = v.object({
  high_level_description: Text,
  compositional_deconstruction: object(
    { background: Text, elements: v.array(Element, 'a list of elements is wanted') },
    'background and elements are wanted',
  ),
  style_description: v.optional(
    object({
      aesthetics: v.optional(Text),
      art_style: v.optional(Text),
      lighting: v.optional(Text),
      medium: v.optional(Text),
      photo: v.optional(Text),
      color_palette: Colours,
    }),
  ),
  tags: v.optional(v.array(Text, 'a list of texts is wanted')),
});

/**
 * Names that mean nothing are let pass: the API's own answers may hold more than is known, and must fit back in.
 * @throws CliError `bad_input` that names the place
 */
export function checkJsonPrompt(label: string, document: JsonDocument): void {
  const read = v.safeParse(Prompt, document);
  if (read.success) return;
  const [issue] = read.issues;
  const path = v.getDotPath(issue) ?? 'the document';
  const why = issue.input === undefined ? 'is missing' : `is not valid: ${issue.message}`;
  throw new CliError('bad_input', `${label}: ${path} ${why}.`, {
    hint: 'ideogram magic-prompt "a fox" and ideogram describe photo.jpg -m V_4 write such a document.',
  });
}

const PromptResult = v.object({ command: v.string(), jsonPrompt: v.record(v.string(), v.unknown()) });
const DescribeResult = v.object({
  command: v.string(),
  descriptions: v.array(v.object({ jsonPrompt: v.record(v.string(), v.unknown()) })),
});

/**
 * What `magic-prompt --json` and `describe --json` print holds a structured prompt; anything else is taken as one.
 * @throws CliError `bad_input` when it holds several
 */
export function promptInResult(document: JsonDocument): JsonDocument {
  if (v.is(PromptResult, document)) return document.jsonPrompt;
  if (!v.is(DescribeResult, document)) {
    if (!Array.isArray(document.descriptions)) return document;
    throw new CliError('bad_input', 'The result holds descriptions, and no structured prompt.', {
      hint: 'One comes from: ideogram describe photo.jpg -m V_4',
    });
  }
  const [first, ...others] = document.descriptions;
  if (first && others.length === 0) return first.jsonPrompt;
  throw new CliError(
    'bad_input',
    `The result holds ${document.descriptions.length} prompts, and one is taken.`,
    {
      hint: "Choose one: jq '.descriptions[0].jsonPrompt'",
    },
  );
}
