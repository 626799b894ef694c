/** --preview and --open: the sequences that terminals get, in which they get them, and the silence everywhere else. */
import { readFile, truncate, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { inflateSync } from 'node:zlib';
import { PNG } from 'pngjs';
import { describe, expect, it } from 'vitest';
import { viewerTarget } from '../src/terminal/browser.js';
import { columnsFor, pictureAbility } from '../src/terminal/inline-image.js';
import { makePng, WEBP_1X1 } from './support/images.js';
import { journalOf } from './support/journal.js';
import { type RunOptions, runCli } from './support/run.js';
import { answerImages, startServer } from './support/server.js';

const KITTY = { TERM: 'xterm-kitty' };
const picture = makePng(200, 100);

/** Makes images of these bytes on a terminal. */
async function generate(
  flags: readonly string[],
  { bytes = picture, images = 1, ...options }: RunOptions & { bytes?: Buffer; images?: number } = {},
) {
  const server = await startServer(answerImages(images), (_request, response) => void response.end(bytes));
  const env = { IDEOGRAM_BASE_URL: server.url, ...options.env };
  const argv = ['generate', 'a fox', '-n', String(images), ...flags];
  const result = await runCli(argv, { stderrIsTerminal: true, ...options, env });
  return { ...result, server, pictures: picturesIn(result.stderr) };
}

/** As kitty, iTerm2 and sixel terminals know them. */
const SEQUENCE = new RegExp(
  [
    '\u001b_G([^;]*);([^\u001b]*)\u001b\\\\',
    '\u001b\\]1337;File=([^:]*):([^\u0007]*)\u0007',
    '(\u001bP[^\u001b]*\u001b\\\\)',
  ].join('|'),
  'g',
);

interface Shown {
  readonly keys: string;
  readonly content: Buffer;
}

/** The pictures in what a terminal got; the pieces of kitty's put together as its protocol says. */
function picturesIn(text: string): Shown[] {
  const shown: Shown[] = [];
  let pieces: string[] = [];
  let first = '';
  for (const [, control, piece, keys, file, sixel] of text.matchAll(SEQUENCE)) {
    if (control !== undefined) {
      expect(piece?.length).toBeLessThanOrEqual(4096);
      if (pieces.length === 0) first = control;
      else expect(control).toMatch(/^m=[01]$/);
      pieces.push(piece ?? '');
      if (/\bm=1/.test(control)) expect(piece?.length).toBe(4096);
      else {
        shown.push({ keys: first.replace(/,m=[01]$/, ''), content: Buffer.from(pieces.join(''), 'base64') });
        pieces = [];
      }
    } else if (keys !== undefined) shown.push({ keys, content: Buffer.from(file ?? '', 'base64') });
    else shown.push({ keys: 'sixel', content: Buffer.from(sixel ?? '') });
  }
  expect(pieces).toEqual([]);
  return shown;
}

describe('--preview', () => {
  it('gives kitty the PNG as it is saved, in pieces', async () => {
    const bytes = makePng(200, 100, 0);
    const result = await generate(['--preview'], { bytes, env: KITTY });
    expect(result.pictures).toEqual([{ keys: 'a=T,q=2,f=100,c=20', content: bytes }]);
    expect(await readFile(join(result.world.folder, 'a-fox-1.png'))).toEqual(bytes);
    expect([result.status, result.stdout]).toEqual([0, 'a-fox-1.png\n']);
  });

  it('gives iTerm2 any file as it is', async () => {
    for (const bytes of [picture, WEBP_1X1]) {
      const { pictures } = await generate(['--preview'], { bytes, env: { TERM_PROGRAM: 'iTerm.app' } });
      expect(pictures).toHaveLength(1);
      expect(pictures[0]?.content).toEqual(bytes);
      expect(pictures[0]?.keys).toMatch(
        new RegExp(`^inline=1;size=${bytes.length};width=\\d+;preserveAspectRatio=1$`),
      );
    }
  });

  it('gives kitty the pixels of a JPEG, made smaller', async () => {
    const { default: jpeg } = await import('jpeg-js');
    const data = Buffer.alloc(1000 * 500 * 4, 0xff);
    for (let index = 0; index < data.length; index += 4) data.set([200, 10, 30], index);
    const bytes = jpeg.encode({ width: 1000, height: 500, data }, 90).data;
    const { pictures } = await generate(['--preview'], { bytes, env: KITTY });
    // Half of 24 rows, each two columns high: 48 columns for twice the width, of at most 960 pixels.
    expect(pictures[0]?.keys).toBe('a=T,q=2,f=24,s=500,v=250,o=z,c=48');
    const rgb = inflateSync(pictures[0]?.content as Buffer);
    expect(rgb).toHaveLength(500 * 250 * 3);
    expect([...rgb.subarray(300, 303)].map((value) => Math.round(value / 10))).toEqual([20, 1, 3]);
  });

  it('gives sixels, and squares where it is transparent', async () => {
    const png = new PNG({ width: 200, height: 100 });
    png.data.fill(0);
    const { pictures } = await generate(['--preview'], { bytes: PNG.sync.write(png), env: { TERM: 'foot' } });
    const { decode } = await import('sixel');
    const sixels = String(pictures[0]?.content).replace('\u001bP0;0;q', '').replace('\u001b\\', '');
    const { width, height, data32 } = decode(sixels);
    expect([width, height]).toEqual([200, 100]);
    const grey = (x: number, y: number) => Math.round(((data32[y * 200 + x] ?? 0) & 255) / 10);
    expect([grey(2, 2), grey(10, 2), grey(2, 10), grey(10, 10)]).toEqual([10, 15, 15, 10]);
  });

  it('names each of several', async () => {
    const { pictures, stderr } = await generate(['--preview'], { images: 3, env: KITTY });
    expect(pictures).toHaveLength(3);
    const places = ['a-fox-1.png:', 'a-fox-2.png:', 'a-fox-3.png:'].map((name) => stderr.indexOf(name));
    expect(places.every((place, index) => place > (places[index - 1] ?? 0))).toBe(true);
  });

  it.each<[string, RunOptions & { bytes?: Buffer }, RegExp]>([
    [
      'a WebP in kitty',
      { bytes: WEBP_1X1, env: KITTY },
      /is not shown here: it is a WebP, which this terminal does not take/,
    ],
    [
      'a flood',
      { bytes: makePng(3400, 3200, 0), env: KITTY },
      /is not shown here: it has 10 MB, and at most 10 go to a terminal; --open/,
    ],
    ['another terminal', {}, /^This terminal shows no pictures \(kitty/m],
    [
      'tmux',
      { env: { ...KITTY, TMUX: '/tmp/x,1,0' } },
      /^Inside tmux and screen no pictures are shown; --open/m,
    ],
  ])('says in one line why it shows nothing: %s', async (_name, options, wanted) => {
    const { status, stderr, pictures } = await generate(['--preview'], options);
    expect([status, pictures]).toEqual([0, []]);
    expect(stderr.replace(/\n(?=\S)/g, (line) => line)).toMatch(
      new RegExp(wanted.source.replaceAll(' ', '\\s'), 'm'),
    );
  });

  it.each<[string, string[], RunOptions]>([
    ['in a pipe', [], { stderrIsTerminal: false, stdoutIsTerminal: true }],
    ['with --json', ['--json'], {}],
    ['with --quiet', ['--quiet'], {}],
    ['with TERM=dumb', [], { env: { TERM: 'dumb', IDEOGRAM_PREVIEW: 'kitty' } }],
    ['in CI', [], { env: { ...KITTY, CI: 'true' } }],
    ['with IDEOGRAM_PREVIEW=off', [], { env: { ...KITTY, IDEOGRAM_PREVIEW: 'off' } }],
    ['in a dry run', ['--dry-run'], {}],
  ])('is silent %s', async (_name, flags, options) => {
    const env = { ...KITTY, ...options.env };
    const { status, stderr, pictures } = await generate(['--preview', ...flags], { ...options, env });
    expect([status, pictures]).toEqual([0, []]);
    expect(stderr).not.toMatch(/picture|shown/);
  });

  it('is asked for, or there is none', async () => {
    expect((await generate([], { env: KITTY })).pictures).toEqual([]);
  });

  it('takes nothing else in IDEOGRAM_PREVIEW, before anything is sent', async () => {
    const env = { IDEOGRAM_PREVIEW: 'ascii' };
    const result = await generate(['--preview', '--json'], { env });
    expect([result.status, result.server.calls]).toEqual([2, []]);
    expect(result.error()).toMatchObject({
      code: 'bad_input',
      hint: expect.stringContaining('kitty, iterm2, sixel, off'),
    });
    expect((await generate([], { env })).status).toBe(0);
  });
});

describe('--open', () => {
  it.each<[NodeJS.Platform, string, string]>([
    ['linux', '/tmp/a fox.png', '/tmp/a fox.png'],
    ['linux', '/tmp/$(x)`.png', 'file:///tmp/%24(x)%60.png'],
    ['darwin', '/tmp/a"b.png', 'file:///tmp/a%22b.png'],
    ['win32', 'C:\\a fox.png', 'C:\\a fox.png'],
    ['win32', 'C:\\$(x)`\u201d.png', 'C:\\`$(x)```\u201d.png'],
  ])('on %s names %s so that no shell acts on it', (platform, path, wanted) => {
    expect(viewerTarget(path, platform)).toBe(wanted);
  });
});

describe('both', () => {
  it.each(['--preview', '--open'])('%s needs a file: not with -o -', async (flag) => {
    const result = await generate([flag, '-o', '-']);
    expect([result.status, result.server.calls]).toEqual([2, []]);
    expect(result.stderr).toContain(`${flag} needs a file`);
    expect((await runCli(['resume', flag, '-o', '-'])).stderr).toContain(`${flag} needs a file`);
  });

  it('are not kept with the call, but can be typed again', async () => {
    const { world, server } = await generate(['--preview'], { env: KITTY });
    expect(JSON.stringify(await journalOf(world.state))).not.toMatch(/preview|"open"/);
    const env = { IDEOGRAM_BASE_URL: server.url, ...KITTY };
    const again = (...flags: string[]) =>
      runCli(['again', 'last', ...flags], { world, env, stderrIsTerminal: true });
    expect(picturesIn((await again('--run')).stderr)).toEqual([]);
    expect(picturesIn((await again('--run', '--preview')).stderr)).toHaveLength(1);
    expect((await again('--preview', '--open')).stdout).toMatch(/--preview --open\n$/);
  });

  it('show what resume collects, or what a named call has made', async () => {
    const { world, server } = await generate([], { images: 2 });
    const { id = '' } = (await journalOf(world.state))[0] ?? {};
    const env = { IDEOGRAM_BASE_URL: server.url, ...KITTY };
    const options = { world, env, stderrIsTerminal: true };
    const result = await runCli(['resume', id, '--preview'], options);
    expect([result.status, picturesIn(result.stderr).length]).toEqual([0, 2]);
    expect(picturesIn((await runCli(['resume', '--preview'], options)).stderr)).toEqual([]);
  });

  it('never fail a saved image', async () => {
    const { world, server } = await generate([]);
    const { id = '' } = (await journalOf(world.state))[0] ?? {};
    const path = join(world.folder, 'a-fox-1.png');
    const { length } = await readFile(path);
    await truncate(path, 0);
    await writeFile(path, Buffer.alloc(length));
    const env = { IDEOGRAM_BASE_URL: server.url, ...KITTY };
    const result = await runCli(['resume', id, '--preview'], { world, env, stderrIsTerminal: true });
    expect([result.status, result.stdout]).toEqual([0, 'a-fox-1.png\n']);
    expect(result.stderr.replaceAll('\n', ' ')).toContain(
      'a-fox-1.png is not shown here: it is no image any more',
    );
  });
});

describe('what a terminal says of itself', () => {
  it.each<[Record<string, string>, ReturnType<typeof pictureAbility>]>([
    [{ TERM: 'xterm-kitty' }, 'kitty'],
    [{ TERM: 'xterm-ghostty' }, 'kitty'],
    [{ TERM: 'xterm-256color', TERM_PROGRAM: 'ghostty' }, 'kitty'],
    [{ TERM: 'xterm-256color', KITTY_WINDOW_ID: '1' }, 'kitty'],
    [{ TERM_PROGRAM: 'iTerm.app' }, 'iterm2'],
    [{ TERM: 'xterm-256color', LC_TERMINAL: 'iTerm2' }, 'iterm2'],
    [{ TERM_PROGRAM: 'WezTerm' }, 'iterm2'],
    [{ TERM_PROGRAM: 'vscode', KITTY_WINDOW_ID: '1' }, 'iterm2'],
    [{ TERM_PROGRAM: 'mintty' }, 'iterm2'],
    [{ KONSOLE_VERSION: '220401' }, 'iterm2'],
    [{ KONSOLE_VERSION: '211202' }, 'none'],
    [{ TERM: 'foot' }, 'sixel'],
    [{ TERM: 'mlterm' }, 'sixel'],
    [{ TERM: 'xterm-256color' }, 'none'],
    [{}, 'none'],
    [{ TERM_PROGRAM: 'Apple_Terminal', KITTY_WINDOW_ID: '1' }, 'none'],
    [{ TERM_PROGRAM: 'constructor' }, 'none'],
    [{ TERM: 'tmux-256color', KITTY_WINDOW_ID: '1' }, 'multiplexed'],
    [{ TERM: 'screen', LC_TERMINAL: 'iTerm2' }, 'multiplexed'],
    [{ TERM: 'xterm-kitty', STY: '1.pts' }, 'multiplexed'],
    [{ TERM: 'xterm-kitty', TMUX: 'x', IDEOGRAM_PREVIEW: ' Sixel ' }, 'sixel'],
    [{ TERM: 'xterm-kitty', IDEOGRAM_PREVIEW: '' }, 'kitty'],
  ])('%j: %s', (env, wanted) => {
    expect(pictureAbility(env)).toBe(wanted);
  });
});

it.each([
  [{ width: 1024, height: 1024 }, { columns: 80, rows: 24 }, 24],
  [{ width: 3000, height: 1000 }, { columns: 80, rows: 50 }, 80],
  [{ width: 1000, height: 3000 }, { columns: 80, rows: 24 }, 8],
  [{ width: 50, height: 50 }, { columns: 80, rows: 24 }, 5],
  [{ width: 1, height: 20_000 }, { columns: 80, rows: 24 }, 1],
])('%j on %j is %i columns wide', (size, screen, wanted) => {
  expect(columnsFor(size, screen)).toBe(wanted);
});
