/** Options that few calls need: trained models, the copyright check, and what a description holds. */
import type { Field } from '../define.js';

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

/** docs: /v1/ideogram-v4/describe; on unless it is said otherwise. */
export const includeBbox: Field = {
  name: 'includeBbox',
  flags: '--include-bbox',
  wire: 'include_bbox',
  group: 'Picture',
  help: 'where each thing is, as boxes (default on; --no-include-bbox leaves them out)',
  type: { kind: 'switch' },
};

export const includeStyleDescriptions: Field = {
  name: 'includeStyleDescriptions',
  flags: '--include-style-descriptions',
  wire: 'include_style_descriptions',
  group: 'Picture',
  help: 'also the style: lighting, medium, colours',
  type: { kind: 'switch' },
};

export const includeTags: Field = {
  name: 'includeTags',
  flags: '--include-tags',
  wire: 'include_tags',
  group: 'Picture',
  help: 'also tags',
  type: { kind: 'switch' },
};
