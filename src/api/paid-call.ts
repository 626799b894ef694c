/** A call that is paid: the one way to send it and to read what it answers, for the command and the library alike. */
import { CliError } from '../errors.js';
import type { ApiAnswer, ApiClient, Turn } from './client.js';
import type { ImageAnswer } from './image-answer.js';
import type { Words } from './words-answer.js';

/** A request that can be written down when it is time. */
export interface EncodableRequest {
  readonly method: 'POST';
  /** Below the base URL. */
  readonly path: string;
  /** Where the same body goes when that path is there no longer. */
  readonly fallbackPath: string | undefined;
  encode(): Promise<{ contentType: string; body: Uint8Array }>;
}

/** Somebody who writes down what becomes of a paid call, and knows when it is its turn. */
export interface CallRecord extends Turn {
  /** The whole answer, before anything is made of it. Never rejects: it is paid. */
  answered(answer: ApiAnswer): Promise<void>;
}

/** Who answered, and under which number. */
type Answerer = Pick<ApiAnswer, 'requestId' | 'fromSandbox'>;

export type ImageCallAnswer = ImageAnswer & Answerer;
export type WordsCallAnswer = Words & Answerer;

/**
 * Sends it, and reads the images out of the answer.
 * @param record told of the answer first; without one nothing is written down
 * @throws CliError as `ApiClient.call` and the readers of `image-answer.ts` do
 */
export async function callForImages(
  client: ApiClient,
  baseUrl: string,
  request: EncodableRequest,
  kind: 'images' | 'layers',
  record?: CallRecord,
): Promise<ImageCallAnswer> {
  // Loaded before anything is paid: an upgrade of the program meanwhile must not cost the answer.
  const { readImageAnswer, readLayersAnswer } = await import('./image-answer.js');
  const answer = await post(client, baseUrl, request, record);
  return { ...(kind === 'images' ? readImageAnswer : readLayersAnswer)(answer), ...answererOf(answer) };
}

/**
 * Sends it, and reads the words out of the answer.
 * @param record as for images
 * @throws CliError as `ApiClient.call` and the readers of `words-answer.ts` do
 */
export async function callForWords(
  client: ApiClient,
  baseUrl: string,
  request: EncodableRequest,
  kind: 'descriptions' | 'json-prompt',
  record?: CallRecord,
): Promise<WordsCallAnswer> {
  const { readDescriptions, readStructuredPrompt } = await import('./words-answer.js');
  const answer = await post(client, baseUrl, request, record);
  return {
    ...(kind === 'descriptions' ? readDescriptions : readStructuredPrompt)(answer),
    ...answererOf(answer),
  };
}

function answererOf({ requestId, fromSandbox }: ApiAnswer): Answerer {
  return { requestId, fromSandbox };
}

async function post(
  client: ApiClient,
  baseUrl: string,
  request: EncodableRequest,
  record: CallRecord | undefined,
): Promise<ApiAnswer> {
  const answer = await send(client, baseUrl, request, record);
  await record?.answered(answer);
  return answer;
}

async function send(
  client: ApiClient,
  baseUrl: string,
  request: EncodableRequest,
  turn: Turn | undefined,
): Promise<ApiAnswer> {
  const { contentType, body } = await request.encode();
  const { method, path, fallbackPath } = request;
  const headers = { 'Content-Type': contentType };
  const sendTo = (to: string) =>
    client.call('billed', { method, url: `${baseUrl}${to}`, headers, body }, turn);
  try {
    return await sendTo(path);
  } catch (error) {
    if (fallbackPath === undefined || !isGone(error)) throw error;
    return await sendTo(fallbackPath);
  }
}

/** An address that is not there has made nothing, and is never billed. */
function isGone(error: unknown): boolean {
  return error instanceof CliError && [404, 410].includes(error.status ?? 0);
}
