/** What the spinner says, and when: times, what is waited for, bytes; and that it costs nothing where nobody sees it. */
import { appendFile } from 'node:fs/promises';
import { Writable } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { downloadProgress, follow } from '../src/commands/progress.js';
import type { Run } from '../src/commands/run.js';
import { type Spinner, startSpinner } from '../src/terminal/spinner.js';
import { createVirtualClock } from './support/clock.js';
import { makePng } from './support/images.js';
import { answeredCall, writeJournal } from './support/journal.js';
import { createWorld, type RunOptions, type RunResult, runCli, type World } from './support/run.js';
import { answerImages, answerJson, type Responder, startServer } from './support/server.js';

/** What spinners have shown, in order; and who waits for them to show something. */
interface Screen {
  readonly texts: string[];
  /** To be given all that is written to the terminal. */
  see(written: string): void;
  /** Resolves when it is shown. */
  said(pattern: RegExp): Promise<void>;
}

function createScreen(): Screen {
  const texts: string[] = [];
  const waiting = new Set<() => void>();
  return {
    texts,
    see(written) {
      // A frame and the text.
      const [, text] = /^\S (.+)$/.exec(stripVTControlCharacters(written)) ?? [];
      if (text === undefined) return;
      texts.push(text);
      for (const check of waiting) check();
    },
    said: (pattern) =>
      new Promise((resolve) => {
        const check = () => {
          if (!texts.some((text) => pattern.test(text))) return;
          waiting.delete(check);
          resolve();
        };
        waiting.add(check);
        check();
      }),
  };
}

// Virtual time does not wait for what is loaded.
beforeAll(async () => {
  await import('ora');
  await import('chalk');
});

/** Runs it on a terminal. `meanwhile` happens while the server has the request. */
async function watch(
  argv: string[],
  meanwhile: (screen: Screen) => unknown,
  options: RunOptions = {},
): Promise<RunResult & { screen: Screen }> {
  const screen = createScreen();
  const respond: Responder = async (request, response, self) => {
    await meanwhile(screen);
    await answerImages(1)(request, response, self);
  };
  const server = await startServer(respond);
  const env = { IDEOGRAM_BASE_URL: server.url, ...options.env };
  const result = await runCli(argv, { stderrIsTerminal: true, onStderr: screen.see, ...options, env });
  return { ...result, screen };
}

/** Calls of before: each took so many seconds. */
async function past(world: World, seconds: number[], planned: object = {}): Promise<void> {
  for (const [index, each] of seconds.entries()) {
    const id = `past${String(index).padStart(6, '0')}`;
    const { folder } = world;
    const [plan, , answer] = answeredCall({
      id,
      baseUrl: 'https://api.ideogram.ai',
      folder,
      urls: [null],
      planned,
    });
    const at = (second: number) => new Date(Date.UTC(2025, 5, 1 + index, 0, 0, second)).toISOString();
    await writeJournal(world.state, [
      { ...plan, at: at(0) },
      { id, event: 'sent', at: at(0) },
      { ...answer, at: at(each) },
      { id, event: 'withheld', image: 0, at: at(each) },
    ]);
  }
}

/** The API's own address, answered by a server of this machine. */
function asTheApi(respond: Responder): Promise<RunOptions> {
  return startServer(respond).then((server) => ({
    env: { IDEOGRAM_BASE_URL: '' },
    fetch: async (url, init) => {
      const { createFetch } = await import('../src/api/fetch.js');
      return createFetch({})(url.replace('https://api.ideogram.ai', server.url), init);
    },
  }));
}

