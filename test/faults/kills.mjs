/** Programs that are killed at any moment: at a time, and at every operation on files and network; several in one folder. */
import { join } from 'node:path';
import { argvFor } from './calls.mjs';
import { nameOf } from './card.mjs';
import { chanceFor } from './chance.mjs';
import { finish, resume } from './finish.mjs';
import { wasKilled } from './invariants.mjs';
import { makePlace, takeName } from './place.mjs';

const RUNS_PER_GROUP = 6;

/**
 * What is bought, how often, and where it goes. `more` is told the name of the card. `moment`: what the server hears, and
 * how long after it there is something to be interrupted. `isTaken`: a file of the user has the first image's name.
 * @type {readonly {weight: number, scenario: string, more: (name: string) => string[],
 *   moment?: {on: 'accepted' | 'get', within: number}, isTaken?: boolean}[]}
 */
const ORDERS = [
  { weight: 4, scenario: 'ok', more: () => [] },
  { weight: 5, scenario: 'ok-2', more: () => ['-o', './', '--json'] },
  { weight: 2, scenario: 'ok-2', more: () => [], isTaken: true },
  { weight: 4, scenario: 'ok-3', more: () => ['-o', 'new/'] },
  { weight: 4, scenario: 'ok-4', more: () => ['--json'], moment: { on: 'accepted', within: 150 } },
  { weight: 3, scenario: 'twins', more: () => [], moment: { on: 'get', within: 100 } },
  { weight: 2, scenario: 'ok-2', more: (name) => ['-o', `${name}-named.png`, '--force'] },
  { weight: 2, scenario: 'ok-2', more: (name) => ['-o', `${name}-hidden.png`, '--no-history'] },
  { weight: 2, scenario: 'ok', more: () => ['-o', '-'] },
  { weight: 2, scenario: 'words', more: () => ['--json'] },
  { weight: 1, scenario: 'words', more: () => [] },
  { weight: 6, scenario: 'slow', more: () => [], moment: { on: 'accepted', within: 600 } },
  {
    weight: 6,
    scenario: 'slow-images',
    more: () => ['-o', 'new/', '--metadata'],
    moment: { on: 'get', within: 500 },
  },
  { weight: 2, scenario: 'withheld', more: () => ['-o', 'new/'] },
  { weight: 1, scenario: 'http-429-wait-0', more: () => [] },
  { weight: 1, scenario: 'image-404', more: () => [] },
  { weight: 1, scenario: 'expired', more: () => [] },
];

const SIGNALS = [
  { weight: 16, signals: ['SIGKILL'] },
  { weight: 1, signals: ['SIGINT'] },
  { weight: 1, signals: ['SIGINT', 'SIGINT'] },
  { weight: 1, signals: ['SIGTERM'] },
];

/** Some operations are cut in their middle: a line of the journal, half a file, half a request. Some only fail. */
const SIDES = ['before', 'before', 'half', 'half', 'after', 'after', 'fail'];

/** Earlier a program is still being loaded: a part of the time that it takes. */
const EARLIEST = 0.25;
const LATEST = 1.1;

/** What a `resume` does most of: it depends on what there is to be collected. */
const OPERATIONS_OF_RESUME = [
  ['note', 3],
  ['note', 3],
  ['tell', 1],
  ['tell', 1],
  ['link', 2],
  ['rm', 3],
  ['sync', 3],
  ['open', 3],
  ['send', 2],
  ['receive', 3],
  ['unlink', 2],
];
const KILLED_RESUMES = 2;

/** How long an order takes when so much else runs, and how much it does. */
export async function measure(bench) {
  const orders = ORDERS.map((order, index) => ({ order, index }));
  const measured = await Promise.all(
    orders.map(async ({ order, index }) => {
      const card = { group: 0, run: index, scenario: order.scenario };
      const place = await makePlace(bench.root, `measured-${index}`, bench.server.urls.url);
      const argv = await argvFor(place, card, order.more(nameOf(card)));
      const log = join(place.folder, 'log.jsonl');
      const {
        ms,
        log: lines,
        stderr,
      } = await bench.stage.run({ argv, cwd: place.out, env: place.env, log, full: true });
      const count = lines.find((line) => line.exit)?.count;
      if (count === undefined) throw new Error(`${argv.join(' ')} did not come to its end: ${stderr}`);
      return { ...order, ms, count, operations: countNames(lines) };
    }),
  );
  return measured;
}

/**
 * Some programs that share a state folder and an output folder, each killed; then `resume`.
 * @param {import('./bench.mjs').Bench} bench
 * @param {Awaited<ReturnType<typeof measure>>} orders
 * @param {number} group
 */
