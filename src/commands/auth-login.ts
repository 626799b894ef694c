/** The command `auth login`: without a terminal the key comes from standard input; with one, the wizard asks for it. */
import { whyNotAKey } from '../auth/key-form.js';
import { type KeyPlace, openKeyPlace } from '../auth/key-place.js';
import { CliError } from '../errors.js';
import { readStdin } from '../files/stdin.js';
import { keepKey, tellKept } from './keep-key.js';
import { type Checked, checkKey, type KeyCheck } from './key-check.js';
import { plannedBaseUrl, type Run } from './run.js';

export interface LoginOptions {
  /** Read it from standard input, ask nothing. */
  readonly withKey?: boolean;
  /** Keep it in .env of this folder. */
  readonly env?: boolean;
  /** False after --no-verify: keep it unchecked. */
  readonly verify: boolean;
}

/** More of a file is not read: it holds no key. */
const MAX_INPUT_BYTES = 64 * 1024;

/**
 * Runs it.
 * @throws CliError `usage` where nobody can be asked, `no_key` when what came is no key, `bad_file`, and what the check came to
 */
export async function runLogin(run: Run, options: LoginOptions): Promise<void> {
  // A wrong address is to be found before a key is typed.
  plannedBaseUrl(run);
  if (options.withKey) return loginFromStdin(run, options);
  if (!run.report.mode.canPrompt) throw nobodyToAsk(run);
  const { runWizard } = await import('./auth-wizard.js');
  await runWizard(run, options);
}

function nobodyToAsk({ report, ctx }: Run): CliError {
  const terminal = ctx.stdin.isTTY && ctx.stderr.isTTY;
  const why = report.mode.json
    ? '--json asks nothing'
    : !terminal
      ? 'there is no terminal to ask at'
      : ctx.env.TERM === 'dumb'
        ? 'this terminal cannot hide what is typed'
        : '--no-input asks nothing';
  return new CliError('usage', `The key must come from standard input: ${why}.`, {
    hint: 'ideogram auth login --with-key < key.txt',
  });
}

async function loginFromStdin(run: Run, options: LoginOptions): Promise<void> {
  const { ctx, globals } = run;
  if (ctx.stdin.isTTY) {
    throw new CliError('usage', '--with-key reads standard input, and that is a terminal.', {
      hint: 'Give it a file or a pipe: ideogram auth login --with-key < key.txt\nTo be asked instead, leave --with-key out.',
    });
  }
  const key = readKey(new TextDecoder().decode(await readStdin(ctx, MAX_INPUT_BYTES)));
  run.hide(key);
  const place = await openKeyPlace(ctx, options.env ? '.env' : 'config');
  refuseReplacing(run, place, key, globals.force);
  const checked = options.verify ? await checkOrThrow(run, key) : 'unchecked';
  const kept = await keepKey(run, place, key);
  await tellKept(run, { key, checked, place, ...kept });
}

/**
 * A key as it was typed, pasted or piped, without the white space around it.
 * @throws CliError `no_key` when it is empty, or holds what no key has; the text holds nothing of it
 */
function readKey(typed: string): string {
  const key = typed.trim();
  if (key === '') {
    throw new CliError('no_key', 'No key came: standard input is empty.', {
      hint: 'ideogram auth login --with-key < key.txt',
    });
  }
  const hint = whyNotAKey(key);
  if (hint) throw new CliError('no_key', 'What came is not a key.', { hint });
  return key;
}

function refuseReplacing({ hide }: Run, { key: old, path }: KeyPlace, key: string, force: boolean): void {
  if (old === undefined || old === key || force) return;
  hide(old);
  throw new CliError('bad_input', `${path} holds another key already.`, {
    hint: 'To replace it, add --force. Nothing was sent or changed.',
  });
}

/** A key that is good but out of credit is kept; every other doubt must be overruled by whoever calls. */
async function checkOrThrow(run: Run, key: string): Promise<Checked> {
  const { verdict, error }: KeyCheck = await checkKey(run, key);
  if (error === undefined) return verdict;
  if (verdict === 'no_credit') {
    await run.report.warn(`${error.message} The key itself is right.`);
    return verdict;
  }
  const { code, message, status, requestId, billed, cause } = error;
  const hint = `${error.hint ?? ''}\nThe key was not kept. To keep it unchecked, add --no-verify.`.trim();
  throw new CliError(code, message, { hint, status, requestId, billed, cause });
}
