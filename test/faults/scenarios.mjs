/** What goes wrong, as data: how the server behaves, and what the command must make of it. */

/**
 * How one request is answered.
 * @typedef {object} Step
 * @property {number} [status] default 200
 * @property {Record<string, string>} [headers]
 * @property {string} [body] of `server-replies.mjs`; default: what was asked for
 * @property {string} [delivery] of `delivery.mjs`: how it is put on the wire; default `whole`
 * @property {number} [wait] milliseconds before the answer
 * @property {boolean} [inUpload] it ends the connection while the request is still being read
 */

/**
 * @typedef {object} Scenario
 * @property {string} name stands in the prompt, behind `s=`: the server knows by it what to do
 * @property {'generate' | 'describe'} [command] default `generate`
 * @property {number} [n] images asked for; default 1
 * @property {string[]} [argv] further words
 * @property {Step[]} [post] by the number of the request; the last one counts for all that follow
 * @property {Step[]} [get] by the number of the request of each link; as `post`
 * @property {number} [withheld] so many of the last images
 * @property {boolean} [twins] all images have the same seed, and so the same name
 * @property {number} [expires] seconds until the links are dead; default 600
 * @property {'reset' | 'closed'} [door] another port than the server's
 * @property {{on: 'accepted' | 'get', send: NodeJS.Signals[]}} [signals]
 * @property {string} [vanishes] a folder that is removed when the first image is asked for
 * @property {boolean} [upload] a large file goes with the request
 * @property {boolean} [background] takes a minute, and little of the machine
 * @property {number} [megabytes] what the process may use at its peak
 * @property {number} [seconds] how long it may take
 * @property {number} [exit] default 0
 * @property {string | string[]} [billed] what the error says; absent: there is none
 * @property {number} [saved] images on the disk when the command has ended; default: all that are not withheld where `exit` is 0, else none
 * @property {'unanswered' | 'expired' | 'any'} [named] how `resume` speaks of it afterwards; `any`: as it likes;
 *   default: `unanswered` where it may have been billed, else nothing
 */

const refusal = (status, headers = {}) => ({ status, headers, body: 'refusal' });
const reset = { delivery: 'reset' };

/** @type {Scenario[]} */
const GOOD = [
  { name: 'ok' },
  { name: 'ok-2', n: 2 },
  { name: 'ok-3', n: 3, argv: ['--metadata'] },
  { name: 'ok-4', n: 4 },
  { name: 'twins', n: 3, twins: true, argv: ['--metadata'] },
  { name: 'words', command: 'describe' },
  { name: 'slow', n: 2, post: [{ wait: 500 }] },
  { name: 'slow-images', n: 2, get: [{ delivery: 'pieces' }] },
  { name: 'gzip-answer', n: 2, post: [{ body: 'gzip-images' }] },
];

/** @type {Scenario[]} */
const REFUSED = [
  { name: 'http-400', post: [refusal(400)], exit: 2, billed: 'no' },
  { name: 'http-401', post: [refusal(401)], exit: 4, billed: 'no' },
  { name: 'http-402', post: [refusal(402)], exit: 6, billed: 'no' },
  { name: 'http-403', post: [refusal(403)], exit: 4, billed: 'no' },
  { name: 'http-404', post: [refusal(404)], exit: 2, billed: 'no' },
  { name: 'http-413', post: [refusal(413)], exit: 2, billed: 'no' },
  { name: 'http-422', post: [refusal(422)], exit: 3, billed: 'no' },
  { name: 'http-429', post: [refusal(429), {}] },
  { name: 'http-429-wait-0', post: [refusal(429, { 'Retry-After': '0' }), {}] },
  { name: 'http-429-wait-1', post: [refusal(429, { 'Retry-After': '1' }), {}] },
  { name: 'http-429-always', post: [refusal(429, { 'Retry-After': '0.5' })], exit: 7, billed: 'no' },
  { name: 'closed-port', door: 'closed', exit: 5, billed: 'no' },
];

