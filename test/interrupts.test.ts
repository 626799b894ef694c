/** Ctrl-C and SIGTERM: no new work, what is paid is saved, a second one leaves at once; nothing half written stays. */
import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { PNG_1X1 } from './support/images.js';
import { createWorld, runCli } from './support/run.js';
import { answerImages, answerJson, startServer } from './support/server.js';

const argv = ['generate', 'a fox', '-n', '2'];

describe('the first signal', () => {
  it('before the request is sent: nothing is sent', async () => {
    const world = await createWorld();
    const server = await startServer(answerImages(2));
    world.stop.abort('SIGINT');
    const result = await runCli([...argv, '--json'], { world, env: { IDEOGRAM_BASE_URL: server.url } });
    expect([result.status, result.error().code, result.error().billed]).toEqual([130, 'cancelled', 'no']);
    expect([server.calls.length, await result.files()]).toEqual([0, []]);
  });

  it('while the request is on its way: the paid images are saved', async () => {
    const world = await createWorld();
    const server = await startServer((request, response, self) => {
      world.stop.abort('SIGINT');
      return answerImages(2)(request, response, self);
    });
    const env = { IDEOGRAM_BASE_URL: server.url };
    const result = await runCli(argv, { world, env, stderrIsTerminal: true });
    expect(result.status).toBe(130);
    expect(await result.files()).toEqual(['a-fox-1.png', 'a-fox-2.png']);
    expect(result.stdout).toBe('a-fox-1.png\na-fox-2.png\n');
    expect(result.stderr).toContain('what is paid is still being saved');
    expect(result.stderr).toContain('Stopped: 2 of 2 images saved.');
  });

  it('in a download: it is finished; --json shows the result with "ok":false', async () => {
    const world = await createWorld();
    const server = await startServer(answerImages(2), (_, response) => {
      world.stop.abort('SIGTERM');
      response.end(PNG_1X1);
    });
    const result = await runCli([...argv, '--json'], { world, env: { IDEOGRAM_BASE_URL: server.url } });
    expect([result.status, result.error().code, result.error().billed]).toEqual([143, 'cancelled', 'yes']);
    expect(result.json()).toMatchObject({
      ok: false,
      images: [{ type: 'image/png' }, { type: 'image/png' }],
    });
    expect(await result.files()).toHaveLength(2);
  });

  it.each([[['--json']], [[]]])(
    'while waiting for a free place (%j): the request is not sent again',
    async (flags) => {
      const world = await createWorld();
      const server = await startServer((_, response) => {
        world.stop.abort('SIGINT');
        answerJson(response, 429, { error: 'Too many requests in flight.' });
      });
      const result = await runCli([...argv, ...flags], { world, env: { IDEOGRAM_BASE_URL: server.url } });
      expect([result.status, server.calls.length]).toEqual([130, 1]);
      if (flags.length > 0) expect(result.error().billed).toBe('no');
      else expect(result.stderr).toContain('Error: Stopped; nothing was billed.\n');
    },
  );

  it('while it waits for its turn, at the last moment: nothing is bought', async () => {
    const world = await createWorld();
    const server = await startServer(answerImages(2));
    let lines = 0;
    // The journal asks for the time of each line: the second one says that it goes out.
    const now = (): number => {
      if (new Error('where').stack?.includes('append') && ++lines === 2) world.stop.abort('SIGINT');
      return world.clock.now();
    };
    const waits = { ...world.clock, now };
    const result = await runCli([...argv, '--json'], {
      world: { ...world, clock: waits },
      env: { IDEOGRAM_BASE_URL: server.url },
    });
    expect([result.status, result.error().billed, server.calls.length]).toEqual([130, 'no', 0]);
  });

  it('while the prompt is being typed', async () => {
    const world = await createWorld();
    const server = await startServer();
    const typing = new PassThrough();
    const running = runCli(['generate', '-', '--json'], {
      world,
      stdinStream: typing,
      env: { IDEOGRAM_BASE_URL: server.url },
    });
    typing.write('a f');
    setImmediate(() => world.stop.abort('SIGINT'));
    const result = await running;
    expect([result.status, result.error().code, server.calls.length]).toEqual([130, 'cancelled', 0]);
  });
});

describe('the second signal', () => {
  it('leaves while the request is on its way, and says that it may have been billed', async () => {
    const world = await createWorld();
    const server = await startServer(() => {
      world.stop.abort('SIGINT');
      world.abort.abort('SIGINT');
    });
    const result = await runCli([...argv, '--json'], { world, env: { IDEOGRAM_BASE_URL: server.url } });
    expect([result.status, result.error().code, result.error().billed]).toEqual([130, 'cancelled', 'maybe']);
    expect(await result.files()).toEqual([]);
  });

  it('leaves in the middle of a download: no half file, the link is named', async () => {
    const world = await createWorld();
    const server = await startServer(answerImages(2), (request, response) => {
      if (request.path.startsWith('/image/0')) return void response.end(PNG_1X1);
      response.writeHead(200, { 'content-length': '5000' });
      response.write(PNG_1X1.subarray(0, 40), () => {
        // Only once the other image is on the disk.
        const wait = setInterval(async () => {
          const { readdir } = await import('node:fs/promises');
          if (!(await readdir(world.folder)).includes('a-fox-1.png')) return;
          clearInterval(wait);
          world.stop.abort('SIGINT');
          world.abort.abort('SIGINT');
        }, 1);
      });
    });
    const result = await runCli([...argv, '--json'], { world, env: { IDEOGRAM_BASE_URL: server.url } });
    expect([result.status, result.error().code, result.error().billed]).toEqual([130, 'cancelled', 'yes']);
    expect(await result.files()).toEqual(['a-fox-1.png']);
    expect(result.error().hint).toContain(`${server.url}/image/1.png`);
  });
});
