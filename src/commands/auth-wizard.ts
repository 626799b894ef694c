/** The wizard of `auth login`: from "where does a key come from" to a key that is checked and kept; nothing is written before it is asked. */
import { maskKey } from '../api/redact.js';
import { listKeys } from '../auth/key.js';
import { whyNotAKey } from '../auth/key-form.js';
import { type KeyPlace, openKeyPlace } from '../auth/key-place.js';
import { CliError, DASHBOARD_URL } from '../errors.js';
import { errorText } from '../terminal/error-text.js';
import type { Prompter } from '../terminal/prompt.js';
import { loadStyle } from '../terminal/style.js';
import { describeCredential } from './auth-credential.js';
import type { LoginOptions } from './auth-login.js';
import { type Kept, keepKey, tellKept } from './keep-key.js';
import { type Checked, checkKey, type KeyCheck } from './key-check.js';
import type { Made } from './make-images.js';
import { shownPath } from './outcome.js';
import type { Run } from './run.js';
import { isTestImageWithinCap, makeTestImage, prepareTestImage, testImagePrice } from './test-image.js';

/** docs: API setup. Five lines, the way the API's dashboard goes. */
const WHERE_FROM = [
  'A key for the Ideogram API comes from your account there:',
  '  1. Sign in at ideogram.ai.',
  '  2. Open Settings (the burger menu), then API; or go to ideogram.ai/manage-api.',
  '  3. Accept the Developer API Agreement.',
  '  4. Manage Payment: add billing (by Stripe).',
  '  5. Create API key, and copy it: it is shown only once.',
].join('\n');

/** @throws CliError `cancelled` at any question; `bad_file`; what the check or the test image came to */
export async function runWizard(run: Run, options: LoginOptions): Promise<void> {
  const { report } = run;
  if (run.globals.sandbox) {
    await report.notice('Sandbox: a rehearsal. A local stand-in takes any key, and nothing is kept.');
  }
  await report.notice(WHERE_FROM);
  await tellPresentKey(run);
  // What a question is about must be seen from here on.
  report.mode = { ...report.mode, quiet: false };
  // Before a key is typed: it may be the wrong folder for it.
  if (options.env) await openKeyPlace(run.ctx, '.env');
  const { createPrompter } = await import('../terminal/prompt.js');
  const prompter = createPrompter(run.ctx, await loadStyle(report.mode.color.stderr));
  try {
    await converse(run, prompter, options);
  } finally {
    prompter.close();
  }
}

async function converse(run: Run, prompter: Prompter, options: LoginOptions): Promise<void> {
  const { key, checked } = await askForGoodKey(run, prompter, options.verify);
  const put = await putSomewhere(run, prompter, key, options.env === true);
  if (put === undefined) return run.report.notice('Nothing was changed.');
  let made: Made | undefined;
  try {
    made = await offerTestImage(run, prompter, key, checked);
  } finally {
    await tellKept(run, { key, checked, ...put, outcome: made?.outcome }).catch((cause) => {
      // The links of images that are not saved are in it.
      throw made?.error ?? cause;
    });
  }
  if (made?.error) throw made.error;
}

/** Until it is in a place, or the person wants it in none: the key is shown only once, and must not be lost to a file that fails. */
async function putSomewhere(
  run: Run,
  prompter: Prompter,
  key: string,
  env: boolean,
): Promise<(Kept & { place: KeyPlace }) | undefined> {
  for (let onlyEnv = env; ; onlyEnv = false) {
    try {
      const place = await choosePlace(run, prompter, key, onlyEnv);
      return place && { place, ...(await keepKey(run, place, key)) };
    } catch (error) {
      if (!(error instanceof CliError) || error.code === 'cancelled') throw error;
      await run.report.warn(describeDoubt(run, error));
    }
  }
}

async function tellPresentKey({ ctx, report, hide }: Run): Promise<void> {
  for (const looked of await listKeys(ctx)) {
    if (!('found' in looked)) continue;
    const { key } = looked.found;
    hide(key);
    return report.notice(`The key in use now is ${maskKey(key)}, from ${describeCredential(looked.found)}.`);
  }
}

interface GoodKey {
  readonly key: string;
  readonly checked: Checked;
}

