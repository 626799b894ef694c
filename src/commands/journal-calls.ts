/** The calls of this user, newest first, until Ctrl-C: for commands that look through all of them. */
import { CliError } from '../errors.js';
import { type Call, readCalls } from '../ledger/calls.js';
import { stateFolder } from '../ledger/state-folder.js';
import type { Run } from './run.js';

/**
 * Those of the sandbox, or all others.
 * @throws CliError `bad_file`, `bad_input` (IDEOGRAM_STATE_DIR), `cancelled`
 */
export async function* callsOf({ ctx, globals }: Pick<Run, 'ctx' | 'globals'>): AsyncGenerator<Call> {
  const folder = await stateFolder(ctx, globals.sandbox);
  for await (const call of readCalls(folder)) {
    if (ctx.interrupts.stop.aborted) throw new CliError('cancelled', 'Stopped.');
    yield call;
  }
}
