/** The price quote of v2: when it exists, each field rule, each price, and that it runs nothing. */
import { describe, expect, it } from 'vitest';
import { createVirtualClock } from '../support/clock.js';
import {
  call,
  createStillClock,
  parsed,
  postForm,
  postJson,
  postLegacy,
  postQuote,
  start,
  V2,
} from './harness.js';

describe('without dry_run=true', () => {
  it.each([
    '',
    '?',
    '?dry_run',
    '?dry_run=',
    '?dry_run=false',
    '?dry_run=1',
    '?dryrun=true',
    '?x=dry_run=true',
  ])('there is no such endpoint: %j', async (query) => {
    const heard = await postJson(await start(), V2 + query, { prompt: 'a fox' });
    expect(heard.status).toBe(404);
    expect(parsed(heard)).toEqual({ message: expect.stringMatching(/only quotes prices.*\?dry_run=true/) });
  });

  it('no scenario changes that', async () => {
    const heard = await postJson(await start(), V2, { prompt: 'sandbox:no-credit sandbox:unauthorized' });
    expect(heard.status).toBe(404);
  });
});

describe('gate', () => {
  it.each([[{}], [{ 'Api-Key': ' ' }], [{ Authorization: 'Bearer x' }]])('401 with %j', async (headers) => {
    const sent = { 'Content-Type': 'application/json', ...headers } as Record<string, string>;
    const heard = await postJson(await start(), `${V2}?dry_run=true`, { prompt: 'x' }, { headers: sent });
    expect([heard.status, parsed(heard)]).toEqual([401, { message: 'Access denied' }]);
  });

  it.each(['GET', 'PUT'])('404 for %s', async (method) => {
    const url = `${(await start()).url}${V2}?dry_run=true`;
    expect((await call(url, { method, headers: { 'Api-Key': 'x' } })).status).toBe(404);
  });

  it('takes JSON only', async () => {
    const sandbox = await start();
    const heard = await postForm({ ...sandbox, url: `${sandbox.url}${V2}?dry_run=true#` }, [['prompt', 'x']]);
    expect(heard.status).toBe(400);
    expect(parsed(heard).detail).toContain('expected application/json');
  });
});

describe('refused in the problem shape', () => {
  it.each<[string, Record<string, unknown>, string]>([
    ['no prompt', { prompt: undefined }, "'prompt' is a required property"],
    ['empty prompt', { prompt: '' }, "should be non-empty - 'prompt'"],
    ['prompt as a number', { prompt: 5 }, "5 is not of type 'string' - 'prompt'"],
    ['prompt as null', { prompt: null }, "null is not of type 'string' - 'prompt'"],
    ['prompt of 10001', { prompt: 'x'.repeat(10_001) }, "is too long - 'prompt'"],
    ['prompt of 10001 foxes', { prompt: '🦊'.repeat(10_001) }, "is too long - 'prompt'"],
    ['prompt of 20001', { prompt: 'x'.repeat(20_001) }, "is too long - 'prompt'"],
    ['0 images', { num_images: 0 }, "0 is less than the minimum of 1 - 'num_images'"],
    ['9 images', { num_images: 9 }, "9 is greater than the maximum of 8 - 'num_images'"],
    ['images as text', { num_images: '2' }, "'2' is not of type 'integer' - 'num_images'"],
    ['half an image', { num_images: 1.5 }, "1.5 is not of type 'integer' - 'num_images'"],
    ['seed -1', { seed: -1 }, "minimum of 0 - 'seed'"],
    ['seed too high', { seed: 2_147_483_648 }, "maximum of 2147483647 - 'seed'"],
    ['seed null', { seed: null }, "null is not of type 'integer' - 'seed'"],
    ['resolution of v3', { resolution: '512x1408' }, "- 'resolution'"],
    ['resolution of 2 K and a bit', { resolution: '2048x2049' }, "- 'resolution'"],
    [
      'speed in upper case',
      { rendering_speed: 'TURBO' },
      "'TURBO' is not one of ['turbo', 'default', 'quality']",
    ],
    ['speed that is gone', { rendering_speed: 'flash' }, "- 'rendering_speed'"],
    ['magic prompt in upper case', { magic_prompt: 'AUTO' }, "'AUTO' is not one of ['auto', 'on', 'off']"],
    ['magic prompt as a boolean', { magic_prompt: true }, "- 'magic_prompt'"],
    ['private as text', { private: 'true' }, "'true' is not of type 'boolean' - 'private'"],
    ['copyright detection', { enable_copyright_detection: 1 }, "- 'enable_copyright_detection'"],
    ['async null', { async: null }, "null is not of type 'boolean' - 'async'"],
    ['collection', { target_collection_id: 7 }, "7 is not of type 'string' - 'target_collection_id'"],
    ['webhook', { webhook_url: 'http://x.example' }, "not an https address - 'webhook_url'"],
    ['webhook too long', { webhook_url: `https://${'x'.repeat(2041)}` }, "is too long - 'webhook_url'"],
  ])('%s', async (_name, fields, detail) => {
    const heard = await postQuote(await start(), fields);
    expect(heard.headers['content-type']).toBe('application/problem+json');
    expect(parsed(heard)).toEqual({
      type: 'about:blank',
      title: 'Bad Request',
      detail: expect.stringContaining(detail),
      status: 400,
    });
    expect(heard.status).toBe(400);
  });

  it.each<[unknown]>([['a fox'], [[]], [null]])('a body that is %j', async (body) => {
    const heard = await postJson(await start(), `${V2}?dry_run=true`, body);
    expect([heard.status, parsed(heard).detail]).toEqual([400, 'Request body must be a JSON object']);
  });

  it('lists all 38 sizes', async () => {
    const { detail } = parsed(await postQuote(await start(), { resolution: '1x1' }));
    expect(new Set(String(detail).match(/'\d{3,4}x\d{3,4}'/g)).size).toBe(38);
  });
});

