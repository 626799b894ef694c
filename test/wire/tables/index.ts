/** All tables of the wire: one or more for each endpoint. */
import type { WireTable } from '../wire-table.js';
import { editTables } from './edit.js';
import { generateTables } from './generate.js';
import { remixTables } from './remix.js';
import { wordsTables } from './words.js';

export const WIRE_TABLES: readonly WireTable[] = [
  ...generateTables,
  ...editTables,
  ...remixTables,
  ...wordsTables,
];
