/** Questions to a person at a terminal: asked on standard error, answered by the keyboard, left with Ctrl-C. Loaded only to ask. */
import { Writable } from 'node:stream';
import { confirm, password, select } from '@inquirer/prompts';
import type { Context } from '../context.js';
import { CliError } from '../errors.js';
import type { Style } from './style.js';

export interface Choice<Value> {
  readonly value: Value;
  /** What stands in the list. */
  readonly name: string;
}

/** Each question is answered or throws CliError `cancelled`. */
export interface Prompter {
  /** What is typed is never shown; empty where only Enter was pressed. */
  secret(message: string): Promise<string>;
  /** @param byDefault what Enter alone means */
  confirm(message: string, byDefault: boolean): Promise<boolean>;
  /** The first choice is what Enter alone means. */
  choose<Value extends string>(message: string, choices: readonly Choice<Value>[]): Promise<Value>;
}

/** The world as a question sees it. */
type Surroundings = Pick<Context, 'stdin' | 'stderr' | 'clock' | 'interrupts'>;

/** The prompter of a run; `mode.canPrompt` must have said that there is somebody to ask. */
export function createPrompter(ctx: Surroundings, style: Style): Prompter {
  const theme = themeOf(style);
  return {
    async secret(message) {
      const typed = await ask(ctx, (io) => password({ message, theme }, io));
      await swallowRest(ctx);
      return typed;
    },
    confirm: (message, byDefault) => ask(ctx, (io) => confirm({ message, default: byDefault, theme }, io)),
    choose: (message, choices) => ask(ctx, (io) => select({ message, choices, theme }, io)),
  };
}

/** The library ends the stream that it has asked on; standard error is still needed. */
function outletOf(stderr: Context['stderr']): Writable {
  const outlet = new Writable({
    write(chunk, _encoding, done) {
      stderr.write(chunk, () => done());
    },
  });
  const { columns = 80 } = stderr;
  return Object.assign(outlet, { isTTY: true, columns });
}

/** The library's colours look at the environment alone; ours also know --no-color. */
function themeOf(style: Style) {
  return {
    prefix: style.strong('?'),
    icon: { cursor: '>' },
    style: {
      answer: style.strong,
      message: (text: string) => text,
      error: style.bad,
      defaultAnswer: (text: string) => style.faint(`(${text})`),
      help: style.faint,
      highlight: style.strong,
      keysHelpTip: () => style.faint('Arrow keys choose, Enter takes it.'),
    },
  };
}

/** What a question is given: where it is asked, and what ends it. */
interface Io {
  readonly input: Context['stdin'];
  readonly output: Writable;
  readonly signal: AbortSignal;
}

async function ask<Answer>(
  { stdin, stderr, interrupts }: Surroundings,
  question: (io: Io) => Promise<Answer>,
): Promise<Answer> {
  const leaving = new AbortController();
  const leave = (): void => leaving.abort();
  // The library would wait for an answer for ever, and the process would end in the middle of it with status 0.
  const leaveOnCtrlD = (_text: unknown, key?: { ctrl?: boolean; name?: string }): void => {
    if (key?.ctrl && key.name === 'd') leave();
  };
  if (interrupts.stop.aborted) leave();
  interrupts.stop.addEventListener('abort', leave, { once: true });
  stdin.once('end', leave).on('keypress', leaveOnCtrlD);
  try {
    return await question({ input: stdin, output: outletOf(stderr), signal: leaving.signal });
  } catch (cause) {
    const { name } = cause as Error;
    if (name === 'ExitPromptError' || name === 'AbortPromptError') throw left(cause);
    throw cause;
  } finally {
    interrupts.stop.removeEventListener('abort', leave);
    stdin.off('end', leave).off('keypress', leaveOnCtrlD);
  }
}

function left(cause?: unknown): CliError {
  return new CliError('cancelled', 'Stopped.', { cause });
}

/** How long the rest of a pasted text may take to arrive, in milliseconds. */
const REST_MS = 100;

const CTRL_C = '\u0003';

/** A key that was pasted with more lines: what comes behind the first must neither be shown nor answer the next question. */
async function swallowRest({ stdin, clock, interrupts }: Surroundings): Promise<void> {
  let cancelled = false;
  const swallow = (chunk: Buffer | string): void => {
    cancelled ||= String(chunk).includes(CTRL_C);
  };
  stdin.setRawMode?.(true);
  stdin.on('data', swallow);
  await clock.sleep(REST_MS, interrupts.stop).catch(() => {});
  stdin.off('data', swallow);
  stdin.pause();
  stdin.setRawMode?.(false);
  if (cancelled || interrupts.stop.aborted) throw left();
}
