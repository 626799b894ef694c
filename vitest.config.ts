/** The tests share one process per worker: every test brings its own server, folder and clock. */
import { defineConfig } from 'vitest/config';

/**
 * What speaks to signals, shells, terminals and modes of files, as Windows has none of them. What the program does there is
 * held by all other tests.
 */
const POSIX_ONLY = [
  'test/process/{auth-terminal,code-cache,key-file,kill,output-pipe,pipes,places,streams,terminal,views}.test.ts',
  'test/auth/{env-process,git}.test.ts',
  'test/completion/{bash,fish,zsh}.test.ts',
  'test/docs-commands.test.ts',
  'test/docs-picture.test.ts',
];

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    exclude: process.platform === 'win32' ? POSIX_ONLY : [],
    pool: 'forks',
    isolate: false,
    // Many tests wait for processes of their own: all processors are of use.
    maxWorkers: '100%',
    // The gate reads the totals from the file.
    reporters: process.env.CI
      ? ['default', ['json', { outputFile: '.cache/test-results.json' }]]
      : ['default'],
    // Only what hangs takes so long, on the slowest of machines.
    testTimeout: 60_000,
    sequence: { shuffle: true },
    // A developer's own key, proxy or sandbox switch must not change what the tests see.
    // The settings folder is one that cannot be: a test that forgets its own must not find, or change, the developer's key.
    env: { IDEOGRAM_API_KEY: '', IDEOGRAM_SANDBOX: '', IDEOGRAM_BASE_URL: '', XDG_CONFIG_HOME: '/dev/null' },
  },
});
