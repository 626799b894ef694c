/** The endpoint that separates a picture from the text in it, and the command `layerize` that reaches it. */
import { type CommandSpec, type Endpoint, needs, takes } from './define.js';
import * as fields from './fields/index.js';

/** docs: POST /v1/ideogram-v3/layerize-text. */
const layerizeText: Endpoint = {
  name: 'layerize',
  method: 'POST',
  path: '/v1/ideogram-v3/layerize-text',
  encoding: { kind: 'multipart' },
  models: ['V_3'],
  answer: 'layers',
  fields: [needs(fields.image), takes(fields.prompt), takes(fields.seed)],
};

export const layerize: CommandSpec = {
  name: 'layerize',
  summary: 'separate a picture from the text in it',
  doing: 'Separating the text from',
  operand: fields.IMAGE_OPERAND,
  examples: [
    { does: 'save the picture without its text, print the text', line: 'ideogram layerize poster.png' },
    { does: 'the words alone', line: "ideogram layerize poster.png | jq -r '.textBlocks[].text'" },
  ],
  defaultModel: 'V_3',
  endpoints: [layerizeText],
};
