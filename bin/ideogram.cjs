#!/usr/bin/env node
/* Starts the bundled program. Old syntax on purpose: a Node too old for the program must still be able to say so. */
'use strict';
var argv = process.argv;
var required = 18;
if (argv.length === 3 && (argv[2] === '--version' || argv[2] === '-V')) {
  process.stdout.on('error', function () {
    process.exitCode = 1;
  });
  process.stdout.write(require('../package.json').version + '\n');
} else if (parseInt(process.versions.node, 10) < required) {
  process.stderr.write(
    'ideogram needs Node.js ' +
      required +
      ' or newer; this is ' +
      process.version +
      '. See https://nodejs.org\n',
  );
  process.exitCode = 1;
} else {
  var nodeModule = require('module');
  // Node 22 and later keep compiled code between runs: 10 to 20 ms less for commands that load much.
  if (nodeModule.enableCompileCache) {
    try {
      nodeModule.enableCompileCache();
    } catch (_error) {
      // A cache that can't be written costs only those milliseconds.
    }
  }
  require('../dist/main.cjs');
}
