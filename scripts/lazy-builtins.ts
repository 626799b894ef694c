/** A rolldown plugin by which Node's own heavy modules are loaded when they are first used: many commands use none of them. */
import type { Plugin } from 'rolldown';

/** Each takes half a millisecond and more to load (bench/README.md); the others are there when Node has started. */
const HEAVY = [
  'child_process',
  'crypto',
  'fs/promises',
  'http',
  'https',
  'net',
  'os',
  'stream',
  'timers/promises',
  'tty',
  'zlib',
];

const REQUIRE = new RegExp(
  `^(\\s*)(?:let|const|var) (\\w+) = require\\("((?:node:)?(?:${HEAVY.join('|')}))"\\);$`,
  'gm',
);

/** Turns `let node_zlib = require("node:zlib")` into a function that loads it once, in each chunk that only ever asks it for members. */
export function lazyBuiltins(): Plugin {
  return {
    name: 'lazy-builtins',
    renderChunk(code) {
      let lazy = code;
      for (const [statement, indent, name, id] of code.matchAll(REQUIRE)) {
        const uses = lazy.replace(statement, '');
        // Handed on as a whole it would be loaded at once, and as another value.
        if (new RegExp(`(?<![\\w."'])${name}\\b(?![.:"'])`).test(uses)) continue;
        const load = `${indent}let ${name}_loaded;\n${indent}function ${name}() {\n${indent}\treturn ${name}_loaded ??= require("${id}");\n${indent}}`;
        lazy = lazy
          .replace(statement, () => `\0`)
          .replace(new RegExp(`(?<![\\w.])${name}\\.`, 'g'), `${name}().`)
          .replace('\0', () => load);
      }
      // The launcher runs the modules itself, and knows no import().
      lazy = lazy.replace(/\bimport\(("node:[^"]+")\)/g, 'Promise.resolve(require($1))');
      if (/\bimport\(/.test(lazy)) throw new Error('a chunk imports something that is not bundled');
      return lazy === code ? null : { code: lazy };
    },
  };
}
