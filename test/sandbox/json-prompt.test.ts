/** V4's structured prompt: what belongs into it, place by place, in a form and in JSON; and that it is sent instead of a text. */
import { describe, expect, it } from 'vitest';
import { STRUCTURED, send } from './endpoints.js';
import { type Heard, items, parsed, start } from './harness.js';

const PATHS = ['/v1/ideogram-v4/generate', '/v1/ideogram-v4/generate-transparent'];

type Json = Record<string, unknown>;

/** The prompt with the member at a dotted path set, or left out. */
function changed(path: string, value: unknown): Json {
  const prompt = structuredClone(STRUCTURED) as Json;
  const names = path.split('.');
  const last = names.pop() ?? '';
  const parent = names.reduce<Json>((at, name) => at[name] as Json, prompt);
  if (value === undefined) delete parent[last];
  else parent[last] = value;
  return prompt;
}

const SCENE = 'compositional_deconstruction';
const FIRST = `${SCENE}.elements.0`;
const SECOND = `${SCENE}.elements.1`;

async function ask(path: string, prompt: unknown, as: 'form' | 'json'): Promise<Heard> {
  const changes = { text_prompt: undefined, json_prompt: prompt as Json };
  return send(await start(), path, changes, { as });
}

describe.each(PATHS)('%s', (path) => {
  it.each<[string, unknown]>([
    ['high_level_description', 'x'],
    [`${SCENE}.elements`, []],
    [`${SCENE}.background`, ''],
    [`${FIRST}.bbox`, undefined],
    [`${FIRST}.bbox`, [0, 0, 1000, 1000]],
    [`${FIRST}.color_palette`, []],
    [`${SECOND}.text`, ''],
    ['style_description', {}],
    ['style_description', { aesthetics: 'a', art_style: 'b', lighting: 'c', medium: 'd', photo: 'e' }],
    ['style_description', { color_palette: ['#00ff7F'] }],
    ['tags', ['a', 'b']],
    ['tags', []],
    ['nope', { anything: 1 }],
    [`${FIRST}.nope`, 5],
  ])('takes %s as %j', async (place, value) => {
    for (const as of ['form', 'json'] as const) {
      const heard = await ask(path, changed(place, value), as);
      expect([as, heard.status]).toEqual([as, 200]);
      expect(items(heard)[0]?.prompt).toBe(
        place.startsWith('high') ? 'x' : STRUCTURED.high_level_description,
      );
    }
  });

  it.each<[string, unknown, string]>([
    ['high_level_description', undefined, "'high_level_description' is a required property - 'json_prompt'"],
    ['high_level_description', 5, "- 'json_prompt.high_level_description'"],
    ['high_level_description', ' ', "non-empty - 'json_prompt.high_level_description'"],
    [SCENE, undefined, `'${SCENE}' is a required property`],
    [SCENE, [], `not of type 'object' - 'json_prompt.${SCENE}'`],
    [`${SCENE}.background`, undefined, "'background' is a required property"],
    [`${SCENE}.background`, null, `- 'json_prompt.${SCENE}.background'`],
    [`${SCENE}.elements`, undefined, "'elements' is a required property"],
    [`${SCENE}.elements`, {}, `not of type 'array' - 'json_prompt.${SCENE}.elements'`],
    [FIRST, 'fox', `not of type 'object' - 'json_prompt.${FIRST}'`],
    [`${FIRST}.type`, undefined, "'type' is a required property"],
    [`${FIRST}.type`, 'object', `'object' is not one of ['obj', 'text'] - 'json_prompt.${FIRST}.type'`],
    [`${FIRST}.desc`, undefined, `'desc' is a required property - 'json_prompt.${FIRST}'`],
    [`${SECOND}.desc`, undefined, "'desc' is a required property"],
    [`${SECOND}.text`, undefined, `'text' is a required property - 'json_prompt.${SECOND}'`],
    [`${SECOND}.text`, 5, `- 'json_prompt.${SECOND}.text'`],
    [`${FIRST}.bbox`, [0, 0, 1000], `too short - 'json_prompt.${FIRST}.bbox'`],
    [`${FIRST}.bbox`, [0, 0, 9, 9, 9], 'too long'],
    [`${FIRST}.bbox`, [0, 0, 9, 1001], `maximum of 1000 - 'json_prompt.${FIRST}.bbox.3'`],
    [`${FIRST}.bbox`, [-1, 0, 9, 9], `minimum of 0 - 'json_prompt.${FIRST}.bbox.0'`],
    [`${FIRST}.bbox`, [0, 0.5, 9, 9], "not of type 'integer'"],
    [`${SECOND}.bbox`, '0,0,9,9', "not of type 'array'"],
    [`${FIRST}.color_palette`, ['#abc'], `- 'json_prompt.${FIRST}.color_palette.0'`],
    [`${FIRST}.color_palette`, '#aabbcc', "not of type 'array'"],
    ['style_description', 'photo', "- 'json_prompt.style_description'"],
    ['style_description', { photo: 5 }, "- 'json_prompt.style_description.photo'"],
    ['style_description', { aesthetics: [] }, "- 'json_prompt.style_description.aesthetics'"],
    ['style_description', { color_palette: ['red'] }, "- 'json_prompt.style_description.color_palette.0'"],
    ['tags', 'a', "not of type 'array' - 'json_prompt.tags'"],
    ['tags', ['a', 5], "- 'json_prompt.tags.1'"],
  ])('refuses %s as %j', async (place, value, says) => {
    for (const as of ['form', 'json'] as const) {
      const heard = await ask(path, changed(place, value), as);
      expect([as, heard.status]).toEqual([as, 400]);
      expect(parsed(heard).detail).toContain(says);
    }
  });

  it.each([
    ['a text', '"a fox"'],
    ['null', 'null'],
    ['a list', '[]'],
  ])('refuses %s for the whole', async (_name, text) => {
    for (const [as, value] of [
      ['form', text],
      ['json', JSON.parse(text)],
    ] as const) {
      const heard = await ask(path, value, as);
      expect(parsed(heard).detail).toContain("not of type 'object' - 'json_prompt'");
    }
  });

  it('refuses what is no JSON', async () => {
    expect(parsed(await ask(path, '{', 'form')).detail).toContain("not valid JSON - 'json_prompt'");
  });

  it('takes a text or a structure, one of them', async () => {
    const sandbox = await start();
    for (const as of ['form', 'json'] as const) {
      const both = await send(sandbox, path, { json_prompt: STRUCTURED }, { as });
      expect([both.status, parsed(both)]).toEqual([
        400,
        { error: 'text_prompt and json_prompt cannot be used together.' },
      ]);
      const neither = await send(sandbox, path, { text_prompt: undefined }, { as });
      expect([neither.status, parsed(neither).detail]).toEqual([
        400,
        "'text_prompt' or 'json_prompt' is a required property",
      ]);
    }
  });

  it('rewrites a text always, and a structure never', async () => {
    expect(items(await send(await start(), path))[0]?.prompt).toMatch(/^a fox\. ./);
  });
});
