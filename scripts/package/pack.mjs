// The tarball that would be published, made without scripts: `npm run build` comes first.
import { execFileSync } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const root = fileURLToPath(new URL('../..', import.meta.url));

/**
 * Runs npm, under this Node or another (npm 11 needs what came with Node 18.19: for an older one this Node runs it). npm itself says where it is: `npm.cmd` cannot be started directly on Windows.
 * @returns what it wrote to standard output
 */
export function npm(argv, options = {}, node = process.execPath) {
  const path = process.env.npm_execpath;
  if (!path) throw new Error('npm is to be found: start it with npm run');
  const probe = ['-p', "typeof require('node:diagnostics_channel').tracingChannel"];
  const runsNpm = execFileSync(node, probe, { encoding: 'utf8' }).trim() === 'function';
  return execFileSync(runsNpm ? node : process.execPath, [path, ...argv], { encoding: 'utf8', ...options });
}

/** Packs into a folder: the tarball's path, its files, its size packed and unpacked, in bytes. */
export function packInto(folder) {
  const argv = ['pack', '--json', '--ignore-scripts', '--pack-destination', folder];
  const [{ filename, files, size, unpackedSize }] = JSON.parse(npm(argv, { cwd: root }));
  return { tarball: join(folder, filename), files: files.map(({ path }) => path), size, unpackedSize };
}
