/** What goes with a call besides its options: a signal that stops it, and a listener that can do no harm. */
import type { ApiEvent } from '../api/client.js';
import type { Interrupts } from '../context.js';
import { CliError } from '../errors.js';
import type { CallOptions } from './options.js';
import type { Progress } from './progress.js';

export interface Call {
  readonly interrupts: Interrupts;
  /** Never throws, whatever the listener does: an image may be paid already. */
  tell(event: Progress): void;
}

/**
 * JavaScript may hand in anything; what is misspelt would leave a call that nothing stops.
 * @param others names that may be there as well
 * @throws CliError `bad_input`
 */
export function readCall(given: CallOptions | null | undefined, others: readonly string[] = []): Call {
  const { signal, onProgress } = given ?? {};
  const valid = [...others, 'signal', 'onProgress'];
  const hint = `Valid: { ${valid.join(', ')} }`;
  if (isSignal(given)) {
    throw new CliError('bad_input', 'A signal has to be named.', { hint });
  }
  const unknown = Object.keys(given ?? {}).find((name) => !valid.includes(name));
  if (unknown !== undefined) {
    throw new CliError('bad_input', `"${unknown}" is no option of a call.`, { hint });
  }
  if (signal !== undefined && !isSignal(signal)) {
    throw new CliError('bad_input', 'signal is no AbortSignal.', {
      hint: 'Give the signal of a controller.',
    });
  }
  if (onProgress !== undefined && typeof onProgress !== 'function') {
    throw new CliError('bad_input', 'onProgress is no function.');
  }
  return { interrupts: interruptsOf(signal), tell: onProgress ? harmless(onProgress) : () => {} };
}

/** Also one of another realm, or of a package. */
function isSignal(value: unknown): boolean {
  return typeof (value as AbortSignal | null | undefined)?.addEventListener === 'function';
}

/** A library has one way to be stopped: at once. */
function interruptsOf(signal: AbortSignal | undefined): Interrupts {
  const never = new AbortController().signal;
  return { stop: signal ?? never, abort: signal ?? never, raise: () => {} };
}

function harmless(listener: NonNullable<CallOptions['onProgress']>): Call['tell'] {
  return (event) => {
    try {
      // An async function fails later, and would take the process with it.
      Promise.resolve(listener(event) as unknown).catch(() => {});
    } catch {
      // It is the listener's own affair.
    }
  };
}

/**
 * What the client of the API tells, in the words of the library.
 * @param image which of `describe`
 */
export function requestEvents({ tell }: Call, image?: number): (event: ApiEvent) => void {
  return (event) => {
    switch (event.kind) {
      case 'sending':
        return tell({ type: 'sending', attempt: event.attempt, image });
      case 'sent':
        return tell({ type: 'sent', image });
      case 'answered': {
        const { status, ms, requestId } = event;
        return tell({ type: 'answered', status, ms, requestId, image });
      }
      case 'waiting':
        return tell({ type: 'waiting', ms: event.ms, reason: event.reason, image });
    }
  };
}
