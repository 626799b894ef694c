/** Which endpoints exist: one handler file a family, one line here. */
import { GENERATE_LEGACY } from './generate-legacy.js';
import { GENERATE_V3 } from './generate-v3.js';
import type { Reply } from './replies.js';
import type { Body } from './request-body.js';
import type { World } from './world.js';

/** A paid POST endpoint. The key was checked and the body decoded before `handle` is called. */
export interface Route {
  readonly path: string;
  readonly accepts: readonly Body['kind'][];
  /** Resolves to the reply, or rejects with a Refusal; `signal` ends every wait. */
  handle(world: World, body: Body, signal: AbortSignal): Promise<Reply>;
}

const ROUTES: readonly Route[] = [GENERATE_V3, GENERATE_LEGACY];

export function findRoute(method: string, path: string): Route | undefined {
  return method === 'POST' ? ROUTES.find((route) => route.path === path) : undefined;
}
