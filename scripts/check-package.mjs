// Fails when the published package would hold anything that does not run, lack what does, or need other packages.
import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

const MAX_UNPACKED_BYTES = 3 * 1024 * 1024;
const ALLOWED =
  /^(package\.json|README\.md|LICENSE|CHANGELOG\.md|bin\/ideogram\.cjs|docs\/[a-z-]+\.md|dist\/(main\.cjs|chunks\/[^/]+\.cjs|lib\/[^/]+\.js|types\/.+\.d\.ts|THIRD-PARTY-LICENSES\.md))$/;
const REQUIRED = [
  'bin/ideogram.cjs',
  'dist/main.cjs',
  'dist/lib/index.js',
  'dist/types/index.d.ts',
  'dist/THIRD-PARTY-LICENSES.md',
  'docs/sandbox.md',
];

// npm itself says where it is: `npm.cmd` cannot be started directly on Windows.
const npm = process.env.npm_execpath;
if (!npm) throw new Error('run it as: npm run package');
const argv = [npm, 'pack', '--dry-run', '--json', '--ignore-scripts'];
const output = execFileSync(process.execPath, argv, { encoding: 'utf8' });
const [{ files, unpackedSize }] = JSON.parse(output);
const paths = files.map(({ path }) => path);
const problems = [
  ...paths.filter((path) => !ALLOWED.test(path)).map((path) => `${path} does not belong into the package`),
  ...REQUIRED.filter((path) => !paths.includes(path)).map((path) => `${path} is missing`),
];
if (unpackedSize > MAX_UNPACKED_BYTES)
  problems.push(`${unpackedSize} bytes unpacked, at most ${MAX_UNPACKED_BYTES}`);
const { dependencies } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
if (dependencies)
  problems.push('run-time dependencies: everything is bundled, nothing may be installed with it');

for (const problem of problems) console.error(problem);
console.log(`package: ${paths.length} files, ${unpackedSize} bytes unpacked, ${problems.length} problems`);
process.exitCode = problems.length === 0 ? 0 : 1;
