/** Standard input, read to its end: bounded, and given up when the user stops the program. */
import type { Context } from '../context.js';
import { CliError } from '../errors.js';

/**
 * All that comes, up to its end.
 * @param maxBytes where it is more, reading ends soon after so many: the caller sees by the length that it is too much
 * @throws CliError `cancelled` on Ctrl-C: somebody who types must be able to leave
 */
export async function readStdin(
  { stdin, interrupts }: Pick<Context, 'stdin' | 'interrupts'>,
  maxBytes: number,
): Promise<Uint8Array> {
  const leave = (): void => void stdin.destroy(new CliError('cancelled', 'Stopped.'));
  if (interrupts.stop.aborted) leave();
  interrupts.stop.addEventListener('abort', leave, { once: true });
  try {
    const chunks: Buffer[] = [];
    let size = 0;
    for await (const chunk of stdin) {
      chunks.push(Buffer.from(chunk as Uint8Array));
      size += chunks.at(-1)?.length ?? 0;
      if (size > maxBytes) break;
    }
    return Buffer.concat(chunks);
  } finally {
    interrupts.stop.removeEventListener('abort', leave);
  }
}
