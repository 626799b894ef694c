/** When a call is sent again, and after what wait: every outcome with every kind of call, and what must never happen to a paid one. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { type Attempt, type CallKind, type Outcome, waitBeforeRetry } from '../../src/api/retry.js';

const NOW = Date.UTC(2026, 0, 1);

const answer = (status: number, retryAfter?: string | null): Outcome =>
  retryAfter === undefined ? { kind: 'answer', status } : { kind: 'answer', status, retryAfter };
const broken = (code: string, sent: boolean): Outcome => ({ kind: 'transport', code, sent });
const timeout: Outcome = { kind: 'timeout' };
const unusable: Outcome = { kind: 'unusable' };

function wait(call: CallKind, outcome: Outcome, more: Partial<Attempt> = {}): number | undefined {
  return waitBeforeRetry({ call, outcome, attempt: 1, random: 0, now: NOW, ...more });
}

describe('which call is sent again after which outcome', () => {
  it.each<[string, Outcome, { billed: boolean; free: boolean; download: boolean }]>([
    ['200', answer(200), { billed: false, free: false, download: false }],
    ['302', answer(302), { billed: false, free: false, download: false }],
    ['400', answer(400), { billed: false, free: false, download: false }],
    ['401', answer(401), { billed: false, free: false, download: false }],
    ['402', answer(402), { billed: false, free: false, download: false }],
    ['403', answer(403), { billed: false, free: false, download: true }],
    ['404', answer(404), { billed: false, free: false, download: true }],
    ['408', answer(408), { billed: false, free: false, download: true }],
    ['410', answer(410), { billed: false, free: false, download: false }],
    ['413', answer(413), { billed: false, free: false, download: false }],
    ['422', answer(422), { billed: false, free: false, download: false }],
    ['425', answer(425), { billed: false, free: false, download: true }],
    ['429', answer(429), { billed: true, free: true, download: true }],
    ['429 with Retry-After', answer(429, '5'), { billed: true, free: true, download: true }],
    ['500', answer(500), { billed: false, free: false, download: true }],
    ['502', answer(502), { billed: false, free: false, download: true }],
    ['503', answer(503), { billed: false, free: false, download: true }],
    ['503 with Retry-After', answer(503, '5'), { billed: false, free: false, download: true }],
    ['504', answer(504), { billed: false, free: false, download: true }],
    ['timeout', timeout, { billed: false, free: false, download: true }],
    ['unusable', unusable, { billed: false, free: false, download: true }],
    ['unknown name, nothing sent', broken('ENOTFOUND', false), { billed: true, free: true, download: true }],
    ['name service busy', broken('EAI_AGAIN', false), { billed: true, free: true, download: true }],
    ['connection refused', broken('ECONNREFUSED', false), { billed: true, free: true, download: true }],
    ['no route', broken('EHOSTUNREACH', false), { billed: true, free: true, download: true }],
    ['connecting took too long', broken('ETIMEDOUT', false), { billed: true, free: true, download: true }],
    ['reset before sending', broken('ECONNRESET', false), { billed: true, free: true, download: true }],
    ['reset after sending', broken('ECONNRESET', true), { billed: false, free: false, download: true }],
    ['broken pipe after sending', broken('EPIPE', true), { billed: false, free: false, download: true }],
    [
      'refused, but perhaps sent',
      broken('ECONNREFUSED', true),
      { billed: false, free: false, download: true },
    ],
    ['unknown, perhaps sent', broken('UNKNOWN', true), { billed: false, free: false, download: true }],
    [
      'expired certificate',
      broken('CERT_HAS_EXPIRED', false),
      { billed: false, free: false, download: false },
    ],
    [
      'own certificate',
      broken('DEPTH_ZERO_SELF_SIGNED_CERT', false),
      { billed: false, free: false, download: false },
    ],
    [
      'unknown issuer',
      broken('UNABLE_TO_VERIFY_LEAF_SIGNATURE', false),
      { billed: false, free: false, download: false },
    ],
    [
      'wrong host name',
      broken('ERR_TLS_CERT_ALTNAME_INVALID', false),
      { billed: false, free: false, download: false },
    ],
    ['not TLS', broken('EPROTO', false), { billed: false, free: false, download: false }],
    ['proxy says no', broken('PROXY_407', false), { billed: false, free: false, download: false }],
    ['no proxy address', broken('BAD_PROXY', false), { billed: false, free: false, download: false }],
  ])('%s', (_what, outcome, again) => {
    const tried = (call: CallKind) => wait(call, outcome) !== undefined;
    expect({ billed: tried('billed'), free: tried('free'), download: tried('download') }).toEqual(again);
  });
});

describe('how often', () => {
  it.each<[string, CallKind, Outcome, number]>([
    ['a busy API, paid call', 'billed', answer(429), 9],
    ['no connection, paid call', 'billed', broken('ECONNREFUSED', false), 3],
    ['a busy API, free call', 'free', answer(429), 4],
    ['a failing API, free call', 'free', answer(500), 1],
    ['no connection, free call', 'free', broken('ECONNREFUSED', false), 4],
    ['wrong bytes', 'download', unusable, 5],
    ['a failing server, link without expiry', 'download', answer(500), 15],
  ])('%s: %s, %j, %i times in all', (_what, call, outcome, times) => {
    const tried = Array.from({ length: 40 }, (_, index) => wait(call, outcome, { attempt: index + 1 }));
    expect(tried.indexOf(undefined) + 1).toBe(times);
    expect(tried.slice(times).every((ms) => ms === undefined)).toBe(true);
  });

  it.each<[string, number | undefined, number, boolean]>([
    ['long before the link expires', 86_400_000, 1, true],
    ['also after many attempts', 86_400_000, 1000, true],
    ['when the wait just fits', 1001, 1, true],
    ['not when the link is dead by then', 1000, 1, false],
    ['not when it expires during the longer wait', 3000, 3, false],
    ['not when it has expired', 0, 1, false],
    ['not long after it has expired', -5000, 1, false],
  ])('a download is tried again %s', (_what, remaining, attempt, again) => {
    const more = { attempt, ...(remaining === undefined ? {} : { remaining }) };
    expect(wait('download', answer(500), more) !== undefined).toBe(again);
  });

  it('wrong bytes are not tried for ever, however long the link lives', () => {
    expect(wait('download', unusable, { attempt: 4, remaining: 1e9 })).toBe(8000);
    expect(wait('download', unusable, { attempt: 5, remaining: 1e9 })).toBeUndefined();
  });
});

describe('how long', () => {
  it('1, 2, 4 ... seconds, at most 60', () => {
    const waits = [1, 2, 3, 4, 5, 6, 7, 8].map((attempt) => wait('billed', answer(429), { attempt }));
    expect(waits).toEqual([1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000]);
  });

  it('less up to a quarter', () => {
    const waits = [0, 0.5, 0.999999].map((random) => wait('billed', answer(429), { attempt: 3, random }));
    expect(waits).toEqual([4000, 3500, 3000]);
  });

  const inSeconds = (seconds: number) => new Date(NOW + seconds * 1000).toUTCString();
  it.each<[string, string | null, number]>([
    ['seconds', '7', 7000],
    ['seconds with spaces', ' 7 ', 7000],
    ['a fraction', '1.5', 1500],
    ['a minute', '60', 60_000],
    ['more than a minute', '61', 60_000],
    ['a day', '86400', 60_000],
    ['a date', inSeconds(20), 20_000],
    ['a date that is far', inSeconds(3600), 60_000],
    // What follows asks for no wait at all: our own wait stands, or a loop of requests would follow.
    ['a date that is past', inSeconds(-20), 1000],
    ['the present', inSeconds(0), 1000],
    ['zero', '0', 1000],
    ['nothing', null, 1000],
    ['an empty text', '', 1000],
    ['words', 'soon', 1000],
    ['a negative number', '-5', 1000],
  ])('Retry-After: %s (%j)', (_what, retryAfter, ms) => {
    expect(wait('billed', answer(429, retryAfter))).toBe(ms);
    expect(wait('download', answer(503, retryAfter))).toBe(ms);
  });

  it('what the server asks for is not shortened by chance, and does not grow', () => {
    expect(wait('billed', answer(429, '7'), { attempt: 5, random: 0.9 })).toBe(7000);
  });
});

describe('always', () => {
  const status = fc.integer({ min: 100, max: 599 });
  const retryAfter = fc.option(
    fc.oneof(
      fc.nat().map(String),
      fc.date({ noInvalidDate: true }).map((date) => date.toUTCString()),
      fc.string(),
    ),
  );
  const code = fc.oneof(
    fc.constantFrom('ECONNRESET', 'ECONNREFUSED', 'ENOTFOUND', 'CERT_HAS_EXPIRED', 'PROXY_502'),
    fc.string(),
  );
  const answers = fc.record({ kind: fc.constant('answer' as const), status, retryAfter });
  const transports = (sent: fc.Arbitrary<boolean>) =>
    fc.record({ kind: fc.constant('transport' as const), code, sent });
  const others = fc.constantFrom(timeout, unusable);
  const attempt = (call: fc.Arbitrary<CallKind>, outcome: fc.Arbitrary<Outcome>) =>
    fc.record(
      {
        call,
        outcome,
        attempt: fc.oneof(fc.integer({ min: 1, max: 20 }), fc.integer({ min: 1, max: 1_000_000 })),
        random: fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true }),
        now: fc.integer({ min: 0, max: 4_000_000_000_000 }),
        remaining: fc.integer(),
      },
      { requiredKeys: ['call', 'outcome', 'attempt', 'random', 'now'] },
    );
  const anyCall = fc.constantFrom<CallKind>('billed', 'free', 'download');

  it('a wait is a number of milliseconds above 0 and up to a minute', () => {
    fc.assert(
      fc.property(attempt(anyCall, fc.oneof(answers, transports(fc.boolean()), others)), (one) => {
        const ms = waitBeforeRetry(one) ?? 1000;
        expect(ms > 0 && ms <= 60_000).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it('without Retry-After a wait is the doubled one less at most a quarter', () => {
    const plain = status.map((code) => answer(code));
    fc.assert(
      fc.property(attempt(anyCall, plain), (one) => {
        const full = Math.min(1000 * 2 ** (one.attempt - 1), 60_000);
        const ms = waitBeforeRetry(one) ?? full;
        expect(ms <= full && ms >= full * 0.75).toBe(true);
      }),
      { numRuns: 500 },
    );
  });

  it('a paid call that may have been accepted is never sent again', () => {
    const accepted = fc.oneof(
      answers.filter((outcome) => outcome.status !== 429),
      transports(fc.constant(true)),
      others,
    );
    fc.assert(
      fc.property(attempt(fc.constant('billed'), accepted), (one) => {
        expect(waitBeforeRetry(one)).toBeUndefined();
      }),
      { numRuns: 1000 },
    );
  });

  it('a download never waits until its link is dead', () => {
    fc.assert(
      fc.property(
        attempt(fc.constant('download'), fc.oneof(answers, transports(fc.boolean()), others)),
        fc.integer({ min: -1000, max: 100_000 }),
        (one, remaining) => {
          const ms = waitBeforeRetry({ ...one, remaining });
          expect(ms === undefined || ms < remaining).toBe(true);
        },
      ),
      { numRuns: 500 },
    );
  });
});
