/** How a successful answer in words is read: descriptions, or a structured prompt; leniently, because it is paid. Loaded only when an answer is there. */
import * as v from 'valibot';
import { CliError } from '../errors.js';
import type { ApiAnswer } from './client.js';
import { emptyAnswer } from './response.js';
import { EmptyAnswer } from './several-calls.js';

/** What the API said of one image, or of one prompt. */
export interface Words {
  /** Every description of the answer; of a structured prompt its summary, where it has one. */
  readonly texts: readonly string[];
  /** docs: V4, `json_prompt`, as it came. */
  readonly jsonPrompt: Readonly<Record<string, unknown>> | undefined;
  /** docs: magic-prompt, the shape that suits it. */
  readonly aspectRatio: string | undefined;
}

const Descriptions = v.object({ descriptions: v.array(v.unknown()) });
const Description = v.object({ text: v.string() });
const Structured = v.object({
  json_prompt: v.record(v.string(), v.unknown()),
  aspect_ratio: v.fallback(v.optional(v.string()), undefined),
});
const Summary = v.object({ high_level_description: v.string() });

/**
 * docs: /describe, `descriptions[].text`; both levels may be absent.
 * @throws CliError `bad_response` (billed maybe) when there is no description
 */
export function readDescriptions(answer: ApiAnswer): Words {
  const read = v.safeParse(Descriptions, answer.json);
  const texts = (read.success ? read.output.descriptions : []).flatMap((item) => {
    const description = v.safeParse(Description, item);
    return description.success && description.output.text.trim() !== '' ? [description.output.text] : [];
  });
  if (texts.length > 0) return { texts, jsonPrompt: undefined, aspectRatio: undefined };
  // Both levels may be absent; anything else is no answer of this endpoint, and the next image would meet it too.
  const isEmpty = Object.keys(answer.json as object).every((name) => name === 'descriptions');
  const failure = emptyAnswer(answer, 'no description');
  throw isEmpty ? new EmptyAnswer(...failure) : new CliError(...failure);
}

/**
 * docs: /v1/ideogram-v4/describe and /magic-prompt, `json_prompt`.
 * @throws CliError `bad_response` (billed maybe) when there is none
 */
export function readStructuredPrompt(answer: ApiAnswer): Words {
  const read = v.safeParse(Structured, answer.json);
  if (!read.success) throw new CliError(...emptyAnswer(answer, 'no structured prompt'));
  const { json_prompt: jsonPrompt, aspect_ratio: aspectRatio } = read.output;
  const summary = v.safeParse(Summary, jsonPrompt);
  return { texts: summary.success ? [summary.output.high_level_description] : [], jsonPrompt, aspectRatio };
}
