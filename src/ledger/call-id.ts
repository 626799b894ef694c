/** The name of a call in the journal: short enough to be typed, and never given twice. */
import { randomBytes } from 'node:crypto';

/** Without i, l, o and u, which are misread. */
const LETTERS = '0123456789abcdefghjkmnpqrstvwxyz';
export const CALL_ID_LENGTH = 10;

/** A new one: 50 bits of chance. */
export function newCallId(): string {
  return Array.from(randomBytes(CALL_ID_LENGTH), (byte) => LETTERS[byte % LETTERS.length]).join('');
}
