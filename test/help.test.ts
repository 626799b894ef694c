/** Help and the words that lead to it: every command has a page, a family without a command shows its own, a typo is told. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { testImagePrice } from '../src/commands/test-image.js';
import { COMMANDS } from '../src/endpoints/index.js';
import { OTHER_NAMES } from '../src/suggestions.js';
import { makePng } from './support/images.js';
import { leftBlack, paintPng } from './support/pictures.js';
import { createWorld, runCli } from './support/run.js';

const FAMILY = ['auth', 'auth login', 'auth verify', 'auth status', 'auth logout'];
const PAGES = [
  ...COMMANDS.map(({ name }) => name),
  'models',
  'resume',
  'history',
  'again',
  'completion',
  ...FAMILY,
  'sandbox',
];

describe('the page of a command', () => {
  it.each(PAGES)('%s, however it is asked for', async (path) => {
    const words = path.split(' ');
    const asked = await runCli([...words, '--help']);
    expect([asked.status, asked.stderr]).toEqual([0, '']);
    expect(asked.stdout).toContain(`Usage: ideogram ${path}`);
    expect((await runCli(['help', ...words])).stdout).toBe(asked.stdout);
    expect((await runCli([...words, '-h'])).stdout).toBe(asked.stdout);
    expect((await runCli(['help', ...words, '--help'])).stdout).toBe(asked.stdout);
  });

  it.each([[[]], [['--help']], [['help']], [['help', '-h']]])('the program itself: %j', async (argv) => {
    const { status, stdout } = await runCli(argv);
    expect([status, stdout]).toEqual([
      0,
      expect.stringMatching(/Commands:[\s\S]*generate[\s\S]*auth[\s\S]*sandbox/),
    ]);
  });

  it('a family without a command shows what there is', async () => {
    const { status, stdout } = await runCli(['auth']);
    expect([status, stdout]).toEqual([0, (await runCli(['auth', '--help'])).stdout]);
    for (const name of ['login', 'verify', 'status', 'logout'])
      expect(stdout).toMatch(new RegExp(`^  ${name} `, 'm'));
  });

  it('names the price of the test image as it is reckoned', async () => {
    const { stdout } = await runCli(['auth', 'verify', '--help']);
    expect(stdout.replace(/\s+/g, ' ')).toContain(`paid, ${testImagePrice()} (V_2_TURBO)`);
  });

  it('names only the options that mean something to it', async () => {
    const shown = async (path: string) => (await runCli([...path.split(' '), '--help'])).stdout;
    expect(await shown('auth login')).toMatch(/--with-key[\s\S]*--env[\s\S]*--no-verify[\s\S]*--no-input/);
    expect(await shown('auth login')).not.toMatch(/--dry-run/);
    expect(await shown('auth verify')).toMatch(/--generate[\s\S]*--dry-run[\s\S]*--max-cost/);
    expect(await shown('auth status')).not.toMatch(/--dry-run|--timeout|--force|--sandbox/);
  });
});

describe.each(COMMANDS.map((spec) => [spec.name, spec] as const))('the page of %s', (name, spec) => {
  const page = async () => (await runCli([name, '--help'])).stdout;

  it('fits 80 columns, examples first', async () => {
    const text = await page();
    expect(text.split('\n').filter((line) => line.length > 80)).toEqual([]);
    const headings = text.match(/^[A-Z][A-Za-z ]*:$/gm) ?? [];
    expect(headings.slice(0, 2)).toEqual(['Examples:', 'Operand:']);
    expect(headings).toEqual([...new Set(headings)]);
  });

  it('names every option once, and the operand with no flag', async () => {
    const text = await page();
    const options = [
      ...spec.endpoints.flatMap((endpoint) => endpoint.fields.map(({ field }) => field)),
      ...(spec.local ?? []),
      ...(spec.variants ?? []),
    ];
    for (const { name: option, flags } of options) {
      const flag = /--[a-z-]+/.exec(flags)?.[0];
      const lines = text.match(new RegExp(`^  (-\\w, )?${flag}( |$)`, 'gm')) ?? [];
      expect([flag, lines.length]).toEqual([flag, option === spec.operand.field ? 0 : 1]);
    }
    const models = new Set(spec.endpoints.flatMap((endpoint) => endpoint.models));
    const flag = name === 'describe' ? '--describe-model' : '--model';
    expect(text.includes(`${flag} <model>`)).toBe(models.size > 1);
    if (models.size > 1) for (const model of models) expect(text).toMatch(new RegExp(`\\b${model}\\b`));
  });

  it('shows each example as it is in the data', async () => {
    const text = await page();
    for (const { does, line } of spec.examples) {
      expect(text).toContain(`# ${does}`);
      expect(text.replace(/ \\\n\s+/g, ' ')).toContain(line);
    }
  });
});

describe('an example of a help page', () => {
  const picture = makePng(1000, 1000);
  const mask = paintPng(1000, 1000, leftBlack(1000), { color: 'grey', depth: 1 });
  const lines = COMMANDS.flatMap(({ examples }) => examples.map(({ line }) => line));
  it.each(lines)('%s works as it stands', async (line) => {
    const world = await createWorld();
    const put = (name: string, content: Buffer | string) => writeFile(join(world.folder, name), content);
    const document = {
      high_level_description: 'a fox',
      compositional_deconstruction: { background: 'snow', elements: [] },
    };
    await put('prompt.txt', 'a red fox');
    await put('fox.json', JSON.stringify(document));
    await put('mask.png', mask);
    // What another program does stands in no example of ours.
    const commands = line
      .split(/\s+\|\s+(?=ideogram )/)
      .map((part) => part.replace(/ (\||>) (?!ideogram).*$/, ''));
    for (const [index, command] of commands.entries()) {
      const argv = [...command.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, word]) => quoted ?? word ?? '');
      expect(argv.shift()).toBe('ideogram');
      const found = argv.map((word) => word.replace('*', 'a'));
      for (const word of found) {
        const isInput = /\.(png|jpg)$/.test(word) && found[found.indexOf(word) - 1] !== '-o';
        if (isInput && !/^(mask|m)\.png$/.test(word)) await put(word.replace(/.*\//, ''), picture);
      }
      const here = found.map((word) => (/\.(png|jpg)$/.test(word) ? word.replace(/.*\//, '') : word));
      const stdin = index === 0 ? '' : here.includes('--json-prompt') ? JSON.stringify(document) : picture;
      const flags = here[0] === 'models' || here.includes('--dry-run') ? [] : ['--dry-run'];
      const { status, stderr } = await runCli([...here, ...flags, '--quiet'], { world, stdin });
      expect([command, status, stderr]).toEqual([command, 0, '']);
    }
  });
});

it("the other programs' names stand for what there is", async () => {
  const pages = await Promise.all(
    ['', 'auth', 'generate'].map(async (page) => (await runCli([page, '--help'].filter(Boolean))).stdout),
  );
  const words = new Set(pages.join('\n').match(/[a-z]+(?:-[a-z]+)*/g));
  for (const meant of Object.values(OTHER_NAMES).flat()) expect(words).toContain(meant);
  for (const [typed, [meant]] of Object.entries(OTHER_NAMES)) {
    const [command, option] = [await runCli([typed]), await runCli(['generate', 'x', `--${typed}`])];
    expect(command.stderr + option.stderr).toMatch(new RegExp(`Did you mean .*\\b${meant}\\b`));
  }
});

