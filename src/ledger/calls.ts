/** What the journal's lines come to: one call each, newest first, and what became of it. */
import type { Answered, Failed, GivenUp, JournalEvent, Planned, Saved } from './events.js';
import { type ReadOptions, readBatchesBackwards } from './journal-reader.js';

/** Everything the journal knows of one call. */
export interface Call {
  readonly planned: Planned;
  /** ISO 8601; undefined: it never went out. */
  readonly sent: string | undefined;
  readonly answered: Answered | undefined;
  /** By the image's place in the answer; what was written last counts. */
  readonly saved: ReadonlyMap<number, Saved>;
  readonly withheld: ReadonlySet<number>;
  /** Of images: nobody will come back to them. */
  readonly givenUp: ReadonlyMap<number, GivenUp>;
  /** The words of the answer were written where they were to go. */
  readonly told: boolean;
  /** The call as a whole came to nothing. */
  readonly failed: Failed | undefined;
  /** The call as a whole was given up. */
  readonly dropped: GivenUp | undefined;
}

type Writable<T> = { -readonly [K in keyof T]: T[K] };

/** What came after the plan, while it is gathered. */
interface Later extends Writable<Omit<Call, 'planned' | 'saved' | 'withheld' | 'givenUp'>> {
  readonly saved: Map<number, Saved>;
  readonly withheld: Set<number>;
  readonly givenUp: Map<number, GivenUp>;
}

/**
 * The calls of a journal, the newest plan first. Nothing more is read than is needed for those that are asked for.
 * Calls whose plan is not there (damaged, rotated away, beyond `bytes`) are left out.
 * @throws CliError `bad_file` where there is a journal that cannot be read
 */
export async function* readCalls(folder: string, options: ReadOptions = {}): AsyncGenerator<Call> {
  const unplanned = new Map<string, Later>();
  for await (const batch of readBatchesBackwards(folder, options)) {
    for (const event of batch) {
      const later = unplanned.get(event.id) ?? nothingYet();
      if (event.event === 'planned') {
        // What comes later stands later in the files, and has been read.
        unplanned.delete(event.id);
        yield { planned: event, ...later };
      } else {
        unplanned.set(event.id, later);
        noteEarlier(later, event);
      }
    }
  }
}

function nothingYet(): Later {
  return {
    sent: undefined,
    answered: undefined,
    saved: new Map(),
    withheld: new Set(),
    givenUp: new Map(),
    told: false,
    failed: undefined,
    dropped: undefined,
  };
}

/** Adds an event that was written before all that are known: what is known already stays. */
function noteEarlier(later: Later, event: Exclude<JournalEvent, Planned>): void {
  switch (event.event) {
    case 'sent':
      later.sent ??= event.at;
      break;
    case 'answered':
      later.answered ??= event;
      break;
    case 'saved':
      if (!later.saved.has(event.image)) later.saved.set(event.image, event);
      break;
    case 'withheld':
      later.withheld.add(event.image);
      break;
    case 'told':
      later.told = true;
      break;
    case 'failed':
      // A download that failed says nothing of the call; and one that was sent again since may have been paid since.
      if (event.image === undefined && later.sent === undefined) later.failed ??= event;
      break;
    case 'given-up':
      // Given up as unanswered by somebody who took it for dead, and answered since: the answer counts.
      if (event.image === undefined) {
        if (later.answered === undefined) later.dropped ??= event;
      } else if (!later.givenUp.has(event.image)) later.givenUp.set(event.image, event);
  }
}

/**
 * How a call stands:
 * `done` all is saved, withheld or told; `collectable` answered, and something of it is not here;
 * `lost` paid, and what is not here was given up; `unanswered` sent, and nobody knows what came of it (also where it failed
 * with billed `maybe`, where the answer holds nothing, and where it was named and given up); `failed` it cost nothing;
 * `unsent` it never went out.
 */
export type Standing = 'done' | 'collectable' | 'lost' | 'unanswered' | 'failed' | 'unsent';

/** Lines of processes that write at the same time are not quite in order, nor is a clock that was set back. */
const DISORDER_MS = 24 * 3_600_000;

/** Was it planned so long before `moment` (milliseconds since 1970) that none behind it in the journal can be later than that? */
export function isWellBefore({ planned }: Call, moment: number): boolean {
  return Date.parse(planned.at) < moment - DISORDER_MS;
}

/** Has a call that stands so cost nothing for sure? */
export function isFree(standing: Standing): boolean {
  return standing === 'unsent' || standing === 'failed';
}

const OF_EMPTY = { no: 'failed', maybe: 'lost', yes: 'lost' } as const;
const OF_FAILURES = { no: 'failed', maybe: 'unanswered', yes: 'lost' } as const;

export function standingOf(call: Call): Standing {
  const { planned, answered, failed, sent } = call;
  if (answered === undefined) {
    if (failed !== undefined) return OF_FAILURES[failed.billed];
    return sent === undefined ? 'unsent' : 'unanswered';
  }
  if (planned.answer === 'descriptions' || planned.answer === 'json-prompt') {
    if (call.told) return 'done';
    return call.dropped || failed?.code === 'bad_response' ? 'lost' : 'collectable';
  }
  // An answer with nothing in it that is known: said by the command itself, or by nobody yet.
  if (answered.images === 0) return failed ? OF_EMPTY[failed.billed] : 'unanswered';
  const standing = standingOfImages(call, answered.images);
  // The words of a picture are paid too.
  const isUntold = planned.answer === 'layers' && !call.told && !call.dropped;
  return standing === 'done' && isUntold ? 'collectable' : standing;
}

function standingOfImages({ saved, withheld, givenUp, dropped }: Call, images: number): Standing {
  let isComplete = true;
  for (let image = 0; image < images; image++) {
    if (saved.has(image) || withheld.has(image)) continue;
    if (!givenUp.has(image) && !dropped) return 'collectable';
    isComplete = false;
  }
  return isComplete ? 'done' : 'lost';
}
