/** The rules of POST /v1/ideogram-v3/generate (docs: generate v3). */
import type { Call } from './call.js';
import { RENDERING_SPEEDS } from './enums.js';
import { Fields } from './fields.js';
import { generate, readMagicPrompt, readRun } from './generation.js';
import { sizeOf } from './picture-size.js';
import { readPrompt } from './rehearsal.js';
import { problem, type Reply } from './replies.js';
import type { Route } from './routes.js';
import { checkCharacter, readSizeV3, readStyle } from './v3-style.js';

const MODEL_URI = /^model\/[^/]+\/version\/[^/]+$/;

export const GENERATE_V3: Route = {
  path: '/v1/ideogram-v3/generate',
  accepts: ['form', 'json'],
  handle: generateV3,
};

async function generateV3(call: Call): Promise<Reply> {
  const fields = new Fields(call.body);
  const prompted = readPrompt(fields, call);
  const size = readSizeV3(fields) ?? sizeOf(undefined, undefined);
  fields.choice('rendering_speed', RENDERING_SPEEDS);
  fields.text('negative_prompt');
  fields.nullableBoolean('enable_copyright_detection');
  checkModelUri(fields);
  const styleType = readStyle(fields);
  await checkCharacter(fields);
  return generate(call, {
    ...prompted,
    ...readRun(fields),
    size,
    magicPrompt: readMagicPrompt(fields),
    styleType,
  });
}

function checkModelUri(fields: Fields): void {
  const uri = fields.text('custom_model_uri');
  if (uri !== undefined && !MODEL_URI.test(uri)) {
    throw problem(`'${uri}' does not match 'model/<name>/version/<n>' - 'custom_model_uri'`);
  }
}
