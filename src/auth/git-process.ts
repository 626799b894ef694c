/** How git is asked a question in a folder that may be hostile: bounded, without a shell, and with nothing of the repository run. */
import { execFile } from 'node:child_process';
import { parse } from 'node:path';

export type Env = Readonly<Record<string, string | undefined>>;

/** Reading an index takes milliseconds; only a disk that hangs takes longer. */
const LIMIT_MS = 5_000;

/**
 * Runs a git command that only reads.
 * @param folder absolute; what git works in
 * @param env where git is found, and the user's settings
 * @returns its output; undefined where git is missing, hangs, or has no answer (no repository, somebody else's, broken)
 */
export async function runGit(folder: string, args: readonly string[], env: Env): Promise<string | undefined> {
  const options = {
    // Windows looks for programs in the current folder first, and a cloned repository can hold a git.exe.
    cwd: parse(folder).root,
    env: gitEnv(env),
    timeout: LIMIT_MS,
    // SIGTERM can be ignored.
    killSignal: 'SIGKILL',
    maxBuffer: 1024 * 1024,
    windowsHide: true,
  } as const;
  // A command that the repository's own .git/config names, and git would start.
  const command = ['-c', 'core.fsmonitor=false', '-C', folder, ...args];
  return new Promise((resolve) => {
    try {
      execFile('git', command, options, (error, stdout) => {
        // 1 is the answer of check-ignore that nothing is ignored.
        resolve(error === null || error.code === 1 ? stdout : undefined);
      });
    } catch {
      // A name or an environment that no process can be given.
      resolve(undefined);
    }
  });
}

/**
 * A git hook that runs this program sets GIT_DIR, GIT_INDEX_FILE and more, which would answer for another repository
 * than the folder's; tracing would write files. The user's settings (GIT_CONFIG_GLOBAL, GIT_CONFIG_COUNT ...) count:
 * files to ignore everywhere and folders to trust stand there.
 */
function gitEnv(env: Env): NodeJS.ProcessEnv {
  // The key is none of git's business, nor of what git may start.
  const kept = Object.entries(env).filter(([name]) => !/^GIT_(?!CONFIG)|^IDEOGRAM_API_KEY$/i.test(name));
  return {
    ...Object.fromEntries(kept),
    // A partial clone would else fetch what it lacks, by a command that its .git/config names.
    GIT_NO_LAZY_FETCH: '1',
    GIT_ALLOW_PROTOCOL: 'none',
    GIT_OPTIONAL_LOCKS: '0',
    GIT_TERMINAL_PROMPT: '0',
  };
}
