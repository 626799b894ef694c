/** The commands that print words: many images at once, in order, one by one when they fail; and prompts in parts, which fit back in. */
import { mkdir, rm, writeFile } from 'node:fs/promises';
import type { ServerResponse } from 'node:http';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { createFetch } from '../src/api/fetch.js';
import type { Fetch } from '../src/fetch-contract.js';
import { makePng } from './support/images.js';
import { createWorld, type RunOptions, type RunResult, runCli, type World } from './support/run.js';
import {
  answerImages,
  answerJson,
  type Received,
  readParts,
  startServer,
  type TestServer,
} from './support/server.js';

const NAMES = ['a', 'b', 'c', 'd', 'e', 'f', 'g', 'h', 'i'];

/** Says what comes of an image, by its letter. */
type Teller = (letter: string, response: ServerResponse, request: Received) => unknown;

const describeIt: Teller = (letter, response) =>
  answerJson(response, 200, { descriptions: [{ text: `${letter} one` }, { text: ` ${letter} two\n` }] });

interface Scene {
  readonly world: World;
  readonly server: TestServer;
  /** Letters in the order in which they arrived. */
  readonly asked: string[];
  run(argv: readonly string[], options?: RunOptions): Promise<RunResult>;
}

/** A folder with images a.png, b.png ..., and a server that tells them apart by the names they are sent with. */
async function scene(count: number, tell: Teller = describeIt): Promise<Scene> {
  const world = await createWorld();
  const letters = NAMES.slice(0, count);
  for (const letter of letters) await writeFile(join(world.folder, `${letter}.png`), makePng(2, 2));
  const asked: string[] = [];
  const server = await startServer(async (request, response) => {
    const [part] = (await readParts(request)).filter(({ filename }) => filename !== undefined);
    const letter = part?.filename?.[0] ?? '?';
    asked.push(letter);
    await tell(letter, response, request);
  });
  const env = { IDEOGRAM_BASE_URL: server.url };
  return {
    world,
    server,
    asked,
    run: (argv, options) => runCli(argv, { world, ...options, env: { ...env, ...options?.env } }),
  };
}

const many = (count: number) => ['describe', ...NAMES.slice(0, count).map((letter) => `${letter}.png`)];

/** The blocks of these images, as they are printed. */
function blocks(...letters: string[]): string {
  return letters.map((letter) => `==> ${letter}.png <==\n${letter} one\n\n${letter} two\n`).join('\n');
}

/** Collects answers until so many are held; then, in real time, waits whether more come than should. */
function gate(size: number) {
  const held: (() => void)[] = [];
  const { promise, resolve } = deferred();
  return {
    held,
    hold(answer: () => void): void {
      held.push(answer);
      if (held.length === size) setTimeout(resolve, 40);
    },
    full: promise,
  };
}

function deferred(): { promise: Promise<void>; resolve: () => void } {
  let resolve = () => {};
  const promise = new Promise<void>((done) => {
    resolve = done;
  });
  return { promise, resolve };
}

