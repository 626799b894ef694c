// `npm run test:nodes`: what would be published, installed and used on every supported major of Node. Downloads them into .cache/nodes.
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { checkCommands } from './nodes/commands.mjs';
import { install } from './nodes/installed.mjs';
import { walkJourney } from './nodes/journey.mjs';
import { checkLibrary } from './nodes/library.mjs';
import { npm, packInto } from './package/pack.mjs';

const MAJORS = [18, 20, 22, 24, 26];
const root = fileURLToPath(new URL('..', import.meta.url));
const cache = join(root, '.cache', 'nodes');
const nodeOf = (major) =>
  join(cache, 'node_modules', `node${major}`, 'bin', process.platform === 'win32' ? 'node.exe' : 'node');

function downloadMissing() {
  if (MAJORS.every((major) => existsSync(nodeOf(major)))) return;
  mkdirSync(cache, { recursive: true });
  const platform = `${process.platform === 'win32' ? 'win' : process.platform}-${process.arch}`;
  const packages = MAJORS.map((major) => `node${major}@npm:node-${platform}@${major}`);
  const quiet = ['--no-save', '--ignore-scripts', '--no-bin-links'];
  npm(['install', '--prefix', cache, ...quiet, ...packages], { stdio: 'inherit' });
}

/** What is wrong on one Node, a line each. */
async function check(node, tarball, version) {
  const folder = mkdtempSync(join(tmpdir(), 'ideogram-nodes-'));
  const empty = (name) => {
    const path = join(folder, name);
    mkdirSync(path);
    return path;
  };
  try {
    const program = install(node, tarball, empty('prefix'));
    return [
      ...(await checkCommands(program, empty('commands'), version)),
      ...(await walkJourney(program, empty('journey'))),
      ...checkLibrary(node, tarball, empty('library')),
    ];
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

downloadMissing();
const packed = mkdtempSync(join(tmpdir(), 'ideogram-packed-'));
try {
  const { version } = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8'));
  const { tarball } = packInto(packed);
  // Others may be named: npm run test:nodes -- /path/to/node
  const named = process.argv.slice(2);
  let failed = 0;
  for (const node of named.length > 0 ? named : MAJORS.map(nodeOf)) {
    const problems = await check(node, tarball, version);
    failed += problems.length > 0 ? 1 : 0;
    const name = execFileSync(node, ['--version'], { encoding: 'utf8' }).trim();
    console.log(`${name}: ${problems.length === 0 ? 'passed' : problems.join('; ')}`);
  }
  process.exitCode = failed === 0 ? 0 : 1;
} finally {
  rmSync(packed, { recursive: true, force: true });
}
