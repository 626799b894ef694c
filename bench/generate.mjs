// One image from a server that answers at once, against a shell script of two curl calls and jq:
// `node bench/generate.mjs [rounds] [--against <another clone>]...`.
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { peakMemory } from './peak-memory.mjs';
import { cleanEnv, median, readOrder, timeInTurn } from './rounds.mjs';

const { rounds, programs } = readOrder(40);
const GOAL_RATIO = 1.8;
const GOAL_MB = 60;
const file = (name) => fileURLToPath(new URL(name, import.meta.url));
const folder = mkdtempSync(join(tmpdir(), 'ideogram-bench-'));

const SCRIPT = `set -e
answer=$(curl -sS -H "Api-Key: $IDEOGRAM_API_KEY" -F prompt='a fox' -F num_images=1 "$IDEOGRAM_BASE_URL/v1/ideogram-v3/generate")
curl -sS -o curl.png "$(printf %s "$answer" | jq -r '.data[0].url')"
`;
/** Less of it would be unfair: the program reads and writes, and nothing else, as this does. */
const PLAIN = `
const { request } = require('http');
const { writeFileSync } = require('fs');
const { IDEOGRAM_API_KEY: key, IDEOGRAM_BASE_URL: base } = process.env;
const read = (response, done) => {
  const chunks = [];
  response.on('data', (chunk) => chunks.push(chunk)).on('end', () => done(Buffer.concat(chunks)));
};
const body = '--x\\r\\nContent-Disposition: form-data; name="prompt"\\r\\n\\r\\na fox\\r\\n--x--\\r\\n';
const headers = { 'api-key': key, 'content-type': 'multipart/form-data; boundary=x', 'content-length': body.length };
request(base + '/v1/ideogram-v3/generate', { method: 'POST', headers }, (response) =>
  read(response, (answer) =>
    request(JSON.parse(answer).data[0].url, (image) => read(image, (bytes) => writeFileSync('plain.png', bytes))).end(),
  ),
).end(body);
`;

const server = spawn(process.execPath, [file('stand-in.mjs')], { stdio: ['ignore', 'pipe', 'inherit'] });
const [address] = await once(server.stdout, 'data');
const env = cleanEnv(folder, {
  IDEOGRAM_API_KEY: 'a-key-0123456789',
  IDEOGRAM_BASE_URL: String(address).trim(),
});
const script = join(folder, 'two-curls.sh');
writeFileSync(script, SCRIPT);
const plain = join(folder, 'plain.cjs');
writeFileSync(plain, PLAIN);
const GENERATE = 'ideogram generate';
const generate = (bin) => [bin, 'generate', 'a fox', '--force', '-o', 'fox.png'];
const one = (command, argv) => ({ command, argv, env, cwd: folder });
try {
  const medians = await timeInTurn(
    {
      'two curls and jq': one('sh', [script]),
      ...Object.fromEntries(
        programs.map(([whose, bin]) => [`${GENERATE}${whose}`, one(process.execPath, generate(bin))]),
      ),
      'a bare script on node:http': one(process.execPath, [plain]),
      'node -e 0': one(process.execPath, ['-e', '0']),
    },
    rounds,
  );
  const peaks = [];
  for (let round = 0; round < 9; round += 1)
    peaks.push(await peakMemory(generate(programs[0][1]), { env, cwd: folder }));
  const base = medians.get('two curls and jq');
  console.log(
    `Node ${process.version}, ${rounds} rounds, medians; one image of 1 MB; ratios to two curls and jq\n`,
  );
  for (const [name, ms] of medians) {
    const goal = name === GENERATE ? `  goal ${GOAL_RATIO.toFixed(2)}` : '';
    console.log(`${name.padEnd(28)} ${ms.toFixed(1).padStart(6)} ms  ${(ms / base).toFixed(2)}${goal}`);
  }
  console.log(`\npeak memory ${median(peaks).toFixed(0)} MB, goal ${GOAL_MB}`);
} finally {
  server.kill();
  rmSync(folder, { recursive: true });
}