describe('one image', () => {
  it('is a block without a head: all descriptions, an empty line in between', async () => {
    const { run, server } = await scene(1);
    const result = await run(many(1));
    expect([result.status, result.stderr, result.stdout]).toEqual([0, '', 'a one\n\na two\n']);
    expect(server.calls.map(({ method, path }) => [method, path])).toEqual([['POST', '/describe']]);
    expect(await result.files()).toEqual(['a.png']);
  });

  it('is one JSON object', async () => {
    const { run, world } = await scene(1);
    const result = await run([...many(1), '--json']);
    const image = join(world.folder, 'a.png');
    expect(result.json()).toEqual({
      ok: true,
      command: 'describe',
      model: 'V_3',
      descriptions: [
        { image, text: 'a one' },
        { image, text: ' a two\n' },
      ],
      cost: { usd: 0.01, basis: expect.any(String) },
      sandbox: false,
      warnings: [],
    });
  });

  it('ends with the failure itself, as the other commands do', async () => {
    const { run } = await scene(1, (_, response) =>
      answerJson(response, 422, { error: 'not this one' }, { 'x-request-id': 'r-1' }),
    );
    const result = await run([...many(1), '--json']);
    expect([result.status, result.error()]).toMatchObject([
      3,
      { code: 'blocked', status: 422, requestId: 'r-1', billed: 'no' },
    ]);
    expect(result.error().message).toContain('not this one');
    expect(result.json()).toMatchObject({ ok: false, descriptions: [] });
  });

  it.each([
    [{}],
    [{ descriptions: [] }],
    [{ descriptions: [{ text: ' ' }] }],
    [{ descriptions: [{}, null] }],
  ])('an answer of %j holds nothing, may be paid, and is shown', async (body) => {
    const { run, server } = await scene(1, (_, response) => answerJson(response, 200, body));
    const result = await run([...many(1), '--json']);
    expect([result.status, result.error()]).toMatchObject([5, { code: 'bad_response', billed: 'maybe' }]);
    expect(result.error().hint).toContain(JSON.stringify(body));
    expect(server.calls).toHaveLength(1);
  });

  it('an answer that holds something is taken, whatever else is in it', async () => {
    const descriptions = [null, { text: 5 }, { text: 'a hill' }, { text: '' }];
    const { run } = await scene(1, (_, response) => answerJson(response, 200, { descriptions }));
    expect((await run(many(1))).stdout).toBe('a hill\n');
  });

  it('comes through standard input, or in the result of another command', async () => {
    const { run, asked, world } = await scene(3);
    const piped = await run(['describe', '-'], { stdin: makePng(2, 2) });
    expect([piped.status, piped.stdout]).toEqual([0, 'i one\n\ni two\n']);
    const images = ['b', 'c'].map((letter) => ({ path: join(world.folder, `${letter}.png`) }));
    const named = await run(['describe', '-'], { stdin: JSON.stringify({ ok: true, images }) });
    expect([named.status, named.stdout.match(/==> .*\/[bc]\.png <==/g)?.length]).toEqual([0, 2]);
    expect(asked.slice(1).sort()).toEqual(['b', 'c']);
  });
});

