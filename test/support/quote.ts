/** The API's answer to the free check of a key. docs: v2, schema PriceQuote. */
import { answerImages, answerJson, type Responder } from './server.js';

export const QUOTE = {
  object: 'price_quote',
  billing_identifier: 'ideogram-4',
  quantity: 1,
  usd_micros: 60_000,
  credit_millis: 6000,
  qualifier: 'exact',
};

/** The path that is asked for a quote. */
export const QUOTE_PATH = '/v2/image/generate/ideogram-4?dry_run=true';

/** Takes each key: quotes on the v2 path, one image elsewhere. */
export const acceptKey: Responder = (request, response, server) => {
  if (request.path === QUOTE_PATH) return answerJson(response, 200, QUOTE);
  return answerImages(1)(request, response, server);
};

/** Takes these keys only. */
export function acceptOnly(...keys: string[]): Responder {
  return (request, response, server) => {
    if (keys.includes(String(request.headers['api-key']))) return acceptKey(request, response, server);
    return answerJson(response, 401, { message: 'Access denied' });
  };
}

/** Refuses every call with this status and body. */
export function refuse(status: number, body: unknown = { error: 'No.' }): Responder {
  return (_request, response) => answerJson(response, status, body);
}
