/** What `ideogram resume --json` says, read in this one place. */
import { findCard } from './card.mjs';

/**
 * @typedef {object} NamedCall
 * @property {import('./card.mjs').Card | undefined} card
 * @property {'collected' | 'incomplete' | 'unanswered' | 'expired' | 'nothing' | 'busy'} status
 * @property {{url: string | null, path: string | null, status: string}[]} images
 * @property {string} text all that was said of it
 */

/**
 * @param {import('./program.mjs').Ended} ended
 * @param {Map<string, import('./card.mjs').Card>} cards by the call's id
 * @returns {NamedCall[] | undefined} undefined where it said nothing whole
 */
export function readResume({ stdout }, cards) {
  let said;
  try {
    said = JSON.parse(stdout.toString());
  } catch {
    return undefined;
  }
  if (said?.command !== 'resume' || !Array.isArray(said.calls)) return undefined;
  return said.calls.map((call) => {
    const text = JSON.stringify(call);
    return {
      card: findCard(text) ?? cards.get(call.id),
      status: call.status,
      images: call.images ?? [],
      text,
    };
  });
}

/**
 * The exit status that goes with what it said.
 * @param {NamedCall[]} calls
 */
export function exitOfResume(calls) {
  return calls.some(({ status }) => status === 'incomplete' || status === 'expired') ? 8 : 0;
}