export async function killGroup(bench, orders, group) {
  const chance = chanceFor(bench.seed, 'group', group);
  const place = await makePlace(bench.root, `group-${group}`, bench.server.urls.url);
  const plans = Array.from({ length: RUNS_PER_GROUP }, (_, run) =>
    planRun(chance, chance.weigh(orders), group, run),
  );
  const isTogether = chance.real() < 0.5;
  const isBeside = chance.real() < 0.2;
  const ending = chance.weigh([
    { weight: 4, name: 'once' },
    { weight: 2, name: 'two at once' },
    { weight: 4, name: 'killed' },
  ]).name;
  const resumeKills = Array.from({ length: KILLED_RESUMES }, () => planNamed(chance, OPERATIONS_OF_RESUME));

  // One that looks for work while others are at theirs.
  const beside = isBeside ? [resume(bench, place)] : [];
  const bought = [];
  const buyAll = plans.map((plan) => async () => void bought.push(await buy(bench, place, plan)));
  if (isTogether) await Promise.all(buyAll.map((each) => each()));
  else for (const each of buyAll) await each();
  const resumes = await Promise.all(beside);
  if (ending === 'killed') for (const kill of resumeKills) resumes.push(await resume(bench, place, { kill }));
  if (ending === 'two at once')
    resumes.push(...(await Promise.all([resume(bench, place), resume(bench, place)])));
  await finish(bench, place, group, { bought, resumes });
}

function planRun(chance, order, group, run) {
  const card = { group, run, scenario: order.scenario };
  const { signals } = chance.weigh(SIGNALS);
  const part = chance.real();
  const byNumber = { at: 1 + chance.below(order.count), side: chance.pick(SIDES) };
  const byName = planNamed(chance, order.operations);
  const byOperation = chance.real() < 0.5 ? byNumber : byName;
  const byTime = order.moment
    ? { on: order.moment.on, ms: Math.round(part * order.moment.within), signals }
    : { ms: Math.round((EARLIEST + part * (LATEST - EARLIEST)) * order.ms), signals };
  const kill = chance.real() < 0.5 ? byTime : byOperation;
  return { card, order, more: order.more(nameOf(card)), kill };
}

/** By its name, so that the rare ones have their share. */
function planNamed(chance, operations) {
  const [name, count] = chance.pick(operations);
  return { name, at: 1 + chance.below(count), side: chance.pick(SIDES) };
}

/** How often it did what. */
function countNames(lines) {
  const counts = new Map();
  for (const { name } of lines) if (name) counts.set(name, (counts.get(name) ?? 0) + 1);
  return [...counts];
}

async function buy({ server, stage, tally }, place, { card, order, more, kill: planned }) {
  const kill = planned.on ? { ...planned, when: () => server.hears(planned.on, card) } : planned;
  const argv = await argvFor(place, card, more);
  const taken = order.isTaken ? await takeName(place, card) : undefined;
  const log = kill.at ? join(place.folder, `log-${card.run}.jsonl`) : undefined;
  const ended = await stage.run({ argv, cwd: place.out, env: place.env, kill, log });
  tally.runs += 1;
  const bought = { card, argv, kill, ended, taken };
  const isKilled = countKill(tally, bought, await server.card(card));
  // How busy the machine is changes.
  if (!isKilled && kill.at === undefined) order.ms = (order.ms + ended.ms) / 2;
  return bought;
}

/** When it was killed, as the server saw it. */
function phaseOf({ accepted, answered, images }) {
  if (accepted === 0) return 'before the request was accepted';
  if (!answered) return 'before the answer';
  const links = images.filter(({ url, dead }) => url !== null && !dead);
  return links.every(({ served }) => served > 0) ? 'after the downloads' : 'in the downloads';
}

/** Was it ended before its time? */
function countKill({ kills, phases }, bought, record) {
  const { ended, kill } = bought;
  const isKilled = wasKilled(bought);
  if (!isKilled && ended.sent.length === 0) {
    kills[ended.log.some((line) => line.refused) ? 'refused' : 'survived'] += 1;
    return false;
  }
  kills.all += 1;
  kills[kill.at ? 'operation' : 'time'] += 1;
  const signal = isKilled ? 'SIGKILL' : ended.sent.join(' ');
  kills.signals[signal] = (kills.signals[signal] ?? 0) + 1;
  const phase = phaseOf(record);
  phases[phase] = (phases[phase] ?? 0) + 1;
  return true;
}
