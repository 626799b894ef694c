/** The scripts as the program prints them, in a folder with files to complete; the shells that are on this machine; and what each must answer. */
import { spawnSync } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { onTestFinished } from 'vitest';
import { runCli } from '../support/run.js';
import { cleanEnv } from '../support/spawn.js';

export type Shell = 'bash' | 'zsh' | 'fish';

/** How a group of tests is titled, and whether it runs: a shell that is not there is not checked, and the title says so. */
export function shellTests(shell: Shell): { title: string; absent: boolean } {
  const absent = spawnSync(shell, ['--version']).status !== 0;
  return { title: absent ? `NOT CHECKED: ${shell} is not on this machine` : `in ${shell}`, absent };
}

/** The script on standard output. */
export async function scriptFor(shell: Shell): Promise<string> {
  const { status, stdout, stderr } = await runCli(['completion', shell]);
  if (status !== 0) throw new Error(stderr);
  return stdout;
}

/** A folder with the script, or another text, in it, and a folder of files to be completed. */
export async function createPlace(
  shell: Shell,
  text?: string,
): Promise<{ folder: string; files: string; script: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'ideogram-completion-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const files = join(folder, 'files');
  await mkdir(join(files, 'photos'), { recursive: true });
  for (const name of ['fox.png', 'my dog.jpg', 'prompt.txt']) await writeFile(join(files, name), '');
  const script = join(folder, `ideogram.${shell}`);
  await writeFile(script, text ?? (await scriptFor(shell)));
  return { folder, files, script };
}

/** Runs a shell to its end. */
export function runShell(
  shell: Shell,
  argv: readonly string[],
  { folder, files }: { folder: string; files: string },
): { status: number | null; stdout: string; stderr: string } {
  const env = { ...cleanEnv(folder), TERM: 'dumb', LC_ALL: 'C.UTF-8' };
  return spawnSync(shell, argv, { cwd: files, env, encoding: 'utf8', timeout: 15_000 });
}

/** A shell on a terminal of its own, in the folder of files. */
export interface Typing {
  type(keys: string): void;
  /** Resolves when it has ended; one that hangs is killed. */
  readonly ended: Promise<void>;
  /** Resolves when the text has been seen. */
  see(text: string): Promise<void>;
  /** All that was written to the terminal. */
  screen(): string;
}

/** Starts it; ends it where it hangs. */
export async function startShell(
  shell: Shell,
  argv: readonly string[],
  { folder, files }: { folder: string; files: string },
  extra: Record<string, string> = {},
): Promise<Typing> {
  const { spawn } = await import('@lydell/node-pty');
  const env = { ...cleanEnv(folder), TERM: 'dumb', LC_ALL: 'C.UTF-8', ...extra } as Record<string, string>;
  const pty = spawn(shell, [...argv], { cwd: files, env, cols: 200 });
  const timer = setTimeout(() => pty.kill('SIGKILL'), 15_000);
  let seen = '';
  const waiting = new Set<() => void>();
  pty.onData((data) => {
    seen += data;
    for (const look of waiting) look();
  });
  const ended = new Promise<void>((resolve) =>
    pty.onExit(() => {
      clearTimeout(timer);
      resolve();
    }),
  );
  const see = (text: string): Promise<void> =>
    new Promise((resolve) => {
      const look = (): void => {
        if (seen.includes(text)) resolve();
      };
      waiting.add(look);
      look();
    });
  return { type: (keys) => pty.write(keys), ended, see, screen: () => seen };
}

