/** A key is put in its place, and told where it is, how it looks masked, and which key wins. */
import { maskKey } from '../api/redact.js';
import { describeSource, listKeys } from '../auth/key.js';
import type { KeyPlace } from '../auth/key-place.js';
import { labelled } from '../terminal/text.js';
import type { Checked } from './auth-login.js';
import { describeVerdict } from './key-check.js';
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
 * @throws CliError `bad_file`
 */
export async function keepKey(run: Run, place: KeyPlace, key: string): Promise<Kept> {
  const { report, ctx, globals } = run;
  const replaced = place.key !== undefined && place.key !== key;
  if (globals.sandbox) {
    await report.notice('Sandbox: this was a rehearsal, and the key was not kept.');
    return { kept: false, replaced: false, hiddenBy: null, gitignore: null };
  }
  const { ignored, warnings } = await place.write(key);
  if (ignored) await report.notice(`Added ${ignored.patterns.join(' and ')} to ${ignored.path}.`);
  for (const warning of warnings) await report.warn(warning);
  const hiddenBy = await findHider(ctx, place);
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

async function findHider(ctx: Run['ctx'], place: KeyPlace) {
  for (const looked of await listKeys(ctx)) {
    if (!('found' in looked)) continue;
    const { source, path } = looked.found;
    return source === place.source ? undefined : { source, path };
  }
  return undefined;
}

/** Says on standard output where the key is, and how it looks. */
export async function tellKept(
  { report, globals }: Run,
  { key, checked, place, ...kept }: Kept & { key: string; checked: Checked; place: KeyPlace },
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
      sandbox: globals.sandbox,
      warnings: report.warnings,
    });
  }
  await report.data(
    ...labelled([
      ['Key', maskKey(key)],
      [kept.kept ? 'Kept in' : 'Would be kept in', place.path],
      ['Verdict', checked === 'unchecked' ? 'not checked' : describeVerdict(checked)],
    ]),
  );
  await report.aside('Now try: ideogram generate "a red fox reading a map"');
}
