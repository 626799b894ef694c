/** What a word that means nothing here was probably meant to be. */
import { Command } from 'commander';

/** Something that can be typed. */
export interface Typeable {
  /** As it is suggested: `auth login`, `--seed`. */
  readonly shown: string;
  /** What is compared with a typed word: `login`, `seed`. */
  readonly word: string;
  /** It is meant only by who spells it rightly, but for case and separators. */
  readonly exactly?: boolean;
}

/** How many letters may stand for a longer word, and how many words may be meant: more are no help. */
const MIN_BEGINNING = 3;
const MAX_SUGGESTIONS = 5;

/** What other programs call it, and what it is called here; compared without case and separators. */
export const OTHER_NAMES: Readonly<Record<string, readonly string[]>> = {
  create: ['generate'],
  draw: ['generate'],
  image: ['generate'],
  imagine: ['generate'],
  make: ['generate'],
  texttoimage: ['generate'],
  txt2img: ['generate'],
  imagetoimage: ['remix'],
  img2img: ['remix'],
  variations: ['remix'],
  vary: ['remix'],
  erase: ['remove-object'],
  inpaint: ['edit'],
  expand: ['reframe'],
  outpaint: ['reframe'],
  uncrop: ['reframe'],
  enlarge: ['upscale'],
  caption: ['describe'],
  cutout: ['remove-background'],
  removebg: ['remove-background'],
  configure: ['login'],
  whoami: ['status'],
  list: ['history'],
  log: ['history'],
  retry: ['resume', 'again'],
  batchsize: ['num-images'],
  count: ['num-images'],
  number: ['num-images'],
  samples: ['num-images'],
  dir: ['output'],
  file: ['output'],
  folder: ['output'],
  overwrite: ['force'],
  debug: ['verbose'],
  silent: ['quiet'],
  quality: ['rendering-speed'],
  dimensions: ['resolution', 'aspect-ratio'],
  height: ['resolution', 'aspect-ratio'],
  size: ['resolution', 'aspect-ratio'],
  width: ['resolution', 'aspect-ratio'],
};

/**
 * The nearest of what can be typed, none where nothing is near. In this order, the first that finds some: the same word
 * in another spelling (`GENERATE`, `--aspect_ratio`), what other programs call it (`inpaint`), a part of it (`--ratio`),
 * a slip of the fingers (`generat`), its beginning (`gen`).
 * @param typed without its hyphens
 */
export function nearest(typed: string, all: readonly Typeable[]): string[] {
  const key = spelling(typed);
  if (key === '') return [];
  const exact = all.filter(({ word }) => spelling(word) === key);
  if (exact.length > 0) return shownOnce(exact);
  const known = all.filter(({ exactly }) => exactly !== true);
  const others = Object.hasOwn(OTHER_NAMES, key) ? (OTHER_NAMES[key] ?? []) : [];
  const lower = typed.toLowerCase();
  const parts = (word: string) => word.split('-');
  const ways: (() => readonly Typeable[])[] = [
    () => known.filter(({ word }) => others.includes(word)),
    () => known.filter(({ word }) => parts(word).includes(lower)),
    () => similar(lower, known),
    () =>
      lower.length < MIN_BEGINNING
        ? []
        : known.filter(({ word }) => parts(word).some((part) => part.startsWith(lower))),
  ];
  for (const way of ways) {
    const found = shownOnce(way());
    if (found.length > 0) return found.length > MAX_SUGGESTIONS ? [] : found;
  }
  return [];
}

/** `Did you mean generate?`; undefined where nothing is near. */
export function didYouMean(suggestions: readonly string[]): string | undefined {
  if (suggestions.length === 0) return undefined;
  return `Did you mean ${suggestions.length > 1 ? 'one of ' : ''}${suggestions.join(', ')}?`;
}

function spelling(word: string): string {
  return word.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}

function shownOnce(typeable: readonly Typeable[]): string[] {
  return [...new Set(typeable.map(({ shown }) => shown))];
}

/** A slip of a few letters, by commander's own measure, which it applies only while it parses. */
function similar(typed: string, known: readonly Typeable[]): Typeable[] {
  const asked = new Command().exitOverride().configureOutput({ writeErr: () => {}, outputError: () => {} });
  for (const word of new Set(known.map(({ word }) => word))) asked.command(word);
  try {
    asked.parse([typed], { from: 'user' });
  } catch (thrown) {
    const words = /Did you mean (?:one of )?(.+)\?/.exec(String(thrown))?.[1]?.split(', ') ?? [];
    return known.filter(({ word }) => words.includes(word));
  }
  return [];
}
