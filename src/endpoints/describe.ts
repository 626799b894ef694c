/** The endpoints that put an image into words, and the command `describe` that reaches them. */
import { type CommandSpec, type Endpoint, needs, takes } from './define.js';
import * as fields from './fields/index.js';

/** docs: POST /describe takes 10 MB; the limit of other endpoints was raised, this one's was not. */
const SMALL = { wire: 'image_file', type: { kind: 'image', maxBytes: 10 * 1024 * 1024 } } as const;

/** docs: POST /describe. */
const describeText: Endpoint = {
  name: 'describe',
  method: 'POST',
  path: '/describe',
  encoding: { kind: 'multipart' },
  models: ['V_3', 'V_2'],
  modelWire: 'describe_model_version',
  answer: 'descriptions',
  fields: [needs(fields.image, SMALL)],
};

/** docs: POST /v1/ideogram-v4/describe; answers with a prompt in parts, which generate takes back. */
const describeV4: Endpoint = {
  name: 'describe-v4',
  method: 'POST',
  path: '/v1/ideogram-v4/describe',
  encoding: { kind: 'multipart' },
  models: ['V_4'],
  answer: 'json-prompt',
  fields: [
    needs(fields.image, SMALL),
    takes(fields.includeBbox),
    takes(fields.includeStyleDescriptions),
    takes(fields.includeTags),
  ],
};

export const describe: CommandSpec = {
  name: 'describe',
  summary: 'put images into words',
  doing: 'Describing',
  operand: {
    name: 'image',
    field: 'image',
    help: 'JPEG, PNG or WebP of at most 10 MB: files, - (standard input) or https URLs',
    many: true,
  },
  examples: [
    { does: 'what is in a picture', line: 'ideogram describe photo.jpg' },
    { does: 'a whole folder, for a program', line: 'ideogram describe photos/*.jpg --json' },
    {
      does: 'in a form that generate takes back',
      line: 'ideogram describe photo.jpg -m V_4 | ideogram generate -m V_4 --json-prompt -',
    },
  ],
  defaultModel: 'V_3',
  modelFlags: '-m, --describe-model <model>',
  endpoints: [describeText, describeV4],
};
