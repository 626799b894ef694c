/** How often the image of a paid call is asked for, and that it is saved once it can be: each failure of a download, made for real. */
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { createFetch } from '../src/api/fetch.js';
import {
  bodyThenSilence,
  bytesThen,
  type Fault,
  handshake,
  REFUSED,
  SELF_SIGNED,
  saying,
  status,
  unresolved,
  watch,
} from './support/faulty-server.js';
import { makePng, PNG_1X1 } from './support/images.js';
import { createWorld, runCli } from './support/run.js';
import { answerImages, startServer } from './support/server.js';

interface Link {
  /** Seconds until it expires; null: it does not say. */
  readonly life: number | null;
  /** How often it fails. */
  readonly times: number;
  readonly random?: () => number;
}

async function download(fault: Fault, { life, times, random = () => 0 }: Link) {
  const world = await createWorld();
  const place = await fault.open({ of: 'images', times, world });
  const expiry = life === null ? '' : `?exp=${world.clock.now() / 1000 + life}&sig=00`;
  const url = `${place.url}/image/0.png${expiry}`;
  const api = await startServer(answerImages(1, (image) => ({ ...image, url })));
  const { fetch, attempts } = watch(createFetch({}), place);
  const env = { IDEOGRAM_BASE_URL: api.url };
  const result = await runCli(['generate', 'a fox', '--json'], { env, world, fetch, random });
  const { sleeps } = world.clock;
  return { result, url, sleeps, attempts: attempts(), arrived: place.arrived(), calls: api.calls.length };
}

/** The waits before each further attempt, in milliseconds. */
type Waits = readonly number[];

/** A link that lives 100 s: no wait is longer than half of what is left of it. */
const LIFE = 100;
const PASSING: Waits = [1000, 2000, 4000, 8000, 16_000, 32_000, 18_500, 9250, 4625, 2312, 1156, 578];
/** A few times. */
const DOUBTFUL: Waits = [1000, 2000, 4000, 8000];
/** Not again. */
const FINAL: Waits = [];
/** Each attempt takes 300 s. */
const LONG_LIFE = 1000;
const TIMEOUTS: Waits = [1000, 2000, 4000];
/** Asked to wait for 20 s, until a date that is past after the first wait. */
const DATED: Waits = [20_000, 2000, 4000, 8000, 16_000, 25_000, 12_500, 6250, 3125, 1562, 781];
/** As long with a server that fails at once. */
const PATIENT: Waits = [
  ...PASSING.slice(0, 6),
  ...Array(14).fill(60_000),
  ...[48_500, 24_250, 12_125, 6062, 3031, 1516, 758],
];
/** A link that does not say until when it lives: about ten minutes. */
const UNDATED: Waits = [1000, 2000, 4000, 8000, 16_000, 32_000, ...Array(8).fill(60_000)];

const HALF = 'HTTP/1.1 200 OK\r\nConte';
const PNG = makePng(40, 40).toString('latin1');
const BEGUN = `HTTP/1.1 200 OK\r\nContent-Length: ${PNG.length}\r\n\r\n\x89PNG\r\n`;
const CHUNK = 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4\r\n\x89PNG\r\n';
const UNTIL_CLOSED = `HTTP/1.1 200 OK\r\n\r\n${PNG.slice(0, -9)}`;
const HTML = '<!doctype html><title>Login</title>';
const inSeconds = (seconds: number) => new Date(Date.UTC(2026, 0, 1) + seconds * 1000).toUTCString();
const busy = (after: string) => status(503, { 'retry-after': after });
const gzip = { 'content-encoding': 'gzip' };

type Row = [what: string, fault: Fault, arrived: number, waits: Waits, life?: number | null];

