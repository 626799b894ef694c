/** `ideogram models`: the table of models, the options of one, and lists of values that pipe; nothing is sent. */
import { Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { type AskedModels, runModels } from '../src/commands/models.js';
import type { Run } from '../src/commands/run.js';
import { type CommandSpec, type Field, needs, takes } from '../src/endpoints/define.js';
import * as fields from '../src/endpoints/fields/index.js';
import { COMMANDS } from '../src/endpoints/index.js';
import { offersOf } from '../src/endpoints/offers.js';
import { refuseForEndpoint } from '../src/endpoints/refusals.js';
import { STYLE_PRESETS_V3 } from '../src/endpoints/style-presets.js';
import { modelsOf, optionsOf } from '../src/endpoints/survey.js';
import type { CliError } from '../src/errors.js';
import { createReport } from '../src/terminal/report.js';
import { createVirtualClock } from './support/clock.js';
import { runCli } from './support/run.js';

interface Shown {
  readonly stdout: string;
  readonly stderr: string;
  readonly error: CliError | undefined;
  // biome-ignore lint/suspicious/noExplicitAny: tests look into it field by field.
  json(): any;
}

interface Terminal {
  readonly json?: boolean;
  readonly quiet?: boolean;
  readonly columns?: number;
  readonly specs?: readonly CommandSpec[];
}

/** `ideogram models`, in a world that has two streams and nothing else. */
async function models(asked: AskedModels = {}, terminal: Terminal = {}): Promise<Shown> {
  const { json = false, quiet = json, columns, specs = COMMANDS } = terminal;
  const texts = { stdout: '', stderr: '' };
  const open = (name: keyof typeof texts) => {
    const stream = new Writable({
      write(chunk, _encoding, done) {
        texts[name] += String(chunk);
        done();
      },
    });
    return Object.assign(stream, columns === undefined ? {} : { isTTY: true, columns });
  };
  const streams = { stdout: open('stdout'), stderr: open('stderr') };
  const report = createReport({
    ...streams,
    clock: createVirtualClock(),
    mode: {
      json,
      quiet,
      verbose: false,
      color: { stdout: false, stderr: false },
      interactive: !quiet && columns !== undefined,
      watched: false,
      spinner: false,
      canPrompt: false,
    },
    redact: (text) => text,
  });
  const run = { ctx: streams, report } as unknown as Run;
  const error = await runModels(run, asked, specs).then(
    () => undefined,
    (error: CliError) => error,
  );
  return { ...texts, error, json: () => JSON.parse(texts.stdout) };
}

const lines = ({ stdout }: Shown): string[] => stdout.trimEnd().split('\n');

/** The rows of a table by the model in their first column. */
function rowsOf(shown: Shown): Record<string, string[]> {
  const rows: Record<string, string[]> = {};
  let model = '';
  for (const line of lines(shown).slice(1, lines(shown).indexOf(''))) {
    model = /^\S+/.exec(line)?.[0] ?? model;
    rows[model] = [...(rows[model] ?? []), line.replace(/^\S+/, '').trim()];
  }
  return rows;
}

const LOGO: Field = {
  name: 'logo',
  flags: '--logo <image>',
  wire: 'logo',
  group: 'Picture',
  help: 'a small one',
  type: { kind: 'image', maxBytes: 10 * 1024 * 1024 },
};

const upscaler: CommandSpec = {
  name: 'sharpen',
  summary: 'make an image sharp',
  doing: 'Sharpening',
  operand: { name: 'image', field: 'image', help: 'an image' },
  examples: [{ does: 'sharpen it', line: 'ideogram sharpen fox.png' }],
  defaultModel: 'V_9',
  endpoints: [
    {
      name: 'sharpen',
      method: 'POST',
      path: '/v1/sharpen',
      encoding: { kind: 'multipart' },
      models: ['V_5', 'V_9'],
      answer: 'images',
      fields: [
        needs(fields.image),
        takes(fields.detail),
        takes(fields.seed, { models: ['V_9'] }),
        takes(fields.numImages, { type: { kind: 'integer', min: 1, max: 2 } }),
        takes(LOGO),
      ],
    },
  ],
};

describe('the table', () => {
  it('has every command under every model that it has, the newest first', async () => {
    const rows = rowsOf(await models({}, { columns: 200 }));
    expect(Object.keys(rows)).toEqual([
      ...['V_4', 'V_3', 'V_2A', 'V_2A_TURBO', 'V_2', 'V_2_TURBO', 'V_1', 'V_1_TURBO', 'AUTO', '-'],
    ]);
    for (const spec of COMMANDS) {
      for (const model of modelsOf(spec)) expect(rows[model]?.join()).toContain(spec.name);
    }
    expect(rows['-']?.join()).toMatch(/edit --whole.*upscale.*remove-background.*remove-object/);
  });

  it('says what each costs, and of when the prices are', async () => {
    const shown = await models({}, { columns: 200 });
    expect(rowsOf(shown).V_3).toEqual([
      'generate, edit, remix           $0.03 to $0.09 an image; with a character reference $0.10 to $0.20',
      'generate --transparent          $0.07 an image (default options)',
      'reframe, replace-background     $0.03 to $0.09 an image',
      'describe                        $0.01 an image handed in (third-party figure, unverified)',
      'layerize                        $0.09 an image handed in',
    ]);
    expect(rowsOf(shown).V_1).toEqual(['generate, remix                 not public']);
    expect(shown.stdout).toContain('\n\nPrices in USD as of 2026-10-10: estimates, never a bill.\n');
  });

  it('names a model once, above all that it has', async () => {
    for (const asked of [{}, { command: 'generate' }, { command: 'edit' }]) {
      const names = lines(await models(asked)).flatMap((line) => /^(?:V_\S+|-)(?= )/.exec(line)?.[0] ?? []);
      expect(names).toEqual([...new Set(names)]);
    }
    expect(Object.keys(rowsOf(await models({ command: 'upscale' })))).toEqual(['-']);
  });

  it('says which model is taken where none is chosen', async () => {
    expect((await models()).stdout).toContain('Without --model: V_3 (magic-prompt: V_4).\n');
    expect((await models({}, { specs: [upscaler] })).stdout).toContain('Without --model: V_9.\n');
  });

  it('tells a person, not a pipe, how to go on', async () => {
    expect((await models({}, { columns: 80 })).stderr).toContain('ideogram models -m V_3');
    expect((await models()).stderr).toBe('');
  });

  it.each([60, 80, 120])('fits a terminal of %i columns', async (columns) => {
    // The longest options are wider than a column of the narrowest.
    for (const asked of columns < 80 ? [{}] : [{}, { model: 'V_3' }, { command: 'generate' }]) {
      const shown = await models(asked, { columns });
      expect(Math.max(...lines(shown).map((line) => line.length))).toBeLessThanOrEqual(columns);
    }
  });
});

describe('one model, one command', () => {
  it('lists the options of each command of a model', async () => {
    const shown = await models({ model: 'v-4' }, { columns: 400 });
    expect(rowsOf(shown)).toEqual({
      V_4: [
        expect.stringMatching(
          /^generate {2}.* --model --json-prompt --resolution --rendering-speed --seed --enab\S+$/,
        ),
        expect.stringMatching(/^generate --transparent .* --transparent .*--output-resolution/),
        expect.stringMatching(/^remix .*\$0.03 to \$0.10 an image +--model --prompt --image-weight/),
        expect.stringMatching(/^describe .* --describe-model --include-bbox .*--include-tags$/),
        expect.stringMatching(/^magic-prompt .*reported to be free, unverified +--aspect-ratio$/),
      ],
    });
  });

  it('lists the models of a command, with what each takes', async () => {
    const rows = rowsOf(await models({ command: 'edit' }, { columns: 400 }));
    expect(Object.keys(rows)).toEqual(['V_3', 'V_2', 'V_2_TURBO', '-']);
    expect(rows.V_3?.[0]).toContain('--mask-rect --invert-mask --save-mask');
    expect(rows['-']?.[0]).toMatch(/^edit --whole .*--whole --reference --prompt/);
    expect(rows['-']?.[0]).not.toContain('--mask');
  });

  it('takes a command with the switch that makes it another', async () => {
    const rows = rowsOf(await models({ command: 'generate --transparent' }, { columns: 400 }));
    expect(Object.values(rows).map(([first]) => first?.slice(0, 22))).toEqual([
      'generate --transparent',
      'generate --transparent',
    ]);
  });

  it.each<[AskedModels, string, RegExp]>([
    [{ model: 'V_9' }, '--model does not take "V_9".', /^Valid: V_4, V_3, .*AUTO\.$/],
    [{ command: 'paint' }, '--command does not take "paint".', /^Valid: generate, .*magic-prompt/],
    [{ model: 'V_4', command: 'edit' }, 'V_4 is not a model of edit.', /^Its models: V_3, V_2, V_2_TURBO\.$/],
    [{ model: 'V_3', command: 'upscale' }, 'V_3 is not a model of upscale.', /leave out --model/],
  ])('refuses %j', async (asked, message, hint) => {
    const { error, stdout } = await models(asked);
    expect([error?.code, error?.message, stdout]).toEqual(['bad_input', message, '']);
    expect(error?.hint).toMatch(hint);
  });
});

describe('the options of each place', () => {
  it('are those that a call there is not refused for', () => {
    for (const { spec, endpoint, command, model, options } of offersOf(COMMANDS)) {
      const others = optionsOf(spec).filter(
        (option) => !spec.variants?.includes(option) && option.name !== spec.operand.field,
      );
      for (const option of others) {
        let taken = true;
        try {
          refuseForEndpoint(spec, option, endpoint, model);
        } catch {
          taken = false;
        }
        const offered = options.some((each) => each.option.name === option.name);
        expect([command, model, option.name, offered]).toEqual([command, model, option.name, taken]);
      }
    }
  });
});

describe('--options', () => {
  it.each(['style-preset', '--style-preset', 'style_preset', 'stylePreset', 'STYLE_PRESET'])(
    '%s: the values, one a line, and nothing else',
    async (options) => {
      const shown = await models({ options });
      expect(lines(shown)).toEqual([...STYLE_PRESETS_V3]);
      expect(shown.stderr).toBe('');
    },
  );

  it('sets apart what differs, under the models and commands that take it', async () => {
    expect(lines(await models({ options: 'rendering-speed' }))).toEqual([
      '==> V_4 (generate, generate --transparent, remix); V_3 (generate --transparent) <==',
      'TURBO',
      'DEFAULT',
      'QUALITY',
      '',
      '==> V_3 (generate, edit, remix, reframe, replace-background) <==',
      'FLASH',
      'TURBO',
      'DEFAULT',
      'QUALITY',
    ]);
  });

  it('leaves the head line out where one list is left', async () => {
    const speeds = ['FLASH', 'TURBO', 'DEFAULT', 'QUALITY'];
    const options = 'rendering-speed';
    expect(lines(await models({ options, model: 'V_3', command: 'edit' }))).toEqual(speeds);
    expect(lines(await models({ options, model: 'V_4' }))).toEqual(speeds.slice(1));
    expect(lines(await models({ options: '-a', command: 'magic-prompt' }))).toContain('16:9');
    expect(lines(await models({ options: 'resolution', model: 'V_3' }))).toContain('1536x512');
  });

  it.each<[string, AskedModels, string]>([
    ['a number', { options: 'num-images' }, 'a whole number from 1 to 8'],
    ['a text', { options: 'negative-prompt' }, 'text'],
    ['a text of a form', { options: 'custom-model-uri' }, 'model/<name>/version/<number>'],
    ['a list', { options: 'style-code' }, '8 hexadecimal digits, as 0A1B2C3D; may be repeated'],
    ['a switch', { options: 'transparent' }, 'no value: it is there or not'],
    ['a prompt', { options: 'prompt' }, 'text, - for standard input, or @file'],
    ['a prompt in a file', { options: 'json-prompt' }, 'a JSON file, or - for standard input'],
    ['a file', { options: 'save-mask' }, 'the name of a file'],
    [
      'a shape',
      { options: 'aspect-ratio', command: 'reframe' },
      'width and height as two numbers: 16:9, 4:5, 2.35:1',
    ],
    [
      'an image',
      { options: 'mask' },
      'a JPEG, PNG or WebP of at most 25 MB: a file, - for standard input, or an https URL',
    ],
    [
      'several images',
      { options: 'reference' },
      'a JPEG, PNG or WebP of at most 25 MB: a file, - for standard input, or an https URL; may be repeated, at most 9 times',
    ],
    [
      'any number of images',
      { options: 'style-reference' },
      'a JPEG, PNG or WebP of at most 25 MB: a file, - for standard input, or an https URL; may be repeated',
    ],
    [
      'one image of several',
      { options: 'character-reference' },
      'a JPEG, PNG or WebP of at most 25 MB: a file, - for standard input, or an https URL',
    ],
    [
      'rectangles',
      { options: 'mask-rect' },
      'x,y,width,height from the top left, each in pixels or per cent: 100,200,300,400 or 50%,0,50%,12.5%; may be repeated',
    ],
  ])('says the form of %s', async (_what, asked, form) => {
    const shown = await models(asked);
    expect([shown.stdout, shown.stderr]).toEqual([`${form}\n`, '']);
  });

  it('prints the names of palettes, and beside the pipe what else a palette may be', async () => {
    const shown = await models({ options: 'color-palette' });
    expect(lines(shown)).toEqual([
      'EMBER',
      'FRESH',
      'JUNGLE',
      'MAGIC',
      'MELON',
      'MOSAIC',
      'PASTEL',
      'ULTRAMARINE',
    ]);
    expect(shown.stderr).toMatch(/^Or 1 to 8 colours, each with a weight from 0\.05 to 1 .*#FF6600:0\.7/);
    expect((await models({ options: 'color-palette' }, { quiet: true })).stderr).toBe('');
  });

  it('knows the model as an option', async () => {
    expect(lines(await models({ options: 'model', command: 'edit' }))).toEqual(['V_3', 'V_2', 'V_2_TURBO']);
    const transparent = await models({ options: 'model', command: 'generate --transparent' });
    expect(lines(transparent)).toEqual(['V_4', 'V_3']);
    expect(lines(await models({ options: 'describe-model' }))).toEqual(['V_4', 'V_3', 'V_2']);
  });

  it.each<[AskedModels, string, RegExp]>([
    [
      { options: 'colour' },
      '"colour" is not an option',
      /^Options: --model, .*--style-preset, .*--mask-rect.*--detail\.$/,
    ],
    [{ options: 'image' }, '"image" is not an option', /^Options: /],
    [
      { options: 'style-preset', model: 'V_4' },
      '--style-preset is not an option of model V_4.',
      /^It is one of: V_3 \(generate, edit, remix, reframe, replace-background\)\.$/,
    ],
    [
      { options: 'seed', command: 'describe' },
      '--seed is not an option of describe.',
      /; edit --whole, upscale, remove-object\.$/,
    ],
    [
      { options: 'stylePreset', command: 'edit', model: 'V_2' },
      '--style-preset is not an option of edit with model V_2.',
      /^It is one of: V_3 \(/,
    ],
  ])('refuses %j', async (asked, message, hint) => {
    const { error, stdout } = await models(asked);
    expect([error?.code, stdout]).toEqual(['bad_input', '']);
    expect(error?.message).toContain(message);
    expect(error?.hint).toMatch(hint);
  });
});

describe('--json', () => {
  it('is one object: models, commands, options, prices', async () => {
    const shown = await models({}, { json: true });
    const result = shown.json();
    expect(Object.keys(result)).toEqual(['ok', 'command', 'prices', 'models', 'warnings']);
    expect(result).toMatchObject({ ok: true, command: 'models', prices: '2026-10-10', warnings: [] });
    expect(shown.stderr).toBe('');
    const offers = offersOf(COMMANDS);
    const listed = result.models.flatMap(
      ({ model, commands }: { model: string; commands: { command: string }[] }) =>
        commands.map(({ command }) => [model, command]),
    );
    expect(listed).toEqual(offers.map(({ model, command }) => [model ?? null, command]));
  });

  it('shows a price at the usual options, and its range', async () => {
    const { models: found } = (await models({ model: 'V_3', command: 'layerize' }, { json: true })).json();
    const basis = 'estimate: 1 x $0.09 for an image handed to layerize, prices of 2026-10-10';
    expect(found).toEqual([
      {
        model: 'V_3',
        commands: [
          {
            command: 'layerize',
            options: ['--prompt', '--seed'],
            price: { usd: 0.09, from: 0.09, to: 0.09, per: 'input', basis },
          },
        ],
      },
    ]);
    const { models: others } = (await models({ command: 'remix' }, { json: true })).json();
    const priceOf = (model: string) =>
      others.find((each: { model: string }) => each.model === model).commands[0].price;
    expect(priceOf('V_3')).toMatchObject({ usd: 0.06, from: 0.03, to: 0.2, per: 'image' });
    expect(priceOf('AUTO')).toEqual({
      usd: null,
      from: null,
      to: null,
      per: null,
      basis: 'no public price is known for AUTO',
    });
  });

  it('has the values of an option, and who takes them', async () => {
    const shown = await models({ options: 'magicPrompt', command: 'edit' }, { json: true });
    expect(shown.json()).toEqual({
      ok: true,
      command: 'models',
      option: '--magic-prompt',
      values: [
        {
          models: ['V_3', 'V_2', 'V_2_TURBO'],
          commands: ['edit'],
          values: ['AUTO', 'ON', 'OFF'],
          form: null,
        },
        { models: [], commands: ['edit --whole'], values: ['AUTO', 'ON', 'OFF'], form: null },
      ],
      warnings: [],
    });
    const palette = (await models({ options: 'color-palette' }, { json: true })).json();
    expect(palette.values[0]).toMatchObject({
      values: expect.arrayContaining(['EMBER']),
      form: expect.stringMatching(/colours/),
    });
    const number = (await models({ options: 'seed', model: 'V_2' }, { json: true })).json();
    expect(number.values[0]).toMatchObject({ values: [], form: 'a whole number from 0 to 2147483647' });
  });
});

describe('on the command line', () => {
  const offline = {
    env: { IDEOGRAM_API_KEY: undefined },
    fetch: () => Promise.reject(new Error('Nothing may be sent.')),
  };

  it.each(['style-preset', '--style-preset'])(
    'lists the values of %s, without a key or network',
    async (option) => {
      const { status, stdout, stderr } = await runCli(['models', '--options', option], offline);
      expect([status, stdout.split('\n').slice(0, 2), stderr]).toEqual([0, STYLE_PRESETS_V3.slice(0, 2), '']);
    },
  );

  it('takes its own options beside the global ones', async () => {
    const argv = ['models', '-m', 'v2', '--command', 'edit', '--json'];
    const { models: found } = (await runCli(argv, offline)).json();
    expect(found).toMatchObject([{ model: 'V_2', commands: [{ command: 'edit' }] }]);
  });

  it('refuses what there is not: exit 2', async () => {
    const { status, stderr } = await runCli(['models', '--options', 'nope'], offline);
    expect([status, stderr]).toEqual([2, expect.stringMatching(/^Error: "nope" is not an option/)]);
  });
});

describe('a command that is new', () => {
  it('is in the table, with options and values, from its data alone', async () => {
    const specs = [...COMMANDS, upscaler];
    const rows = rowsOf(await models({ command: 'sharpen' }, { specs, columns: 200 }));
    expect(rows).toEqual({
      V_9: ['sharpen  not public  --model --detail --seed --num-images --logo'],
      V_5: ['sharpen  not public  --model --detail --num-images --logo'],
    });
    expect(lines(await models({ options: 'detail', model: 'V_5' }, { specs }))).toEqual([
      'a whole number from 1 to 100',
    ]);
    expect(lines(await models({ options: 'logo' }, { specs }))).toEqual([
      'a JPEG, PNG or WebP of at most 10 MB: a file, - for standard input, or an https URL',
    ]);
    const counts = lines(await models({ options: 'num-images' }, { specs }));
    expect(counts.filter((line) => !line.startsWith('==>'))).toEqual([
      'a whole number from 1 to 2',
      '',
      'a whole number from 1 to 8',
    ]);
    expect((await models({ options: 'seed', model: 'V_5' }, { specs })).error?.hint).toContain(
      'V_9 (sharpen)',
    );
  });
});
