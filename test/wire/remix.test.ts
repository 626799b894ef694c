/** What makes an image of an image, on the wire: `remix`, `reframe`, `upscale`. */
import { remixTables } from './tables/remix.js';
import { testTables } from './wire-table.js';

testTables(remixTables);
