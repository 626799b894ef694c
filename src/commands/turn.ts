/** When a paid call may go out: its places in flight, the pause that a 429 asks of everybody, the daily cap, and the line that says that it goes. */
import { cancelled } from '../api/attempt.js';
import type { ApiEvent, Turn } from '../api/client.js';
import type { Cost } from '../ledger/cost.js';
import type { Journal } from '../ledger/journal.js';
import type { Place, Places } from '../ledger/slots.js';
import { readDailyCap, readMaxInFlight, refuseAboveDailyCap } from './caps.js';
import { LONG_WAIT_MS } from './progress.js';
import type { Run } from './run.js';

/** Where the calls of a command go, and who is told when one waits for its place. */
export interface Counterpart {
  readonly baseUrl: string;
  readonly onEvent: (event: ApiEvent) => void;
}

/** What all calls of a command are entered in. */
export interface Office {
  readonly run: Run;
  readonly counterpart: Counterpart;
  /** Of journal and places. */
  readonly folder: string;
  readonly journal: Journal;
  readonly places: Places;
}

/** The turn of one call; `leave` gives its places back. */
export interface CallTurn extends Turn {
  leave(): Promise<void>;
}

/**
 * @param id of the call, which has been planned in the journal
 * @param images that it asks for
 * @param cost that it is expected to have
 */
export function createTurn(office: Office, id: string, images: number, cost: Cost): CallTurn {
  const { run, counterpart, folder, journal, places } = office;
  const { clock, env, interrupts } = run.ctx;
  const signal = interrupts.stop;
  const limit = readMaxInFlight(env);
  const pool = new URL(counterpart.baseUrl).host;
  let place: Place | undefined;
  let isSent = false;

  const onPause = (until: number): void => counterpart.onEvent({ kind: 'held', ms: until - clock.now() });
  const takePlaces = async (): Promise<void> => {
    let cancelNotice: (() => void) | undefined;
    const onWait = (queue: { inUse: number; ahead: number }): void => {
      counterpart.onEvent({ kind: 'queued', ...queue, limit });
      cancelNotice ??= clock.after(LONG_WAIT_MS, () => {
        if (!run.report.mode.spinner) void run.report.notice(describeQueue(queue.inUse, limit));
      });
    };
    try {
      place = await places.enter({ pool, places: Math.max(1, images), limit, signal, onWait, onPause });
    } finally {
      cancelNotice?.();
    }
  };
  const waitForPause = async (): Promise<void> => {
    for (let until = 0; ; ) {
      until = await places.pausedUntil(pool);
      const wait = until - clock.now();
      if (wait <= 0) return;
      onPause(until);
      await clock.sleep(wait, signal);
    }
  };
  const sayThatItGoes = async (): Promise<void> => {
    const sent = { event: 'sent', id } as const;
    if (readDailyCap(env) === undefined) return journal.append(sent);
    for (let isNoted = false; ; isNoted = true) {
      // One at a time, or two would both find room for one.
      const alone = await places.enter({ pool: 'daily-cap', places: 1, limit: 1, signal });
      try {
        await refuseAboveDailyCap(run, folder, cost, id);
        if (!isNoted) await journal.append(sent);
        // Else others may have looked before our line was there, and written theirs since: who comes last gives way. A second
        // look sees all of these, however long it takes.
        if (isNoted || alone.isUnbroken()) return;
      } finally {
        await alone.leave();
      }
    }
  };
  return {
    async ready() {
      try {
        if (place === undefined) await takePlaces();
        else await waitForPause();
        if (!isSent) await sayThatItGoes();
        isSent = true;
      } catch (thrown) {
        if (signal.aborted) throw cancelled('no');
        throw thrown;
      }
    },
    async holdAll(ms) {
      await places.pause(pool, clock.now() + ms).catch(() => {});
    },
    async leave() {
      await place?.leave();
    },
  };
}

function describeQueue(inUse: number, limit: number): string {
  return `Waiting for a place: this machine has ${inUse} images in flight, and ${limit} may be (IDEOGRAM_MAX_IN_FLIGHT).`;
}
