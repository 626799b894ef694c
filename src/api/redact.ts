/** What may be shown of a secret: nothing but its last four characters, wherever it turns up. */

/** A key as people may see it: its last four characters, or none where that would give too much of it away. */
export function maskKey(key: string): string {
  return key.length >= MIN_DISTINCT_LENGTH ? `****${key.slice(-4)}` : '****';
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
      const forms = [secret, JSON.stringify(secret).slice(1, -1), encodeURIComponent(secret)];
      return [...new Set(forms)].map((form) => ({ pattern: patternFor(form), length: form.length, mask }));
    })
    // The longest first: a secret inside another one must not leave the rest of it behind.
    .sort((a, b) => b.length - a.length);
  return (text) => spellings.reduce((clean, { pattern, mask }) => clean.replace(pattern, () => mask), text);
}

function patternFor(form: string): RegExp {
  const literal = form.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
  if (form.length >= MIN_DISTINCT_LENGTH) return new RegExp(literal, 'g');
  return new RegExp(`(?<![A-Za-z0-9])${literal}(?![A-Za-z0-9])`, 'g');
}
