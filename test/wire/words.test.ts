/** What answers in words, on the wire: `describe`, `magic-prompt`. */
import { wordsTables } from './tables/words.js';
import { testTables } from './wire-table.js';

testTables(wordsTables);
