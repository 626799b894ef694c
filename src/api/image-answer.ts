/** How a successful answer with images is read: leniently, because it is paid. Loaded only when an answer is there. */
import * as v from 'valibot';
import { CliError } from '../errors.js';

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

// docs: url is optional and nullable, the others are promised; none of them is worth failing for.
const Text = v.fallback(v.optional(v.string()), undefined);
const Image = v.object({
  url: Text,
  seed: v.fallback(v.optional(v.number()), undefined),
  prompt: Text,
  resolution: Text,
  upscaled_resolution: Text,
  style_type: Text,
  is_image_safe: v.fallback(v.optional(v.boolean()), undefined),
});
const Answer = v.object({ created: Text, data: v.array(v.fallback(v.optional(Image), undefined)) });

/** Enough to find every link in an answer that looks like no other. */
const MAX_SHOWN = 4000;

/**
 * The images of a 200 answer. Lenient: what is paid must not be lost because one field looks unusual.
 * @throws CliError `bad_response` (billed maybe) when there is no list of images
 */
export function readImageAnswer(json: unknown): ImageAnswer {
  const answer = v.safeParse(Answer, json);
  const images = answer.success ? answer.output.data.filter((item) => item !== undefined) : [];
  if (!answer.success || images.length === 0) {
    throw new CliError('bad_response', 'The API answered 200 without a list of images.', {
      status: 200,
      billed: 'maybe',
      // It may have been paid: whatever links are in it must not be lost.
      hint: `Look at the usage page of the API dashboard before you try again. It answered:\n${JSON.stringify(json).slice(0, MAX_SHOWN)}`,
    });
  }
  return {
    created: answer.output.created,
    images: images.map((item) => ({
      url: item.url || undefined,
      seed: item.seed,
      prompt: item.prompt,
      resolution: item.upscaled_resolution ?? item.resolution,
      styleType: item.style_type,
      safe: item.is_image_safe ?? Boolean(item.url),
    })),
  };
}
