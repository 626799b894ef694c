/** A key is put in its place, and told where it is, how it looks masked, and which key wins. */
import { maskKey } from '../api/redact.js';
import { describeSource, listKeys } from '../auth/key.js';
import type { KeyPlace } from '../auth/key-place.js';
import { CliError } from '../errors.js';
import { labelled } from '../terminal/text.js';
import { type Checked, describeVerdict } from './key-check.js';
import { imageRows, type Outcome, unheardError } from './outcome.js';
import type { Run } from './run.js';

/** What came of keeping a key. */
export interface Kept {
  /** False in the sandbox: a rehearsal must not replace the key that opens the real API. */
  readonly kept: boolean;
  /** Another key was there before. */
  readonly replaced: boolean;
  /** The place that wins over this one, where there is one. */
  readonly hiddenBy: { readonly source: string; readonly path: string | null } | null;
  /** The .gitignore that was added to. */
  readonly gitignore: string | null;
}

/**
 * Writes the key, and says what one should know about it.
 * @throws CliError `bad_file`; `cancelled` when the user has stopped the program, and nothing is written then
 */
export async function keepKey(run: Run, place: KeyPlace, key: string): Promise<Kept> {
  const { report, ctx, globals } = run;
  if (ctx.interrupts.stop.aborted) throw new CliError('cancelled', 'Stopped; the key was not kept.');
  const replaced = place.key !== undefined && place.key !== key;
  if (globals.sandbox) {
    await report.notice('Sandbox: this was a rehearsal, and the key was not kept.');
    return { kept: false, replaced: false, hiddenBy: null, gitignore: null };
  }
  const { ignored, warnings } = await place.write(key);
  if (ignored) await report.notice(`Added ${ignored.patterns.join(' and ')} to ${ignored.path}.`);
  for (const warning of warnings) await report.warn(warning);
  const hiddenBy = await findHider(run, place);
  if (hiddenBy) {
    await report.warn(
      hiddenBy.source === 'environment'
        ? 'IDEOGRAM_API_KEY is set in the environment, and it wins over the key that was kept now.'
        : `${describeSource(hiddenBy)} holds a key too, and in this folder it wins over the key that was kept now.`,
    );
  }
  return {
    kept: true,
    replaced,
    hiddenBy: hiddenBy ? { ...hiddenBy, path: hiddenBy.path ?? null } : null,
    gitignore: ignored?.path ?? null,
  };
}

async function findHider({ ctx, report }: Run, place: KeyPlace) {
  for (const looked of await listKeys(ctx)) {
    if ('problem' in looked) {
      await report.warn(`${looked.problem.message} It is looked at before the key that was kept now.`);
      continue;
    }
    const { source, path } = looked.found;
    return source === place.source ? undefined : { source, path };
  }
  return undefined;
}

/** What was kept, and how it was found to be. */
interface Told {
  readonly key: string;
  readonly checked: Checked;
  readonly place: KeyPlace;
  /** Of the test image, where one was made. */
  readonly outcome?: Outcome | undefined;
}

/**
 * Says on standard output where the key is, and how it looks.
 * @throws CliError `bad_file` when that cannot be written; the key is kept all the same
 */
export async function tellKept(run: Run, told: Kept & Told): Promise<void> {
  try {
    await tell(run, told);
  } catch (cause) {
    if (told.outcome) throw unheardError(told.outcome, cause);
    const what = told.kept ? `The key is kept in ${told.place.path}` : 'The key is not kept';
    throw new CliError('bad_file', `${what}, but standard output cannot be written.`, { cause });
  }
}

async function tell(
  { report, globals, ctx }: Run,
  { key, checked, place, outcome, ...kept }: Kept & Told,
): Promise<void> {
  if (report.mode.json) {
    return report.json({
      ok: true,
      command: 'auth login',
      verdict: checked,
      key: maskKey(key),
      source: place.source,
      path: place.path,
      ...kept,
      sandbox: globals.sandbox || report.rehearsal,
      warnings: report.warnings,
    });
  }
  await report.data(
    ...labelled([
      ['Key', maskKey(key)],
      [kept.kept ? 'Kept in' : 'Would be kept in', place.path],
      ['Verdict', describeVerdict(checked)],
      ...(outcome ? imageRows(outcome, ctx.cwd) : []),
    ]),
  );
  if (checked === 'refused' || checked === 'forbidden' || ctx.interrupts.stop.aborted) return;
  const flag = globals.sandbox ? ' --sandbox' : '';
  await report.aside(`Now try: ideogram generate "a red fox reading a map"${flag}`);
}
