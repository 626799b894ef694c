/** How a successful answer with images is read: leniently, because it is paid. Loaded only when an answer is there. */
import * as v from 'valibot';
import { CliError } from '../errors.js';
import type { AnsweredImage } from './answered-image.js';
import type { ApiAnswer } from './client.js';
import { emptyAnswer, showAnswer } from './response.js';

/** What a successful answer holds. */
type AnswerKind = 'images' | 'layers' | 'descriptions' | 'json-prompt';

export interface ImageAnswer {
  /** As the API wrote it; not always ISO 8601. */
  readonly created: string | undefined;
  readonly images: readonly AnsweredImage[];
  /** docs: layerize-text, `text_blocks` as they came: place, text, font ... of each. */
  readonly textBlocks?: readonly unknown[];
}

// docs: url is optional and nullable, the others are promised; none of them is worth failing for.
const Text = v.fallback(v.optional(v.string()), undefined);
const Image = v.object({
  url: Text,
  seed: v.fallback(v.optional(v.pipe(v.number(), v.safeInteger(), v.minValue(0))), undefined),
  prompt: Text,
  resolution: Text,
  upscaled_resolution: Text,
  style_type: Text,
  is_image_safe: v.fallback(v.optional(v.boolean()), undefined),
});
const Answer = v.object({ created: Text, data: v.array(v.unknown()) });

/**
 * The images of a 200 answer. Lenient: what is paid must not be lost because one field looks unusual.
 * @throws CliError `bad_response` (billed maybe) when there is no list of images
 */
export function readImageAnswer(answer: ApiAnswer): ImageAnswer {
  const read = v.safeParse(Answer, answer.json);
  if (!read.success || read.output.data.length === 0)
    throw new CliError(...emptyAnswer(answer, 'no list of images'));
  return { created: read.output.created, images: read.output.data.map(readImage) };
}

/** How many images an answer holds, withheld ones too; 0 where it is words, or nothing that is known. */
export function countImages(json: unknown, kind: AnswerKind): number {
  if (kind === 'layers') return 1;
  const read = v.safeParse(Answer, json);
  return kind === 'images' && read.success ? read.output.data.length : 0;
}

const Layers = v.object({
  base_image_url: Text,
  seed: v.fallback(v.optional(v.number()), undefined),
  text_blocks: v.optional(v.unknown()),
});

/**
 * docs: layerize-text answers with one image, the picture without its text, and the blocks of text.
 * @throws CliError `bad_response` (billed maybe) when there is neither
 */
export function readLayersAnswer(answer: ApiAnswer): ImageAnswer {
  const read = v.safeParse(Layers, answer.json);
  const { base_image_url: url, seed, text_blocks: blocks } = read.success ? read.output : {};
  const textBlocks = Array.isArray(blocks) ? blocks : blocks ? [blocks] : [];
  if (!url && textBlocks.length === 0) throw new CliError(...emptyAnswer(answer, 'no list of images'));
  return { created: undefined, images: [readImage({ url, seed })], textBlocks };
}

/** An item that cannot be read is still an image that was paid for. */
function readImage(item: unknown): AnsweredImage {
  const read = v.safeParse(Image, item);
  const image = read.success ? read.output : v.parse(Image, {});
  const safe = image.is_image_safe ?? true;
  return {
    url: image.url || undefined,
    seed: image.seed,
    prompt: image.prompt,
    resolution: image.upscaled_resolution ?? image.resolution,
    styleType: image.style_type,
    safe,
    unusual: image.url || !safe ? undefined : showAnswer(JSON.stringify(item) ?? ''),
  };
}
