#!/usr/bin/env node
/* Starts the bundled program, with the code that V8 compiled the last time. Old syntax on purpose: a Node too old for the program must still be able to say so. */
'use strict';
var fs = require('fs');
var path = require('path');
var vm = require('vm');

var REQUIRED = 18;
/* As many versions of Node and of this program as may take turns. */
var MAX_KEPT = 8;
/* What a module finds around it. */
var HEAD = '(function (exports, require, module, __filename, __dirname) {';
var TAIL = '\n})';
var FORMAT = 'ideogram 5 ';
/* No file of this program was changed before. */
var BORN = Date.UTC(2026, 0, 1);
/* Before what is kept of a module, in bytes. */
var STAMP = 64;
/* As many kinds of runs of one program as the entry is kept for. */
var MAX_KINDS = 24;

var argv = process.argv;
if (argv.length === 3 && (argv[2] === '--version' || argv[2] === '-V')) {
  print(require('../package.json').version + '\n');
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

/* Directly: Node's own stream takes longer to load than all else that is done here. */
function print(text) {
  try {
    fs.writeSync(1, text);
  } catch (_error) {
    process.stdout.on('error', function () {
      process.exitCode = 1;
    });
    process.stdout.write(text);
  }
}

/* Runs a bundled module, and with it all that it requires. Compiling takes most of a short run: what V8 made of a module is
 * kept for the next one. Node's own compile cache does this from 22 on, in a folder that others may write into. */
function start(root, main) {
  var kept = openCache(root, path.join(root, main));
  var modules = Object.create(null);
  var isKnown = true;
  var load = function (filename) {
    if (modules[filename]) return modules[filename].exports;
    var module = readModule(filename, kept);
    modules[filename] = module;
    module.exports = {};
    module.script = new vm.Script(HEAD + module.text + TAIL, {
      filename: filename,
      cachedData: module.code,
    });
    if (!module.code || module.script.cachedDataRejected) isKnown = false;
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
    if (isKnown || !kept || process.exitCode) return;
    try {
      kept.write(modules);
    } catch (_error) {
      /* It costs milliseconds, no more. */
    }
  });
  load(path.join(root, main));
}

/* First its facts: of a file that is changed meanwhile nothing is kept that would be taken for true. */
function readModule(filename, kept) {
  var info = fs.statSync(filename);
  var code = kept && kept.read(filename, info);
  /* The bundle is written in ASCII. */
  return { info: info, code: code, text: fs.readFileSync(filename, 'latin1') };
}

/* Undefined where nothing is to be kept. What is compiled for one Node is nothing for another, even of the same number. */
function openCache(root, main) {
  var env = process.env;
  var home = env.HOME;
  var base = process.platform === 'win32' ? env.LOCALAPPDATA : env.XDG_CACHE_HOME;
  if (!base && home) base = process.platform === 'darwin' ? home + '/Library/Caches' : home + '/.cache';
  if (env.NODE_DISABLE_COMPILE_CACHE || !base || !path.isAbsolute(base)) return undefined;
  var folder = path.join(base, 'ideogram');
  var node = [process.execPath, process.version, process.arch, env.NODE_OPTIONS].concat(process.execArgv);
  var mark = digest([main].concat(node).join('\n')) + '.';
  var isSafe = isOurs(folder);
  /* Each kind of run compiles other functions of the entry, and all of them together take longer to read. */
  var kind = mark + kindOf(argv.slice(2)) + '.';
  var nameOf = function (filename) {
    var prefix = filename === main ? kind : mark;
    return path.join(folder, prefix + path.basename(filename) + '.code');
  };
  return {
    read: function (filename, info) {
      return isSafe ? readKept(nameOf(filename), stampOf(info, filename)) : undefined;
    },
    write: function (modules) {
      makeFolder(folder, base);
      Object.keys(modules).forEach(function (filename) {
        var module = modules[filename];
        var stamp = Buffer.from(stampOf(module.info, filename));
        var code = module.script.createCachedData();
        writeWhole(nameOf(filename), Buffer.concat([stamp, code, Buffer.from(code).reverse()]));
      });
      var there = fs.readdirSync(root).concat(fs.readdirSync(path.join(root, 'chunks')));
      removeStale(folder, mark, path.basename(main), there);
      removeOldest(folder);
    },
  };
}

/* Tells names from each other, no more. */
function digest(text) {
  var hash = 5381;
  for (var index = 0; index < text.length; index += 1) hash = (hash * 33 + text.charCodeAt(index)) | 0;
  return (hash >>> 0).toString(36);
}

