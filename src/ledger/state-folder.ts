/** Where the program keeps what must outlive a command: the state folder, by the OS's convention or of one's own choice. */
import { isAbsolute, join } from 'node:path';
import type { Context } from '../context.js';
import { CliError } from '../errors.js';

/** A world of its own: what was rehearsed is never mistaken for what was paid. */
const SANDBOX_FOLDER = 'sandbox';

/**
 * The absolute path of the state folder; nothing is made.
 * ~/.local/state/ideogram, ~/Library/Application Support/ideogram or %LOCALAPPDATA%\\ideogram\\Data. docs: XDG base directories.
 * @param sandbox `sandbox` below it
 * @throws CliError `bad_input` where that would depend on the current folder: each would have a journal, and none would be whole
 */
export async function stateFolder(
  { env, platform }: Pick<Context, 'env' | 'platform'>,
  sandbox: boolean,
): Promise<string> {
  const folder = chosenFolder(env) ?? (await usualFolder(platform));
  return join(folder, sandbox ? SANDBOX_FOLDER : '');
}

function chosenFolder(env: Context['env']): string | undefined {
  const chosen = env.IDEOGRAM_STATE_DIR?.trim();
  if (!chosen) return undefined;
  if (isAbsolute(chosen)) return chosen;
  throw new CliError('bad_input', `IDEOGRAM_STATE_DIR is "${chosen}", which is not an absolute path.`, {
    hint: chosen.startsWith('~')
      ? 'Only a shell knows ~: write the path out.'
      : 'Write the path out, from the root.',
  });
}

async function usualFolder(platform: NodeJS.Platform): Promise<string> {
  const { default: envPaths } = await import('env-paths');
  const { data, log } = envPaths('ideogram', { suffix: '' });
  // On Linux that is where its "log" is: the folder for state.
  const usual = ['darwin', 'win32'].includes(platform) ? data : log;
  if (isAbsolute(usual)) return usual;
  throw new CliError(
    'bad_input',
    `The folder that paid images are kept track of in is not known: "${usual}" is not an absolute path.`,
    { hint: 'Set HOME or IDEOGRAM_STATE_DIR.' },
  );
}
