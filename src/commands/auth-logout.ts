/** The command `auth logout`: takes the kept key away, and says when another one still is in use. */
import { maskKey } from '../api/redact.js';
import { listKeys } from '../auth/key.js';
import { type KeyPlace, openKeyPlace, removeKey } from '../auth/key-place.js';
import { describeCredential } from './auth-credential.js';
import type { Run } from './run.js';

export interface LogoutOptions {
  /** The one in .env of this folder, instead of the settings. */
  readonly env?: boolean;
}

/** @throws CliError `bad_file` when it cannot be taken away; nothing is changed then */
export async function runLogout(run: Run, options: LogoutOptions): Promise<void> {
  const { ctx, report, hide } = run;
  const source = options.env ? '.env' : 'config';
  for (const looked of await listKeys(ctx)) if ('found' in looked) hide(looked.found.key);
  const { removed, path } = await takeAway(run, source);
  const left = (await listKeys(ctx)).flatMap((looked) => ('found' in looked ? [looked.found] : []))[0];
  if (report.mode.json) {
    const remaining = left ? { key: maskKey(left.key), source: left.source, path: left.path ?? null } : null;
    return report.json({
      ok: true,
      command: 'auth logout',
      removed,
      source,
      path,
      remaining,
      warnings: report.warnings,
    });
  }
  await report.data(removed ? `Removed the key from ${path}.` : `No key is kept in ${path}.`);
  if (left === undefined) return;
  const how = left.source === '.env' ? ' To take that one away: ideogram auth logout --env' : '';
  await report.notice(`Still in use: ${maskKey(left.key)} from ${describeCredential(left)}.${how}`);
}

/** A rehearsal in the sandbox must not take away the key that opens the real API. */
async function takeAway({ ctx, report, globals }: Run, source: KeyPlace['source']) {
  if (!globals.sandbox) return removeKey(ctx, source);
  await report.notice('Sandbox: this was a rehearsal, and no key was removed.');
  return { removed: false, path: (await openKeyPlace(ctx, source)).path };
}
