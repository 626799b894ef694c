#!/usr/bin/env node
/* Starts the bundled program, with the code that V8 compiled the last time. Old syntax on purpose: a Node too old for the program must still be able to say so. */
'use strict';
var fs = require('fs');
var path = require('path');
var vm = require('vm');

var REQUIRED = 18;
var FORMAT = 'ideogram 8 ';
/* Before and behind the code that is kept of a module, in bytes. */
var STAMP = 64;
/* No file of this program was changed before. */
var BORN = Date.UTC(2026, 0, 1);
/* Read into again and again: the first use of a page of memory takes as long as to read it. */
var CODE_BYTES = 512 * 1024;
var TEXT_BYTES = 256 * 1024;
/* What is compared at a time. */
var PIECE = 64 * 1024;

var argv = process.argv;
if (
  argv.length === 3 &&
  (argv[2] === '--version' || argv[2] === '-V') &&
  print(require('../package.json').version + '\n')
) {
  /* That was all. */
} else if (parseInt(process.versions.node, 10) < REQUIRED) {
  process.stderr.write(
    'ideogram needs Node.js ' +
      REQUIRED +
      ' or newer; this is ' +
      process.version +
      '. See https://nodejs.org\n'
  );
  process.exitCode = 1;
} else {
  start(path.join(__dirname, '..', 'dist'), 'main.cjs');
}

/* Directly: Node's own stream takes longer to load than all else that is done here. Where that fails, the program knows why. */
function print(text) {
  try {
    return fs.writeSync(1, text) === text.length;
  } catch (_error) {
    return false;
  }
}

/* Runs a bundled module, and with it all that it requires. Compiling takes most of a short run: what V8 made of a module is
 * kept for the next one. Node's own compile cache does this from 22 on, in a folder that others may write into. */
function start(root, main) {
  var cache = openCache(root, main);
  var modules = Object.create(null);
  var isKnown = true;
  var texts = Buffer.allocUnsafeSlow(TEXT_BYTES);
  var codes = cache && Buffer.allocUnsafeSlow(CODE_BYTES);
  var load = function (filename) {
    if (modules[filename]) return modules[filename].exports;
    /* First its facts: of a file that is changed meanwhile nothing is kept that would be taken for true. */
    var module = { exports: {}, info: fs.statSync(filename) };
    modules[filename] = module;
    var text = readText(filename, module.info.size, texts);
    /* The text is a string by now: its room is free. */
    var code = cache && cache.read(filename, module.info, codes, texts);
    module.script = new vm.Script(text, { filename: filename, cachedData: code });
    if (!code || module.script.cachedDataRejected) isKnown = false;
    var folder = path.dirname(filename);
    /* Everything but the modules of Node is in the bundle. */
    var requireFrom = function (id) {
      return id.charAt(0) === '.' ? load(path.join(folder, id)) : require(id);
    };
    try {
      module.script
        .runInThisContext()
        .call(module.exports, module.exports, requireFrom, module, filename, folder);
    } catch (error) {
      /* Whoever asks again gets the error again, not half a module. */
      delete modules[filename];
      throw error;
    }
    return module.exports;
  };
  process.once('exit', function () {
    /* Whoever was interrupted wants to leave, and a wrong word is no kind of run. */
    if (isKnown || !cache || process.exitCode) return;
    try {
      require('./keep-code.cjs')(cache, modules);
    } catch (_error) {
      /* It costs milliseconds, no more. */
    }
  });
  load(path.join(root, main));
}

function roomFor(size, room) {
  return size <= room.length ? room.subarray(0, size) : Buffer.allocUnsafeSlow(size);
}

/* The bundle is written in ASCII. */
function readText(filename, size, room) {
  var bytes = readStart(filename, roomFor(size + 1, room));
  /* Another length than a moment ago: an upgrade is under way. */
  return (bytes.length === size ? bytes : fs.readFileSync(filename)).toString('latin1');
}

function readStart(filename, room) {
  var descriptor = fs.openSync(filename, 'r');
  try {
    return room.subarray(0, fill(room, descriptor, 0));
  } finally {
    fs.closeSync(descriptor);
  }
}

/* Some network disks give less at a time than they are asked for. The answer: how many bytes there were, at most a room full. */
function fill(room, descriptor, position) {
  var length = 0;
  for (var read = -1; read !== 0 && length < room.length; length += read) {
    read = fs.readSync(descriptor, room, length, room.length - length, position + length);
  }
  return length;
}

