/** What the endpoints of one family of models take alike: V_3, V_4, and the older models ("legacy"). */
import { type ChoiceType, type EndpointField, needs, takes } from './define.js';
import * as fields from './fields/index.js';
import { ASPECT_RATIOS_LEGACY, RESOLUTIONS_LEGACY } from './sizes.js';
import { ASPECT_RATIOS_V4, RESOLUTIONS_V4 } from './sizes-v4.js';

/** docs: of the style types of V_3 the usual one is named; of the older models none is. */
export const V3_STYLE_TYPE = takes(fields.styleType, { apiDefault: 'GENERAL' });

/** docs: every V_3 endpoint with a prompt can be given a look; what it should look like comes last, being files. */
export const V3_STYLE = [takes(fields.stylePreset), takes(fields.styleCode), takes(fields.colorPalette)];

export const V3_REFERENCES = [
  takes(fields.styleReference),
  takes(fields.characterReference),
  takes(fields.characterMask),
];

/** docs: rendering speeds of V_4 and of transparent pictures; FLASH is refused. */
export const WITHOUT_FLASH = {
  type: { kind: 'choice', spelling: 'word', choices: ['TURBO', 'DEFAULT', 'QUALITY'] },
} as const satisfies Partial<EndpointField>;

/** docs: V_4, `text_prompt` or `json_prompt`. */
export const V4_PROMPTS = [
  needs(fields.prompt, { wire: 'text_prompt', suppliedBy: ['jsonPrompt'] }),
  takes(fields.jsonPrompt),
];

export const V4_RESOLUTION = takes(fields.resolution, {
  type: { kind: 'choice', spelling: 'pair', choices: RESOLUTIONS_V4 },
});

export const V4_ASPECT_RATIO = takes(fields.aspectRatio, {
  type: { kind: 'choice', spelling: 'pair', choices: ASPECT_RATIOS_V4 },
  apiDefault: 'AUTO',
});

/** docs: `ModelEnum`. */
export const LEGACY_MODELS = ['V_1', 'V_1_TURBO', 'V_2', 'V_2_TURBO', 'V_2A', 'V_2A_TURBO', 'AUTO'] as const;

export const LEGACY_STYLE_TYPES: ChoiceType = {
  kind: 'choice',
  spelling: 'word',
  choices: ['AUTO', 'GENERAL', 'REALISTIC', 'DESIGN', 'FICTION', 'RENDER_3D', 'ANIME'],
};

export const LEGACY_RESOLUTIONS: ChoiceType = {
  kind: 'choice',
  spelling: 'pair',
  choices: RESOLUTIONS_LEGACY,
};

export const LEGACY_MAGIC_PROMPT = takes(fields.magicPrompt, { wire: 'magic_prompt_option' });

/** docs: `image_request` of /generate and /remix, and which model takes which field of it. */
export const LEGACY_IMAGE_REQUEST = [
  needs(fields.prompt),
  takes(fields.aspectRatio, {
    type: { kind: 'choice', spelling: 'pair', choices: ASPECT_RATIOS_LEGACY },
  }),
  takes(fields.resolution, { type: LEGACY_RESOLUTIONS, models: ['V_2'] }),
  LEGACY_MAGIC_PROMPT,
  takes(fields.seed),
  takes(fields.styleType, {
    type: LEGACY_STYLE_TYPES,
    models: ['V_1_TURBO', 'V_2', 'V_2_TURBO', 'V_2A', 'V_2A_TURBO', 'AUTO'],
  }),
  takes(fields.negativePrompt, { models: ['V_1', 'V_1_TURBO', 'V_2', 'V_2_TURBO'] }),
  takes(fields.numImages),
  takes(fields.colorPalette, { models: ['V_2', 'V_2_TURBO', 'AUTO'] }),
];
