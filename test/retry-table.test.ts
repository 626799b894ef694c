/** How often a call arrives at the API, and how it ends: each failure, made for real, by a paid call and by a free one. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { createFetch } from '../src/api/fetch.js';
import {
  bodyThenSilence,
  bytesThen,
  type Fault,
  handshake,
  LEAVING,
  REFUSED,
  SELF_SIGNED,
  saying,
  status,
  unresolved,
  watch,
} from './support/faulty-server.js';
import { makePng } from './support/images.js';
import { createWorld, runCli, type World } from './support/run.js';

const CALLS = { billed: ['generate', 'a fox'], free: ['auth', 'verify'] } as const;
type Kind = keyof typeof CALLS;

/** How a call ended; `sleeps` are the waits before each further attempt, in milliseconds. */
type Came = readonly [arrived: number, exit: number, code: string, billed: string, sleeps: readonly number[]];
type Pair = readonly [billed: Came, free: Came];

interface More {
  readonly argv?: readonly string[];
  readonly random?: () => number;
  readonly world?: World;
}

/** @param times how often the fault happens before all is well */
async function call(kind: Kind, fault: Fault, times = Number.POSITIVE_INFINITY, more: More = {}) {
  const { argv = CALLS[kind], random = () => 0, world = await createWorld() } = more;
  const place = await fault.open({ of: 'calls', times, world });
  const { fetch, attempts } = watch(createFetch({}), place);
  const env = { IDEOGRAM_BASE_URL: place.url };
  const result = await runCli([...argv, '--json'], { env, world, fetch, random });
  const { code, billed, hint } = result.status === 0 ? NO_ERROR : result.error();
  const came: Came = [place.arrived(), result.status, code, billed, world.clock.sleeps];
  return { came, attempts: attempts(), hint };
}

const NO_ERROR = { code: '', billed: '', hint: '' };

const EIGHT = [1000, 2000, 4000, 8000, 16_000, 32_000, 60_000, 60_000];
const FREE = [1000, 2000, 4000];

/** As often as it makes sense: nothing was sent. */
const UNREACHED: Pair = [
  [0, 5, 'network', 'no', [1000, 2000]],
  [0, 5, 'network', 'no', FREE],
];
const UNTRUSTED: Pair = [
  [0, 5, 'network', 'no', []],
  [0, 5, 'network', 'no', []],
];
const BUSY: Pair = [
  [9, 7, 'busy', 'no', EIGHT],
  [4, 7, 'busy', 'no', FREE],
];
/** So many milliseconds before each attempt. */
const busyFor = (...waits: number[]): Pair => [
  [9, 7, 'busy', 'no', [...waits, ...EIGHT.slice(waits.length)]],
  [4, 7, 'busy', 'no', [...waits, ...FREE.slice(waits.length)].slice(0, 3)],
];
/** Once, whoever asks: it may have been accepted. */
const once = (exit: number, code: string, ofPaid: string, ofFree = 'no'): Pair => [
  [1, exit, code, ofPaid, []],
  [1, exit, code, ofFree, []],
];
const NEVER_SENT_IN_TIME: Pair = [
  [0, 5, 'timeout', 'no', []],
  [0, 5, 'timeout', 'no', []],
];
const TIMEOUT = once(5, 'timeout', 'maybe');
const BROKEN = once(5, 'network', 'maybe');
const SERVER = once(5, 'server', 'maybe');
const NOT_THE_API = once(5, 'bad_response', 'maybe');
const NO_QUOTE = once(5, 'bad_response', 'maybe', 'maybe');
const REJECTED = once(2, 'rejected', 'no');

