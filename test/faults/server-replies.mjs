/** What the server says: the API's answers, its refusals, and what is neither. */
import { gzipSync } from 'node:zlib';
import { makeBomb, PICTURE_START } from './pictures.mjs';

const JSON_TYPE = { 'Content-Type': 'application/json' };
const MONSTER_MB = 300;
const BOMB_MB = 120;

const bombs = new Map();

/** Made once, when it is first asked for. */
function bomb(start, megabytes) {
  const key = `${start.length}/${megabytes}`;
  if (!bombs.has(key)) bombs.set(key, makeBomb(start, megabytes));
  return bombs.get(key);
}

/**
 * The reply of a step.
 * @param {import('./scenarios.mjs').Step} step
 * @param {{good: () => import('./delivery.mjs').Reply, self: string, elsewhere: string}} world the answer that was asked for,
 *   made only if it is sent; the address of this request; an address of another host
 * @returns {import('./delivery.mjs').Reply}
 */
export function replyOf({ status = 200, headers = {}, body = 'good' }, world) {
  const made = BODIES[body];
  if (!made) throw new Error(`There is no body ${body}: ${Object.keys(BODIES).join(', ')}`);
  const reply = made(world, status);
  return { status, headers: { ...reply.headers, ...headers }, body: reply.body };
}

const BODIES = {
  good: ({ good }) => good(),
  refusal: (_, status) => json({ error: `Refused with ${status} as the script says.` }),
  page: () => text('text/html', '<!doctype html><title>Checking your browser</title><p>This is not the API.'),
  empty: () => text('application/json', ''),
  'broken-json': ({ good }) => ({ headers: JSON_TYPE, body: good().body.subarray(0, -20) }),
  'no-images': () => json({ created: '2026-01-01T00:00:00Z' }),
  'empty-list': () => json({ created: '2026-01-01T00:00:00Z', data: [] }),
  'gzip-images': ({ good }) => ({
    headers: { ...JSON_TYPE, 'Content-Encoding': 'gzip' },
    body: gzipSync(good().body),
  }),
  'half-picture': ({ good }) => {
    const { headers, body } = good();
    return { headers, body: body.subarray(0, body.length >> 1) };
  },
  bomb: () => packed('application/json', bomb(Buffer.from('{"data":"'), BOMB_MB)),
  monster: () => packed('image/png', bomb(PICTURE_START, MONSTER_MB)),
  redirect: ({ elsewhere }) => ({ headers: { Location: elsewhere }, body: Buffer.from('Moved') }),
  'redirect-loop': ({ self }) => ({ headers: { Location: self }, body: Buffer.from('Moved') }),
};

/** @param {unknown} value */
export const json = (value) => ({ headers: JSON_TYPE, body: Buffer.from(JSON.stringify(value)) });

const text = (type, words) => ({ headers: { 'Content-Type': type }, body: Buffer.from(words) });

const packed = (type, body) => ({ headers: { 'Content-Type': type, 'Content-Encoding': 'gzip' }, body });
