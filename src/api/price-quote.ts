/** The one call that proves a key and costs nothing: the price of an image that is never made. */
import { CliError } from '../errors.js';
import type { ApiClient } from './client.js';
import { withAnswerSoFar } from './response.js';

/** docs: v2, `dry_run=true` validates and prices, runs and bills nothing; a key that is refused gets 401. */
const PATH = '/v2/image/generate/ideogram-4?dry_run=true';

/** How long to wait for a quote, in milliseconds, where the user did not say: nothing is made, so it comes at once or not at all. */
export const QUOTE_TIMEOUT_MS = 20_000;

/** The request, as --dry-run shows it and as it is sent. */
export interface QuoteRequest {
  readonly method: 'POST';
  readonly path: string;
  readonly model: string;
  readonly document: { readonly prompt: string };
}

/** @param prompt never made into a picture, but checked like any other. */
export function quoteRequest(prompt: string): QuoteRequest {
  return { method: 'POST', path: PATH, model: 'ideogram-4', document: { prompt } };
}

/**
 * Asks; that an answer comes is all that counts.
 * @throws CliError as `ApiClient.call` does; `bad_response` (billed maybe) when something else than a quote came
 */
export async function askForQuote(
  client: ApiClient,
  baseUrl: string,
  { method, path, document }: QuoteRequest,
): Promise<void> {
  const answer = await client.call('free', {
    method,
    url: `${baseUrl}${path}`,
    headers: { 'Content-Type': 'application/json' },
    body: new TextEncoder().encode(JSON.stringify(document)),
  });
  const { object } = answer.json as { object?: unknown };
  if (object === 'price_quote') return;
  // Something on the way has dropped the query, and a picture was made after all.
  throw new CliError(
    'bad_response',
    'The API answered with something else than the price it was asked for.',
    {
      billed: 'maybe',
      status: answer.status,
      requestId: answer.requestId,
      hint: withAnswerSoFar('Look at the usage page of the API dashboard.', JSON.stringify(answer.json)),
    },
  );
}