/** Lines that one TAB completes, and what they become, but for a blank or = behind. */
export const COMPLETED: readonly (readonly [typed: string, becomes: string])[] = [
  ['ideogram gen', 'ideogram generate'],
  ['echo x | ideogram gen', 'echo x | ideogram generate'],
  ['FOO=1 ideogram gen', 'FOO=1 ideogram generate'],
  ['ideogram --json gen', 'ideogram --json generate'],
  ['ideogram --timeout 5 auth veri', 'ideogram --timeout 5 auth verify'],
  ['ideogram --timeout=5 auth veri', 'ideogram --timeout=5 auth verify'],
  ['ideogram help auth veri', 'ideogram help auth verify'],
  ['ideogram help exit', 'ideogram help exit-codes'],
  ['ideogram again la', 'ideogram again last'],
  ['ideogram again last --see', 'ideogram again last --seed'],
  ['ideogram completion fi', 'ideogram completion fish'],
  ['ideogram generate fox --see', 'ideogram generate fox --seed'],
  ['ideogram generate "a b" --see', 'ideogram generate "a b" --seed'],
  ['ideogram generate a\\ b --see', 'ideogram generate a\\ b --seed'],
  ['ideogram generate ü --see', 'ideogram generate ü --seed'],
  ['ideogram generate "auth" --see', 'ideogram generate "auth" --seed'],
  // An option that may be repeated.
  ['ideogram edit a.png --style-code x --style-co', 'ideogram edit a.png --style-code x --style-code'],
  // Values, however they are joined, in any case of letters.
  ['ideogram generate --rendering-speed tur', 'ideogram generate --rendering-speed TURBO'],
  ['ideogram generate --rendering-speed=tur', 'ideogram generate --rendering-speed=TURBO'],
  ['ideogram generate --style-preset oil', 'ideogram generate --style-preset OIL_PAINTING'],
  ['ideogram generate -m V_2A_', 'ideogram generate -m V_2A_TURBO'],
  ['ideogram generate --color-palette EM', 'ideogram generate --color-palette EMBER'],
  ['ideogram models --options style-pr', 'ideogram models --options style-preset'],
  // Colons, at which readline cuts.
  ['ideogram generate -a 16:9', 'ideogram generate -a 16:9'],
  ['ideogram generate -a 10:', 'ideogram generate -a 10:16'],
  ['ideogram generate --aspect-ratio=10:', 'ideogram generate --aspect-ratio=10:16'],
  // Files.
  ['ideogram edit fo', 'ideogram edit fox.png'],
  ['ideogram edit --mask fo', 'ideogram edit --mask fox.png'],
  ['ideogram edit --mask=fo', 'ideogram edit --mask=fox.png'],
  ['ideogram edit --mask ph', 'ideogram edit --mask photos/'],
  ['ideogram describe a.png fo', 'ideogram describe a.png fox.png'],
  ['ideogram edit -- fo', 'ideogram edit -- fox.png'],
  ['ideogram generate -o ph', 'ideogram generate -o photos/'],
  ['ideogram generate --json-prompt pro', 'ideogram generate --json-prompt prompt.txt'],
  ['ideogram generate @pr', 'ideogram generate @prompt.txt'],
  ['ideogram generate @ph', 'ideogram generate @photos/'],
  ['ideogram edit fox.png -p @pr', 'ideogram edit fox.png -p @prompt.txt'],
];

/** Lines at which nothing is offered: free text, what is there already, and what is no option behind --. */
export const SILENT: readonly string[] = [
  'ideogram generate --seed ',
  'ideogram generate --seed=',
  'ideogram generate --seed fo',
  'ideogram generate --negative-prompt fo',
  'ideogram generate fo',
  'ideogram history fo',
  'ideogram resume fo',
  'ideogram generate --seed 4 --see',
  'ideogram generate --seed=4 --see',
  'ideogram generate -n4 --num',
  'ideogram generate -qn 4 --num',
  'ideogram generate -- --see',
  'ideogram generate "edit --see',
  'ideogram generate "edit" --mas',
  'ideogram auth status --dry',
  'ideogram nothing --see',
];

/** What is offered, in the order of the alphabet. */
export const OFFERED: readonly (readonly [typed: string, words: readonly string[]])[] = [
  ['ideogram re', ['reframe', 'remix', 'remove-background', 'remove-object', 'replace-background', 'resume']],
  ['ideogram auth lo', ['login', 'logout']],
  ['ideogram completion ', ['bash', 'fish', 'zsh']],
  ['ideogram generate --magic-prompt ', ['AUTO', 'OFF', 'ON']],
  ['ideogram generate --magic-prompt o', ['OFF', 'ON']],
  ['ideogram auth login --w', ['--with-key']],
  ['ideogram generate --output', ['--output', '--output-resolution']],
];

export const ALL_LINES = [
  ...COMPLETED.map(([typed]) => typed),
  ...SILENT,
  ...OFFERED.map(([typed]) => typed),
];