/** After the request was read it may have been paid: it must never be sent again. */
const DOUBTFUL = [
  { name: 'http-408', post: [refusal(408)] },
  { name: 'http-500', post: [refusal(500)] },
  { name: 'http-503', post: [refusal(503, { 'Retry-After': '0.05' })] },
  { name: 'late-answer', n: 2, argv: ['--timeout', '0.8'], post: [{ wait: 5000 }] },
  { name: 'no-answer', argv: ['--timeout', '0.8'], post: [{ delivery: 'silence' }] },
  { name: 'closed-unanswered', post: [{ delivery: 'close' }] },
  { name: 'page', post: [{ body: 'page' }] },
  { name: 'empty', post: [{ body: 'empty' }] },
  { name: 'broken-json', post: [{ body: 'broken-json' }] },
  { name: 'no-images', post: [{ body: 'no-images' }], named: 'any' },
  { name: 'empty-list', post: [{ body: 'empty-list' }], named: 'any' },
  { name: 'half-header-silence', argv: ['--timeout', '0.8'], post: [{ delivery: 'half-header-silence' }] },
  { name: 'half-header-close', post: [{ delivery: 'half-header-close' }] },
  { name: 'half-answer-silence', argv: ['--timeout', '0.8'], post: [{ delivery: 'half-body-silence' }] },
  { name: 'half-answer-close', post: [{ delivery: 'half-body-close' }] },
  { name: 'byte-a-second', argv: ['--timeout', '1.5'], post: [{ delivery: 'byte-a-second' }] },
  { name: 'length-too-short', post: [{ delivery: 'length-too-short' }] },
  { name: 'bomb', post: [{ body: 'bomb' }], megabytes: 200, seconds: 10 },
  { name: 'endless-error', post: [{ status: 500, delivery: 'endless' }], megabytes: 200, seconds: 10 },
  { name: 'endless-answer', post: [{ delivery: 'endless' }], megabytes: 200, seconds: 10 },
  { name: 'redirect', post: [{ status: 307, body: 'redirect' }] },
  { name: 'redirect-loop', post: [{ status: 308, body: 'redirect-loop' }] },
  { name: 'reset-at-door', door: 'reset', billed: ['maybe', 'no'], named: 'any' },
  { name: 'reset-in-upload', upload: true, post: [{ ...reset, inUpload: true }] },
  { name: 'reset-unanswered', post: [reset] },
  { name: 'reset-in-header', post: [{ delivery: 'half-header-reset' }] },
  { name: 'reset-in-answer', post: [{ delivery: 'half-body-reset' }] },
  { name: 'words-late', command: 'describe', argv: ['--timeout', '0.8'], post: [{ wait: 5000 }] },
  { name: 'words-reset', command: 'describe', post: [reset] },
].map((scenario) => ({ exit: 5, billed: 'maybe', ...scenario }));

