/** The command `resume` as commander is told of it: it is no endpoint, and costs nothing. */
import { Argument, type Command, Option } from 'commander';
import type { Start } from './command-tree.js';
import type { Example } from './endpoints/define.js';
import { OPTION_GROUPS } from './help.js';

/** Examples of its help page. */
export const RESUME_EXAMPLES: readonly Example[] = [
  { does: 'collect all that is paid and not here yet', line: 'ideogram resume' },
  { does: 'into another place, where the first has no room', line: 'ideogram resume -o rescued/' },
  { does: 'what a pipe took, once more', line: 'ideogram resume k3f9x2ma01 -o fox.png' },
];

interface Typed {
  output?: string;
  preview?: boolean;
  open?: boolean;
}

/** Registers it. */
export function addResumeCommand(program: Command, start: Start): void {
  program
    .command('resume')
    .summary('collect paid images that are not saved yet')
    .description(
      'Collect what is paid and not here: after a crash, a full disk, a broken line. Downloads are free. ' +
        'Says which links have expired, and which requests were never answered. Needs no key.',
    )
    .usage('[id...] [options]')
    .helpOption('-h, --help', 'print this help')
    .addArgument(
      new Argument('[id...]', 'only these calls, whatever became of them; as ideogram history lists them'),
    )
    .addOption(
      new Option(
        '-o, --output <path>',
        'file, folder/, or - for standard output, instead of where they were to go',
      ).helpGroup(OPTION_GROUPS.output),
    )
    .addOption(
      new Option('--preview', 'show the images in a terminal that can (not with -o -)').helpGroup(
        OPTION_GROUPS.output,
      ),
    )
    .addOption(
      new Option('--open', "open the images with the system's viewer (not with -o -)").helpGroup(
        OPTION_GROUPS.output,
      ),
    )
    .action(async (ids: string[], options: Typed, command: Command) => {
      const started = start(command);
      const { runResume } = await import('./commands/resume.js');
      await runResume(started, ids, options);
    });
}
