/** What may be in the folders when all is over: whole images, each with the sidecar that is its own, and nothing else. Pure. */
import { findCard } from './card.mjs';

/**
 * @param {import('./invariants.mjs').World} world
 * @returns {import('./invariants.mjs').Problem[]}
 */
export function judgeFiles({ bought, files, cards, parts, tickets }) {
  const foreign = bought.flatMap(({ taken }) => (taken ? [taken] : []));
  const made = [...cards.flatMap(({ images }) => images), ...foreign];
  const known = new Set(made.map((image) => image.sha256));
  const hashOf = (name) => files.find((file) => file.name === name)?.sha256;
  const replaced = foreign.filter(({ name, sha256 }) => hashOf(name) !== sha256);
  const problems = files.flatMap(({ name, sha256: hash, bytes, text }) => {
    if (!findCard(name) || !/\.png(\.json)?$/.test(name))
      return [problem('name', `${name} is nothing that was asked for`)];
    if (text !== undefined) return judgeSidecar(name, text, hashOf(name.slice(0, -'.json'.length)));
    return known.has(hash)
      ? []
      : [problem('bytes', `${name} (${bytes} bytes) is no image that was ever sent`)];
  });
  return [
    ...problems,
    ...replaced.map(({ name }) => problem('bytes', `${name} was the user's own, and was replaced`)),
    ...parts.map((name) => problem('temp', `${name} was left behind`)),
    ...tickets.map((name) => problem('ticket', `${name}: a place that a dead process holds`)),
  ];
}

function judgeSidecar(name, text, hash) {
  try {
    if (JSON.parse(text).sha256 === hash) return [];
    return [problem('bytes', `${name} speaks of another image than that beside it`)];
  } catch {
    return [problem('bytes', `${name} is not whole: ${text.slice(0, 100)}`)];
  }
}

const problem = (kind, text) => ({ kind, text });
