/** Places in flight among real processes: never too many, nobody lost, first come first served, and the killed make room. */
import { type ChildProcess, spawn } from 'node:child_process';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { build } from 'rolldown';
import { afterAll, beforeAll, expect, it, onTestFinished } from 'vitest';

const LIMIT = 5;
/** Who asks so much later than another must not be let in before. */
const FAIR_WITHIN_MS = 1_000;

let program: string;

beforeAll(async () => {
  program = await mkdtemp(join(tmpdir(), 'ideogram-places-child-'));
  await writeFile(join(program, 'package.json'), '{"type":"commonjs"}');
  await build({
    input: { child: fileURLToPath(new URL('../ledger/fixtures/places-child.ts', import.meta.url)) },
    platform: 'node',
    resolve: { extensionAlias: { '.js': ['.ts', '.js'] } },
    output: {
      dir: program,
      format: 'cjs',
      entryFileNames: '[name].cjs',
      chunkFileNames: '[name]-[hash].cjs',
    },
    logLevel: 'silent',
  });
});

afterAll(() => rm(program, { recursive: true }));

interface Line {
  readonly event: 'asks' | 'waits' | 'in' | 'out';
  readonly pid: number;
  readonly turn: number;
  readonly places: number;
  readonly at: number;
}

interface Turn {
  readonly places: number;
  readonly holdMs: number;
}

async function scene() {
  const state = await mkdtemp(join(tmpdir(), 'ideogram-places-'));
  onTestFinished(() => rm(state, { recursive: true, force: true }));
  const folder = join(state, 'places');
  const log = join(state, 'log');
  return {
    start(turns: readonly Turn[]): ChildProcess {
      const order = JSON.stringify({ folder, log, limit: LIMIT, turns });
      const child = spawn(process.execPath, [join(program, 'child.cjs'), order], { stdio: 'inherit' });
      onTestFinished(() => {
        child.kill('SIGKILL');
      });
      return child;
    },
    lines(): Line[] {
      if (!existsSync(log)) return [];
      // The last one may still be on its way.
      const whole = readFileSync(log, 'utf8').split('\n').slice(0, -1);
      return whole.map((line) => JSON.parse(line));
    },
    files: () => readdirSync(folder),
  };
}

function over(child: ChildProcess): Promise<number | null> {
  return new Promise((resolve) => child.on('close', resolve));
}

/** The most places that were taken at once. */
function mostInUse(lines: readonly Line[]): number {
  let inUse = 0;
  let most = 0;
  for (const { event, places } of lines) {
    if (event === 'in') inUse += places;
    if (event === 'out') inUse -= places;
    most = Math.max(most, inUse);
  }
  return most;
}

it('twelve processes: never more than the limit, nobody lost, first come first served', async () => {
  const { start, lines, files } = await scene();
  const turns = Array.from({ length: 6 }, (_, turn) => ({ places: 1 + (turn % 3), holdMs: 2 + (turn % 4) }));
  const children = Array.from({ length: 12 }, (_, index) =>
    start([...turns.slice(index % 6), ...turns.slice(0, index % 6)]),
  );
  expect(await Promise.all(children.map(over))).toEqual(children.map(() => 0));
  const log = lines();
  expect(mostInUse(log)).toBeLessThanOrEqual(LIMIT);
  expect(mostInUse(log)).toBeGreaterThan(LIMIT / 2);
  for (const event of ['asks', 'in', 'out']) {
    expect(log.filter((line) => line.event === event).length).toBe(12 * 6);
  }
  expect(files()).toEqual([]);
  const timeOf = (event: Line['event'], { pid, turn }: Line): number =>
    log.find((line) => line.event === event && line.pid === pid && line.turn === turn)?.at ?? Number.NaN;
  const requests = log
    .filter(({ event }) => event === 'in')
    .map((line) => ({ asked: timeOf('asks', line), entered: line.at }));
  const late = requests.flatMap((one) =>
    requests.filter((other) => other.asked > one.asked + FAIR_WITHIN_MS && other.entered < one.entered),
  );
  expect(late).toEqual([]);
});

it('kill -9: the places of who had them and of who waited are free within two seconds', async () => {
  const { start, lines, files } = await scene();
  const until = async (child: ChildProcess, event: Line['event']): Promise<Line> => {
    for (;;) {
      const line = lines().find((each) => each.pid === child.pid && each.event === event);
      if (line) return line;
      await new Promise((resolve) => setTimeout(resolve, 5));
    }
  };
  const holder = start([{ places: LIMIT, holdMs: 60_000 }]);
  await until(holder, 'in');
  const waiter = start([{ places: LIMIT, holdMs: 60_000 }]);
  await until(waiter, 'waits');
  const last = start([{ places: 1, holdMs: 0 }]);
  // Heard from the start: it is over in an instant.
  const ended = over(last);
  await until(last, 'waits');
  const killedAt = Date.now();
  holder.kill('SIGKILL');
  waiter.kill('SIGKILL');
  const { at } = await until(last, 'in');
  expect(at - killedAt).toBeLessThan(2_000);
  expect(await ended).toBe(0);
  expect(files()).toEqual([]);
});
