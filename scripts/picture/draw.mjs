// Draws the lines of a terminal as an SVG: text as text, light and dark by what the reader's system likes, readable without a picture.

const CELL = { width: 8.4, height: 19 };
/** Above each command but the first. */
const GAP = 9;
const EDGE = { side: 18, top: 50, bottom: 18 };
/** Seconds: when a command appears, and what it prints. */
const PACE = { command: 1.1, answer: 0.6 };
/** Of the 16 colours of a terminal those that the program uses: class by number. */
const COLORS = { 1: 'r', 2: 'g', 3: 'y', 6: 'c', 8: 'd', 9: 'r', 10: 'g', 11: 'y', 14: 'c' };

const STYLE = `
svg{--p:#fff;--t:#1f2328;--e:#d1d9e0;--b:#f6f8fa;--r:#b3161f;--g:#13682b;--y:#7a5200;--c:#05647a;--d:#59636e}
@media(prefers-color-scheme:dark){svg{--p:#0d1117;--t:#e6edf3;--e:#3d444d;--b:#151b23;--r:#ff8d86;--g:#5fd07a;--y:#e3b341;--c:#6fd6ea;--d:#9198a1}}
text{font:14px ui-monospace,SFMono-Regular,Menlo,Consolas,"DejaVu Sans Mono","Liberation Mono",monospace;fill:var(--t);white-space:pre}
.b{font-weight:700}.r{fill:var(--r)}.g{fill:var(--g)}.y{fill:var(--y)}.c{fill:var(--c)}.d{fill:var(--d)}
@keyframes a{from{opacity:0}}
g g{animation:a .01s both}
@media(prefers-reduced-motion:reduce){g g{animation:none}}
`;

/**
 * @param {{ columns: number, steps: number[], lines: import('@xterm/headless').IBufferLine[] }} screen
 * @returns {string} the same bytes for the same screen
 */
export function drawTerminal({ columns, steps, lines }) {
  const width = Math.ceil(columns * CELL.width + 2 * EDGE.side);
  const height = EDGE.top + lines.length * CELL.height + (steps.length - 1) * GAP + EDGE.bottom;
  const texts = lines.map((line) => line.translateToString(true));
  const groups = steps.map((from, index) => {
    const to = steps[index + 1] ?? lines.length;
    const top = EDGE.top + index * GAP;
    const command = rowsOf(lines, { from, to: from + 1, top, look: 'b' });
    const answer = rowsOf(lines, { from: from + 1, to, top, look: '' });
    const at = index * (PACE.command + PACE.answer);
    return group(at, command) + group(at + PACE.answer, answer);
  });
  return `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" aria-labelledby="t d">
<title id="t">ideogram in a terminal, recorded in its sandbox</title>
<desc id="d">${asText(texts.join('\n'))}</desc>
<style>${STYLE}</style>
<rect x=".5" y=".5" width="${width - 1}" height="${height - 1}" rx="10" fill="var(--p)" stroke="var(--e)"/>
<path d="M.5 34V10.5a10 10 0 0 1 10-10h${width - 21}a10 10 0 0 1 10 10V34z" fill="var(--b)" stroke="var(--e)"/>
<circle cx="20" cy="17" r="5.5" fill="var(--e)"/><circle cx="38" cy="17" r="5.5" fill="var(--e)"/><circle cx="56" cy="17" r="5.5" fill="var(--e)"/>
<text class="d" x="${width / 2}" y="22" text-anchor="middle">ideogram, in its sandbox</text>
<g>
${groups.join('')}</g>
</svg>
`;
}

function group(seconds, rows) {
  return rows === '' ? '' : `<g style="animation-delay:${seconds.toFixed(1)}s">\n${rows}</g>\n`;
}

function rowsOf(lines, { from, to, top, look }) {
  return lines
    .slice(from, to)
    .map((line, index) => {
      const y = top + (from + index) * CELL.height + 14;
      const runs = runsOf(line)
        .filter(({ text }) => text.trim() !== '')
        .map((run) => tspan(run, look));
      return runs.length === 0 ? '' : `<text y="${y}">${runs.join('')}</text>\n`;
    })
    .join('');
}

function tspan({ column, text, looks }, look) {
  const trimmed = text.trimStart();
  const x = EDGE.side + (column + text.length - trimmed.length) * CELL.width;
  const names = [...new Set([look, ...looks])].filter(Boolean).join(' ');
  return `<tspan x="${x.toFixed(1)}"${names ? ` class="${names}"` : ''}>${asText(trimmed.trimEnd())}</tspan>`;
}

/** Neighbours that look alike, with the column they begin at. */
function runsOf(line) {
  const runs = [];
  for (let column = 0; column < line.length; column++) {
    const cell = line.getCell(column);
    const looks = looksOf(cell);
    const text = cell.getChars() || ' ';
    const last = runs.at(-1);
    if (last && last.looks.join() === looks.join()) last.text += text;
    else runs.push({ column, text, looks });
  }
  return runs;
}

function looksOf(cell) {
  const color = cell.isFgPalette() ? COLORS[cell.getFgColor()] : undefined;
  return [cell.isBold() ? 'b' : '', cell.isDim() ? 'd' : (color ?? '')].filter(Boolean);
}

function asText(text) {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}
