/** No secret is left in a text, in whatever spelling it stood there, and its mask gives away four characters at most. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { createRedactor, maskKey } from '../../src/api/redact.js';

const printable = (minLength: number, maxLength: number) =>
  fc.string({
    unit: fc.integer({ min: 0x20, max: 0x7e }).map((code) => String.fromCharCode(code)),
    minLength,
    maxLength,
  });
/** A secret of stars is found in every mask; no key has one. */
const secret = printable(12, 64).filter((text) => !text.includes('*'));
const around = fc.oneof(fc.string({ unit: 'binary' }), printable(0, 20));

describe('maskKey', () => {
  it.each([
    ['', '****'],
    ['a', '****'],
    ['abcd', '****'],
    ['abcdefghijk', '****'],
    ['abcdefghijkl', '****ijkl'],
    ['k3y-0f-th1s-t3st-n0wh3r3-3ls3-7fQx', '****7fQx'],
  ])('%j -> %s', (key, mask) => {
    expect(maskKey(key)).toBe(mask);
  });

  it('shows the last four characters at most, and none of a key under 12', () => {
    fc.assert(
      fc.property(printable(0, 64), (key) => {
        const shown = maskKey(key).slice(4);
        expect(maskKey(key).slice(0, 4)).toBe('****');
        expect(shown).toBe(key.length < 12 ? '' : key.slice(-4));
      }),
    );
  });
});

describe('createRedactor', () => {
  it.each<[string, string[], string, string]>([
    ['a key in a sentence', ['0123456789abcdef'], 'key 0123456789abcdef.', 'key ****cdef.'],
    ['a key twice', ['0123456789abcdef'], '0123456789abcdef0123456789abcdef', '****cdef****cdef'],
    [
      'a short key, where it stands alone',
      ['any'],
      'any company-any "any" many',
      '**** company-**** "****" many',
    ],
    ['a key with a quote, in JSON', ['01234567"9abcdef'], '{"k":"01234567\\"9abcdef"}', '{"k":"****cdef"}'],
    ['a key with a backslash, in JSON', ['01234567\\9abcdef'], '01234567\\\\9abcdef', '****cdef'],
    ['a key with a slash, in a URL', ['01234567/9abcdef'], '?k=01234567%2F9abcdef', '?k=****cdef'],
    [
      'two keys',
      ['0123456789abcdef', 'another-key-0000'],
      '0123456789abcdef another-key-0000',
      '****cdef ****0000',
    ],
    [
      'a key inside another',
      ['456789abcdef', '0123456789abcdef'],
      '0123456789abcdef 456789abcdef',
      '****cdef ****cdef',
    ],
    ['no key at all', [], 'a fox', 'a fox'],
    ['an empty key', [''], 'a fox', 'a fox'],
    [
      'letters that mean something in patterns',
      ['a.c+e(g[i]k^m$'],
      'a.c+e(g[i]k^m$ abcceegikm',
      '****k^m$ abcceegikm',
    ],
    ['a mask that means something in replacements', ["0123456789$&$'"], "<0123456789$&$'>", "<****$&$'>"],
  ])('%s', (_what, secrets, text, clean) => {
    expect(createRedactor(secrets)(text)).toBe(clean);
  });

  it('leaves no secret in any text, as it is, in JSON or in a URL', () => {
    fc.assert(
      fc.property(secret, around, around, around, (key, before, between, after) => {
        const redact = createRedactor([key]);
        expect(redact(`${before}${key}${between}${key}${after}`)).not.toContain(key);
        const inJson = JSON.stringify(key).slice(1, -1);
        expect(redact(`{"${before}":"${inJson}${between}"}`)).not.toContain(inJson);
        const inUrl = encodeURIComponent(key);
        expect(redact(`https://example.com/?k=${inUrl}&after=${after}`)).not.toContain(inUrl);
      }),
      { numRuns: 1000 },
    );
  });

  it('leaves no short secret that stands alone', () => {
    const letters = 'abcXYZ0189'.split('');
    const short = fc.string({ unit: fc.constantFrom(...letters), minLength: 1, maxLength: 11 });
    fc.assert(
      fc.property(short, printable(0, 20), (key, before) => {
        const clean = createRedactor([key])(`${before} ${key} "${key}"`);
        expect(clean.endsWith('**** "****"')).toBe(true);
      }),
    );
  });

  it('leaves none of several secrets, also where one lies in another', () => {
    const several = fc
      .tuple(
        secret,
        printable(0, 8).filter((text) => !text.includes('*')),
      )
      .map(([inner, more]) => [inner, `${more}${inner}${more}`] as const);
    fc.assert(
      fc.property(several, fc.boolean(), around, ([inner, outer], turned, before) => {
        const redact = createRedactor(turned ? [outer, inner] : [inner, outer]);
        const clean = redact(`${before}${outer} ${inner}`);
        // The mask of the outer one may end like the inner one, where that has up to four characters.
        if (inner.length > 4) expect(clean).not.toContain(inner);
        expect(clean).not.toContain(outer);
      }),
      { numRuns: 500 },
    );
  });

  it('leaves a text without secrets as it is', () => {
    fc.assert(
      fc.property(printable(5, 64), around, (key, text) => {
        const spellings = [key, JSON.stringify(key).slice(1, -1), encodeURIComponent(key)];
        fc.pre(!spellings.some((spelling) => text.includes(spelling)));
        expect(createRedactor([key])(text)).toBe(text);
      }),
    );
  });
});
