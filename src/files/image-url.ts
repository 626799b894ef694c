/** An image from an https URL: no key goes there, size and time are limited, private addresses refused unless asked for. */
import { startDeadline } from '../deadline.js';
import { CliError } from '../errors.js';
import type { FetchResponse } from '../fetch-contract.js';
import { type AddressJudge, loadAddressJudge } from './image-address.js';
import { type Candidate, checkImage, checkType, tooLarge } from './image-check.js';
import { checkHop, firstHop, type Hop, networkError, redirected } from './image-hop.js';
import { type ImageType, NAMING_BYTES } from './image-type.js';
import type { ImageFile, ImageSources } from './input.js';

const MAX_REDIRECTS = 5;
const MAX_NAME = 100;

type UrlWorld = Pick<
  ImageSources,
  'fetch' | 'clock' | 'platform' | 'allowPrivateUrls' | 'userAgent' | 'timeoutMs'
>;

/**
 * Fetches an image, over at most 5 redirects.
 * @param typed what begins with https:// or http://
 * @param maxBytes a larger one is refused before it is read, or cut off
 * @param abort ends it at once
 * @throws CliError `bad_file`, or the reason of `abort`
 */
export async function fetchImage(
  world: UrlWorld,
  typed: string,
  maxBytes: number,
  abort: AbortSignal,
): Promise<ImageFile> {
  const first = firstHop(typed);
  const { shown: source } = first;
  const origin = { kind: 'url', name: nameFor(first.url) } as const;
  const deadline = startDeadline(world.clock, world.timeoutMs, abort);
  try {
    const judge = await loadAddressJudge();
    const { response, hop } = await follow(world, first, judge, deadline.signal);
    const candidate: Candidate = { source: hop.shown, origin, platform: world.platform };
    const bytes = await networked(hop, receive(response, candidate, maxBytes));
    return { ...(await checkImage(candidate, bytes)), source };
  } catch (thrown) {
    abort.throwIfAborted();
    if (!deadline.passed()) throw thrown;
    throw new CliError('bad_file', `${source} gave no whole image within ${world.timeoutMs / 1000} s.`, {
      hint: 'Allow it more time with --timeout, or save the image as a file and give that.',
    });
  } finally {
    deadline.clear();
  }
}

/** What the image may be called as a file: the last part of the path, without what file names and headers do not take. */
function nameFor({ pathname }: URL): string {
  let name = pathname.slice(pathname.lastIndexOf('/') + 1);
  try {
    name = decodeURIComponent(name);
  } catch {
    // It stays as it is written.
  }
  return (
    name
      .replace(/[^\p{L}\p{N}._-]+/gu, '-')
      .replace(/^[-.]+/, '')
      .slice(0, MAX_NAME) || 'image'
  );
}

/** Requests the address, and those it redirects to, until one answers 200; each is checked before. */
async function follow(
  world: UrlWorld,
  first: Hop,
  judge: AddressJudge,
  signal: AbortSignal,
): Promise<{ response: FetchResponse; hop: Hop }> {
  let hop = first;
  for (let redirects = 0; ; redirects++) {
    const response = await request(world, hop, judge, signal);
    if (response.status === 200) return { response, hop };
    await discard(response);
    if (![301, 302, 303, 307, 308].includes(response.status)) throw badStatus(hop, response.status);
    if (redirects === MAX_REDIRECTS) {
      throw new CliError('bad_file', `${first.shown} redirects more than ${MAX_REDIRECTS} times.`);
    }
    hop = redirected(first, hop, response);
  }
}

async function request(
  { fetch, userAgent, allowPrivateUrls }: UrlWorld,
  hop: Hop,
  judge: AddressJudge,
  signal: AbortSignal,
): Promise<FetchResponse> {
  const allowAddress = checkHop(hop, judge, allowPrivateUrls);
  return networked(
    hop,
    fetch(hop.url.href, {
      method: 'GET',
      headers: { Accept: 'image/png,image/jpeg,image/webp', 'User-Agent': userAgent },
      redirect: 'manual',
      signal,
      allowAddress,
    }),
  );
}

/** Work on the network, whose failure is told by the address it belongs to. */
async function networked<T>(hop: Hop, work: Promise<T>): Promise<T> {
  try {
    return await work;
  } catch (thrown) {
    throw thrown instanceof CliError ? thrown : networkError(hop, thrown);
  }
}

/** The body; one that says at once that it is too large is not read. */
async function receive(response: FetchResponse, candidate: Candidate, maxBytes: number): Promise<Buffer> {
  const promised = Number(response.headers.get('content-length') ?? 0);
  if (!(promised > maxBytes)) return collect(response.body ?? [], candidate, maxBytes);
  await discard(response);
  const [, subtype = 'jpeg'] = /^image\/(png|webp)\b/i.exec(response.headers.get('content-type') ?? '') ?? [];
  const extension = EXTENSIONS[subtype.toLowerCase()] ?? 'jpg';
  throw await tooLarge(candidate, { extension, size: promised }, maxBytes);
}

const EXTENSIONS: Readonly<Record<string, ImageType['extension']>> = { png: 'png', webp: 'webp' };

/** All bytes, at most so many of them; what is no image is known by its start, and left there. */
async function collect(
  body: AsyncIterable<Uint8Array> | Iterable<Uint8Array>,
  candidate: Candidate,
  maxBytes: number,
): Promise<Buffer> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  let type: ImageType | undefined;
  for await (const chunk of body) {
    chunks.push(chunk);
    size += chunk.byteLength;
    if (size >= NAMING_BYTES) type ??= await checkType(candidate, Buffer.concat(chunks));
    if (size > maxBytes) {
      const extension = type?.extension ?? 'jpg';
      throw await tooLarge(candidate, { extension, size: undefined, head: Buffer.concat(chunks) }, maxBytes);
    }
  }
  return Buffer.concat(chunks);
}

function badStatus({ shown, url }: Hop, status: number): CliError {
  const meaning: Record<number, string> = {
    401: 'It wants a login: save the image as a file, and give that.',
    403: 'It is not open to everybody, or the link has expired: save the image as a file, and give that.',
    404: 'There is nothing at this address: look whether it is complete.',
    410: 'It is there no longer.',
  };
  return new CliError('bad_file', `${shown} is not served: ${url.host} answered HTTP ${status}.`, {
    hint:
      meaning[status] ??
      (status >= 500 ? 'Try again later, or save the image as a file and give that.' : undefined),
  });
}

/** Ends the connection of an answer whose body nobody wants. */
async function discard({ body }: FetchResponse): Promise<void> {
  await body?.[Symbol.asyncIterator]()
    .return?.()
    .catch(() => {});
}
