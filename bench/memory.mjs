// `node bench/memory.mjs`: the most memory the built program takes while it saves eight images of 25 MB, and while it uploads one.
import { spawn } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const MB = 1024 * 1024;
const SIZE = 25 * MB;
const bin = fileURLToPath(new URL('../bin/ideogram.cjs', import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'ideogram-memory-'));

/** A PNG of so many bytes: a header, noise in a chunk that nobody reads, the end. */
function png(bytes) {
  const chunk = (name, data) => {
    const head = Buffer.alloc(8);
    head.writeUInt32BE(data.length);
    head.write(name, 4, 'latin1');
    return Buffer.concat([head, data, Buffer.alloc(4)]);
  };
  const signature = Buffer.from('\x89PNG\r\n\x1a\n', 'latin1');
  const header = Buffer.from([0, 0, 4, 0, 0, 0, 4, 0, 8, 2, 0, 0, 0]);
  const noise = randomBytes(Math.max(0, bytes - 57));
  const end = Buffer.from('00000000 49454e44 ae426082'.replaceAll(' ', ''), 'hex');
  return Buffer.concat([signature, chunk('IHDR', header), chunk('tEXt', noise), end]);
}

const images = { large: png(SIZE), small: png(1000) };

/** Answers with as many images as the prompt's first word says, of the size that its second names. */
const server = createServer(async (request, response) => {
  if (request.method === 'GET')
    return response.end(images[request.url.includes('large') ? 'large' : 'small']);
  const chunks = [];
  for await (const chunk of request) chunks.push(chunk);
  const [, count = '1', kind = 'small'] =
    /(\d) (large|small)/.exec(Buffer.concat(chunks).toString('latin1')) ?? [];
  const url = `http://127.0.0.1:${server.address().port}/${kind}.png`;
  const data = Array.from({ length: Number(count) }, (_, seed) => ({ url, seed, is_image_safe: true }));
  response.setHeader('content-type', 'application/json');
  response.end(JSON.stringify({ created: '2026-01-01T00:00:00Z', data }));
});

/** Peak resident memory of a command, in bytes. */
function peakOf(argv) {
  const hook = join(folder, 'peak.cjs');
  writeFileSync(
    hook,
    "process.on('exit', () => require('fs').writeSync(3, String(process.resourceUsage().maxRSS * 1024)));",
  );
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['--require', hook, bin, ...argv], {
      cwd: folder,
      env: {
        PATH: process.env.PATH,
        HOME: folder,
        IDEOGRAM_API_KEY: 'a-key-0123456789',
        IDEOGRAM_BASE_URL: `http://127.0.0.1:${server.address().port}`,
      },
      stdio: ['ignore', 'ignore', 'inherit', 'pipe'],
    });
    let said = '';
    child.stdio[3].on('data', (chunk) => {
      said += chunk;
    });
    child.on('close', (status) =>
      status === 0 ? resolve(Number(said)) : reject(new Error(`exit ${status}`)),
    );
  });
}

const median = (numbers) => [...numbers].sort((a, b) => a - b)[Math.floor(numbers.length / 2)];

await new Promise((resolve) => server.listen(0, '127.0.0.1', resolve));
writeFileSync(join(folder, 'large.png'), images.large);
writeFileSync(join(folder, 'tiny.png'), images.small);
const commands = {
  'one small image saved (idle)': ['generate', '1 small', '-o', 'out/'],
  'eight images of 25 MB saved': ['generate', '8 large', '-n', '8', '-o', 'out/'],
  'a small image uploaded': ['remix', 'tiny.png', '--prompt', '1 small', '-o', 'out/'],
  'an image of 25 MB uploaded': ['remix', 'large.png', '--prompt', '1 small', '-o', 'out/'],
};
const peaks = {};
for (const [name, argv] of Object.entries(commands)) {
  const rounds = [];
  for (let round = 0; round < 5; round++) rounds.push(await peakOf(argv));
  peaks[name] = median(rounds);
  console.log(`${name.padEnd(32)} ${(peaks[name] / MB).toFixed(0).padStart(5)} MB`);
}
const [idle, saved, tiny, uploaded] = Object.values(peaks);
console.log(`saving takes ${((saved - idle) / MB).toFixed(0)} MB more than idle (at most 40)`);
console.log(`uploading takes ${((uploaded - tiny) / SIZE).toFixed(1)} times the image's size (at most 3)`);
server.close();
rmSync(folder, { recursive: true, force: true });
