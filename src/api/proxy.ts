/** Which proxy a request goes through, by HTTPS_PROXY, HTTP_PROXY, ALL_PROXY and NO_PROXY, and the CONNECT tunnel to it. */
import type { Agent } from 'node:http';
import { isLoopback } from './base-url.js';
import { TransportError } from './transport-error.js';

type Env = Readonly<Record<string, string | undefined>>;

export interface Proxy {
  /** Without credentials, so that neither a message nor the agent's DEBUG output can show them. */
  readonly url: URL;
  /** What messages call it. */
  readonly label: string;
  /** Value of Proxy-Authorization, where the variable holds credentials. */
  readonly authorization: string | undefined;
}

/** One request's way through a proxy. */
export interface Tunnel {
  readonly agent: Agent;
  /** Closes the connection to the proxy; only for as long as the proxy has not answered CONNECT. */
  cancel(): void;
}

/**
 * The proxy for `target`, or undefined for a direct connection. Lower case variables win over upper case.
 * Throws TransportError BAD_PROXY when the variable's value is no address of an http or https proxy.
 *
 * Not proxy-from-env: it reads process.env and cannot be given another environment, and it takes `proxy:3128`
 * in HTTPS_PROXY for an https proxy where every other tool takes an http one.
 */
export function findProxy(target: URL, env: Env): Proxy | undefined {
  if (isLoopback(target.hostname)) return undefined;
  const host = bare(target.hostname);
  const names = [`${target.protocol.slice(0, -1)}_proxy`, 'all_proxy'].flatMap((n) => [n, n.toUpperCase()]);
  const name = names.find((candidate) => env[candidate]?.trim());
  if (name === undefined) return undefined;
  const port = target.port || (target.protocol === 'https:' ? '443' : '80');
  if (isExcluded(host, port, env.no_proxy || env.NO_PROXY || '')) return undefined;
  return parseProxy(name, (env[name] ?? '').trim());
}

/** An agent for exactly one request. Loads the proxy library, which direct connections never pay for. */
export async function openTunnel(proxy: Proxy, protocol: string): Promise<Tunnel> {
  const { HttpsProxyAgent } = await import('https-proxy-agent');
  // The library keeps its socket to itself until CONNECT is answered: without the signal, a request given up
  // before would leave that socket open and the process alive for as long as a silent proxy likes.
  const waiting = new AbortController();
  const agent = new HttpsProxyAgent(proxy.url, {
    keepAlive: false,
    signal: waiting.signal,
    headers: proxy.authorization === undefined ? {} : { 'Proxy-Authorization': proxy.authorization },
  });
  agent.protocol = protocol; // else it guesses from a stack trace
  return { agent, cancel: () => waiting.abort() };
}

function bare(hostname: string): string {
  return hostname.replace(/^\[|\]$|\.$/g, '').toLowerCase();
}

/**
 * NO_PROXY as curl and Go read it: a list by commas or spaces; `example.com` means itself and its subdomains,
 * `.example.com` and `*.example.com` its subdomains only, `host:port` that port only, `*` everything.
 * Address ranges (10.0.0.0/8) are not understood: what we call is known by name.
 */
function isExcluded(host: string, port: string, list: string): boolean {
  return list.split(/[,\s]+/).some((entry) => {
    if (entry === '') return false;
    const [, name = entry, onlyPort = port] = /^(\[.*\]|[^:]*):(\d+)$/.exec(entry) ?? [];
    if (Number(onlyPort) !== Number(port)) return false;
    const pattern = bare(name);
    if (/^[.*]/.test(pattern)) return host.endsWith(pattern.replace('*', ''));
    return host === pattern || host.endsWith(`.${pattern}`);
  });
}

function parseProxy(variable: string, value: string): Proxy {
  const hasScheme = value.includes('://');
  const bad = (why: string) =>
    new TransportError(`${variable} is set to "${withoutCredentials(value)}", ${why}`, {
      code: 'BAD_PROXY',
      sent: false,
    });
  let url: URL;
  let credentials: string;
  try {
    url = new URL(hasScheme ? value : `http://${value}`);
    credentials = `${decodeURIComponent(url.username)}:${decodeURIComponent(url.password)}`;
  } catch {
    throw bad('which is not the address of a proxy, such as http://proxy.example.com:3128');
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw bad('but only http:// and https:// proxies are supported');
  }
  // A `/`, `?` or `#` of the password ended the host name: what stands before it is not the proxy.
  if (`${url.pathname}${url.search}${url.hash}`.includes('@')) {
    throw bad(
      'which is not the address of a proxy; special characters of its password must be percent-encoded',
    );
  }
  url.username = '';
  url.password = '';
  const authorization =
    credentials === ':' ? undefined : `Basic ${Buffer.from(credentials).toString('base64')}`;
  return { url, label: url.origin, authorization };
}

/** Scheme, host and port of a value that may not be a URL at all: where in doubt, less is shown. */
function withoutCredentials(value: string): string {
  const rest = value.replace(/^([a-z][a-z0-9+.-]*:\/\/)?.*@/is, '$1');
  const shown = /^([a-z][a-z0-9+.-]*:\/\/)?[^:/?#\s]*(:\d+(?!\w))?/i.exec(rest)?.[0] ?? '';
  return shown === rest ? shown : `${shown}...`;
}
