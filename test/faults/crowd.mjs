/** Many at once: more images than may be in flight are asked for, and one of those that hold places is killed. */
import { argvFor } from './calls.mjs';
import { finish } from './finish.mjs';
import { makePlace } from './place.mjs';

const GROUP = 3000;
/** Two images each. */
const PROGRAMS = 8;
/** A dead one must not be waited for as if it lived. */
const LIMIT_SECONDS = 20;

/** @param {import('./bench.mjs').Bench} bench */
export async function playCrowd(bench) {
  const { root, server, stage, tally } = bench;
  const place = await makePlace(root, 'crowd', server.urls.url);
  const started = performance.now();
  const bought = await Promise.all(
    Array.from({ length: PROGRAMS }, async (_, run) => {
      const card = { group: GROUP, run, scenario: 'slow' };
      const argv = await argvFor(place, card);
      const when = () => server.hears('accepted', card);
      const kill = run === 0 ? { ms: 50, when, signals: ['SIGKILL'] } : undefined;
      const ended = await stage.run({ argv, cwd: place.out, env: place.env, kill, aside: true });
      tally.runs += 1;
      return { card, argv, kill, ended };
    }),
  );
  const seconds = (performance.now() - started) / 1000;
  if (seconds > LIMIT_SECONDS) {
    bench.report(place.name, [{ kind: 'slow', text: `${PROGRAMS} programs took ${Math.round(seconds)} s` }]);
  }
  await finish(bench, place, GROUP, { bought, resumes: [] });
}