/** Until a key is accepted, or the person keeps one that is not. */
async function askForGoodKey(run: Run, prompter: Prompter, verify: boolean): Promise<GoodKey> {
  const key = await askForKey(run, prompter);
  if (!verify) return { key, checked: 'unchecked' };
  for (;;) {
    const check = await checkKey(run, key);
    if (check.error === undefined) {
      await run.report.notice(`The API accepts the key ${maskKey(key)}. The check cost nothing.`);
      return { key, checked: 'accepted' };
    }
    await run.report.warn(describeDoubt(run, check.error));
    const next = await prompter.choose('What now?', doubtChoices(check));
    if (next === 'keep') return { key, checked: check.verdict };
    if (next === 'leave') throw check.error;
    if (next === 'another') return askForGoodKey(run, prompter, verify);
  }
}

/** The whole error, as it would be told at the end. */
function describeDoubt({ report }: Run, error: CliError): string {
  return errorText(error, report.rehearsal, false).join('\n');
}

function doubtChoices({ verdict }: KeyCheck) {
  const another = { value: 'another', name: 'Type another key' } as const;
  const again = { value: 'again', name: 'Check this one again' } as const;
  const keep = { value: 'keep', name: 'Keep this one all the same' } as const;
  const leave = { value: 'leave', name: 'Leave; nothing is changed' } as const;
  switch (verdict) {
    case 'unreachable':
    case 'unknown':
      return [{ ...keep, name: 'Keep it unchecked' }, again, another, leave];
    case 'no_credit':
      return [{ ...keep, name: 'Keep it: it works as soon as there is credit' }, again, another, leave];
    default:
      return [another, again, keep, leave];
  }
}

/** Enter alone opens the page where keys are made, once; then it only asks again. */
async function askForKey(run: Run, prompter: Prompter): Promise<string> {
  let offer = true;
  for (;;) {
    const question = offer ? 'Your key (Enter alone opens ideogram.ai/manage-api):' : 'Your key:';
    const key = (await prompter.secret(question)).trim();
    const why = whyNotAKey(key);
    if (key === '') {
      if (offer) await openDashboard(run);
      offer = false;
    } else if (why) await run.report.warn(`That is not a key. ${why}`);
    else {
      run.hide(key);
      return key;
    }
  }
}

async function openDashboard({ report, ctx }: Run): Promise<void> {
  const { openInBrowser } = await import('../terminal/browser.js');
  const opened = await openInBrowser(DASHBOARD_URL, ctx.clock);
  await report.notice(
    opened
      ? `Opened ${DASHBOARD_URL} in your browser.`
      : `No browser could be opened here. Go to ${DASHBOARD_URL}`,
  );
}

/** Undefined: the person wants it nowhere. */
async function choosePlace(
  run: Run,
  prompter: Prompter,
  key: string,
  env: boolean,
): Promise<KeyPlace | undefined> {
  for (;;) {
    const place = env ? await openKeyPlace(run.ctx, '.env') : await askForPlace(run, prompter);
    if (place === undefined || place.key === undefined || place.key === key) return place;
    run.hide(place.key);
    const question = `${shownPath(run.ctx.cwd, place.path)} holds the key ${maskKey(place.key)}. Replace it?`;
    if (await prompter.confirm(question, false)) return place;
    if (env) return undefined;
  }
}

async function askForPlace(run: Run, prompter: Prompter): Promise<KeyPlace | undefined> {
  const source = await prompter.choose('Where shall it be kept?', [
    { value: 'config', name: 'In your settings, for all folders' },
    { value: '.env', name: 'In .env, for this folder; git is told to ignore it' },
    { value: 'nowhere', name: 'Nowhere; nothing is changed' },
  ]);
  return source === 'nowhere' ? undefined : openKeyPlace(run.ctx, source);
}

/** Only where it can work, and only after a yes: it is the one thing here that costs money. */
async function offerTestImage(
  run: Run,
  prompter: Prompter,
  key: string,
  checked: Checked,
): Promise<Made | undefined> {
  if (checked !== 'accepted' && checked !== 'unchecked' && checked !== 'unknown') return undefined;
  if (!isTestImageWithinCap(run)) return undefined;
  const price = `${run.globals.sandbox ? 'With the real API that' : 'That'} costs ${testImagePrice()}.`;
  if (!(await prompter.confirm(`Make a test image with it now? ${price}`, false))) return undefined;
  // No more questions: Ctrl-C is a signal again, and the terminal what it was.
  prompter.close();
  return makeTestImage(run, 'auth login', await prepareTestImage(run), { key });
}
