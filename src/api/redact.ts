/** What may be shown of a secret: nothing but its last four characters, wherever it turns up. */

/** A key as people may see it: its last four characters, or none where that would give too much of it away. */
export function maskKey(key: string): string {
  const end = key.slice(-4);
  return key.length >= MIN_DISTINCT_LENGTH && /^[\x21-\x7e]+$/.test(end) ? `****${end}` : '****';
}

/** Rewrites text so that none of the secrets is in it. */
export type Redactor = (text: string) => string;

/** Shorter ones are hidden only where they stand alone: "any" must not be cut out of "company". */
const MIN_DISTINCT_LENGTH = 12;

/**
 * A redactor for these secrets, also in the spellings they take inside JSON and URLs.
 * @param secrets in clear; empty ones are ignored
 */
export function createRedactor(secrets: readonly string[]): Redactor {
  const spellings = secrets
    .filter((secret) => secret !== '')
    .flatMap((secret) => {
      const mask = maskKey(secret);
      const forms = [secret, inJson(secret), inJson(inJson(secret)), inUrl(secret)];
      return [...new Set(forms)].map((form) => ({ pattern: patternFor(form), length: form.length, mask }));
    })
    // The longest first: a secret inside another one must not leave the rest of it behind.
    .sort((a, b) => b.length - a.length);
  return (text) =>
    spellings.reduce((clean, { pattern, mask }) => clean.replaceAll(pattern, () => mask), text);
}

/** As it stands in an address; half a character has no such form. */
function inUrl(secret: string): string {
  try {
    return encodeURIComponent(secret);
  } catch {
    return secret;
  }
}

/** As it stands between the quotes of a JSON text. */
function inJson(secret: string): string {
  return JSON.stringify(secret).slice(1, -1);
}

/** Long ones are looked for as they are: there is no limit to what somebody takes for a key, but one to expressions. */
function patternFor(form: string): RegExp | string {
  if (form.length >= MIN_DISTINCT_LENGTH) return form;
  const literal = form.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  return new RegExp(`(?<![A-Za-z0-9])${literal}(?![A-Za-z0-9])`, 'g');
}
