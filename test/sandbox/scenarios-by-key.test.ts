/** Scenarios that stand in the key: they count for every request made with it, and a key's text is never said again. */
import { describe, expect, it } from 'vitest';
import { SCENARIOS, spelling } from '../../src/sandbox/scenarios.js';
import type { Sandbox } from '../../src/sandbox/server.js';
import { createVirtualClock } from '../support/clock.js';
import { call, type Heard, items, LEGACY, parsed, postJson, postQuote, start, V2, V3 } from './harness.js';

const withKey = (
  sandbox: Sandbox,
  key: string,
  fields: Record<string, unknown> = {},
  path = V3,
): Promise<Heard> => {
  const headers = { 'Api-Key': key, 'Content-Type': 'application/json' };
  const body = { prompt: 'a fox', ...fields };
  return postJson(sandbox, path, path === LEGACY ? { image_request: body } : body, { headers });
};

const statusOf = async (sandbox: Sandbox, key: string, prompt: string): Promise<number> =>
  (await withKey(sandbox, key, { prompt })).status;

describe('a key that asks for', () => {
  it.each([
    ['unauthorized', 401],
    ['not-found', 404],
    ['forbidden', 403],
    ['no-credit', 402],
    ['blocked', 422],
    ['busy', 429],
    ['server-error=503', 503],
    ['html', 200],
    ['redirect', 307],
  ])('%s gets %i, whatever it calls', async (word, status) => {
    const sandbox = await start();
    for (const path of [V3, LEGACY, `${V2}?dry_run=true`]) {
      const heard = await withKey(sandbox, `sandbox:${word}`, { prompt: path }, path);
      expect([path, heard.status]).toEqual([path, status]);
      expect(heard.body.toString()).not.toMatch(/"url"|price_quote/);
    }
  });

  it('slow, stalled, cut and cut-answer gets that', async () => {
    const clock = createVirtualClock();
    const sandbox = await start({ clock });
    await postQuote(sandbox, {}, 'sandbox:slow=4');
    expect((await postQuote(sandbox, {}, 'sandbox:stalled')).complete).toBe(false);
    expect((await postQuote(sandbox, {}, 'sandbox:cut-answer')).complete).toBe(false);
    expect((await postQuote(sandbox, {}, 'sandbox:cut')).failed).toBeDefined();
    expect(clock.sleeps).toEqual([4000, 86_400_000]);
  });

  it('faults of images gets those', async () => {
    const sandbox = await start();
    const withheld = items(await withKey(sandbox, 'sandbox:withheld', { num_images: 2 }));
    expect(withheld.map((item) => item.is_image_safe)).toEqual([true, false]);
    const expired = items(await withKey(sandbox, 'sandbox:expired'));
    expect((await call(expired[0]?.url ?? '')).status).toBe(403);
  });
});

describe('unauthorized', () => {
  it('comes before the body is looked at', async () => {
    const headers = { 'Api-Key': 'sandbox:unauthorized', 'Content-Type': 'text/plain' };
    const heard = await call((await start()).url + LEGACY, { method: 'POST', headers, body: 'no JSON' });
    expect([heard.status, parsed(heard)]).toEqual([401, { message: 'Access denied' }]);
  });

  it('says no more about the prompt', async () => {
    expect(await statusOf(await start(), 'sandbox:unauthorized', 'sandbox:foo')).toBe(401);
  });

  it('does not open an address that does not exist', async () => {
    const heard = await withKey(await start(), 'sandbox:unauthorized', {}, V2.replace('4', '9'));
    expect(heard.status).toBe(404);
  });
});

describe('key and prompt together', () => {
  it('are combined', async () => {
    const sandbox = await start();
    const heard = await withKey(sandbox, 'sandbox:retry-after=9', { prompt: 'sandbox:busy=always' });
    expect([heard.status, heard.headers['retry-after']]).toEqual([429, '9']);
    expect(await statusOf(sandbox, 'sandbox:no-credit', 'sandbox:forbidden')).toBe(403);
    expect(await statusOf(sandbox, 'sandbox:forbidden', 'sandbox:no-credit')).toBe(403);
  });

  it('the value of the prompt counts', async () => {
    const sandbox = await start();
    expect(await statusOf(sandbox, 'sandbox:server-error=503', 'sandbox:server-error=500')).toBe(500);
    expect(await statusOf(sandbox, 'sandbox:server-error=500', 'sandbox:server-error=503')).toBe(503);
    expect(await statusOf(sandbox, 'sandbox:server-error=503', 'sandbox:server-error')).toBe(500);
  });

  it.each(['sandbox:busy,sandbox:retry-after=5', 'my-sandbox-key sandbox:busy;sandbox:retry-after=5.'])(
    'a key may ask for several: %s',
    async (key) => {
      const heard = await withKey(await start(), key);
      expect([heard.status, heard.headers['retry-after']]).toEqual([429, '5']);
    },
  );

  it('one key does not change what another gets', async () => {
    const sandbox = await start();
    expect(await statusOf(sandbox, 'sandbox:no-credit', 'a fox')).toBe(402);
    expect(await statusOf(sandbox, 'another', 'a fox')).toBe(200);
  });

  it('busy=N counts for each prompt', async () => {
    const sandbox = await start();
    const statuses: number[] = [];
    for (const prompt of ['a', 'b', 'a', 'a', 'b', 'b']) {
      statuses.push(await statusOf(sandbox, 'sandbox:busy=2', prompt));
    }
    expect(statuses).toEqual([429, 429, 429, 200, 429, 200]);
  });
});

describe('a key that cannot be read', () => {
  it.each(['foo', 'no_credit', 'busy=0', 'retry-after', 'server-error=404', 'unauthorized=1'])(
    'sandbox:%s is refused with the list',
    async (word) => {
      const heard = await postQuote(await start(), {}, `sandbox:${word}`);
      expect([heard.status, heard.headers['content-type']]).toEqual([400, 'application/problem+json']);
      expect(parsed(heard).detail).toMatch(/ (in|of) the key\. Valid ones: /);
      for (const row of SCENARIOS) expect(parsed(heard).detail).toContain(spelling(row));
    },
  );

  it('is not repeated, neither to the client nor in the log', async () => {
    const notes: string[] = [];
    const sandbox = await start({ onRequest: (line) => notes.push(JSON.stringify(line)) });
    for (const key of ['sandbox:s3cret', 's3cret sandbox:s3cret-too', 'sandbox:slow=s3cret']) {
      const heard = await withKey(sandbox, key);
      expect(heard.status).toBe(400);
      expect(heard.body.toString()).not.toContain('s3cret');
    }
    expect(notes).toHaveLength(3);
    expect(notes.join()).not.toContain('s3cret');
  });

  it.each(['sandbox-key', 'sandbox:', 'mysandbox:blocked', 'SANDBOX:BLOCKED', 'sk_sandbox:blocked'])(
    '%s is a key as any other',
    async (key) => {
      expect((await postQuote(await start(), {}, key)).status).toBe(200);
    },
  );
});
