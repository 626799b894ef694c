/** Which endpoints exist: one handler file a family, one line here. */
import type { Call } from './call.js';
import { GENERATE_LEGACY } from './generate-legacy.js';
import { GENERATE_V3 } from './generate-v3.js';
import { PRICE_QUOTE } from './price-quote.js';
import type { Reply } from './replies.js';
import type { Body } from './request-body.js';

/** A POST endpoint. The key was checked and the body decoded before `handle` is called. */
export interface Route {
  readonly path: string;
  readonly accepts: readonly Body['kind'][];
  /** Resolves to the reply, or rejects with a Refusal or the reason of the call's signal. */
  handle(call: Call): Promise<Reply>;
}

const ROUTES: readonly Route[] = [GENERATE_V3, GENERATE_LEGACY, PRICE_QUOTE];

export function findRoute(method: string, path: string): Route | undefined {
  return method === 'POST' ? ROUTES.find((route) => route.path === path) : undefined;
}
