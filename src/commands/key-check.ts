/** The free check of a key: what it came to, and what its failure means to the user. */
import { askForQuote, QUOTE_TIMEOUT_MS, quoteRequest } from '../api/price-quote.js';
import { CliError, type ErrorCode } from '../errors.js';
import type { Spinner } from '../terminal/spinner.js';
import { type Credential, connect } from './connection.js';
import { follow } from './progress.js';
import type { Run } from './run.js';
import { TEST_PROMPT, testImagePrice } from './test-image.js';

const WORDS = {
  accepted: 'accepted',
  refused: 'refused',
  forbidden: 'not allowed to do this',
  no_credit: 'no credit',
  unreachable: 'not checked: the API cannot be reached',
  unknown: 'not checked: the API did not say',
} as const;

/** `unreachable`: no answer came; `unknown`: an answer came that says nothing of the key. */
export type Verdict = keyof typeof WORDS;

export interface KeyCheck {
  readonly verdict: Verdict;
  /** Why it is not `accepted`. */
  readonly error: CliError | undefined;
  readonly credential: Credential;
}

/**
 * Asks the API about a key; nothing is made and nothing is billed.
 * @param key default: the one the lookup finds
 * @throws CliError `no_key`, `bad_input` (base URL), `cancelled`
 */
export async function checkKey(run: Run, key?: string): Promise<KeyCheck> {
  const { report } = run;
  const doing = 'Checking the key';
  let spinner: Spinner | undefined;
  const connection = await connect(run, (event) => follow(run, event, spinner, doing), {
    key,
    timeoutMs: QUOTE_TIMEOUT_MS,
  });
  const { credential } = connection;
  report.rehearsal = connection.sandbox;
  try {
    spinner = report.working(`${doing}...`);
    await askForQuote(connection.client, connection.baseUrl, quoteRequest(TEST_PROMPT));
    return { verdict: 'accepted', error: undefined, credential };
  } catch (thrown) {
    if (!(thrown instanceof CliError) || thrown.code === 'cancelled') throw thrown;
    return { verdict: verdictOf(thrown), error: explain(thrown), credential };
  } finally {
    spinner?.stop();
    await connection.close();
  }
}

export const VERDICTS = Object.keys(WORDS) as readonly Verdict[];

const BY_CODE: Partial<Readonly<Record<ErrorCode, Verdict>>> = {
  unauthorized: 'refused',
  forbidden: 'forbidden',
  no_credit: 'no_credit',
  network: 'unreachable',
  timeout: 'unreachable',
};

/** What a failed call says of the key it was made with. */
export function verdictOf({ code }: CliError): Verdict {
  return BY_CODE[code] ?? 'unknown';
}

/** A verdict for people. */
export function describeVerdict(verdict: Verdict): string {
  return WORDS[verdict];
}

/** An API that does not take the check has not refused the key. */
function explain(error: CliError): CliError {
  if (error.code !== 'rejected') return error;
  const { message, status, requestId, billed, cause } = error;
  return new CliError('rejected', message, {
    status,
    requestId,
    billed,
    cause,
    hint:
      'So this API does not know the free check, and the key is neither proved nor refused. Check IDEOGRAM_BASE_URL if you have set it.\n' +
      `A paid test image proves it (${testImagePrice()}): ideogram auth verify --generate`,
  });
}
