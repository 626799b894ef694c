// The program as one Node's users have it: the tarball installed globally into an empty folder, its command found on the PATH.
import { spawn, spawnSync } from 'node:child_process';
import { delimiter, dirname, join } from 'node:path';
import { spawn as openTerminal } from '@lydell/node-pty';
import { installGlobally } from '../package/install.mjs';

const IS_WINDOWS = process.platform === 'win32';

/**
 * @param node the binary of that Node
 * @param tarball from `packInto`
 * @param prefix an empty folder
 */
export function install(node, tarball, prefix) {
  const command = installGlobally(tarball, prefix, node);
  const path = [dirname(command), dirname(node), process.env.PATH].join(delimiter);
  // A command file of Windows needs its shell.
  const [file, shell] = IS_WINDOWS ? [`"${command}"`, true] : [command, false];

  /** No key, no settings, and a folder that is thrown away. */
  const env = (cwd, more = {}) => ({
    PATH: path,
    HOME: cwd,
    USERPROFILE: cwd,
    IDEOGRAM_CONFIG_DIR: join(cwd, '.config'),
    IDEOGRAM_STATE_DIR: join(cwd, '.state'),
    SystemRoot: process.env.SystemRoot,
    TERM: 'xterm-256color',
    ...more,
  });

  return {
    node,
    env,
    /** Runs it to its end. */
    run: (argv, { cwd, input = '', ...more }) =>
      spawnSync(file, argv, {
        cwd,
        shell,
        env: env(cwd, more),
        encoding: 'buffer',
        input: Buffer.from(input),
      }),
    /** Runs a line of the shell, in which it is called `ideogram`. */
    shell: (line, { cwd, ...more }) =>
      spawnSync(line, { cwd, shell: true, env: env(cwd, more), encoding: 'utf8' }),
    /** Leaves it running. */
    start: (argv, { cwd }) =>
      spawn(file, argv, { cwd, shell, env: env(cwd), stdio: ['ignore', 'pipe', 'ignore'] }),
    /** Answers its questions at a terminal, one after the other. */
    converse: (argv, { cwd, answers }) =>
      converse(openTerminal(command, argv, { cols: 80, rows: 30, cwd, env: env(cwd) }), answers),
  };
}

function converse(terminal, answers) {
  const open = [...answers];
  let screen = '';
  let unseen = '';
  terminal.onData((data) => {
    screen += data;
    unseen += data;
    if (open.length === 0 || !unseen.includes(open[0][0])) return;
    unseen = '';
    terminal.write(open.shift()[1]);
  });
  return new Promise((resolve) => {
    const timer = setTimeout(() => terminal.kill('SIGKILL'), 20_000);
    terminal.onExit(({ exitCode, signal }) => {
      clearTimeout(timer);
      resolve({ status: signal ? 128 + signal : exitCode, screen });
    });
  });
}
