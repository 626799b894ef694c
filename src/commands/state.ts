/** Where a run finds what outlives it: the journal's folder, and the places that all processes share. */
import { join } from 'node:path';
import { createPlaces, type Places } from '../ledger/slots.js';
import { stateFolder } from '../ledger/state-folder.js';
import type { Run } from './run.js';

export interface State {
  /** Of the journal; absolute. */
  readonly folder: string;
  readonly places: Places;
}

/**
 * The sandbox's, or that of all that is paid; nothing is made.
 * @throws CliError `bad_input` (IDEOGRAM_STATE_DIR)
 */
export async function stateOf({ ctx, globals }: Pick<Run, 'ctx' | 'globals'>): Promise<State> {
  const folder = await stateFolder(ctx, globals.sandbox);
  const { clock, machine } = ctx;
  return { folder, places: createPlaces({ folder: join(folder, 'places'), clock, machine }) };
}

/** The name under which a call is held while somebody works on it. */
export function leaseOf(id: string): string {
  return `call-${id}`;
}
