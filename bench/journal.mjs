// What a journal costs: the start of commands without one, with 1,000 and with 100,000 calls in it, all in one run and in turn;
// and reading it. `node bench/journal.mjs [rounds]`.
import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build } from 'rolldown';

/** What is measured; one that is not there yet is said so. */
const COMMANDS = [
  ['models', '--json'],
  ['history', '--limit', '20', '--json'],
  ['history', '--json', 'fox'],
  ['resume', '--json'],
];
const SIZES = [1_000, 100_000];
const ROUNDS = Number(process.argv[2] ?? 15);
/** A command over all of a large journal takes seconds: fewer rounds tell as much. */
const SLOW_MS = 1_000;
const SLOW_ROUNDS = 3;
const LIMIT_MS = 120_000;

const SEGMENT_BYTES = 4 * 1024 * 1024;
/** Of the last call. Today's: what looks at the last hours only must have something to look at. */
const END = Date.now();

const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const bin = path('../bin/ideogram.cjs');
const folder = mkdtempSync(join(tmpdir(), 'ideogram-bench-'));
const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];
const ms = (number) => `${number.toFixed(number < 10 ? 1 : 0)} ms`;

/** The lines of one call with one image, as `generate` writes them: about 2 kB. */
function callOf(number, calls) {
  const id = number.toString(36).padStart(10, '0');
  const at = new Date(END - (calls - number) * 60_000).toISOString();
  const prompt = `a ${number % 7 === 0 ? 'fox' : 'heron'} in a forest at dawn, long exposure, soft light through the mist, number ${number}`;
  const seed = 1_000_000 + number;
  const name = `${number % 7 === 0 ? 'a-fox' : 'a-heron'}-in-a-forest-at-dawn-${seed}`;
  const hash = number.toString(16).padStart(64, 'a');
  const cost = { usd: 0.06, basis: 'estimate: 1 x $0.06 for V_3 DEFAULT, prices of 2026-10-10' };
  const url = `https://ideogram.example/api/images/ephemeral/${hash.slice(0, 22)}.png?exp=${END}&sig=${hash}`;
  const fields = { prompt, num_images: 1, aspect_ratio: '16x9', rendering_speed: 'DEFAULT' };
  const options = { model: 'V_3', numImages: 1, aspectRatio: '16:9' };
  const image = { prompt, resolution: '1312x736', is_image_safe: true, seed, url, style_type: 'GENERAL' };
  const image0 = { image: 0, path: `/home/somebody/pictures/${name}.png`, sha256: hash, bytes: 1_500_000 };
  return [
    {
      ...{ event: 'planned', command: 'generate', endpoint: 'generate-v3', model: 'V_3' },
      ...{ baseUrl: 'https://api.ideogram.ai', answer: 'images', fingerprint: hash, images: 1, cost },
      place: { kind: 'files', folder: '/home/somebody/pictures', stem: null, slug: name, force: false },
      ...{ metadata: false, version: '0.1.0' },
      asked: { prompt, spec: 'generate', operands: [prompt], options, fields, files: [] },
    },
    { event: 'sent' },
    {
      ...{ event: 'answered', status: 200, requestId: hash.slice(0, 32), sandbox: false, images: 1, cost },
      json: { created: at, data: [image] },
    },
    { event: 'saved', ...image0 },
  ]
    .map((event) => `\n${JSON.stringify({ v: 1, id, at, ...event })}\n`)
    .join('');
}

/** A state folder with a journal, rotated as the program does it. */
function makeJournal(calls) {
  const state = join(folder, `state-${calls}`);
  mkdirSync(state, { mode: 0o700 });
  let text = '';
  let bytes = 0;
  const write = (name) => {
    writeFileSync(join(state, name), text, { mode: 0o600 });
    bytes += statSync(join(state, name)).size;
    text = '';
  };
  for (let number = 0; number < calls; number++) {
    text += callOf(number, calls);
    if (text.length > SEGMENT_BYTES) write(`journal-${String(number).padStart(16, '0')}-00000000.jsonl`);
  }
  write('journal.jsonl');
  console.log(`${calls} calls: ${(bytes / 1e6).toFixed(1)} MB, ${Math.round(bytes / calls)} bytes a call`);
  return state;
}

