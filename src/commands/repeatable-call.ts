/** Which call is to be made again, by its id or `last`; and whether enough of it is known. */
import type { CommandSpec } from '../endpoints/define.js';
import { CliError } from '../errors.js';
import type { Call } from '../ledger/calls.js';
import type { Asked } from '../ledger/events.js';
import { findCall, listHint } from './call-by-id.js';
import { callsOf } from './journal-calls.js';
import type { Run } from './run.js';

/** A call that can be made again. */
export interface Repeatable {
  readonly call: Call;
  readonly asked: Asked;
  readonly spec: CommandSpec;
}

/**
 * Finds it.
 * @param typed an id, at least four letters of its beginning, or `last`: the newest that can be made again
 * @param specs the commands there are
 * @throws CliError `bad_input`: none, several, or one of which too little is known; `bad_file`
 */
export async function findRepeatable(
  run: Run,
  typed: string,
  specs: readonly CommandSpec[],
): Promise<Repeatable> {
  if (typed.trim().toLowerCase() === 'last') return findLast(run, specs);
  return asRepeatable(await findCall(run, typed, ', or last'), specs);
}

/** @throws CliError `bad_input` where not enough of it is known */
function asRepeatable(call: Call, specs: readonly CommandSpec[]): Repeatable {
  const { id, asked } = call.planned;
  if (asked === null) {
    throw new CliError('bad_input', `What ${id} asked for is not kept: it was made with --no-history.`);
  }
  const spec = specOf(asked, specs);
  if (spec) return { call, asked, spec };
  throw new CliError('bad_input', `${id} is a call of "${asked.spec}", which this version does not have.`);
}

async function findLast(run: Run, specs: readonly CommandSpec[]): Promise<Repeatable> {
  // The newest and no other: an older one, sent by mistake, would be paid.
  for await (const call of callsOf(run)) return asRepeatable(call, specs);
  throw new CliError('bad_input', 'There is no call yet.', { hint: listHint(run) });
}

function specOf({ spec }: Asked, specs: readonly CommandSpec[]): CommandSpec | undefined {
  return specs.find(({ name }) => name === spec);
}
