/** Which call of the journal is meant by an id, or by the beginning of one. */
import { CliError } from '../errors.js';
import { CALL_ID_LENGTH } from '../ledger/call-id.js';
import type { Call } from '../ledger/calls.js';
import { entryOf, oneLine, subjectOf } from './history-entry.js';
import { callsOf } from './journal-calls.js';
import type { Run } from './run.js';

const MIN_LETTERS = 4;
/** Of more ids than this nobody reads the list. */
const MAX_LISTED = 10;

/**
 * Finds it.
 * @param typed an id, or at least four letters of its beginning
 * @param others what else could have been typed, for the hint: ` or last`
 * @throws CliError `bad_input`: none, or several; `bad_file`
 */
export async function findCall(run: Run, typed: string, others = ''): Promise<Call> {
  const word = typed.trim().toLowerCase();
  if (!/^[0-9a-z]+$/.test(word) || word.length < MIN_LETTERS || word.length > CALL_ID_LENGTH) {
    throw new CliError('bad_input', `"${typed}" is not the id of a call.`, {
      hint: `Give an id, at least its first ${MIN_LETTERS} letters${others}. ${listHint(run)}`,
    });
  }
  const found: Call[] = [];
  for await (const call of callsOf(run)) {
    if (!call.planned.id.startsWith(word)) continue;
    found.push(call);
    if (word.length === CALL_ID_LENGTH) break;
  }
  const [call, ...more] = found;
  if (call === undefined) {
    throw new CliError('bad_input', `There is no call ${word}.`, { hint: listHint(run) });
  }
  if (more.length > 0) throw severalCalls(run, word, found);
  return call;
}

function severalCalls({ globals }: Run, word: string, found: readonly Call[]): CliError {
  const lines = found.slice(0, MAX_LISTED).map((call) => {
    const entry = entryOf(call, globals.sandbox);
    return `${entry.id}  ${entry.command}  ${oneLine(subjectOf(entry))}`;
  });
  const more = found.length > lines.length ? [`and ${found.length - lines.length} more`] : [];
  return new CliError('bad_input', `${found.length} calls begin with ${word}.`, {
    hint: [...lines, ...more].join('\n'),
  });
}

/** Where ids are listed: the sandbox has a history of its own. */
export function listHint({ globals }: Run): string {
  return globals.sandbox
    ? 'ideogram history --sandbox lists them.'
    : 'ideogram history lists them, and ideogram history --sandbox those of the sandbox.';
}
