// The last step of `npm run build`: of the types that tsc wrote, only those stay that a user of the library can reach.
import { readdirSync, readFileSync, rmdirSync, rmSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../dist/types/', import.meta.url));
const reached = new Set([join(root, 'index.d.ts')]);
for (const file of reached) {
  for (const [, specifier] of readFileSync(file, 'utf8').matchAll(/(?:from |import\()'(\.[^']+)\.js'/g)) {
    reached.add(join(file, '..', `${specifier}.d.ts`));
  }
}

/** Empties a folder of what nobody reaches; true where nothing is left in it. */
function prune(folder) {
  let left = 0;
  for (const entry of readdirSync(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) {
      if (prune(path)) rmdirSync(path);
      else left += 1;
    } else if (reached.has(path)) left += 1;
    else rmSync(path);
  }
  return left === 0;
}

prune(root);
