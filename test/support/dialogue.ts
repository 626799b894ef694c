/** A person at the keyboard of a program that runs in this process: sees a question, types an answer. */
import { PassThrough } from 'node:stream';
import { stripVTControlCharacters } from 'node:util';
import { type RunOptions, type RunResult, runCli } from './run.js';

/** What is waited for on the screen, and the keys that are pressed then. */
export type Step = readonly [see: string | RegExp, keys: string];

export const ENTER = '\r';
export const DOWN = '\u001b[B';
export const CTRL_C = '\u0003';
export const CTRL_D = '\u0004';

export interface Dialogue extends RunResult {
  /** All that was to be seen, without control sequences. */
  readonly screen: string;
  /** Steps that never came. */
  readonly open: readonly Step[];
  /** How raw mode was switched. */
  readonly rawModes: readonly boolean[];
}

/** Runs a command with somebody at its terminal, who follows the steps; what is seen once is not looked at again. */
export async function converse(
  argv: readonly string[],
  steps: readonly Step[],
  { onKeyboard, ...options }: RunOptions & { onKeyboard?: (press: (keys: string) => void) => void } = {},
): Promise<Dialogue> {
  const rawModes: boolean[] = [];
  const keyboard = Object.assign(new PassThrough(), {
    isTTY: true,
    setRawMode: (raw: boolean) => rawModes.push(raw),
  });
  onKeyboard?.((keys) => void keyboard.write(keys));
  const open = [...steps];
  let unseen = '';
  let screen = '';
  const look = (text: string): void => {
    options.onStderr?.(text);
    screen += text;
    unseen += stripVTControlCharacters(text);
    const [step] = open;
    if (step === undefined) return;
    const [see, keys] = step;
    const at = typeof see === 'string' ? unseen.indexOf(see) : unseen.search(see);
    if (at < 0) return;
    open.shift();
    unseen = '';
    // The question is drawn in several writes: a person answers after the last of them.
    setImmediate(() => keyboard.write(keys));
  };
  const result = await runCli(argv, {
    ...options,
    stdinStream: keyboard,
    stderrIsTerminal: true,
    onStderr: look,
  });
  return { ...result, screen: stripVTControlCharacters(screen), open, rawModes };
}
