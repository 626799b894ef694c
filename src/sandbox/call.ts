/** What an endpoint's handler is given: one request with a valid key and a decoded body, and the sandbox it meets. */
import type { Body } from './request-body.js';
import type { Asked } from './scenarios.js';
import type { World } from './world.js';

export interface Call {
  readonly world: World;
  readonly path: string;
  readonly body: Body;
  readonly query: URLSearchParams;
  /** What the key asks for; the prompt may ask for more. */
  readonly byKey: Asked;
  /** Ends every wait when the client goes away or the sandbox is closed. */
  readonly signal: AbortSignal;
}
