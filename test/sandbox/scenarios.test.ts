/** Each scenario: what the client gets, how the words are read, and that the documentation lists them all. */
import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { readScenarios, SCENARIOS, spelling } from '../../src/sandbox/scenarios.js';
import { createVirtualClock } from '../support/clock.js';
import {
  call,
  firstLink,
  type Heard,
  items,
  parsed,
  postForm,
  postLegacy,
  postQuote,
  start,
} from './harness.js';

const ask = async (prompt: string, count = 1): Promise<Heard> =>
  postForm(await start(), [
    ['prompt', prompt],
    ['num_images', String(count)],
  ]);

describe('words', () => {
  it.each<[string, Record<string, string>]>([
    ['a fox sandbox:blocked', { blocked: '' }],
    ['sandbox:busy=always, a fox', { busy: 'always' }],
    ['(sandbox:withheld=2).', { withheld: '2' }],
    ['sandbox:slow=1.5.', { slow: '1.5' }],
    ['sandbox:busy\nsandbox:retry-after=3', { busy: '1', 'retry-after': '3' }],
    ['a sandbox: with a child', {}],
    ['mysandbox:blocked', {}],
    ['SANDBOX:BLOCKED', {}],
    ['a sandbox', {}],
  ])('%j', (prompt, expected) => {
    expect(Object.fromEntries(readScenarios(prompt, 'prompt'))).toEqual(expected);
  });

  it.each(['foo', 'busy=0', 'busy=x', 'blocked=1', 'server-error=404', 'retry-after', 'slow=fast', 'block'])(
    'sandbox:%s is refused with the list',
    async (word) => {
      const heard = await ask(`a fox sandbox:${word}`);
      expect(heard.status).toBe(400);
      for (const row of SCENARIOS) expect(parsed(heard).detail).toContain(spelling(row));
    },
  );

  it('are all in the documentation', () => {
    const page = readFileSync(new URL('../../docs/sandbox.md', import.meta.url), 'utf8');
    for (const row of SCENARIOS) expect(page).toContain(`| \`${spelling(row)}\` | ${row.does} |`);
  });
});

describe('refusals', () => {
  it.each<[string, number, Record<string, unknown>]>([
    ['unauthorized', 401, { message: 'Access denied' }],
    ['not-found', 404, { message: 'Not found' }],
    ['forbidden', 403, { message: 'This account is not authorized for this operation.' }],
    ['no-credit', 402, { error: expect.stringContaining('credits'), reject_reason: 'insufficient_funds' }],
    ['blocked', 422, { error: expect.stringContaining('safety check') }],
    ['busy', 429, { error: 'Too many requests in flight.', reject_reason: 'inflight_limit' }],
    ['server-error', 500, { error: expect.any(String) }],
    ['server-error=503', 503, { error: expect.any(String) }],
  ])('%s: %i', async (word, status, body) => {
    const heard = await ask(`a fox sandbox:${word}`);
    expect(heard.status).toBe(status);
    expect(parsed(heard)).toEqual(body);
    const legacy = await postLegacy(await start(), { prompt: `sandbox:${word}` });
    expect(legacy.status).toBe(status);
    const quote = await postQuote(await start(), { prompt: `sandbox:${word}` });
    expect([quote.status, parsed(quote)]).toEqual([status, body]);
  });

  it('unauthorized comes before the other fields are checked, the rest after', async () => {
    const status = async (word: string): Promise<number> => (await ask(`sandbox:${word}`, 9)).status;
    expect(await status('unauthorized')).toBe(401);
    expect(await status('no-credit')).toBe(400);
  });

  it('come in the order of the table', async () => {
    const words = ['unauthorized', 'not-found', 'forbidden', 'no-credit', 'blocked', 'busy', 'server-error'];
    const order = SCENARIOS.map(({ name }) => name).filter((name) => words.includes(name));
    expect(order).toEqual(words);
    const statuses: number[] = [];
    for (let first = 0; first < words.length; first += 1) {
      const asked = words.slice(first).reverse();
      statuses.push((await ask(asked.map((word) => `sandbox:${word}`).join(' '))).status);
    }
    expect(statuses).toEqual([401, 404, 403, 402, 422, 429, 500]);
  });

  it('busy=2 refuses twice and then works, for this prompt only', async () => {
    const sandbox = await start();
    const status = async (prompt: string): Promise<number> =>
      (await postForm(sandbox, [['prompt', prompt]])).status;
    expect(await status('a sandbox:busy=2')).toBe(429);
    expect(await status('b sandbox:busy=2')).toBe(429);
    expect(await status('a sandbox:busy=2')).toBe(429);
    expect(await status('a sandbox:busy=2')).toBe(200);
    expect(await status('a sandbox:busy=2')).toBe(200);
  });

  it.each(['unauthorized', 'not-found', 'no-credit', 'busy', 'server-error'])(
    'retry-after adds its header to %s',
    async (word) => {
      expect((await ask(`sandbox:${word}`)).headers['retry-after']).toBeUndefined();
      const heard = await ask(`sandbox:${word} sandbox:retry-after=7`);
      expect(heard.headers['retry-after']).toBe('7');
    },
  );

  it('busy=always never ends; retry-after adds the header', async () => {
    const sandbox = await start();
    for (let turn = 0; turn < 5; turn += 1) {
      const heard = await postForm(sandbox, [['prompt', 'sandbox:busy=always sandbox:retry-after=7']]);
      expect([heard.status, heard.headers['retry-after']]).toEqual([429, '7']);
    }
  });
});

