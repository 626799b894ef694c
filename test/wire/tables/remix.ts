/** What arrives for `remix`, `reframe` and `upscale`. */
import type { WireTable } from '../wire-table.js';
import { picture } from '../world.js';
import {
  COPYRIGHT_CASES,
  LEGACY_CASES,
  V3_REFERENCE_CASES,
  V3_STYLE_CASES,
  V3_STYLE_REFERENCE_CASES,
  WITHOUT_FLASH_CASES,
} from './families.js';

const remixV3: WireTable = {
  endpoint: 'remix-v3',
  path: '/v1/ideogram-v3/remix',
  body: 'multipart',
  argv: ['remix', 'room.png', '-p', 'a barn'],
  wire: { image: picture('room.png'), prompt: 'a barn' },
  cases: [
    ['--image-weight 1', { image_weight: '1' }],
    ['--image-weight 100', { image_weight: '100' }],
    ['-n 2', { num_images: '2' }],
    ['-a 3:1', { aspect_ratio: '3x1' }],
    ['--resolution 1536x640', { resolution: '1536x640' }],
    ['--rendering-speed default', { rendering_speed: 'DEFAULT' }],
    ['--seed 0', { seed: '0' }],
    ['--magic-prompt off', { magic_prompt: 'OFF' }],
    ['--negative-prompt cows', { negative_prompt: 'cows' }],
    ['--style-type realistic', { style_type: 'REALISTIC' }],
    ...V3_STYLE_CASES,
    ...V3_REFERENCE_CASES,
  ],
};

const remixV4: WireTable = {
  endpoint: 'remix-v4',
  path: '/v1/ideogram-v4/remix',
  body: 'multipart',
  argv: ['remix', 'room.png', '-m', 'V_4', '-p', 'a barn'],
  wire: { image: picture('room.png'), text_prompt: 'a barn' },
  cases: [
    ['--image-weight 70', { image_weight: '70' }],
    ['--resolution 2048:2048', { resolution: '2048x2048' }],
    ...WITHOUT_FLASH_CASES,
    ...COPYRIGHT_CASES,
  ],
};

const remixLegacy: WireTable = {
  endpoint: 'remix-legacy',
  path: '/remix',
  body: 'multipart',
  wrapper: 'image_request',
  argv: ['remix', 'zwei ü.jpeg', '-m', 'V_2', '-p', 'a barn'],
  wire: { image_file: picture('zwei ü.jpeg', 'zwei ü.jpg'), prompt: 'a barn', model: 'V_2' },
  cases: [['--image-weight 70', { image_weight: 70 }], ...LEGACY_CASES],
};

/** The program chooses a size, and says which. */
const taken = (size: string, far = '') =>
  `--resolution ${size} is taken: of the API's sizes the nearest to that shape${far}.\n`;

const reframeV3: WireTable = {
  endpoint: 'reframe-v3',
  path: '/v1/ideogram-v3/reframe',
  body: 'multipart',
  argv: ['reframe', 'room.png', '--resolution', '512x1536'],
  wire: { image: picture('room.png'), resolution: '512x1536' },
  cases: [
    ['-n 2', { num_images: '2' }],
    ['--rendering-speed flash', { rendering_speed: 'FLASH' }],
    ['--seed 0', { seed: '0' }],
    ...V3_STYLE_CASES,
    ...V3_STYLE_REFERENCE_CASES,
  ],
};

/** The nearest size of all; of several alike the largest. */
const reframeV3Shape: WireTable = {
  ...reframeV3,
  argv: ['reframe', 'room.png', '-a', '1:1'],
  wire: { image: picture('room.png'), resolution: '1024x1024' },
  stderr: taken('1024x1024'),
  cases: [
    ['--aspect-ratio 9:16', { resolution: '736x1312' }, taken('736x1312')],
    ['-a 3.7x1', { resolution: '1536x512' }, taken('1536x512', '; its own is 3:1')],
    ['-a 17:6', { resolution: '1536x512' }, taken('1536x512', '; its own is 3:1')],
    ['-a 1:3.7', { resolution: '512x1536' }, taken('512x1536', '; its own is 1:3')],
  ],
};

/** Warned about, and sent all the same. */
const reframeOblong: WireTable = {
  ...reframeV3,
  argv: ['reframe', 'who.png', '--resolution', '512x1536'],
  wire: { image: picture('who.png'), resolution: '512x1536' },
  stderr: "Warning: who.png is 3x2; the API's documents speak of square images here.\n",
  cases: [],
};

const reframeLegacyShape: WireTable = {
  endpoint: 'reframe-legacy',
  path: '/reframe',
  body: 'multipart',
  argv: ['reframe', 'room.png', '-m', 'V_2A', '-a', '16:9'],
  wire: { image_file: picture('room.png'), resolution: 'RESOLUTION_1280_720', model: 'V_2A' },
  stderr: taken('1280x720'),
  cases: [
    ['-a 2.35:1', { resolution: 'RESOLUTION_1536_640' }, taken('1536x640')],
    ['-a 3:4', { resolution: 'RESOLUTION_864_1152' }, taken('864x1152')],
  ],
};

const reframeLegacy: WireTable = {
  endpoint: 'reframe-legacy',
  path: '/reframe',
  body: 'multipart',
  argv: ['reframe', 'room.png', '-m', 'V_2', '--resolution', '1536x640'],
  wire: { image_file: picture('room.png'), resolution: 'RESOLUTION_1536_640', model: 'V_2' },
  cases: [
    ['-m V_2_TURBO', { model: 'V_2_TURBO' }],
    ['-m V_2A', { model: 'V_2A' }],
    ['-m V_2A_TURBO', { model: 'V_2A_TURBO' }],
    ['-n 2', { num_images: '2' }],
    ['--seed 0', { seed: '0' }],
    ['--style-type render_3d', { style_type: 'RENDER_3D' }],
  ],
};

const upscale: WireTable = {
  endpoint: 'upscale',
  path: '/upscale',
  body: 'multipart',
  wrapper: 'image_request',
  argv: ['upscale', 'room.png'],
  wire: { image_file: picture('room.png') },
  cases: [
    [['-p', 'a room'], { prompt: 'a room' }],
    ['--resemblance 1 --detail 100', { resemblance: 1, detail: 100 }],
    ['--magic-prompt auto', { magic_prompt_option: 'AUTO' }],
    ['-n 2', { num_images: 2 }],
    ['--seed 0', { seed: 0 }],
  ],
};

export const remixTables: readonly WireTable[] = [
  remixV3,
  remixV4,
  remixLegacy,
  reframeV3,
  reframeV3Shape,
  reframeOblong,
  reframeLegacy,
  reframeLegacyShape,
  upscale,
];
