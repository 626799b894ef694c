/** Real pipes, as a shell makes them (Node's own children get sockets): whole, in order, and never waited for inside the system, where no signal would be heard. */
import { execFile, spawn } from 'node:child_process';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { TEST_KEY } from '../support/run.js';
import { answerImages, startServer } from '../support/server.js';
import { BIN, cleanEnv } from '../support/spawn.js';

async function folder(): Promise<string> {
  const path = await mkdtemp(join(tmpdir(), 'ideogram-pipe-'));
  onTestFinished(() => rm(path, { recursive: true, force: true }));
  return path;
}

/** A line of the shell, in which `$ideogram` is the program. */
async function sh(line: string, env: Record<string, string> = {}) {
  const cwd = await folder();
  const options = {
    cwd,
    env: cleanEnv(cwd, { ideogram: `${process.execPath} ${BIN}`, ...env }),
    maxBuffer: 64 << 20,
  };
  return new Promise<{ status: number; stdout: string; stderr: string }>((resolve) => {
    execFile('bash', ['-c', line], options, (error, stdout, stderr) =>
      resolve({ status: Number(error?.code ?? 0), stdout, stderr }),
    );
  });
}

/** An answer of megabytes: more than any pipe takes at once. */
async function bigAnswer(): Promise<Record<string, string>> {
  const prompt = 'x'.repeat(900_000);
  const server = await startServer(answerImages(4, (image) => ({ ...image, prompt })));
  return { IDEOGRAM_BASE_URL: server.url, IDEOGRAM_API_KEY: TEST_KEY };
}

describe.skipIf(process.platform === 'win32')('a pipe of the shell', () => {
  it('gets the page that a file gets', async () => {
    const piped = await sh('$ideogram generate --help | cat');
    const filed = await sh('$ideogram generate --help > page; cat page');
    expect(piped.stdout).toBe(filed.stdout);
    expect(piped.stdout).toContain('Usage:');
  });

  it('gets megabytes whole from a reader that begins late and is slow', async () => {
    const env = await bigAnswer();
    const { stdout } = await sh(
      '$ideogram generate "a fox" -n 4 --json | { sleep 0.3; while IFS= read -r -n 65536 part; do printf %s "$part"; done; printf %s "$part"; }',
      env,
    );
    const { images } = JSON.parse(stdout);
    expect(images.map((image: { prompt: string }) => image.prompt.length)).toEqual(Array(4).fill(900_000));
  });

  it('that closes early is no error', async () => {
    const { status, stdout, stderr } = await sh('set -o pipefail; $ideogram generate --help | head -n 1');
    expect([status, stdout.split('\n').length, stderr]).toEqual([0, 2, '']);
  });

  it('that nobody reads any more is no error either', async () => {
    const { stdout, stderr } = await sh(
      '{ sleep 0.2; $ideogram models; echo $? > status; } | true; cat status',
    );
    expect([stdout, stderr]).toEqual(['0\n', '']);
  });

  it('that takes both streams has them in order', async () => {
    const { stdout } = await sh('$ideogram generate "a fox" --sandbox -o fox.png 2>&1 | cat');
    expect(stdout.trim().split('\n')).toEqual([expect.stringMatching(/^Sandbox: /), 'fox.png']);
  });

  it('is not made one that never waits, for those who share it', async () => {
    // dd fails with "Resource temporarily unavailable" where the pipe was switched.
    const line =
      '{ $ideogram --help; dd if=/dev/zero bs=200000 count=1 status=none; echo $? > status; } | { sleep 0.3; cat > all; }; cat status';
    expect((await sh(line)).stdout).toBe('0\n');
  });

  it('that is full does not keep Ctrl-C from being heard', async () => {
    const env = await bigAnswer();
    const cwd = await folder();
    const line = `${process.execPath} ${BIN} generate "a fox" -n 4 --json & echo $! >&2; wait`;
    const child = spawn('bash', ['-c', `{ ${line}; } | sleep 20`], {
      cwd,
      env: cleanEnv(cwd, env),
      detached: true,
    });
    onTestFinished(() => {
      if (child.pid) process.kill(-child.pid, 'SIGKILL');
    });
    const pid = await new Promise<number>((resolve) =>
      child.stderr.once('data', (data) => resolve(Number(data))),
    );
    const isThere = () => {
      try {
        return process.kill(pid, 0);
      } catch {
        return false;
      }
    };
    // The answer has arrived, and stands in the pipe; bash leaves SIGINT out of what runs behind `&`.
    await new Promise((resolve) => setTimeout(resolve, 1500));
    expect(isThere()).toBe(true);
    for (let times = 0; isThere() && times < 3; times += 1) {
      process.kill(pid, 'SIGTERM');
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    for (let waited = 0; isThere() && waited < 5000; waited += 50)
      await new Promise((resolve) => setTimeout(resolve, 50));
    expect(isThere()).toBe(false);
  });
});
