/** What the endpoints of one family of models make of the same options. */
import type { WireCase } from '../wire-table.js';
import { picture } from '../world.js';

export const V3_STYLE_CASES: readonly WireCase[] = [
  ['--style-preset oil-painting', { style_preset: 'OIL_PAINTING' }],
  [['--style-preset', '80s illustration'], { style_preset: '80S_ILLUSTRATION' }],
  ['--style-code 0a1b2c3d', { style_codes: '0a1b2c3d' }],
  ['--style-code 0a1b2c3d --style-code FFFFFFFF', { style_codes: ['0a1b2c3d', 'FFFFFFFF'] }],
  ['--color-palette ember', { color_palette: { json: { name: 'EMBER' } } }],
  [
    '--color-palette #F60:0.5,#003366',
    {
      color_palette: {
        json: { members: [{ color_hex: '#F60', color_weight: 0.5 }, { color_hex: '#003366' }] },
      },
    },
  ],
  [
    '--color-palette {"members":[{"color_hex":"#FF6600"}]}',
    { color_palette: { json: { members: [{ color_hex: '#FF6600' }] } } },
  ],
];

export const V3_STYLE_REFERENCE_CASES: readonly WireCase[] = [
  ['--style-reference who.png', { style_reference_images: picture('who.png') }],
  [
    ['--style-reference', 'zwei ü.jpeg', '--style-reference', 'webp-as.png'],
    {
      style_reference_images: [picture('zwei ü.jpeg', 'zwei ü.jpg'), picture('webp-as.png', 'webp-as.webp')],
    },
  ],
];

export const V3_REFERENCE_CASES: readonly WireCase[] = [
  ...V3_STYLE_REFERENCE_CASES,
  ['--character-reference who.png', { character_reference_images: picture('who.png') }],
  [
    '--character-mask who-mask.png --character-reference who.png',
    {
      character_reference_images: picture('who.png'),
      character_reference_images_mask: picture('who-mask.png'),
    },
  ],
];

/** Where FLASH is no speed. */
export const WITHOUT_FLASH_CASES: readonly WireCase[] = [
  ['--rendering-speed turbo', { rendering_speed: 'TURBO' }],
  ['--rendering-speed Quality', { rendering_speed: 'QUALITY' }],
];

export const SEED_CASES: readonly WireCase[] = [
  ['--seed 0', { seed: '0' }],
  ['--seed 2147483647', { seed: '2147483647' }],
];

export const COPYRIGHT_CASES: readonly WireCase[] = [
  ['--enable-copyright-detection', { enable_copyright_detection: 'true' }],
  ['--no-enable-copyright-detection', { enable_copyright_detection: 'false' }],
];

/** `image_request`: numbers are numbers there. */
export const LEGACY_CASES: readonly WireCase[] = [
  ['-m V_1', { model: 'V_1' }],
  ['-m v1-turbo', { model: 'V_1_TURBO' }],
  ['-m V_2_TURBO', { model: 'V_2_TURBO' }],
  ['-m v2a', { model: 'V_2A' }],
  ['-m V_2A_TURBO', { model: 'V_2A_TURBO' }],
  ['-m auto', { model: 'AUTO' }],
  ['-n 1 --seed 0', { num_images: 1, seed: 0 }],
  ['-n 2', { num_images: 2 }],
  ['-a 10:16', { aspect_ratio: 'ASPECT_10_16' }],
  ['--resolution 1280x800', { resolution: 'RESOLUTION_1280_800' }],
  ['--magic-prompt off', { magic_prompt_option: 'OFF' }],
  ['--style-type render-3d', { style_type: 'RENDER_3D' }],
  ['--negative-prompt dogs', { negative_prompt: 'dogs' }],
  ['--color-palette fresh', { color_palette: { name: 'FRESH' } }],
  ['--color-palette f00:1', { color_palette: { members: [{ color_hex: '#f00', color_weight: 1 }] } }],
];
