/** How the API's answers are read: image data out of a 200, cause and remedy out of everything else. */
import { CliError } from '../errors.js';
import { NOT_THE_API, remedyFor } from './remedies.js';

/** One image of an answer, in our words; what the API left out is undefined. */
export interface AnsweredImage {
  /** Signed and short-lived; undefined where the image was withheld. */
  readonly url: string | undefined;
  readonly seed: number | undefined;
  /** The final prompt, perhaps rewritten by magic prompt. */
  readonly prompt: string | undefined;
  /** Pixels, as "1024x1024". */
  readonly resolution: string | undefined;
  /** False: the safety check withheld it; it is billed all the same. */
  readonly safe: boolean;
  readonly styleType: string | undefined;
}

export interface ImageAnswer {
  /** As the API wrote it; not always ISO 8601. */
  readonly created: string | undefined;
  readonly images: readonly AnsweredImage[];
}

/**
 * The images of a 200 answer. Lenient: what is paid must not be lost because one field looks unusual.
 * @throws CliError `bad_response` (billed maybe) when there is no list of images
 */
export async function readImageAnswer(json: unknown): Promise<ImageAnswer> {
  const v = await import('valibot');
  // docs: url is optional and nullable, the others are promised; none of them is worth failing for.
  const text = v.fallback(v.optional(v.string()), undefined);
  const image = v.object({
    url: text,
    seed: v.fallback(v.optional(v.number()), undefined),
    prompt: text,
    resolution: text,
    upscaled_resolution: text,
    style_type: text,
    is_image_safe: v.fallback(v.optional(v.boolean()), undefined),
  });
  const answer = v.safeParse(v.object({ created: text, data: v.array(image) }), json);
  if (!answer.success || answer.output.data.length === 0) {
    throw new CliError('bad_response', 'The API answered 200 without a list of images.', {
      status: 200,
      billed: 'maybe',
      hint: 'Look at the usage page of the API dashboard before you try again.',
    });
  }
  return {
    created: answer.output.created,
    images: answer.output.data.map((item) => ({
      url: item.url || undefined,
      seed: item.seed,
      prompt: item.prompt,
      resolution: item.upscaled_resolution ?? item.resolution,
      styleType: item.style_type,
      safe: item.is_image_safe ?? Boolean(item.url),
    })),
  };
}

/** An answer that is no success, as it came. */
export interface FailedAnswer {
  readonly status: number;
  readonly requestId: string | undefined;
  /** The body, at most its first part. */
  readonly text: string;
  /** Where a redirect wanted to go. */
  readonly location?: string | undefined;
}

/** A failed answer as an error: the API's own words, our cause, and what to do. */
export function errorFromAnswer(answer: FailedAnswer): CliError {
  const { status, requestId } = answer;
  const remedy = remedyFor(status);
  const said = answer.location
    ? `redirect to ${answer.location}, which was not followed: the key would go with it`
    : ownWords(answer.text);
  return new CliError(remedy.code, `${remedy.cause} (HTTP ${status})${said ? `: ${said}` : '.'}`, {
    hint: remedy.hint,
    status,
    requestId,
    billed: remedy.billed,
  });
}

/** A 200 that is not JSON. */
export function errorFromUnreadable(answer: FailedAnswer): CliError {
  const said = ownWords(answer.text);
  return new CliError(
    'bad_response',
    `${NOT_THE_API.cause}: HTTP ${answer.status}, but no JSON${said ? `: ${said}` : ' (the body is empty).'}`,
    { hint: NOT_THE_API.hint, status: answer.status, requestId: answer.requestId, billed: 'maybe' },
  );
}

const MAX_WORDS = 500;

/** What the API itself says, out of the three forms of its error bodies, or out of plain text or a web page. */
function ownWords(text: string): string {
  const trimmed = text.trim();
  const fromJson = trimmed.startsWith('{') ? wordsOfJson(trimmed) : undefined;
  const words = fromJson ?? (/^\s*</.test(trimmed) ? wordsOfPage(trimmed) : trimmed);
  return words.length > MAX_WORDS ? `${words.slice(0, MAX_WORDS)}...` : words;
}

function wordsOfJson(text: string): string | undefined {
  try {
    const body = JSON.parse(text) as Record<string, unknown>;
    const said = [body.error, body.message, body.detail].find((part) => typeof part === 'string' && part);
    const reason = typeof body.reject_reason === 'string' ? ` [${body.reject_reason}]` : '';
    return `${said ?? ''}${reason}`;
  } catch {
    return undefined;
  }
}

/** The title of a web page says most: "Attention Required! | Cloudflare". */
function wordsOfPage(html: string): string {
  const title = /<title[^>]*>([^<]*)</i.exec(html)?.[1]?.trim();
  return `a web page instead of an API answer${title ? ` ("${title}")` : ''}`;
}
