// How long commands take to start, as ratios to `node -e 0`, all in one run and in turn: `node bench/start.mjs [rounds]`.
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cleanEnv, timeInTurn } from './rounds.mjs';

const ROUNDS = Number(process.argv[2] ?? 40);
const bin = fileURLToPath(new URL('../bin/ideogram.cjs', import.meta.url));
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
const medians = await timeInTurn(
  {
    [BARE]: node(['-e', '0'], env),
    ...Object.fromEntries(Object.keys(GOALS).map((words) => [words, node([bin, ...words.split(' ')], env)])),
    'generate --help, no code cache': node([bin, 'generate', '--help'], withoutCache),
    'generate fox --dry-run, no code cache': node([bin, 'generate', 'fox', '--dry-run'], withoutCache),
  },
  ROUNDS,
);
rmSync(folder, { recursive: true });

const bare = medians.get(BARE);
console.log(`Node ${process.version}, ${ROUNDS} rounds, medians; ratios to ${BARE}\n`);
for (const [name, ms] of medians) {
  const goal = GOALS[name] === undefined ? '' : `  goal ${GOALS[name].toFixed(2)}`;
  console.log(`${name.padEnd(42)} ${ms.toFixed(1).padStart(6)} ms  ${(ms / bare).toFixed(2)}${goal}`);
}
