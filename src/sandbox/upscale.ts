/** The rules of POST /upscale (docs: upscale): an image, and an `image_request` part that must be there, be it empty. */
import type { Call } from './call.js';
import { Fields } from './fields.js';
import { generate, readMagicPrompt, readRun } from './generation.js';
import { drawable, enlarged } from './picture-size.js';
import { readOptionalPrompt } from './rehearsal.js';
import type { Reply } from './replies.js';
import type { Route } from './routes.js';
import { readSource } from './source-image.js';

export const UPSCALE: Route = { path: '/upscale', accepts: ['form'], handle: upscale };

const FACTOR = 2;

async function upscale(call: Call): Promise<Reply> {
  const form = new Fields(call.body);
  const fields = form.object('image_request');
  const prompted = readOptionalPrompt(fields, call);
  fields.integer('resemblance', 1, 100);
  fields.integer('detail', 1, 100);
  const job = {
    ...prompted,
    ...readRun(fields),
    magicPrompt: readMagicPrompt(fields, 'magic_prompt_option'),
  };
  const { shown } = await readSource(form, 'image_file');
  return generate(call, { ...job, size: drawable(shown), upscaled: enlarged(shown, FACTOR) });
}
