/** The picture in the README is what the program prints today, and everybody can read it. */
import { execFile, spawnSync } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { ROOT } from './support/spawn.js';

const PICTURE = join(ROOT, 'scripts/picture.mjs');
const MAX_BYTES = 40_000;
const committed = await readFile(join(ROOT, 'docs/terminal.svg'), 'utf8');

// Another bash says "Killed" in other words, and Windows has none.
const absent = ['bash', 'jq'].filter((program) => spawnSync(program, ['--version']).error !== undefined);
const cannotPlay = process.platform !== 'linux' || absent.length > 0;

describe('docs/terminal.svg', () => {
  it.skipIf(cannotPlay)(
    `is what npm run picture draws${absent.length > 0 ? ` (NOT CHECKED: no ${absent})` : ''}`,
    async () => {
      const { stdout } = await promisify(execFile)(process.execPath, [PICTURE, '-']);
      expect(stdout).toBe(committed);
    },
    60_000,
  );

  it('is small, needs nothing from elsewhere, and runs no script', () => {
    expect(committed.length).toBeLessThan(MAX_BYTES);
    expect(committed.replace('http://www.w3.org/2000/svg', '')).not.toMatch(
      /https?:|<script|href|@import|url\(/,
    );
  });

  it('is read out as text, in light and in dark, and stands still where that is wished', () => {
    expect(committed).toMatch(/role="img" aria-labelledby="t d"/);
    expect(committed).toMatch(/<title id="t">.+<\/title>/);
    expect(/<desc id="d">([^<]+)<\/desc>/.exec(committed)?.[1]).toContain('$ ideogram resume');
    expect(committed).toMatch(/prefers-color-scheme:dark/);
    expect(committed).toMatch(/prefers-reduced-motion:reduce\)\{g g\{animation:none\}\}/);
  });

  it('knows neither the time nor the place it was drawn at', () => {
    expect(committed).not.toMatch(/\/tmp|\/home|127\.0\.0\.1|\d\d:\d\d:\d\d/);
  });
});
