/** The endpoints that make an image from a text prompt, and the command `generate` that reaches them. */
import { type Choosable, type CommandSpec, type Endpoint, needs, takes } from './define.js';
import {
  LEGACY_IMAGE_REQUEST,
  LEGACY_MODELS,
  V3_REFERENCES,
  V3_STYLE,
  V3_STYLE_TYPE,
  V4_ASPECT_RATIO,
  V4_PROMPTS,
  V4_RESOLUTION,
  WITHOUT_FLASH,
} from './families.js';
import * as fields from './fields/index.js';

/** docs: POST /v1/ideogram-v3/generate. */
const generateV3: Endpoint = {
  name: 'generate-v3',
  method: 'POST',
  path: '/v1/ideogram-v3/generate',
  encoding: { kind: 'multipart' },
  models: ['V_3'],
  answer: 'images',
  fields: [
    needs(fields.prompt),
    takes(fields.numImages),
    takes(fields.aspectRatio),
    takes(fields.resolution),
    takes(fields.renderingSpeed),
    takes(fields.seed),
    takes(fields.magicPrompt),
    takes(fields.negativePrompt),
    V3_STYLE_TYPE,
    ...V3_STYLE,
    takes(fields.customModelUri),
    ...V3_REFERENCES,
    takes(fields.enableCopyrightDetection),
  ],
};

/** docs: POST /v1/ideogram-v4/generate. A text prompt is always rewritten there. */
const generateV4: Endpoint = {
  name: 'generate-v4',
  method: 'POST',
  path: '/v1/ideogram-v4/generate',
  encoding: { kind: 'multipart' },
  models: ['V_4'],
  answer: 'images',
  fields: [
    ...V4_PROMPTS,
    V4_RESOLUTION,
    takes(fields.renderingSpeed, WITHOUT_FLASH),
    takes(fields.seed),
    takes(fields.enableCopyrightDetection),
  ],
};

/** docs: POST /generate, "legacy". */
const generateLegacy: Endpoint = {
  name: 'generate-legacy',
  method: 'POST',
  path: '/generate',
  encoding: { kind: 'json', wrapper: 'image_request' },
  models: LEGACY_MODELS,
  modelWire: 'model',
  answer: 'images',
  fields: LEGACY_IMAGE_REQUEST,
};

const transparent: Choosable = {
  name: 'transparent',
  flags: '--transparent',
  group: 'Picture',
  help: 'without a background, for stickers and logos',
  type: { kind: 'switch' },
};

/** docs: POST /v1/ideogram-v3/generate-transparent. */
const transparentV3: Endpoint = {
  name: 'generate-transparent-v3',
  method: 'POST',
  path: '/v1/ideogram-v3/generate-transparent',
  encoding: { kind: 'multipart' },
  models: ['V_3'],
  variant: transparent.name,
  answer: 'images',
  fields: [
    needs(fields.prompt),
    takes(fields.numImages),
    takes(fields.aspectRatio),
    takes(fields.upscaleFactor),
    takes(fields.renderingSpeed, WITHOUT_FLASH),
    takes(fields.seed),
    takes(fields.magicPrompt),
    takes(fields.negativePrompt),
  ],
};

/** docs: POST /v1/ideogram-v4/generate-transparent. */
const transparentV4: Endpoint = {
  name: 'generate-transparent-v4',
  method: 'POST',
  path: '/v1/ideogram-v4/generate-transparent',
  encoding: { kind: 'multipart' },
  models: ['V_4'],
  variant: transparent.name,
  answer: 'images',
  fields: [
    ...V4_PROMPTS,
    V4_ASPECT_RATIO,
    takes(fields.outputResolution),
    takes(fields.renderingSpeed, WITHOUT_FLASH),
    takes(fields.seed),
    takes(fields.enableCopyrightDetection),
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
    optional: true,
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
    {
      does: 'a sticker without a background',
      line: 'ideogram generate "a red fox sticker" --transparent -o fox.png',
    },
    { does: 'try it without a key, for nothing', line: 'ideogram generate "a red fox" --sandbox' },
    {
      does: 'in a script',
      line: "ideogram generate @prompt.txt --json | jq -r '.images[].path'",
    },
  ],
  defaultModel: 'V_3',
  endpoints: [generateV3, generateV4, generateLegacy, transparentV3, transparentV4],
  variants: [transparent],
};
