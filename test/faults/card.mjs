/** A card is one call of the bench: how its name travels in prompts, file names and links, and is read out of them again. */

/**
 * @typedef {object} Card
 * @property {number} group runs of one group share a state folder and an output folder
 * @property {number} run
 * @property {string} scenario
 */

/** Of the first image; long enough to be told from other numbers in a name. */
export const FIRST_SEED = 100_000;

/** @param {Card} card */
export const promptOf = ({ group, run, scenario }) => `card ${group} ${run} s=${scenario}`;

/** As a name of a file or a link, and as the start of names that are made from the prompt. */
export const nameOf = ({ group, run, scenario }) => `card-${group}-${run}-s-${scenario}`;

/** @param {{group: number, run: number}} card */
export const keyOf = ({ group, run }) => `${group}-${run}`;

/**
 * The card that a text speaks of; undefined where it speaks of none.
 * @param {string} text
 * @returns {Card | undefined}
 */
export function findCard(text) {
  // A name may go on with a seed, a number, an extension.
  const [, group, run, scenario] =
    /card[ -](\d+)[ -](\d+)[ -]s[=-]([a-z]+(?:-[a-z]+|-\d{1,3}(?!\d))*)/.exec(text) ?? [];
  return group === undefined
    ? undefined
    : { group: Number(group), run: Number(run), scenario: String(scenario) };
}
