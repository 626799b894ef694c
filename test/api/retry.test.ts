/** When a call is sent again, and after what wait: every outcome with every kind of call, and what must never happen to a paid one. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import {
  type Attempt,
  type CallKind,
  countAlike,
  isPassing,
  type Outcome,
  waitBeforeRetry,
} from '../../src/api/retry.js';

const NOW = Date.UTC(2026, 0, 1);

const answer = (status: number, retryAfter?: string | null): Outcome =>
  retryAfter === undefined ? { kind: 'answer', status } : { kind: 'answer', status, retryAfter };
const broken = (code: string, sent: boolean): Outcome => ({ kind: 'transport', code, sent });
const timeout: Outcome = { kind: 'timeout' };
const unusable: Outcome = { kind: 'unusable' };

function wait(call: CallKind, outcome: Outcome, more: Partial<Attempt> = {}): number | undefined {
  return waitBeforeRetry({ call, outcome, attempt: 1, random: 0, now: NOW, ...more });
}

/** How often it is sent in all where each attempt ends alike: a paid call, a free one, a download whose link has no date. */
type Times = readonly [billed: number, free: number, download: number];

describe('how often a call is sent that always ends with', () => {
  const statuses = (numbers: number[], times: Times) =>
    numbers.map((status): [string, Outcome, Times] => [`HTTP ${status}`, answer(status), times]);

  it.each<[string, Outcome, Times]>([
    ...statuses([200, 204, 301, 302, 307, 400, 401, 402, 405, 407, 409, 410, 413, 415, 422], [1, 1, 1]),
    ...statuses([403, 404], [1, 1, 5]),
    ...statuses([408, 425, 500, 501, 502, 503, 504, 529, 599], [1, 1, 15]),
    ...statuses([429], [9, 4, 15]),
    ['429 with Retry-After', answer(429, '5'), [9, 4, 15]],
    ['503 with Retry-After', answer(503, '5'), [1, 1, 15]],
    ['422 with Retry-After', answer(422, '5'), [1, 1, 1]],
    ['the time limit, in whatever phase', timeout, [1, 1, 15]],
    ['no JSON, no image', unusable, [1, 1, 5]],
    ['a name that is unknown', broken('ENOTFOUND', false), [3, 4, 15]],
    ['a name service that is busy', broken('EAI_AGAIN', false), [3, 4, 15]],
    ['a connection that is refused', broken('ECONNREFUSED', false), [3, 4, 15]],
    ['no route', broken('EHOSTUNREACH', false), [3, 4, 15]],
    ['a connection that the system gives up', broken('ETIMEDOUT', false), [3, 4, 15]],
    ['the same when it stood', broken('ETIMEDOUT', true), [1, 1, 15]],
    ['a reset before sending', broken('ECONNRESET', false), [3, 4, 15]],
    ['a reset after sending', broken('ECONNRESET', true), [1, 1, 15]],
    ['a broken pipe after sending', broken('EPIPE', true), [1, 1, 15]],
    ['a refusal, but perhaps sent', broken('ECONNREFUSED', true), [1, 1, 15]],
    ['something unknown, perhaps sent', broken('UNKNOWN', true), [1, 1, 15]],
    ['an answer that is no HTTP', broken('HPE_INVALID_CONSTANT', true), [1, 1, 15]],
    ['TLS that is none', broken('EPROTO', false), [3, 4, 5]],
    ['a TLS alert instead of a handshake', broken('ERR_SSL_TLSV1_ALERT_INTERNAL_ERROR', false), [3, 4, 5]],
    ['a TLS setting that does not fit', broken('ERR_TLS_INVALID_PROTOCOL_VERSION', false), [3, 4, 5]],
    ['a TLS record spoilt later', broken('ERR_SSL_BAD_RECORD_MAC', true), [1, 1, 15]],
    ['an expired certificate', broken('CERT_HAS_EXPIRED', false), [1, 1, 5]],
    ['a certificate of its own', broken('DEPTH_ZERO_SELF_SIGNED_CERT', false), [1, 1, 5]],
    ['an unknown issuer', broken('UNABLE_TO_VERIFY_LEAF_SIGNATURE', false), [1, 1, 5]],
    ['a wrong host name', broken('ERR_TLS_CERT_ALTNAME_INVALID', false), [1, 1, 5]],
    ['a proxy that wants a password', broken('PROXY_407', false), [1, 1, 1]],
    ['a proxy that forbids the host', broken('PROXY_403', false), [3, 4, 5]],
    ['a proxy that does not reach it', broken('PROXY_502', false), [3, 4, 15]],
    ['a proxy that hangs up', broken('PROXY_CLOSED', false), [3, 4, 15]],
    ['no proxy address', broken('BAD_PROXY', false), [1, 1, 1]],
    ['no address', broken('BAD_URL', false), [1, 1, 1]],
    ['a header that cannot be', broken('BAD_HEADER', false), [1, 1, 1]],
    ['a body that cannot be unpacked', broken('BAD_ENCODING', true), [1, 1, 5]],
  ])('%s: %j', (_what, outcome, times) => {
    const timesOf = (call: CallKind) => {
      const waits = Array.from({ length: 40 }, (_, index) => wait(call, outcome, { attempt: index + 1 }));
      const sent = waits.indexOf(undefined) + 1;
      expect(waits.slice(sent).every((ms) => ms === undefined)).toBe(true);
      return sent;
    };
    expect([timesOf('billed'), timesOf('free'), timesOf('download')]).toEqual(times);
    expect(isPassing(outcome)).toBe(times[2] === 15);
  });
});

