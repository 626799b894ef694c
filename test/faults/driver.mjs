/**
 * `npm run test:faults`: the built program against a server that misbehaves, killed at hundreds of moments; fails when
 * anything paid was lost or paid twice.
 *
 * SEED=<text> makes other choices. `--only <where>` repeats one group or scenario, as a failure names it; `--keep` leaves
 * the folders; `--part scenarios`, `order` or `kills` leaves the others out; `--groups <count>`: so many of them, however
 * many kills that makes.
 */
import { parseArgs } from 'node:util';
import { openBench } from './bench.mjs';
import { playCrowd } from './crowd.mjs';
import { describeFigures, describeProblems } from './figures.mjs';
import { killGroup, measure } from './kills.mjs';
import { checkOrder, ORDERLY } from './order.mjs';
import { SCENARIOS } from './scenarios.mjs';
import { playScenario } from './scripted.mjs';

if (process.platform === 'win32') {
  console.log('NOT CHECKED: there are no signals to kill by on Windows.');
  process.exit(0);
}

/** A stop that fails: a bench that takes longer is not run. */
const LIMIT_SECONDS = 290;
const LEAST_KILLS = 500;
/** Then no further group is begun. */
const LAST_START_SECONDS = 270;
const GROUPS_AT_ONCE = 5;
/** Scenarios mostly wait. */
const SCENARIOS_AT_ONCE = 6;
const ORDERS_AT_ONCE = 2;

const { values: options } = parseArgs({
  options: {
    only: { type: 'string' },
    keep: { type: 'boolean', default: false },
    part: { type: 'string' },
    groups: { type: 'string' },
  },
});
const isWanted = (where) => options.only === undefined || options.only === where;
const isPart = (part) => options.part === undefined || options.part === part;
const seed = process.env.SEED ?? 'ideogram';
const started = performance.now();
const secondsSince = (from) => (performance.now() - from) / 1000;

const bench = await openBench({ seed, keep: options.keep });
const limit = setTimeout(() => {
  bench.report('driver', [{ kind: 'time', text: `not done after ${LIMIT_SECONDS} s` }]);
  void end();
}, LIMIT_SECONDS * 1000);

const side = { ...bench, stage: bench.sideStage };
await Promise.all([
  timed('scenarios that take a minute', () => playAll(({ background }) => background)),
  timed('scenarios', () => playAll(({ background }) => !background)).then(() => timed('order', checkAll)),
  timed('kills', killAll),
]);
await end();

async function playAll(isChosen) {
  const works = SCENARIOS.map((scenario, index) => [
    scenario.name,
    async () => bench.report(scenario.name, await playScenario(side, scenario, index)),
  ]);
  if (isPart('scenarios'))
    await inTurn(
      works.filter((_, index) => isChosen(SCENARIOS[index])),
      SCENARIOS_AT_ONCE,
    );
}

async function checkAll() {
  const works = ORDERLY.map((order, index) => [`order-${index}`, () => checkOrder(side, order, index)]);
  if (isPart('order')) await inTurn([...works, ['crowd', () => playCrowd(side)]], ORDERS_AT_ONCE);
}

/** Groups, until there are kills enough. */
async function killAll() {
  const { only, groups } = options;
  const [, chosen] = /^group-(\d+)$/.exec(only ?? '') ?? [];
  if (!isPart('kills') || (only !== undefined && chosen === undefined)) return;
  const orders = await measure(bench);
  if (chosen !== undefined) return killGroup(bench, orders, Number(chosen));
  const { kills } = bench.tally;
  const isEnough = (begun) => (groups === undefined ? kills.all >= LEAST_KILLS : begun >= Number(groups));
  let begun = 0;
  const work = async () => {
    while (!isEnough(begun) && secondsSince(started) < LAST_START_SECONDS) {
      begun += 1;
      await killGroup(bench, orders, begun);
    }
  };
  await Promise.all(Array.from({ length: GROUPS_AT_ONCE }, work));
  if (groups === undefined && kills.all < LEAST_KILLS) {
    bench.report('driver', [{ kind: 'few', text: `${kills.all} kills, fewer than ${LEAST_KILLS}` }]);
  }
}

/** Does the works that are wanted, some at a time. */
async function inTurn(works, atOnce) {
  const waiting = works.filter(([where]) => isWanted(where));
  const work = async () => {
    for (let next = waiting.shift(); next; next = waiting.shift()) await next[1]();
  };
  await Promise.all(Array.from({ length: atOnce }, work));
}

async function timed(what, work) {
  const from = performance.now();
  await work();
  console.log(`${what}: ${secondsSince(from).toFixed(1)} s`);
}

async function end() {
  clearTimeout(limit);
  const totals = await bench.server.totals();
  if (totals.foreign > 0) {
    bench.report('driver', [{ kind: 'foreign', text: `${totals.foreign} requests went to another host` }]);
  }
  console.log(`\n${describeFigures(bench, { seconds: secondsSince(started), totals })}\n`);
  console.log(describeProblems(bench));
  if (options.keep) console.log(`The folders are in ${bench.root}`);
  await bench.close();
  process.exit(bench.problems.length === 0 ? 0 : 1);
}
