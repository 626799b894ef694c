/** What the user hands in: prompts from text, standard input or a file; images checked by their bytes and size before anything is sent. */
import { readFile, stat } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import type { Context } from '../context.js';
import { CliError } from '../errors.js';
import {
  HEAD_BYTES,
  type ImageType,
  isWholeImage,
  nameOtherContent,
  sniffImage,
  TAIL_BYTES,
} from './image-type.js';

/** docs: upload limits; bytes of one image, and of the whole request. */
const MAX_IMAGE_BYTES = 25 * 1024 * 1024;
const MAX_REQUEST_BYTES = 50 * 1024 * 1024;

/** A prompt is text somebody wrote; a megabyte of it is a mistake. */
const MAX_PROMPT_BYTES = 1024 * 1024;

/** An image as it will be sent. */
export interface ImageFile {
  /** As the user typed it. */
  readonly source: string;
  readonly filename: string;
  readonly type: ImageType;
  readonly bytes: Uint8Array;
}

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
  if (typed === '-') return decodeText('standard input', await readAll(ctx));
  if (typed.startsWith('@@')) return typed.slice(1);
  if (!typed.startsWith('@')) return typed;
  const path = typed.slice(1);
  if (path === '') throw new CliError('bad_input', 'The prompt "@" names no file.');
  const hint = 'A prompt that itself begins with @ is written with two of them: "@@...".';
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

async function readAll({ stdin, interrupts }: PromptSource): Promise<Uint8Array> {
  // Somebody who types the prompt must be able to leave with Ctrl-C.
  const leave = (): void => void stdin.destroy(new CliError('cancelled', 'Stopped.'));
  if (interrupts.stop.aborted) leave();
  interrupts.stop.addEventListener('abort', leave, { once: true });
  try {
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of stdin) {
      chunks.push(Buffer.from(chunk as Uint8Array));
      size += chunks.at(-1)?.length ?? 0;
      if (size > MAX_PROMPT_BYTES) break;
    }
    return Buffer.concat(chunks);
  } finally {
    interrupts.stop.removeEventListener('abort', leave);
  }
}

/** Reads a file of at most `limit` bytes; the errors name it as the user did. */
async function readChecked(path: string, shown: string, limit: number, hint?: string): Promise<Uint8Array> {
  try {
    const info = await stat(path);
    if (info.isDirectory()) throw new CliError('bad_file', `${shown} is a folder, not a file.`, { hint });
    if (info.size > limit) {
      throw new CliError('bad_file', `${shown} is too large: ${megabytes(info.size)}.`, {
        hint: `At most ${megabytes(limit)} are taken.`,
      });
    }
    return await readFile(path);
  } catch (cause) {
    if (cause instanceof CliError) throw cause;
    const { code } = cause as NodeJS.ErrnoException;
    const why = code === 'ENOENT' ? 'does not exist' : `cannot be read (${code})`;
    throw new CliError('bad_file', `${shown} ${why}.`, { hint, cause });
  }
}

/** Bytes for people: `25 MB`, `1.5 MB`. */
function megabytes(bytes: number): string {
  return `${Math.round((bytes / 1024 / 1024) * 10) / 10} MB`;
}

/**
 * Reads an image and checks that the API will take it: JPEG, PNG or WebP by its bytes, whole, at most 25 MB.
 * @throws CliError `bad_file`
 */
export async function readImage(ctx: Pick<Context, 'cwd'>, source: string): Promise<ImageFile> {
  const remote = /^https?:\/\//i.test(source);
  const hint = remote ? 'Download it first, and give the file.' : undefined;
  const bytes = await readChecked(resolve(ctx.cwd, source), source, MAX_IMAGE_BYTES, hint);
  if (bytes.length === 0) throw new CliError('bad_file', `${source} is empty.`);
  const head = bytes.subarray(0, 256);
  const type = sniffImage(head.subarray(0, HEAD_BYTES));
  if (type === undefined) {
    throw new CliError('bad_file', `${source} is ${nameOtherContent(head)}.`, {
      hint: 'The API takes JPEG, PNG and WebP. What counts is the content, not the name.',
    });
  }
  if (!isWholeImage(type, head, bytes.subarray(-TAIL_BYTES), bytes.length)) {
    throw new CliError('bad_file', `${source} is a ${type.name} that was cut short: its end is missing.`, {
      hint: 'Copy or export it again.',
    });
  }
  return { source, filename: filenameFor(source, type), type, bytes };
}

/** The name sent with the file: no folders, and an extension that tells the truth. */
function filenameFor(source: string, type: ImageType): string {
  const stem = basename(source).replace(/\.[^.]*$/, '') || 'image';
  return `${stem}.${type.extension}`;
}

/**
 * Width and height in pixels, as stored (not turned by EXIF).
 * @throws CliError `bad_file` when the image does not say
 */
async function imageSize(image: ImageFile): Promise<{ width: number; height: number }> {
  const { imageSize: measure } = await import('image-size');
  try {
    const { width, height } = measure(image.bytes);
    return { width, height };
  } catch (cause) {
    throw new CliError('bad_file', `${image.source} does not say its size; it may be damaged.`, { cause });
  }
}

/**
 * A mask fits its image only pixel for pixel.
 * @throws CliError `bad_file` when the sizes differ
 */
export async function checkMaskSize(mask: ImageFile, image: ImageFile): Promise<void> {
  const [a, b] = await Promise.all([imageSize(mask), imageSize(image)]);
  if (a.width === b.width && a.height === b.height) return;
  throw new CliError(
    'bad_file',
    `The mask ${mask.source} is ${a.width}x${a.height} pixels, its image ${image.source} is ${b.width}x${b.height}.`,
    { hint: 'Save the mask in the size of the image.' },
  );
}

/**
 * docs: a request may hold 50 MB.
 * @throws CliError `bad_file` when the images together are larger
 */
export function checkRequestSize(images: readonly ImageFile[]): void {
  const total = images.reduce((sum, image) => sum + image.bytes.byteLength, 0);
  if (total <= MAX_REQUEST_BYTES) return;
  throw new CliError('bad_file', `The images are ${megabytes(total)} together.`, {
    hint: `A request takes at most ${megabytes(MAX_REQUEST_BYTES)}: use fewer or smaller images.`,
  });
}
