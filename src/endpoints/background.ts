/** The endpoints that change what is behind a subject, and the commands `replace-background` and `remove-background`. */
import { type CommandSpec, type Endpoint, needs, takes } from './define.js';
import { V3_STYLE } from './families.js';
import * as fields from './fields/index.js';

/** docs: POST /v1/ideogram-v3/replace-background. */
const replaceV3: Endpoint = {
  name: 'replace-background',
  method: 'POST',
  path: '/v1/ideogram-v3/replace-background',
  encoding: { kind: 'multipart' },
  models: ['V_3'],
  answer: 'images',
  fields: [
    needs(fields.image),
    needs(fields.prompt),
    takes(fields.numImages),
    takes(fields.renderingSpeed),
    takes(fields.seed),
    takes(fields.magicPrompt),
    ...V3_STYLE,
    takes(fields.styleReference),
  ],
};

export const replaceBackground: CommandSpec = {
  name: 'replace-background',
  summary: 'put the subject of an image before another background',
  doing: 'Replacing the background of',
  operand: fields.IMAGE_OPERAND,
  examples: [
    {
      does: 'a product on a new background',
      line: 'ideogram replace-background mug.jpg --prompt "on a marble table"',
    },
    {
      does: 'four to choose from',
      line: 'ideogram replace-background mug.jpg -p "a beach at sunset" -n 4 -o mugs/',
    },
  ],
  defaultModel: 'V_3',
  endpoints: [replaceV3],
};

/** docs: POST /v1/remove-background. */
const removeV1: Endpoint = {
  name: 'remove-background',
  method: 'POST',
  path: '/v1/remove-background',
  encoding: { kind: 'multipart' },
  models: [],
  answer: 'images',
  fields: [needs(fields.image)],
};

export const removeBackground: CommandSpec = {
  name: 'remove-background',
  summary: 'cut out the subject of an image',
  doing: 'Removing the background of',
  operand: fields.IMAGE_OPERAND,
  examples: [
    {
      does: 'the subject alone, transparent around it',
      line: 'ideogram remove-background mug.jpg -o cutout.png',
    },
  ],
  defaultModel: undefined,
  endpoints: [removeV1],
};
