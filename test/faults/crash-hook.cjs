/**
 * Loaded into the program before it starts: counts all it does to files and sockets, writes it down, and kills the
 * process before, in the middle of, or after a chosen one.
 *
 * FAULTS_LOG: the file that JSON lines are appended to. FAULTS_FULL: every operation is written down, not only the end.
 * FAULTS_AT: the number of the operation to die at, from 1; with FAULTS_NAME, counted among those of that name. FAULTS_SIDE:
 * `before`, `half` or `after`; `fail`: it does not die, but the disk refuses that operation, or the next one that is about a file.
 */
'use strict';
const fs = require('node:fs');
const { syncBuiltinESMExports } = require('node:module');
const { Socket } = require('node:net');

const { FAULTS_LOG: logPath, FAULTS_FULL: full, FAULTS_NAME: dieName, FAULTS_SIDE: side } = process.env;
const dieAt = Number(process.env.FAULTS_AT);
const real = { openSync: fs.openSync, writeSync: fs.writeSync };
const log = real.openSync(logPath, 'a');
const say = (line) => real.writeSync(log, `${JSON.stringify(line)}\n`);
/** So much of what is written to a journal is written down; of what goes to the network, its first words. */
const SHOWN = 1000;
let count = 0;
let named = 0;

function die({ at, name }) {
  say({ at, died: side, name });
  process.kill(process.pid, 'SIGKILL');
  for (;;) Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 0);
}

/** What a disk may refuse; what takes something away always works. */
const REFUSABLE = ['open', 'write', 'note', 'sync', 'link', 'rename', 'mkdir'];
let refused = false;

/** Begins an operation; what writes to the journal has a name of its own: `note`. */
function begin(kind, details) {
  const at = ++count;
  const name = kind === 'write' && isJournal(details.path) ? 'note' : kind;
  if (full) say({ at, name, ...details });
  if (name === dieName) named += 1;
  const number = dieName === undefined ? at : name === dieName ? named : 0;
  const operation = { at, name, isChosen: number === dieAt };
  if (operation.isChosen && side === 'before') die(operation);
  if (side === 'fail' && number >= dieAt && !refused && REFUSABLE.includes(name)) refuse(operation, details);
  return operation;
}

function refuse({ at, name }, { path }) {
  refused = true;
  say({ at, refused: true, name, path });
  throw Object.assign(new Error('EIO: i/o error'), { code: 'EIO', errno: -5, syscall: name });
}

const isCutShort = ({ isChosen }) => isChosen && side === 'half';

function end(operation) {
  if (full) say({ at: operation.at, done: true });
  if (operation.isChosen && (side === 'after' || side === 'half')) die(operation);
}

const isJournal = (path) => /\.jsonl$/.test(path ?? '');

const paths = new WeakMap();
const byDescriptor = new Map();

const changes = (flags = 'r') =>
  typeof flags === 'number'
    ? (flags & (fs.constants.O_WRONLY | fs.constants.O_RDWR)) !== 0
    : /[wa+]/.test(flags);

const asBuffer = (data, encoding) =>
  typeof data === 'string'
    ? Buffer.from(data, encoding)
    : Buffer.from(data.buffer, data.byteOffset, data.byteLength);

/** What an operation is about, by its arguments. */
const DETAILS = {
  two: ([path, to]) => ({ path: String(path), to: String(to) }),
  one: ([path]) => ({ path: String(path) }),
  data: ([path, data]) => ({ path: String(path), ...contentOf(path, data) }),
};

function contentOf(path, data) {
  const bytes = typeof data === 'string' ? data : Buffer.from(data).toString('utf8');
  return { bytes: bytes.length, ...(isJournal(path) ? { text: bytes.slice(0, SHOWN) } : {}) };
}

const CHANGES = {
  rename: 'two',
  link: 'two',
  symlink: 'two',
  copyFile: 'two',
  unlink: 'one',
  rm: 'one',
  rmdir: 'one',
  mkdir: 'one',
  chmod: 'one',
  truncate: 'one',
  utimes: 'one',
  writeFile: 'data',
  appendFile: 'data',
};

/** What takes its time, done to its half. */
const { writeFile } = fs.promises;
const HALVES = {
  writeFile: (path, data) => writeFile(path, asBuffer(data).subarray(0, data.length >> 1)),
  copyFile: (from, to) => HALVES.writeFile(to, fs.readFileSync(from)),
};

for (const [name, kind] of Object.entries(CHANGES)) {
  const { [name]: promised } = fs.promises;
  fs.promises[name] = async (...args) => {
    const operation = begin(name, DETAILS[kind](args));
    const result = await (isCutShort(operation) && HALVES[name] ? HALVES[name] : promised)(...args);
    end(operation);
    return result;
  };
  const inOneGo = fs[`${name}Sync`];
  fs[`${name}Sync`] = (...args) => {
    const operation = begin(name, DETAILS[kind](args));
    const result = inOneGo(...args);
    end(operation);
    return result;
  };
}

fs.openSync = (path, flags, ...rest) => {
  const operation = changes(flags) ? begin('open', { path: String(path), flags }) : undefined;
  const descriptor = real.openSync(path, flags, ...rest);
  byDescriptor.set(descriptor, String(path));
  if (operation) end(operation);
  return descriptor;
};

