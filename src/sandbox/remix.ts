/** The rules of POST /v1/ideogram-v3/remix and, with an `image_request` part, of POST /remix (docs: remix). */
import type { Call } from './call.js';
import { RENDERING_SPEEDS } from './enums.js';
import { Fields } from './fields.js';
import { generate, readMagicPrompt, readRun } from './generation.js';
import { readImageRequest } from './image-request.js';
import { sizeOf } from './picture-size.js';
import { readPrompt } from './rehearsal.js';
import type { Reply } from './replies.js';
import type { Route } from './routes.js';
import { readSource } from './source-image.js';
import { checkCharacter, readSizeV3, readStyle } from './v3-style.js';

export const REMIX_V3: Route = { path: '/v1/ideogram-v3/remix', accepts: ['form'], handle: remixV3 };
export const REMIX_LEGACY: Route = { path: '/remix', accepts: ['form'], handle: remixLegacy };

/** How much of the image stays; undefined when it was not said. */
export function readImageWeight(fields: Fields): number | undefined {
  return fields.integer('image_weight', 1, 100);
}

async function remixV3(call: Call): Promise<Reply> {
  const fields = new Fields(call.body);
  const prompted = readPrompt(fields, call);
  const size = readSizeV3(fields) ?? sizeOf(undefined, undefined);
  readImageWeight(fields);
  fields.choice('rendering_speed', RENDERING_SPEEDS);
  fields.text('negative_prompt');
  const job = { ...prompted, ...readRun(fields), size, magicPrompt: readMagicPrompt(fields) };
  const styleType = readStyle(fields);
  await checkCharacter(fields);
  await readSource(fields, 'image');
  return generate(call, { ...job, styleType });
}

async function remixLegacy(call: Call): Promise<Reply> {
  const form = new Fields(call.body);
  const fields = form.object('image_request');
  const job = readImageRequest(fields, call);
  readImageWeight(fields);
  await readSource(form, 'image_file');
  return generate(call, job);
}
