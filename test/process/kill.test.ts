/** Processes that are ended: kill -9 leaves the whole image or no file under its final name; the second Ctrl-C waits for nobody. */
import { createHash } from 'node:crypto';
import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { makePng } from '../support/images.js';
import { TEST_KEY } from '../support/run.js';
import { answerImages, startServer } from '../support/server.js';
import { spawnCli } from '../support/spawn.js';

const image = makePng(900, 900);
const sha256 = (bytes: Buffer): string => createHash('sha256').update(bytes).digest('hex');

/** The points of a run at which it is killed: by what the server sees, so that no clock decides. */
const STEPS = 12;

it('kill -9', async () => {
  let step = 0;
  let kill = () => {};
  const reached = (point: number): void => {
    if (point === step) kill();
  };
  const server = await startServer(
    (request, response, self) => {
      reached(0);
      return answerImages(2)(request, response, self);
    },
    async (_request, response) => {
      response.writeHead(200, { 'content-length': image.length });
      const piece = Math.ceil(image.length / (STEPS - 2));
      for (let part = 0; part * piece < image.length; part++) {
        await new Promise((sent) => response.write(image.subarray(part * piece, (part + 1) * piece), sent));
        reached(part + 1);
      }
      response.end();
      // The last step falls somewhere between the last byte and the end of the process.
      const mine = step;
      setTimeout(() => mine === step && reached(STEPS - 1), step % 5);
    },
  );
  const env = { IDEOGRAM_BASE_URL: server.url, IDEOGRAM_API_KEY: TEST_KEY };
  for (step = 0; step < STEPS + 4; step++) {
    const cwd = await mkdtemp(join(tmpdir(), 'ideogram-kill-'));
    onTestFinished(() => rm(cwd, { recursive: true, force: true }));
    const child = spawnCli(['generate', 'a fox', '-n', '2'], { cwd, env });
    kill = () => child.kill('SIGKILL');
    await new Promise((resolve) => child.on('close', resolve));
    for (const name of (await readdir(cwd)).filter((each) => !each.startsWith('.ideogram-'))) {
      expect(name).toMatch(/^a-fox-[12]\.png$/);
      expect(sha256(await readFile(join(cwd, name)))).toBe(sha256(image));
    }
  }
  expect(server.calls.length).toBe(STEPS + 4);
});

it('the second Ctrl-C leaves, though nobody takes the image from standard output', async () => {
  const large = makePng(2000, 2000, 0);
  let downloaded = () => {};
  const served = new Promise<void>((resolve) => {
    downloaded = resolve;
  });
  const server = await startServer(answerImages(1), (_request, response) => {
    response.end(large, downloaded);
  });
  const cwd = await mkdtemp(join(tmpdir(), 'ideogram-kill-'));
  onTestFinished(() => rm(cwd, { recursive: true, force: true }));
  const env = { IDEOGRAM_BASE_URL: server.url, IDEOGRAM_API_KEY: TEST_KEY };
  const child = spawnCli(['generate', 'a fox', '-o', '-'], { cwd, env });
  let stderr = '';
  const said = (text: string) =>
    new Promise<void>((resolve) => {
      const look = () => stderr.includes(text) && resolve();
      child.stderr.on('data', (chunk) => {
        stderr += chunk;
        look();
      });
    });
  child.stdout.pause();
  const stopping = said('Ctrl-C again leaves at once');
  await served;
  child.kill('SIGINT');
  await stopping;
  child.kill('SIGINT');
  // Its pipe is still full: only the process is waited for.
  const status = await new Promise((resolve) => child.on('exit', resolve));
  expect(status).toBe(130);
  expect(stderr).toContain(`${server.url}/image/0.png`);
  child.stdout.destroy();
});
