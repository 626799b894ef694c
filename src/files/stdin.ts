/** Standard input, read to its end: by one reader, bounded, and given up when the user stops the program. */
import type { Context } from '../context.js';
import { CliError } from '../errors.js';

/** What bytes that came through a pipe are called. */
export const STDIN_NAME = 'standard input';

/**
 * Standard input can be read once.
 * @param readers what each reader is to the user, as `The image` or `--mask`
 * @throws CliError `usage` when there are several
 */
export function refuseSecondReader(readers: readonly string[]): void {
  if (readers.length < 2) return;
  const names = [...new Set(readers)];
  const who =
    names.length === 1 ? `${names[0]} cannot be - twice` : `${names.join(' and ')} cannot both be -`;
  throw new CliError('usage', `Standard input (-) can be read once only: ${who}.`, {
    hint: 'Give the others as files.',
  });
}

/**
 * All that comes, up to its end.
 * @param maxBytes where it is more, reading ends soon after so many: the caller sees by the length that it is too much
 * @throws CliError `cancelled` on Ctrl-C: somebody who types must be able to leave; `bad_file` where it cannot be read
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
  } catch (cause) {
    if (cause instanceof CliError) throw cause;
    const { code, message } = cause as NodeJS.ErrnoException;
    throw new CliError('bad_file', `Standard input cannot be read (${code ?? message}).`, { cause });
  } finally {
    interrupts.stop.removeEventListener('abort', leave);
  }
}
