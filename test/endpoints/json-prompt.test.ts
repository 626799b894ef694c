/** Structured prompts: each fault of their structure is named by its place; what is unknown passes; nothing wrong is sent. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { checkJsonPrompt } from '../../src/endpoints/json-prompt.js';
import type { JsonDocument } from '../../src/endpoints/values.js';
import { CliError } from '../../src/errors.js';
import { expectOneLine, refused } from './refused.js';

const ELEMENTS = [
  { type: 'obj', desc: 'a fox', bbox: [0, 1, 999, 1000], color_palette: ['#FF6600'] },
  { type: 'text', text: 'FOX', desc: 'in the sky' },
];

/** A whole one, in which one place is changed: `elements.0.bbox` to something, undefined takes it out. */
function changed(place = '', value?: unknown): JsonDocument {
  const document = JSON.parse(
    JSON.stringify({
      high_level_description: 'a fox in the snow',
      compositional_deconstruction: { background: 'snow', elements: ELEMENTS },
      style_description: { aesthetics: 'calm', color_palette: ['#aabbcc'] },
      tags: ['fox'],
    }),
  );
  if (place === '') return document;
  const steps = place.split('.');
  const last = steps.pop() as string;
  const holder = steps.reduce((at, step) => at[step], document);
  if (value === undefined) delete holder[last];
  else holder[last] = value;
  return document;
}

const ELEMENT = 'compositional_deconstruction.elements.0';

describe('is taken', () => {
  it.each<[string, JsonDocument]>([
    ['a whole one', changed()],
    ['without style', changed('style_description')],
    ['without tags', changed('tags')],
    ['without elements in its list', changed('compositional_deconstruction.elements', [])],
    ['without boxes', changed(`${ELEMENT}.bbox`)],
    ['an empty style', changed('style_description', {})],
    ['a photo', changed('style_description', { photo: '35 mm', medium: 'photograph' })],
    ['with names that mean nothing', changed('new_name', { a: 1 })],
    ['with names that mean nothing in an element', changed(`${ELEMENT}.opacity`, 1)],
  ])('%s', (_what, document) => {
    expect(() => checkJsonPrompt('--json-prompt', document)).not.toThrow();
  });
});

const WRONG: readonly (readonly [place: string, value: unknown, why: string])[] = [
  ['high_level_description', undefined, 'is missing'],
  ['high_level_description', 5, 'is not valid: text is wanted'],
  ['high_level_description', null, 'is not valid: text is wanted'],
  ['compositional_deconstruction', undefined, 'is missing'],
  ['compositional_deconstruction', 'snow', 'is not valid: background and elements are wanted'],
  ['compositional_deconstruction.background', undefined, 'is missing'],
  ['compositional_deconstruction.background', ['snow'], 'is not valid: text is wanted'],
  ['compositional_deconstruction.elements', undefined, 'is missing'],
  ['compositional_deconstruction.elements', {}, 'is not valid: a list of elements is wanted'],
  [ELEMENT, 'a fox', 'is not valid: an element with "type": "obj" or "text" is wanted'],
  [`${ELEMENT}.type`, undefined, 'is missing'],
  [`${ELEMENT}.type`, 'object', 'is not valid: an element with "type": "obj" or "text" is wanted'],
  [`${ELEMENT}.desc`, undefined, 'is missing'],
  ['compositional_deconstruction.elements.1.text', undefined, 'is missing'],
  ['compositional_deconstruction.elements.1.text', 7, 'is not valid: text is wanted'],
  [`${ELEMENT}.bbox`, [0, 0, 1], 'is not valid: four numbers are wanted'],
  [`${ELEMENT}.bbox`, [0, 0, 1, 1, 1], 'is not valid: four numbers are wanted'],
  [`${ELEMENT}.bbox`, '0,0,1,1', 'is not valid: four numbers are wanted'],
  [`${ELEMENT}.bbox.3`, 1001, 'is not valid: a whole number from 0 to 1000 is wanted'],
  [`${ELEMENT}.bbox.0`, -1, 'is not valid: a whole number from 0 to 1000 is wanted'],
  [`${ELEMENT}.bbox.1`, 0.5, 'is not valid: a whole number from 0 to 1000 is wanted'],
  [`${ELEMENT}.bbox.2`, '5', 'is not valid: a whole number from 0 to 1000 is wanted'],
  [`${ELEMENT}.color_palette`, '#FF6600', 'is not valid: a list of colours is wanted'],
  [`${ELEMENT}.color_palette.0`, 'red', 'is not valid: a colour as #RRGGBB is wanted'],
  [`${ELEMENT}.color_palette.0`, '#F60', 'is not valid: a colour as #RRGGBB is wanted'],
  ['style_description', 'calm', 'is not valid: an object is wanted'],
  ['style_description.lighting', 5, 'is not valid: text is wanted'],
  ['style_description.color_palette.0', '#12345', 'is not valid: a colour as #RRGGBB is wanted'],
  ['tags', 'fox', 'is not valid: a list of texts is wanted'],
  ['tags.0', 5, 'is not valid: text is wanted'],
];