describe('a quote', () => {
  it('has all fields and nothing else', async () => {
    const heard = await postQuote(await start(), {});
    expect([heard.status, heard.headers['content-type']]).toEqual([200, 'application/json']);
    expect(parsed(heard)).toEqual({
      object: 'price_quote',
      billing_identifier: 'ideogram-4',
      quantity: 1,
      usd_micros: 60_000,
      credit_millis: 6000,
      qualifier: 'exact',
    });
  });

  it.each<[Record<string, unknown>, number, number]>([
    [{ num_images: 8 }, 8, 480_000],
    [{ rendering_speed: 'default', num_images: 2 }, 2, 120_000],
    [{ rendering_speed: 'turbo' }, 1, 30_000],
    [{ rendering_speed: 'turbo', num_images: 3 }, 3, 90_000],
    [{ rendering_speed: 'quality', num_images: 4 }, 4, 400_000],
  ])('%j', async (fields, quantity, micros) => {
    expect(parsed(await postQuote(await start(), fields))).toMatchObject({
      quantity,
      usd_micros: micros,
      credit_millis: micros / 10,
    });
  });

  it.each<[Record<string, unknown>]>([
    [{ seed: 0 }],
    [{ seed: 2_147_483_647 }],
    [{ prompt: 'x' }],
    [{ resolution: '2048x2048' }],
    [{ resolution: '3328x1248', magic_prompt: 'on' }],
    [{ magic_prompt: 'off', private: null, enable_copyright_detection: true }],
    [{ async: true, webhook_url: 'https://x.example/hook', target_collection_id: 'mine' }],
    [{ webhook_url: `https://${'x'.repeat(2040)}` }],
    [{ aspect_ratio: 'nonsense', modle: 7 }],
  ])('is not changed by %j', async (fields) => {
    expect(parsed(await postQuote(await start(), fields))).toMatchObject({ usd_micros: 60_000 });
  });

  it.each(['x', '🦊'])('takes a prompt of 10000 times %s', async (character) => {
    expect((await postQuote(await start(), { prompt: character.repeat(10_000) })).status).toBe(200);
  });

  it('takes the parameter among others', async () => {
    const heard = await postJson(await start(), `${V2}?a=1&dry_run=true&b=2`, { prompt: 'a fox' });
    expect(parsed(heard)).toMatchObject({ object: 'price_quote' });
  });
});

