/** One call of the journal, brought home: its images that are not on the disk are downloaded, its words are read again. Nothing is sent to the API. */
import { stat } from 'node:fs/promises';
import type { AnsweredImage } from '../api/answered-image.js';
import type { ApiAnswer } from '../api/client.js';
import { type Collected, collectImages } from '../api/collect.js';
import type { Words } from '../api/words-answer.js';
import { slugify } from '../files/output.js';
import { prepareTarget, type Target } from '../files/target.js';
import type { Call } from '../ledger/calls.js';
import type { Answered, NewEvent, Planned } from '../ledger/events.js';
import { createSidecars } from './metadata.js';
import type { Bytes } from './progress.js';
import { collectorOf, type Run } from './run.js';

type FileTarget = Extract<Target, { kind: 'files' }>;

/** What became of one image. */
export interface CollectedImage {
  /** Its place in the answer, from 0. */
  readonly index: number;
  readonly image: AnsweredImage;
  /** `saved`: it is there now, wherever `path` says; `failed`: another time perhaps; `expired`: never. */
  readonly status: 'saved' | 'failed' | 'expired';
  /** Absolute; undefined where it is not saved, or standard output took it. */
  readonly path: string | undefined;
  readonly bytes: number | undefined;
  readonly type: string | undefined;
  readonly expires: Date | undefined;
  readonly problem: string | undefined;
}

export interface Homecoming {
  readonly images: readonly CollectedImage[];
  /** Sidecars that could not be written. */
  readonly problems: readonly string[];
  /** The words of a picture, where the answer holds them. */
  readonly textBlocks: readonly unknown[] | undefined;
}

export interface CollectCallOptions {
  /** Where its images go; undefined: where they were meant to go. */
  readonly target: Target | undefined;
  /** It was named: those too that a pipe has taken, whose file is gone, or that are wanted in another place. */
  readonly all: boolean;
  /** Files may be replaced. */
  readonly force: boolean;
  /** As `collectImages` tells it. */
  readonly onProgress?: Bytes | undefined;
  /** Writes a line into the journal; must not reject. */
  note(event: NewEvent): Promise<void>;
}

/** A link that does not say how long it works has surely died after so many milliseconds. */
const LONGEST_LIFE_MS = 7 * 24 * 3_600_000;

/**
 * Downloads what is missing. Never throws for what can go wrong with an image or its place: that stands in the result.
 * @param call answered, with images
 */
export async function collectCall(
  run: Run,
  call: Call,
  answered: Answered,
  { target: chosen, all, force, onProgress, note }: CollectCallOptions,
): Promise<Homecoming> {
  const { planned } = call;
  const { id, answer: kind } = planned;
  const answer = asAnswer(answered);
  const { readImageAnswer, readLayersAnswer } = await import('../api/image-answer.js');
  const { images, created, textBlocks } = (kind === 'layers' ? readLayersAnswer : readImageAnswer)(answer);
  const { wanted, there } = await sortOut(call, images, { all, note, keep: chosen === undefined });
  const meant = meantTarget(run, planned, force);
  const { slug, owner } = meant;
  const target: Target = chosen?.kind === 'files' ? { ...chosen, slug, owner, force } : (chosen ?? meant);
  const { metadata, asked } = planned;
  const sidecars =
    metadata && asked
      ? createSidecars(run, { ...planned, asked }, { sandbox: answered.sandbox, created })
      : undefined;
  const order = [...wanted].sort((a, b) => a - b);
  const hindrance = await hindranceTo(run, target, wanted.size);
  const collected = hindrance
    ? order.map((index) => ({ image: images[index] as AnsweredImage, expires: undefined, ...hindrance }))
    : await collectImages(collectorOf(run), images, {
        target,
        baseUrl: planned.baseUrl,
        only: wanted,
        adopt: true,
        onProgress,
        async onSaved(index, image, saved) {
          await sidecars?.write(index, image, saved);
          const { path = null, sha256, bytes } = saved;
          await note({ event: 'saved', id, image: index, path: planned.asked ? path : null, sha256, bytes });
        },
      });
  const now = run.ctx.clock.now();
  const fetched = order.map((index, position) =>
    outcomeOf(index, collected[position] as Collected, now - Date.parse(planned.at)),
  );
  return { images: [...there, ...fetched], problems: sidecars?.problems ?? [], textBlocks };
}

