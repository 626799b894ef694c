// 100 images from a server that takes a second for each, 10 in flight: by the library, and by 100 processes: `node bench/throughput.mjs`.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { cleanEnv } from './rounds.mjs';

const IMAGES = 100;
const AT_ONCE = 10;
const LATENCY_MS = 1000;
const IDEAL_S = (IMAGES / AT_ONCE) * (LATENCY_MS / 1000);
const GOAL = 1.03;
const file = (name) => fileURLToPath(new URL(name, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'ideogram-bench-'));

const server = spawn(process.execPath, [file('stand-in.mjs'), String(LATENCY_MS), '300000'], {
  stdio: ['ignore', 'pipe', 'inherit'],
});
const [address] = await once(server.stdout, 'data');
const baseUrl = String(address).trim();

/** As a program would do it: ten calls at a time, and each image is saved while the next one is made. */
async function byLibrary() {
  const { createClient } = await import('../dist/lib/index.js');
  const client = createClient({ apiKey: 'a-key-0123456789', baseUrl });
  const saving = [];
  let next = 0;
  const work = async () => {
    while (next < IMAGES) {
      next += 1;
      const result = await client.generate({ prompt: `fox ${next}` });
      saving.push(client.save(result, { output: `${join(folder, 'library')}/` }));
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
  await Promise.all(saving);
}

/** As a shell does it: more processes than may send, so that the next one is ready when a place is free. */
async function byProcesses() {
  const line = `seq ${IMAGES} | xargs -P ${AT_ONCE + 4} -I{} "$0" "$1" generate "fox {}" -q -o processes/`;
  const env = cleanEnv(folder, { IDEOGRAM_API_KEY: 'a-key-0123456789', IDEOGRAM_BASE_URL: baseUrl });
  const child = spawn('sh', ['-c', line, process.execPath, file('../bin/ideogram.cjs')], {
    env,
    cwd: folder,
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  const [status] = await once(child, 'exit');
  if (status !== 0) throw new Error(`xargs ended with ${status}`);
}

console.log(`Node ${process.version}; ${IMAGES} images, ${AT_ONCE} in flight, ideal ${IDEAL_S} s\n`);
try {
  for (const [name, run, goal] of [
    ['library', byLibrary, `  goal ${GOAL}`],
    ['processes', byProcesses, ''],
  ]) {
    const start = process.hrtime.bigint();
    await run();
    const seconds = Number(process.hrtime.bigint() - start) / 1e9;
    const saved = readdirSync(join(folder, name)).length;
    console.log(
      `${name.padEnd(10)} ${seconds.toFixed(2)} s  ${(seconds / IDEAL_S).toFixed(3)}  ${saved} saved${goal}`,
    );
  }
  const most = await (await fetch(`${baseUrl}/most-in-flight`)).text();
  console.log(`most in flight: ${most}`);
} finally {
  server.kill();
  rmSync(folder, { recursive: true });
}
