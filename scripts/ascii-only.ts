/** A rolldown plugin that writes what is not ASCII as escapes: the launcher then reads a module as it lies there, without decoding it. */
import type { Plugin } from 'rolldown';

const BEYOND_ASCII = /[\u0080-\uffff]/g;

export function asciiOnly(): Plugin {
  return {
    name: 'ascii-only',
    // The last step: what prints the code before writes characters as they are.
    generateBundle(_options, bundle) {
      for (const chunk of Object.values(bundle)) {
        if (chunk.type !== 'chunk') continue;
        // There the escape would stay as it is.
        if (/String\.raw`[^`]*[\u0080-\uffff]/.test(chunk.code))
          throw new Error('String.raw must stay ASCII');
        chunk.code = chunk.code.replace(
          BEYOND_ASCII,
          (unit) => `\\u${unit.charCodeAt(0).toString(16).padStart(4, '0')}`,
        );
      }
    },
  };
}
