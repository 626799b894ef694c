/** What --verbose tells of a call: method, address, sizes, status, times; of headers only those that hold no secret. */
import type { ApiEvent } from '../api/client.js';

/** One line for one event; undefined where there is nothing to tell. */
export function describeEvent(event: ApiEvent): string | undefined {
  switch (event.kind) {
    case 'sent':
      return undefined;
    case 'queued': {
      const { inUse, ahead, limit } = event;
      return `  waiting for a place: ${inUse} of ${limit} in use, ${ahead} before this one`;
    }
    case 'held':
      return `  waiting ${event.ms} ms: another call was one too many`;
    case 'sending': {
      const { method, url, headers, body } = event.request;
      const again = event.attempt > 1 ? ` (attempt ${event.attempt})` : '';
      return `> ${method} ${url} ${headers['Content-Type']}, ${body.byteLength} bytes${again}`;
    }
    case 'answered':
      return `< HTTP ${event.status} after ${event.ms} ms${event.requestId ? `, request id ${event.requestId}` : ''}`;
    case 'failed':
      return `< ${event.reason} after ${event.ms} ms`;
    case 'waiting':
      return `  waiting ${event.ms} ms: ${event.reason}`;
  }
}
