/** Whether some bytes are an image the API takes, and if not, what they are and which command mends it. */
import { basename } from 'node:path';
import { CliError } from '../errors.js';
import { convertCommand, type Origin, type Oversized, shrinkCommand } from './image-remedy.js';
import {
  type ImageType,
  isWholeImage,
  NAMING_BYTES,
  nameOtherContent,
  sniffImage,
  sourceOf,
} from './image-type.js';
import type { ImageFile } from './input.js';
import { megabytes, sizeAbove } from './upload-limits.js';

/** Bytes that may be an image, and how to speak of them. */
export interface Candidate {
  /** What messages call it. */
  readonly source: string;
  readonly origin: Origin;
  readonly platform: NodeJS.Platform;
}

/**
 * The image as it will be sent: JPEG, PNG or WebP by its bytes, and whole.
 * @throws CliError `bad_file`
 */
export async function checkImage(candidate: Candidate, bytes: Uint8Array): Promise<ImageFile> {
  const { source, origin } = candidate;
  const type = await checkType(candidate, bytes);
  if (!(await isWholeImage(type, sourceOf(bytes), bytes.length))) {
    throw new CliError('bad_file', `${source} is a ${type.name} that was cut short: its end is missing.`, {
      hint: origin.kind === 'file' ? 'Copy or export it again.' : 'Save it as a file, and look at that.',
    });
  }
  return { source, filename: filenameFor(nameOf(origin), type), type, bytes };
}

/**
 * The type, by the first bytes.
 * @param head at least NAMING_BYTES of them, where there are so many
 * @throws CliError `bad_file` that says what it is instead
 */
export async function checkType(
  { source, origin, platform }: Candidate,
  head: Uint8Array,
): Promise<ImageType> {
  const type = sniffImage(head);
  if (type !== undefined) return type;
  if (head.length === 0)
    throw new CliError('bad_file', `${source} is empty.`, { hint: 'Copy or export it again.' });
  const what = nameOtherContent(head.subarray(0, NAMING_BYTES));
  const command = await convertCommand(what, origin, platform);
  const remedy = command === undefined ? otherRemedy(what, origin) : convertRemedy(command, origin);
  // Words are not even a picture of another kind.
  const told = /^(plain text|JSON)$/.test(what) ? `no image but ${what}` : what;
  throw new CliError('bad_file', `${source} is ${told}.`, {
    hint: ['The API takes JPEG, PNG and WebP. What counts is the content, not the name.', ...remedy].join(
      '\n',
    ),
  });
}

function convertRemedy(command: string, { kind }: Origin): string[] {
  if (kind === 'stdin') return [`Convert it on the way: ... | ${command} | ideogram ...`];
  return [
    `${kind === 'url' ? 'Save it as a file, convert that, and give the file' : 'Convert it'}: ${command}`,
  ];
}

function otherRemedy(what: string, { kind }: Origin): string[] {
  if (kind === 'stdin') {
    return ['The command before it must write the image itself (-o -), or its result as JSON (--json).'];
  }
  if (kind === 'url' && what === 'a web page') {
    return ['It may be the page around the image: give the address of the image itself.'];
  }
  return [];
}

/** An image of more bytes than are taken, as an error with the command that shrinks it. */
export async function tooLarge(
  { source, origin, platform }: Candidate,
  image: Omit<Oversized, 'origin'>,
  limit: number,
): Promise<CliError> {
  const { size } = image;
  const command = await shrinkCommand({ ...image, origin }, limit, platform);
  const ways = {
    file: `Make it smaller: ${command}`,
    stdin: `Make it smaller on the way: ... | ${command} | ideogram ...`,
    url: `Save it as a file, make that smaller, and give the file: ${command}`,
  };
  const told = size === undefined ? `more than ${megabytes(limit)}` : sizeAbove(limit, size);
  return new CliError('bad_file', `${source} is too large: ${told}.`, {
    hint: `At most ${megabytes(limit)} are taken.\n${ways[origin.kind]}`,
  });
}

function nameOf(origin: Origin): string {
  if (origin.kind === 'stdin') return 'image';
  return origin.kind === 'file' ? origin.path : origin.name;
}

/** The name sent with the file: no folders, and an extension that tells the truth. */
function filenameFor(path: string, type: ImageType): string {
  const stem = basename(path).replace(/\.[^.]*$/, '') || 'image';
  return `${stem}.${type.extension}`;
}
