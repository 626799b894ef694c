/** The keyboard while a person is asked: raw from the first question to the last, so that nothing typed in between is shown, or answers the next one. */
import { PassThrough } from 'node:stream';
import type { Context } from '../context.js';

export interface Keyboard {
  /** What a question reads: the keys from now on. */
  listen(): PassThrough;
  /** From now on keys mean nothing, but for Ctrl-C: what is typed before a question is drawn is no answer to it. */
  ignore(): void;
  /** Resolves when the rest of a pasted text has come and gone. */
  settle(): Promise<void>;
  /** Resolves when all that was typed before the first question has come and gone. */
  readonly ready: Promise<void>;
  /** Aborted when the terminal is gone, or its input ended by Ctrl-D. */
  readonly gone: AbortSignal;
  /** Leaves the terminal as it was. May be called again. */
  close(): void;
}

const CTRL_C = '\u0003';
const CTRL_D = '\u0004';
/** Would stop the process in the middle of a question, and leave the shell a raw terminal. */
const CTRL_Z = '\u001a';

/** How long the rest of a pasted text may take to arrive, and a signal behind the end of the terminal, in milliseconds. */
const REST_MS = 100;

/** Takes the keyboard, until `close`. */
export function openKeyboard({
  stdin,
  clock,
  interrupts,
}: Pick<Context, 'stdin' | 'clock' | 'interrupts'>): Keyboard {
  const gone = new AbortController();
  let ear: PassThrough | undefined;
  const setRaw = (raw: boolean): void => {
    try {
      stdin.setRawMode?.(raw);
    } catch {
      // There is no terminal any more.
    }
  };
  const rest = (): Promise<void> => clock.sleep(REST_MS, interrupts.stop).catch(() => {});
  const hear = (chunk: Buffer | string): void => {
    const keys = String(chunk);
    // A raw terminal hands over as keys what else would be a signal, or the end of the input.
    if (keys.includes(CTRL_C)) interrupts.raise();
    else if (ear && keys.includes(CTRL_D)) gone.abort();
    else ear?.write(keys.replaceAll(CTRL_Z, ''));
  };
  // The signal says more: it decides the exit status.
  const vanish = (): void => void rest().then(() => gone.abort());
  const close = (): void => {
    ear = undefined;
    stdin.off('data', hear).off('end', vanish);
    stdin.pause();
    setRaw(false);
  };
  // Never taken off: a closed terminal may fail once more, and that must not end in a crash.
  stdin.on('error', vanish);
  stdin.on('end', vanish).on('data', hear);
  setRaw(true);
  return {
    listen() {
      ear = new PassThrough();
      return ear;
    },
    ignore() {
      ear = undefined;
    },
    settle: rest,
    ready: rest(),
    gone: gone.signal,
    close,
  };
}