/* Which text it was. V8 itself compares no more than its length; npm gives all files one date, but nobody can give a file
 * the time of its last change: only in read-only images is it that date, and then the build's own first line tells. */
function stampOf(info, filename) {
  var time = info.ctimeMs < BORN ? firstLineOf(filename) : info.ctimeMs;
  return padded(FORMAT + info.size + ' ' + time, STAMP);
}

function padded(text, length) {
  return (text + new Array(length + 1).join(' ')).slice(0, length);
}

/* By the command and what else decides which functions run. */
function kindOf(words) {
  var command = /^[a-z-]+$/.test(words[0] || '') ? words[0] : '';
  var flags = ['--help', '-h', '--dry-run', '--json', '--sandbox'].filter(function (flag) {
    return words.indexOf(flag) >= 0;
  });
  return digest([command].concat(flags).join(' '));
}

function firstLineOf(filename) {
  return fs.readFileSync(filename, 'latin1').slice(0, 32);
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

/* The code that was kept of a module, if it is there, whole, of this text, and nobody else's. It is written twice, once
 * forwards and once backwards: V8 runs what it is given, damaged or not, and to compare is the quickest way to find out. */
function readKept(file, stamp) {
  var descriptor;
  try {
    descriptor = fs.openSync(file, fs.constants.O_RDONLY | (fs.constants.O_NOFOLLOW || 0));
    var info = fs.fstatSync(descriptor);
    /* Code that another user may have written, or chosen, is not run. */
    if (!info.isFile() || info.nlink !== 1 || !isPrivate(info)) return undefined;
    var bytes = Buffer.allocUnsafeSlow(info.size);
    if (fs.readSync(descriptor, bytes, 0, info.size, 0) !== info.size) return undefined;
    if (bytes.toString('latin1', 0, STAMP) !== stamp) return undefined;
    var half = STAMP + (info.size - STAMP) / 2;
    var code = bytes.subarray(STAMP, half);
    return code.equals(bytes.subarray(half).reverse()) ? code : undefined;
  } catch (_error) {
    return undefined;
  } finally {
    if (descriptor !== undefined) fs.closeSync(descriptor);
  }
}

function makeFolder(folder, base) {
  /* With sudo it is the home of another: files of root would be in the way there. */
  var nearest = fs.existsSync(base) ? base : path.dirname(base);
  if (process.getuid && fs.statSync(nearest).uid !== process.getuid()) throw new Error('not ours');
  /* Level by level: Node's own way to make several never ends in some folders of /proc. */
  [base, folder].forEach(function (each) {
    if (!fs.existsSync(each)) fs.mkdirSync(each, 448);
  });
  if (!isOurs(folder)) throw new Error('not ours');
}

/* At once and for good: V8 does not look whether the code that it is given is damaged. */
function writeWhole(file, bytes) {
  var temporary = file + '-' + process.pid + Math.random();
  var descriptor = fs.openSync(temporary, 'wx', 384);
  try {
    fs.writeFileSync(descriptor, bytes);
    fs.fsyncSync(descriptor);
  } finally {
    fs.closeSync(descriptor);
  }
  fs.renameSync(temporary, file);
}

/* What belongs to modules that an upgrade has taken away, what a killed process has left, and kinds of runs long ago. */
function removeStale(folder, mark, entry, modules) {
  var entries = [];
  fs.readdirSync(folder).forEach(function (name) {
    if (name.indexOf(mark) !== 0) return;
    var file = path.join(folder, name);
    var module = name.slice(mark.length).replace(/\.code$/, '');
    var isEntry = module.slice(-entry.length - 1) === '.' + entry;
    if (isEntry) entries.push({ file: file, time: fs.statSync(file).mtimeMs });
    else if (modules.indexOf(module) < 0) fs.unlinkSync(file);
  });
  entries.sort(function (a, b) {
    return b.time - a.time;
  });
  entries.slice(MAX_KINDS).forEach(function (old) {
    fs.unlinkSync(old.file);
  });
}

/* Files of one program under one Node begin alike. */
function removeOldest(folder) {
  var newest = Object.create(null);
  var names = fs.readdirSync(folder).filter(function (name) {
    return /\.code/.test(name);
  });
  names.forEach(function (name) {
    var mark = name.split('.')[0];
    var time = fs.statSync(path.join(folder, name)).mtimeMs;
    newest[mark] = Math.max(newest[mark] || 0, time);
  });
  var old = Object.keys(newest)
    .sort(function (a, b) {
      return newest[b] - newest[a];
    })
    .slice(MAX_KEPT);
  names.forEach(function (name) {
    if (old.indexOf(name.split('.')[0]) >= 0) fs.unlinkSync(path.join(folder, name));
  });
}
