/** The rules of POST /generate (docs: generate legacy): JSON with the `image_request` wrapper. */
import { Fields } from './fields.js';
import { generate } from './generation.js';
import { readImageRequest } from './image-request.js';
import type { Route } from './routes.js';

export const GENERATE_LEGACY: Route = {
  path: '/generate',
  accepts: ['json'],
  handle: async (call) => {
    const fields = new Fields(call.body).object('image_request');
    return generate(call, readImageRequest(fields, call));
  },
};
