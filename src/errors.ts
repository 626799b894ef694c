/** Every way to fail: the code a script can branch on, the exit status it ends with, and the error type that carries the remedy. */

/** Error code -> exit status of the process. docs/exit-codes.md describes the same table to users. */
export const EXIT_CODES = {
  internal: 1,
  usage: 2,
  bad_input: 2,
  bad_file: 2,
  rejected: 2,
  blocked: 3,
  no_key: 4,
  unauthorized: 4,
  forbidden: 4,
  network: 5,
  timeout: 5,
  server: 5,
  bad_response: 5,
  no_credit: 6,
  cost_cap: 6,
  busy: 7,
  partial: 8,
  cancelled: 130,
} as const;

/** What a command ends with when a signal stopped it: 128 and the signal's number, as shells expect. */
export const SIGNAL_STATUSES: Readonly<Record<string, number>> = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 };

/** Where keys, balance and usage are looked after. docs: API dashboard. */
export const DASHBOARD_URL = 'https://ideogram.ai/manage-api';

export type ErrorCode = keyof typeof EXIT_CODES;

/** Was money spent? `maybe`: the request may have been accepted and no usable answer came. */
export type Billed = 'no' | 'yes' | 'maybe';

export interface CliErrorOptions {
  /** The remedy, in one or a few lines; shown last. */
  hint?: string | undefined;
  /** HTTP status of the answer, where there was one. */
  status?: number | undefined;
  /** The server's name for the request, to quote to its support. */
  requestId?: string | undefined;
  /** Default `no`: most errors are found before anything is sent. */
  billed?: Billed | undefined;
  cause?: unknown;
}

/** A failure that is expected to happen to users: its message says the cause, its hint the remedy. Everything else is a bug. */
export class CliError extends Error {
  /** What library users know it as. */
  override readonly name = 'IdeogramError';
  readonly code: ErrorCode;
  readonly hint: string | undefined;
  readonly status: number | undefined;
  readonly requestId: string | undefined;
  readonly billed: Billed;
  readonly exitCode: number;

  constructor(code: ErrorCode, message: string, options: CliErrorOptions = {}) {
    super(message, { cause: options.cause });
    this.code = code;
    this.hint = options.hint;
    this.status = options.status;
    this.requestId = options.requestId;
    this.billed = options.billed ?? 'no';
    this.exitCode = EXIT_CODES[code];
  }
}

/** Any thrown value as a CliError; what is not one already is a bug of ours, code `internal`. */
export function toCliError(thrown: unknown): CliError {
  if (thrown instanceof CliError) return thrown;
  const message = thrown instanceof Error ? thrown.message : String(thrown);
  return new CliError('internal', `Unexpected error: ${message}`, {
    hint: 'This is a bug in ideogram-cli. Run the command again with --verbose and report what it prints.',
    cause: thrown,
  });
}
