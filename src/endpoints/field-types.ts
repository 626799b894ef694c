/** The kinds of values that options take, each with its limits: what `values.ts` reads, `value-forms.ts` tells and requests carry. */

/** A whole number within limits; both ends count. */
export interface IntegerType {
  readonly kind: 'integer';
  readonly min: number;
  readonly max: number;
}

/** One of the API's own words, or of its pairs of numbers (`16x9`, `RESOLUTION_1024_1024`), typed in any usual spelling. */
export interface ChoiceType {
  readonly kind: 'choice';
  readonly spelling: 'word' | 'pair';
  /** Exactly as the wire wants them. */
  readonly choices: readonly string[];
}

export interface TextType {
  readonly kind: 'text';
  /** What the text must look like, where the API says so. */
  readonly pattern?: RegExp;
  /** How to write it, for help and refusals. */
  readonly form?: string;
}

/** What a picture shows, in words: the text itself, `-` for standard input, `@file`. */
export interface PromptType {
  readonly kind: 'prompt';
}

/** A structured prompt: a JSON document in a file, or on standard input. docs: V4, `json_prompt`. */
export interface JsonPromptType {
  readonly kind: 'json-prompt';
}

/** Repeatable text: one multipart field each. */
export interface TextListType {
  readonly kind: 'text-list';
  readonly pattern: RegExp;
  readonly form: string;
}

export interface SwitchType {
  readonly kind: 'switch';
}

/** A preset's name or up to 8 weighted colours. */
export interface PaletteType {
  readonly kind: 'palette';
  readonly presets: readonly string[];
  readonly maxMembers: number;
  readonly minWeight: number;
  readonly maxWeight: number;
}

/** One image: a path, `-` for standard input, or an https URL. */
export interface ImageType {
  readonly kind: 'image';
  /** Default: what the API takes of any image, 25 MB. */
  readonly maxBytes?: number;
  /** The API's text speaks of square ones only: others are warned about. */
  readonly expectsSquare?: boolean;
}

/** Repeatable images: one multipart part each. */
export interface ImagesType {
  readonly kind: 'images';
  /** How many the API takes; absent: as many as fit into the request. */
  readonly maxCount?: number;
  /** Name of the field whose images these are masks for: equal count, each of its image's size. */
  readonly masksFor?: string;
}

/** A black and white image of the size of the field `image`, one colour of which says what changes. */
export interface MaskType {
  readonly kind: 'mask';
  /** The colour that this endpoint changes. The program's users have black in every command. */
  readonly changes: 'black' | 'white';
}

/** A shape as numbers, as 16:9 or 2.35:1, that stands for the API's nearest size. */
export interface ShapeType {
  readonly kind: 'shape';
  /** Name of the field that gets the size. */
  readonly sizeOf: string;
}

/** Repeatable parts of an image: x,y,w,h. */
export interface MaskRectsType {
  readonly kind: 'mask-rects';
}

/** A file that is written. */
export interface FileType {
  readonly kind: 'file';
}

export type FieldType =
  | IntegerType
  | ChoiceType
  | TextType
  | PromptType
  | JsonPromptType
  | TextListType
  | SwitchType
  | PaletteType
  | ImageType
  | ImagesType
  | MaskType
  | ShapeType
  | MaskRectsType
  | FileType;
