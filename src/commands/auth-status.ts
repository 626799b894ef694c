/** The command `auth status`: which key would be used and which ones it hides; nothing is sent. */
import { maskKey } from '../api/redact.js';
import { describeOpenFile, formatMode, readMode } from '../auth/file-mode.js';
import { checkFound, type FoundKey, isSendableKey, listKeys, noKeyFound } from '../auth/key.js';
import { labelled } from '../terminal/text.js';
import { describeCredential } from './auth-credential.js';
import type { Run } from './run.js';

/** A key as it is shown. */
interface Shown {
  /** Masked. */
  readonly key: string;
  readonly source: FoundKey['source'];
  readonly path: string | null;
  /** Permission bits of the file, as 0600; null where there is no file, or the system has none. */
  readonly mode: string | null;
}

/** @throws CliError `no_key` when there is none, or the one that wins cannot be read or sent */
export async function runStatus(run: Run): Promise<void> {
  const { ctx, report, hide } = run;
  const places = await listKeys(ctx);
  const found = places.flatMap((place) => ('found' in place ? [place.found] : []));
  for (const { key } of found) hide(key);
  const shown = await Promise.all(found.map((each) => show(run, each)));
  const [first] = places;
  const error = first === undefined ? noKeyFound() : 'problem' in first ? first.problem : undefined;
  for (const place of places.slice(1)) if ('problem' in place) await report.warn(place.problem.message);
  if (run.globals.sandbox) await report.warn('the sandbox is switched on: commands use it, and no key.');
  await tell(run, error ? undefined : shown[0], error ? shown : shown.slice(1));
  if (error) throw error;
  const [winner] = found;
  if (winner && !isSendableKey(winner.key)) checkFound(winner);
}

async function show({ ctx, report }: Run, { key, source, path }: FoundKey): Promise<Shown> {
  const mode = path === undefined ? undefined : await readMode(path, ctx.platform);
  const warning = path === undefined ? undefined : await describeOpenFile(path, ctx.platform);
  if (warning) await report.warn(warning);
  return {
    key: maskKey(key),
    source,
    path: path ?? null,
    mode: mode === undefined ? null : formatMode(mode),
  };
}

async function tell({ report, globals }: Run, used: Shown | undefined, hidden: Shown[]): Promise<void> {
  if (report.mode.json) {
    const { key = null, source = null, path = null, mode = null } = used ?? {};
    return report.json({
      ok: used !== undefined,
      command: 'auth status',
      key,
      source,
      path,
      mode,
      hidden,
      sandbox: globals.sandbox,
      warnings: report.warnings,
    });
  }
  const place = ({ source, path, mode }: Shown): string =>
    describeCredential({ source, path: path ?? undefined }, mode ?? undefined);
  await report.data(
    ...labelled([
      ...(used
        ? ([
            ['Key', used.key],
            ['From', place(used)],
          ] as [string, string][])
        : []),
      ...hidden.map((each): [string, string] => ['Hidden', `${each.key} from ${place(each)}`]),
    ]),
  );
}