describe('while an answer is waited for', () => {
  it('says what, and for how long', async () => {
    const world = await createWorld();
    const argv = ['generate', 'a fox'];
    const result = await watch(
      argv,
      async ({ texts, said }) => {
        await said(/^Generating 1 image with V_3$/);
        world.clock.advance(1000);
        expect(texts.at(-1)).toBe('Generating 1 image with V_3 (1 s)');
        world.clock.advance(11_000);
        expect(texts.at(-1)).toBe('Generating 1 image with V_3 (12 s)');
      },
      { world },
    );
    expect(result.status).toBe(0);
  });

  it.each<[string, number[], object, string]>([
    ['the median of the own calls', [9, 60, 7], {}, 'usually 9 s'],
    ['the newest count', [...Array(20).fill(90), ...Array(9).fill(4)], {}, 'usually 4 s'],
    ['of an even number', [2, 4, 6, 20], {}, 'usually 5 s'],
    ['very short', [0, 0, 0], {}, 'usually under 1 s'],
    ['too few: what the API is known for', [9, 9], {}, 'usually 5 to 15 s'],
    ['of another model', [9, 9, 9], { model: 'V_2' }, 'usually 5 to 15 s'],
    ['of another command', [9, 9, 9], { command: 'remix' }, 'usually 5 to 15 s'],
    ['of another place', [9, 9, 9], { baseUrl: 'https://example.com' }, 'usually 5 to 15 s'],
  ])('and what is usual: %s', async (_name, seconds, planned, wanted) => {
    const world = await createWorld();
    await past(world, seconds, planned);
    const screen = createScreen();
    const options = await asTheApi(async (_request, response) => {
      await screen.said(/usually/);
      world.clock.advance(12_000);
      expect(screen.texts.at(-1)).toBe(`Generating 1 image with V_3 (12 s, ${wanted})`);
      answerJson(response, 200, {
        created: '2026-01-01T00:00:00Z',
        data: [{ is_image_safe: false, seed: 1 }],
      });
    });
    const result = await runCli(['generate', 'a fox'], {
      ...options,
      world,
      stderrIsTerminal: true,
      onStderr: screen.see,
    });
    expect(result.stderr).toContain('withheld');
  });

  it('says nothing of what a stand-in on this machine usually takes, unless it is known', async () => {
    const world = await createWorld();
    const { screen } = await watch(['generate', 'a fox'], () => world.clock.advance(1000), { world });
    expect(screen.texts.join('\n')).not.toContain('usually');
  });

  it('a journal that cannot be read costs nothing but the comfort', async () => {
    const world = await createWorld();
    await past(world, [9, 9, 9]);
    await appendFile(`${world.state}/journal.jsonl`, '{"v":1,"id":"x","at":"no","event":"sent"}\n{"torn');
    const result = await watch(['generate', 'a fox'], () => {}, { world });
    expect(result.status).toBe(0);
  });
});

describe('while something else is waited for', () => {
  it.each([true, false])(
    'says that another process was told of too many (terminal: %s)',
    async (isTerminal) => {
      const world = await createWorld();
      const other = await createWorld();
      let isBusy = true;
      const server = await startServer(async (request, response, self) => {
        if (!isBusy) return answerImages(1)(request, response, self);
        isBusy = false;
        answerJson(response, 429, { error: 'Too many' }, { 'retry-after': '20' });
      });
      const env = { IDEOGRAM_BASE_URL: server.url };
      await runCli(['generate', 'a fox', '--verbose'], {
        world: { ...other, state: world.state },
        env,
        onStderr: (text) => {
          if (text.includes('waiting 20000 ms')) other.stop.abort('SIGINT');
        },
      });
      const screen = createScreen();
      const options = { world, env, stderrIsTerminal: isTerminal, onStderr: screen.see };
      const { stderr } = await runCli(['generate', 'a fox'], options);
      const text = 'Waiting 20 s: another call was told of too many images in flight';
      expect([stderr.includes(`${text}.`), screen.texts.some((each) => each.startsWith(text))]).toEqual([
        !isTerminal,
        isTerminal,
      ]);
    },
  );

  it.each([
    [0, 'Waiting for a place: 10 of 10 in use'],
    [1, 'Waiting for a place: 10 of 10 in use, 1 call ahead'],
    [3, 'Waiting for a place: 10 of 10 in use, 3 calls ahead'],
  ])('says how many calls come first: %i', (ahead, wanted) => {
    const texts: string[] = [];
    const spinner = { say: (text: string) => texts.push(text) } as unknown as Spinner;
    const run = { report: { debug() {} } } as unknown as Run;
    follow(run, { kind: 'queued', inUse: 10, ahead, limit: 10 }, spinner, 'Generating 1 image');
    expect(texts).toEqual([wanted]);
  });
});

