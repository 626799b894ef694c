/** One image of an answer, in our words. Free of Node's own types, because users of the library see it. */

/** What the API left out is undefined. */
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
  /** What the API said instead, where there is neither a link nor a word of withholding. */
  readonly unusual: string | undefined;
}
