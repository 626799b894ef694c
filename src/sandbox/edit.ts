/** The rules of edits by mask, where black is what changes: POST /v1/ideogram-v3/edit, its heir /v1/ideogram-v3/inpaint, and /edit (docs: edit). */
import type { Call } from './call.js';
import { MODELS_EDIT_LEGACY, RENDERING_SPEEDS } from './enums.js';
import { Fields } from './fields.js';
import { generate, readMagicPrompt, readRun } from './generation.js';
import { readStyleType } from './image-request.js';
import { drawable } from './picture-size.js';
import { readPrompt } from './rehearsal.js';
import type { Reply } from './replies.js';
import type { Route } from './routes.js';
import { checkMask, readSource } from './source-image.js';
import { checkCharacter, readStyle } from './v3-style.js';

export const EDIT_V3: Route = { path: '/v1/ideogram-v3/edit', accepts: ['form'], handle: editV3 };
export const INPAINT_V3: Route = { ...EDIT_V3, path: '/v1/ideogram-v3/inpaint' };
export const EDIT_LEGACY: Route = { path: '/edit', accepts: ['form'], handle: editLegacy };

async function editV3(call: Call): Promise<Reply> {
  const fields = new Fields(call.body);
  const prompted = readPrompt(fields, call);
  fields.choice('rendering_speed', RENDERING_SPEEDS);
  const job = { ...prompted, ...readRun(fields), magicPrompt: readMagicPrompt(fields) };
  const styleType = readStyle(fields);
  await checkCharacter(fields);
  const source = await readSource(fields, 'image');
  await checkMask(fields, source, 'black and white');
  return generate(call, { ...job, styleType, size: drawable(source.shown) });
}

async function editLegacy(call: Call): Promise<Reply> {
  const fields = new Fields(call.body);
  const prompted = readPrompt(fields, call);
  const model = fields.requiredChoice('model', MODELS_EDIT_LEGACY);
  const magicPrompt = readMagicPrompt(fields, 'magic_prompt_option');
  const job = { ...prompted, ...readRun(fields), magicPrompt, styleType: readStyleType(fields, model) };
  const source = await readSource(fields, 'image_file');
  await checkMask(fields, source, 'black and white');
  return generate(call, { ...job, size: drawable(source.shown) });
}
