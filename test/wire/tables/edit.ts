/** What arrives for `edit`, `remove-object`, `replace-background`, `remove-background` and `layerize`. */
import type { WireTable } from '../wire-table.js';
import { picture } from '../world.js';
import { V3_REFERENCE_CASES, V3_STYLE_CASES, V3_STYLE_REFERENCE_CASES } from './families.js';

const editV3: WireTable = {
  endpoint: 'edit-v3',
  path: '/v1/ideogram-v3/edit',
  body: 'multipart',
  argv: ['edit', 'room.png', '--mask', 'mask.png', '--prompt', 'a lamp'],
  wire: { image: picture('room.png'), mask: picture('mask.png'), prompt: 'a lamp' },
  cases: [
    ['-m v3', {}],
    ['-n 2', { num_images: '2' }],
    ['--rendering-speed flash', { rendering_speed: 'FLASH' }],
    ['--seed 0', { seed: '0' }],
    ['--magic-prompt auto', { magic_prompt: 'AUTO' }],
    ['--style-type fiction', { style_type: 'FICTION' }],
    ...V3_STYLE_CASES,
    ...V3_REFERENCE_CASES,
  ],
};

const editLegacy: WireTable = {
  endpoint: 'edit-legacy',
  path: '/edit',
  body: 'multipart',
  argv: ['edit', 'room.png', '-m', 'V_2', '--mask', 'mask.png', '-p', 'a lamp'],
  wire: { image_file: picture('room.png'), mask: picture('mask.png'), prompt: 'a lamp', model: 'V_2' },
  cases: [
    ['-m v2-turbo', { model: 'V_2_TURBO' }],
    ['--magic-prompt on', { magic_prompt_option: 'ON' }],
    ['--seed 0', { seed: '0' }],
    ['--style-type anime', { style_type: 'ANIME' }],
    ['-n 2', { num_images: '2' }],
  ],
};

const editWhole: WireTable = {
  endpoint: 'edit-whole',
  path: '/v1/edit',
  body: 'multipart',
  argv: ['edit', 'room.png', '--whole', '-p', 'at night'],
  wire: { images: picture('room.png'), prompt: 'at night' },
  cases: [
    [
      ['--reference', 'zwei ü.jpeg', '--reference', 'who.png'],
      { images: [picture('room.png'), picture('zwei ü.jpeg', 'zwei ü.jpg'), picture('who.png')] },
    ],
    ['-n 2', { num_images: '2' }],
    ['--seed 0', { seed: '0' }],
    ['--magic-prompt on', { magic_prompt: 'ON' }],
    ['--resolution 512x1536', { resolution: '512x1536' }],
    ['-a 3:1', { aspect_ratio: '3x1' }],
    ['--transparent-background', { transparent_background: 'true' }],
    ['--no-transparent-background', { transparent_background: 'false' }],
  ],
};

/** White is what it removes: a mask of that kind goes out as it is. */
const removeObject: WireTable = {
  endpoint: 'remove-object',
  path: '/v1/remove-object',
  body: 'multipart',
  argv: ['remove-object', 'room.png', '--mask', 'inverted.png', '--invert-mask'],
  wire: { image: picture('room.png'), mask: picture('inverted.png') },
  cases: [['--seed 0', { seed: '0' }]],
};

const replaceBackground: WireTable = {
  endpoint: 'replace-background',
  path: '/v1/ideogram-v3/replace-background',
  body: 'multipart',
  argv: ['replace-background', 'zwei ü.jpeg', '-p', 'a beach'],
  wire: { image: picture('zwei ü.jpeg', 'zwei ü.jpg'), prompt: 'a beach' },
  cases: [
    ['-n 2', { num_images: '2' }],
    ['--rendering-speed quality', { rendering_speed: 'QUALITY' }],
    ['--seed 0', { seed: '0' }],
    ['--magic-prompt off', { magic_prompt: 'OFF' }],
    ...V3_STYLE_CASES,
    ...V3_STYLE_REFERENCE_CASES,
  ],
};

const removeBackground: WireTable = {
  endpoint: 'remove-background',
  path: '/v1/remove-background',
  body: 'multipart',
  argv: ['remove-background', 'webp-as.png'],
  wire: { image: picture('webp-as.png', 'webp-as.webp') },
  cases: [],
};

const layerize: WireTable = {
  endpoint: 'layerize',
  path: '/v1/ideogram-v3/layerize-text',
  body: 'multipart',
  argv: ['layerize', 'room.png'],
  wire: { image: picture('room.png') },
  cases: [
    [['-p', 'a poster'], { prompt: 'a poster' }],
    ['--seed 0', { seed: '0' }],
  ],
};

export const editTables: readonly WireTable[] = [
  editV3,
  editLegacy,
  editWhole,
  removeObject,
  replaceBackground,
  removeBackground,
  layerize,
];