describe('while images come', () => {
  const big = makePng(1200, 1200, 0);

  it('says how much of how much, before the first is whole', async () => {
    const world = await createWorld();
    const screen = createScreen();
    const server = await startServer(answerImages(2), async (_request, response) => {
      response.writeHead(200, { 'content-length': big.length });
      // Byte by byte, as it were, until the sum is seen.
      for (let offset = 0; offset < big.length; offset += 10_000) {
        response.write(big.subarray(offset, offset + 10_000));
        if (screen.texts.some((text) => text.includes(' of 2.7 MB'))) {
          return void response.end(big.subarray(offset + 10_000));
        }
        await new Promise(setImmediate);
        world.clock.advance(110);
      }
      response.end();
    });
    const env = { IDEOGRAM_BASE_URL: server.url };
    const argv = ['generate', 'a fox', '-n', '2'];
    const options = { world, env, stderrIsTerminal: true, onStderr: screen.see };
    expect((await runCli(argv, options)).status).toBe(0);
    const texts = screen.texts.map((text) => text.replace(/\d\.\d of/, '# of').replace(/ \(.*/, ''));
    expect(texts).toContain('Downloading 2 images');
    expect(texts).toContain('Downloading 0 of 2 images, # of 2.7 MB');
    expect(texts).toContain('Downloading 2 of 2 images, # of 2.7 MB');
    // A sum of one of them would be none.
    expect(screen.texts.join('\n')).not.toContain('of 1.4 MB');
  });

  it('says no sum where a server does not tell it', async () => {
    const screen = createScreen();
    const server = await startServer(answerImages(1), (_request, response) => {
      response.writeHead(200);
      response.end(big);
    });
    const env = { IDEOGRAM_BASE_URL: server.url };
    await runCli(['generate', 'a fox'], { env, stderrIsTerminal: true, onStderr: screen.see });
    expect(screen.texts).toContain('Downloading 1 image, 1.4 MB');
  });

  it('changes ten times a second at most, and whenever one is whole', () => {
    const clock = createVirtualClock();
    const texts: string[] = [];
    const spinner = { isSeen: true, say: (text: string) => texts.push(text) } as unknown as Spinner;
    const tell = downloadProgress(clock, spinner, (done, amount) => `${done}: ${amount}`);
    for (let kb = 1; kb <= 100; kb++) {
      clock.advance(10);
      tell?.(0, kb * 1024, 100 * 1024);
    }
    tell?.(1, 100 * 1024, 100 * 1024);
    expect(texts).toHaveLength(11);
    expect([texts[0], texts.at(-1)]).toEqual(['0: 1 of 100 kB', '1: 100 of 100 kB']);
  });

  it('counts nothing where nobody sees it', () => {
    const spinner = startSpinner('x', {
      stream: process.stderr,
      enabled: false,
      color: false,
      clock: createVirtualClock(),
    });
    expect(downloadProgress(createVirtualClock(), spinner, () => '')).toBe(undefined);
  });
});

describe('the line', () => {
  const start = async (columns: number, text: string) => {
    const screen = createScreen();
    const clock = createVirtualClock();
    const written = new Writable({
      write(chunk, _encoding, done) {
        screen.see(String(chunk));
        done();
      },
    });
    const moves = { cursorTo() {}, clearLine() {}, moveCursor() {} };
    const stream = Object.assign(written, { isTTY: true, columns, ...moves });
    const spinner = startSpinner(text, { stream, enabled: true, color: false, clock });
    onTestFinished(() => spinner.stop());
    await screen.said(/./);
    return { clock, spinner, now: () => screen.texts.at(-1) ?? '' };
  };

  it('is as long as the terminal is wide, and keeps its times', async () => {
    const { clock, spinner, now } = await start(50, `Editing ${'x'.repeat(60)}`);
    spinner.usually('9 s', '');
    clock.advance(12_000);
    expect(now()).toHaveLength(46);
    expect(now()).toMatch(/\.\.\. \(12 s, usually 9 s\)$/);
  });

  it('leaves the times out where there is hardly room for words', async () => {
    const { clock, now } = await start(24, 'Generating 4 images with V_3');
    clock.advance(12_000);
    expect(now()).toBe('Generating 4 imag...');
  });

  it('counts each phase for itself', async () => {
    const { clock, spinner, now } = await start(80, 'waiting');
    clock.advance(5000);
    spinner.say('asking', 'asking');
    spinner.usually('9 s', 'asking');
    expect(now()).toBe('asking (usually 9 s)');
    clock.advance(2000);
    spinner.say('still asking');
    expect(now()).toBe('still asking (2 s, usually 9 s)');
    spinner.say('downloading', 'downloading');
    expect(now()).toBe('downloading');
  });
});

it.each<[string, string[], RunOptions]>([
  ['in a pipe', [], { stderrIsTerminal: false }],
  ['with --json', ['--json'], {}],
  ['with --quiet', ['--quiet'], {}],
  ['with TERM=dumb', [], { env: { TERM: 'dumb' } }],
  ['in CI', [], { env: { CI: 'true' } }],
])('there is none %s', async (_name, flags, options) => {
  const { status, screen } = await watch(['generate', 'a fox', ...flags], () => {}, options);
  expect([status, screen.texts]).toEqual([0, []]);
});
