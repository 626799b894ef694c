// `node bench/memory.mjs`: the most memory the built program takes while it saves eight images of 25 MB, and while it uploads one.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { peakMemory } from './peak-memory.mjs';
import { cleanEnv, median } from './rounds.mjs';

const MB = 1024 * 1024;
const SIZE = 25 * MB;
const bin = fileURLToPath(new URL('../bin/ideogram.cjs', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'ideogram-memory-'));

/** Serves images of so many bytes. */
async function startServer(bytes) {
  const script = fileURLToPath(new URL('stand-in.mjs', import.meta.url));
  const child = spawn(process.execPath, [script, '0', String(bytes)], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [address] = await once(child.stdout, 'data');
  return { child, url: String(address).trim() };
}

const envFor = (url) => cleanEnv(folder, { IDEOGRAM_API_KEY: 'a-key-0123456789', IDEOGRAM_BASE_URL: url });
const servers = { large: await startServer(SIZE), small: await startServer(1000) };
for (const [name, { url }] of Object.entries(servers)) {
  writeFileSync(
    join(folder, `${name}.png`),
    Buffer.from(await (await fetch(`${url}/image.png`)).arrayBuffer()),
  );
}
const commands = {
  'one small image saved (idle)': ['small', 'generate', 'fox', '-o', 'out/'],
  'eight images of 25 MB saved': ['large', 'generate', 'fox', '-n', '8', '-o', 'out/'],
  'a small image uploaded': ['small', 'remix', 'small.png', '--prompt', 'fox', '-o', 'out/'],
  'an image of 25 MB uploaded': ['small', 'remix', 'large.png', '--prompt', 'fox', '-o', 'out/'],
};
const peaks = {};
for (const [name, [server, ...argv]] of Object.entries(commands)) {
  const rounds = [];
  for (let round = 0; round < 5; round++)
    rounds.push(await peakMemory([bin, ...argv], { cwd: folder, env: envFor(servers[server].url) }));
  peaks[name] = median(rounds);
  console.log(`${name.padEnd(32)} ${peaks[name].toFixed(0).padStart(5)} MB`);
}
const [idle, saved, tiny, uploaded] = Object.values(peaks);
console.log(`saving takes ${(saved - idle).toFixed(0)} MB more than idle (at most 40)`);
console.log(
  `uploading takes ${(((uploaded - tiny) * 1e6) / SIZE).toFixed(1)} times the image's size (at most 3)`,
);
for (const { child } of Object.values(servers)) child.kill();
rmSync(folder, { recursive: true, force: true });