/* Undefined where nothing is to be kept. What is compiled for one Node is nothing for another, even of the same number. */
function openCache(root, main) {
  var env = process.env;
  var home = env.HOME;
  var base = process.platform === 'win32' ? env.LOCALAPPDATA : env.XDG_CACHE_HOME;
  if (!base && home) base = process.platform === 'darwin' ? home + '/Library/Caches' : home + '/.cache';
  if (env.NODE_DISABLE_COMPILE_CACHE || !base || !path.isAbsolute(base)) return undefined;
  var folder = path.join(base, 'ideogram');
  var entry = path.join(root, main);
  var node = [process.execPath, process.version, process.arch, env.NODE_OPTIONS].concat(process.execArgv);
  var mark = digest([entry].concat(node).join('\n')) + '.';
  /* Each kind of run compiles other functions of the entry, and all of them together take longer to read. */
  var kind = mark + kindOf(argv.slice(2)) + '.';
  var isSafe = isOurs(folder);
  var nameOf = function (filename) {
    return path.join(folder, (filename === entry ? kind : mark) + path.basename(filename) + '.code');
  };
  return {
    root: root,
    main: main,
    base: base,
    folder: folder,
    mark: mark,
    nameOf: nameOf,
    stampOf: stampOf,
    isOurs: isOurs,
    /* Into `codes`; `scratch` is for what is compared with it. */
    read: function (filename, info, codes, scratch) {
      return isSafe ? readKept(nameOf(filename), stampOf(info, filename), codes, scratch) : undefined;
    },
  };
}

/* Tells names from each other, no more. */
function digest(text) {
  var hash = 5381;
  for (var index = 0; index < text.length; index += 1) hash = (hash * 33 + text.charCodeAt(index)) | 0;
  return (hash >>> 0).toString(36);
}

/* By the command and what else decides which functions run. */
function kindOf(words) {
  var command = /^[a-z-]+$/.test(words[0] || '') ? words[0] : '';
  var flags = ['--help', '-h', '--dry-run', '--json', '--sandbox'].filter(function (flag) {
    return words.indexOf(flag) >= 0;
  });
  return digest([command].concat(flags).join(' '));
}

/* Which text it was. V8 itself compares no more than its length; npm gives all files one date, but nobody can give a file
 * the time of its last change: only in read-only images is it that date. Then the entry's first line tells builds apart, and
 * the other modules have names that are made of what is in them. */
function stampOf(info, filename) {
  var time = info.ctimeMs < BORN ? readStart(filename, Buffer.alloc(32)).toString('latin1') : info.ctimeMs;
  return (FORMAT + info.size + ' ' + time + new Array(STAMP + 1).join(' ')).slice(0, STAMP);
}

/* A folder, not a link to one, of this user, into which nobody else can put anything. Windows keeps these places apart itself. */
function isOurs(folder) {
  try {
    var info = fs.lstatSync(folder);
    return info.isDirectory() && isPrivate(info);
  } catch (_error) {
    return false;
  }
}

function isPrivate(info) {
  return !process.getuid || (info.uid === process.getuid() && (info.mode & 18) === 0);
}

/* The code that was kept of a module, if it is there, whole, of this text, and nobody else's. */
function readKept(file, stamp, codes, scratch) {
  var descriptor;
  try {
    descriptor = fs.openSync(
      file,
      fs.constants.O_RDONLY | (fs.constants.O_NOFOLLOW || 0) | (fs.constants.O_NONBLOCK || 0)
    );
    var info = fs.fstatSync(descriptor);
    /* Code that another user may have written, or chosen, is not run; a named pipe would be waited for. */
    if (!info.isFile() || info.nlink !== 1 || !isPrivate(info)) return undefined;
    var end = info.size / 2;
    var bytes = roomFor(end + STAMP, codes);
    if (fill(bytes, descriptor, 0) !== end + STAMP) return undefined;
    var isOfText =
      bytes.toString('latin1', 0, STAMP) === stamp && bytes.toString('latin1', end, end + STAMP) === stamp;
    var code = bytes.subarray(STAMP, end);
    return isOfText && isWrittenBackwards(descriptor, code, info.size, scratch) ? code : undefined;
  } catch (_error) {
    return undefined;
  } finally {
    if (descriptor !== undefined) fs.closeSync(descriptor);
  }
}

/* V8 runs what it is given, damaged or not, and to compare it with a second copy is the quickest way to find out. That one ends
 * the file, backwards, so that no single damage is the same in both: what reaches from one to the other hits the stamp between. */
function isWrittenBackwards(descriptor, code, size, scratch) {
  for (var start = 0, length; start < code.length; start += length) {
    length = Math.min(PIECE, code.length - start);
    var piece = scratch.subarray(0, length);
    if (fill(piece, descriptor, size - start - length) !== length) return false;
    if (!piece.reverse().equals(code.subarray(start, start + length))) return false;
  }
  return true;
}
