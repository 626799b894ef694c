/** The tests share one process per worker: every test brings its own server, folder and clock. */
import { defineConfig } from 'vitest/config';

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    pool: 'forks',
    isolate: false,
    // The gate reads the totals from the file.
    reporters: process.env.CI
      ? ['default', ['json', { outputFile: '.cache/test-results.json' }]]
      : ['default'],
    testTimeout: 20_000,
    sequence: { shuffle: true },
    // A developer's own key, proxy or sandbox switch must not change what the tests see.
    // The settings folder is one that cannot be: a test that forgets its own must not find, or change, the developer's key.
    env: { IDEOGRAM_API_KEY: '', IDEOGRAM_SANDBOX: '', IDEOGRAM_BASE_URL: '', XDG_CONFIG_HOME: '/dev/null' },
  },
});
