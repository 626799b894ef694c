/** What a picture shows and does not show, in words: the options about prompts. */
import type { Field } from '../define.js';

export const prompt: Field = {
  name: 'prompt',
  flags: '-p, --prompt <text>',
  wire: 'prompt',
  group: 'Prompt',
  help: 'what the picture shows: text, - for standard input, or @file',
  type: { kind: 'prompt' },
};

export const jsonPrompt: Field = {
  name: 'jsonPrompt',
  flags: '--json-prompt <file>',
  wire: 'json_prompt',
  group: 'Prompt',
  help: 'a structured prompt in place of the text: a JSON file, or - for standard input, as describe and magic-prompt write it',
  type: { kind: 'json-prompt' },
  conflicts: ['prompt'],
};

export const magicPrompt: Field = {
  name: 'magicPrompt',
  flags: '--magic-prompt <mode>',
  wire: 'magic_prompt',
  group: 'Prompt',
  help: 'let the API write a richer prompt from yours',
  type: { kind: 'choice', spelling: 'word', choices: ['AUTO', 'ON', 'OFF'] },
};

export const negativePrompt: Field = {
  name: 'negativePrompt',
  flags: '--negative-prompt <text>',
  wire: 'negative_prompt',
  group: 'Prompt',
  help: 'what the picture must not show',
  type: { kind: 'text' },
};
