/** What of a call is kept so that it can be asked again: options as they were typed, prompts as text, paths that hold everywhere. */
import { createHash } from 'node:crypto';
import { resolve } from 'node:path';
import { type Plan, plannedValue } from '../endpoints/plan.js';
import type { PreparedRequest } from '../endpoints/request.js';
import { isImageKind, isPromptKind, optionsOf } from '../endpoints/survey.js';
import { isUrl } from '../files/image-origin.js';
import type { Asked, InputFile, Planned } from '../ledger/events.js';

/** A command line of one request, as it can be typed again. */
export type Repeatable = Pick<Asked, 'prompt' | 'spec' | 'operands' | 'options'>;

/** Where results went is a matter of that time: nothing that must be the same again, and the file is there already. */
export const OF_THAT_TIME = ['output', 'saveMask'];

/**
 * @param cwd the folder that typed paths start from
 * @param plan with its prompts read
 * @param typed options by their names in code, the model left out
 */
export function repeatable(cwd: string, plan: Plan, typed: Readonly<Record<string, unknown>>): Repeatable {
  const { spec, model } = plan;
  const { field: operand } = spec.operand;
  const options: Record<string, unknown> = model === undefined ? {} : { model };
  for (const { name, type } of optionsOf(spec)) {
    const value = isPromptKind(type) ? plannedValue(plan, name) : typed[name];
    if (value === undefined || OF_THAT_TIME.includes(name)) continue;
    options[name] = isImageKind(type) ? mapped(value, (path) => fromAnywhere(cwd, path)) : value;
  }
  for (const name of ['metadata', 'allowPrivateUrls']) {
    if (typed[name] === true) options[name] = true;
  }
  const { [operand]: word, ...others } = options;
  const prompt = plannedValue(plan, 'prompt');
  return {
    prompt: prompt === undefined ? null : String(prompt),
    spec: spec.name,
    operands: word === undefined ? [] : [String(word)],
    options: others,
  };
}

function mapped(value: unknown, change: (text: string) => string): unknown {
  return Array.isArray(value) ? value.map((each) => change(String(each))) : change(String(value));
}

function fromAnywhere(cwd: string, source: string): string {
  return source === '-' || isUrl(source) ? source : resolve(cwd, source);
}

/** What the first line of a call in the journal says of its request. */
export function factsOfRequest(
  { endpoint, model }: Plan,
  request: PreparedRequest,
  typed: Repeatable,
): Pick<Planned, 'endpoint' | 'model' | 'answer' | 'fingerprint'> & { readonly asked: Asked } {
  const files = inputFiles(request);
  return {
    endpoint: endpoint.name,
    model: model ?? null,
    answer: endpoint.answer,
    fingerprint: fingerprintOf(request, files),
    asked: { ...typed, fields: request.fields, files },
  };
}

/** The files of a request, without their bytes. */
function inputFiles({ files }: PreparedRequest): InputFile[] {
  return files.map(({ name, file: { source, bytes } }) => ({
    name,
    source,
    sha256: hashOf(bytes),
    bytes: bytes.byteLength,
  }));
}

/** SHA-256 of what a request asks for: equal for equal requests, whatever the order of its fields. */
function fingerprintOf({ path, fields }: PreparedRequest, files: readonly InputFile[]): string {
  const sorted = Object.entries(fields).sort(([a], [b]) => (a < b ? -1 : 1));
  const hashes = files.map(({ name, sha256 }) => [name, sha256]);
  return hashOf(JSON.stringify([path, sorted, hashes]));
}

/** By which files that were handed in are known again. */
export function hashOf(content: Uint8Array | string): string {
  return createHash('sha256').update(content).digest('hex');
}
