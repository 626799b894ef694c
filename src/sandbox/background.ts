/** The rules of POST /v1/ideogram-v3/replace-background and of POST /v1/remove-background, which takes an image and nothing else (docs: background). */
import type { Call } from './call.js';
import { RENDERING_SPEEDS } from './enums.js';
import { Fields } from './fields.js';
import { generate, readMagicPrompt, readRun } from './generation.js';
import { bare } from './image-answer.js';
import { drawable } from './picture-size.js';
import { readPrompt, withoutPrompt } from './rehearsal.js';
import type { Reply } from './replies.js';
import type { Route } from './routes.js';
import { readSource } from './source-image.js';
import { checkLook } from './v3-style.js';

export const REPLACE_BACKGROUND: Route = {
  path: '/v1/ideogram-v3/replace-background',
  accepts: ['form'],
  handle: replaceBackground,
};
export const REMOVE_BACKGROUND: Route = {
  path: '/v1/remove-background',
  accepts: ['form'],
  handle: removeBackground,
};

async function replaceBackground(call: Call): Promise<Reply> {
  const fields = new Fields(call.body);
  const prompted = readPrompt(fields, call);
  fields.choice('rendering_speed', RENDERING_SPEEDS);
  const job = { ...prompted, ...readRun(fields), magicPrompt: readMagicPrompt(fields) };
  checkLook(fields);
  const { shown } = await readSource(fields, 'image');
  return generate(call, { ...job, size: drawable(shown) });
}

async function removeBackground(call: Call): Promise<Reply> {
  const fields = new Fields(call.body);
  const prompted = withoutPrompt(call);
  const { shown } = await readSource(fields, 'image');
  const job = { ...prompted, count: 1, seed: undefined, size: drawable(shown), transparent: true };
  return generate(call, job, bare);
}