function start(argv, state) {
  const env = { PATH: process.env.PATH, HOME: folder, IDEOGRAM_STATE_DIR: state };
  const begin = process.hrtime.bigint();
  const { status, stdout } = spawnSync(process.execPath, [bin, ...argv], {
    ...{ cwd: folder, env, timeout: LIMIT_MS, maxBuffer: 1024 * 1024 * 1024 },
  });
  return { status, took: Number(process.hrtime.bigint() - begin) / 1e6, bytes: stdout.length };
}

/** Rows of [what, without a journal, with each of the journals]. */
function measureCommands(states) {
  const rows = [];
  for (const argv of COMMANDS) {
    const times = states.map(() => []);
    // The first round warms the caches, and shows what cannot be measured.
    const first = states.map((state) => start(argv, state));
    const failed = first.find(({ status }) => status !== 0);
    if (failed) {
      rows.push([argv.join(' '), failed.status === 2 ? 'not there yet' : `ends with ${failed.status}`]);
      continue;
    }
    for (let round = 0; round < ROUNDS; round++) {
      for (const [index, state] of states.entries()) {
        if (first[index].took > SLOW_MS && round >= SLOW_ROUNDS) continue;
        times[index].push(start(argv, state).took);
      }
    }
    const [none, ...others] = times.map(median);
    rows.push([argv.join(' '), ms(none), ...others.map((time) => `${ms(time)} (${ms(time - none)} more)`)]);
  }
  return rows;
}

async function measureReading(states) {
  await build({
    input: { calls: path('../src/ledger/calls.ts') },
    platform: 'node',
    resolve: { extensionAlias: { '.js': ['.ts', '.js'] } },
    output: { dir: join(folder, 'built'), format: 'esm', entryFileNames: '[name].mjs' },
    logLevel: 'silent',
  });
  const { readCalls } = await import(pathToFileURL(join(folder, 'built', 'calls.mjs')).href);
  const READINGS = [
    ['first 20', 20, {}],
    ['first 20, of 512 kB', 20, { bytes: 512 * 1024 }],
    ['512 kB', Number.POSITIVE_INFINITY, { bytes: 512 * 1024 }],
    ['all', Number.POSITIVE_INFINITY, {}],
  ];
  const measure = async (state, limit, options) => {
    const begin = process.hrtime.bigint();
    let calls = 0;
    for await (const call of readCalls(state, options)) {
      if (call.planned && ++calls >= limit) break;
    }
    return { calls, took: Number(process.hrtime.bigint() - begin) / 1e6 };
  };
  const rows = [];
  for (const [what, limit, options] of READINGS) {
    const cells = [];
    for (const state of states) {
      const { calls, took } = await measure(state, limit, options);
      const times = [];
      for (let round = 0; round < (took > SLOW_MS ? SLOW_ROUNDS : ROUNDS); round++) {
        times.push((await measure(state, limit, options)).took);
      }
      cells.push(`${ms(median(times))} (${calls} calls)`);
    }
    rows.push([`readCalls: ${what}`, '', ...cells]);
  }
  return rows;
}

function print(rows) {
  const widths = rows.reduce((most, row) => row.map((cell, i) => Math.max(most[i] ?? 0, cell.length)), []);
  for (const row of rows)
    console.log(
      row
        .map((cell, i) => cell.padEnd(widths[i] ?? 0))
        .join('  ')
        .trimEnd(),
    );
}

try {
  const journals = SIZES.map(makeJournal);
  console.log(`\nNode ${process.version}, ${ROUNDS} rounds, medians\n`);
  const head = ['', 'no journal', ...SIZES.map((calls) => `${calls} calls`)];
  const commands = measureCommands([join(folder, 'no-state'), ...journals]);
  print([head, ...commands, ...(await measureReading(journals))]);
} finally {
  rmSync(folder, { recursive: true });
}
