/** Which misfortunes can be asked for by a word in the prompt or in the key, and how such words are read. */
import { problem } from './replies.js';

interface ScenarioRow {
  readonly name: string;
  /** What may stand after `=`; absent: nothing. */
  readonly value?: string;
  /** What the value is without `=`; a row with `value` and no `fallback` must be given one. */
  readonly fallback?: string;
  readonly accepts?: RegExp;
  readonly does: string;
}

const COUNT = /^[1-9]\d{0,3}$/;

const ROWS = [
  { name: 'unauthorized', does: '401, as for a wrong or a paused key' },
  { name: 'not-found', does: '404, as from an address the API does not know' },
  {
    name: 'retired',
    does: '410 from `/v1/ideogram-v3/edit`, as if it had been removed; `/v1/ideogram-v3/inpaint` and all else work',
  },
  { name: 'forbidden', does: '403, as for an account that may not do this' },
  { name: 'no-credit', does: '402, the balance is used up' },
  { name: 'blocked', does: '422, the safety check refuses the prompt' },
  {
    name: 'withheld',
    value: 'N',
    fallback: '1',
    accepts: COUNT,
    does: 'the last N images (default 1) come back unsafe and without a link',
  },
  {
    name: 'busy',
    value: 'N',
    fallback: '1',
    accepts: /^(?:[1-9]\d{0,3}|always)$/,
    does: '429 for the first N requests (default 1) with this exact prompt, or `always`; then it works',
  },
  {
    name: 'retry-after',
    value: 'S',
    accepts: /^\d{1,5}$/,
    does: 'adds the header `Retry-After: S` to a refusal that is asked for, such as `sandbox:busy`',
  },
  {
    name: 'server-error',
    value: 'STATUS',
    fallback: '500',
    accepts: /^5\d\d$/,
    does: 'a 5xx answer (default 500)',
  },
  {
    name: 'slow',
    value: 'SECONDS',
    fallback: '20',
    accepts: /^\d{1,5}(?:\.\d+)?$/,
    does: 'the answer takes SECONDS (default 20)',
  },
  { name: 'stalled', does: 'half of the answer arrives, then nothing for 24 hours' },
  { name: 'cut', does: 'the connection is cut without an answer, after the request was read' },
  { name: 'cut-answer', does: 'the connection is cut in the middle of the answer' },
  { name: 'html', does: '200 with an HTML page instead of JSON' },
  { name: 'redirect', does: '307 to another address' },
  { name: 'expired', does: 'the image links are already expired' },
  {
    name: 'truncated',
    value: 'N',
    fallback: 'always',
    accepts: COUNT,
    does: 'the first N downloads of each image (default: all) end early with a matching length',
  },
  {
    name: 'broken-download',
    value: 'N',
    fallback: '1',
    accepts: COUNT,
    does: 'the first N downloads of each image (default 1) are cut before the promised length',
  },
  { name: 'html-image', does: 'the image links serve an HTML page with status 200' },
] as const satisfies readonly ScenarioRow[];

export type ScenarioName = (typeof ROWS)[number]['name'];

/** Every scenario, in the order the documentation lists them. */
export const SCENARIOS: readonly ScenarioRow[] = ROWS;

/** The scenarios that are asked for, each with its value as text; empty for those that take none. */
export type Asked = ReadonlyMap<ScenarioName, string>;

// A letter before it makes it another word; no name after the colon makes it a sentence about a sandbox.
const WORD = /(?<![\p{L}\p{N}_:-])sandbox:([a-z0-9]+(?:-[a-z0-9]+)*)(?:=([0-9a-z]+(?:\.[0-9]+)?))?/gu;

/** Reads the `sandbox:NAME=VALUE` words of a prompt or a key. Throws a 400 for a name or a value that does not exist. */
export function readScenarios(text: string, place: 'prompt' | 'key'): Asked {
  const asked = new Map<ScenarioName, string>();
  for (const [word, name = '', given] of text.matchAll(WORD)) {
    // Nothing of a key is ever said again: it might be a real one, mistyped.
    const which = place === 'key' ? 'scenario' : `scenario '${word}'`;
    const row = SCENARIOS.find((candidate) => candidate.name === name);
    if (!row) throw problem(`Unknown ${which} in the ${place}. Valid ones: ${listing()}`);
    const value = given ?? row.fallback ?? '';
    const valid =
      given === undefined ? row.value === undefined || row.fallback !== undefined : row.accepts?.test(given);
    if (!valid) throw problem(`Bad value in ${which} of the ${place}. Valid ones: ${listing()}`);
    asked.set(row.name as ScenarioName, value);
  }
  return asked;
}

/** A scenario as one types it: `sandbox:withheld[=N]`. */
export function spelling(row: ScenarioRow): string {
  if (row.value === undefined) return `sandbox:${row.name}`;
  return row.fallback === undefined
    ? `sandbox:${row.name}=${row.value}`
    : `sandbox:${row.name}[=${row.value}]`;
}

/** How many times: 0 when it was not asked for, Infinity for `always`. */
export function times(asked: Asked, name: ScenarioName): number {
  const value = asked.get(name);
  if (value === undefined) return 0;
  return value === 'always' ? Number.POSITIVE_INFINITY : Number(value);
}

function listing(): string {
  return SCENARIOS.map(spelling).join(', ');
}
