/** Chance that repeats itself: the same seed and the same labels give the same choices, whatever else runs beside. */

/**
 * @typedef {object} Chance
 * @property {() => number} real from 0 up to, not including, 1
 * @property {(limit: number) => number} below a whole number from 0 up to, not including, the limit
 * @property {<T>(items: readonly T[]) => T} pick one of them
 * @property {<T extends {weight: number}>(items: readonly T[]) => T} weigh one of them, by its weight
 */

/**
 * @param {...(string | number)} labels what the choices are for, the seed first
 * @returns {Chance}
 */
export function chanceFor(...labels) {
  let state = hash(labels.join('/'));
  // mulberry32
  const real = () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 4294967296;
  };
  const below = (limit) => Math.floor(real() * limit);
  return {
    real,
    below,
    pick: (items) => items[below(items.length)],
    weigh(items) {
      let left = real() * items.reduce((sum, { weight }) => sum + weight, 0);
      for (const item of items) {
        left -= item.weight;
        if (left < 0) return item;
      }
      return items[items.length - 1];
    },
  };
}

/** FNV-1a. */
function hash(text) {
  let value = 0x811c9dc5;
  for (const byte of Buffer.from(text)) value = Math.imul(value ^ byte, 0x01000193);
  return value >>> 0;
}
