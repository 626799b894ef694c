/** What changes a part of an image, on the wire: `edit`, `remove-object`, the backgrounds, `layerize`. */
import { editTables } from './tables/edit.js';
import { testTables } from './wire-table.js';

testTables(editTables);
