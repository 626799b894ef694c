/** Each scenario once, undisturbed: the exit status, what is said to be billed, what is saved, and what `resume` makes of it. */
import { rm } from 'node:fs/promises';
import { join } from 'node:path';
import { argvFor } from './calls.mjs';
import { finish } from './finish.mjs';
import { makePlace } from './place.mjs';

/** Groups of scenarios are numbered behind all others. */
const FIRST_GROUP = 1000;
/** By then a signal was heard, also where many processes wait for their turn. */
const HEARD_MS = 1000;

/**
 * @param {import('./bench.mjs').Bench} bench
 * @param {import('./scenarios.mjs').Scenario} scenario
 * @param {number} index
 */
export async function playScenario(bench, scenario, index) {
  const { root, server, stage, tally } = bench;
  const card = { group: FIRST_GROUP + index, run: 0, scenario: scenario.name };
  const place = await makePlace(root, scenario.name, server.urls[scenario.door ?? 'url']);
  const argv = await argvFor(place, card, ['--json']);
  const kill = scenario.signals && {
    ms: 0,
    when: () => server.hears(scenario.signals.on, card),
    signals: scenario.signals.send,
    between: HEARD_MS,
  };
  if (scenario.vanishes) {
    const folder = join(place.out, scenario.vanishes);
    void server.hears('get', card).then(() => rm(folder, { recursive: true, force: true, maxRetries: 5 }));
  }
  const { background: aside = false, seconds = 30 } = scenario;
  const order = {
    argv,
    cwd: place.out,
    env: place.env,
    kill,
    seconds,
    aside,
    log: join(place.folder, 'log.jsonl'),
  };
  const ended = await stage.run(order);
  tally.runs += 1;
  const problems = judgeRun(scenario, ended);
  const world = await finish(bench, place, card.group, {
    bought: [{ card, argv, kill, ended }],
    resumes: [],
  });
  const named = (world.resumes[0]?.calls ?? []).map(({ status }) => status);
  return [...problems, ...judgeNames(scenario, named)].map(({ kind, text }) => ({
    kind,
    text: `[${argv.join(' ')}] ${text}`,
  }));
}

/** What the command itself must have said and done. */
function judgeRun(scenario, { stdout, stderr, log, ms, status }) {
  const problems = [];
  const expect = (kind, what, is, wanted) => {
    if (!wanted.includes(is))
      problems.push({
        kind,
        text: `${what}: ${is} instead of ${wanted.join(' or ')}; ${status} ${stderr.trim()}`,
      });
  };
  expect('exit', 'billed', parse(stderr.trim().split('\n').pop())?.error?.billed, [scenario.billed].flat());
  const saved = (parse(stdout.toString())?.images ?? []).filter(({ path }) => path !== null).length;
  expect('saved', 'images saved', saved, [scenario.saved]);
  const peak = (log.find((line) => line.exit)?.maxRssKb ?? 0) / 1024;
  if (scenario.megabytes && peak > scenario.megabytes) {
    problems.push({
      kind: 'memory',
      text: `${Math.round(peak)} MB at its peak, ${scenario.megabytes} allowed`,
    });
  }
  if (scenario.seconds && ms > scenario.seconds * 1000) {
    problems.push({ kind: 'slow', text: `took ${Math.round(ms / 1000)} s` });
  }
  return problems;
}

function judgeNames({ named }, said) {
  if (named === 'any') return [];
  const wanted = named === undefined ? said.filter((status) => status !== 'collected') : [named];
  const isRight = named === undefined ? wanted.length === 0 : said.length === 1 && said[0] === named;
  return isRight
    ? []
    : [
        {
          kind: 'misnamed',
          text: `resume should say ${named ?? 'nothing bad'}, and says: ${said.join(', ') || 'nothing'}`,
        },
      ];
}

function parse(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
