/** A rolldown plugin that puts the bundler's own few functions into the entry, which every start loads: one file less to open. */
import type { Plugin } from 'rolldown';

const DECLARED = /const (\w+) = require\("\.\/(chunks\/rolldown-runtime-[^"]+)"\);/;
const REQUIRED = /require\("\.\/rolldown-runtime-[^"]+"\)/g;
/** Under this name the other chunks find them there. */
const EXPORT = '__runtime';

export function inlineRuntime(): Plugin {
  return {
    name: 'inline-runtime',
    generateBundle(_options, bundle) {
      const chunks = Object.values(bundle).filter((file) => file.type === 'chunk');
      const entry = chunks.find(({ isEntry }) => isEntry);
      const [statement, name, file = ''] = DECLARED.exec(entry?.code ?? '') ?? [];
      const runtime = bundle[file];
      if (entry === undefined || statement === undefined || runtime?.type !== 'chunk') {
        throw new Error('the entry no longer loads the runtime as a file: take this out');
      }
      const inlined = `const ${name} = exports.${EXPORT} = {};\n((exports) => {\n${runtime.code}\n})(${name});`;
      entry.code = entry.code.replace(statement, () => inlined);
      for (const chunk of chunks) {
        chunk.code = chunk.code.replace(REQUIRED, `require("../${entry.fileName}").${EXPORT}`);
      }
      delete bundle[file];
    },
  };
}
