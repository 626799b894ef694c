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
  unreachable: 'not checked: no answer came',
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

/** What was found out about a key before it is kept. */
export type Checked = Verdict | 'unchecked';

/** A verdict for people. */
export function describeVerdict(verdict: Checked): string {
  return verdict === 'unchecked' ? 'not checked' : WORDS[verdict];
}

/** What the failure of the check means, where the usual remedy does not: the check's request is not the user's. */
function explain(error: CliError): CliError {
  const { code, message, status, requestId, billed, cause } = error;
  if (code !== 'rejected' && code !== 'blocked') return error;
  const hint = status === 404 || status === 405 ? UNKNOWN_CHECK : OTHER_REFUSAL;
  return new CliError(code, message, { status, requestId, billed, cause, hint });
}

const UNKNOWN_CHECK =
  'So this API does not know the free check, and the key is neither proved nor refused. Check IDEOGRAM_BASE_URL if you have set it.\n' +
  `A paid test image proves it (${testImagePrice()}): ideogram auth verify --generate`;

const OTHER_REFUSAL =
  'The API did not take the check itself; that says nothing of the key. A newer ideogram-cli may be needed.';
