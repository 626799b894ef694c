/** The endpoints that extend an image to another shape, and the command `reframe` that reaches them. */
import { type CommandSpec, type Endpoint, needs, takes } from './define.js';
import { LEGACY_RESOLUTIONS, LEGACY_STYLE_TYPES, V3_STYLE } from './families.js';
import * as fields from './fields/index.js';

/** docs: "the source is a square image". */
const SQUARE = { type: { kind: 'image', expectsSquare: true } } as const;

/** docs: POST /v1/ideogram-v3/reframe. */
const reframeV3: Endpoint = {
  name: 'reframe-v3',
  method: 'POST',
  path: '/v1/ideogram-v3/reframe',
  encoding: { kind: 'multipart' },
  models: ['V_3'],
  answer: 'images',
  fields: [
    needs(fields.image, SQUARE),
    needs(fields.resolution, { suppliedBy: ['aspectRatio'] }),
    takes(fields.numImages),
    takes(fields.renderingSpeed),
    takes(fields.seed),
    ...V3_STYLE,
    takes(fields.styleReference),
  ],
};

/** docs: POST /reframe, "legacy". Sizes in pixels are for the models of version 2. */
const reframeLegacy: Endpoint = {
  name: 'reframe-legacy',
  method: 'POST',
  path: '/reframe',
  encoding: { kind: 'multipart' },
  models: ['V_2', 'V_2_TURBO', 'V_2A', 'V_2A_TURBO'],
  modelWire: 'model',
  answer: 'images',
  fields: [
    needs(fields.image, { wire: 'image_file', ...SQUARE }),
    needs(fields.resolution, { type: LEGACY_RESOLUTIONS, suppliedBy: ['aspectRatio'] }),
    takes(fields.numImages),
    takes(fields.seed),
    takes(fields.styleType, { type: LEGACY_STYLE_TYPES }),
  ],
};

export const reframe: CommandSpec = {
  name: 'reframe',
  summary: 'extend an image to another shape',
  doing: 'Reframing',
  operand: {
    name: 'image',
    field: 'image',
    help: 'JPEG, PNG or WebP, best a square one: a file, - (standard input) or an https URL',
  },
  examples: [
    {
      does: 'a square post as a story',
      line: 'ideogram reframe post.png --aspect-ratio 9:16 -o story.png',
    },
    { does: 'as a banner, in an exact size', line: 'ideogram reframe post.png --resolution 1536x512' },
    {
      does: 'which sizes there are',
      line: 'ideogram models --options resolution --model V_3',
    },
  ],
  defaultModel: 'V_3',
  endpoints: [reframeV3, reframeLegacy],
  local: [fields.shape],
};
