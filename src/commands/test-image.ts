/** The paid test image: the one request that proves a key by making a picture with it. */
import { generate } from '../endpoints/generate.js';
import { estimateCost, formatUsd } from '../ledger/cost.js';
import { type Made, makeImages } from './make-images.js';
import { type Prepared, prepare } from './prepare.js';
import type { Run } from './run.js';

/** Also the prompt of the free check, so that both ask for the same. */
export const TEST_PROMPT = 'A simple blue circle on white background';

/** Plain and cheap: the prompt is not rewritten, the model is the fast one. */
const TEST_OPTIONS = { model: 'V_2_TURBO', aspectRatio: '1:1', magicPrompt: 'OFF' } as const;

/** Estimated, in USD; null where no price is public. */
function usdOfTestImage(): number | null {
  return estimateCost({ endpoint: 'generate-legacy', model: TEST_OPTIONS.model, images: 1, fields: {} }).usd;
}

/** What it costs, for people: "about $0.05". */
export function testImagePrice(): string {
  const usd = usdOfTestImage();
  return usd === null ? 'an unknown price' : `about ${formatUsd(usd)}`;
}

/** Does --max-cost allow it? */
export function isTestImageWithinCap({ globals: { maxCost } }: Run): boolean {
  const usd = usdOfTestImage();
  return maxCost === undefined || (usd !== null && usd <= maxCost);
}

/**
 * Checks all that is local.
 * @param output file or folder as typed; undefined: the current folder
 * @throws CliError `bad_file`, `cost_cap`
 */
export function prepareTestImage(run: Run, output?: string): Promise<Prepared> {
  return prepare(run, generate, TEST_PROMPT, { ...TEST_OPTIONS, ...(output ? { output } : {}) });
}

/**
 * Makes and saves it.
 * @param key default: the one the lookup finds
 * @throws CliError as `makeImages`
 */
export function makeTestImage(
  run: Run,
  command: string,
  prepared: Prepared,
  { key, onConnected }: Pick<Parameters<typeof makeImages>[1], 'key' | 'onConnected'> = {},
): Promise<Made> {
  const doing = `Making a test image with ${TEST_OPTIONS.model}`;
  return makeImages(run, { command, doing, prepared, key, onConnected });
}
