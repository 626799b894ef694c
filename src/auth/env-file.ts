/** The API key in a .env file: written and taken out, with all the rest of the file left as it is. */
import { chmod, lstat, mkdtemp, readdir, realpath, rmdir, stat, unlink, writeFile } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { CliError } from '../errors.js';
import { replaceWhole } from '../files/output.js';
import { keyIn, loadParse } from './env-key.js';
import { type EnvTarget, lookAtTarget } from './env-target.js';
import { dropVariable, setVariable } from './env-text.js';
import { KEY_VARIABLE } from './key-form.js';
import { codeOf, isUtf16, readIfThere } from './text-file.js';

const INSTEAD_OF_WRITING = 'To keep the key in the settings instead, leave out --env.';
const INSTEAD_OF_REMOVING = `Or take ${KEY_VARIABLE} out of the file by hand.`;

/**
 * What there is to know of a .env file before a key goes into it; nothing is changed.
 * @param path absolute
 * @returns the absolute path with links resolved, the key in it, and its permission bits (undefined: no such file)
 * @throws CliError `bad_file` when a key could not be written into it
 */
export async function inspectEnvFile(
  path: string,
): Promise<{ path: string; key: string | undefined; mode: number | undefined }> {
  const target = await lookAtTarget(path, INSTEAD_OF_WRITING);
  return { path: target.path, key: await keyIn(target.text ?? ''), mode: target.mode };
}

/**
 * Puts the key into a .env file, in place of the one that is there. Others can read the file at no moment: a new file
 * has mode 0600, an existing one loses what others had of it.
 * @param path absolute; links are followed
 * @param key characters \x21 to \x7e
 * @returns the file that was written, and the mode it had when others could read or write it, now no more
 * @throws CliError `bad_file`; the file is then as it was
 */
export async function writeKeyToEnvFile(
  path: string,
  key: string,
): Promise<{ path: string; narrowedFrom: number | undefined }> {
  const target = await lookAtTarget(path, INSTEAD_OF_WRITING);
  const text = setVariable(target.text ?? '', { name: KEY_VARIABLE, value: key }, await loadParse());
  if (text === undefined) {
    throw new CliError('bad_file', `This key cannot be written into ${target.path}.`, {
      hint: INSTEAD_OF_WRITING,
    });
  }
  await replace(target, text, (target.mode ?? 0o600) & 0o600, INSTEAD_OF_WRITING);
  return { path: target.path, narrowedFrom: await takenFromOthers(target) };
}

/**
 * Takes the key out of a .env file; a file with nothing else in it is removed. The mode stays.
 * @param path absolute; links are followed
 * @returns false where there was none, and nothing was changed
 * @throws CliError `bad_file`; the file is then as it was
 */
export async function removeKeyFromEnvFile(path: string): Promise<boolean> {
  const parse = await loadParse();
  await removeLeftovers(path);
  const bytes = await readIfThere(path, { code: 'bad_file', hint: INSTEAD_OF_REMOVING });
  if (bytes === undefined) return false;
  // What cannot be written does not matter as long as there is nothing to take out.
  if (!isUtf16(bytes) && !Object.hasOwn(parse(bytes.toString('utf8')), KEY_VARIABLE)) return false;
  const target = await lookAtTarget(path, INSTEAD_OF_REMOVING);
  const text = dropVariable(target.text ?? '', KEY_VARIABLE, parse);
  if (text === undefined) {
    throw new CliError(
      'bad_file',
      `${KEY_VARIABLE} cannot be taken out of ${target.path}: lines behind it belong to it, or it to what is before.`,
      {
        hint: INSTEAD_OF_REMOVING,
      },
    );
  }
  // A link would then lead nowhere.
  if (text.trim() === '' && !target.isLinked) await remove(target);
  else await replace(target, text, target.mode, INSTEAD_OF_REMOVING);
  return true;
}

async function replace(
  target: EnvTarget,
  text: string,
  mode: number | undefined,
  hint: string,
): Promise<void> {
  const { path } = target;
  try {
    // In a folder of its own, which git ignores whatever its patterns say: a crash may leave it behind, with the key.
    const nursery = await mkdtemp(join(dirname(path), NURSERY));
    try {
      // A umask may have taken even our own rights away.
      await chmod(nursery, 0o700).catch(() => {});
      await writeFile(join(nursery, SELF_IGNORE.name), SELF_IGNORE.text, { mode: 0o600 });
      await replaceWhole(path, Buffer.from(text), mode, join(nursery, basename(path)));
    } finally {
      await removeNursery(nursery, basename(path));
    }
  } catch (cause) {
    throw new CliError('bad_file', `${path} cannot be written (${codeOf(cause)}).`, { hint, cause });
  }
}

/** How the folders for the time being begin. */
const NURSERY = '.ideogram-env-';

/** Makes git ignore the folder that it lies in, itself too. */
const SELF_IGNORE = { name: '.gitignore', text: '*\n' };

/** What a process that was killed while it wrote has left behind: a key may be in it. Only what is surely ours. */
async function removeLeftovers(path: string): Promise<void> {
  const real = await realpath(path).catch(() => path);
  const folder = dirname(real);
  const names = (await readdir(folder).catch(() => [])).filter((name) => name.startsWith(NURSERY));
  for (const name of names) {
    const nursery = join(folder, name);
    // A cloned repository could hold a link of that name, and let it lead to somebody's .env.
    if (!(await lstat(nursery).catch(() => undefined))?.isDirectory()) continue;
    await removeNursery(nursery, basename(real));
  }
}

async function removeNursery(nursery: string, name: string): Promise<void> {
  for (const each of [name, SELF_IGNORE.name]) await unlink(join(nursery, each)).catch(() => {});
  await rmdir(nursery).catch(() => {});
}

async function remove({ path }: EnvTarget): Promise<void> {
  try {
    await unlink(path);
  } catch (cause) {
    throw new CliError('bad_file', `${path} cannot be removed (${codeOf(cause)}).`, {
      hint: INSTEAD_OF_REMOVING,
      cause,
    });
  }
}

/** By what became of it, not by what was asked for: Windows and some disks know no modes. */
async function takenFromOthers({ path, mode = 0 }: EnvTarget): Promise<number | undefined> {
  const now = await stat(path).catch(() => undefined);
  return now !== undefined && (mode & 0o077 & ~now.mode) !== 0 ? mode : undefined;
}
