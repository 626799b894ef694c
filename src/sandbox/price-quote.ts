/** The rules of POST /v2/image/generate/ideogram-4 with `dry_run=true` (docs: v2): a price, and nothing is run or billed. */
import type { Call } from './call.js';
import { MAGIC_PROMPTS_V2, RESOLUTIONS_V4 } from './enums.js';
import { Fields } from './fields.js';
import { readCount, readSeed } from './generation.js';
import { MAX_PROMPT_V2 } from './limits.js';
import { play, readPrompt, refuseIfAsked } from './rehearsal.js';
import { gate, json, problem, type Reply } from './replies.js';
import type { Route } from './routes.js';

const PATH = '/v2/image/generate/ideogram-4';
/** Millionths of a dollar an image, by rendering speed (docs: pricing). */
const USD_MICROS = { turbo: 30_000, default: 60_000, quality: 100_000 } as const;
const SPEEDS = Object.keys(USD_MICROS) as (keyof typeof USD_MICROS)[];
/** What a credit costs differs by account (docs: v2); here a thousandth of one is this many millionths of a dollar: a cent a credit. */
const USD_MICROS_PER_CREDIT_MILLI = 10;
const WEBHOOK = /^https:\/\/\S+$/;
const MAX_WEBHOOK = 2048;

export const PRICE_QUOTE: Route = { path: PATH, accepts: ['json'], handle: quotePrice };

/** Takes no place in flight and none of the time that a generation takes. */
async function quotePrice(call: Call): Promise<Reply> {
  if (call.query.get('dry_run') !== 'true') {
    throw gate(404, `Not found: the sandbox only quotes prices at ${PATH}, with ?dry_run=true`);
  }
  const fields = new Fields(call.body);
  const rehearsal = readPrompt(fields, call, MAX_PROMPT_V2);
  const count = readCount(fields);
  const speed = fields.choice('rendering_speed', SPEEDS) ?? 'default';
  checkOthers(fields);
  refuseIfAsked(call, rehearsal);
  return play(call, rehearsal, 0, () => ({ ...json(200, quote(count, speed)), note: 'price quote' }));
}

/** What has no influence on the price. */
function checkOthers(fields: Fields): void {
  readSeed(fields);
  fields.choice('resolution', RESOLUTIONS_V4);
  fields.choice('magic_prompt', MAGIC_PROMPTS_V2);
  fields.nullableBoolean('private');
  fields.nullableBoolean('enable_copyright_detection');
  fields.boolean('async');
  fields.text('target_collection_id');
  const webhook = fields.text('webhook_url', MAX_WEBHOOK);
  if (webhook !== undefined && !WEBHOOK.test(webhook)) {
    throw problem(`'${webhook}' is not an https address - 'webhook_url'`);
  }
}

function quote(count: number, speed: keyof typeof USD_MICROS): Record<string, string | number> {
  const micros = USD_MICROS[speed] * count;
  return {
    object: 'price_quote',
    billing_identifier: 'ideogram-4',
    quantity: count,
    usd_micros: micros,
    credit_millis: micros / USD_MICROS_PER_CREDIT_MILLI,
    qualifier: 'exact',
  };
}
