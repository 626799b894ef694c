/** What a person sees while waiting: one moving line on stderr, never in a pipe. */
import type { Clock, OutputStream } from '../context.js';
import { setChalkLevel } from './style.js';
import { clean } from './text.js';

export interface Spinner {
  /** Replaces the text; the seconds since the start are added. */
  say(text: string): void;
  /** Takes the line away so that something else can be written; it comes back by itself. */
  clear(): void;
  stop(): void;
}

const SILENT: Spinner = { say() {}, clear() {}, stop() {} };

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
  let current = text;
  let stopped = false;
  let shown: { text: string; clear(): unknown; stop(): unknown } | undefined;
  let cancelTick = () => {};
  const start = options.clock.now();
  const line = (): string => {
    const seconds = Math.round((options.clock.now() - start) / 1000);
    return shorten(seconds >= 1 ? `${current} (${seconds} s)` : current, options.stream.columns ?? 80);
  };
  const tick = (): void => {
    if (shown) shown.text = line();
    cancelTick = options.clock.after(1000, tick);
  };

  loadOra(options)
    .then((ora) => {
      if (stopped) return;
      shown = ora(line()).start();
      tick();
    })
    .catch(() => {});
  return {
    say: (next) =>
      quietly(() => {
        current = next;
        if (shown) shown.text = line();
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

/** One line only: a wrapped spinner line cannot be cleared on every terminal. A file's name may hold what drives one. */
function shorten(text: string, columns: number): string {
  const room = Math.max(10, columns - 4);
  const line = clean(text).replace(/\s+/g, ' ');
  return line.length > room ? `${line.slice(0, room - 3)}...` : line;
}

async function loadOra(options: SpinnerOptions) {
  await setChalkLevel(options.color);
  const { default: ora } = await import('ora');
  return (text: string) =>
    ora({
      text,
      stream: options.stream as NodeJS.WriteStream,
      // ora would otherwise take over the terminal's input, and Ctrl-C with it.
      discardStdin: false,
      isEnabled: true,
    });
}
