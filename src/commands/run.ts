/** What every command is given: the world, the writer, and the options that mean the same everywhere. */

import { readBaseUrl } from '../api/base-url.js';
import type { Collector } from '../api/collect.js';
import type { Context } from '../context.js';
import { DEFAULT_TIMEOUT_MS } from '../deadline.js';
import type { Report } from '../terminal/report.js';

/** The options every command understands, read and checked. */
export interface Globals {
  readonly dryRun: boolean;
  readonly sandbox: boolean;
  readonly force: boolean;
  /** May the journal keep what was asked, so that it can be found and asked again? */
  readonly history: boolean;
  /** Milliseconds for headers and body of one exchange; undefined: what the call at hand usually takes. */
  readonly timeoutMs: number | undefined;
  /** USD; undefined: no limit. */
  readonly maxCost: number | undefined;
}

export interface Run {
  readonly ctx: Context;
  readonly report: Report;
  readonly globals: Globals;
  /** Keeps a secret out of everything that is written from now on. */
  hide(secret: string): void;
  /** Takes the secrets out of a text that goes elsewhere than to the streams. */
  redact(text: string): string;
}

/** What the program calls itself to servers; some refuse calls without it. */
export function userAgent(ctx: Pick<Context, 'version' | 'platform'>): string {
  return `ideogram-cli/${ctx.version} (${ctx.platform})`;
}

/** The run as downloads see it. */
export function collectorOf({ ctx, globals, report }: Run): Collector {
  const { clock, fetch, interrupts, random } = ctx;
  const { timeoutMs = DEFAULT_TIMEOUT_MS } = globals;
  const { debug, notice, bytes } = report;
  return { clock, fetch, interrupts, random, timeoutMs, userAgent: userAgent(ctx), debug, notice, bytes };
}

/** The base URL calls would go to, without opening anything: for --dry-run. */
export function plannedBaseUrl(run: Run): string {
  return run.globals.sandbox ? 'http://127.0.0.1' : readBaseUrl(run.ctx.env.IDEOGRAM_BASE_URL);
}

/** So much of a file's name fits beside what is being done. */
const NAME_LENGTH = 24;

/** A file's name for the spinner, which has one line: its end is what tells it from others. */
export function shortName(name: string): string {
  const letters = [...name];
  return letters.length <= NAME_LENGTH ? name : `...${letters.slice(3 - NAME_LENGTH).join('')}`;
}
