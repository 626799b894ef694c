/** One data object makes an endpoint: its flags, help, refusals, request, dry run and docs follow, and nothing else is written. */
import { PNG } from 'pngjs';
import { describe, expect, it } from 'vitest';
import { commandsPage } from './support/commands-page.js';
import { BED, DREAM, MUSE, pretend } from './support/pretend.js';
import { type Received, readParts } from './support/server.js';

const FULL = ['dream', 'bed.png', '--mask', 'm.png', '-p', 'sheep', '-m', 'v8', '-d', '9', '--lucid'];
FULL.push('--omen', 'owl', '--omen', 'fox', '--color-palette', 'ember');

describe('a pretend endpoint', () => {
  it('is among the commands', async () => {
    const { stdout } = await pretend('--help');
    expect(stdout).toMatch(/^ {2}dream +put a dream into an image$/m);
    expect(stdout).toMatch(/^ {2}muse +find words for a prompt$/m);
    expect(stdout).toMatch(/^ {2}generate /m);
  });

  it('has a help page: examples, operand, every flag with its values, limits, default, need and reach', async () => {
    const { stdout, status } = await pretend('dream', '--help');
    const page = stdout.replace(/\s+/g, ' ');
    expect(status).toBe(0);
    expect(stdout).toMatch(
      /^Put a dream into an image\. Dreams end at dawn\.\n\nUsage: ideogram dream <image> /,
    );
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
    for (const text of [
      'Examples: # a calm one ideogram dream bed.png --mask m.png -p "sheep" --mood calm',
      'Operand: <image> JPEG, PNG or WebP',
      '-m, --model <model> model to use (V_9, V_8; default V_9)',
      '-d, --depth <number> how deep it goes (1 to 9; default 3) [V_8]',
      '--mood <mood> how it feels (CALM, WILD_RIDE)',
      '--omen <code> what must come true; may be repeated (3 small letters, as owl)',
      '--lucid know that it is one',
      '-p, --prompt <text> what the picture shows: text, - for standard input, or @file (needed)',
      'black is what changes, white stays (needed, or --mask-rect)',
      '--save-mask <file>',
      '--color-palette <palette>',
      '--allow-private-urls',
      '-o, --output <path>',
    ]) {
      expect(page).toContain(text);
    }
    expect(page).not.toContain('--num-images');
  });

  it('sends what was typed, and nothing else', async () => {
    const { status, stderr, calls } = await pretend('dream', 'bed.png', '-p', 'sheep', '--mask', 'm.png');
    expect([status, stderr, calls.map(({ path }) => path)]).toEqual([0, '', ['/v9/dream']]);
    const parts = await readParts(calls[0] as Received);
    expect(parts.map(({ name }) => name).sort()).toEqual(['bed', 'blanket', 'dreamer', 'story']);
  });

  it('sends every option by its name on the wire, in its form', async () => {
    const { status, stderr, calls } = await pretend(...FULL);
    expect([status, stderr, calls.length]).toEqual([0, '', 1]);
    const parts = await readParts(calls[0] as Received);
    const texts = parts.filter(({ filename }) => filename === undefined);
    expect(texts.map(({ name, type, bytes }) => [name, type, bytes.toString('utf8')])).toEqual([
      ['story', undefined, 'sheep'],
      ['dreamer', undefined, 'V_8'],
      ['dream_depth', undefined, '9'],
      ['omens', undefined, 'owl'],
      ['omens', undefined, 'fox'],
      ['is_lucid', undefined, 'true'],
      ['color_palette', 'application/json', '{"name":"EMBER"}'],
    ]);
    const [bed, blanket] = parts.filter(({ filename }) => filename !== undefined);
    expect([bed?.name, bed?.filename, bed?.type]).toEqual(['bed', 'bed.png', 'image/png']);
    expect(bed?.bytes.equals(BED)).toBe(true);
    expect([blanket?.name, blanket?.filename, blanket?.type]).toEqual(['blanket', 'm.png', 'image/png']);
    // This endpoint changes white, and the user's mask has black.
    const { data } = PNG.sync.read(blanket?.bytes as Buffer);
    expect([...data.subarray(0, 3), ...data.subarray(8, 11)]).toEqual([255, 255, 255, 0, 0, 0]);
  });

  it.each([
    [['--lucid'], 'true'],
    [['--no-lucid'], 'false'],
  ])('sends a switch both ways: %j', async (options, wanted) => {
    const { calls } = await pretend('dream', 'bed.png', '-p', 'x', '--mask-rect', '0,0,1,1', ...options);
    const parts = await readParts(calls[0] as Received);
    expect(parts.find(({ name }) => name === 'is_lucid')?.bytes.toString()).toBe(wanted);
  });

  it.each<[string, string[], string[]]>([
    ['a number beyond its limits', ['-m', 'V_8', '-d', '10'], ['--depth', '"10"', 'from 1 to 9']],
    ['a word that is none of its', ['--mood', 'sad'], ['--mood', '"sad"', 'CALM, WILD_RIDE']],
    ['text of another form', ['--omen', 'OWLS'], ['--omen', '3 small letters']],
    ['an option of the other model', ['-d', '2'], ['--depth', 'model V_9', 'take it: V_8']],
    ['an unknown model', ['-m', 'V_7'], ['--model', '"V_7"', 'V_9, V_8']],
    ['what excludes each other', ['--mood', 'calm', '--omen', 'owl'], ['--mood', '--omen', 'exclude']],
    ['two masks', ['--mask-rect', '0,0,1,1'], ['--mask', '--mask-rect', 'exclude']],
    ['an option it does not have', ['--seed', '1'], ["unknown option '--seed'", 'ideogram dream --help']],
    ['two readers of standard input', ['--prompt', '-', '--mask', '-'], ['--mask', '--prompt']],
  ])('refuses %s', async (_what, options, says) => {
    const result = await pretend('dream', 'bed.png', '-p', 'x', '--mask', 'm.png', ...options);
    expect([result.status, result.stdout, result.calls]).toEqual([2, '', []]);
    for (const text of says) expect(result.stderr.toLowerCase()).toContain(text.toLowerCase());
  });

  it.each<[string, string[], string[]]>([
    ['image', [], ['dream bed.png --mask m.png']],
    ['mask', ['bed.png', '-p', 'x'], ['--mask is missing', '--mask-rect']],
    ['prompt', ['bed.png', '--mask', 'm.png'], ['--prompt is missing']],
  ])('refuses a call without its %s', async (_what, words, says) => {
    const result = await pretend('dream', ...words);
    expect([result.status, result.stdout, result.calls]).toEqual([2, '', []]);
    for (const text of says) expect(result.stderr).toContain(text);
  });

  it('shows its request with --dry-run, and that its price is not known', async () => {
    const { status, stdout, calls, url } = await pretend(...FULL, '--dry-run', '--json');
    expect([status, calls]).toEqual([0, []]);
    expect(JSON.parse(stdout)).toMatchObject({
      command: 'dream',
      model: 'V_8',
      request: {
        method: 'POST',
        url: `${url}/v9/dream`,
        contentType: 'multipart/form-data',
        fields: {
          story: 'sheep',
          dreamer: 'V_8',
          dream_depth: 9,
          omens: ['owl', 'fox'],
          is_lucid: true,
          color_palette: { name: 'EMBER' },
        },
        files: [
          { name: 'bed', source: 'bed.png' },
          { name: 'blanket', source: 'm.png' },
        ],
      },
      cost: { usd: null, basis: 'no public price is known for dream with V_8' },
    });
  });

  it('has its section on the page of all commands', () => {
    const page = commandsPage([DREAM, MUSE]);
    const [, dream = '', muse = ''] = /\n## dream\n(.*)\n## muse\n(.*)/s.exec(page) ?? [];
    expect(page).toContain('\n- [`dream`](#dream): put a dream into an image\n');
    expect(page).toContain('The API itself wants white for `dream`');
    for (const text of [
      'Put a dream into an image. Dreams end at dawn.',
      '`ideogram dream <image> [options]`',
      'ideogram dream bed.png --mask m.png -p "sheep" --mood calm',
      '| V_9 (default), V_8 | `POST /v9/dream` | not public |',
      'how deep it goes',
      'a whole number from 1 to 9',
      'not with V_9',
      'CALM, WILD_RIDE',
      'not together with `--omen`',
      '3 small letters, as owl',
      'know that it is one',
    ]) {
      expect(dream).toContain(text);
    }
    expect(muse).toContain('`POST /describe`');
    expect(muse).not.toContain('--mood');
  });
});

describe('a pretend endpoint of words', () => {
  it('sends its document, and prints the answer', async () => {
    const { status, stdout, stderr, calls } = await pretend('muse', 'a fox', '-d', '2', '--no-lucid');
    expect([status, stdout, stderr]).toEqual([0, 'A fox.\n', '']);
    expect(calls[0]?.headers['content-type']).toBe('application/json');
    expect(JSON.parse(calls[0]?.body.toString('utf8') ?? '')).toEqual({
      muse_request: { prompt: 'a fox', dream_depth: 2, is_lucid: false },
    });
  });

  it('has no option that is about images', async () => {
    const { stdout } = await pretend('muse', '--help');
    expect(stdout).toContain('--depth');
    for (const flag of ['--output', '--metadata', '--allow-private-urls', '--model', '--force']) {
      expect(stdout).not.toContain(flag);
    }
  });
});
