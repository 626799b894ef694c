/** The page of all commands: a command that is new is on it by its data alone, and nothing that can be typed is missing. */
import { describe, expect, it } from 'vitest';
import { type CommandSpec, needs, takes } from '../src/endpoints/define.js';
import * as fields from '../src/endpoints/fields/index.js';
import { COMMANDS } from '../src/endpoints/index.js';
import { offersOf } from '../src/endpoints/offers.js';
import { longFlag } from '../src/endpoints/survey.js';
import { namedValues } from '../src/endpoints/value-forms.js';
import { commandsPage } from './support/commands-page.js';

const PRETENDED: CommandSpec = {
  name: 'sharpen',
  summary: 'make an image sharp',
  note: 'It must be blurred.',
  doing: 'Sharpening',
  operand: { name: 'image', field: 'image', help: 'a file <of yours>', many: true },
  examples: [{ does: 'sharpen it', line: 'ideogram sharpen fox.png' }],
  defaultModel: 'V_9',
  endpoints: [
    {
      name: 'sharpen',
      method: 'POST',
      path: '/v1/sharpen',
      fallbackPath: '/v1/old-sharpen',
      encoding: { kind: 'multipart' },
      models: ['V_9', 'V_5'],
      answer: 'images',
      fields: [
        needs(fields.image),
        needs(fields.mask, { type: { kind: 'mask', changes: 'white' }, suppliedBy: ['maskRect'] }),
        takes(fields.detail, { models: ['V_9'] }),
        takes(fields.styleType, { type: { kind: 'choice', spelling: 'word', choices: ['HARD', 'SOFT'] } }),
        takes(fields.reference),
      ],
    },
    {
      name: 'sharpen-softly',
      method: 'POST',
      path: '/v1/soften',
      encoding: { kind: 'multipart' },
      models: [],
      variant: 'softly',
      answer: 'images',
      fields: [
        needs(fields.image),
        needs(fields.resolution),
        takes(fields.customModelUri),
        takes(fields.styleType),
        takes(fields.prompt),
        takes(fields.jsonPrompt),
      ],
    },
  ],
  variants: [
    { name: 'softly', flags: '--softly', group: 'Picture', help: 'not too much', type: { kind: 'switch' } },
  ],
  local: [fields.maskRect],
};

const PRETENDED_SECTION = `## sharpen

Make an image sharp. It must be blurred.

\`ideogram sharpen <image...> [options]\`

\`<image>\`: a file \\<of yours>.

\`\`\`sh
# sharpen it
ideogram sharpen fox.png
\`\`\`

| with | request | price |
|---|---|---|
| V_9 (default), V_5 | \`POST /v1/sharpen\`; where that is gone, \`/v1/old-sharpen\` | not public |
| \`--softly\` | \`POST /v1/soften\` | not public |

### Picture

- \`-m, --model <model>\`: model to use
  - values: V_9, V_5
  - default: V_9
- \`--softly\`: not too much
- \`--detail <number>\`: how much detail is added
  - only with V_9
  - values: a whole number from 1 to 100
  - default: 50
- \`--resolution <size>\`: exact size in pixels, as 1280x768
  - required
  - only with \`--softly\`
  - values: [one of 69](#values-of---resolution)

### Mask

- \`--mask <image>\`: image of the same size: black is what changes, white stays
  - required, or \`--mask-rect\` in its stead
  - not with \`--softly\`
  - not together with \`--mask-rect\`
- \`--mask-rect <x,y,w,h>\`: what changes, without a mask image: in pixels or per cent from the top left; may be repeated
  - not with \`--softly\`
  - values: x,y,width,height from the top left, each in pixels or per cent: 100,200,300,400 or 50%,0,50%,12.5%; may be repeated
  - not together with \`--mask\`

### Prompt

- \`-p, --prompt <text>\`: what the picture shows: text, - for standard input, or @file
  - only with \`--softly\`
  - not together with \`--json-prompt\`
- \`--json-prompt <file>\`: a structured prompt in place of the text: a JSON file, or - for standard input, as describe and magic-prompt write it
  - only with \`--softly\`
  - not together with \`--prompt\`

### Style

- \`--style-type <type>\`: kind of picture
  - values with every model: HARD, SOFT
  - values with \`--softly\`: AUTO, GENERAL, REALISTIC, DESIGN, FICTION

### Reference images

- \`--reference <image>\`: a further image that the prompt speaks of; may be repeated
  - not with \`--softly\`
  - values: at most 9

### Advanced

- \`--custom-model-uri <uri>\`: use a model you have trained
  - only with \`--softly\`
  - values: model/\\<name>/version/\\<number>

`;

describe('the page of all commands', () => {
  it('has a command that is new, from its data alone', () => {
    const page = commandsPage([...COMMANDS, PRETENDED]);
    const section = page.slice(page.indexOf('## sharpen'), page.indexOf('## Values of'));
    expect(section).toBe(PRETENDED_SECTION);
    expect(page).toContain('- [`sharpen`](#sharpen): make an image sharp');
    expect(page).toContain('Commands with masks: `edit`, `remove-object`, `sharpen`.');
    expect(page).toContain('The API itself wants white for `remove-object`, `sharpen`:');
    expect(page).toMatch(/^`generate` with V_3; .*; `sharpen --softly`: 512x1536, /m);
  });

  it('has every option of every command, and each of its values', () => {
    const sections = commandsPage(COMMANDS).split(/^## /m);
    for (const { spec, options } of offersOf(COMMANDS)) {
      const section = sections.find((text) => text.startsWith(`${spec.name}\n`));
      for (const { option, type } of options) {
        expect(section).toContain(`- \`${option.flags}\`: `);
        const list = namedValues(type).join(', ');
        const long = sections.find((text) => text.startsWith(`Values of ${longFlag(option.flags)}\n`));
        expect((section ?? '') + (long ?? '')).toContain(list);
      }
    }
  });
});
