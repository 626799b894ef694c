/** A few undisturbed runs whose every operation is written down, to see in which order things are made to last. */
import { join } from 'node:path';
import { argvFor } from './calls.mjs';
import { judgeOrder } from './durability.mjs';
import { finish, resume } from './finish.mjs';
import { makePlace } from './place.mjs';

/** Groups of these runs are numbered behind those of the scenarios. */
const FIRST_GROUP = 2000;

/** What is bought. */
export const ORDERLY = [
  { scenario: 'ok', more: ['-o', '-'] },
  { scenario: 'ok-2', more: ['-o', 'new/', '--json'] },
  { scenario: 'ok-3', more: [] },
  { scenario: 'twins', more: ['--force'] },
  { scenario: 'image-404', more: [] },
  { scenario: 'words', more: [] },
];

/**
 * One run and its order; then, after a run that was killed when it asked for its first image and one that got no answer, a
 * `resume` and the order of that.
 * @param {import('./bench.mjs').Bench} bench
 * @param {typeof ORDERLY[number]} order
 * @param {number} index
 */
export async function checkOrder(bench, { scenario, more }, index) {
  const group = FIRST_GROUP + index;
  const place = await makePlace(bench.root, `order-${index}`, bench.server.urls.url);
  const whole = await buy(
    bench,
    place,
    { group, run: 0, scenario },
    { more, log: join(place.folder, 'log.jsonl') },
  );
  const card = { group, run: 1, scenario: 'slow-images' };
  const kill = { ms: 0, when: () => bench.server.hears('get', card), signals: ['SIGKILL'] };
  const killed = await buy(bench, place, card, { kill });
  const unanswered = await buy(bench, place, { group, run: 2, scenario: 'reset-unanswered' });
  const collected = await resume(bench, place, { full: true });
  bench.report(place.name, [
    ...judgeOrder(whole.ended.log, { fresh: true }),
    // The answer was kept by another process.
    ...judgeOrder(collected.ended.log.filter(({ text = '' }) => !text.startsWith('GET '))),
  ]);
  await finish(bench, place, group, { bought: [whole, killed, unanswered], resumes: [collected] });
}

async function buy({ stage, tally }, place, card, { more = [], kill, log } = {}) {
  const argv = await argvFor(place, card, more);
  const ended = await stage.run({ argv, cwd: place.out, env: place.env, kill, log, full: true });
  tally.runs += 1;
  return { card, argv, kill, ended };
}
