/** One address on the way to an image: what messages call it, and whether it may be asked. */
import { CliError } from '../errors.js';
import type { FetchResponse } from '../fetch-contract.js';
import { readNetworkFailure } from '../network-failure.js';
import { type AddressJudge, isLocalName, literalAddress } from './image-address.js';

/** An address, and where it came from. */
export interface Hop {
  readonly url: URL;
  /** What messages call it: never the query, which may be a signature. */
  readonly shown: string;
}

/**
 * The address as it was typed.
 * @throws CliError `bad_file` when it is none
 */
export function firstHop(typed: string): Hop {
  try {
    const url = new URL(typed);
    return { url, shown: `${url.protocol}//${url.host}${url.pathname}` };
  } catch {
    // Neither a password nor a signature is repeated.
    const shown = typed.replace(/[?#].*$/s, '').replace(/\/\/.*@/s, '//');
    throw new CliError('bad_file', `${shown} is no valid address.`, { hint: 'Valid: https://host/path' });
  }
}

/**
 * Where an answer with a redirect leads.
 * @throws CliError `bad_file` when it does not say, or leaves https
 */
export function redirected(first: Hop, from: Hop, response: FetchResponse): Hop {
  const location = response.headers.get('location');
  const url = location === null ? undefined : parseRelative(location, from.url);
  if (url === undefined) {
    throw new CliError(
      'bad_file',
      `${from.shown} redirects (HTTP ${response.status}), but does not say where to.`,
    );
  }
  const shown = `${first.shown} (redirected to ${url.host || url.protocol})`;
  if (from.url.protocol === 'https:' && url.protocol === 'http:') {
    throw new CliError('bad_file', `${shown} leaves https there, which is not followed.`);
  }
  return { url, shown };
}

function parseRelative(location: string, base: URL): URL | undefined {
  try {
    return new URL(location, base);
  } catch {
    return undefined;
  }
}

/**
 * May this address be asked?
 * @returns which addresses its name may resolve to. Behind a proxy it is the proxy that resolves: only addresses that
 * are spelled out, and localhost, can be judged then.
 * @throws CliError `bad_file`
 */
export function checkHop(hop: Hop, judge: AddressJudge, allowPrivate: boolean): AddressJudge {
  const { url, shown } = hop;
  if (url.username !== '' || url.password !== '') {
    throw new CliError(
      'bad_file',
      `${shown} holds a user name or a password, and such addresses are not fetched.`,
      {
        hint: 'Save the image as a file, and give that.',
      },
    );
  }
  const literal = literalAddress(url.hostname);
  const isPrivate = literal === undefined ? isLocalName(url.hostname) : !judge(literal);
  const isHttp = url.protocol === 'http:';
  if (url.protocol !== 'https:' && !(isHttp && allowPrivate && (isPrivate || literal === undefined))) {
    throw new CliError('bad_file', `${shown} is no https address, and only such are fetched.`, {
      hint:
        isHttp && isPrivate
          ? PRIVATE_HINT
          : 'Give its https address, or save the image as a file and give that.',
    });
  }
  if (isPrivate && !allowPrivate) throw privateAddress(hop);
  if (!allowPrivate) return judge;
  return isHttp ? (address) => !judge(address) : () => true;
}

const PRIVATE_HINT = 'If that is what you want: --allow-private-urls';

function privateAddress({ shown, url }: Hop): CliError {
  const message = `${shown} is not fetched: ${url.hostname} is this machine, or in a private or reserved network.`;
  return new CliError('bad_file', message, { hint: PRIVATE_HINT });
}

/** A fetch that failed below HTTP, as the user is told. */
export function networkError(hop: Hop, thrown: unknown): CliError {
  const { code, detail } = readNetworkFailure(thrown);
  const { shown, url } = hop;
  if (code === 'ADDRESS_REFUSED') {
    if (url.protocol === 'https:') return privateAddress(hop);
    return new CliError(
      'bad_file',
      `${shown} is no https address, and ${url.hostname} is in no private network.`,
    );
  }
  const unknown = code === 'ENOTFOUND' || code === 'EAI_AGAIN';
  const why = unknown
    ? `the host ${url.hostname} was not found`
    : `the connection to ${url.host} failed (${detail})`;
  return new CliError('bad_file', `${shown} cannot be fetched: ${why}.`, { cause: thrown });
}
