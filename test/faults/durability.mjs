/** The order in which things are made to last, read from the hook's log of one process: what a power cut would show. Pure. */
import { dirname } from 'node:path';

/**
 * @param {readonly {at: number, name?: string, done?: boolean, path?: string, to?: string, text?: string}[]} log complete
 * @param {{fresh?: boolean, words?: boolean}} [of] `fresh`: there was no journal before; `words`: what was bought is not images
 * @returns {import('./invariants.mjs').Problem[]}
 */
export function judgeOrder(log, { fresh = false } = {}) {
  const view = createView();
  const problems = [];
  const expect = (holds, text) => {
    if (!holds) problems.push({ kind: 'order', text });
  };
  const RULES = {
    link: publishes,
    rename: publishes,
    note: ({ text = '' }) => {
      const saved = [...text.matchAll(/"event":"saved".*?"path":"([^"]+)"/g)].map(([, file]) => file);
      for (const file of saved) {
        expect(view.published.has(file), `saved was written before ${file} had its name`);
        expect(view.lasting.has(file), `saved was written before the folder of ${file} was synced`);
      }
      // Who is killed in between must be told another time.
      const isGivenUp = text.includes('"event":"given-up"');
      expect(!isGivenUp || view.told, 'something was given up before anything was told');
    },
    open: ({ path }) => expect(!isImage(path), `${path} was opened under its final name`),
    writeFile: ({ path }) => expect(!isImage(path), `${path} was written under its final name`),
    copyFile: ({ to }) => expect(!isImage(to), `${to} was copied, and is there before it is whole`),
    send: ({ text = '' }) => {
      if (text.startsWith('POST ')) {
        expect(view.isLasting('sent'), 'the request went out before the journal held sent');
        const folders = fresh ? [...view.made] : [];
        for (const folder of folders)
          expect(view.synced.has(folder), `the request went out before ${folder} was synced`);
      }
      if (text.startsWith('GET '))
        expect(view.isLasting('answered'), 'an image was asked for before the journal held answered');
    },
    tell: () => {
      const isAnswered = view.events.has('answered');
      expect(
        !isAnswered || view.isLasting('answered'),
        'something was told before the journal held answered',
      );
      expect(!view.events.has('told') || view.told, 'told was written before anything was told');
    },
  };
  function publishes({ path, to }) {
    if (!/\.part$/.test(path)) return;
    expect(view.isClean(path), `${to} got its name before its bytes were synced`);
  }
  const open = new Map();
  for (const line of log) {
    if (line.name) {
      RULES[line.name]?.(line);
      open.set(line.at, { ...line, covers: view.begin(line) });
    } else if (line.done && open.has(line.at)) view.end(open.get(line.at));
  }
  return problems;
}

const isJournal = (path = '') => path.endsWith('.jsonl');
/** What a user would take for a result. */
const isImage = (path) => /\.(png|jpg|webp)(\.json)?$/.test(path);
/** Into a journal, or into another file. */
const isWrite = (name) => name === 'note' || name === 'write';

/** What lasts so far. */
function createView() {
  /** Writes to each path that no sync covers yet. */
  const dirty = new Map();
  const synced = new Set();
  const events = new Map();
  const view = {
    events,
    synced,
    /** Folders in which a journal was made. */
    made: new Set(),
    published: new Set(),
    /** Names whose folder was synced since. */
    lasting: new Set(),
    told: false,
    isClean: (path) => synced.has(path) && (dirty.get(path)?.size ?? 0) === 0,
    isLasting: (event) => events.has(event) && !dirty.get(events.get(event).path)?.has(events.get(event).at),
    begin({ at, name, path, text = '' }) {
      if (isWrite(name)) {
        if (!dirty.has(path)) dirty.set(path, new Set());
        dirty.get(path).add(at);
        for (const [, event] of text.matchAll(/"event":"([a-z-]+)"/g)) events.set(event, { path, at });
      }
      if (name === 'open' && isJournal(path) && !synced.has(path)) view.made.add(dirname(path));
      // A sync covers what was finished when it began.
      if (name === 'sync') return { writes: [...finishedOf(path)], names: [...view.published] };
      return [];
    },
    end({ at, name, path, to, covers }) {
      if (isWrite(name)) finishedOf(path).add(at);
      if (name === 'link' || name === 'rename') view.published.add(to);
      if (name === 'tell') view.told = true;
      if (name !== 'sync') return;
      synced.add(path);
      for (const write of covers.writes) dirty.get(path)?.delete(write);
      for (const file of covers.names) if (dirname(file) === path) view.lasting.add(file);
    },
  };
  const finished = new Map();
  function finishedOf(path) {
    if (!finished.has(path)) finished.set(path, new Set());
    return finished.get(path);
  }
  return view;
}
