/** What --dry-run shows: the request exactly as it would be sent, its price, and never the key. */
import type { PreparedRequest } from '../endpoints/request.js';
import { type Cost, formatUsd } from '../ledger/cost.js';
import type { Run } from './run.js';

export interface DryRun {
  readonly command: string;
  readonly model: string;
  readonly baseUrl: string;
  readonly request: Omit<PreparedRequest, 'encode'>;
  readonly cost: Cost;
}

/** Shows it in the form of the mode; nothing is sent. */
export async function showDryRun({ report, globals }: Run, dry: DryRun): Promise<void> {
  if (report.mode.json) await report.json(dryRunJson(dry, globals.sandbox, report.warnings));
  else await report.data(...dryRunLines(dry));
}

/** For programs: one object, its fields documented in docs/json.md. */
function dryRunJson(dry: DryRun, sandbox: boolean, warnings: readonly string[]): object {
  const { request } = dry;
  return {
    ok: true,
    command: dry.command,
    dryRun: true,
    model: dry.model,
    request: {
      method: request.method,
      url: `${dry.baseUrl}${request.path}`,
      contentType: request.contentType,
      ...(request.document ? { body: request.document } : { fields: request.fields }),
      files: request.files.map(({ name, file }) => ({
        name,
        source: file.source,
        type: file.type.mime,
        bytes: file.bytes.byteLength,
      })),
    },
    cost: dry.cost,
    sandbox,
    warnings,
  };
}

/** For people: the request's parts, a line each. */
function dryRunLines(dry: DryRun): string[] {
  const { request } = dry;
  const width = Math.max(
    ...Object.keys(request.fields).map((name) => name.length),
    ...request.files.map(({ name }) => name.length),
  );
  const row = (name: string, value: string) => `  ${name.padEnd(width)}  ${value}`;
  const body = request.document
    ? JSON.stringify(request.document, null, 2)
        .split('\n')
        .map((line) => `  ${line}`)
    : Object.entries(request.fields).map(([name, value]) =>
        row(name, typeof value === 'string' ? value : JSON.stringify(value)),
      );
  const files = request.files.map(({ name, file }) =>
    row(name, `${file.source} (${file.type.mime}, ${file.bytes.byteLength} bytes)`),
  );
  return [
    `${request.method} ${dry.baseUrl}${request.path}`,
    `content-type: ${request.contentType}`,
    ...body,
    ...files,
    describeCost(dry.cost),
    'Nothing was sent.',
  ];
}

/** `about $0.18 (estimate: ...)`, or why there is no figure. */
function describeCost({ usd, basis }: Cost): string {
  return usd === null ? `Cost: unknown (${basis})` : `Cost: about ${formatUsd(usd)} (${basis})`;
}
