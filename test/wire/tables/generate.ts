/** What arrives for `generate`: five endpoints. */
import { SCENE } from '../../support/server.js';
import type { WireTable } from '../wire-table.js';
import { picture } from '../world.js';
import {
  COPYRIGHT_CASES,
  LEGACY_CASES,
  SEED_CASES,
  V3_REFERENCE_CASES,
  V3_STYLE_CASES,
  WITHOUT_FLASH_CASES,
} from './families.js';

const generateV3: WireTable = {
  endpoint: 'generate-v3',
  path: '/v1/ideogram-v3/generate',
  body: 'multipart',
  argv: ['generate', 'a fox'],
  wire: { prompt: 'a fox' },
  cases: [
    ['--model V_3', {}],
    ...SEED_CASES,
    ['-n 1', { num_images: '1' }],
    ['-a 16:9', { aspect_ratio: '16x9' }],
    ['-a 16x9', { aspect_ratio: '16x9' }],
    ['-a aspect_16_9', { aspect_ratio: '16x9' }],
    ['--resolution 1280X768', { resolution: '1280x768' }],
    ['--rendering-speed tUrBo', { rendering_speed: 'TURBO' }],
    ['--magic-prompt off', { magic_prompt: 'OFF' }],
    [['--negative-prompt', 'dogs, cats'], { negative_prompt: 'dogs, cats' }],
    ['--style-type design', { style_type: 'DESIGN' }],
    ...V3_STYLE_CASES,
    ...V3_REFERENCE_CASES,
    ['--custom-model-uri model/mine/version/2', { custom_model_uri: 'model/mine/version/2' }],
    ...COPYRIGHT_CASES,
    [
      ['--color-palette', 'jungle', '--style-reference', 'webp-as.png', '--character-reference', 'who.png'],
      {
        color_palette: { json: { name: 'JUNGLE' } },
        style_reference_images: picture('webp-as.png', 'webp-as.webp'),
        character_reference_images: picture('who.png'),
      },
    ],
  ],
};

const v4 = (argv: readonly string[], wire: WireTable['wire']): WireTable => ({
  endpoint: 'generate-v4',
  path: '/v1/ideogram-v4/generate',
  body: 'multipart',
  argv,
  wire,
  cases: [
    ['--resolution 1440*2880', { resolution: '1440x2880' }],
    ...WITHOUT_FLASH_CASES,
    ...SEED_CASES,
    ...COPYRIGHT_CASES,
  ],
});

const generateLegacy: WireTable = {
  endpoint: 'generate-legacy',
  path: '/generate',
  body: 'json',
  wrapper: 'image_request',
  argv: ['generate', 'a fox', '-m', 'V_2'],
  wire: { prompt: 'a fox', model: 'V_2' },
  cases: LEGACY_CASES,
};

const transparentV3: WireTable = {
  endpoint: 'generate-transparent-v3',
  path: '/v1/ideogram-v3/generate-transparent',
  body: 'multipart',
  argv: ['generate', 'a fox', '--transparent'],
  wire: { prompt: 'a fox' },
  cases: [
    ['-n 1', { num_images: '1' }],
    ['-a 1x2', { aspect_ratio: '1x2' }],
    ['--upscale-factor x4', { upscale_factor: 'X4' }],
    ...WITHOUT_FLASH_CASES,
    ...SEED_CASES,
    ['--magic-prompt on', { magic_prompt: 'ON' }],
    ['--negative-prompt dogs', { negative_prompt: 'dogs' }],
  ],
};

const transparentV4 = (argv: readonly string[], wire: WireTable['wire']): WireTable => ({
  endpoint: 'generate-transparent-v4',
  path: '/v1/ideogram-v4/generate-transparent',
  body: 'multipart',
  argv,
  wire,
  cases: [
    ['-a auto', { aspect_ratio: 'AUTO' }],
    ['-a 4:1', { aspect_ratio: '4x1' }],
    ['--output-resolution 2k', { output_resolution: '2K' }],
    ...WITHOUT_FLASH_CASES,
    ...SEED_CASES,
    ...COPYRIGHT_CASES,
  ],
});

const TEXT = { text_prompt: 'a fox' };
const STRUCTURED = { json_prompt: { json: SCENE } };

export const generateTables: readonly WireTable[] = [
  generateV3,
  v4(['generate', 'a fox', '-m', 'V_4'], TEXT),
  v4(['generate', '-m', 'v4', '--json-prompt', 'scene.json'], STRUCTURED),
  generateLegacy,
  transparentV3,
  transparentV4(['generate', 'a fox', '--transparent', '-m', 'V_4'], TEXT),
  transparentV4(['generate', '--transparent', '-m', 'V_4', '--json-prompt', 'scene.json'], STRUCTURED),
];
