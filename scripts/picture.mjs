// `npm run picture`: plays a short story with the built program on a real terminal, and draws what was on it: docs/terminal.svg.
import { writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { drawTerminal } from './picture/draw.mjs';
import { playStory } from './picture/play.mjs';

const FILE = fileURLToPath(new URL('../docs/terminal.svg', import.meta.url));

const svg = drawTerminal(await playStory());
// `-`: to standard output, for the test that compares.
if (process.argv[2] === '-') {
  process.stdout.write(svg);
} else {
  writeFileSync(FILE, svg);
  console.log(`docs/terminal.svg: ${svg.length} bytes. Look at it in a browser, in light and in dark.`);
}
