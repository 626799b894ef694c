/** How one field is read and typed: decimal text in a form, strict types in JSON; unknown fields are left alone, as the API does. */
import { checkImages } from './image-upload.js';
import { problem, type Refusal } from './replies.js';
import { type Body, isRecord, type Upload } from './request-body.js';

/** Reads the fields of one body; every method throws a 400 when the field is there and wrong. */
export class Fields {
  readonly #body: Body;

  constructor(body: Body) {
    this.#body = body;
  }

  /** Text of at most `maxLength` characters; undefined when absent. */
  text(name: string, maxLength = Number.POSITIVE_INFINITY): string | undefined {
    const value = this.#scalar(name);
    if (value === undefined) return undefined;
    if (typeof value !== 'string') throw wrongType(value, 'string', name);
    if (isLonger(value, maxLength)) throw problem(`${quote(value)} is too long - '${name}'`);
    return value;
  }

  /** Text that must be there and hold more than white space. */
  requiredText(name: string, maxLength?: number): string {
    const value = this.text(name, maxLength);
    if (value === undefined) throw problem(`'${name}' is a required property`);
    if (value.trim() === '') throw problem(`${quote(value)} should be non-empty - '${name}'`);
    return value;
  }

  choice<T extends string>(name: string, values: readonly T[]): T | undefined {
    const value = this.#scalar(name);
    if (value === undefined) return undefined;
    const match = values.find((candidate) => candidate === value);
    if (match === undefined) throw notOneOf(value, values, name);
    return match;
  }

  requiredChoice<T extends string>(name: string, values: readonly T[]): T {
    const value = this.choice(name, values);
    if (value === undefined) throw problem(`'${name}' is a required property`);
    return value;
  }

  /** A whole number from `min` to `max`, both included. */
  integer(name: string, min: number, max: number): number | undefined {
    const value = this.#scalar(name);
    if (value === undefined) return undefined;
    const number = this.#body.kind === 'form' && /^-?\d+$/.test(String(value)) ? Number(value) : value;
    if (typeof number !== 'number' || !Number.isInteger(number)) throw wrongType(value, 'integer', name);
    if (number < min) throw problem(`${number} is less than the minimum of ${min} - '${name}'`);
    if (number > max) throw problem(`${number} is greater than the maximum of ${max} - '${name}'`);
    return number;
  }

  /** As `integer`; null counts as absent, in JSON only. */
  nullableInteger(name: string, min: number, max: number): number | undefined {
    return this.#scalar(name) === null ? undefined : this.integer(name, min, max);
  }

  /** Null counts as absent, in JSON only. */
  nullableBoolean(name: string): boolean | undefined {
    return this.#scalar(name) === null ? undefined : this.boolean(name);
  }

  boolean(name: string): boolean | undefined {
    const value = this.#scalar(name);
    if (value === undefined) return undefined;
    const wire = this.#body.kind === 'form' ? { true: true, false: false }[String(value)] : value;
    if (typeof wire !== 'boolean') throw wrongType(value, 'boolean', name);
    return wire;
  }

  /** A list of texts: the name repeated in a form, an array in JSON. */
  texts(name: string, pattern: RegExp): readonly string[] {
    const values = this.#list(name);
    for (const [index, value] of values.entries()) {
      if (typeof value !== 'string') throw wrongType(value, 'string', `${name}.${index}`);
      if (!pattern.test(value)) {
        throw problem(`${quote(value)} does not match '${pattern.source}' - '${name}.${index}'`);
      }
    }
    return values as readonly string[];
  }

  /** A structured value: one part holding JSON in a form, the value itself in JSON. */
  structure(name: string): unknown {
    const value = this.#scalar(name);
    if (value === undefined || this.#body.kind === 'json') return value;
    try {
      return JSON.parse(String(value)) as unknown;
    } catch {
      throw problem(`${quote(value)} is not valid JSON - '${name}'`);
    }
  }

  /** The one file that must be there, an image the API reads of at most `maxBytes`. */
  image(name: string, maxBytes?: number): Upload {
    const [upload, ...others] = this.images(name, maxBytes);
    if (!upload) throw problem(`'${name}' is a required property`);
    if (others.length > 0) {
      throw problem(`'${name}' takes one file and was sent ${others.length + 1} times`);
    }
    return upload;
  }

  /** Files, each checked to be an image the API reads. */
  images(name: string, maxBytes?: number): readonly Upload[] {
    if (this.#body.kind === 'json') {
      if (Object.hasOwn(this.#body.value, name)) {
        throw problem(`'${name}' takes files: send it as multipart/form-data`);
      }
      return [];
    }
    if (this.#body.texts.has(name)) throw problem(`'${name}' must be a file with a filename, not text`);
    const uploads = this.#body.files.get(name) ?? [];
    checkImages(name, uploads, maxBytes);
    return uploads;
  }

  has(name: string): boolean {
    if (this.#body.kind === 'json') return Object.hasOwn(this.#body.value, name);
    return this.#body.texts.has(name) || this.#body.files.has(name);
  }

  /** The fields of a JSON object inside this one. */
  object(name: string): Fields {
    const value = this.structure(name);
    if (value === undefined) throw problem(`'${name}' is a required property`);
    if (!isRecord(value)) throw wrongType(value, 'object', name);
    return new Fields({ kind: 'json', value });
  }

  #scalar(name: string): unknown {
    if (this.#body.kind === 'json') {
      return Object.hasOwn(this.#body.value, name) ? this.#body.value[name] : undefined;
    }
    if (this.#body.files.has(name)) throw problem(`'${name}' must be text, not a file`);
    const values = this.#body.texts.get(name);
    if (values && values.length > 1) {
      throw problem(`'${name}' takes one value and was sent ${values.length} times`);
    }
    return values?.[0];
  }

  #list(name: string): readonly unknown[] {
    if (this.#body.kind === 'form') {
      if (this.#body.files.has(name)) throw problem(`'${name}' must be text, not a file`);
      return this.#body.texts.get(name) ?? [];
    }
    if (!Object.hasOwn(this.#body.value, name)) return [];
    const value = this.#body.value[name];
    if (!Array.isArray(value)) throw wrongType(value, 'array', name);
    return value;
  }
}

export function notOneOf(value: unknown, values: readonly string[], name: string): Refusal {
  return problem(`${quote(value)} is not one of [${values.map(quote).join(', ')}] - '${name}'`);
}

export function wrongType(value: unknown, type: string, name: string): Refusal {
  return problem(`${quote(value)} is not of type '${type}' - '${name}'`);
}

/** In characters, of which some are two units of a string; reads no more of it than it must. */
function isLonger(text: string, maxLength: number): boolean {
  return text.length > maxLength && [...text.slice(0, 2 * maxLength + 1)].length > maxLength;
}

/** A value as the API's error texts show it, cut to a readable length. */
export function quote(value: unknown): string {
  const text = typeof value === 'string' ? `'${value}'` : String(JSON.stringify(value));
  return text.length > 120 ? `${text.slice(0, 117)}...` : text;
}
