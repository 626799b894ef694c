/** What the server writes down of each card: what arrived, what it made and would bill, and what was fetched. */
import { FIRST_SEED, keyOf } from './card.mjs';
import { makePicture, sha256 } from './pictures.mjs';

/**
 * @typedef {object} ImageRecord
 * @property {string | null} url null where it is withheld
 * @property {number} seed
 * @property {string} sha256
 * @property {boolean} dead its link had expired when it was made
 * @property {number} asked how many requests for it came
 * @property {number} served how often it was written whole
 */

/**
 * @typedef {object} CardRecord
 * @property {import('./card.mjs').Card} card
 * @property {number} begun requests of which something arrived
 * @property {number} arrived requests that arrived whole
 * @property {number} refused answered with 429: nothing was made, and it may be sent again
 * @property {number} accepted the work was done: each of them would be billed
 * @property {number} paid images of them
 * @property {boolean} answered what was made was written to the end of the answer
 * @property {ImageRecord[]} images
 * @property {string | undefined} words of `describe`
 */

const SMALL = 64;
const LARGE = 450;
/** In Unix seconds, from now. */
const DEFAULT_EXPIRY = 600;

/** All cards, and how many images are in flight. */
export function createRecords() {
  /** @type {Map<string, CardRecord>} */
  const cards = new Map();
  const pictures = new Map();
  /** @type {Map<number, {now: number, most: number}>} */
  const flights = new Map();

  return {
    /** @param {import('./card.mjs').Card} card */
    of(card) {
      const key = keyOf(card);
      if (!cards.has(key)) {
        const none = { begun: 0, arrived: 0, refused: 0, accepted: 0, paid: 0, answered: false, images: [] };
        cards.set(key, { card, ...none, words: undefined });
      }
      return cards.get(key);
    },
    all: () => [...cards.values()],
    ofGroup: (group) => [...cards.values()].filter(({ card }) => card.group === group),
    picture: (url) => pictures.get(url),
    /** Its pictures need room no longer. */
    forget(group) {
      for (const { images, card } of cards.values()) {
        if (card.group === group) for (const { url } of images) pictures.delete(url);
      }
    },
    /**
     * Makes the images that were asked for.
     * @param {CardRecord} record
     * @param {import('./scenarios.mjs').Scenario} scenario
     * @param {number} count
     * @param {(index: number, expires: number) => string} linkTo
     */
    make(record, scenario, count, linkTo) {
      const { withheld = 0, twins = false, expires = DEFAULT_EXPIRY } = scenario;
      const until = Math.floor(Date.now() / 1000) + expires;
      const first = record.images.length;
      for (let index = 0; index < count; index++) {
        const bytes = makePicture((first + index) % 2 === 0 ? LARGE : SMALL);
        const url = index < count - withheld ? linkTo(first + index, until) : null;
        const seed = FIRST_SEED + (twins ? 0 : index);
        record.images.push({ url, seed, sha256: sha256(bytes), dead: expires <= 0, asked: 0, served: 0 });
        if (url !== null) pictures.set(url, bytes);
      }
    },
    /** @returns {() => void} to be called when they are no longer in flight */
    takeOff(group, images) {
      const flight = flights.get(group) ?? { now: 0, most: 0 };
      flights.set(group, flight);
      flight.now += images;
      flight.most = Math.max(flight.most, flight.now);
      let landed = false;
      return () => {
        if (!landed) flight.now -= images;
        landed = true;
      };
    },
    mostInFlight: (group) => flights.get(group)?.most ?? 0,
  };
}
