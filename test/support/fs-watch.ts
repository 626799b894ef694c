/** A preload that stands at every call of a process that changes files: it looks at all files, or kills the process there. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** A file or folder, as it was right before or after a call. */
export interface Sight {
  /** The call, such as `openSync`, `handle.write`. */
  readonly call: string;
  readonly path: string;
  /** Which file it is, whatever its name: the number of one that is gone is soon given to another. */
  readonly identity: string;
  readonly mode: number;
  readonly isFolder: boolean;
  readonly hasKey: boolean;
}

export interface WatchOrder {
  /** What is looked at, with all below it. */
  readonly folder: string;
  readonly key: string;
  /** Outside of that folder. */
  readonly log: string;
  /** Kill the process at this point: each call has one before it, one behind it, and writes one in the middle. */
  readonly killAt?: number;
}

/** What can change nothing; whatever else `fs` has is watched, also what a later Node adds. */
const HARMLESS =
  /^(access|exists|stat|lstat|fstat|statfs|read|readv|readFile|readdir|readlink|realpath|opendir|watch|watchFile|unwatchFile|glob|openAsBlob|createReadStream|_toUnixTimestamp|[A-Z]\w*)(Sync)?$/;

const SOURCE = `
const fs = require('fs');
const { join } = require('path');
const order = JSON.parse(process.env.WATCH_ORDER);
// A process that this one starts is not watched.
delete process.env.WATCH_ORDER;
delete process.env.NODE_OPTIONS;
const harmless = ${HARMLESS};
const { readdirSync, readFileSync, lstatSync, appendFileSync, writeSync } = fs;
const log = (entry) => appendFileSync(order.log, JSON.stringify(entry) + '\\n');
let depth = 0;
const unwatched = (action) => { depth++; try { return action(); } finally { depth--; } };
const lookAt = (call, path) => {
  const info = lstatSync(path);
  const isFolder = info.isDirectory();
  const hasKey = info.isFile() && readFileSync(path, 'latin1').includes(order.key);
  log({ call, path, identity: info.ino + ' born ' + info.birthtimeMs, mode: info.mode & 0o777, isFolder, hasKey });
  if (isFolder) for (const name of readdirSync(path)) lookAt(call, join(path, name));
};
const look = (call) => unwatched(() => lookAt(call, order.folder));
let points = 0;
const point = (call, action = () => {}) => {
  if (++points !== order.killAt) return;
  unwatched(() => { action(); log({ killed: call }); });
  process.kill(process.pid, 'SIGKILL');
};
const half = (fd, data, offset, length) => {
  const bytes = Buffer.from(data).subarray(typeof data === 'string' ? 0 : offset || 0);
  writeSync(fd, bytes.subarray(0, Math.ceil((typeof data === 'string' ? bytes.length : length ?? bytes.length) / 2)));
};
const before = (call, halved) => {
  if (order.killAt === undefined) look('before ' + call);
  point('before ' + call);
  if (halved) point('within ' + call, halved);
};
const after = (call) => {
  if (order.killAt === undefined) look(call);
  point('after ' + call);
};
const wrap = (object, name, label, handle) => {
  const original = object[name];
  const watched = function (...rest) {
    if (depth > 0) return original.apply(this, rest);
    const halved = handle && name === 'write' ? () => half(handle.fd, ...rest)
      : name === 'writeSync' ? () => half(...rest) : undefined;
    before(label, halved);
    const last = rest.at(-1);
    if (typeof last === 'function') {
      rest[rest.length - 1] = function (...results) { after(label); return last.apply(this, results); };
      return unwatched(() => original.apply(this, rest));
    }
    const result = unwatched(() => original.apply(this, rest));
    if (typeof result?.then !== 'function') { after(label); return result; }
    return result.then(
      (value) => { if (name === 'open') watchHandle(value); after(label); return value; },
      (error) => { after(label); throw error; },
    );
  };
  const properties = Object.getOwnPropertyDescriptors(original);
  delete properties.prototype;
  Object.defineProperties(watched, properties);
  object[name] = watched;
};
const watchHandle = (handle) => {
  for (const name of Object.getOwnPropertyNames(Object.getPrototypeOf(handle))) {
    if (name === 'constructor' || name === 'getAsyncId' || name === 'fd' || harmless.test(name)) continue;
    if (typeof handle[name] === 'function') wrap(handle, name, 'handle.' + name, handle);
  }
};
for (const [object, label] of [[fs, ''], [fs.promises, 'promises.']]) {
  for (const name of Object.keys(object)) {
    if (typeof object[name] === 'function' && !harmless.test(name)) wrap(object, name, label + name);
  }
}
require('module').syncBuiltinESMExports();
`;

/** The environment that has a process watched. */
export async function watchEnv(order: WatchOrder): Promise<Record<string, string>> {
  const preload = `${order.log}.cjs`;
  await writeFile(preload, SOURCE);
  await writeFile(order.log, '');
  // What the launcher keeps is no part of what is looked at.
  return {
    NODE_OPTIONS: `--require ${preload}`,
    NODE_DISABLE_COMPILE_CACHE: '1',
    WATCH_ORDER: JSON.stringify(order),
  };
}

/** What was seen; `killed` is where the process was killed. */
export async function readSights(log: string): Promise<{ sights: Sight[]; killed: string | undefined }> {
  const entries = (await readFile(log, 'utf8'))
    .split('\n')
    .filter((line) => line !== '')
    .map((line): Sight & { killed?: string } => JSON.parse(line));
  return {
    sights: entries.filter(({ killed }) => killed === undefined),
    killed: entries.find(({ killed }) => killed !== undefined)?.killed,
  };
}

/** Sights of files that held the key at any time, and that others could use at any time: also before, while they were empty. */
export function openSights(sights: readonly Sight[]): Sight[] {
  const holders = new Set(sights.filter(({ hasKey }) => hasKey).map(({ identity }) => identity));
  return sights.filter(({ identity, mode }) => holders.has(identity) && (mode & 0o077) !== 0);
}

/** The log file of an order, outside of the folder that is looked at. */
export function logIn(folder: string, name = 'log'): string {
  return join(folder, name);
}
