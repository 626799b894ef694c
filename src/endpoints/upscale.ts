/** The endpoint that enlarges an image, and the command `upscale` that reaches it. */
import { type CommandSpec, type Endpoint, needs, takes } from './define.js';
import { LEGACY_MAGIC_PROMPT } from './families.js';
import * as fields from './fields/index.js';

/** docs: POST /upscale; `image_request` must be there even where nothing is in it. */
const upscaleImage: Endpoint = {
  name: 'upscale',
  method: 'POST',
  path: '/upscale',
  encoding: { kind: 'multipart', wrapper: 'image_request' },
  models: [],
  answer: 'images',
  fields: [
    needs(fields.image, { wire: 'image_file' }),
    takes(fields.prompt),
    takes(fields.resemblance),
    takes(fields.detail),
    LEGACY_MAGIC_PROMPT,
    takes(fields.numImages),
    takes(fields.seed),
  ],
};

export const upscale: CommandSpec = {
  name: 'upscale',
  summary: 'enlarge an image',
  doing: 'Upscaling',
  operand: fields.IMAGE_OPERAND,
  examples: [
    { does: 'larger, as true to the original as can be', line: 'ideogram upscale fox.png --resemblance 90' },
    {
      does: 'an image that was just made, in one line',
      line: 'ideogram generate "a fox" -o - | ideogram upscale - -o fox-large.png',
    },
    {
      does: 'an image that another command has told of in JSON',
      line: 'ideogram generate "a fox" --json | ideogram upscale -',
    },
  ],
  defaultModel: undefined,
  endpoints: [upscaleImage],
};
