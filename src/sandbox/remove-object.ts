/** The rules of POST /v1/remove-object (docs: remove object): an image and a mask, of which the white is removed. */
import type { Call } from './call.js';
import { Fields } from './fields.js';
import { generate } from './generation.js';
import { bare } from './image-answer.js';
import { MAX_SEED } from './limits.js';
import { drawable } from './picture-size.js';
import { withoutPrompt } from './rehearsal.js';
import type { Reply } from './replies.js';
import type { Route } from './routes.js';
import { checkMask, readSource } from './source-image.js';

export const REMOVE_OBJECT: Route = { path: '/v1/remove-object', accepts: ['form'], handle: removeObject };

async function removeObject(call: Call): Promise<Reply> {
  const fields = new Fields(call.body);
  const prompted = withoutPrompt(call);
  const seed = fields.nullableInteger('seed', 0, MAX_SEED);
  const source = await readSource(fields, 'image');
  await checkMask(fields, source, 'white');
  return generate(call, { ...prompted, count: 1, seed, size: drawable(source.shown) }, bare);
}
