/** The forms of an answer with images that not all endpoints share. */
import type { ImageAnswer } from './generation.js';

/** Of V4: it says what its links are. */
export function withType({ created, data }: ImageAnswer): unknown {
  return { response_type: 'url', created, data };
}

/** Of what only takes something away: links, and nothing about how they came to be. */
export function bare({ created, data }: ImageAnswer): unknown {
  return { created, data: data.map(({ url, is_image_safe }) => ({ url, is_image_safe })) };
}