describe('answers that go wrong', () => {
  it.each([
    ['withheld', 1, [false]],
    ['withheld', 3, [true, true, false]],
    ['withheld=2', 3, [true, false, false]],
    ['withheld=8', 2, [false, false]],
  ] as const)('%s of %i', async (word, count, safe) => {
    const data = items(await ask(`sandbox:${word}`, count));
    expect(data.map((item) => item.is_image_safe)).toEqual(safe);
    expect(data.map((item) => item.url !== null)).toEqual(safe);
  });

  it('slow waits by the clock', async () => {
    const clock = createVirtualClock();
    const sandbox = await start({ clock });
    await postForm(sandbox, [['prompt', 'sandbox:slow']]);
    await postForm(sandbox, [['prompt', 'sandbox:slow=0.5']]);
    expect(clock.sleeps).toEqual([20_000, 500]);
  });

  it('stalled: half of the answer, 24 hours, the end', async () => {
    const clock = createVirtualClock();
    const heard = await postForm(await start({ clock }), [['prompt', 'sandbox:stalled']]);
    expect(heard.status).toBe(200);
    expect(heard.complete).toBe(false);
    expect(heard.body.length).toBe(Math.ceil(Number(heard.headers['content-length']) / 2));
    expect(clock.sleeps).toEqual([86_400_000]);
  });

  it('cut: no answer', async () => {
    const heard = await ask('sandbox:cut');
    expect(heard.failed).toMatch(/socket hang up|ECONNRESET/);
  });

  it('cut-answer: half of it', async () => {
    const heard = await ask('sandbox:cut-answer');
    expect([heard.status, heard.complete]).toEqual([200, false]);
    expect(heard.body.toString()).toMatch(/^\{"created"/);
  });

  it('html: a page with status 200', async () => {
    const heard = await ask('sandbox:html');
    expect([heard.status, heard.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
  });

  it('redirect: 307 to another host, still this machine', async () => {
    const heard = await ask('sandbox:redirect');
    expect(heard.status).toBe(307);
    expect(heard.headers.location).toMatch(/^http:\/\/localhost:\d+\/elsewhere$/);
  });
});

describe('downloads that go wrong', () => {
  it('expired', async () => {
    const sandbox = await start();
    const heard = await call(await firstLink(sandbox, 'sandbox:expired'));
    expect([heard.status, heard.body.toString()]).toEqual([403, 'link expired\n']);
  });

  it('truncated: a matching length and no end, for ever or N times', async () => {
    const sandbox = await start();
    const always = await firstLink(sandbox, 'sandbox:truncated');
    for (let turn = 0; turn < 3; turn += 1) {
      const heard = await call(always);
      expect([heard.status, heard.complete]).toEqual([200, true]);
      expect(heard.body.length).toBe(Number(heard.headers['content-length']));
      expect(heard.body.includes('IEND')).toBe(false);
      expect(heard.body.subarray(1, 4).toString()).toBe('PNG');
    }
    const once = await firstLink(sandbox, 'sandbox:truncated=1');
    expect((await call(once)).body.includes('IEND')).toBe(false);
    expect((await call(once)).body.includes('IEND')).toBe(true);
  });

  it('broken-download: less than promised, N times for each image', async () => {
    const sandbox = await start();
    const data = items(
      await postForm(sandbox, [
        ['prompt', 'sandbox:broken-download=2'],
        ['num_images', '2'],
      ]),
    );
    for (const { url } of data) {
      const ends: boolean[] = [];
      for (let turn = 0; turn < 3; turn += 1) ends.push((await call(url ?? '')).complete);
      expect(ends).toEqual([false, false, true]);
    }
  });

  it('html-image: a page with status 200', async () => {
    const heard = await call(await firstLink(await start(), 'sandbox:html-image'));
    expect([heard.status, heard.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
  });
});
