/** The rules of POST /describe and POST /v1/ideogram-v4/describe (docs: describe): an image of 10 MB at most becomes text. */
import type { Call } from './call.js';
import { MODELS_DESCRIBE } from './enums.js';
import { Fields } from './fields.js';
import type { Measured } from './image-pixels.js';
import { MAX_DESCRIBED_BYTES } from './limits.js';
import { withoutPrompt } from './rehearsal.js';
import { json, type Reply } from './replies.js';
import type { Route } from './routes.js';
import { samplePrompt } from './sample-prompt.js';
import { readSource } from './source-image.js';
import { work } from './work.js';

export const DESCRIBE: Route = { path: '/describe', accepts: ['form'], handle: describe };
export const DESCRIBE_V4: Route = {
  path: '/v1/ideogram-v4/describe',
  accepts: ['form'],
  handle: describeV4,
};

async function describe(call: Call): Promise<Reply> {
  const fields = new Fields(call.body);
  const rehearsal = withoutPrompt(call);
  const model = fields.choice('describe_model_version', MODELS_DESCRIBE) ?? 'V_3';
  const source = await readSource(fields, 'image_file', MAX_DESCRIBED_BYTES);
  const texts = [
    `A placeholder description from the sandbox, as of ${model}: ${sizeInWords(source)}.`,
    'Hills one behind the other under a low sun, drawn in flat colours; not what your image shows.',
  ];
  const answer = { descriptions: texts.map((text) => ({ text })) };
  return work(call, rehearsal, 1, () => ({ ...json(200, answer), note: `${texts.length} descriptions` }));
}

async function describeV4(call: Call): Promise<Reply> {
  const fields = new Fields(call.body);
  const rehearsal = withoutPrompt(call);
  const parts = {
    boxes: fields.boolean('include_bbox') ?? true,
    style: fields.boolean('include_style_descriptions') ?? false,
    tags: fields.boolean('include_tags') ?? false,
  };
  const source = await readSource(fields, 'image_file', MAX_DESCRIBED_BYTES);
  const text = `A placeholder description from the sandbox: ${sizeInWords(source)}.`;
  const answer = { json_prompt: samplePrompt(text, parts) };
  return work(call, rehearsal, 1, () => ({ ...json(200, answer), note: 'description' }));
}

function sizeInWords({ shown }: Measured): string {
  return `an image of ${shown.width}x${shown.height} pixels`;
}
