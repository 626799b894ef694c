/** The rules of POST /v1/ideogram-v3/reframe and POST /reframe (docs: reframe): an image, and the size it is to have. */
import type { Call } from './call.js';
import { MODELS_LEGACY, RENDERING_SPEEDS, RESOLUTIONS_LEGACY, RESOLUTIONS_V3 } from './enums.js';
import { Fields } from './fields.js';
import { generate, readRun } from './generation.js';
import { readStyleType } from './image-request.js';
import { sizeOf } from './picture-size.js';
import { withoutPrompt } from './rehearsal.js';
import type { Reply } from './replies.js';
import type { Route } from './routes.js';
import { readSource } from './source-image.js';
import { checkLook } from './v3-style.js';

export const REFRAME_V3: Route = { path: '/v1/ideogram-v3/reframe', accepts: ['form'], handle: reframeV3 };
export const REFRAME_LEGACY: Route = { path: '/reframe', accepts: ['form'], handle: reframeLegacy };

async function reframeV3(call: Call): Promise<Reply> {
  const fields = new Fields(call.body);
  const prompted = withoutPrompt(call);
  const size = sizeOf(fields.requiredChoice('resolution', RESOLUTIONS_V3), undefined);
  fields.choice('rendering_speed', RENDERING_SPEEDS);
  checkLook(fields);
  await readSource(fields, 'image');
  return generate(call, { ...prompted, ...readRun(fields), size });
}

async function reframeLegacy(call: Call): Promise<Reply> {
  const fields = new Fields(call.body);
  const prompted = withoutPrompt(call);
  const size = sizeOf(fields.requiredChoice('resolution', RESOLUTIONS_LEGACY), undefined);
  const styleType = readStyleType(fields, fields.requiredChoice('model', MODELS_LEGACY));
  await readSource(fields, 'image_file');
  return generate(call, { ...prompted, ...readRun(fields), size, styleType });
}
