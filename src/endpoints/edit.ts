/** The endpoints that repaint a part of an image, and the command `edit` that reaches them. */
import { type Choosable, type CommandSpec, type Endpoint, needs, takes } from './define.js';
import {
  LEGACY_MAGIC_PROMPT,
  LEGACY_STYLE_TYPES,
  V3_REFERENCES,
  V3_STYLE,
  V3_STYLE_TYPE,
} from './families.js';
import * as fields from './fields/index.js';

const MASK = needs(fields.mask, { suppliedBy: ['maskRect'] });

/** docs: POST /v1/ideogram-v3/edit, deprecated; /inpaint takes the same body and will stay. */
const editV3: Endpoint = {
  name: 'edit-v3',
  method: 'POST',
  path: '/v1/ideogram-v3/edit',
  fallbackPath: '/v1/ideogram-v3/inpaint',
  encoding: { kind: 'multipart' },
  models: ['V_3'],
  answer: 'images',
  fields: [
    needs(fields.image),
    MASK,
    needs(fields.prompt),
    takes(fields.numImages),
    takes(fields.renderingSpeed),
    takes(fields.seed),
    takes(fields.magicPrompt),
    V3_STYLE_TYPE,
    ...V3_STYLE,
    ...V3_REFERENCES,
  ],
};

/** docs: POST /edit, "legacy"; only these two models. */
const editLegacy: Endpoint = {
  name: 'edit-legacy',
  method: 'POST',
  path: '/edit',
  encoding: { kind: 'multipart' },
  models: ['V_2', 'V_2_TURBO'],
  modelWire: 'model',
  answer: 'images',
  fields: [
    needs(fields.image, { wire: 'image_file' }),
    MASK,
    needs(fields.prompt),
    LEGACY_MAGIC_PROMPT,
    takes(fields.seed),
    takes(fields.styleType, { type: LEGACY_STYLE_TYPES }),
    takes(fields.numImages),
  ],
};

const whole: Choosable = {
  name: 'whole',
  flags: '--whole',
  group: 'Mask',
  help: 'no mask: the prompt alone says what changes, anywhere in the image (another endpoint, with a price of its own)',
  type: { kind: 'switch' },
};

/** docs: POST /v1/edit. What it takes as `image_urls` is sent as files here: links of images are fetched. */
const editWhole: Endpoint = {
  name: 'edit-whole',
  method: 'POST',
  path: '/v1/edit',
  encoding: { kind: 'multipart' },
  models: [],
  variant: whole.name,
  answer: 'images',
  fields: [
    needs(fields.image, { wire: 'images' }),
    takes(fields.reference),
    needs(fields.prompt),
    takes(fields.numImages),
    takes(fields.seed),
    takes(fields.magicPrompt),
    takes(fields.resolution),
    takes(fields.aspectRatio, { apiDefault: undefined }),
    takes(fields.transparentBackground),
  ],
};

export const edit: CommandSpec = {
  name: 'edit',
  summary: 'repaint a part of an image',
  note: fields.MASK_CONVENTION,
  doing: 'Editing',
  operand: fields.IMAGE_OPERAND,
  examples: [
    {
      does: 'repaint what is black in the mask',
      line: 'ideogram edit room.png --mask mask.png --prompt "a window to the sea"',
    },
    {
      does: 'no mask at hand: the upper right quarter',
      line: 'ideogram edit room.png --mask-rect 50%,0,50%,50% --prompt "a hanging lamp"',
    },
    {
      does: 'look at such a mask first; nothing is sent',
      line: 'ideogram edit room.png -p x --mask-rect 5,5,90,80 --save-mask m.png --dry-run',
    },
    {
      does: 'no mask at all: the words say what changes',
      line: 'ideogram edit room.png --whole --prompt "the same room at night"',
    },
  ],
  defaultModel: 'V_3',
  endpoints: [editV3, editLegacy, editWhole],
  variants: [whole],
  local: [fields.maskRect, fields.invertMask, fields.saveMask],
};
