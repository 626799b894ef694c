/** How the published program is made: CommonJS chunks for the command (fastest start), ES modules for the library face. */
import { defineConfig } from 'rolldown';
import { bundledLicenses } from './scripts/bundled-licenses.ts';

const shared = {
  platform: 'node' as const,
  resolve: { extensionAlias: { '.js': ['.ts', '.js'] } },
  transform: { target: 'node18' },
};

export default defineConfig([
  {
    ...shared,
    input: { main: 'src/main.ts' },
    plugins: [bundledLicenses('THIRD-PARTY-LICENSES.md')],
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
