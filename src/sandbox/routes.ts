/** Which endpoints exist: one handler file a family, one line here an endpoint. */
import { REMOVE_BACKGROUND, REPLACE_BACKGROUND } from './background.js';
import type { Call } from './call.js';
import { DESCRIBE, DESCRIBE_V4 } from './describe.js';
import { EDIT_LEGACY, EDIT_V3, INPAINT_V3 } from './edit.js';
import { GENERATE_LEGACY } from './generate-legacy.js';
import { GENERATE_V3 } from './generate-v3.js';
import { INSTRUCTION_EDIT } from './instruction-edit.js';
import { LAYERIZE } from './layerize.js';
import { PRICE_QUOTE } from './price-quote.js';
import { REFRAME_LEGACY, REFRAME_V3 } from './reframe.js';
import { REMIX_LEGACY, REMIX_V3 } from './remix.js';
import { REMOVE_OBJECT } from './remove-object.js';
import type { Reply } from './replies.js';
import type { Body } from './request-body.js';
import { TRANSPARENT_V3, TRANSPARENT_V4 } from './transparent.js';
import { UPSCALE } from './upscale.js';
import { GENERATE_V4, MAGIC_PROMPT, REMIX_V4 } from './v4.js';

/** A POST endpoint. The key was checked and the body decoded before `handle` is called. */
export interface Route {
  readonly path: string;
  readonly accepts: readonly Body['kind'][];
  /** Resolves to the reply, or rejects with a Refusal or the reason of the call's signal. */
  handle(call: Call): Promise<Reply>;
}

export const ROUTES: readonly Route[] = [
  GENERATE_V3,
  GENERATE_LEGACY,
  GENERATE_V4,
  TRANSPARENT_V3,
  TRANSPARENT_V4,
  EDIT_V3,
  INPAINT_V3,
  EDIT_LEGACY,
  INSTRUCTION_EDIT,
  REMIX_V3,
  REMIX_LEGACY,
  REMIX_V4,
  REFRAME_V3,
  REFRAME_LEGACY,
  UPSCALE,
  REPLACE_BACKGROUND,
  REMOVE_BACKGROUND,
  REMOVE_OBJECT,
  LAYERIZE,
  DESCRIBE,
  DESCRIBE_V4,
  MAGIC_PROMPT,
  PRICE_QUOTE,
];

export function findRoute(method: string, path: string): Route | undefined {
  return method === 'POST' ? ROUTES.find((route) => route.path === path) : undefined;
}
