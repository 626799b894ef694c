/** Pictures of the sandbox, known by what is written in them: none of them is to be worked on for money. */
import { CliError } from '../errors.js';
import type { ImageFile } from './input.js';

/** What the sandbox writes into its pictures, right behind their head. */
const MARK = 'ideogram sandbox';
const MARK_WITHIN_BYTES = 4096;

/** @throws CliError `bad_file` */
export function refusePlaceholder({ source, type, bytes }: ImageFile): void {
  const head = Buffer.from(bytes.buffer, bytes.byteOffset, Math.min(bytes.byteLength, MARK_WITHIN_BYTES));
  if (type.name !== 'PNG' || !head.includes(MARK)) return;
  throw new CliError(
    'bad_file',
    `${source} is a placeholder picture of the sandbox, and the API would charge for it.`,
    {
      hint: 'For a whole line in the sandbox: export IDEOGRAM_SANDBOX=1. A --sandbox counts for the one command it stands at.',
    },
  );
}
