/** What a client is made of, checked before there is one: a misspelt base URL would send to the API itself, and pay. */
import { readBaseUrl } from '../api/base-url.js';
import { DEFAULT_TIMEOUT_MS, MAX_TIMEOUT_MS } from '../deadline.js';
import { CliError } from '../errors.js';
import type { Fetch } from '../fetch-contract.js';

export interface ClientOptions {
  /** Sent as the header `Api-Key`, to the base URL only. */
  readonly apiKey: string;
  /** Default https://api.ideogram.ai; http only for this machine. */
  readonly baseUrl?: string;
  /**
   * Instead of the built-in transport, also for images that are given as URLs; must not follow redirects when told
   * `redirect: 'manual'`, and has to keep names that resolve to private addresses out itself.
   */
  readonly fetch?: Fetch | typeof globalThis.fetch;
  /** Where HTTPS_PROXY and its kin are read from, for the built-in transport; usually `process.env`. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Milliseconds for headers and body of one exchange; 1 to 86,400,000, default 300,000. */
  readonly timeoutMs?: number;
  /** Images may be URLs of this machine and of private networks too, these also with http. Default false. */
  readonly allowPrivateUrls?: boolean;
}

/** What each option is. JavaScript may hand in anything. */
const KINDS: Readonly<Record<keyof ClientOptions, (value: unknown) => string | undefined>> = {
  // Whether it can be a key is said where it is taken: no message may quote it.
  apiKey: () => undefined,
  baseUrl: (value) => (typeof value === 'string' ? undefined : 'text, as https://api.ideogram.ai'),
  fetch: (value) => (typeof value === 'function' ? undefined : 'a function'),
  env: (value) => (typeof value === 'object' && value !== null ? undefined : 'an object, as process.env'),
  timeoutMs: (value) =>
    typeof value === 'number' && value >= 1 && value <= MAX_TIMEOUT_MS
      ? undefined
      : `a number of milliseconds from 1 to ${MAX_TIMEOUT_MS}`,
  allowPrivateUrls: (value) => (typeof value === 'boolean' ? undefined : 'true or false'),
};

/** With what they are where nothing is said. */
export type CheckedClientOptions = ClientOptions &
  Required<Pick<ClientOptions, 'baseUrl' | 'timeoutMs' | 'allowPrivateUrls'>>;

/**
 * The options of a client; its key is not looked at.
 * @throws CliError `bad_input`
 */
export function readClientOptions(given: unknown): CheckedClientOptions {
  if (given !== undefined && (typeof given !== 'object' || Array.isArray(given))) {
    throw new CliError('bad_input', 'A client is made of one object.', {
      hint: 'For example: createClient({ apiKey: process.env.IDEOGRAM_API_KEY })',
    });
  }
  const options = (given ?? {}) as Readonly<Record<string, unknown>>;
  const unknown = Object.keys(options).find((name) => !Object.hasOwn(KINDS, name));
  if (unknown !== undefined) {
    throw new CliError('bad_input', `"${unknown}" is not an option of a client.`, {
      hint: `Valid: ${Object.keys(KINDS).join(', ')}.`,
    });
  }
  // By name: what an object has from its class counts as well.
  const known = Object.keys(KINDS).map((name) => [name, options[name]] as const);
  const there = known.filter(([, value]) => value !== undefined);
  for (const [name, value] of there) {
    const valid = KINDS[name as keyof ClientOptions](value);
    if (valid !== undefined) throw new CliError('bad_input', `${name} has to be ${valid}.`);
  }
  const {
    baseUrl,
    timeoutMs = DEFAULT_TIMEOUT_MS,
    ...others
  } = Object.fromEntries(there) as Partial<ClientOptions>;
  return {
    apiKey: '',
    allowPrivateUrls: false,
    ...others,
    timeoutMs,
    baseUrl: readBaseUrl(baseUrl, 'baseUrl'),
  };
}
