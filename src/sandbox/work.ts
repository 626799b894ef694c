/** What happens to an accepted request: refusals that are asked for, the places it takes in flight, and the time it lasts. */
import type { Call } from './call.js';
import { MAX_IN_FLIGHT } from './limits.js';
import { type Answer, play, type Rehearsal, refuseIfAsked, tooMany } from './rehearsal.js';
import type { Reply } from './replies.js';

/** Resolves to the reply; rejects with a Refusal, or with the reason of the call's signal when that ends the wait. */
export async function work(
  call: Call,
  rehearsal: Rehearsal,
  places: number,
  answer: () => Answer,
): Promise<Reply> {
  const { world } = call;
  refuseIfAsked(call, rehearsal);
  if (world.inFlight + places > MAX_IN_FLIGHT) throw tooMany();
  world.inFlight += places;
  try {
    return await play(call, rehearsal, world.latency, answer);
  } finally {
    world.inFlight -= places;
  }
}
