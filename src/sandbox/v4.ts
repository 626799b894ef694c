/** The rules of POST /v1/ideogram-v4/generate, /remix and /magic-prompt (docs: v4). */
import type { Call } from './call.js';
import { ASPECT_RATIOS_V4, RENDERING_SPEEDS_NO_FLASH, RESOLUTIONS_V4 } from './enums.js';
import { Fields } from './fields.js';
import { generate, type Job } from './generation.js';
import { withType } from './image-answer.js';
import { checkJsonPrompt, textsOf } from './json-prompt.js';
import { MAX_SEED } from './limits.js';
import { drawable, type Size, sizeOf, sizeOfArea } from './picture-size.js';
import { type Prompted, rehearse } from './rehearsal.js';
import { readImageWeight } from './remix.js';
import { failure, json, problem, type Reply } from './replies.js';
import type { Route } from './routes.js';
import { samplePrompt } from './sample-prompt.js';
import { readSource } from './source-image.js';
import { work } from './work.js';

const FOLDER = '/v1/ideogram-v4';

export const GENERATE_V4: Route = {
  path: `${FOLDER}/generate`,
  accepts: ['form', 'json'],
  handle: generateV4,
};
export const REMIX_V4: Route = { path: `${FOLDER}/remix`, accepts: ['form'], handle: remixV4 };
export const MAGIC_PROMPT: Route = { path: `${FOLDER}/magic-prompt`, accepts: ['json'], handle: magicPrompt };

/** Pixels a side of the square that is made when no size is asked for. */
const DEFAULT_SIDE = 2048;
/** By which share a ratio may differ and still be the same: sizes are whole pixels. */
const SAME_RATIO = 0.01;

/** The text, which is always rewritten, or the structured prompt, never both. */
export function readPromptV4(fields: Fields, call: Call): Prompted & Pick<Job, 'magicPrompt'> {
  const structured = fields.structure('json_prompt');
  if (structured === undefined) {
    if (!fields.has('text_prompt')) throw problem("'text_prompt' or 'json_prompt' is a required property");
    return { ...readTextPrompt(fields, call), magicPrompt: true };
  }
  if (fields.has('text_prompt')) {
    throw failure(400, 'text_prompt and json_prompt cannot be used together.');
  }
  const rehearsal = rehearse(call, textsOf(structured).join('\n'));
  const { high_level_description: prompt } = checkJsonPrompt(structured);
  return { ...rehearsal, prompt };
}

/** What each request to make one image with V4 takes. */
export function readRunV4(fields: Fields): Pick<Job, 'count' | 'seed'> {
  checkSpeed(fields);
  return { count: 1, seed: fields.nullableInteger('seed', 0, MAX_SEED) };
}

function readTextPrompt(fields: Fields, call: Call): Prompted {
  const prompt = fields.requiredText('text_prompt');
  return { prompt, ...rehearse(call, prompt) };
}

function checkSpeed(fields: Fields): void {
  fields.choice('rendering_speed', RENDERING_SPEEDS_NO_FLASH);
  fields.nullableBoolean('enable_copyright_detection');
}

async function generateV4(call: Call): Promise<Reply> {
  const fields = new Fields(call.body);
  const prompted = readPromptV4(fields, call);
  const resolution = fields.choice('resolution', RESOLUTIONS_V4);
  const size = resolution ? sizeOf(resolution, undefined) : sizeOfArea('AUTO', DEFAULT_SIDE);
  return generate(call, { ...prompted, ...readRunV4(fields), size }, withType);
}

async function remixV4(call: Call): Promise<Reply> {
  const fields = new Fields(call.body);
  const prompted = readTextPrompt(fields, call);
  const weight = readImageWeight(fields);
  const resolution = fields.choice('resolution', RESOLUTIONS_V4);
  checkSpeed(fields);
  const { shown } = await readSource(fields, 'image');
  const size = resolution ? sizeOf(resolution, undefined) : drawable(shown);
  if (weight !== undefined && resolution && !sameRatio(size, shown)) {
    throw failure(
      400,
      'image_weight cannot be used with a resolution that changes the aspect ratio of the image.',
    );
  }
  return generate(call, { ...prompted, count: 1, seed: undefined, size }, withType);
}

function sameRatio(one: Size, other: Size): boolean {
  const share = (one.width * other.height) / (one.height * other.width);
  return Math.abs(share - 1) <= SAME_RATIO;
}

async function magicPrompt(call: Call): Promise<Reply> {
  const fields = new Fields(call.body);
  const prompted = readTextPrompt(fields, call);
  const asked = fields.choice('aspect_ratio', ASPECT_RATIOS_V4) ?? 'AUTO';
  const answer = {
    json_prompt: samplePrompt(prompted.prompt, { boxes: true, style: true, tags: false }),
    aspect_ratio: asked === 'AUTO' ? '1x1' : asked,
  };
  return work(call, prompted, 1, () => ({ ...json(200, answer), note: 'magic prompt' }));
}
