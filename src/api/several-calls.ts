/** Several paid calls of one command: how many at once, and which failure ends them all. */
import { CliError, type ErrorCode, toCliError } from '../errors.js';

/** So many at once: well below what an account may have in flight. */
const AT_ONCE = 4;

/** What became of a call; undefined: it was not made. */
export type Result<Answer> = Answer | CliError | undefined;

export interface SeveralOptions<Answer> {
  /** No further call is made. */
  readonly stop: AbortSignal;
  /** Told of all results whenever a call is over; false: nobody wants the others any more. */
  readonly onResult?: (results: readonly Result<Answer>[]) => Promise<boolean>;
}

/**
 * Makes calls in their order, some at a time; ends early where going on makes no sense.
 * @returns what became of each; never rejects because of a call
 */
export async function callSeveral<Answer>(
  calls: readonly (() => Promise<Answer>)[],
  { stop, onResult = async () => true }: SeveralOptions<Answer>,
): Promise<Result<Answer>[]> {
  const results: Result<Answer>[] = calls.map(() => undefined);
  let isOver = false;
  const goesOn = () => !isOver && !stop.aborted;
  await someAtOnce(calls, { atOnce: AT_ONCE, goesOn }, async (call, index) => {
    const result = await call().catch(toCliError);
    results[index] = result;
    const isFinal = result instanceof CliError && !isAboutOne(result);
    if (isFinal || !(await onResult(results))) isOver = true;
  });
  return results;
}

/**
 * Works on items in their order, so many at a time.
 * @param goesOn asked before each: false, and no further one is begun
 * @throws what `work` does
 */
export async function someAtOnce<T>(
  items: readonly T[],
  { atOnce, goesOn }: { readonly atOnce: number; readonly goesOn: () => boolean },
  work: (item: T, index: number) => Promise<void>,
): Promise<void> {
  const waiting = [...items.entries()];
  const workOn = async (): Promise<void> => {
    for (let next = waiting.shift(); next !== undefined && goesOn(); next = waiting.shift()) {
      await work(next[1], next[0]);
    }
  };
  await Promise.all(Array.from({ length: atOnce }, workOn));
}

/** An answer of the API itself, which holds nothing: of one image it had nothing to say. */
export class EmptyAnswer extends CliError {}

/** Does a failure say something about one call only? After others, the next would fail alike, or be paid in vain. */
export function isAboutOne(error: CliError): boolean {
  return error instanceof EmptyAnswer || ['blocked', 'rejected', 'bad_file'].includes(error.code);
}

/** The failure that ended it all; where none did, the first. */
export function finalFailure(errors: readonly CliError[]): CliError | undefined {
  return errors.find((error) => !isAboutOne(error)) ?? errors[0];
}

/** The code of all failures together: of the one that ended it; where all failed alike, theirs; else `partial`. */
export function codeOfAll(errors: readonly CliError[], anyAnswered: boolean): ErrorCode {
  const final = finalFailure(errors);
  if (final === undefined) return 'partial';
  const alike = !anyAnswered && errors.every(({ code }) => code === final.code);
  return !isAboutOne(final) || alike ? final.code : 'partial';
}
