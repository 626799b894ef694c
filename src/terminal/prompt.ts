/** Questions to a person at a terminal: asked on standard error, answered by the keyboard, left with Ctrl-C. Loaded only to ask. */
import { type PassThrough, Writable } from 'node:stream';
import { confirm, password, select } from '@inquirer/prompts';
import type { Context } from '../context.js';
import { CliError } from '../errors.js';
import { type Keyboard, openKeyboard } from './keyboard.js';
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
  /** Gives the keyboard back; must be called whatever happens. */
  close(): void;
}

/** The world as a question sees it. */
type Surroundings = Pick<Context, 'stdin' | 'stderr' | 'clock' | 'interrupts'>;

/** The prompter of a run; `mode.canPrompt` must have said that there is somebody to ask. It has the keyboard until `close`. */
export function createPrompter(ctx: Surroundings, style: Style): Prompter {
  const theme = themeOf(style);
  const keyboard = openKeyboard(ctx);
  return {
    async secret(message) {
      const typed = await ask(ctx, keyboard, (io) => password({ message, theme }, io));
      // A key that was pasted with more lines: what comes behind the first is no answer.
      await keyboard.settle();
      if (ctx.interrupts.stop.aborted) throw left();
      return typed;
    },
    confirm: (message, byDefault) =>
      ask(ctx, keyboard, (io) => confirm({ message, default: byDefault, theme }, io)),
    choose: (message, choices) => ask(ctx, keyboard, (io) => select({ message, choices, theme }, io)),
    close: keyboard.close,
  };
}

/** The library ends the stream that it has asked on; standard error is still needed. */
function outletOf(stderr: Context['stderr']): Writable {
  const outlet = new Writable({
    write(chunk, _encoding, done) {
      stderr.write(chunk, () => done());
    },
  });
  // Asked for each time it draws: the window may have changed.
  return Object.defineProperty(outlet, 'columns', { get: () => stderr.columns ?? 80 });
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
  readonly input: PassThrough;
  readonly output: Writable;
  readonly signal: AbortSignal;
}

async function ask<Answer>(
  { stderr, interrupts }: Surroundings,
  keyboard: Keyboard,
  question: (io: Io) => Promise<Answer>,
): Promise<Answer> {
  await keyboard.ready;
  const ends = [interrupts.stop, keyboard.gone];
  if (ends.some(({ aborted }) => aborted)) throw left();
  const leaving = new AbortController();
  const leave = (): void => leaving.abort();
  for (const end of ends) end.addEventListener('abort', leave, { once: true });
  try {
    return await question({ input: keyboard.listen(), output: outletOf(stderr), signal: leaving.signal });
  } catch (cause) {
    const { name } = cause as Error;
    if (name === 'ExitPromptError' || name === 'AbortPromptError') throw left(cause);
    throw cause;
  } finally {
    keyboard.ignore();
    for (const end of ends) end.removeEventListener('abort', leave);
  }
}

function left(cause?: unknown): CliError {
  return new CliError('cancelled', 'Stopped.', { cause });
}
