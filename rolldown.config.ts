/** How the published program is made: CommonJS chunks for the command (fastest start), ES modules for the library face. */
import { defineConfig } from 'rolldown';
import { asciiOnly } from './scripts/ascii-only.ts';
import { buildId } from './scripts/build-id.ts';
import { bundledLicenses } from './scripts/bundled-licenses.ts';
import { inlineRuntime } from './scripts/inline-runtime.ts';
import { lazyBuiltins } from './scripts/lazy-builtins.ts';
import { moduleFunctions } from './scripts/module-functions.ts';
import { tamePackages } from './scripts/tame-packages.ts';

const shared = {
  platform: 'node' as const,
  resolve: { extensionAlias: { '.js': ['.ts', '.js'] } },
  transform: { target: 'node18' },
};

const withPath = (path: RegExp) => (id: string) => path.test(id.replaceAll('\\', '/'));

/**
 * What is used together is one file: each file more takes a third of a millisecond. A group takes the modules that its
 * pattern names and what they import, as far as no group before it has taken that.
 */
const groups = [
  { name: 'main', test: withPath(/\/src\/main\.ts$|rolldown\/runtime/) },
  // What most commands need that touch the disk.
  {
    name: 'ground',
    test: withPath(
      /\/src\/(files\/output|ledger\/(cost|state-folder|journal-files)|auth\/(key|env-key|settings-file|file-mode)|commands\/(run|outcome))\.ts$|\/env-paths\//,
    ),
  },
  // An image command up to the moment at which it would be sent: a dry run ends here.
  { name: 'prepare', test: withPath(/\/src\/commands\/endpoint\.ts$/) },
  // The sending, up to the saved image.
  {
    name: 'call',
    test: withPath(
      /\/src\/(commands\/make-images|api\/(image-answer|multipart|fetch))\.ts$|\/node_modules\/form-data\//,
    ),
  },
].map((group, index) => ({ ...group, priority: 9 - index, includeDependenciesRecursively: true }));

export default defineConfig([
  {
    ...shared,
    input: { main: 'src/main.ts' },
    plugins: [
      tamePackages(),
      lazyBuiltins(),
      inlineRuntime(),
      asciiOnly(),
      moduleFunctions(),
      buildId(),
      bundledLicenses('THIRD-PARTY-LICENSES.md'),
    ],
    output: {
      dir: 'dist',
      format: 'cjs',
      entryFileNames: '[name].cjs',
      chunkFileNames: 'chunks/[name]-[hash].cjs',
      cleanDir: true,
      comments: { legal: true, annotation: false, jsdoc: false },
      codeSplitting: { groups },
    },
  },
  {
    ...shared,
    input: { index: 'src/index.ts' },
    plugins: [tamePackages()],
    output: {
      dir: 'dist/lib',
      format: 'esm',
      entryFileNames: '[name].js',
      chunkFileNames: '[name]-[hash].js',
    },
  },
]);
