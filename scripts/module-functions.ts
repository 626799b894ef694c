/** A rolldown plugin that writes each module as the function which the launcher calls: put around it there, its text would be copied twice. */
import { posix } from 'node:path';
import type { Plugin } from 'rolldown';

const { dirname, join } = posix;

export function moduleFunctions(): Plugin {
  return {
    name: 'module-functions',
    // After all that looks at the code of a module.
    generateBundle(_options, bundle) {
      for (const [name, chunk] of Object.entries(bundle)) {
        if (chunk.type !== 'chunk') continue;
        for (const [, path = ''] of chunk.code.matchAll(/\brequire\("(\.[^"]+)"\)/g)) {
          if (!(join(dirname(name), path) in bundle)) throw new Error(`${name} requires ${path}: not built`);
        }
        chunk.code = `(function (exports, require, module, __filename, __dirname) {${chunk.code}\n})`;
      }
    },
  };
}
