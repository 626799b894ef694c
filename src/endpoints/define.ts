/** The vocabulary in which the API is written down as data: fields, endpoints, and the commands that group them. */

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

/** Headings of the help page, in this order. */
export const FIELD_GROUPS = ['Picture', 'Mask', 'Prompt', 'Style', 'Reference images', 'Advanced'] as const;

/** One option of the program, the same in every command that has it. */
export interface Choosable {
  /** The option's name in code: its long flag in camelCase. */
  readonly name: string;
  /** As commander wants it: `-n, --num-images <number>`. Not shown where it is the operand of a command. */
  readonly flags: string;
  readonly group: (typeof FIELD_GROUPS)[number];
  readonly help: string;
  readonly type: FieldType;
  /** What the API does when it is left out; for help only, it is never sent. docs: API reference. */
  readonly apiDefault?: string;
  /** Names of options that the API does not take together with this one. */
  readonly conflicts?: readonly string[];
}

/** An option that is a field of requests. */
export interface Field extends Choosable {
  /** The field's name in the request. */
  readonly wire: string;
}

/** A field as one endpoint takes it. */
export interface EndpointField {
  readonly field: Field;
  readonly wire: string;
  readonly type: FieldType;
  /** Only these models of the endpoint take it; absent: all of them. */
  readonly models?: readonly string[];
  /** What this endpoint does when it is left out; for help only. */
  readonly apiDefault: string | undefined;
  /** It must be given. */
  readonly required: boolean;
  /** Names of options of which one may be given in its stead. */
  readonly suppliedBy: readonly string[];
}

type Differences = Partial<Omit<EndpointField, 'field'>>;

/** A field as one endpoint takes it, where that differs from the field's usual form. */
export function takes(field: Field, differs: Differences = {}): EndpointField {
  const { wire, type, apiDefault } = field;
  return { field, wire, type, apiDefault, required: false, suppliedBy: [], ...differs };
}

/** A field without which the endpoint does nothing. */
export function needs(field: Field, differs: Differences = {}): EndpointField {
  return takes(field, { required: true, ...differs });
}

/**
 * How a request's body is written: multipart parts, or one JSON document. `wrapper` is the one field that holds all
 * others as JSON (files stay beside it); it is sent also where it is empty.
 */
export interface Encoding {
  readonly kind: 'multipart' | 'json';
  readonly wrapper?: string;
}

/** What a successful answer holds. */
export type AnswerKind = 'images' | 'layers' | 'descriptions' | 'json-prompt';

export interface Endpoint {
  /** Its name in the program, unique. */
  readonly name: string;
  readonly method: 'POST';
  readonly path: string;
  /** Where the same body goes when the path is there no longer (404 or 410, which are never billed). */
  readonly fallbackPath?: string;
  readonly encoding: Encoding;
  /** The models that are reached here, by the API's own names; none where there is nothing to choose. */
  readonly models: readonly string[];
  /** The request field that says the model, where the path does not say it. */
  readonly modelWire?: string;
  /** Reached only with this switch of the command. */
  readonly variant?: string;
  /** In the order in which they are written into the request. */
  readonly fields: readonly EndpointField[];
  readonly answer: AnswerKind;
}

export interface Example {
  readonly does: string;
  readonly line: string;
}

/** A command of the program: one verb, its endpoints chosen by the model and by switches. */
export interface CommandSpec {
  readonly name: string;
  readonly summary: string;
  /** What one must know beyond the summary, in a sentence or two. */
  readonly note?: string;
  /** The field that is typed without a flag. `many`: several may be given, and each is a request of its own. */
  readonly operand: {
    readonly name: string;
    readonly field: string;
    readonly help: string;
    readonly many?: boolean;
    /** It may be left out: something else is given in its stead. */
    readonly optional?: boolean;
  };
  readonly examples: readonly Example[];
  /** Undefined where there are no models to choose from. */
  readonly defaultModel: string | undefined;
  /** How the model is typed, where it is not `-m, --model`. */
  readonly modelFlags?: string;
  readonly endpoints: readonly Endpoint[];
  /** Switches that choose other endpoints. */
  readonly variants?: readonly Choosable[];
  /** Options that shape the request without being fields of it. */
  readonly local?: readonly Choosable[];
  /** What the spinner says it is doing, the image count and the model to follow. */
  readonly doing: string;
}

/** Does the command save images, or does it print words? */
export function savesImages({ endpoints }: CommandSpec): boolean {
  return endpoints.some(({ answer }) => answer === 'images' || answer === 'layers');
}
