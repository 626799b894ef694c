/** A rolldown plugin that takes out of bundled packages what they would do behind our back, or load for nothing. */
import type { Plugin } from 'rolldown';

/** In place of whole packages. */
const STAND_INS: Readonly<Record<string, string>> = {
  // conf's writer hooks into the end of the process, and sends each signal to itself once more: the first Ctrl-C would count
  // as the second, and a paid image be given up. There is nothing to tidy up: conf writes synchronously.
  'when-exit': 'export default () => () => {};',
  // Half of what a login loads: conf checks what it keeps against a schema, and migrates it, where it is given one.
  'ajv/dist/2020.js': 'export class Ajv2020 {}',
  'ajv-formats': 'export default { default() {} };',
  semver: 'export default {};',
  // 180 kB of names, from which form-data guesses what a file is: it is always told.
  'mime-types': 'exports.lookup = () => false;',
  // Ten small packages, three milliseconds, for one line.
  'es-set-tostringtag':
    'module.exports = (object, value) => Object.defineProperty(object, Symbol.toStringTag, { value, configurable: true });',
};

/** In a terminal that came as a snap conf writes in place, and a key could be lost half-way. */
const CONF = '/node_modules/conf/dist/source/index.js';
const SNAP = 'process.env.SNAP';

export function tamePackages(): Plugin {
  return {
    name: 'tame-packages',
    resolveId: (id) => (Object.hasOwn(STAND_INS, id) ? `\0${id}` : null),
    load: (id) => STAND_INS[id.slice(1)] ?? null,
    transform(code, id) {
      if (!id.replaceAll('\\', '/').endsWith(CONF)) return null;
      if (!code.includes(SNAP)) throw new Error('conf no longer looks at SNAP: take this out.');
      return code.replaceAll(SNAP, 'false');
    },
  };
}
