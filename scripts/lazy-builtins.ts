/** A rolldown plugin by which Node's own heavy modules are loaded when they are first used: many commands use none of them. */
import type { Plugin } from 'rolldown';
import { parseAst } from 'rolldown/parseAst';

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
        const uses = usesOf(lazy, name ?? '');
        // Handed on as a whole it would be loaded at once, and as another value.
        if (uses === undefined) continue;
        for (const end of uses.reverse()) lazy = `${lazy.slice(0, end)}()${lazy.slice(end)}`;
        const load = `${indent}let ${name}_loaded;\n${indent}function ${name}() {\n${indent}\treturn ${name}_loaded ??= require("${id}");\n${indent}}`;
        lazy = lazy.replace(statement, () => load);
      }
      // The launcher runs the modules itself, and knows no import().
      lazy = lazy.replace(/\bimport\(("node:[^"]+")\)/g, 'Promise.resolve(require($1))');
      if (/\bimport\(/.test(lazy)) throw new Error('a chunk imports something that is not bundled');
      return lazy === code ? null : { code: lazy };
    },
  };
}

interface Node {
  readonly type: string;
  readonly start: number;
  readonly end: number;
  readonly name?: string;
  readonly computed?: boolean;
  readonly shorthand?: boolean;
}

/** Where the name ends each time a member of it is asked for; undefined when it stands for itself anywhere, or is declared twice. */
function usesOf(code: string, name: string): number[] | undefined {
  const members: number[] = [];
  let others = 0;
  const walk = (value: unknown, parent?: Node, key?: string): void => {
    if (Array.isArray(value)) for (const each of value) walk(each, parent, key);
    if (typeof value !== 'object' || value === null || !('type' in value)) return;
    const node = value as Node;
    if (node.type === 'Identifier' && node.name === name) {
      const isObject = parent?.type === 'MemberExpression' && key === 'object';
      // What is called so in another object has nothing to do with it.
      const isKey =
        (key === 'property' || key === 'key') && parent?.computed === false && parent.shorthand !== true;
      if (isObject) members.push(node.end);
      else if (!isKey) others += 1;
    }
    for (const [child, inner] of Object.entries(node)) walk(inner, node, child);
  };
  walk(parseAst(code));
  // One of the others is its declaration.
  return others === 1 ? members.sort((a, b) => a - b) : undefined;
}