describe('a download', () => {
  const DAY = 86_400_000;
  it.each<[string, Outcome, Partial<Attempt>, number | undefined]>([
    ['goes on for as long as its link lives', answer(500), { attempt: 1000, remaining: DAY }, 60_000],
    ['that brings wrong bytes ends before', unusable, { attempt: 5, remaining: DAY }, undefined],
    ['that brings wrong bytes is tried again', unusable, { attempt: 4, remaining: DAY }, 8000],
    ['told to stop ends before', timeout, { attempt: 5, remaining: DAY, stopping: true }, undefined],
    ['told to stop is tried again', timeout, { attempt: 4, remaining: DAY, stopping: true }, 8000],
    ['waits in full in the first half of the life', answer(500), { attempt: 5, remaining: 32_000 }, 16_000],
    ['waits for half of what is left', answer(500), { attempt: 5, remaining: 31_999 }, 15_999],
    ['so does one that is asked for more', answer(503, '60'), { remaining: 50_000 }, 25_000],
    ['is tried once more in the last second', answer(500), { remaining: 1000 }, 500],
    ['is not tried when hardly any of it is left', answer(500), { remaining: 999 }, undefined],
    ['ends when the link has expired', answer(500), { remaining: 0 }, undefined],
    ['ends when the link expired long ago', timeout, { remaining: -5000 }, undefined],
  ])('%s: %j %j', (_what, outcome, more, ms) => {
    expect(wait('download', outcome, more)).toBe(ms);
  });

  it.each<CallKind>(['billed', 'free'])('alone is bound to the life of a link, a %s call is not', (call) => {
    expect(wait(call, answer(429), { remaining: 10, stopping: true })).toBe(1000);
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
    ['a date in the older form', 'Thursday, 01-Jan-26 00:00:20 GMT', 20_000],
    ['half a second', '0.5', 500],
    ['a minute', '60', 60_000],
    ['more than a minute', '61', 60_000],
    ['a day', '86400', 60_000],
    ['a date', inSeconds(20), 20_000],
    ['a date that is far', inSeconds(3600), 60_000],
    // What follows asks for no wait at all: our own wait stands, or a loop of requests would follow.
    ['a date that is past', inSeconds(-20), 1000],
    ['the present', inSeconds(0), 1000],
    ['zero', '0', 1000],
    ['next to nothing', '0.499', 1000],
    ['nothing', null, 1000],
    ['an empty text', '', 1000],
    ['words', 'soon', 1000],
    ['a negative number', '-5', 1000],
    ['words with a number', 'wait 40', 1000],
    ['a number with words', '7 or so', 1000],
    ['two numbers', '7, 8', 1000],
    ['no number', '1e3', 1000],
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

  it('a wait is half a second at least, and a minute at most', () => {
    fc.assert(
      fc.property(attempt(anyCall, fc.oneof(answers, transports(fc.boolean()), others)), (one) => {
        const ms = waitBeforeRetry(one) ?? 1000;
        expect(ms >= 500 && ms <= 60_000).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });

  it('without Retry-After a wait is the doubled one less at most a quarter', () => {
    const plain = status.map((code) => answer(code));
    fc.assert(
      fc.property(attempt(anyCall, plain), (any) => {
        const one = { ...any, remaining: undefined };
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

describe('countAlike', () => {
  it('counts each kind of outcome by itself', () => {
    const count = countAlike();
    const outcomes = [answer(429), answer(503), broken('ECONNREFUSED', false), timeout, answer(429), timeout];
    expect(outcomes.map(count)).toEqual([1, 2, 1, 1, 3, 2]);
  });
});
