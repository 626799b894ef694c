// Whole processes timed in turn, in one run: only so are they compared on a machine whose speed changes.
import { spawn } from 'node:child_process';
import { basename, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

/** Fill the caches of the system, and the code cache of the program. */
const WARM_UP = 2;

/**
 * What a bench is asked for: `[rounds] [--against <folder>]...`, a folder being another clone that was built.
 * @returns rounds, and the launchers by what is put behind a case's name: of this clone, and of the others
 */
export function readOrder(defaultRounds) {
  const { values, positionals } = parseArgs({
    options: { against: { type: 'string', multiple: true, default: [] } },
    allowPositionals: true,
  });
  const ours = fileURLToPath(new URL('../bin/ideogram.cjs', import.meta.url));
  const others = values.against.map((folder) => [
    `, ${basename(folder)}`,
    resolve(folder, 'bin/ideogram.cjs'),
  ]);
  return { rounds: Number(positionals[0] ?? defaultRounds), programs: [['', ours], ...others] };
}

/**
 * Runs each case once a round, and notes how long it took from start to end, in milliseconds.
 * @param cases by name: `{ command, argv, env?, cwd? }`; standard output and error go to /dev/null
 * @returns the medians by name
 */
export async function timeInTurn(cases, rounds) {
  const times = new Map(Object.keys(cases).map((name) => [name, []]));
  for (let round = -WARM_UP; round < rounds; round += 1) {
    for (const [name, one] of Object.entries(cases)) {
      const ms = await timeOnce(name, one);
      if (round >= 0) times.get(name).push(ms);
    }
  }
  return new Map([...times].map(([name, all]) => [name, median(all)]));
}

export const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

/** What every start needs, and no more: NODE_EXTRA_CA_CERTS alone costs tens of milliseconds. */
export const cleanEnv = (home, more = {}) => ({ PATH: process.env.PATH, HOME: home, ...more });

function timeOnce(name, { command, argv, env, cwd }) {
  const start = process.hrtime.bigint();
  const child = spawn(command, argv, { env, cwd, stdio: 'ignore' });
  return new Promise((resolve, reject) => {
    child.on('error', reject);
    child.on('exit', (status) => {
      if (status !== 0) reject(new Error(`${name} ended with ${status}`));
      else resolve(Number(process.hrtime.bigint() - start) / 1e6);
    });
  });
}
