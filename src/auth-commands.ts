/** The family `auth` as commander is told of it: its commands are no endpoints, and take few options. */
import { type Command, Option } from 'commander';
import type { Start } from './command-tree.js';
import type { Example } from './endpoints/define.js';
import { OPTION_GROUPS } from './help.js';

/** Examples of its help pages, by the words of the command. */
export const AUTH_EXAMPLES: readonly (readonly [string, readonly Example[]])[] = [
  [
    'auth login',
    [
      { does: 'be asked for the key, and where to keep it', line: 'ideogram auth login' },
      { does: 'in a script, from a file or a secret', line: 'ideogram auth login --with-key < key.txt' },
      { does: 'for this folder only, in .env', line: 'ideogram auth login --env' },
    ],
  ],
  [
    'auth verify',
    [
      { does: 'does the API take my key? Free', line: 'ideogram auth verify' },
      { does: 'make a paid test image with it', line: 'ideogram auth verify --generate' },
      { does: 'in a script', line: 'ideogram auth verify --json | jq -r .verdict' },
    ],
  ],
  ['auth status', [{ does: 'which key would be used, and from where', line: 'ideogram auth status' }]],
  [
    'auth logout',
    [
      { does: 'out of your settings', line: 'ideogram auth logout' },
      { does: 'out of .env of this folder', line: 'ideogram auth logout --env' },
    ],
  ],
];

/** Registers the family. */
export function addAuthCommands(program: Command, start: Start): void {
  const auth = program
    .command('auth')
    .summary('keep, check and remove your API key')
    .description('Keep, check and remove the key of the Ideogram API.')
    .usage('<command>')
    .helpCommand(false)
    .helpOption('-h, --help', 'print this help');
  const add = (name: string, summary: string, description: string): Command =>
    auth
      .command(name)
      .summary(summary)
      .description(description)
      .usage('[options]')
      .helpOption('-h, --help', 'print this help');
  add(
    'login',
    'store your key, step by step',
    'Ask for your key, check it for nothing, and keep it: in the settings of your system (readable by you only), or in .env of this folder.',
  )
    .option('--with-key', 'read the key from standard input, ask nothing')
    .option('--env', 'keep it in .env of this folder; git is told to ignore that file')
    .option('--no-verify', 'keep it without a check')
    .action(async (options: { withKey?: boolean; env?: boolean; verify: boolean }, command: Command) => {
      const started = start(command);
      const { runLogin } = await import('./commands/auth-login.js');
      await runLogin(started, options);
    });
  add(
    'verify',
    'check that the API takes your key, for nothing',
    'Say which key is used, and ask the API about it. That is free; --generate makes a paid test image instead.',
  )
    .option('--generate', 'make a test image with it: paid, about $0.05 (V_2_TURBO)')
    .addOption(
      new Option('-o, --output <path>', 'file or folder/ of the test image').helpGroup(OPTION_GROUPS.output),
    )
    .action(async (options: { generate?: boolean; output?: string }, command: Command) => {
      const started = start(command);
      const { runVerify } = await import('./commands/auth-verify.js');
      await runVerify(started, options);
    });
  add(
    'status',
    'show which key is used, and which ones it hides',
    'Show which key would be used, where it is, and which ones it hides. Nothing is sent.',
  ).action(async (_options: object, command: Command) => {
    const started = start(command);
    const { runStatus } = await import('./commands/auth-status.js');
    await runStatus(started);
  });
  add('logout', 'remove the stored key', 'Take your key out of the settings, or out of .env of this folder.')
    .option('--env', 'out of .env of this folder')
    .action(async (options: { env?: boolean }, command: Command) => {
      const started = start(command);
      const { runLogout } = await import('./commands/auth-logout.js');
      await runLogout(started, options);
    });
}
