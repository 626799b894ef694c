/** The command `auth status`: which key would be used and which ones it hides; nothing is sent. */
import { maskKey } from '../api/redact.js';
import { describeOpenFile, formatMode, readMode } from '../auth/file-mode.js';
import { type FoundKey, listKeys, noKeyFound, problemOf } from '../auth/key.js';
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
  const error =
    first === undefined ? noKeyFound() : 'problem' in first ? first.problem : problemOf(first.found);
  for (const place of places.slice(1)) if ('problem' in place) await report.warn(place.problem.message);
  if (run.globals.sandbox) await report.warn('the sandbox is switched on: commands use it, and no key.');
  // A place that cannot be read wins all the same: those below it are hidden.
  const isUsed = first !== undefined && 'found' in first;
  const [used, hidden] = isUsed ? [shown[0], shown.slice(1)] : [undefined, shown];
  await tell(run, { ok: error === undefined, used, hidden });
  if (error) throw error;
}

async function show({ ctx, report }: Run, { key, source, path }: FoundKey): Promise<Shown> {
  const mode = path === undefined ? undefined : await readMode(path, ctx.platform);
  const warning = path === undefined ? undefined : describeOpenFile(path, mode);
  if (warning) await report.warn(warning);
  return {
    key: maskKey(key),
    source,
    path: path ?? null,
    mode: mode === undefined ? null : formatMode(mode),
  };
}

interface Findings {
  readonly ok: boolean;
  readonly used: Shown | undefined;
  readonly hidden: readonly Shown[];
}

async function tell({ report, globals }: Run, { ok, used, hidden }: Findings): Promise<void> {
  if (report.mode.json) {
    const { key = null, source = null, path = null, mode = null } = used ?? {};
    return report.json({
      ok,
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
