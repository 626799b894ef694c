/** Where the images of one command go: decided and proven before anything is paid. */
import { basename, dirname, extname, join, resolve, sep } from 'node:path';
import { CliError } from '../errors.js';
import { open } from './disk.js';
import { kindOf, makeFolder } from './folder.js';
import { exists, newToken, numbered, slugify, temporaryName } from './output.js';
import { removeQuietly } from './sink.js';

const MAX_STEM_BYTES = 200;

/** Where the images of one command go, checked before anything is paid. */
export type Target =
  | { readonly kind: 'stdout' }
  | {
      readonly kind: 'files';
      /** Absolute. */
      readonly folder: string;
      /** The name the user chose, without extension; undefined: made from what it is about and the seed. */
      readonly stem: string | undefined;
      /** What it is about, as part of a name. */
      readonly slug: string;
      readonly force: boolean;
      /** The call whose images they are: its temporary files bear its name. */
      readonly owner?: string | undefined;
    };

export interface TargetRequest {
  readonly cwd: string;
  /** What -o said: a file, a folder (exists, or ends with a separator), `-`; undefined: the current folder. */
  readonly output: string | undefined;
  readonly force: boolean;
  /** What it is about, the prompt say: for names where the user chose none. */
  readonly subject: string;
  /** Sidecars are written too, and must not meet files either. */
  readonly metadata: boolean;
  /** How many images are asked for. */
  readonly images: number;
  readonly stdoutIsTerminal: boolean;
  /** The call whose images they are. */
  readonly owner?: string | undefined;
}

/** Extensions the user may put at the end of -o: replaced by the one the bytes call for. */
const IMAGE_EXTENSIONS = ['.png', '.jpg', '.jpeg', '.webp'];

/**
 * Finds out where images will go. Nothing is made or written yet.
 * @throws CliError `usage` or `bad_input` when they can't go there
 */
export async function chooseTarget(request: TargetRequest): Promise<Target> {
  const { cwd, output, force, subject, owner } = request;
  if (output?.trim() === '') {
    throw new CliError('bad_input', '--output is empty.', { hint: 'Give a file, a folder/ or -.' });
  }
  if (output === '-') return stdoutTarget(request);
  const common = { kind: 'files', slug: slugify(subject), force, owner } as const;
  if (output === undefined) return { ...common, folder: cwd, stem: undefined };
  const path = resolve(cwd, output);
  const kind = await kindOf(path);
  if (kind === 'other') {
    throw new CliError('bad_input', `${output} is a device or a pipe, not a file.`, {
      hint: `Send the bytes there: -o - > ${output}`,
    });
  }
  if (kind === 'folder' || output.endsWith('/') || output.endsWith(sep)) {
    return { ...common, folder: path, stem: undefined };
  }
  const known = IMAGE_EXTENSIONS.includes(extname(path).toLowerCase());
  const stem = known ? basename(path, extname(path)) : basename(path);
  // A number and an extension still come behind it, in at most 255 bytes.
  if (Buffer.byteLength(stem) > MAX_STEM_BYTES) {
    throw new CliError('bad_input', 'The file name in --output is too long.');
  }
  const folder = dirname(path);
  if (!force) await refuseTaken(folder, stem, request);
  return { ...common, folder, stem };
}

/** The same target, for names made of what is now known to be its subject. */
export function aboutSubject(target: Target, subject: string): Target {
  return target.kind === 'files' ? { ...target, slug: slugify(subject) } : target;
}

function stdoutTarget({ images, stdoutIsTerminal }: TargetRequest): Target {
  if (images > 1) {
    throw new CliError('usage', 'Only one image can go to standard output.', {
      hint: 'Leave out --num-images, or give a folder: -o images/',
    });
  }
  if (stdoutIsTerminal) {
    throw new CliError('usage', 'Image bytes are not written to a terminal.', {
      hint: 'Redirect or pipe them (-o - > image.png), or give a file: -o image.png',
    });
  }
  return { kind: 'stdout' };
}

/** A name the user chose must be free before the image is paid for. */
async function refuseTaken(folder: string, stem: string, { images, metadata }: TargetRequest): Promise<void> {
  const extensions = metadata ? IMAGE_EXTENSIONS.flatMap((each) => [each, `${each}.json`]) : IMAGE_EXTENSIONS;
  for (let index = 0; index < images; index++) {
    for (const extension of extensions) {
      const path = join(folder, `${numbered(stem, index)}${extension}`);
      if (await exists(path)) {
        throw new CliError('bad_input', `${path} exists already.`, {
          hint: 'Use another name, or --force to replace it. The extension comes from the bytes, so all image types count.',
        });
      }
    }
  }
}

/**
 * Makes the folder and proves, by writing, that files can be put there: only that is true for quotas, root and network disks.
 * @throws CliError `bad_file`
 */
export async function prepareTarget(target: Target, images: number): Promise<void> {
  if (target.kind === 'stdout') return;
  try {
    await makeFolder(target.folder);
    // By the name it will have: some systems refuse letters that others take.
    const token = `${newToken(target.owner)}-${target.stem ?? target.slug}`;
    await writeProbe(temporaryName(target.folder, token), images);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    const why = ['EEXIST', 'ENOTDIR'].includes(code ?? '')
      ? 'a part of the path is a file'
      : (code ?? String(cause));
    throw new CliError('bad_file', `Nothing can be written into ${target.folder}: ${why}.`, {
      hint: 'Choose another place with --output. Nothing was sent.',
      cause,
    });
  }
}

/** Images are of this size and more: a disk that has no room for it is full. */
const PROBE_BYTES_PER_IMAGE = 1024 * 1024;
const PROBE_PIECE_BYTES = 256 * 1024;

/** Memory that is used for the first time takes longer than the write: a program that saves many has one piece for all. */
let zeros: Buffer | undefined;

async function writeProbe(path: string, images: number): Promise<void> {
  const file = await open(path, 'wx');
  try {
    // Without its name it takes room all the same, and is gone with the process, however that ends.
    await removeQuietly(path);
    zeros ??= Buffer.alloc(PROBE_PIECE_BYTES);
    for (let left = PROBE_BYTES_PER_IMAGE * images; left > 0; left -= zeros.length)
      await file.writeAll(zeros);
    // Some file systems find out only now that there is no room.
    await file.sync();
  } finally {
    try {
      await file.close();
    } finally {
      // Where a file that is open keeps its name, it goes now.
      await removeQuietly(path);
    }
  }
}