const HALF = 'HTTP/1.1 200 OK\r\nConte';
const PART = 'HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\n{"data":';
const CHUNK = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n8\r\n{"data":\r\n';
const UNTIL_CLOSED = 'HTTP/1.1 200 OK\r\n\r\n{"data":';
const PART_OF_429 = 'HTTP/1.1 429 Busy\r\nContent-Length: 100\r\n\r\n{"error":';
const PART_OF_500 = 'HTTP/1.1 500 Oops\r\nContent-Length: 100\r\n\r\n{"error":';
const HTML = '<!doctype html><title>Login</title>';
/** The virtual clock starts with the year 2026. */
const atSecond = (seconds: number) => new Date(Date.UTC(2026, 0, 1) + seconds * 1000).toUTCString();
const busy = (after: string) => status(429, { 'retry-after': after });

const TABLE: readonly (readonly [string, Fault, Pair])[] = [
  // Nothing was sent.
  ['name unknown', unresolved('ENOTFOUND'), UNREACHED],
  ['name service busy', unresolved('EAI_AGAIN'), UNREACHED],
  ['connection refused', REFUSED, UNREACHED],
  ['certificate of its own', SELF_SIGNED, UNTRUSTED],
  ['TLS handshake reset', handshake('RST'), UNREACHED],
  ['TLS handshake closed', handshake('FIN'), UNREACHED],
  ['no TLS', handshake('no TLS'), UNREACHED],
  ['timeout while connecting', handshake('silence'), NEVER_SENT_IN_TIME],
  // Something was sent, and no whole answer came.
  ['reset instead of an answer', bytesThen('', 'RST'), BROKEN],
  ['closed instead of an answer', bytesThen('', 'FIN'), BROKEN],
  ['timeout before an answer', bytesThen('', 'silence'), TIMEOUT],
  ['reset in the header', bytesThen(HALF, 'RST'), BROKEN],
  ['closed in the header', bytesThen(HALF, 'FIN'), BROKEN],
  ['timeout in the header', bytesThen(HALF, 'silence'), TIMEOUT],
  ['no HTTP', bytesThen('SSH-2.0-OpenSSH_9.2\r\n', 'FIN'), BROKEN],
  ['reset in the body', bytesThen(PART, 'RST'), BROKEN],
  ['closed in the body', bytesThen(PART, 'FIN'), BROKEN],
  ['closed in a chunked body', bytesThen(CHUNK, 'FIN'), BROKEN],
  ['closed in a body of unknown length', bytesThen(UNTIL_CLOSED, 'FIN'), NOT_THE_API],
  ['timeout in the body', bodyThenSilence(200, '{"data":'), TIMEOUT],
  ['closed in the body of a 429', bytesThen(PART_OF_429, 'FIN'), BUSY],
  ['closed in the body of a 500', bytesThen(PART_OF_500, 'FIN'), SERVER],
  ['timeout in the body of a 500', bodyThenSilence(500, '{"error":'), SERVER],
  // A whole answer came, and not what was asked for.
  ['200 HTML', saying(HTML, { 'content-type': 'text/html' }), NOT_THE_API],
  ['200 HTML that says it is JSON', saying(HTML, { 'content-type': 'application/json' }), NOT_THE_API],
  ['200 broken JSON', saying('{"data":[{"url":'), NOT_THE_API],
  ['200 empty', saying(''), NOT_THE_API],
  ['200 spaces', saying(' \n'), NOT_THE_API],
  ['200 null', saying('null'), NOT_THE_API],
  ['200 a number', saying('7'), NOT_THE_API],
  ['200 a text', saying('"ok"'), NOT_THE_API],
  ['200 a list', saying('[]'), NO_QUOTE],
  ['200 an empty object', saying('{}'), NO_QUOTE],
  ['200 more than any answer', saying(`{"data":"${'x'.repeat(9_000_000)}"}`), NOT_THE_API],
  ['200 spoilt gzip', saying(gzipSync('{}').subarray(0, 12), { 'content-encoding': 'gzip' }), BROKEN],
  ['200 unknown encoding', saying('{}', { 'content-encoding': 'zstd' }), BROKEN],
  ['204', status(204), NOT_THE_API],
  // Statuses.
  ...[301, 302, 303, 307, 308].map((code) => to(code, NOT_THE_API)),
  ['304', status(304), NOT_THE_API],
  ...[400, 404, 405, 406, 409, 410, 411, 413, 415, 417, 425, 451].map((code) => to(code, REJECTED)),
  ['401', status(401), once(4, 'unauthorized', 'no')],
  ['402', status(402), once(6, 'no_credit', 'no')],
  ['403', status(403), once(4, 'forbidden', 'no')],
  ['403 HTML', status(403, { 'content-type': 'text/html' }, HTML), once(4, 'forbidden', 'no')],
  ['408', status(408), SERVER],
  ['422', status(422), once(3, 'blocked', 'no')],
  ['422 with Retry-After', status(422, { 'retry-after': '7' }), once(3, 'blocked', 'no')],
  ...[500, 501, 502, 503, 504, 507, 520, 524, 529].map((code) => to(code, SERVER)),
  ['502 HTML', status(502, { 'content-type': 'text/html' }, HTML), SERVER],
  ['503 with Retry-After', status(503, { 'retry-after': '7' }), SERVER],
  ['429', status(429), BUSY],
  ['429 HTML', status(429, { 'content-type': 'text/html' }, HTML), BUSY],
  ['429 empty', status(429, {}, ''), BUSY],
  ['429 Retry-After: 7', busy('7'), busyFor(...Array(8).fill(7000))],
  ['429 Retry-After: 60', busy('60'), busyFor(...Array(8).fill(60_000))],
  ['429 Retry-After: 120', busy('120'), busyFor(...Array(8).fill(60_000))],
  ['429 Retry-After: 0', busy('0'), BUSY],
  ['429 Retry-After: -5', busy('-5'), BUSY],
  ['429 Retry-After: words', busy('soon'), BUSY],
  ['429 Retry-After: words and a number', busy('wait 40'), BUSY],
  ['429 Retry-After: nothing', busy(''), BUSY],
  // The date is past when it has been waited for: the second wait is our own.
  ['429 Retry-After: a date', busy(atSecond(20)), busyFor(20_000)],
  ['429 Retry-After: a date over a minute away', busy(atSecond(100)), busyFor(60_000, 40_000)],
  ['429 Retry-After: a past date', busy(atSecond(-20)), BUSY],
];

function to(code: number, pair: Pair): readonly [string, Fault, Pair] {
  return [String(code), status(code, { location: '/elsewhere' }), pair];
}

/** Nothing arrived, or it was refused for being one too many: else a further attempt may be paid a second time. */
const isHarmless = ([arrived, , code]: Came): boolean => arrived === 0 || code === 'busy';

describe.each<[Kind, 0 | 1]>([
  ['billed', 0],
  ['free', 1],
])('a %s call', (kind, column) => {
  it.each(TABLE)('%s', async (_what, fault, pair) => {
    const { came, attempts } = await call(kind, fault);
    expect(came).toEqual(pair[column]);
    // No attempt without a wait before it.
    expect(attempts).toBe(pair[column][4].length + 1);
  });

  const passing = TABLE.filter(([, fault, pair]) => fault.passes && pair[column][4].length > 0);
  it.each(passing)('%s, and then no more', async (_what, fault, pair) => {
    const [arrived, , , , sleeps] = pair[column];
    const { came } = await call(kind, fault, 1);
    expect(came).toEqual([Math.min(arrived, 1) + 1, 0, '', '', sleeps.slice(0, 1)]);
  });

  it('is sent again by no line of the table that may have been accepted', () => {
    const twice = TABLE.filter(([, , pair]) => pair[column][4].length > 0 && !isHarmless(pair[column]));
    expect(twice).toEqual([]);
    expect(passing.length).toBeGreaterThan(10);
  });
});

it('waits less by up to a quarter, as chance will have it; not less than the API asks for', async () => {
  const random = () => 0.5;
  const own = await call('billed', status(429), 3, { random });
  expect(own.came).toEqual([4, 0, '', '', [875, 1750, 3500]]);
  const asked = await call('billed', busy('7'), 3, { random });
  expect(asked.came).toEqual([4, 0, '', '', [7000, 7000, 7000]]);
});

it('is not sent again when the connection breaks while an upload goes out', async () => {
  const world = await createWorld();
  await writeFile(join(world.folder, 'large.png'), makePng(2000, 2000, 0));
  const { came } = await call('billed', LEAVING, undefined, { world, argv: ['upscale', 'large.png'] });
  expect(came).toEqual(BROKEN[0]);
});

it('keeps what had arrived when the time was over', async () => {
  const { hint } = await call('billed', bodyThenSilence(200, '{"data":[{"url":"https://x/1'), 1);
  expect(hint).toContain('https://x/1');
});
