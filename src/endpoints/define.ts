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

/** Repeatable image files: one multipart part each. */
export interface ImagesType {
  readonly kind: 'images';
  /** How many the API takes; absent: as many as fit into the request. */
  readonly maxCount?: number;
  /** Name of the field whose images these are masks for: equal count, each of its image's size. */
  readonly masksFor?: string;
}

export type FieldType =
  | IntegerType
  | ChoiceType
  | TextType
  | TextListType
  | SwitchType
  | PaletteType
  | ImagesType;

/** Headings of the help page, in this order. */
export const FIELD_GROUPS = ['Picture', 'Prompt', 'Style', 'Reference images', 'Advanced'] as const;

/** One option of the API, the same in every command that has it. */
export interface Field {
  /** The option's name in code: its long flag in camelCase. */
  readonly name: string;
  /** As commander wants it: `-n, --num-images <number>`; absent for the operand. */
  readonly flags?: string;
  /** The field's name in the request. */
  readonly wire: string;
  readonly group: (typeof FIELD_GROUPS)[number];
  readonly help: string;
  readonly type: FieldType;
  /** What the API does when it is left out; for help only, it is never sent. docs: API reference. */
  readonly apiDefault?: string;
  /** Names of fields the API does not take together with this one. */
  readonly conflicts?: readonly string[];
}

/** A field as one endpoint takes it. */
export interface EndpointField {
  readonly field: Field;
  readonly wire: string;
  readonly type: FieldType;
  /** Only these models of the endpoint take it; absent: all of them. */
  readonly models?: readonly string[];
}

/** A field as one endpoint takes it, where that differs from the field's usual form. */
export function takes(
  field: Field,
  differs: { wire?: string; type?: FieldType; models?: readonly string[] } = {},
): EndpointField {
  return {
    field,
    wire: differs.wire ?? field.wire,
    type: differs.type ?? field.type,
    ...(differs.models ? { models: differs.models } : {}),
  };
}

/** How a request's body is written: multipart parts, or one JSON document with the fields inside `wrapper`. */
export type Encoding = { readonly kind: 'multipart' } | { readonly kind: 'json'; readonly wrapper: string };

export interface Endpoint {
  /** Its name in the program, unique. */
  readonly name: string;
  readonly method: 'POST';
  readonly path: string;
  readonly encoding: Encoding;
  /** The models that are reached here, by the API's own names. */
  readonly models: readonly string[];
  /** The request field that says the model, where the path does not say it. */
  readonly modelWire?: string;
  /** In the order in which they are written into the request. */
  readonly fields: readonly EndpointField[];
}

export interface Example {
  readonly does: string;
  readonly line: string;
}

/** A command of the program: one verb, its endpoints chosen by the model. */
export interface CommandSpec {
  readonly name: string;
  readonly summary: string;
  /** The field that is typed without a flag. */
  readonly operand: { readonly name: string; readonly field: string; readonly help: string };
  readonly examples: readonly Example[];
  readonly defaultModel: string;
  readonly endpoints: readonly Endpoint[];
  /** What the spinner says it is doing, the image count and the model to follow. */
  readonly doing: string;
}