describe('it runs nothing', () => {
  it('needs no place in flight and not the time of a generation', async () => {
    const clock = createStillClock();
    const sandbox = await start({ clock, latency: 1 });
    const held = [8, 2].map((count) => postLegacy(sandbox, { prompt: 'x', num_images: count }));
    while (clock.waiting() < 2) await new Promise((resolve) => setImmediate(resolve));
    expect((await postQuote(sandbox, { num_images: 8 })).status).toBe(200);
    clock.release();
    expect((await Promise.all(held)).map((heard) => heard.status)).toEqual([200, 200]);
  });

  it('takes no place, even while it is slow', async () => {
    const clock = createStillClock();
    const sandbox = await start({ clock });
    const quotes = [1, 2].map(() => postQuote(sandbox, { prompt: 'sandbox:slow', num_images: 8 }));
    while (clock.waiting() < 2) await new Promise((resolve) => setImmediate(resolve));
    expect((await postLegacy(sandbox, { prompt: 'x', num_images: 8 })).status).toBe(200);
    clock.release();
    expect((await Promise.all(quotes)).map((heard) => heard.status)).toEqual([200, 200]);
  });

  it('has no link, and says in the log what it was', async () => {
    const lines: unknown[] = [];
    const sandbox = await start({ onRequest: (line) => lines.push(line) });
    expect((await postQuote(sandbox, {})).body.toString()).not.toContain('http');
    await postQuote(sandbox, { prompt: 'sandbox:stalled' });
    await postQuote(sandbox, { prompt: 'sandbox:cut-answer' });
    const line = { method: 'POST', path: V2, status: 200 };
    const notes = ['price quote', 'price quote, stalled', 'price quote, answer cut'];
    expect(lines).toEqual(notes.map((note) => ({ ...line, note })));
  });
});

describe('scenarios', () => {
  it('unauthorized comes before the other fields are checked, the rest after', async () => {
    const status = async (word: string): Promise<number> =>
      (await postQuote(await start(), { prompt: `sandbox:${word}`, seed: -1 })).status;
    expect(await status('unauthorized')).toBe(401);
    expect(await status('not-found')).toBe(400);
    expect(await status('no-credit')).toBe(400);
  });

  it('busy=2 refuses twice, then quotes', async () => {
    const sandbox = await start();
    const statuses: number[] = [];
    for (let turn = 0; turn < 3; turn += 1) {
      statuses.push((await postQuote(sandbox, { prompt: 'sandbox:busy=2 sandbox:retry-after=3' })).status);
    }
    expect(statuses).toEqual([429, 429, 200]);
  });

  it('slow waits by the clock', async () => {
    const clock = createVirtualClock();
    await postQuote(await start({ clock, latency: 7000 }), { prompt: 'sandbox:slow=3' });
    expect(clock.sleeps).toEqual([3000]);
  });

  it('stalled: half of the quote, 24 hours, the end', async () => {
    const clock = createVirtualClock();
    const heard = await postQuote(await start({ clock }), { prompt: 'sandbox:stalled' });
    expect([heard.status, heard.complete, clock.sleeps]).toEqual([200, false, [86_400_000]]);
    expect(heard.body.toString()).toMatch(/^\{"object":"price_quote"/);
  });

  it('cut: no answer; cut-answer: half of it', async () => {
    const sandbox = await start();
    expect((await postQuote(sandbox, { prompt: 'sandbox:cut' })).failed).toMatch(/hang up|ECONNRESET/);
    const half = await postQuote(sandbox, { prompt: 'sandbox:cut-answer' });
    expect([half.status, half.complete]).toEqual([200, false]);
    expect(half.body.length).toBe(Math.ceil(Number(half.headers['content-length']) / 2));
  });

  it('html, redirect', async () => {
    const sandbox = await start();
    const html = await postQuote(sandbox, { prompt: 'sandbox:html' });
    expect([html.status, html.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    const redirect = await postQuote(sandbox, { prompt: 'sandbox:redirect' });
    expect(redirect.status).toBe(307);
    expect(redirect.headers.location).toMatch(/^http:\/\/localhost:\d+\/elsewhere$/);
  });

  it.each(['withheld', 'expired', 'truncated', 'broken-download', 'html-image'])(
    '%s has nothing to spoil',
    async (word) => {
      expect(parsed(await postQuote(await start(), { prompt: `sandbox:${word}` }))).toMatchObject({
        object: 'price_quote',
      });
    },
  );
});