/** The words of a call whose answer is words, as they were read the first time. */
export async function wordsOf({ planned }: Call, answered: Answered): Promise<Words> {
  const { readDescriptions, readStructuredPrompt } = await import('../api/words-answer.js');
  return (planned.answer === 'descriptions' ? readDescriptions : readStructuredPrompt)(asAnswer(answered));
}

function asAnswer({ json, status, requestId, sandbox }: Answered): ApiAnswer {
  return { json, status, requestId: requestId ?? undefined, fromSandbox: sandbox };
}

/** Which images are to be fetched, and which are where they were saved. */
async function sortOut(
  { planned, saved, withheld, givenUp }: Call,
  images: readonly AnsweredImage[],
  { all, keep, note }: Pick<CollectCallOptions, 'all' | 'note'> & { readonly keep: boolean },
): Promise<{ wanted: Set<number>; there: CollectedImage[] }> {
  const wanted = new Set<number>();
  const there: CollectedImage[] = [];
  for (const [index, image] of images.entries()) {
    const file = saved.get(index);
    if (withheld.has(index)) continue;
    if (image.url === undefined && !image.safe) {
      await note({ event: 'withheld', id: planned.id, image: index });
      continue;
    }
    const path = file?.path ?? undefined;
    if (keep && all && file && path !== undefined && (await sizeOf(path)) === file.bytes) {
      const { bytes } = file;
      const known = { type: undefined, expires: undefined, problem: undefined };
      there.push({ index, image, status: 'saved', path, bytes, ...known });
    } else if (all || (!file && !givenUp.has(index))) wanted.add(index);
  }
  return { wanted, there };
}

function sizeOf(path: string): Promise<number | undefined> {
  return stat(path).then(
    ({ size }) => size,
    () => undefined,
  );
}

/** Where it was meant to go. What was meant for a pipe goes into the current folder. */
function meantTarget(
  { ctx }: Run,
  { id: owner, place, asked, command }: Planned,
  force: boolean,
): FileTarget {
  if (place?.kind !== 'files') {
    const slug = slugify(asked ? (asked.prompt ?? command) : '');
    return { kind: 'files', folder: ctx.cwd, stem: undefined, slug, force, owner };
  }
  const { folder, stem, slug } = place;
  return { kind: 'files', folder, stem: stem ?? undefined, slug, force, owner };
}

/** What keeps all images of a call from being fetched at all. */
async function hindranceTo(
  { globals }: Run,
  target: Target,
  count: number,
): Promise<{ problem: string; expired: boolean } | undefined> {
  if (count === 0) return undefined;
  // Its server went with the command; to try would mean to wait for it until the links expire.
  if (globals.sandbox) return { problem: 'the sandbox that made it has ended', expired: true };
  try {
    await prepareTarget(target, count);
    return undefined;
  } catch (error) {
    return { problem: (error as Error).message.replace(/\.$/, ''), expired: false };
  }
}

/** @param age of the call, in milliseconds */
function outcomeOf(
  index: number,
  { image, saved, problem, expires, expired }: Collected,
  age: number,
): CollectedImage {
  if (saved) {
    const { path, bytes, type } = saved;
    return {
      index,
      image,
      status: 'saved',
      path,
      bytes,
      type: type.mime,
      expires,
      problem: undefined,
    };
  }
  const isDead = expired || image.url === undefined || (expires === undefined && age > LONGEST_LIFE_MS);
  const status = isDead ? 'expired' : 'failed';
  return { index, image, status, path: undefined, bytes: undefined, type: undefined, expires, problem };
}
