/** Every option of the API exactly once: its flag, its name on the wire, its limits, and what it excludes. */
import type { Field } from './define.js';
import { ASPECT_RATIOS_V3, RESOLUTIONS_V3 } from './sizes.js';
import { STYLE_PRESETS_V3 } from './style-presets.js';

export const prompt: Field = {
  name: 'prompt',
  wire: 'prompt',
  group: 'Prompt',
  help: 'what the picture shows: text, - for standard input, or @file',
  type: { kind: 'text' },
};

export const numImages: Field = {
  name: 'numImages',
  flags: '-n, --num-images <count>',
  wire: 'num_images',
  group: 'Picture',
  help: 'how many images to make',
  type: { kind: 'integer', min: 1, max: 8 },
  apiDefault: '1',
};

export const aspectRatio: Field = {
  name: 'aspectRatio',
  flags: '-a, --aspect-ratio <ratio>',
  wire: 'aspect_ratio',
  group: 'Picture',
  help: 'shape of the picture, as 16:9, 16x9 or ASPECT_16_9',
  type: { kind: 'choice', spelling: 'pair', choices: ASPECT_RATIOS_V3 },
  apiDefault: '1:1',
  conflicts: ['resolution'],
};

export const resolution: Field = {
  name: 'resolution',
  flags: '--resolution <size>',
  wire: 'resolution',
  group: 'Picture',
  help: 'exact size in pixels, as 1280x768',
  type: { kind: 'choice', spelling: 'pair', choices: RESOLUTIONS_V3 },
  conflicts: ['aspectRatio'],
};

export const renderingSpeed: Field = {
  name: 'renderingSpeed',
  flags: '--rendering-speed <speed>',
  wire: 'rendering_speed',
  group: 'Picture',
  help: 'faster and cheaper, or better',
  type: { kind: 'choice', spelling: 'word', choices: ['FLASH', 'TURBO', 'DEFAULT', 'QUALITY'] },
  apiDefault: 'DEFAULT',
};

export const seed: Field = {
  name: 'seed',
  flags: '--seed <number>',
  wire: 'seed',
  group: 'Picture',
  help: 'same seed, prompt and options: the same picture again',
  type: { kind: 'integer', min: 0, max: 2_147_483_647 },
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

export const styleType: Field = {
  name: 'styleType',
  flags: '--style-type <type>',
  wire: 'style_type',
  group: 'Style',
  help: 'kind of picture',
  type: {
    kind: 'choice',
    spelling: 'word',
    choices: ['AUTO', 'GENERAL', 'REALISTIC', 'DESIGN', 'FICTION'],
  },
  conflicts: ['styleCode'],
};

export const stylePreset: Field = {
  name: 'stylePreset',
  flags: '--style-preset <preset>',
  wire: 'style_preset',
  group: 'Style',
  help: 'a ready-made look, as OIL_PAINTING or watercolor',
  type: { kind: 'choice', spelling: 'word', choices: STYLE_PRESETS_V3 },
};

export const styleCode: Field = {
  name: 'styleCode',
  flags: '--style-code <code>',
  wire: 'style_codes',
  group: 'Style',
  help: 'a style by its code; may be repeated',
  type: { kind: 'text-list', pattern: /^[0-9a-fA-F]{8}$/, form: '8 hexadecimal digits, as 0A1B2C3D' },
  conflicts: ['styleReference', 'styleType'],
};

export const colorPalette: Field = {
  name: 'colorPalette',
  flags: '--color-palette <palette>',
  wire: 'color_palette',
  group: 'Style',
  help: 'a palette by name, colours as "#FF6600:0.7,#003366", or JSON',
  type: {
    kind: 'palette',
    presets: ['EMBER', 'FRESH', 'JUNGLE', 'MAGIC', 'MELON', 'MOSAIC', 'PASTEL', 'ULTRAMARINE'],
    maxMembers: 8,
    minWeight: 0.05,
    maxWeight: 1,
  },
};

export const styleReference: Field = {
  name: 'styleReference',
  flags: '--style-reference <image>',
  wire: 'style_reference_images',
  group: 'Reference images',
  help: 'make it look like this image; may be repeated',
  type: { kind: 'images' },
  conflicts: ['styleCode'],
};

export const characterReference: Field = {
  name: 'characterReference',
  flags: '--character-reference <image>',
  wire: 'character_reference_images',
  group: 'Reference images',
  help: 'show the person or figure of this image (costs more)',
  // docs: the list exists, but exactly one is supported now.
  type: { kind: 'images', maxCount: 1 },
};

export const characterMask: Field = {
  name: 'characterMask',
  flags: '--character-mask <image>',
  wire: 'character_reference_images_mask',
  group: 'Reference images',
  help: 'grey-scale mask of the character reference, of the same size',
  type: { kind: 'images', maxCount: 1, masksFor: 'characterReference' },
};

export const customModelUri: Field = {
  name: 'customModelUri',
  flags: '--custom-model-uri <uri>',
  wire: 'custom_model_uri',
  group: 'Advanced',
  help: 'use a model you have trained',
  type: { kind: 'text', pattern: /^model\/[^/\s]+\/version\/\d+$/, form: 'model/<name>/version/<number>' },
};

export const enableCopyrightDetection: Field = {
  name: 'enableCopyrightDetection',
  flags: '--enable-copyright-detection',
  wire: 'enable_copyright_detection',
  group: 'Advanced',
  help: 'slower check; flagged images are withheld',
  type: { kind: 'switch' },
};
