/** What all requests of one running sandbox share. */
import type { Clock } from '../context.js';
import type { ImageStore } from './images.js';

export interface World {
  readonly clock: Clock;
  /** Milliseconds each generation takes. */
  readonly latency: number;
  readonly port: number;
  readonly images: ImageStore;
  /** Images being worked on, over all requests. */
  inFlight: number;
  /** How often each prompt, or request without one, was refused by `sandbox:busy`. */
  readonly busy: Map<string, number>;
}
