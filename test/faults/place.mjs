/** The folders of a group, and what is in them when all is over: images by their hash, and what should not be there. */
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { FIRST_SEED, findCard, nameOf } from './card.mjs';
import { makePicture, sha256 } from './pictures.mjs';

const KEY = 'fault-bench-key-0123456789';

/**
 * @typedef {object} Place
 * @property {string} name
 * @property {string} folder
 * @property {string} out where the programs run, and images go
 * @property {string} state
 * @property {Record<string, string>} env
 */

/**
 * @param {string} root of all groups
 * @param {string} name
 * @param {string} baseUrl
 * @returns {Promise<Place>}
 */
export async function makePlace(root, name, baseUrl) {
  const folder = join(root, name);
  const [out, state, home] = ['out', 'state', 'home'].map((each) => join(folder, each));
  await Promise.all([out, home].map((each) => mkdir(each, { recursive: true })));
  const env = {
    HOME: home,
    // As on every machine of a user: code that was compiled by an earlier run.
    XDG_CACHE_HOME: root,
    IDEOGRAM_CONFIG_DIR: home,
    IDEOGRAM_STATE_DIR: state,
    IDEOGRAM_BASE_URL: baseUrl,
    IDEOGRAM_API_KEY: KEY,
  };
  return { name, folder, out, state, env };
}

/** What `describe` is given: any picture. */
export const someUpload = () => makePicture(64);

/**
 * A file of the user's own, under the name that the first image of a card would have.
 * @returns {Promise<{name: string, sha256: string}>}
 */
export async function takeName({ out }, card) {
  const name = `${nameOf(card)}-${FIRST_SEED}.png`;
  const picture = makePicture(8);
  await writeFile(join(out, name), picture);
  return { name, sha256: sha256(picture) };
}

/** What goes with a request so that it takes a while. */
export const largeUpload = () => makePicture(1500);

/**
 * @typedef {object} FoundFile
 * @property {string} name below `out`
 * @property {string} sha256
 * @property {number} bytes
 * @property {string | undefined} text of JSON
 */

/**
 * @param {Place} place
 * @returns {Promise<{files: FoundFile[], parts: string[], tickets: string[], kept: string}>} `kept`: the answers in the journal; `parts`: temporary files;
 *   `tickets`: places in flight that nobody gave back
 */
export async function lookAt({ out, state }) {
  const names = (await walk(out)).map((path) => relative(out, path));
  const isPart = (name) => /(^|\/)\.ideogram-[^/]*\.part$/.test(name);
  const files = await Promise.all(
    names
      .filter((name) => !isPart(name))
      .map(async (name) => {
        const content = await readFile(join(out, name));
        const text = name.endsWith('.json') ? content.toString() : undefined;
        return { name, sha256: sha256(content), bytes: content.length, text };
      }),
  );
  const tickets = (await walk(join(state, 'places'))).filter((path) => !/\.p\.\d+$/.test(path));
  const journals = (await walk(state)).filter((path) => path.endsWith('.jsonl'));
  const lines = (await Promise.all(journals.map((path) => readFile(path, 'utf8')))).join('').split('\n');
  const kept = lines.filter((line) => line.includes('"event":"answered"') && isWhole(line)).join('\n');
  return { files, parts: names.filter(isPart), tickets: tickets.map((path) => relative(state, path)), kept };
}

/** A line that was cut off while it was written holds links, but no answer. */
function isWhole(line) {
  try {
    return Boolean(JSON.parse(line));
  } catch {
    return false;
  }
}

/** Which card a line of the journal began with: for calls that nothing else tells apart. */
export async function readJournalCards({ state }) {
  const cards = new Map();
  for (const path of (await walk(state)).filter((each) => each.endsWith('.jsonl'))) {
    for (const line of (await readFile(path, 'utf8')).split('\n')) {
      const id = /"id":"([^"]+)"/.exec(line)?.[1];
      const card = findCard(line);
      if (id && card) cards.set(id, card);
    }
  }
  return cards;
}

async function walk(folder) {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const deeper = entries.map((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? walk(path) : [path];
  });
  return (await Promise.all(deeper)).flat();
}
