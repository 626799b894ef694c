/** What a person sees of a call that is under way: --verbose lines, the spinner's words, and long waits in a log. */
import type { ApiEvent } from '../api/client.js';
import type { Spinner } from '../terminal/spinner.js';
import type { Run } from './run.js';
import { describeEvent } from './trace.js';

/** A wait that is worth a line where no spinner shows it. */
export const LONG_WAIT_MS = 5000;

/**
 * Shows one event of a call.
 * @param doing what is being done, as the spinner says it
 */
export function follow(run: Run, event: ApiEvent, spinner: Spinner | undefined, doing: string): void {
  const line = describeEvent(event);
  if (line) void run.report.debug(line);
  if (event.kind === 'answered' && event.fromSandbox) run.report.rehearsal = true;
  if (event.kind === 'queued') {
    spinner?.say(`${doing}: waiting for a place, ${event.inUse} of ${event.limit} in use`);
  } else if (event.kind === 'waiting') {
    const seconds = Math.ceil(event.ms / 1000);
    spinner?.say(`${doing}: waiting ${seconds} s (${event.reason})`);
    // In a log there is no spinner to see that it waits.
    if (event.ms >= LONG_WAIT_MS && !run.report.mode.spinner) {
      void run.report.notice(`Waiting ${seconds} s to send it again (${event.reason}).`);
    }
  } else if (event.kind === 'sending') spinner?.say(`${doing}...`);
}