describe('many images', () => {
  it('are told in the order in which they were typed, whatever the order of the answers', async () => {
    const { hold, held, full } = gate(4);
    const { run, asked } = await scene(4, (letter, response, request) =>
      hold(() => void describeIt(letter, response, request)),
    );
    const running = run(many(4));
    await full;
    // In the opposite order, each only when the one before is on its way.
    const order = [...asked.keys()].sort((a, b) => (asked[b] as string).localeCompare(asked[a] as string));
    for (const index of order) {
      held[index]?.();
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    const result = await running;
    expect([result.status, result.stdout, result.stderr]).toEqual([0, blocks('a', 'b', 'c', 'd'), '']);
  });

  it('are asked at most four at a time', async () => {
    let busy = 0;
    let most = 0;
    const first = gate(4);
    const { run, asked } = await scene(9, async (letter, response, request) => {
      most = Math.max(most, ++busy);
      if (asked.length <= 4) {
        first.hold(() => {});
        await first.full;
      }
      busy -= 1;
      describeIt(letter, response, request);
    });
    const result = await run(many(9));
    expect([result.status, result.stdout]).toEqual([0, blocks(...NAMES)]);
    expect(most).toBe(4);
    expect([...asked].sort()).toEqual(NAMES);
  });

  it('are one JSON object: all that were described, and what failed', async () => {
    const { run, world } = await scene(2);
    const json = (await run([...many(2), '--json'])).json();
    expect(
      json.descriptions.map(({ image, text }: { image: string; text: string }) => [image, text]),
    ).toEqual([
      [join(world.folder, 'a.png'), 'a one'],
      [join(world.folder, 'a.png'), ' a two\n'],
      [join(world.folder, 'b.png'), 'b one'],
      [join(world.folder, 'b.png'), ' b two\n'],
    ]);
    expect([json.failed, json.cost.usd]).toEqual([[], 0.02]);
  });

  it('may be the same one twice', async () => {
    const { run, server } = await scene(1);
    const result = await run(['describe', 'a.png', 'a.png']);
    expect([result.stdout, server.calls.length]).toEqual([blocks('a', 'a'), 2]);
  });

  it('are all checked before the first is sent', async () => {
    const { run, server, world } = await scene(3);
    await writeFile(join(world.folder, 'c.png'), 'no picture');
    const result = await run([...many(3), '--json']);
    expect([result.status, result.error().code, server.calls.length]).toEqual([2, 'bad_file', 0]);
    expect(result.error().message).toContain('c.png');
  });
});

describe('where some fail', () => {
  it('one that is refused leaves the others alone', async () => {
    const tell: Teller = (letter, response, request) =>
      letter === 'b' ? answerJson(response, 422, { error: 'unsafe' }) : describeIt(letter, response, request);
    const { run, server, world } = await scene(6, tell);
    const result = await run(many(6));
    expect([result.status, result.stdout]).toEqual([8, blocks('a', 'c', 'd', 'e', 'f')]);
    expect(result.stderr).toMatch(/^Error: 5 of 6 images described; b\.png: .*unsafe/);
    expect(server.calls).toHaveLength(6);
    const told = await run([...many(6), '--json']);
    expect(told.error()).toMatchObject({ code: 'partial', status: 422, billed: 'yes' });
    const { ok, descriptions, failed, cost } = told.json();
    expect([ok, descriptions.length, cost.usd]).toEqual([false, 10, 0.05]);
    expect(failed).toEqual([
      { image: join(world.folder, 'b.png'), code: 'blocked', message: expect.stringContaining('unsafe') },
    ]);
  });

  it('one that is refused last does not keep back those behind it', async () => {
    const others = gate(3);
    const { run } = await scene(4, async (letter, response, request) => {
      if (letter !== 'b') {
        describeIt(letter, response, request);
        return others.hold(() => {});
      }
      await others.full;
      return answerJson(response, 422, { error: 'unsafe' });
    });
    const result = await run(many(4));
    expect([result.status, result.stdout]).toEqual([8, blocks('a', 'c', 'd')]);
  });

  it('an empty account ends it: nothing more is asked, and what was not is named', async () => {
    const first = gate(4);
    const tell: Teller = async (letter, response, request) => {
      first.hold(() => {});
      if (letter === 'b') return answerJson(response, 402, { error: 'no funds' });
      if (letter !== 'a') await new Promise((resolve) => setTimeout(resolve, 60));
      // Until the refusal is there, no place may become free.
      else await new Promise((resolve) => setTimeout(resolve, 90));
      return describeIt(letter, response, request);
    };
    const { run, asked, world } = await scene(7, tell);
    const result = await run([...many(7), '--json']);
    expect([...asked].sort()).toEqual(['a', 'b', 'c', 'd']);
    expect([result.status, result.error()]).toMatchObject([
      6,
      { code: 'no_credit', billed: 'yes', status: 402 },
    ]);
    expect(result.error().message).toMatch(
      /^3 of 7 images described; b\.png: .*no funds.*; 3 not asked, from e\.png on\.$/,
    );
    const { descriptions, failed } = result.json();
    expect(descriptions).toHaveLength(6);
    expect(failed.map(({ image, code }: { image: string; code: string }) => [image, code])).toEqual([
      [join(world.folder, 'b.png'), 'no_credit'],
      ...['e', 'f', 'g'].map((letter) => [join(world.folder, `${letter}.png`), 'not_asked']),
    ]);
  });

  it('a refusal of the API is said once, with the remedy of what ended it', async () => {
    const tell: Teller = (letter, response) =>
      letter === 'a'
        ? answerJson(response, 422, { error: 'unsafe' })
        : setTimeout(() => answerJson(response, 401, { error: 'Access denied' }), 40);
    const { run, server } = await scene(9, tell);
    const result = await run(many(9));
    expect(result.status).toBe(4);
    expect(result.stderr.match(/Access denied/g)).toHaveLength(1);
    expect(result.stderr).toMatch(
      /0 of 9 images described; a\.png: .*unsafe.*; b\.png, c\.png, d\.png, e\.png: /,
    );
    expect(result.stderr).toContain('4 not asked, from f.png on');
    expect(result.stderr).toContain('ideogram auth');
    expect(server.calls).toHaveLength(5);
  });

  it.each([
    [422, 3, 'blocked'],
    [400, 2, 'rejected'],
    [401, 4, 'unauthorized'],
    [402, 6, 'no_credit'],
    [500, 5, 'server'],
  ] as const)('all alike with %i: that is the failure', async (status, exit, code) => {
    const { run } = await scene(3, (_, response) => answerJson(response, status, { error: 'no' }));
    const result = await run([...many(3), '--json']);
    expect([result.status, result.error().code]).toEqual([exit, code]);
    expect(result.json()).toMatchObject({ ok: false, descriptions: [] });
    expect(result.json().failed).toHaveLength(3);
    expect(result.error().billed).toBe(status === 500 ? 'maybe' : 'no');
  });

  it('each in its own way: none of them is the failure of all', async () => {
    const { run } = await scene(2, (letter, response) =>
      answerJson(response, letter === 'a' ? 422 : 400, { error: `no ${letter}` }),
    );
    const result = await run([...many(2), '--json']);
    expect([result.status, result.error().code, result.error().billed]).toEqual([8, 'partial', 'no']);
    expect(result.error()).toMatchObject({ status: null, requestId: null });
    for (const words of ['no a', 'no b']) expect(result.error().message).toContain(words);
  });

  it('too many in flight: it waits, and asks again', async () => {
    const refused = new Set<string>();
    const { run, server, world } = await scene(5, (letter, response, request) => {
      if (refused.has(letter)) return describeIt(letter, response, request);
      refused.add(letter);
      return answerJson(response, 429, { error: 'Too many requests in flight.' });
    });
    const result = await run(many(5));
    expect([result.status, result.stdout, result.stderr]).toEqual([
      0,
      blocks('a', 'b', 'c', 'd', 'e'),
      expect.any(String),
    ]);
    expect(server.calls).toHaveLength(10);
    // Each waits for itself; who is through first may also be held by the refusal of another.
    expect(world.clock.sleeps.length).toBeGreaterThanOrEqual(5);
  });

  it('an answer that holds nothing is about that image alone: the others are asked', async () => {
    const { run, asked } = await scene(6, (letter, response, request) =>
      letter === 'b'
        ? answerJson(response, 200, { descriptions: [] })
        : describeIt(letter, response, request),
    );
    const result = await run([...many(6), '--json']);
    expect([result.status, result.error().code]).toEqual([8, 'partial']);
    expect([...asked].sort()).toEqual(['a', 'b', 'c', 'd', 'e', 'f']);
    expect(result.error().hint).toContain('{"descriptions":[]}');
    expect(result.error().hint).toContain('Only these are left: b.png');
  });

  it('nothing more is asked when nobody reads: what was paid comes with the error', async () => {
    const { run, asked } = await scene(9, (letter, response, request) =>
      letter === 'a'
        ? describeIt(letter, response, request)
        : setTimeout(() => describeIt(letter, response, request), 60),
    );
    const result = await run(many(9), { stdoutClosed: true });
    expect([result.status, result.stdout]).toEqual([8, '']);
    for (const letter of 'abcd') expect(result.stderr).toContain(`${letter} two`);
    expect(result.stderr).toContain('Only these are left: e.png f.png g.png h.png i.png');
    expect([...asked].sort()).toEqual(['a', 'b', 'c', 'd']);
  });

  it('a reader that went away hides no other failure', async () => {
    const { run } = await scene(3, (letter, response, request) =>
      letter === 'b'
        ? answerJson(response, 402, { error: 'no funds' })
        : describeIt(letter, response, request),
    );
    const result = await run(many(3), { stdoutClosed: true });
    expect(result.status).toBe(6);
  });

  it('a file that vanishes before its turn is not sent; the others are', async () => {
    const state: { folder: string; changed?: Promise<void> } = { folder: '' };
    const change = async (): Promise<void> => {
      await rm(join(state.folder, 'f.png'));
      await writeFile(join(state.folder, 'e.png'), 'no picture any more');
    };
    const { run, asked, world } = await scene(6, async (letter, response, request) => {
      // Once, and whole before the first answer.
      state.changed ??= change();
      await state.changed;
      describeIt(letter, response, request);
    });
    state.folder = world.folder;
    const result = await run(many(6));
    expect([result.status, result.stdout]).toEqual([8, blocks('a', 'b', 'c', 'd')]);
    expect([...asked].sort()).toEqual(['a', 'b', 'c', 'd']);
    expect(result.stderr).toMatch(/4 of 6 images described; e\.png is no image .*; f\.png does not exist\./);
  });
});

describe('Ctrl-C', () => {
  it('lets what is in flight be answered and told, and asks nothing more', async () => {
    const { hold, held, full } = gate(4);
    const { run, world, asked } = await scene(7, (letter, response, request) =>
      hold(() => void describeIt(letter, response, request)),
    );
    const running = run(many(7));
    await full;
    world.stop.abort('SIGINT');
    for (const answer of held) answer();
    const result = await running;
    expect([result.status, result.stdout]).toEqual([130, blocks('a', 'b', 'c', 'd')]);
    expect(result.stderr).toContain('Stopping: what has been asked is still answered');
    expect(result.stderr).toContain('Stopped: 4 of 7 images described; 3 not asked, from e.png on.');
    expect([...asked].sort()).toEqual(['a', 'b', 'c', 'd']);
  });

  it('in --json names those that were not asked', async () => {
    const { hold, held, full } = gate(4);
    const { run, world } = await scene(6, (letter, response, request) =>
      hold(() => void describeIt(letter, response, request)),
    );
    const running = run([...many(6), '--json']);
    await full;
    world.stop.abort('SIGINT');
    for (const answer of held) answer();
    const result = await running;
    expect([result.status, result.error()]).toMatchObject([130, { code: 'cancelled', billed: 'yes' }]);
    const { ok, descriptions, failed } = result.json();
    expect([ok, descriptions.length]).toEqual([false, 8]);
    expect(failed.map(({ image, code }: { image: string; code: string }) => [image, code])).toEqual(
      ['e', 'f'].map((letter) => [join(world.folder, `${letter}.png`), 'not_asked']),
    );
  });

  it('is heard also where all that was asked is answered', async () => {
    for (const count of [1, 2]) {
      const { hold, held, full } = gate(count);
      const { run, world } = await scene(count, (letter, response, request) =>
        hold(() => void describeIt(letter, response, request)),
      );
      const running = run(many(count));
      await full;
      world.stop.abort('SIGINT');
      for (const answer of held) answer();
      const result = await running;
      expect([result.status, result.stdout]).toEqual([
        130,
        count === 1 ? 'a one\n\na two\n' : blocks('a', 'b'),
      ]);
    }
  });

  it('a second time leaves at once: what is in flight may be paid', async () => {
    const { hold, full } = gate(4);
    const { run, world } = await scene(6, () => hold(() => {}));
    const running = run([...many(6), '--json']);
    await full;
    world.stop.abort('SIGINT');
    world.abort.abort('SIGINT');
    const result = await running;
    expect([result.status, result.error()]).toMatchObject([130, { code: 'cancelled', billed: 'maybe' }]);
    expect(result.json().failed).toHaveLength(6);
  });

  it('before anything is sent sends nothing', async () => {
    const { run, world, server } = await scene(3);
    world.stop.abort('SIGINT');
    const result = await run([...many(3), '--json']);
    expect([result.status, result.error().code, result.error().billed]).toEqual([130, 'cancelled', 'no']);
    expect(server.calls).toEqual([]);
  });
});

describe('standard output', () => {
  it.each([[[]], [['--json']]])('that nobody reads is told, with what was paid: %j', async (flags) => {
    const { run } = await scene(3);
    const result = await run([...many(3), ...flags], { stdoutClosed: true });
    expect([result.status, result.stderr]).toEqual([
      8,
      expect.stringContaining('Nobody read standard output.'),
    ]);
    for (const letter of 'abc') expect(result.stderr).toContain(`${letter} two`);
  });

  it('holds no head lines where the descriptions are JSON: each is a document of its own', async () => {
    const { run } = await scene(2, (letter, response) =>
      answerJson(response, 200, { json_prompt: { high_level_description: letter } }),
    );
    const { stdout } = await run([...many(2), '-m', 'V_4']);
    const documents = stdout.trim().split(/\n(?=\{)/);
    expect(documents.map((text) => JSON.parse(text))).toEqual([
      { high_level_description: 'a' },
      { high_level_description: 'b' },
    ]);
  });

  it('shows no control characters of the API', async () => {
    const { run } = await scene(1, (_, response) =>
      answerJson(response, 200, { descriptions: [{ text: 'a\u001b[2Jb' }] }),
    );
    expect((await run(many(1))).stdout).toBe('a[2Jb\n');
  });
});

describe('before anything is sent', () => {
  it('--dry-run shows all requests, and sends none', async () => {
    const { run, server } = await scene(3);
    const options = { env: { IDEOGRAM_API_KEY: undefined } };
    const shown = await run([...many(3), '--dry-run'], options);
    expect([shown.status, shown.stderr]).toEqual([0, '']);
    expect(shown.stdout.match(/^POST .*\/describe$/gm)).toHaveLength(3);
    for (const letter of ['a', 'b', 'c']) expect(shown.stdout).toContain(`${letter}.png (image/png`);
    expect(shown.stdout).toContain('about $0.03');
    const { requests, request, cost } = (await run([...many(3), '--dry-run', '--json'], options)).json();
    expect(requests.map(({ files }: { files: { source: string }[] }) => files[0]?.source)).toEqual([
      'a.png',
      'b.png',
      'c.png',
    ]);
    expect([request, cost.usd]).toEqual([requests[0], 0.03]);
    expect(server.calls).toEqual([]);
  });

  it('--max-cost counts all of them', async () => {
    const { run, server } = await scene(3);
    const dear = await run([...many(3), '--max-cost', '0.02', '--json']);
    expect([dear.status, dear.error().code, server.calls.length]).toEqual([6, 'cost_cap', 0]);
    expect(dear.error().message).toContain('$0.03');
    const fair = await run([...many(3), '--max-cost', '0.03']);
    expect([fair.status, server.calls.length]).toEqual([0, 3]);
  });

  it('a folder, an image above 10 MB and a wrong option are refused', async () => {
    const { run, server, world } = await scene(1);
    await mkdir(join(world.folder, 'photos'));
    for (const argv of [
      ['a.png', 'photos'],
      ['a.png', '--include-tags'],
      ['a.png', 'no.png'],
      ['-', '-'],
    ]) {
      const { status } = await run(['describe', ...argv]);
      expect([argv, status]).toEqual([argv, 2]);
    }
    expect(server.calls).toEqual([]);
  });

  it('a URL is fetched once, though it is asked later than others', async () => {
    const { run, asked } = await scene(2);
    const real = createFetch({});
    const fetched: string[] = [];
    const fetch: Fetch = (url, init) => {
      if (!url.startsWith('https://pictures.example')) return real(url, init);
      fetched.push(url);
      const headers = { get: () => null };
      return Promise.resolve({ status: 200, headers, body: Readable.from([makePng(2, 2)]) } as never);
    };
    const result = await run(['describe', 'a.png', 'https://pictures.example/z.png', 'b.png'], { fetch });
    expect(result.stdout).toContain('==> https://pictures.example/z.png <==\nz one');
    expect([fetched.length, [...asked].sort()]).toEqual([1, ['a', 'b', 'z']]);
  });
});

describe('a prompt in parts', () => {
  it('of an image feeds straight back into generate', async () => {
    const { run, world } = await scene(1);
    const described = await run(['describe', 'a.png', '-m', 'V_4', '--include-tags', '--sandbox', '-q']);
    const document = JSON.parse(described.stdout);
    expect(document).toMatchObject({ tags: expect.any(Array) });
    const server = await startServer(answerImages(1));
    const made = await runCli(['generate', '-m', 'V_4', '--json-prompt', '-'], {
      world,
      stdin: described.stdoutBytes,
      env: { IDEOGRAM_BASE_URL: server.url },
    });
    expect([made.status, made.stderr]).toEqual([0, '']);
    const parts = await readParts(server.calls[0] as Received);
    expect(parts.map(({ name, type }) => [name, type])).toEqual([['json_prompt', 'application/json']]);
    expect(JSON.parse(String(parts[0]?.bytes))).toEqual(document);
  });

  it('of an image, as JSON, holds the summary and the parts', async () => {
    const json_prompt = { high_level_description: 'a hill', compositional_deconstruction: {} };
    const { run, world } = await scene(1, (_, response) => answerJson(response, 200, { json_prompt }));
    const { descriptions, model } = (await run([...many(1), '-m', 'V_4', '--json'])).json();
    const image = join(world.folder, 'a.png');
    expect([model, descriptions]).toEqual(['V_4', [{ image, text: 'a hill', jsonPrompt: json_prompt }]]);
  });

  it.each([[{}], [{ json_prompt: null }], [{ json_prompt: 'a fox' }], [{ descriptions: [{ text: 'a' }] }]])(
    'is not in %j: it may be paid, and the answer is shown',
    async (body) => {
      const server = await startServer((_, response) => answerJson(response, 200, body));
      const env = { IDEOGRAM_BASE_URL: server.url };
      const { status, error, stdout } = await runCli(['magic-prompt', 'a fox'], { env }).then(
        async (human) => {
          expect(human.stdout).toBe('');
          return runCli(['magic-prompt', 'a fox', '--json'], { env });
        },
      );
      expect([status, error()]).toMatchObject([5, { code: 'bad_response', billed: 'maybe' }]);
      expect(error().hint).toContain(JSON.stringify(body));
      expect(JSON.parse(stdout)).toMatchObject({ ok: false, jsonPrompt: null, aspectRatio: null });
    },
  );

  it('of a text is written by magic-prompt, and made into a picture by generate', async () => {
    const json_prompt = {
      high_level_description: 'a fox in the snow',
      compositional_deconstruction: { background: 'snow', elements: [{ type: 'obj', desc: 'a fox' }] },
    };
    const server = await startServer((_, response) =>
      answerJson(response, 200, { json_prompt, aspect_ratio: '16x9' }),
    );
    const env = { IDEOGRAM_BASE_URL: server.url };
    const written = await runCli(['magic-prompt', 'a fox', '--aspect-ratio', '16:9'], { env });
    expect([written.status, written.stderr]).toEqual([0, '']);
    expect(JSON.parse(written.stdout)).toEqual(json_prompt);
    const [call] = server.calls as [Received];
    expect([call.path, call.headers['content-type']]).toEqual([
      '/v1/ideogram-v4/magic-prompt',
      'application/json',
    ]);
    expect(JSON.parse(String(call.body))).toEqual({ text_prompt: 'a fox', aspect_ratio: '16x9' });
    const made = await runCli(['generate', '--json-prompt', '-', '-m', 'V_4', '--sandbox', '-q'], {
      stdin: written.stdout,
    });
    expect([made.status, made.stdout]).toEqual([0, expect.stringMatching(/^a-fox-in-the-snow-\d+\.png\n$/)]);
  });

  it('of a text, as JSON', async () => {
    const json_prompt = { high_level_description: 'a fox' };
    const server = await startServer((_, response) =>
      answerJson(response, 200, { json_prompt, aspect_ratio: '1x1' }),
    );
    const env = { IDEOGRAM_BASE_URL: server.url };
    const result = await runCli(['magic-prompt', '-', '--json'], { env, stdin: 'a fox\n' });
    expect(result.json()).toEqual({
      ok: true,
      command: 'magic-prompt',
      model: 'V_4',
      prompt: 'a fox',
      jsonPrompt: json_prompt,
      aspectRatio: '1x1',
      cost: expect.any(Object),
      sandbox: false,
      warnings: [],
    });
    expect(await result.files()).toEqual([]);
  });
});
