/** The endpoints that make a new image from an image and a prompt, and the command `remix` that reaches them. */
import { type CommandSpec, type Endpoint, needs, takes } from './define.js';
import {
  LEGACY_IMAGE_REQUEST,
  LEGACY_MODELS,
  V3_REFERENCES,
  V3_STYLE,
  V3_STYLE_TYPE,
  V4_RESOLUTION,
  WITHOUT_FLASH,
} from './families.js';
import * as fields from './fields/index.js';

/** docs: POST /v1/ideogram-v3/remix. */
const remixV3: Endpoint = {
  name: 'remix-v3',
  method: 'POST',
  path: '/v1/ideogram-v3/remix',
  encoding: { kind: 'multipart' },
  models: ['V_3'],
  answer: 'images',
  fields: [
    needs(fields.image),
    needs(fields.prompt),
    takes(fields.imageWeight),
    takes(fields.numImages),
    takes(fields.aspectRatio),
    takes(fields.resolution),
    takes(fields.renderingSpeed),
    takes(fields.seed),
    takes(fields.magicPrompt),
    takes(fields.negativePrompt),
    V3_STYLE_TYPE,
    ...V3_STYLE,
    ...V3_REFERENCES,
  ],
};

/** docs: POST /v1/ideogram-v4/remix. */
const remixV4: Endpoint = {
  name: 'remix-v4',
  method: 'POST',
  path: '/v1/ideogram-v4/remix',
  encoding: { kind: 'multipart' },
  models: ['V_4'],
  answer: 'images',
  fields: [
    needs(fields.image),
    needs(fields.prompt, { wire: 'text_prompt' }),
    takes(fields.imageWeight, { apiDefault: undefined }),
    V4_RESOLUTION,
    takes(fields.renderingSpeed, WITHOUT_FLASH),
    takes(fields.enableCopyrightDetection),
  ],
};

/** docs: POST /remix, "legacy": the request of /generate, and the weight. */
const remixLegacy: Endpoint = {
  name: 'remix-legacy',
  method: 'POST',
  path: '/remix',
  encoding: { kind: 'multipart', wrapper: 'image_request' },
  models: LEGACY_MODELS,
  modelWire: 'model',
  answer: 'images',
  fields: [needs(fields.image, { wire: 'image_file' }), ...LEGACY_IMAGE_REQUEST, takes(fields.imageWeight)],
};

export const remix: CommandSpec = {
  name: 'remix',
  summary: 'make new images from an image and a prompt',
  doing: 'Remixing',
  operand: fields.IMAGE_OPERAND,
  examples: [
    {
      does: 'the same motif as a watercolour',
      line: 'ideogram remix photo.jpg --prompt "a watercolour of this harbour"',
    },
    {
      does: 'close to the original, as a wide banner',
      line: 'ideogram remix photo.jpg -p "the harbour" --image-weight 80 -a 3:1',
    },
    {
      does: 'go on from an image that was just made',
      line: 'ideogram generate "a fox" -o - | ideogram remix - -p "a fox in the snow"',
    },
  ],
  defaultModel: 'V_3',
  endpoints: [remixV3, remixV4, remixLegacy],
};
