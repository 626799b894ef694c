/** Which addresses everybody can reach: every special range of IPv4 and IPv6 at both its ends, and in every spelling that URL takes. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { isLocalName, literalAddress, loadAddressJudge } from '../../src/files/image-address.js';

const isPublic = await loadAddressJudge();

/** docs: IANA special-purpose address registries; first and last address. */
const SPECIAL: readonly (readonly [string, string, string])[] = [
  ['this network', '0.0.0.0', '0.255.255.255'],
  ['private 10/8', '10.0.0.0', '10.255.255.255'],
  ['carrier-grade NAT', '100.64.0.0', '100.127.255.255'],
  ['loopback', '127.0.0.0', '127.255.255.255'],
  ['link-local, where clouds keep their secrets', '169.254.0.0', '169.254.255.255'],
  ['private 172.16/12', '172.16.0.0', '172.31.255.255'],
  ['protocol assignments', '192.0.0.0', '192.0.0.255'],
  ['documentation 1', '192.0.2.0', '192.0.2.255'],
  ['6to4 relays', '192.88.99.0', '192.88.99.255'],
  ['private 192.168/16', '192.168.0.0', '192.168.255.255'],
  ['benchmarks', '198.18.0.0', '198.19.255.255'],
  ['documentation 2', '198.51.100.0', '198.51.100.255'],
  ['documentation 3', '203.0.113.0', '203.0.113.255'],
  ['multicast', '224.0.0.0', '239.255.255.255'],
  ['reserved', '240.0.0.0', '255.255.255.254'],
  ['broadcast', '255.255.255.255', '255.255.255.255'],
  ['unspecified v6', '::', '::'],
  ['loopback v6', '::1', '::1'],
  ['v4-compatible', '::7f00:1', '::ffff:ffff'],
  ['v4-translated', '::ffff:0:0:0', '::ffff:0:ffff:ffff'],
  ['NAT64', '64:ff9b::', '64:ff9b::ffff:ffff'],
  ['NAT64, local', '64:ff9b:1::', '64:ff9b:1:ffff:ffff:ffff:ffff:ffff'],
  ['discard', '100::', '100::ffff:ffff:ffff:ffff'],
  ['teredo', '2001::', '2001:0:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['documentation v6', '2001:db8::', '2001:db8:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['6to4', '2002::', '2002:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['documentation v6, new', '3fff::', '3fff:fff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['not given out', '4000::', '5eff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['segment routing', '5f00::', '5f00:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['unique local', 'fc00::', 'fdff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['link-local v6', 'fe80::', 'febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['site-local', 'fec0::', 'feff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
  ['multicast v6', 'ff00::', 'ffff:ffff:ffff:ffff:ffff:ffff:ffff:ffff'],
];

describe('not reached by everybody', () => {
  it.each(SPECIAL)('%s', (_name, first, last) => {
    expect([isPublic(first), isPublic(last)]).toEqual([false, false]);
  });

  it.each(SPECIAL.filter(([, first]) => first.includes('.')))('%s, written as IPv6', (_name, first, last) => {
    expect([isPublic(`::ffff:${first}`), isPublic(`::ffff:${last}`)]).toEqual([false, false]);
  });

  it.each(['', 'localhost', 'example.com', '1.2.3', '[::1]', '1.2.3.4 ', 'fe80::1%eth0', 'x::1'])(
    'no address: %j',
    (text) => {
      expect(isPublic(text)).toBe(false);
    },
  );
});

it.each([
  '1.1.1.1',
  '9.255.255.255',
  '11.0.0.0',
  '100.63.255.255',
  '100.128.0.0',
  '126.255.255.255',
  '128.0.0.0',
  '169.253.255.255',
  '169.255.0.0',
  '172.15.255.255',
  '172.32.0.0',
  '192.167.255.255',
  '192.169.0.0',
  '223.255.255.255',
  '::ffff:8.8.8.8',
  '2606:4700:4700::1111',
  '2a00:1450:4001:830::200e',
])('reached by everybody: %s', (address) => {
  expect(isPublic(address)).toBe(true);
});

it('whatever the spelling of an address in a URL, the address is judged', () => {
  const number = fc.nat({ max: 0xffffffff });
  fc.assert(
    fc.property(number, (value) => {
      const bytes = [24, 16, 8, 0].map((shift) => (value >>> shift) & 255);
      const dotted = bytes.join('.');
      const spellings = [
        `${value}`,
        `0x${value.toString(16)}`,
        `0${value.toString(8)}`,
        bytes.map((byte) => `0x${byte.toString(16)}`).join('.'),
        bytes.map((byte) => `0${byte.toString(8)}`).join('.'),
        `${bytes[0]}.${value & 0xffffff}`,
        `${dotted}.`,
      ];
      for (const host of spellings) expect(literalAddress(new URL(`https://${host}/`).hostname)).toBe(dotted);
      const mapped = literalAddress(new URL(`https://[::ffff:${dotted}]/`).hostname) ?? '';
      expect(isPublic(mapped)).toBe(isPublic(dotted));
    }),
    { numRuns: 300 },
  );
});

it.each<[string, string | undefined]>([
  ['[::1]', '::1'],
  ['example.com', undefined],
  ['1.example.com', undefined],
  ['1.2.3.4.example', undefined],
])('the address spelled out by %s', (host, address) => {
  expect(literalAddress(host)).toBe(address);
});

it.each<[string, boolean]>([
  ['localhost', true],
  ['LOCALHOST', true],
  ['localhost.', true],
  ['a.localhost', true],
  ['notlocalhost', false],
  ['localhost.example.com', false],
])('%s means this machine: %s', (name, isLocal) => {
  expect(isLocalName(name)).toBe(isLocal);
});
