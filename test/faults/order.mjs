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
 * One run and its order; then a `resume` after a run that was killed when it asked for its first image, and the order of that.
 * @param {import('./bench.mjs').Bench} bench
 * @param {typeof ORDERLY[number]} order
 * @param {number} index
 */
export async function checkOrder(bench, { scenario, more }, index) {
  const { root, server, stage, tally } = bench;
  const card = { group: FIRST_GROUP + index, run: 0, scenario };
  const place = await makePlace(root, `order-${index}`, server.urls.url);
  const common = { cwd: place.out, env: place.env, full: true };
  const argv = await argvFor(place, card, more);
  const ended = await stage.run({ ...common, argv, log: join(place.folder, 'log.jsonl') });
  tally.runs += 1;
  const killed = { ...card, run: 1, scenario: 'slow-images' };
  const kill = { ms: 0, when: () => server.hears('get', killed), signals: ['SIGKILL'] };
  const second = { card: killed, argv: await argvFor(place, killed), kill };
  const died = await stage.run({ ...common, full: false, argv: second.argv, kill });
  tally.runs += 1;
  const collected = await resume(bench, place, { full: true });
  bench.report(place.name, [
    ...judgeOrder(ended.log, { fresh: true }),
    ...judgeOrder(collected.ended.log.filter(({ text = '' }) => !text.startsWith('GET '))),
  ]);
  await finish(bench, place, card.group, {
    bought: [
      { card, argv, kill: undefined, ended },
      { ...second, ended: died },
    ],
    resumes: [collected],
  });
}