fs.writeSync = (descriptor, data, ...rest) => {
  const path = byDescriptor.get(descriptor) ?? `descriptor ${descriptor}`;
  const operation = begin('write', { path, ...contentOf(path, data) });
  if (isCutShort(operation)) real.writeSync(descriptor, asBuffer(data).subarray(0, data.length >> 1));
  else rest = [real.writeSync(descriptor, data, ...rest)];
  end(operation);
  return rest[0];
};

for (const [name, changed] of Object.entries({
  fsyncSync: 'sync',
  fchmodSync: 'chmod',
  futimesSync: 'utimes',
  ftruncateSync: 'truncate',
})) {
  const inOneGo = fs[name];
  fs[name] = (descriptor, ...rest) => {
    const operation = begin(changed, { path: byDescriptor.get(descriptor) });
    inOneGo(descriptor, ...rest);
    end(operation);
  };
}

/** With a callback: when it is called, the operation is done. */
const ending = (operation, done) => (error, result) => {
  end(operation);
  done(error, result);
};

for (const name of ['rename', 'link']) {
  const { [name]: called } = fs;
  fs[name] = (from, to, done) => {
    const operation = begin(name, DETAILS.two([from, to]));
    called(from, to, ending(operation, done));
  };
}

const fsync = fs.fsync;
fs.fsync = (descriptor, done) => {
  const operation = begin('sync', { path: byDescriptor.get(descriptor) });
  fsync(descriptor, ending(operation, done));
};

const write = fs.write;
fs.write = (descriptor, data, done) => {
  const operation = begin('write', { path: byDescriptor.get(descriptor), bytes: data.length });
  const bytes = asBuffer(data);
  write(
    descriptor,
    isCutShort(operation) ? bytes.subarray(0, bytes.length >> 1) : bytes,
    ending(operation, done),
  );
};

const openPromised = fs.promises.open;
fs.promises.open = async (path, flags, mode) => {
  const operation = changes(flags) ? begin('open', { path: String(path), flags }) : undefined;
  const handle = await openPromised(path, flags, mode);
  watchHandles(Object.getPrototypeOf(handle));
  paths.set(handle, String(path));
  if (operation) end(operation);
  return handle;
};

let watched = false;

/** The methods of open files are known only when one is open. */
function watchHandles(prototype) {
  if (watched) return;
  watched = true;
  for (const name of ['sync', 'datasync', 'truncate', 'chmod', 'utimes']) {
    const method = prototype[name];
    prototype[name] = async function (...args) {
      const operation = begin(name === 'datasync' ? 'sync' : name, { path: paths.get(this) });
      const result = await method.apply(this, args);
      end(operation);
      return result;
    };
  }
  for (const name of ['write', 'writeFile', 'appendFile']) {
    const method = prototype[name];
    prototype[name] = async function (data, ...rest) {
      const path = paths.get(this);
      // What is written of a buffer may be a part of it.
      const [offset = 0, length] = typeof data === 'string' || typeof rest[0] === 'object' ? [] : rest;
      const bytes = asBuffer(data).subarray(offset, length === undefined ? undefined : offset + length);
      const operation = begin('write', { path, ...contentOf(path, bytes) });
      if (isCutShort(operation)) await method.call(this, bytes.subarray(0, bytes.length >> 1));
      const result = isCutShort(operation) ? undefined : await method.call(this, data, ...rest);
      end(operation);
      return result;
    };
  }
}

/** To whom a socket leads: standard output is one too. */
const nameFor = (socket) => (socket._isStdio ? 'tell' : 'send');

const { connect, push, _write: send, _writev: sendAll } = Socket.prototype;

Socket.prototype.connect = function (...args) {
  const operation = begin('connect');
  this.once('connect', () => end(operation));
  return connect.apply(this, args);
};

Socket.prototype._write = function (data, encoding, done) {
  const bytes = asBuffer(data, encoding);
  const operation = begin(nameFor(this), { bytes: bytes.length, text: bytes.toString('latin1', 0, 40) });
  const finish = (error) => {
    end(operation);
    done(error);
  };
  if (isCutShort(operation)) return send.call(this, bytes.subarray(0, bytes.length >> 1), 'buffer', finish);
  return send.call(this, data, encoding, finish);
};

Socket.prototype._writev = function (chunks, done) {
  const bytes = Buffer.concat(chunks.map(({ chunk, encoding }) => asBuffer(chunk, encoding)));
  const operation = begin(nameFor(this), { bytes: bytes.length, text: bytes.toString('latin1', 0, 40) });
  const finish = (error) => {
    end(operation);
    done(error);
  };
  if (isCutShort(operation)) return send.call(this, bytes.subarray(0, bytes.length >> 1), 'buffer', finish);
  return sendAll.call(this, chunks, finish);
};

Socket.prototype.push = function (chunk, encoding) {
  const operation = begin('receive', { bytes: chunk?.length ?? 0 });
  const result = push.call(this, chunk, encoding);
  end(operation);
  return result;
};

syncBuiltinESMExports();

process.on('exit', () => say({ exit: true, count, maxRssKb: process.resourceUsage().maxRSS }));
