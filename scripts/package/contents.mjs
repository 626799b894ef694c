// What the package holds: what runs and what help prints, nothing else, and not more of it than there was.

/** About 10 % above what it is. Who makes it larger says so here. */
const MAX_BYTES = { packed: 585_000, unpacked: 2_270_000 };
const MAX_FILES = 155;

const ALLOWED =
  /^(package\.json|README\.md|LICENSE|CHANGELOG\.md|bin\/(ideogram|keep-code)\.cjs|docs\/([a-z-]+|README)\.md|dist\/(main\.cjs|chunks\/[^/]+\.cjs|lib\/[^/]+\.js|types\/.+\.d\.ts|THIRD-PARTY-LICENSES\.md))$/;

const REQUIRED = [
  'LICENSE',
  'README.md',
  'CHANGELOG.md',
  'bin/ideogram.cjs',
  'dist/main.cjs',
  'dist/lib/index.js',
  'dist/types/index.d.ts',
  'dist/THIRD-PARTY-LICENSES.md',
  'docs/sandbox.md',
];

/** Of the types only those that a user of the library can reach: `scripts/prune-types.mjs`. */
const MAX_TYPE_FILES = 15;

/** What is wrong with it, a line each. */
export function checkContents({ files, size, unpackedSize }, { dependencies, optionalDependencies }) {
  const types = files.filter((path) => path.startsWith('dist/types/'));
  const problems = [
    ...files.filter((path) => !ALLOWED.test(path)).map((path) => `${path} does not belong into the package`),
    ...REQUIRED.filter((path) => !files.includes(path)).map((path) => `${path} is missing`),
  ];
  const limit = (what, value, most) => {
    if (value > most) problems.push(`${what}: ${value}, at most ${most}`);
  };
  limit('bytes packed', size, MAX_BYTES.packed);
  limit('bytes unpacked', unpackedSize, MAX_BYTES.unpacked);
  limit('files', files.length, MAX_FILES);
  limit('files of types', types.length, MAX_TYPE_FILES);
  if (dependencies || optionalDependencies)
    problems.push('everything is bundled: nothing may be installed with it');
  return problems;
}
