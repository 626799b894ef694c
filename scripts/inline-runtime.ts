/** A rolldown plugin that puts the bundler's own few functions into the entry, which every start loads: one file less to open. */
import type { Plugin } from 'rolldown';

const REQUIRE = /const (\w+) = require\("\.\/(chunks\/rolldown-runtime-[^"]+)"\);/;

export function inlineRuntime(): Plugin {
  return {
    name: 'inline-runtime',
    generateBundle(_options, bundle) {
      const entry = Object.values(bundle).find((file) => file.type === 'chunk' && file.isEntry);
      const [statement, name, file] = (entry?.type === 'chunk' && REQUIRE.exec(entry.code)) || [];
      const runtime = bundle[file ?? ''];
      if (entry?.type !== 'chunk' || statement === undefined || runtime?.type !== 'chunk') {
        throw new Error('the entry no longer loads the runtime as a file: take this out');
      }
      const inlined = `const ${name} = {};\n((exports) => {\n${runtime.code}\n})(${name});`;
      entry.code = entry.code.replace(statement, () => inlined);
    },
  };
}
