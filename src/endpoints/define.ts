/** The vocabulary in which the API is written down as data: fields, endpoints, and the commands that group them. */

import type { FieldType } from './field-types.js';

export type * from './field-types.js';

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
