/** The endpoints that make an image from a text prompt, and the command `generate` that reaches them. */
import { type CommandSpec, type Endpoint, takes } from './define.js';
import * as fields from './fields.js';
import { ASPECT_RATIOS_LEGACY, RESOLUTIONS_LEGACY } from './sizes.js';

/** docs: POST /v1/ideogram-v3/generate. */
export const generateV3: Endpoint = {
  name: 'generate-v3',
  method: 'POST',
  path: '/v1/ideogram-v3/generate',
  encoding: { kind: 'multipart' },
  models: ['V_3'],
  fields: [
    takes(fields.prompt),
    takes(fields.numImages),
    takes(fields.aspectRatio),
    takes(fields.resolution),
    takes(fields.renderingSpeed),
    takes(fields.seed),
    takes(fields.magicPrompt),
    takes(fields.negativePrompt),
    takes(fields.styleType),
    takes(fields.stylePreset),
    takes(fields.styleCode),
    takes(fields.colorPalette),
    takes(fields.customModelUri),
    takes(fields.styleReference),
    takes(fields.characterReference),
    takes(fields.characterMask),
    takes(fields.enableCopyrightDetection),
  ],
};

const LEGACY_STYLE_TYPES = ['AUTO', 'GENERAL', 'REALISTIC', 'DESIGN', 'FICTION', 'RENDER_3D', 'ANIME'];

/** docs: POST /generate, "legacy". Which model takes which field stands in the same place. */
export const generateLegacy: Endpoint = {
  name: 'generate-legacy',
  method: 'POST',
  path: '/generate',
  encoding: { kind: 'json', wrapper: 'image_request' },
  models: ['V_1', 'V_1_TURBO', 'V_2', 'V_2_TURBO', 'V_2A', 'V_2A_TURBO', 'AUTO'],
  modelWire: 'model',
  fields: [
    takes(fields.prompt),
    takes(fields.aspectRatio, {
      type: { kind: 'choice', spelling: 'pair', choices: ASPECT_RATIOS_LEGACY },
    }),
    takes(fields.resolution, {
      type: { kind: 'choice', spelling: 'pair', choices: RESOLUTIONS_LEGACY },
      models: ['V_2'],
    }),
    takes(fields.magicPrompt, { wire: 'magic_prompt_option' }),
    takes(fields.seed),
    takes(fields.styleType, {
      type: { kind: 'choice', spelling: 'word', choices: LEGACY_STYLE_TYPES },
      models: ['V_1_TURBO', 'V_2', 'V_2_TURBO', 'V_2A', 'V_2A_TURBO', 'AUTO'],
    }),
    takes(fields.negativePrompt, { models: ['V_1', 'V_1_TURBO', 'V_2', 'V_2_TURBO'] }),
    takes(fields.numImages),
    takes(fields.colorPalette, { models: ['V_2', 'V_2_TURBO', 'AUTO'] }),
  ],
};

export const generate: CommandSpec = {
  name: 'generate',
  summary: 'make images from a text prompt',
  doing: 'Generating',
  operand: {
    name: 'prompt',
    field: 'prompt',
    help: 'what the picture shows: "text", - (standard input) or @file',
  },
  examples: [
    { does: 'one image, saved in this folder', line: 'ideogram generate "a red fox reading a map"' },
    {
      does: 'four wide ones into a folder',
      line: 'ideogram generate "a red fox" -n 4 -a 16:9 -o foxes/',
    },
    {
      does: 'what would be sent, and its price; nothing is sent',
      line: 'ideogram generate "a red fox" --rendering-speed turbo --dry-run',
    },
    { does: 'try it without a key, for nothing', line: 'ideogram generate "a red fox" --sandbox' },
    {
      does: 'in a script',
      line: "ideogram generate @prompt.txt --json | jq -r '.images[].path'",
    },
  ],
  defaultModel: 'V_3',
  endpoints: [generateV3, generateLegacy],
};
