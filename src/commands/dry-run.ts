/** What --dry-run shows: the requests exactly as they would be sent, their price, and never the key. */
import type { PreparedRequest } from '../endpoints/request.js';
import { type Cost, formatUsd } from '../ledger/cost.js';
import type { Run } from './run.js';

/** A request without its bytes: of a whole folder, all can be shown. */
export interface ShownRequest extends Pick<PreparedRequest, 'method' | 'path' | 'contentType' | 'body'> {
  readonly files: readonly {
    readonly name: string;
    readonly source: string;
    /** Media type. */
    readonly type: string;
    readonly bytes: number;
  }[];
}

/** What can be shown of a request. */
export function shownRequest({ method, path, contentType, body, files }: PreparedRequest): ShownRequest {
  const shown = files.map(({ name, file: { source, type, bytes } }) => ({
    name,
    source,
    type: type.mime,
    bytes: bytes.byteLength,
  }));
  return { method, path, contentType, body, files: shown };
}

export interface DryRun {
  readonly command: string;
  readonly model: string | undefined;
  readonly baseUrl: string;
  /** One, or one for each image where a command takes many. */
  readonly requests: readonly ShownRequest[];
  /** Of all of them. */
  readonly cost: Cost;
}

/** Shows it in the form of the mode; nothing is sent. */
export async function showDryRun({ report, globals }: Run, dry: DryRun): Promise<void> {
  if (report.mode.json) await report.json(dryRunJson(dry, globals.sandbox, report.warnings));
  else await report.data(...dryRunLines(dry));
}

/** For programs: one object, its fields documented in docs/json.md. */
function dryRunJson(dry: DryRun, sandbox: boolean, warnings: readonly string[]): object {
  const requests = dry.requests.map((request) => requestJson(dry.baseUrl, request));
  return {
    ok: true,
    command: dry.command,
    dryRun: true,
    model: dry.model ?? null,
    request: requests[0],
    ...(requests.length > 1 ? { requests } : {}),
    cost: dry.cost,
    sandbox,
    warnings,
  };
}

function requestJson(baseUrl: string, request: ShownRequest): object {
  return {
    method: request.method,
    url: `${baseUrl}${request.path}`,
    contentType: request.contentType,
    ...(isJson(request) ? { body: request.body } : { fields: request.body }),
    files: request.files,
  };
}

function isJson({ contentType }: ShownRequest): boolean {
  return contentType === 'application/json';
}

/** For people: each request's parts, a line each. */
function dryRunLines({ baseUrl, requests, cost }: DryRun): string[] {
  return [
    ...requests.flatMap((request) => requestLines(baseUrl, request)),
    describeCost(cost),
    'Nothing was sent.',
  ];
}

function requestLines(baseUrl: string, request: ShownRequest): string[] {
  const width = Math.max(
    0,
    ...Object.keys(request.body).map((name) => name.length),
    ...request.files.map(({ name }) => name.length),
  );
  const row = (name: string, value: string) => `  ${name.padEnd(width)}  ${value}`;
  const body = isJson(request)
    ? JSON.stringify(request.body, null, 2)
        .split('\n')
        .map((line) => `  ${line}`)
    : Object.entries(request.body).map(([name, value]) =>
        row(name, typeof value === 'string' ? value : JSON.stringify(value)),
      );
  const files = request.files.map(({ name, source, type, bytes }) =>
    row(name, `${source} (${type}, ${bytes} bytes)`),
  );
  const { method, path, contentType } = request;
  return [`${method} ${baseUrl}${path}`, `content-type: ${contentType}`, ...body, ...files];
}

/** `about $0.18 (estimate: ...)`, or why there is no figure. */
function describeCost({ usd, basis }: Cost): string {
  return usd === null ? `Cost: unknown (${basis})` : `Cost: about ${formatUsd(usd)} (${basis})`;
}
