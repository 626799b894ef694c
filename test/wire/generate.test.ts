/** `ideogram generate` on the wire: its five endpoints. */
import { generateTables } from './tables/generate.js';
import { testTables } from './wire-table.js';

testTables(generateTables);