describe('words that lead nowhere', () => {
  it.each<[string[], RegExp]>([
    [['autj'], /Unknown command 'autj'\.\n {2}Did you mean auth\?\n {2}See: ideogram --help/],
    [['auth', 'logi'], /Unknown command 'logi'\.\n {2}Did you mean login\?\n {2}See: ideogram auth --help/],
    [['auth', 'verify', '--genrate'], /Did you mean --generate\?[\s\S]*See: ideogram auth verify --help/],
    [['auth', '--quiet'], /No command was given\.\n {2}See: ideogram auth --help/],
    [['help', 'auth', 'nope'], /Unknown command 'auth \.\.\.'/],
    [['autj', '--help'], /Unknown command 'autj'\.\n {2}Did you mean auth\?/],
    [['GENERATE', 'a fox'], /'GENERATE'\.\n {2}Did you mean generate\?/],
    [['removeBackground', 'a.png'], /Did you mean remove-background\?/],
    [['remove', 'background', 'a.png'], /Did you mean remove-background\?/],
    [['remove', 'x'], /Did you mean one of remove-background, remove-object\?/],
    [['gen', 'x'], /Did you mean generate\?/],
    [['inpaint', 'x'], /Did you mean edit\?/],
    [['retry'], /Did you mean one of resume, again\?/],
    [['login'], /Did you mean auth login\?/],
    [['statsu'], /Did you mean auth status\?/],
    [['recipes'], /Did you mean help recipes\?/],
    [['topics'], /Did you mean help topics\?/],
    [['version'], /Did you mean --version\?/],
    [['hepl'], /Did you mean help\?/],
    [['-v'], /Did you mean -V\?/],
    [['a red fox'], /'a red fox'\.\n {2}Before a prompt stands a command: ideogram generate "/],
    // A word of every object, letters that nothing here has, and too few of them.
    [['constructor'], /'constructor'\.\n {2}See: ideogram --help/],
    [['狐'], /'狐'\.\n {2}See: /],
    [['re', 'x'], /'re'\.\n {2}See: /],
    [['generate', 'a fox', '--aspect_ratio=1x1'], /'--aspect_ratio'\.\n {2}Did you mean --aspect-ratio\?/],
    [['generate', 'a fox', '--ratio', '1:1'], /Did you mean --aspect-ratio\?/],
    [['generate', 'a fox', '--speed', 'turbo'], /Did you mean --rendering-speed\?/],
    [['generate', 'a fox', '--size', '1x1'], /Did you mean one of --aspect-ratio, --resolution\?/],
    [['upscale', 'a.png', '--size', '1x1'], /'--size'\.\n {2}See: /],
    [['generate', 'a fox', '--n', '2'], /Did you mean -n\?/],
    [['generate', 'a fox', '-seed', '2'], /Did you mean --seed\?/],
    [
      ['generate', 'a fox', '--style', 'x'],
      /Did you mean one of --style-type, --style-preset, --style-code, --style-reference\?/,
    ],
    [['generate', 'a fox', '--color'], /Did you mean one of --color-palette, --no-color\?/],
    [['models', '--n', '3'], /'--n'\.\n {2}See: /],
    [['generate', '--prompt', 'x'], /The prompt is typed without an option: ideogram generate "/],
    [['describe', '--image', 'a.png'], /The image is typed without an option: ideogram describe /],
    [['--timeout', '5', 'genrate', '-h'], /Did you mean generate\?/],
    [
      ['generate', 'a fox', '--style-preset', 'oilpaint'],
      /\n {2}Did you mean OIL_PAINTING\?\n {2}Valid: 80S/,
    ],
    [['generate', 'a fox', '--style-preset', 'grafitti'], /Did you mean GRAFFITI_I or GRAFFITI_II\?/],
    [['generate', 'a fox', '--magic-prompt', 'of'], /"of"\.\n {2}Valid: AUTO, ON, OFF\.\n$/],
    [['generate', 'a fox', '--style-preset', 'xyzzy'], /"xyzzy"\.\n {2}Valid: 80S/],
    [['help', 'nope'], /Unknown command or topic 'nope'/],
    [
      ['generate'],
      /For example: ideogram generate "a red fox reading a map"\n {2}See: ideogram generate --help/,
    ],
    [['--timeout', '5', 'auth', 'nope'], /See: ideogram auth --help/],
  ])('%j', async (argv, says) => {
    const { status, stdout, stderr } = await runCli(argv);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(says);
  });
});