describe('is refused, its place named', () => {
  it.each(WRONG)('%s: %j', (place, value, why) => {
    try {
      checkJsonPrompt('--json-prompt', changed(place, value));
    } catch (thrown) {
      const { code, message, hint, billed } = thrown as CliError;
      expect(thrown).toBeInstanceOf(CliError);
      expect([code, billed, message]).toEqual(['bad_input', 'no', `--json-prompt: ${place} ${why}.`]);
      expect(hint).toContain('ideogram magic-prompt');
      return;
    }
    throw new Error('It was taken.');
  });
});

describe('on the command line', () => {
  const argv = ['generate', '-m', 'V_4', '--json-prompt', 'fox.json'];
  const document = (text: string | Uint8Array) => (folder: string) =>
    writeFile(join(folder, 'fox.json'), text);

  it.each<[string, string | Uint8Array, string, string]>([
    ['broken JSON', '{"a":', 'bad_file', 'fox.json is not JSON'],
    ['an empty file', '', 'bad_file', 'fox.json is empty'],
    ['a list', '[]', 'bad_file', 'fox.json is JSON, but not an object'],
    ['a text', '"a fox"', 'bad_file', 'fox.json is JSON, but not an object'],
    ['null', 'null', 'bad_file', 'fox.json is JSON, but not an object'],
    ['no text at all', Buffer.from([0xff, 0xfe, 0x00]), 'bad_file', 'is not UTF-8 text'],
    ['an object of something else', '{"ok":true}', 'bad_input', 'high_level_description is missing'],
    [
      'one of a bad place',
      JSON.stringify(changed(`${ELEMENT}.bbox.0`, 2000)),
      'bad_input',
      `${ELEMENT}.bbox.0 is not valid: a whole number from 0 to 1000 is wanted`,
    ],
  ])('%s', async (_what, text, code, says) => {
    const human = await refused({ given: document(text), argv });
    expect([human.status, human.stderr]).toEqual([2, expect.stringContaining(says)]);
    expectOneLine(human.stderr);
    const piped = await refused({ argv: [...argv.slice(0, -1), '-', '--json'], stdin: text });
    expect([piped.status, piped.error().code]).toEqual([2, code]);
    expect(piped.error().message).toContain(says.replace('fox.json', 'standard input'));
  });

  it('is not there', async () => {
    const { status, stderr } = await refused({ argv });
    expect([status, stderr]).toEqual([2, expect.stringContaining('fox.json does not exist')]);
  });

  it('beside a text', async () => {
    const { status, stderr } = await refused({
      given: document(JSON.stringify(changed())),
      argv: ['generate', 'a fox', ...argv.slice(1)],
    });
    expect([status, stderr]).toEqual([
      2,
      expect.stringContaining(
        '--json-prompt and the prompt exclude each other: the API takes only one of them.',
      ),
    ]);
    expect(stderr).toContain('Leave out --json-prompt or the prompt.');
  });
});
