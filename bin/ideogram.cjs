#!/usr/bin/env node
/* Starts the bundled program, with the code that V8 compiled the last time. Old syntax on purpose: a Node too old for the program must still be able to say so. */
'use strict';
var fs = require('fs');
var path = require('path');
var vm = require('vm');

var REQUIRED = 18;
/* As many versions of Node and of this program as may take turns. */
var MAX_FOLDERS = 8;
/* What a module finds around it. */
var HEAD = '(function (exports, require, module, __filename, __dirname) {';
var TAIL = '\n})';
/* Before what is kept of a module, in bytes. */
var STAMP = 64;

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
    var module = (kept && kept.read(filename)) || readModule(filename);
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
    module.script
      .runInThisContext()
      .call(module.exports, module.exports, requireFrom, module, filename, folder);
    return module.exports;
  };
  process.once('exit', function () {
    /* Whoever was interrupted wants to leave. */
    if (isKnown || !kept || process.exitCode >= 128) return;
    try {
      kept.write(modules);
    } catch (_error) {
      /* It costs milliseconds, no more. */
    }
  });
  load(path.join(root, main));
}

function readModule(filename) {
  var info = fs.statSync(filename);
  /* The bundle is written in ASCII. */
  return { info: info, text: fs.readFileSync(filename, 'latin1') };
}

/* Undefined where nothing is to be kept. What is compiled for one Node is nothing for another, even of the same number. */
function openCache(root, main) {
  var env = process.env;
  var home = env.HOME;
  var base = process.platform === 'win32' ? env.LOCALAPPDATA : env.XDG_CACHE_HOME;
  if (!base && home) base = process.platform === 'darwin' ? home + '/Library/Caches' : home + '/.cache';
  if (env.NODE_DISABLE_COMPILE_CACHE || !base || !path.isAbsolute(base)) return undefined;
  var folder = path.join(base, 'ideogram', 'code');
  var own = path.join(folder, digest([main, process.execPath, process.version, process.arch].join('\n')));
  var nameOf = function (filename) {
    return path.join(own, path.basename(filename) + '.code');
  };
  return {
    read: function (filename) {
      return readKept(nameOf(filename), filename);
    },
    write: function (modules) {
      makeFolder(own, base);
      Object.keys(modules).forEach(function (filename) {
        var module = modules[filename];
        var stamp = Buffer.from(stampOf(module.info));
        var code = module.script.createCachedData();
        writeWhole(nameOf(filename), Buffer.concat([stamp, Buffer.from(module.text), code]));
      });
      removeStale(own, root);
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
 * the time of its last change. */
function stampOf(info) {
  var text = 'ideogram 2 ' + info.size + ' ' + info.ctimeMs;
  return (text + new Array(STAMP).join(' ')).slice(0, STAMP - 1) + '\n';
}

/* What was kept of a module, stamp, text and code, if it is there, still true, and nobody else's. */
function readKept(file, filename) {
  var descriptor;
  try {
    descriptor = fs.openSync(file, 'r');
    var info = fs.fstatSync(descriptor);
    /* Code that another user may have written is not run. */
    if (process.getuid && (info.uid !== process.getuid() || (info.mode & 18) !== 0)) return undefined;
    var now = fs.statSync(filename);
    var bytes = Buffer.allocUnsafeSlow(info.size);
    if (fs.readSync(descriptor, bytes, 0, info.size, 0) !== info.size) return undefined;
    if (bytes.toString('latin1', 0, STAMP) !== stampOf(now)) return undefined;
    var end = STAMP + now.size;
    return { info: now, text: bytes.toString('latin1', STAMP, end), code: bytes.subarray(end) };
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
  fs.mkdirSync(folder, { recursive: true, mode: 448 });
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

/* What belongs to modules that an upgrade has taken away, and what a killed process has left. */
function removeStale(folder, root) {
  var modules = fs.readdirSync(root).concat(fs.readdirSync(path.join(root, 'chunks')));
  fs.readdirSync(folder).forEach(function (name) {
    if (modules.indexOf(name.replace(/\.code$/, '')) < 0) fs.unlinkSync(path.join(folder, name));
  });
}

function removeOldest(folder) {
  var folders = fs.readdirSync(folder).map(function (name) {
    var each = path.join(folder, name);
    return { path: each, time: fs.statSync(each).mtimeMs };
  });
  folders.sort(function (a, b) {
    return b.time - a.time;
  });
  folders.slice(MAX_FOLDERS).forEach(function (old) {
    fs.rmSync(old.path, { recursive: true });
  });
}
