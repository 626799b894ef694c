/** The command `auth verify`: says which key is used and whether the API takes it; free, unless a test image is asked for. */
import { quoteRequest } from '../api/price-quote.js';
import { CliError } from '../errors.js';
import { labelled } from '../terminal/text.js';
import { describeCredential } from './auth-credential.js';
import type { Connection } from './connection.js';
import { showDryRun, shownRequest } from './dry-run.js';
import { checkKey, describeVerdict, type Verdict, verdictOf } from './key-check.js';
import { imageRows, type Outcome, resultJson, unheardError } from './outcome.js';
import { costOf, type Prepared } from './prepare.js';
import { plannedBaseUrl, type Run } from './run.js';
import { makeTestImage, prepareTestImage, TEST_PROMPT } from './test-image.js';

const COMMAND = 'auth verify';

export interface VerifyOptions {
  /** Make the paid test image. */
  readonly generate?: boolean;
  /** Where the test image goes. */
  readonly output?: string;
}

/** What is told in the end, whatever it came to. */
interface Findings {
  readonly verdict: Verdict;
  readonly credential: Connection['credential'];
  /** Of the test image, where one was made. */
  readonly outcome?: Outcome | undefined;
  readonly error: CliError | undefined;
}

/** @throws CliError what the key was found to be, where that is not `accepted`; `no_key`, `usage`, `cost_cap`, `bad_file` */
export async function runVerify(run: Run, options: VerifyOptions): Promise<void> {
  refuseOutput(options);
  const prepared = options.generate ? await prepareTestImage(run, options.output) : undefined;
  if (run.globals.dryRun) return showRequest(run, prepared);
  const findings: Findings = prepared ? await proveByImage(run, prepared) : await checkKey(run);
  const { outcome, error } = findings;
  try {
    await tell(run, findings);
  } catch (cause) {
    throw error ?? (outcome ? unheardError(outcome, cause) : cause);
  }
  if (error) throw error;
}

function refuseOutput({ generate, output }: VerifyOptions): void {
  if (output === undefined) return;
  if (!generate) {
    throw new CliError('usage', '--output is for the test image, and the free check makes none.', {
      hint: 'Add --generate to make one, or leave --output out.',
    });
  }
  if (output === '-') {
    throw new CliError('usage', 'Standard output is for the verdict; the test image goes into a file.', {
      hint: 'Give a file or folder: -o test.png',
    });
  }
}

function showRequest(run: Run, prepared: Prepared | undefined): Promise<void> {
  const baseUrl = plannedBaseUrl(run);
  if (prepared) {
    const { plan, request, images } = prepared;
    const cost = costOf(run.globals.sandbox, plan, images);
    return showDryRun(run, {
      command: COMMAND,
      model: plan.model,
      baseUrl,
      requests: [shownRequest(request)],
      cost,
    });
  }
  const { method, path, model, document } = quoteRequest(TEST_PROMPT);
  return showDryRun(run, {
    command: COMMAND,
    model,
    baseUrl,
    requests: [{ method, path, contentType: 'application/json', body: { ...document }, files: [] }],
    cost: { usd: 0, basis: 'the API names its price and makes nothing' },
  });
}

async function proveByImage(run: Run, prepared: Prepared): Promise<Findings> {
  let credential: Findings['credential'] | undefined;
  const onConnected = (used: Findings['credential']): void => {
    credential = used;
  };
  try {
    const { outcome, error } = await makeTestImage(run, COMMAND, prepared, { onConnected });
    return { verdict: 'accepted', credential: credential as Findings['credential'], outcome, error };
  } catch (error) {
    // Without a key, or stopped, there is no verdict to tell.
    if (!credential || !(error instanceof CliError) || error.code === 'cancelled') throw error;
    return { verdict: verdictOf(error), credential, error };
  }
}

async function tell({ report, ctx }: Run, { verdict, credential, outcome, error }: Findings): Promise<void> {
  const { key, source, path = null } = credential;
  if (report.mode.json) {
    const ok = error === undefined;
    const rest = outcome
      ? resultJson(outcome, ok, report.warnings)
      : { ok, command: COMMAND, sandbox: report.rehearsal, warnings: report.warnings };
    return report.json({ ok, command: COMMAND, verdict, key, source, path, ...rest });
  }
  await report.data(
    ...labelled([
      ['Key', key],
      ['From', describeCredential(credential)],
      ['Verdict', describeVerdict(verdict)],
      ...(outcome ? imageRows(outcome, ctx.cwd) : []),
    ]),
  );
  if (verdict === 'accepted' && !outcome) await report.aside('The check cost nothing.');
}
