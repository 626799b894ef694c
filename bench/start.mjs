// How long commands take to start, as ratios to `node -e 0`, all in one run and in turn: `node bench/start.mjs [rounds]`.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const ROUNDS = Number(process.argv[2] ?? 25);
const bin = fileURLToPath(new URL('../bin/ideogram.cjs', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'ideogram-bench-'));

const COMMANDS = {
  'node -e 0': ['-e', '0'],
  '--version': [bin, '--version'],
  '--help': [bin, '--help'],
  'generate --help': [bin, 'generate', '--help'],
  'generate --dry-run': [bin, 'generate', 'a fox', '--dry-run'],
  'generate --sandbox': [bin, 'generate', 'a fox', '--sandbox', '--force', '-o', 'fox.png'],
};

const times = Object.fromEntries(Object.keys(COMMANDS).map((name) => [name, []]));
// NODE_EXTRA_CA_CERTS alone costs tens of milliseconds: only what every start needs is passed on.
const env = { PATH: process.env.PATH, HOME: folder };
for (let round = -1; round < ROUNDS; round++) {
  for (const [name, argv] of Object.entries(COMMANDS)) {
    const start = process.hrtime.bigint();
    const { status } = spawnSync(process.execPath, argv, { cwd: folder, env });
    if (status !== 0) throw new Error(`${name} ended with ${status}`);
    // The first round warms the caches.
    if (round >= 0) times[name].push(Number(process.hrtime.bigint() - start) / 1e6);
  }
}
rmSync(folder, { recursive: true });

const median = (numbers) => numbers.sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
const bare = median(times['node -e 0']);
console.log(`Node ${process.version}, ${ROUNDS} rounds, medians\n`);
for (const [name, numbers] of Object.entries(times)) {
  const ms = median(numbers);
  console.log(`${name.padEnd(20)} ${ms.toFixed(0).padStart(4)} ms  ${(ms / bare).toFixed(2)} x node`);
}