/** Paid: what can come must come, now or with `resume`. */
const IMAGES = [
  { name: 'withheld', n: 3, withheld: 1, exit: 8, billed: 'yes', saved: 2 },
  { name: 'all-withheld', n: 2, withheld: 2, exit: 3, billed: 'yes' },
  { name: 'expired', n: 2, expires: -10, exit: 8, billed: 'yes', named: 'expired' },
  { name: 'image-404', n: 2, get: [refusal(404), {}] },
  { name: 'image-500', n: 2, get: [refusal(500), {}] },
  { name: 'image-429', get: [refusal(429, { 'Retry-After': '0.2' }), {}] },
  { name: 'image-half', n: 2, get: [{ body: 'half-picture' }, {}] },
  { name: 'image-page', get: [{ body: 'page' }, {}] },
  { name: 'image-empty', get: [{ body: 'empty' }, {}] },
  { name: 'image-closed', n: 2, get: [{ delivery: 'half-body-close' }, {}] },
  { name: 'image-reset', n: 2, get: [{ delivery: 'half-body-reset' }, {}] },
  { name: 'image-reset-in-header', get: [{ delivery: 'half-header-reset' }, {}] },
  { name: 'image-reset-at-once', get: [reset, {}] },
  { name: 'image-length-too-long', get: [{ delivery: 'length-too-long' }, {}] },
  { name: 'image-length-too-short', get: [{ delivery: 'length-too-short' }, {}] },
  { name: 'image-bomb', get: [{ body: 'bomb' }, {}], megabytes: 200, seconds: 10 },
  // Refused for good: the command gives up, and `resume` finds the server mended.
  { name: 'image-monster', get: [{ body: 'monster' }, {}], megabytes: 250, exit: 8, billed: 'yes' },
  { name: 'image-410', n: 2, get: [refusal(410), {}], exit: 8, billed: 'yes' },
  { name: 'image-redirect', get: [{ status: 302, body: 'redirect' }, {}], exit: 8, billed: 'yes' },
  {
    name: 'folder-vanishes',
    n: 2,
    argv: ['-o', 'new/'],
    get: [{ delivery: 'pieces' }],
    vanishes: 'new',
    exit: 8,
    billed: 'yes',
  },
  // The shortest time limit of a download is a minute.
  {
    name: 'image-byte-a-second',
    argv: ['--timeout', '1'],
    get: [{ delivery: 'byte-a-second' }, {}],
    background: true,
    seconds: 90,
  },
  { name: 'image-redirect-loop', get: [{ status: 301, body: 'redirect-loop' }, {}], exit: 8, billed: 'yes' },

  // The whole answer is there, though more was promised: it is paid, and can be read.
  { name: 'length-too-long', post: [{ delivery: 'length-too-long' }], exit: 5, billed: 'maybe' },
];

/** Ctrl-C and SIGTERM at moments that the server knows. */
const STOPPED = [
  {
    name: 'int-waiting',
    n: 2,
    post: [{ wait: 300 }],
    signals: { on: 'accepted', send: ['SIGINT'] },
    exit: 130,
    billed: 'yes',
    saved: 2,
  },
  {
    name: 'int-downloading',
    n: 2,
    get: [{ delivery: 'pieces' }],
    signals: { on: 'get', send: ['SIGINT'] },
    exit: 130,
    billed: 'yes',
    saved: 2,
  },
  {
    name: 'term-downloading',
    n: 2,
    get: [{ delivery: 'pieces' }],
    signals: { on: 'get', send: ['SIGTERM'] },
    exit: 143,
    billed: 'yes',
    saved: 2,
  },
  {
    name: 'int-int-waiting',
    post: [{ wait: 5000 }],
    signals: { on: 'accepted', send: ['SIGINT', 'SIGINT'] },
    exit: 130,
    billed: 'maybe',
  },
  {
    name: 'int-int-downloading',
    n: 2,
    get: [{ delivery: 'byte-a-second' }, {}],
    signals: { on: 'get', send: ['SIGINT', 'SIGINT'] },
    exit: 130,
    billed: 'yes',
  },
];

/** @type {readonly Required<Pick<Scenario, 'command' | 'n' | 'argv' | 'post' | 'get' | 'exit'>>[] & Scenario[]} */
export const SCENARIOS = [...GOOD, ...REFUSED, ...DOUBTFUL, ...IMAGES, ...STOPPED].map(complete);

const BY_NAME = new Map(SCENARIOS.map((scenario) => [scenario.name, scenario]));

/** @param {string} name */
export function scenarioCalled(name) {
  const scenario = BY_NAME.get(name);
  if (!scenario) throw new Error(`There is no scenario ${name}: ${[...BY_NAME.keys()].join(', ')}`);
  return scenario;
}

function complete(scenario) {
  const { command = 'generate', n = 1, argv = [], post = [{}], get = [{}], exit = 0, billed } = scenario;
  const saved = exit === 0 && command === 'generate' ? n - (scenario.withheld ?? 0) : 0;
  const named = billed === 'maybe' ? 'unanswered' : undefined;
  return { saved, named, ...scenario, command, n, argv, post, get, exit };
}

/** The step for the request of this number, from 0. */
export const stepOf = (steps, number) => steps[Math.min(number, steps.length - 1)];
