/** Where requests may go: the API itself, or what IDEOGRAM_BASE_URL says, and in clear text only to this machine. */
import { CliError } from '../errors.js';

export const API_URL = 'https://api.ideogram.ai';

/** Does the host mean this machine? */
export function isLoopback(hostname: string): boolean {
  return /^(localhost\.?|\[::1\]|127(?:\.\d{1,3}){3})$/i.test(hostname);
}

/**
 * The base URL without a trailing slash.
 * @param text empty or undefined means the API itself
 * @param name where it was given
 * @throws CliError `bad_input` when it is no https URL (http is taken for this machine only) or carries a password or query
 */
export function readBaseUrl(text: string | undefined, name = 'IDEOGRAM_BASE_URL'): string {
  const typed = text?.trim();
  if (!typed) return API_URL;
  const url = parse(typed);
  const secure = url?.protocol === 'https:' || (url?.protocol === 'http:' && isLoopback(url.hostname));
  if (!url || !secure || url.username || url.password || url.search || url.hash) {
    throw new CliError('bad_input', `${name} is not a usable address: "${withoutPassword(typed)}".`, {
      hint: `Valid: an https URL such as ${API_URL}; http only for this machine (http://127.0.0.1:4010).`,
    });
  }
  return url.href.replace(/\/+$/, '');
}

/**
 * May an image be fetched from this URL? https only; http only from this machine, and only when the API is on it too.
 * @throws CliError `bad_response` when not
 */
export function checkImageUrl(url: string, baseUrl: string): URL {
  const parsed = parse(url);
  const local = parsed?.protocol === 'http:' && isLoopback(parsed.hostname);
  if (parsed?.protocol === 'https:' || (local && isLoopback(new URL(baseUrl).hostname))) return parsed as URL;
  throw new CliError('bad_response', 'its address is not safe to fetch: only https is', { billed: 'yes' });
}

function parse(text: string): URL | undefined {
  try {
    return new URL(text);
  } catch {
    return undefined;
  }
}

/** All between the scheme and the last @, also where a password holds an @ or a slash, or the address is none. */
function withoutPassword(text: string): string {
  return text.replace(/^([a-z]+:(?:\/\/)?)?.*@/is, '$1****@');
}
