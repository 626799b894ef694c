/** How answers that are no success are read: the API's own words, with our cause and remedy. */
import { CliError } from '../errors.js';
import type { ApiAnswer } from './client.js';
import { NOT_THE_API, remedyFor } from './remedies.js';
import type { CallKind } from './retry.js';

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
export function errorFromAnswer(answer: FailedAnswer, kind: CallKind): CliError {
  const { status, requestId } = answer;
  const remedy = remedyFor(status, kind);
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
export function errorFromUnreadable(answer: FailedAnswer, kind: CallKind): CliError {
  const said = ownWords(answer.text);
  return new CliError(
    'bad_response',
    `${NOT_THE_API.cause}: HTTP ${answer.status}, but no JSON${said ? `: ${said}` : ' (the body is empty).'}`,
    {
      hint: /^\s*</.test(answer.text) ? NOT_THE_API.hint : withAnswerSoFar(NOT_THE_API.hint, answer.text),
      status: answer.status,
      requestId: answer.requestId,
      billed: kind === 'billed' ? 'maybe' : 'no',
    },
  );
}

/** More than this of an answer is not shown, but for its links. */
const MAX_SHOWN = 4000;

/** An answer of the API as people may need it: every link in it, whatever its length; it may have been paid. */
export function showAnswer(text: string): string {
  if (text.length <= MAX_SHOWN) return text;
  // JSON may write every slash as \/.
  const links = text.replaceAll('\\/', '/').match(/https?:\/\/[^\s"'<>\\]+/g) ?? [];
  return [...links, `${text.slice(0, MAX_SHOWN)}...`].join('\n');
}

/** A hint, and behind it what had arrived of an answer. */
export function withAnswerSoFar(hint: string, text: string): string {
  const shown = text.trim() === '' ? [] : ['It answered:', showAnswer(text)];
  return [hint, ...shown].filter((line) => line !== '').join('\n');
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

/** A success that holds nothing of what was asked for: it may have been paid, and what came instead is shown. */
export function emptyAnswer(
  { json, status, requestId }: Pick<ApiAnswer, 'json' | 'status' | 'requestId'>,
  what: string,
): ConstructorParameters<typeof CliError> {
  const hint = withAnswerSoFar(
    'Look at the usage page of the API dashboard before you try again.',
    JSON.stringify(json),
  );
  return [
    'bad_response',
    `The answer of the API holds ${what}.`,
    { status, requestId, billed: 'maybe', hint },
  ];
}
