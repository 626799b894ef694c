/** The endpoint that makes a structured prompt of a plain one, and the command `magic-prompt` that reaches it. */
import { type CommandSpec, type Endpoint, needs } from './define.js';
import { V4_ASPECT_RATIO } from './families.js';
import * as fields from './fields/index.js';

/** docs: POST /v1/ideogram-v4/magic-prompt. */
const magicPromptV4: Endpoint = {
  name: 'magic-prompt',
  method: 'POST',
  path: '/v1/ideogram-v4/magic-prompt',
  encoding: { kind: 'json' },
  models: ['V_4'],
  answer: 'json-prompt',
  fields: [needs(fields.prompt, { wire: 'text_prompt' }), V4_ASPECT_RATIO],
};

export const magicPrompt: CommandSpec = {
  name: 'magic-prompt',
  summary: 'make a structured prompt of a plain one',
  doing: 'Writing a prompt',
  operand: {
    name: 'prompt',
    field: 'prompt',
    help: 'what the picture shows: "text", - (standard input) or @file',
  },
  examples: [
    {
      does: 'write it, change it by hand, make the picture',
      line: 'ideogram magic-prompt "a fox" > fox.json',
    },
    { does: 'the picture of it', line: 'ideogram generate --json-prompt fox.json -m V_4' },
  ],
  defaultModel: 'V_4',
  endpoints: [magicPromptV4],
};
