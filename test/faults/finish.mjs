/** The end of a group: `resume`, once or more; then a last one that finds nothing; then everything is looked at and judged. */
import { join } from 'node:path';
import { judge, wasKilled } from './invariants.mjs';
import { lookAt, readJournalCards } from './place.mjs';
import { readResume } from './resume-report.mjs';

/** The first collects and tells; the second finds nothing any more. */
const MOST_RESUMES = 2;

/**
 * Runs `resume` once.
 * @param {import('./bench.mjs').Bench} bench
 * @param {import('./place.mjs').Place} place
 * @param {{kill?: import('./program.mjs').Kill, full?: boolean}} [how] `full`: all its operations are written down
 */
export async function resume({ stage, tally }, place, { kill, full } = {}) {
  tally.resumes += 1;
  const log = kill || full ? join(place.folder, `resume-${tally.resumes}.jsonl`) : undefined;
  const order = { argv: ['resume', '--json'], cwd: place.out, env: place.env, kill, log, full };
  const ended = await stage.run(order);
  if (kill && wasKilled({ ended })) tally.killedResumes += 1;
  return { ended, kill };
}

/**
 * Collects what is left, looks for what should not be, and judges.
 * @param {import('./bench.mjs').Bench} bench
 * @param {import('./place.mjs').Place} place
 * @param {number} group
 * @param {{bought: import('./invariants.mjs').Bought[], resumes: Awaited<ReturnType<typeof resume>>[]}} done
 * @returns {Promise<import('./invariants.mjs').World>} judged: the problems are in the bench
 */
export async function finish(bench, place, group, { bought, resumes }) {
  const all = [...resumes];
  const isEmpty = ({ ended }) => readResume(ended, new Map())?.length === 0;
  do all.push(await resume(bench, place));
  while (all.length - resumes.length < MOST_RESUMES && !isEmpty(all[all.length - 1]));
  const [{ cards, mostInFlight }, found, named] = await Promise.all([
    bench.server.group(group),
    lookAt(place),
    readJournalCards(place),
  ]);
  const read = all.map(({ ended, kill }) => ({ ended, kill, calls: readResume(ended, named) }));
  const world = { bought, cards, mostInFlight, resumes: read, ...found };
  const { problems, images } = judge(world);
  bench.report(place.name, problems);
  for (const [name, count] of Object.entries(images)) bench.tally.images[name] += count;
  bench.server.forget(group);
  return world;
}
