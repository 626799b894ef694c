/** What arrives for `describe` and `magic-prompt`. */
import type { WireTable } from '../wire-table.js';
import { picture } from '../world.js';

const describeText: WireTable = {
  endpoint: 'describe',
  path: '/describe',
  body: 'multipart',
  argv: ['describe', 'zwei ü.jpeg'],
  wire: { image_file: picture('zwei ü.jpeg', 'zwei ü.jpg'), describe_model_version: 'V_3' },
  cases: [
    ['--describe-model V_2', { describe_model_version: 'V_2' }],
    ['-m v2', { describe_model_version: 'V_2' }],
    ['--model v-3', { describe_model_version: 'V_3' }],
  ],
};

const describeV4: WireTable = {
  endpoint: 'describe-v4',
  path: '/v1/ideogram-v4/describe',
  body: 'multipart',
  argv: ['describe', 'room.png', '-m', 'V_4'],
  wire: { image_file: picture('room.png') },
  cases: [
    ['--include-bbox', { include_bbox: 'true' }],
    ['--no-include-bbox', { include_bbox: 'false' }],
    ['--include-style-descriptions', { include_style_descriptions: 'true' }],
    ['--no-include-style-descriptions', { include_style_descriptions: 'false' }],
    ['--include-tags', { include_tags: 'true' }],
    ['--no-include-tags', { include_tags: 'false' }],
  ],
};

const magicPrompt: WireTable = {
  endpoint: 'magic-prompt',
  path: '/v1/ideogram-v4/magic-prompt',
  body: 'json',
  argv: ['magic-prompt', 'a fox'],
  wire: { text_prompt: 'a fox' },
  cases: [
    ['-a 16:9', { aspect_ratio: '16x9' }],
    ['-a AUTO', { aspect_ratio: 'AUTO' }],
  ],
};

export const wordsTables: readonly WireTable[] = [describeText, describeV4, magicPrompt];
