/** What the calls of the library resolve to. Free of Node's own types, because its users see it. */
import type { AnsweredImage } from '../api/answered-image.js';
import type { CliError } from '../errors.js';
import type { ImageInput } from './options.js';

export interface ImagesResult {
  /** The prompt as it was sent; undefined where none was. */
  readonly prompt: string | undefined;
  /** Undefined where there are none to choose from. */
  readonly model: string | undefined;
  /** As the API wrote it; not always ISO 8601. */
  readonly created: string | undefined;
  /** The server's name for the request, to quote to its support. */
  readonly requestId: string | undefined;
  /** A withheld image has no `url` and is billed all the same. Links expire: save at once. */
  readonly images: readonly AnsweredImage[];
  /** What `save` names files after: the prompt, or the image that was worked on, and how. */
  readonly subject: string;
  /** What was chosen for you, and what is unusual about your images, in a sentence each. */
  readonly notes: readonly string[];
}

export interface LayersResult extends ImagesResult {
  /** The text that was in the picture, as the API wrote it: words, place, font ... of each block. */
  readonly textBlocks: readonly unknown[];
}

/** What the API said of one image; it may say several things of one. */
export interface Description {
  /** The image as you gave it. */
  readonly image: ImageInput;
  /** Of a structured prompt its summary, where it has one. */
  readonly text: string | undefined;
  /** V_4: goes back into `generate` as it is. */
  readonly jsonPrompt?: Readonly<Record<string, unknown>>;
}

/** An image that is not described. */
export interface DescribeFailure {
  /** The image as you gave it. */
  readonly image: ImageInput;
  /** `billed` is "no" where it was not asked. */
  readonly error: CliError;
}

export interface DescribeResult {
  readonly model: string | undefined;
  /** In the order of the images. */
  readonly descriptions: readonly Description[];
  /** Empty when all went well. A failure leaves the other images alone. */
  readonly failed: readonly DescribeFailure[];
}

export interface MagicPromptResult {
  /** The prompt as it was sent. */
  readonly prompt: string;
  readonly model: string | undefined;
  readonly requestId: string | undefined;
  /** Goes into `generate` (V_4) as it is. */
  readonly jsonPrompt: Readonly<Record<string, unknown>>;
  /** The shape that suits it, where the API said one. */
  readonly aspectRatio: string | undefined;
}

export interface SavedImage {
  readonly image: AnsweredImage;
  /** Absolute; undefined where it was not saved. */
  readonly path: string | undefined;
  /** Why not; undefined where it was saved, or withheld by the safety check. */
  readonly problem: string | undefined;
}
