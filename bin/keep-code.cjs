/* Keeps what V8 compiled of the program's modules for the next start, and takes away what nobody will read any more. */
'use strict';
var fs = require('fs');
var path = require('path');

/* As many versions of Node and of this program as may take turns. */
var MAX_KEPT = 8;
/* As many kinds of runs of one program as the entry is kept for. */
var MAX_KINDS = 24;

/* `cache`: as `openCache` of the launcher returns it; `modules`: by their files, with the facts of each file and its script. */
module.exports = function keepCode(cache, modules) {
  makeFolder(cache);
  Object.keys(modules).forEach(function (filename) {
    var module = modules[filename];
    var stamp = Buffer.from(cache.stampOf(module.info, filename));
    var code = module.script.createCachedData();
    writeWhole(cache.nameOf(filename), Buffer.concat([stamp, code, stamp, Buffer.from(code).reverse()]));
  });
  removeStale(cache);
  removeOldest(cache.folder);
};

function makeFolder(cache) {
  var base = cache.base;
  /* With sudo it is the home of another: files of root would be in the way there. */
  var nearest = fs.existsSync(base) ? base : path.dirname(base);
  if (process.getuid && fs.statSync(nearest).uid !== process.getuid()) throw new Error('not ours');
  /* Level by level: Node's own way to make several never ends in some folders of /proc. */
  [base, cache.folder].forEach(function (each) {
    if (!fs.existsSync(each)) fs.mkdirSync(each, 448);
  });
  if (!cache.isOurs(cache.folder)) throw new Error('not ours');
}

/* At once and for good: V8 does not look whether the code that it is given is damaged. */
function writeWhole(file, bytes) {
  var temporary = file + '-' + process.pid + Math.random();
  var descriptor = fs.openSync(temporary, 'wx', 384);
  try {
    try {
      fs.writeFileSync(descriptor, bytes);
      fs.fsyncSync(descriptor);
    } finally {
      fs.closeSync(descriptor);
    }
    fs.renameSync(temporary, file);
  } catch (error) {
    fs.unlinkSync(temporary);
    throw error;
  }
}

/* What belongs to modules that an upgrade has taken away, what a killed process has left, and kinds of runs long ago. */
function removeStale(cache) {
  var entry = cache.main;
  var modules = fs.readdirSync(cache.root).concat(fs.readdirSync(path.join(cache.root, 'chunks')));
  var entries = [];
  fs.readdirSync(cache.folder).forEach(function (name) {
    if (name.indexOf(cache.mark) !== 0) return;
    var file = path.join(cache.folder, name);
    var module = name.slice(cache.mark.length).replace(/\.code$/, '');
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
