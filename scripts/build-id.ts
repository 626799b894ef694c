/** A rolldown plugin that gives the entry a first line of its own for each build: by it the launcher tells what it has kept of another one. */
import { createHash } from 'node:crypto';
import type { Plugin } from 'rolldown';

export function buildId(): Plugin {
  return {
    name: 'build-id',
    // After all that changes the code.
    generateBundle(_options, bundle) {
      const hash = createHash('sha256');
      for (const [name, file] of Object.entries(bundle).sort(([a], [b]) => (a < b ? -1 : 1))) {
        if (file.type === 'chunk') hash.update(`${name}\n${file.code}`);
      }
      for (const file of Object.values(bundle)) {
        if (file.type === 'chunk' && file.isEntry)
          file.code = `//${hash.digest('hex').slice(0, 30)}\n${file.code}`;
      }
    },
  };
}
