/** How the published program is made: CommonJS chunks for the command (fastest start), ES modules for the library face. */
import { defineConfig } from 'rolldown';
import { bundledLicenses } from './scripts/bundled-licenses.ts';

/**
 * conf's writer hooks into the end of the process, and sends each signal to itself once more: the first Ctrl-C would
 * count as the second, and a paid image be given up. There is nothing for it to tidy up: conf writes synchronously.
 */
const noExitHook = {
  name: 'no-exit-hook',
  resolveId: (id: string) => (id === 'when-exit' ? '\0when-exit' : null),
  load: (id: string) => (id === '\0when-exit' ? 'export default () => () => {};' : null),
};

const shared = {
  platform: 'node' as const,
  resolve: { extensionAlias: { '.js': ['.ts', '.js'] } },
  transform: {
    target: 'node18',
    // In a terminal that came as a snap, conf would write in place: half a file after a crash.
    define: { 'process.env.SNAP': 'undefined' },
  },
};

export default defineConfig([
  {
    ...shared,
    input: { main: 'src/main.ts' },
    plugins: [noExitHook, bundledLicenses('THIRD-PARTY-LICENSES.md')],
    output: {
      dir: 'dist',
      format: 'cjs',
      entryFileNames: '[name].cjs',
      chunkFileNames: 'chunks/[name]-[hash].cjs',
      cleanDir: true,
    },
  },
  {
    ...shared,
    input: { index: 'src/index.ts' },
    output: {
      dir: 'dist/lib',
      format: 'esm',
      entryFileNames: '[name].js',
      chunkFileNames: '[name]-[hash].js',
    },
  },
]);