const TABLE: readonly Row[] = [
  // Nothing was sent.
  ['name unknown', unresolved('ENOTFOUND'), 0, PASSING],
  ['name service busy', unresolved('EAI_AGAIN'), 0, PASSING],
  ['connection refused', REFUSED, 0, PASSING],
  ['certificate of its own', SELF_SIGNED, 0, DOUBTFUL],
  ['TLS handshake reset', handshake('RST'), 0, PASSING],
  ['TLS handshake closed', handshake('FIN'), 0, PASSING],
  ['no TLS', handshake('no TLS'), 0, DOUBTFUL],
  ['timeout while connecting', handshake('silence'), 0, TIMEOUTS, LONG_LIFE],
  // Something was sent, and no whole answer came.
  ['reset instead of an answer', bytesThen('', 'RST'), 13, PASSING],
  ['closed instead of an answer', bytesThen('', 'FIN'), 13, PASSING],
  ['timeout before an answer', bytesThen('', 'silence'), 4, TIMEOUTS, LONG_LIFE],
  ['timeout that outlasts the link', bytesThen('', 'silence'), 1, FINAL],
  ['reset in the header', bytesThen(HALF, 'RST'), 13, PASSING],
  ['closed in the header', bytesThen(HALF, 'FIN'), 13, PASSING],
  ['timeout in the header', bytesThen(HALF, 'silence'), 4, TIMEOUTS, LONG_LIFE],
  ['no HTTP', bytesThen('SSH-2.0-OpenSSH_9.2\r\n', 'FIN'), 13, PASSING],
  ['reset in the body', bytesThen(BEGUN, 'RST'), 13, PASSING],
  ['closed in the body', bytesThen(BEGUN, 'FIN'), 13, PASSING],
  ['closed in a chunked body', bytesThen(CHUNK, 'FIN'), 13, PASSING],
  ['closed in a body of unknown length', bytesThen(UNTIL_CLOSED, 'FIN'), 5, DOUBTFUL],
  ['timeout in the body', bodyThenSilence(200, '\x89PNG'), 4, TIMEOUTS, LONG_LIFE],
  // A whole answer came, and no whole image.
  ['200 HTML', saying(HTML, { 'content-type': 'text/html' }), 5, DOUBTFUL],
  ['200 HTML that says it is an image', saying(HTML, { 'content-type': 'image/png' }), 5, DOUBTFUL],
  ['200 JSON', saying('{"error":"no"}'), 5, DOUBTFUL],
  ['200 broken JSON', saying('{"error":'), 5, DOUBTFUL],
  ['200 empty', saying(''), 5, DOUBTFUL],
  ['200 half an image', saying(Buffer.from(PNG.slice(0, -20), 'latin1')), 5, DOUBTFUL],
  ['200 spoilt gzip', saying(gzipSync(PNG_1X1).subarray(0, 20), gzip), 5, DOUBTFUL],
  ['200 unknown encoding', saying(PNG_1X1, { 'content-encoding': 'zstd' }), 5, DOUBTFUL],
  // Statuses.
  ...[202, 204, 206, 301, 302, 303, 307, 308].map((code): Row => [`${code}`, to(code), 1, FINAL]),
  ...[400, 401, 402, 405, 409, 410, 413, 415, 422].map((code): Row => [`${code}`, to(code), 1, FINAL]),
  ...[403, 404].map((code): Row => [`${code}`, to(code), 5, DOUBTFUL]),
  ...[408, 425, 429, 500, 502, 503, 504, 529].map((code): Row => [`${code}`, to(code), 13, PASSING]),
  ['500 on a link that lives long', status(500), 28, PATIENT, LONG_LIFE],
  ['404 on a link without a date', status(404), 5, DOUBTFUL, null],
  ['500 on a link without a date', status(500), 15, UNDATED, null],
  ['reset on a link without a date', bytesThen('', 'RST'), 15, UNDATED, null],
  ['404 on a link that has expired', status(404), 1, FINAL, -1],
  ['500 on a link that has expired', status(500), 1, FINAL, -1],
  ['404 with Retry-After', status(404, { 'retry-after': '7' }), 5, [7000, 7000, 7000, 7000]],
  ['503 Retry-After: 20', busy('20'), 10, [20_000, 20_000, 20_000, 20_000, 10_000, 5000, 2500, 1250, 625]],
  ['503 Retry-After: 120', busy('120'), 8, [50_000, 25_000, 12_500, 6250, 3125, 1562, 781]],
  ['503 Retry-After: 0', busy('0'), 13, PASSING],
  ['503 Retry-After: -5', busy('-5'), 13, PASSING],
  ['503 Retry-After: words', busy('soon'), 13, PASSING],
  ['503 Retry-After: a past date', busy(inSeconds(-20)), 13, PASSING],
  ['503 Retry-After: a date', busy(inSeconds(20)), 12, DATED],
];

function to(code: number): Fault {
  return status(code, { location: '/elsewhere' });
}

describe('the image of a paid call', () => {
  it.each(TABLE)('%s', async (_what, fault, arrived, waits, life = LIFE) => {
    const came = await download(fault, { life, times: Number.POSITIVE_INFINITY });
    expect([came.arrived, came.sleeps]).toEqual([arrived, waits]);
    expect([came.attempts, came.calls]).toEqual([waits.length + 1, 1]);
    const { status: exit, error, files } = came.result;
    const { code, billed, hint } = error();
    expect([exit, code, billed, await files()]).toEqual([8, 'partial', 'yes', []]);
    expect(hint).toContain(came.url);
  });

  const passing = TABLE.filter(([, fault, , waits]) => fault.passes && waits.length > 0);
  it.each(passing)('%s, and then no more', async (_what, fault, arrived, waits, life = LIFE) => {
    const came = await download(fault, { life, times: 1 });
    expect([came.arrived, came.sleeps]).toEqual([Math.min(arrived, 1) + 1, waits.slice(0, 1)]);
    expect([came.result.status, came.calls, await came.result.files()]).toEqual([0, 1, ['a-fox-1.png']]);
  });

  it('waits less by up to a quarter, as chance will have it', async () => {
    const { sleeps } = await download(status(500), { life: LIFE, times: 3, random: () => 0.5 });
    expect(sleeps).toEqual([875, 1750, 3500]);
  });
});
