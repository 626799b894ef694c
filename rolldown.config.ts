/** How the published program is made: CommonJS chunks for the command (fastest start), ES modules for the library face. */
import { defineConfig } from 'rolldown';
import { bundledLicenses } from './scripts/bundled-licenses.ts';

/**
 * Two habits of conf's writer that a paid image and a kept key must not meet. It hooks into the end of the process, and
 * sends each signal to itself once more: the first Ctrl-C would count as the second, and a paid image be given up. (There
 * is nothing for the hook to tidy up: conf writes synchronously.) And in a terminal that came as a snap it writes in place.
 */
const tameConf = {
  name: 'tame-conf',
  resolveId: (id: string) => (id === 'when-exit' ? '\0when-exit' : null),
  load: (id: string) => (id === '\0when-exit' ? 'export default () => () => {};' : null),
  transform(code: string, id: string) {
    if (!id.replaceAll('\\', '/').endsWith('/node_modules/conf/dist/source/index.js')) return null;
    const tamed = code.replaceAll('process.env.SNAP', 'false');
    if (tamed === code) throw new Error('conf no longer looks at SNAP: take this out.');
    return tamed;
  },
};

const shared = {
  platform: 'node' as const,
  resolve: { extensionAlias: { '.js': ['.ts', '.js'] } },
  transform: { target: 'node18' },
};

export default defineConfig([
  {
    ...shared,
    input: { main: 'src/main.ts' },
    plugins: [tameConf, bundledLicenses('THIRD-PARTY-LICENSES.md')],
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
