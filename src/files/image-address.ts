/** Which addresses are on the public internet, and which name this machine or a network that others do not see. */
import { isIP } from 'node:net';

/** Says of an IP address whether everybody can reach it; of anything else, that not. */
export type AddressJudge = (address: string) => boolean;

/** The judge, with its tables. */
export async function loadAddressJudge(): Promise<AddressJudge> {
  const { default: ipaddr } = await import('ipaddr.js');
  const globalUnicast = ipaddr.IPv6.parse('2000::');
  return (address) => {
    // The package also takes spellings that systems read in different ways.
    if (isIP(address) === 0) return false;
    // An IPv4 address within an IPv6 one is the IPv4 address.
    const ip = ipaddr.process(address);
    if (ip.range() !== 'unicast') return false;
    // RFC 4291: all other IPv6 is not given out, or wraps an IPv4 address in one of the old ways.
    return ip.kind() === 'ipv4' || ip.match(globalUnicast, 3);
  };
}

/** The address that a URL's host spells out, without brackets; undefined for a name. Needs a host as URL writes it. */
export function literalAddress(hostname: string): string | undefined {
  if (hostname.startsWith('[')) return hostname.slice(1, -1);
  return /^\d+(\.\d+){3}$/.test(hostname) ? hostname : undefined;
}

/** Names that mean this machine whatever the name servers say. docs: RFC 6761 */
export function isLocalName(hostname: string): boolean {
  return /(^|\.)localhost\.?$/i.test(hostname);
}
