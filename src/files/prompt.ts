/** Where a prompt comes from: the text itself, standard input, or a file. */
import { resolve } from 'node:path';
import type { Context } from '../context.js';
import { CliError } from '../errors.js';
import { readChecked } from './input.js';
import { readStdin } from './stdin.js';

/** A prompt is text somebody wrote; a megabyte of it is a mistake. */
const MAX_PROMPT_BYTES = 1024 * 1024;

/** What a prompt may be read from, and what ends the reading. */
type PromptSource = Pick<Context, 'cwd' | 'stdin' | 'interrupts'>;

/**
 * The prompt behind what was typed: the text itself, `-` for standard input, `@file`; `@@` stands for a real @.
 * @throws CliError `bad_input` when it is empty, `bad_file` when the file cannot be read as UTF-8 text
 */
export async function readPrompt(ctx: PromptSource, typed: string): Promise<string> {
  const text = await readPromptText(ctx, typed);
  if (text.trim() === '') {
    throw new CliError('bad_input', 'The prompt is empty.', {
      hint: 'Say what the picture shows: ideogram generate "a red fox reading a map"',
    });
  }
  return text;
}

async function readPromptText(ctx: PromptSource, typed: string): Promise<string> {
  if (typed === '-') return decodeText('standard input', await readStdin(ctx, MAX_PROMPT_BYTES));
  if (typed.startsWith('@@')) return typed.slice(1);
  if (!typed.startsWith('@')) return typed;
  const path = typed.slice(1);
  if (path === '') throw new CliError('bad_input', 'The prompt "@" names no file.');
  const hint =
    'A prompt can come from standard input: -\nOne that itself begins with @ is written with two of them: "@@...".';
  return decodeText(path, await readChecked(resolve(ctx.cwd, path), path, MAX_PROMPT_BYTES, hint));
}

function decodeText(source: string, bytes: Uint8Array): string {
  if (bytes.length > MAX_PROMPT_BYTES) {
    throw new CliError('bad_file', `The prompt from ${source} is larger than 1 MB.`);
  }
  try {
    // The line break with which editors and echo end a file is not part of the prompt.
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes).replace(/\r?\n$/, '');
  } catch (cause) {
    throw new CliError('bad_file', `The prompt from ${source} is not UTF-8 text.`, { cause });
  }
}
