/** Where an image comes from, by how it was typed. */

/** An address, and no path: a file may be called `https:x.png`. */
export function isUrl(source: unknown): boolean {
  return /^https?:\/\//i.test(String(source));
}
