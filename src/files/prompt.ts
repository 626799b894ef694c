/** Where a prompt comes from: the text itself, standard input, or a file; and, where it is structured, its JSON. */
import { resolve } from 'node:path';
import type { Context } from '../context.js';
import { CliError } from '../errors.js';
import { readChecked } from './checked-file.js';
import { readStdin, STDIN_NAME } from './stdin.js';

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
      hint: 'Say what the picture shows: "a red fox reading a map"',
    });
  }
  return text;
}

async function readPromptText(ctx: PromptSource, typed: string): Promise<string> {
  if (typed === '-') return readText(ctx, typed);
  if (typed.startsWith('@@')) return typed.slice(1);
  if (!typed.startsWith('@')) return typed;
  const path = typed.slice(1);
  if (path === '') throw new CliError('bad_input', 'The prompt "@" names no file.');
  const hint =
    'A prompt can come from standard input: -\nOne that itself begins with @ is written with two of them: "@@...".';
  return readText(ctx, path, hint);
}

/**
 * A JSON object from a file or, for `-`, from standard input.
 * @throws CliError `bad_file` when there is none
 */
export async function readJsonObject(ctx: PromptSource, path: string): Promise<Record<string, unknown>> {
  const text = await readText(ctx, path);
  const source = nameOf(path);
  let value: unknown;
  try {
    value = JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (cause) {
    const why = text.trim() === '' ? 'is empty' : `is not JSON: ${(cause as Error).message}`;
    throw new CliError('bad_file', `${source} ${why}.`, { cause });
  }
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    return value as Record<string, unknown>;
  }
  throw new CliError('bad_file', `${source} is JSON, but not an object.`);
}

/** Text of at most a megabyte from a file or standard input. */
async function readText(ctx: PromptSource, path: string, hint?: string): Promise<string> {
  const bytes =
    path === '-'
      ? await readStdin(ctx, MAX_PROMPT_BYTES)
      : await readChecked(resolve(ctx.cwd, path), path, MAX_PROMPT_BYTES, hint);
  return decodeText(nameOf(path), bytes);
}

function nameOf(path: string): string {
  return path === '-' ? STDIN_NAME : path;
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
