/** What a person sees while waiting: one moving line on stderr that says what is done and for how long; never in a pipe. */
import type { Clock, OutputStream } from '../context.js';
import { setChalkLevel } from './style.js';
import { clean } from './text.js';

export interface Spinner {
  /** Somebody sees it: only then is it worth anything to find out what it could say. */
  readonly isSeen: boolean;
  /**
   * Replaces the text. Behind it stand the seconds since its phase began.
   * @param phase any name; absent: still the same one
   */
  say(text: string, phase?: string): void;
  /** How long a phase usually takes ("9 s"): stands beside its seconds. */
  usually(time: string, phase: string): void;
  /** Takes the line away so that something else can be written; it comes back by itself. */
  clear(): void;
  stop(): void;
}

const SILENT: Spinner = { isSeen: false, say() {}, usually() {}, clear() {}, stop() {} };

export interface SpinnerOptions {
  readonly stream: OutputStream;
  readonly enabled: boolean;
  readonly color: boolean;
  readonly clock: Clock;
}

/** Starts a spinner; a silent one where nobody watches. ora is loaded only where it is seen, and while the program works. */
export function startSpinner(text: string, options: SpinnerOptions): Spinner {
  // A terminal of 0 columns (docker, expect) sends ora into an endless loop.
  if (!options.enabled || !(options.stream.columns ?? 0)) return SILENT;
  const { clock, stream } = options;
  const usual = new Map<string, string>();
  let current = { text, phase: '', since: clock.now() };
  let stopped = false;
  let shown: { text: string; render(): unknown; clear(): unknown; stop(): unknown } | undefined;
  let cancelTick = () => {};
  const show = (): void => {
    const seconds = Math.round((clock.now() - current.since) / 1000);
    const time = times(seconds, usual.get(current.phase));
    if (shown === undefined) return;
    shown.text = fitted(current.text, time, stream.columns ?? 80);
    shown.render();
  };
  const tick = (): void => {
    show();
    cancelTick = clock.after(1000, tick);
  };

  loadOra(options)
    .then((ora) => {
      if (stopped) return;
      shown = ora;
      // Its first frame has the text already.
      tick();
      ora.start();
    })
    .catch(() => {});
  return {
    isSeen: true,
    say: (next, phase = current.phase) =>
      quietly(() => {
        const since = phase === current.phase ? current.since : clock.now();
        current = { text: next, phase, since };
        show();
      }),
    usually: (time, phase) =>
      quietly(() => {
        usual.set(phase, time);
        show();
      }),
    clear: () => quietly(() => shown?.clear()),
    stop: () =>
      quietly(() => {
        stopped = true;
        cancelTick();
        shown?.stop();
        shown = undefined;
      }),
  };
}

/** Whatever keeps a spinner from turning must not keep an image from being saved. */
function quietly(action: () => unknown): void {
  try {
    action();
  } catch {
    // Nothing depends on it.
  }
}

/** ` (12 s, usually 9 s)`, or what is known of it. */
function times(seconds: number, usual: string | undefined): string {
  const parts = [...(seconds >= 1 ? [`${seconds} s`] : []), ...(usual ? [`usually ${usual}`] : [])];
  return parts.length > 0 ? ` (${parts.join(', ')})` : '';
}

/**
 * One line only: a wrapped spinner line cannot be cleared on every terminal. A file's name may hold what drives one.
 * @param time stays whole as long as there is room for some of the text
 */
function fitted(text: string, time: string, columns: number): string {
  const room = Math.max(10, columns - 4);
  const line = clean(text).replace(/\s+/g, ' ');
  if (line.length + time.length <= room) return line + time;
  const left = room - time.length;
  return left >= MIN_TEXT ? cut(line, left) + time : cut(line, room);
}

/** Less of a text says nothing. */
const MIN_TEXT = 20;

function cut(line: string, room: number): string {
  return line.length > room ? `${line.slice(0, room - 3)}...` : line;
}

async function loadOra(options: SpinnerOptions) {
  await setChalkLevel(options.color);
  const { default: ora } = await import('ora');
  return ora({
    stream: options.stream as NodeJS.WriteStream,
    // ora would otherwise take over the terminal's input, and Ctrl-C with it.
    discardStdin: false,
    isEnabled: true,
  });
}
