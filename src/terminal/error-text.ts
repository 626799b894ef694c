/** How a failure is told: to people in lines, to programs as one object. */
import { type Billed, type CliError, EXIT_CODES } from '../errors.js';

/** What `billed` means, for people. */
const BILLED: Readonly<Record<Billed, string>> = {
  no: 'Nothing was billed.',
  maybe: 'This may have been billed: the request was sent, and no usable answer came.',
  yes: 'This was billed.',
};

/** The error for programs; docs/json.md describes each field. */
export function errorObject(error: CliError, rehearsal: boolean): object {
  const { code, message, hint, status, requestId, billed } = error;
  return {
    ok: false,
    error: {
      code,
      message,
      hint: hint ?? null,
      status: status ?? null,
      requestId: requestId ?? null,
      billed,
    },
    ...(rehearsal ? { sandbox: true } : {}),
  };
}

/**
 * The error for people: cause, whether money was spent, remedy.
 * @param rehearsal the sandbox answered, and no money is meant
 */
export function errorText(error: CliError, rehearsal: boolean, verbose: boolean): string[] {
  const lines = [error.message];
  // Before anything was sent, "nothing was billed" goes without saying.
  if (error.billed !== 'no' || error.status !== undefined) {
    lines.push(`  ${rehearsal ? 'With the real API: ' : ''}${BILLED[error.billed]}`);
  }
  if (error.requestId) lines.push(`  Request id: ${error.requestId}`);
  for (const line of error.hint?.split('\n') ?? []) lines.push(`  ${line}`);
  const bug = error.exitCode === EXIT_CODES.internal && verbose;
  if (bug && error.cause instanceof Error && error.cause.stack) lines.push(error.cause.stack);
  return lines;
}
