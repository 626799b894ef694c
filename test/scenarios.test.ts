/** Each rehearsed failure, through the whole program: exit status, error code, cause, remedy, and whether it was billed. */
import { describe, expect, it } from 'vitest';
import { createWorld, runCli, TEST_KEY } from './support/run.js';

interface Case {
  readonly word: string;
  readonly argv?: string[];
  readonly status: number;
  readonly code?: string;
  readonly http?: number | null;
  readonly billed?: 'no' | 'yes' | 'maybe';
  /** Words of the cause. */
  readonly says?: RegExp;
  /** Words of the remedy. */
  readonly remedy?: RegExp;
  readonly images?: number;
}

const CASES: Case[] = [
  {
    word: 'unauthorized',
    status: 4,
    code: 'unauthorized',
    http: 401,
    billed: 'no',
    says: /Access denied/,
    remedy: /wrong or revoked.*balance is empty[\s\S]*top up[\s\S]*new key/,
  },
  {
    word: 'forbidden',
    status: 4,
    code: 'forbidden',
    http: 403,
    billed: 'no',
    says: /not authorized/,
    remedy: /account/,
  },
  {
    word: 'no-credit',
    status: 6,
    code: 'no_credit',
    http: 402,
    billed: 'no',
    says: /insufficient_funds/,
    remedy: /Top up[\s\S]*auto top-up/,
  },
  {
    word: 'blocked',
    status: 3,
    code: 'blocked',
    http: 422,
    billed: 'no',
    says: /safety check/,
    remedy: /Rephrase/,
  },
  {
    word: 'withheld',
    status: 3,
    code: 'blocked',
    http: 200,
    billed: 'yes',
    says: /withheld/,
    remedy: /Rephrase/,
  },
  {
    word: 'withheld=1',
    argv: ['-n', '3'],
    status: 8,
    code: 'partial',
    http: null,
    billed: 'yes',
    says: /2 of 3 images saved, 1 withheld/,
    images: 2,
  },
  {
    word: 'withheld=3',
    argv: ['-n', '3'],
    status: 3,
    code: 'blocked',
    http: 200,
    billed: 'yes',
    says: /all 3/,
  },
  { word: 'busy=3', status: 0, images: 1 },
  {
    word: 'busy=always',
    status: 7,
    code: 'busy',
    http: 429,
    billed: 'no',
    says: /in flight/,
    remedy: /queued and tried again[\s\S]*fewer at once[\s\S]*partnership@ideogram\.ai/,
  },
  { word: 'server-error', status: 5, code: 'server', http: 500, billed: 'maybe', remedy: /not sent again/ },
  {
    word: 'server-error=503',
    status: 5,
    code: 'server',
    http: 503,
    billed: 'maybe',
    remedy: /not sent again/,
  },
  { word: 'slow=20', status: 0, images: 1 },
  {
    word: 'slow=20',
    argv: ['--timeout', '5'],
    status: 5,
    code: 'timeout',
    http: null,
    billed: 'maybe',
    says: /within 5 s/,
    remedy: /not sent again/,
  },
  { word: 'stalled', status: 5, code: 'timeout', http: null, billed: 'maybe', says: /within 300 s/ },
  { word: 'cut', status: 5, code: 'network', http: null, billed: 'maybe', remedy: /not sent again/ },
  { word: 'cut-answer', status: 5, code: 'network', http: null, billed: 'maybe', remedy: /not sent again/ },
  { word: 'html', status: 5, code: 'bad_response', http: 200, billed: 'maybe', says: /web page/ },
  { word: 'redirect', status: 5, code: 'bad_response', http: 307, billed: 'maybe', says: /not followed/ },
  {
    word: 'expired',
    argv: ['-n', '2'],
    status: 8,
    code: 'partial',
    http: null,
    billed: 'yes',
    says: /expired/,
    remedy: /link has expired[\s\S]*http:\/\/127\.0\.0\.1:\d+\/\S+\s+\(seed \d+, expires /,
  },
  {
    word: 'truncated',
    status: 8,
    code: 'partial',
    http: null,
    billed: 'yes',
    says: /cut short/,
    remedy: /exp=/,
  },
  { word: 'truncated=2', status: 0, images: 1 },
  { word: 'broken-download=3', argv: ['-n', '2'], status: 0, images: 2 },
  {
    word: 'html-image',
    status: 8,
    code: 'partial',
    http: null,
    billed: 'yes',
    says: /a web page instead of an image/,
  },
];

describe.each(CASES)('sandbox:$word $argv', (item) => {
  const argv = (word: string) => ['generate', `a fox sandbox:${word}`, '--sandbox', ...(item.argv ?? [])];

  it('in --json', async () => {
    const result = await runCli([...argv(item.word), '--json']);
    expect(result.status).toBe(item.status);
    expect(await result.files()).toHaveLength(item.images ?? 0);
    if (item.code === undefined) {
      expect([result.json().ok, result.json().sandbox, result.stderr]).toEqual([true, true, '']);
      return;
    }
    const error = result.error();
    expect(error).toMatchObject({ code: item.code, status: item.http, billed: item.billed });
    expect(error.message).toMatch(item.says ?? /./);
    expect(error.hint).toMatch(item.remedy ?? /./);
    expect(JSON.parse(result.stderr)).toMatchObject({ ok: false, sandbox: true });
    if (item.http !== 200 && item.code !== 'partial') expect(result.stdout).toBe('');
    else if (result.stdout !== '') expect(result.json()).toMatchObject({ ok: false, sandbox: true });
    expect(result.stdout + result.stderr).not.toContain(TEST_KEY);
  });

  it('for people', async () => {
    const result = await runCli(argv(item.word));
    expect(result.status).toBe(item.status);
    expect(result.stdout.split('\n').filter((line) => line !== '')).toHaveLength(item.images ?? 0);
    expect(result.stderr).toMatch(/^Sandbox: /);
    if (item.says) expect(result.stderr).toMatch(item.says);
    if (item.remedy) expect(result.stderr.replaceAll('\n  ', '\n')).toMatch(item.remedy);
    if (item.code) expect(result.stderr).toMatch(/With the real API: (Nothing|This) .*billed/);
    expect(await result.files()).toHaveLength(item.images ?? 0);
  });
});

describe('waiting for a place', () => {
  it('says in a log that it waits long; a spinner says it on a terminal', async () => {
    const argv = ['generate', 'a fox sandbox:busy=2 sandbox:retry-after=30', '--sandbox'];
    expect((await runCli(argv)).stderr).toContain('Waiting 30 s to send it again (HTTP 429).');
    expect((await runCli([...argv, '--quiet'])).stderr).toBe('');
  });

  it('doubles the wait from one second, and takes Retry-After where it is given', async () => {
    const world = await createWorld();
    await runCli(['generate', 'a fox sandbox:busy=4', '--sandbox'], { world });
    expect(world.clock.sleeps).toEqual([1000, 2000, 4000, 8000]);
    const other = await createWorld();
    await runCli(['generate', 'a fox sandbox:busy=2 sandbox:retry-after=7', '--sandbox'], { world: other });
    expect(other.clock.sleeps).toEqual([7000, 7000]);
  });
});

describe('the sandbox', () => {
  it('needs no key and is never given the one there is', async () => {
    const result = await runCli(['generate', 'a fox', '--sandbox', '--verbose'], {
      env: { IDEOGRAM_API_KEY: undefined },
    });
    expect(result.status).toBe(0);
    const withKey = await runCli(['generate', 'a fox', '--sandbox', '--verbose']);
    expect(withKey.stderr).not.toContain('7fQx');
  });

  it.each(['1', 'true', 'YES', 'on'])('is switched on by IDEOGRAM_SANDBOX=%s', async (value) => {
    const result = await runCli(['generate', 'a fox', '--json'], { env: { IDEOGRAM_SANDBOX: value } });
    expect(result.json()).toMatchObject({ ok: true, sandbox: true, cost: { usd: 0 } });
  });

  it.each(['', '0', 'false', 'off'])('is not switched on by IDEOGRAM_SANDBOX=%s', async (value) => {
    const env = { IDEOGRAM_SANDBOX: value, IDEOGRAM_API_KEY: undefined };
    const result = await runCli(['generate', 'a fox', '--json'], { env });
    expect(result.error().code).toBe('no_key');
  });
});
