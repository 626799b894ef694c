// How long commands take to start, as ratios to `node -e 0`, all in one run and in turn:
// `node bench/start.mjs [rounds] [--against <another clone>]...`.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { cleanEnv, readOrder, timeInTurn } from './rounds.mjs';

const { rounds, programs } = readOrder(40);
const folder = mkdtempSync(join(tmpdir(), 'ideogram-bench-'));

const BARE = 'node -e 0';
/** By the words of each command: the ratio that it is to stay below, where there is one. */
const GOALS = {
  '--version': 1.12,
  '--help': undefined,
  'generate --help': 1.35,
  'generate fox --dry-run': 1.8,
  'models --json': undefined,
  'generate fox --sandbox --force -o fox.png': undefined,
};

const env = cleanEnv(folder);
const withoutCache = { ...env, NODE_DISABLE_COMPILE_CACHE: '1' };
const node = (argv, env) => ({ command: process.execPath, argv, env, cwd: folder });
const cases = { [BARE]: node(['-e', '0'], env) };
for (const words of Object.keys(GOALS)) {
  for (const [whose, bin] of programs) cases[`${words}${whose}`] = node([bin, ...words.split(' ')], env);
}
for (const words of ['generate --help', 'generate fox --dry-run']) {
  cases[`${words}, no code cache`] = node([programs[0][1], ...words.split(' ')], withoutCache);
}
const medians = await timeInTurn(cases, rounds);
rmSync(folder, { recursive: true });

const bare = medians.get(BARE);
console.log(`Node ${process.version}, ${rounds} rounds, medians; ratios to ${BARE}\n`);
for (const [name, ms] of medians) {
  const goal = GOALS[name] === undefined ? '' : `  goal ${GOALS[name].toFixed(2)}`;
  console.log(`${name.padEnd(54)} ${ms.toFixed(1).padStart(6)} ms  ${(ms / bare).toFixed(2)}${goal}`);
}
