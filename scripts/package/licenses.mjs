// The terms of what is bundled: each package is listed with its licence and that licence's text, and none asks for more than that.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** All that they ask is that their text goes along. */
const ALLOWED = [
  'MIT',
  'ISC',
  'BSD-2-Clause',
  'BSD-3-Clause',
  'Apache-2.0',
  '0BSD',
  'CC0-1.0',
  'BlueOak-1.0.0',
];

/** A text is longer than a mere name of a licence. */
const SHORTEST_TEXT = 200;

/** What is wrong with the list in `dist`, a line each. */
export function checkLicenses(dist) {
  const list = readFileSync(join(dist, 'THIRD-PARTY-LICENSES.md'), 'utf8');
  const listed = [...list.matchAll(/^## (\S+) (\d\S*) \((.*)\)\n([\s\S]*?)(?=^## \S+ \d|$(?![\s\S]))/gm)];
  const names = new Set(listed.map(([, name]) => name));
  const problems = listed.flatMap(([, name, version, license, text]) => {
    if (!ALLOWED.includes(license)) return [`${name} ${version}: its licence is ${license}`];
    return text.trim().length < SHORTEST_TEXT ? [`${name} ${version}: no text of its licence`] : [];
  });
  for (const part of ['.', 'chunks', 'lib']) {
    const bundled = bundledInto(join(dist, part));
    if (part !== '.' && bundled.size === 0) problems.push(`${part}: no comment says what is bundled`);
    for (const name of bundled) if (!names.has(name)) problems.push(`${part}: ${name} is not in the list`);
  }
  return problems;
}

/** The packages inside the files of a folder: rolldown writes a comment before each module. */
function bundledInto(folder) {
  const names = new Set();
  for (const file of readdirSync(folder).filter((name) => /\.c?js$/.test(name))) {
    const text = readFileSync(join(folder, file), 'utf8');
    for (const [, path] of text.matchAll(/^\/\/ (\S*node_modules\/\S+)$/gm)) {
      const [scope, name] = path.split('node_modules/').at(-1).split('/');
      names.add(scope.startsWith('@') ? `${scope}/${name}` : scope);
    }
  }
  return names;
}
