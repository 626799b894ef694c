/** A call that is paid and answers with images: the one way to send it, for the command and the library alike. */
import type { ApiAnswer, ApiClient } from './client.js';
import type { ImageAnswer } from './image-answer.js';

/** A request that can be written down when it is time. */
interface EncodableRequest {
  readonly method: 'POST';
  /** Below the base URL. */
  readonly path: string;
  encode(): Promise<{ contentType: string; body: Uint8Array }>;
}

export type ImageCallAnswer = ImageAnswer & Pick<ApiAnswer, 'requestId' | 'fromSandbox'>;

/**
 * Sends it, and reads the images out of the answer.
 * @throws CliError as `ApiClient.call` and `readImageAnswer` do
 */
export async function callForImages(
  client: ApiClient,
  baseUrl: string,
  request: EncodableRequest,
): Promise<ImageCallAnswer> {
  // Loaded before anything is paid: an upgrade of the program meanwhile must not cost the answer.
  const [{ readImageAnswer }, { contentType, body }] = await Promise.all([
    import('./image-answer.js'),
    request.encode(),
  ]);
  const answer = await client.call('billed', {
    method: request.method,
    url: `${baseUrl}${request.path}`,
    headers: { 'Content-Type': contentType },
    body,
  });
  const { requestId, fromSandbox } = answer;
  return { ...readImageAnswer(answer), requestId, fromSandbox };
}
