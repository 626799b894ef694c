/** How pictures look: the options about style. */
import type { Field } from '../define.js';
import { STYLE_PRESETS_V3 } from '../style-presets.js';

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
