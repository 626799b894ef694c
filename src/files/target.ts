/** Where the images of one command go: decided and proven before anything is paid. */
import { mkdir, open, rm, stat } from 'node:fs/promises';
import { basename, dirname, extname, join, resolve, sep } from 'node:path';
import { CliError } from '../errors.js';
import { exists, numbered, temporaryName } from './output.js';

/** Where the images of one command go, checked before anything is paid. */
export type Target =
  | { readonly kind: 'stdout' }
  | {
      readonly kind: 'files';
      /** Absolute; exists. */
      readonly folder: string;
      /** The name the user chose, without extension; undefined: made from prompt and seed. */
      readonly stem: string | undefined;
      readonly force: boolean;
    };

export interface TargetRequest {
  readonly cwd: string;
  /** What -o said: a file, a folder (exists, or ends with a separator), `-`; undefined: the current folder. */
  readonly output: string | undefined;
  readonly force: boolean;
  /** How many images are asked for. */
  readonly images: number;
  readonly stdoutIsTerminal: boolean;
}

/** Extensions the user may put at the end of -o: replaced by the one the bytes call for. */
const IMAGE_EXTENSIONS = ['.png', '.jpg', '.jpeg', '.webp'];

/**
 * Finds out where images will go. Nothing is made or written yet.
 * @throws CliError `usage` or `bad_input` when they can't go there
 */
export async function chooseTarget(request: TargetRequest): Promise<Target> {
  const { cwd, output, force, images, stdoutIsTerminal } = request;
  if (output === '')
    throw new CliError('bad_input', '--output is empty.', { hint: 'Give a file, a folder/ or -.' });
  if (output === '-') return stdoutTarget(images, stdoutIsTerminal);
  if (output === undefined) return { kind: 'files', folder: cwd, stem: undefined, force };
  const path = resolve(cwd, output);
  if (/[/\\]$/.test(output.endsWith(sep) ? '/' : output.slice(-1)) || (await isFolder(path))) {
    return { kind: 'files', folder: path, stem: undefined, force };
  }
  const known = IMAGE_EXTENSIONS.includes(extname(path).toLowerCase());
  const stem = known ? basename(path, extname(path)) : basename(path);
  // A number and an extension still come behind it, in at most 255 bytes.
  if (Buffer.byteLength(stem) > 240)
    throw new CliError('bad_input', 'The file name in --output is too long.');
  const target = { kind: 'files', folder: dirname(path), stem, force } as const;
  if (!force) await refuseTaken(target, images);
  return target;
}

function stdoutTarget(images: number, terminal: boolean): Target {
  if (images > 1) {
    throw new CliError('usage', 'Only one image can go to standard output.', {
      hint: 'Leave out --num-images, or give a folder: -o images/',
    });
  }
  if (terminal) {
    throw new CliError('usage', 'Image bytes are not written to a terminal.', {
      hint: 'Redirect or pipe them (-o - > image.png), or give a file: -o image.png',
    });
  }
  return { kind: 'stdout' };
}

async function isFolder(path: string): Promise<boolean> {
  return stat(path).then(
    (info) => info.isDirectory(),
    () => false,
  );
}

/** A name the user chose must be free before the image is paid for. */
async function refuseTaken(target: Target & { kind: 'files' }, images: number): Promise<void> {
  for (let index = 0; index < images; index++) {
    for (const extension of IMAGE_EXTENSIONS) {
      const path = join(target.folder, `${numbered(target.stem ?? '', index)}${extension}`);
      if (await exists(path)) {
        throw new CliError('bad_input', `${path} exists already.`, {
          hint: 'Use another name, or --force to replace it.',
        });
      }
    }
  }
}

/**
 * Makes the folder and proves, by writing, that files can be put there: only that is true for quotas, root and network disks.
 * @throws CliError `bad_file`
 */
export async function prepareTarget(target: Target, token: string): Promise<void> {
  if (target.kind === 'stdout') return;
  try {
    await makeFolder(target.folder);
    const probe = temporaryName(target.folder, token);
    const handle = await open(probe, 'wx');
    await handle.close();
    await rm(probe);
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException;
    throw new CliError('bad_file', `Nothing can be written into ${target.folder} (${code}).`, {
      hint: 'Choose another place with --output. Nothing was sent.',
      cause,
    });
  }
}

/** Level by level: Node's own recursive mkdir never returns in some folders of /proc. */
async function makeFolder(path: string): Promise<void> {
  if (await isFolder(path)) return;
  const parent = dirname(path);
  if (parent !== path) await makeFolder(parent);
  await mkdir(path).catch(async (error: NodeJS.ErrnoException) => {
    // Another process may have made it in between.
    if (error.code !== 'EEXIST' || !(await isFolder(path))) throw error;
  });
}
