/** The endpoint that takes something out of an image, and the command `remove-object` that reaches it. */
import { type CommandSpec, type Endpoint, needs, takes } from './define.js';
import * as fields from './fields/index.js';

/** docs: POST /v1/remove-object. White is removed there; the user's masks are as in every other command. */
const removeObjectV1: Endpoint = {
  name: 'remove-object',
  method: 'POST',
  path: '/v1/remove-object',
  encoding: { kind: 'multipart' },
  models: [],
  answer: 'images',
  fields: [
    needs(fields.image),
    needs(fields.mask, { type: { kind: 'mask', changes: 'white' }, suppliedBy: ['maskRect'] }),
    takes(fields.seed),
  ],
};

export const removeObject: CommandSpec = {
  name: 'remove-object',
  summary: 'take something out of an image',
  note: fields.MASK_CONVENTION,
  doing: 'Removing an object from',
  operand: fields.IMAGE_OPERAND,
  examples: [
    { does: 'take out what is black in the mask', line: 'ideogram remove-object street.png --mask mask.png' },
    {
      does: 'no mask at hand: 200 x 300 pixels, 40 from the left and 500 from the top',
      line: 'ideogram remove-object street.png --mask-rect 40,500,200,300 -o clean.png',
    },
  ],
  defaultModel: undefined,
  endpoints: [removeObjectV1],
  local: [fields.maskRect, fields.invertMask, fields.saveMask],
};
