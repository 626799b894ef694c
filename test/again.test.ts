/** A call made again: as the line that asks for it, or at once; with what is new in it, and checked as if all had been typed. */
import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { shellLine } from '../src/commands/command-line.js';
import { makePng } from './support/images.js';
import { answered, SENT, saved, type WrittenCall, writeJournal } from './support/journal-lines.js';
import { leftBlack, paintPng } from './support/pictures.js';
import { createWorld, type RunOptions, runCli, type World } from './support/run.js';
import { answerAsApi, answerImages, type Received, readParts, SCENE, startServer } from './support/server.js';

const ID = 'k3f9x2ma01';
const OTHER = 'k3f9y00000';

/** A journal of one call unless it is said otherwise, a server, and the program between them. */
async function scene(asked: Record<string, unknown> = {}, more: Partial<WrittenCall> = {}) {
  const world = await createWorld();
  const server = await startServer(answerAsApi);
  await writeJournal(world, [{ id: ID, asked, later: [SENT, answered([7]), saved(0, 'a.png')], ...more }]);
  const env = { IDEOGRAM_BASE_URL: server.url };
  return {
    world,
    server,
    again: (argv: readonly string[], options: RunOptions = {}) =>
      runCli(['again', ...argv], { world, ...options, env: { ...env, ...options.env } }),
    run: (argv: readonly string[], options: RunOptions = {}) =>
      runCli(argv, { world, ...options, env: { ...env, ...options.env } }),
  };
}

/** The line of a call that was asked like this. */
async function lineOf(asked: Record<string, unknown>, ...argv: string[]): Promise<string> {
  const { again, server } = await scene(asked);
  const result = await again([ID, ...argv]);
  expect([result.status, result.stderr, server.calls]).toEqual([0, '', []]);
  return result.stdout;
}

const IMAGE_COMMAND = (world: World, spec: string, options: Record<string, unknown> = {}) => ({
  spec,
  prompt: null,
  operands: [join(world.folder, 'in', 'room.png')],
  options,
});

describe('the line', () => {
  it.each<[Record<string, unknown>, string]>([
    [{}, "generate 'a red fox' --num-images 2 --model V_3"],
    [{ options: {} }, "generate 'a red fox'"],
    [{ operands: ['fox'], options: { transparent: true, seed: 7 } }, 'generate fox --transparent --seed 7'],
    [
      { operands: ['fox'], options: { styleCode: ['0A1B2C3D', '0A1B2C3E'] } },
      'generate fox --style-code 0A1B2C3D --style-code 0A1B2C3E',
    ],
    [
      { operands: ['fox'], options: { enableCopyrightDetection: false } },
      'generate fox --no-enable-copyright-detection',
    ],
    [
      { operands: ['fox'], options: { colorPalette: '#FF6600:0.7,#003366' } },
      "generate fox --color-palette '#FF6600:0.7,#003366'",
    ],
    [
      { operands: ['fox'], options: { colorPalette: { members: [{ color_hex: '#FF6600' }] } } },
      `generate fox --color-palette '{"members":[{"color_hex":"#FF6600"}]}'`,
    ],
    [
      { operands: ['fox'], options: { metadata: true, allowPrivateUrls: true } },
      'generate fox --allow-private-urls --metadata',
    ],
    [{ operands: ['@home'], options: {} }, 'generate @@home'],
    [{ operands: ['@@home'], options: {} }, 'generate @@@home'],
    [{ operands: ['-5 degrees'], options: { seed: 7 } }, "generate --seed 7 -- '-5 degrees'"],
    [{ operands: ['--json'], options: {} }, 'generate -- --json'],
    [{ operands: ['fox'], options: { negativePrompt: '-q' } }, "generate fox '--negative-prompt=-q'"],
    [{ operands: ['fox'], options: { negativePrompt: '@home' } }, 'generate fox --negative-prompt @home'],
    [{ operands: ['fox'], options: { saveMask: '/m.png', output: '/x.png' } }, 'generate fox'],
  ])('of %j', async (asked, line) => {
    expect(await lineOf(asked)).toBe(`ideogram ${line}\n`);
  });

  it('names files as one would type them here, and the model as its command does', async () => {
    const { world, again } = await scene();
    const line = async (asked: object) => {
      await writeJournal(world, [{ id: ID, asked: { ...asked, files: [] } }]);
      return (await again([ID])).stdout;
    };
    const path = (name: string) => join(world.folder, name);
    const describeIt = { spec: 'describe', prompt: null };
    expect(await line({ ...describeIt, operands: [path('in/a b.png')], options: { model: 'V_2' } })).toBe(
      "ideogram describe 'in/a b.png' --describe-model V_2\n",
    );
    expect(await line({ ...describeIt, operands: ['/elsewhere/b.png'], options: {} })).toBe(
      'ideogram describe /elsewhere/b.png\n',
    );
    expect(await line({ ...describeIt, operands: [path('-q.png')], options: {} })).toBe(
      'ideogram describe ./-q.png\n',
    );
    expect(await line({ ...describeIt, operands: ['https://x.org/a.png?b=1'], options: {} })).toBe(
      "ideogram describe 'https://x.org/a.png?b=1'\n",
    );
    expect(await line({ operands: ['fox'], options: { styleReference: [path('x.png'), '/y.png'] } })).toBe(
      'ideogram generate fox --style-reference x.png --style-reference /y.png\n',
    );
  });

  const NASTY = [
    "it's",
    '$HOME `id` $(id)',
    'a "b" \\ c',
    'two\nlines',
    '!',
    'ends with \\',
    '*?[a]',
    '狐 🦊',
    "''",
    '#x; rm -rf',
    ' ',
  ];

  it.skipIf(process.platform === 'win32').each(NASTY.map((text) => [text]))(
    'says exactly %j to a shell',
    async (text) => {
      const prompt = `a ${text}`;
      const { again } = await scene({
        operands: [prompt],
        prompt,
        options: { negativePrompt: text.trim() || 'x' },
      });
      const { stdout } = await again([ID]);
      const { argv, line } = (await again([ID, '--json'])).json();
      expect(stdout).toBe(`${line}\n`);
      const script = `ideogram() { for word; do printf '%s\\0' "$word"; done; }\n${stdout}`;
      const heard = await promisify(execFile)('sh', ['-c', script]);
      expect(heard.stdout.split('\0').slice(0, -1)).toEqual(argv);
      expect(argv).toEqual(['generate', prompt, '--negative-prompt', text.trim() || 'x']);
    },
  );

  it('is not printed where no shell, or no terminal, takes it as it is', async () => {
    const { again, server } = await scene({ operands: ['a \u001b[2J fox'], options: {} });
    const result = await again([ID]);
    expect([result.status, result.stdout]).toEqual([2, '']);
    expect(result.stderr).toMatch(/--run.*--json/);
    expect((await again([ID, '--json'])).json()).toMatchObject({
      line: null,
      argv: ['generate', 'a \u001b[2J fox'],
    });
    expect(server.calls).toEqual([]);
    for (const word of ['a "b"', '100%', '$x', '`', 'a\nb'])
      expect(shellLine([word], 'win32')).toBeUndefined();
    expect(shellLine(['generate', "it's"], 'win32')).toBe(`ideogram generate "it's"`);
  });

  it('in --json: the words beside it', async () => {
    const { again } = await scene();
    expect((await again([ID, '--json'])).json()).toEqual({
      ok: true,
      command: 'again',
      id: ID,
      line: "ideogram generate 'a red fox' --num-images 2 --model V_3",
      argv: ['generate', 'a red fox', '--num-images', '2', '--model', 'V_3'],
      warnings: [],
    });
  });

  it('has the fields that docs/json.md shows', async () => {
    const page = await readFile(new URL('../docs/json.md', import.meta.url), 'utf8');
    const [, shown = ''] = /^## `again`\n+```json\n([\s\S]*?)```/m.exec(page) ?? [];
    const { again } = await scene({ options: { model: 'V_3', seed: '7' } });
    expect(JSON.parse(shown)).toEqual((await again([ID, '--json'])).json());
  });

  it('says how to send it, where a person watches', async () => {
    const { again } = await scene();
    expect((await again([ID], { stderrIsTerminal: true })).stderr).toBe(
      'Nothing was sent. The same with --run sends it.\n',
    );
  });

  it('of a call of the sandbox goes there again', async () => {
    const { world, again } = await scene();
    await writeJournal(world, [{ id: OTHER }], { sandbox: true });
    expect((await again([OTHER, '--sandbox'])).stdout).toMatch(/--model V_3 --sandbox\n$/);
    const result = await again([OTHER]);
    expect([result.status, result.stderr]).toEqual([2, expect.stringContaining('history --sandbox')]);
  });
});

describe('which call', () => {
  const calls: WrittenCall[] = [
    { id: 'k3f9000001', asked: { operands: ['one'], options: {} } },
    { id: 'k3f9000002', asked: { operands: ['two'], options: {} } },
    { id: 'zzzz000003', asked: null },
    { id: 'zzzz000004', asked: { spec: 'dream' } },
  ];
  const many = async () => {
    const { world, again } = await scene();
    await writeJournal(world, calls);
    return again;
  };

  it.each([
    ['k3f9000001', 'one'],
    ['K3F9000001', 'one'],
    ['k3f9000002', 'two'],
    [' k3f9000002 ', 'two'],
  ])('%s', async (id, prompt) => {
    expect((await (await many())([id])).stdout).toBe(`ideogram generate ${prompt}\n`);
  });

  it('the beginning of an id, where it is that of one alone', async () => {
    const again = await many();
    const result = await again(['k3f9', '--json']);
    expect([result.status, result.error().code]).toEqual([2, 'bad_input']);
    expect(result.error().hint).toMatch(/k3f9000002.*\n.*k3f9000001/);
    expect((await again(['k3f90', '--json'])).status).toBe(2);
    const one = await scene();
    expect((await one.again(['k3f9'])).stdout).toContain('a red fox');
  });

  it.each([
    ['k3f', 'not the id'],
    ['k3f9000001x', 'not the id'],
    ['k3f9 000', 'not the id'],
    ['../x', 'not the id'],
    ['aaaa', 'no call'],
    ['zzzz000003', '--no-history'],
    ['zzzz000004', 'dream'],
  ])('%s is refused, and where ids are to be found is said', async (id, message) => {
    const result = await (await many())([id, '--json']);
    expect([result.status, result.error().code, result.stdout]).toEqual([2, 'bad_input', '']);
    expect(result.error().message).toContain(message);
    if (!id.startsWith('zzzz')) expect(result.error().hint).toContain('ideogram history');
  });

  it.each([[[]], [['--seed', '7']], [['--run']], [['-n', '2', '--json']]])('none: %j', async (argv) => {
    const { again } = await scene();
    const result = await again(argv);
    expect(result.status).toBe(2);
    expect(result.stderr).toMatch(/id is missing[\s\S]*again last/);
  });

  it.each(['last', 'LAST'])('%s is the newest: an older one is not sent in its stead', async (last) => {
    const refused = await (await many())([last, '--run']);
    expect([refused.status, refused.stdout]).toEqual([2, '']);
    const { world, again } = await scene();
    await writeJournal(world, calls.slice(0, 2));
    expect((await again([last])).stdout).toMatch(/^ideogram generate (one|two)\n$/);
  });

  it('none that can be made again', async () => {
    const { world, again } = await scene();
    await writeJournal(world, [calls[2] as WrittenCall]);
    expect(await again(['last'])).toMatchObject({ status: 2, stdout: '' });
    await rm(world.state, { recursive: true });
    expect(await again(['last'])).toMatchObject({ status: 2, stdout: '' });
  });

  it.each([
    [['--seed', '7', ID]],
    [['--seed=7', ID]],
    [['-o', 'x.png', ID, '--seed', '7']],
    [['--enable-copyright-detection', ID, '--seed', '7']],
    [['--json', ID, '--seed', '7']],
  ])('the id may stand behind options: %j', async (argv) => {
    const { again } = await scene();
    const result = await again(argv);
    expect([result.status, result.stdout]).toEqual([0, expect.stringContaining('--seed 7')]);
  });
});

describe('what is new', () => {
  it('takes the place of what was', async () => {
    expect(await lineOf({}, '--seed', '8', '-n', '3', '-o', 'x.png')).toBe(
      "ideogram generate 'a red fox' --num-images 3 --seed 8 --model V_3 --output x.png\n",
    );
    expect(await lineOf({}, 'a blue fox')).toBe(
      "ideogram generate 'a blue fox' --num-images 2 --model V_3\n",
    );
    expect(await lineOf({}, '@prompt.txt', '-m', 'V_2')).toBe(
      'ideogram generate @prompt.txt --num-images 2 --model V_2\n',
    );
    expect(await lineOf({}, '--', '-5 degrees')).toBe(
      "ideogram generate --num-images 2 --model V_3 -- '-5 degrees'\n",
    );
    const codes = { operands: ['fox'], options: { styleCode: ['0A1B2C3D', '0A1B2C3E'] } };
    expect(await lineOf(codes, '--style-code', 'FFFFFFFF')).toBe(
      'ideogram generate fox --style-code FFFFFFFF\n',
    );
    const flag = { operands: ['fox'], options: { enableCopyrightDetection: true } };
    expect(await lineOf(flag, '--no-enable-copyright-detection')).toContain(
      ' --no-enable-copyright-detection',
    );
  });

  it.each<[Record<string, unknown>, string[], string]>([
    [{ aspectRatio: '16:9' }, ['--resolution', '1024x1024'], '--resolution 1024x1024'],
    [{ resolution: '1024x1024' }, ['-a', '16:9'], '--aspect-ratio 16:9'],
    [{ styleType: 'auto' }, ['--style-code', '0A1B2C3D'], '--style-code 0A1B2C3D'],
    [{ styleCode: ['0A1B2C3D'] }, ['--style-type', 'auto'], '--style-type auto'],
    [
      { styleCode: ['0A1B2C3D'], seed: 7 },
      ['--style-reference', 'x.png'],
      '--seed 7 --style-reference x.png',
    ],
  ])('puts out what it excludes: %j, %j', async (options, argv, flags) => {
    expect(await lineOf({ operands: ['fox'], options }, ...argv)).toBe(`ideogram generate fox ${flags}\n`);
  });

  it('puts out the other kind of prompt', async () => {
    const parts = { operands: [], prompt: null, options: { model: 'V_4', jsonPrompt: SCENE } };
    expect(await lineOf(parts, 'a fox')).toBe("ideogram generate 'a fox' --model V_4\n");
    expect(await lineOf({ operands: ['fox'], options: { model: 'V_4' } }, '--json-prompt', 'p.json')).toBe(
      'ideogram generate --json-prompt p.json --model V_4\n',
    );
  });

  it('takes the place of a model that is typed otherwise', async () => {
    const { world, again } = await scene();
    await writeFile(join(world.folder, 'in.png'), makePng(8, 8));
    const asked = {
      spec: 'describe',
      prompt: null,
      operands: [join(world.folder, 'in.png')],
      options: { model: 'V_3' },
    };
    await writeJournal(world, [{ id: ID, asked }]);
    for (const flag of ['-m', '--describe-model', '--model']) {
      expect((await again([ID, flag, 'v4', '--include-tags'])).stdout).toBe(
        'ideogram describe in.png --include-tags --describe-model v4\n',
      );
    }
  });

  it('puts out the sidecar where there is no file', async () => {
    const asked = { operands: ['fox'], options: { metadata: true } };
    expect(await lineOf(asked, '-o', '-')).toBe('ideogram generate fox --output -\n');
    expect(await lineOf(asked, '-o', 'x.png')).toBe('ideogram generate fox --metadata --output x.png\n');
  });

  it('puts out the model where there is none to choose', async () => {
    const { again, world } = await scene();
    await mkdir(join(world.folder, 'in'));
    await writeFile(join(world.folder, 'in', 'room.png'), makePng(8, 8));
    const asked = IMAGE_COMMAND(world, 'edit', { model: 'V_3', prompt: 'a lamp', maskRect: ['0,0,4,4'] });
    await writeJournal(world, [{ id: ID, asked }]);
    expect((await again([ID])).stdout).toBe(
      "ideogram edit in/room.png --prompt 'a lamp' --mask-rect 0,0,4,4 --model V_3\n",
    );
    const result = await again([ID, '--whole']);
    expect([result.status, result.stdout]).toEqual([2, '']);
    expect(result.stderr).toMatch(/--mask-rect does not go with --whole[\s\S]*again k3f9x2ma01/);
    const whole = IMAGE_COMMAND(world, 'edit', { model: 'V_3', prompt: 'a lamp' });
    await writeJournal(world, [{ id: ID, asked: whole }]);
    expect((await again([ID, '--whole'])).stdout).toBe(
      "ideogram edit in/room.png --whole --prompt 'a lamp'\n",
    );
  });

  it('is refused as ever where the model does not take what was, and what that is is said', async () => {
    const { again, server } = await scene();
    const result = await again([ID, '-m', 'V_4', '--run', '--json']);
    expect([result.status, result.error().code, result.stdout]).toEqual([2, 'bad_input', '']);
    expect(result.error().message).toBe('--num-images is not an option of model V_4.');
    expect(result.error().hint).toMatch(
      /Models that take it: .*V_3[\s\S]*--num-images is an option of k3f9x2ma01/,
    );
    expect(server.calls).toEqual([]);
    const own = await again([ID, '--seed', 'x', '--json']);
    expect(own.error().hint).not.toContain(ID);
  });

  it.each([
    [['--mask', 'x.png'], "Unknown option '--mask'"],
    [['--sede', '7'], 'Did you mean --seed'],
    [['-n', '9'], 'from 1 to 8'],
    [['--model', 'V_9'], 'does not take "V_9"'],
    [['a', 'b'], 'Too many arguments'],
    [['--aspect-ratio', '16:9', '--resolution', '1024x1024'], 'exclude each other'],
  ])('%j is refused as the command itself does', async (argv, message) => {
    const { again, server } = await scene();
    const result = await again([ID, ...argv, '--run']);
    expect([result.status, result.stdout, server.calls]).toEqual([2, '', []]);
    expect(result.stderr).toContain(message);
  });
});

describe('help', () => {
  it('of a call has the options of its command', async () => {
    const { again } = await scene();
    const { stdout, status } = await again([ID, '--help']);
    expect(status).toBe(0);
    for (const text of [
      'Usage: ideogram again <id> [prompt] [options]',
      '--rendering-speed',
      '--output',
      '--run',
    ])
      expect(stdout).toContain(text);
    expect(stdout).not.toContain('--mask');
    expect(stdout.split('\n').filter((line) => line.length > 80)).toEqual([]);
    expect((await again(['--help', ID])).stdout).toBe(stdout);
  });

  it.each([[['--help']], [['-h']], [['aaaa', '--help']], [['--help', '--seed']]])(
    'without a call has what is known: %j',
    async (argv) => {
      const { again } = await scene();
      const { stdout, status, stderr } = await again(argv);
      expect([status, stderr]).toEqual([0, '']);
      expect(stdout).toContain('Usage: ideogram again <id> [options]');
      expect(stdout).not.toContain('--rendering-speed');
      expect((await runCli(['help', 'again'])).stdout).toBe(stdout);
    },
  );
});

/** What the server got, as text. */
async function heard(request: Received | undefined) {
  const parts = await readParts(request as Received);
  return { path: request?.path, parts: parts.map(({ name, bytes }) => [name, bytes.toString('base64')]) };
}

describe('--run', () => {
  const LINES: readonly (readonly string[])[] = [
    ['generate', 'a fox', '-n', '2', '--rendering-speed', 'turbo', '--style-reference', 'in/room.png'],
    ['generate', '@@home', '--seed', '7', '--color-palette', 'ember', '--magic-prompt', 'off'],
    ['generate', '@prompt.txt', '--style-code', '0a1b2c3d'],
    ['generate', '--json-prompt', 'parts.json', '-m', 'V_4', '--no-enable-copyright-detection'],
    ['generate', '-m', 'v_4', '--transparent', '--', '-5 degrees'],
    ['describe', 'in/room.png', '-m', 'V_4', '--no-include-bbox'],
    ['edit', 'in/room.png', '--mask', 'in/mask.png', '-p', 'a lamp', '--invert-mask'],
    ['edit', 'in/room.png', '--mask-rect', '1,1,3,3', '--mask-rect', '50%,50%,10%,10%', '-p', 'a lamp'],
    ['edit', 'in/room.png', '--whole', '--reference', 'in/mask.png', '-p', '@prompt.txt'],
    ['reframe', 'in/room.png', '-a', '16:9'],
    ['remove-background', 'in/room.png'],
    ['layerize', 'in/room.png'],
  ];

  it.each(LINES.map((argv) => [argv]))('asks exactly the same once more: %j', async (argv) => {
    const { world, server, run } = await scene();
    await writeJournal(world, []);
    await mkdir(join(world.folder, 'in'));
    await writeFile(join(world.folder, 'in', 'room.png'), makePng(8, 8));
    await writeFile(join(world.folder, 'in', 'mask.png'), paintPng(8, 8, leftBlack(4)));
    await writeFile(join(world.folder, 'prompt.txt'), '@ an owl,\n"quoted"\n');
    await writeFile(join(world.folder, 'parts.json'), JSON.stringify(SCENE));
    const first = await run([...argv]);
    expect([first.status, first.stderr.replace(/--resolution.*\n/, '')]).toEqual([0, '']);
    // Neither the prompt's file nor the folder of that time is needed.
    await rm(join(world.folder, 'prompt.txt'));
    await rm(join(world.folder, 'parts.json'));
    const second = await run(['again', 'last', '--run', '-q'], { cwd: join(world.folder, 'in') });
    expect([second.status, second.stderr]).toEqual([0, '']);
    const third = await run(['again', 'last', '--run', '-q']);
    expect([third.status, third.stderr]).toEqual([0, '']);
    const [one, two, three] = await Promise.all(server.calls.map(heard));
    expect(two).toEqual(one);
    expect(three).toEqual(one);
    expect(server.calls).toHaveLength(3);
  });

  it('says what the command itself says, in its form', async () => {
    const { again } = await scene({ options: {} });
    expect((await again([ID, '--run', '--seed', '9', '-o', 'x.png'])).stdout).toBe('x.png\n');
    expect((await again([ID, '--run', '--json'])).json()).toMatchObject({ ok: true, command: 'generate' });
  });

  it('keeps to the limits that are typed beside it', async () => {
    const { again, server } = await scene();
    expect(await again([ID, '--run', '--max-cost', '0.05'])).toMatchObject({ status: 6 });
    const dry = await again([ID, '--run', '--dry-run', '--seed', '9']);
    expect([dry.status, dry.stdout]).toEqual([0, expect.stringMatching(/seed +9[\s\S]*Nothing was sent\./)]);
    expect((await again([ID, '--dry-run'])).stdout).toContain('Nothing was sent.');
    expect(server.calls).toEqual([]);
  });

  it('reads new images and prompts from the pipe', async () => {
    const { world, again, server } = await scene();
    await writeJournal(world, [{ id: ID, asked: IMAGE_COMMAND(world, 'upscale', { seed: '7' }) }]);
    const image = makePng(3, 3);
    const result = await again([ID, '-', '--run'], { stdin: image });
    expect([result.status, result.stderr]).toEqual([0, '']);
    const parts = await readParts(server.calls[0] as Received);
    expect(parts.find(({ name }) => name === 'image_file')?.bytes).toEqual(Buffer.from(image));
    expect(parts.find(({ name }) => name === 'image_request')?.bytes.toString()).toBe('{"seed":7}');
  });
});

describe('what cannot be had again', () => {
  it.each([
    [{ spec: 'upscale', operands: ['-'], options: {} }, 'The image', ['in.png']],
    [
      { spec: 'generate', operands: ['fox'], options: { styleReference: ['-'] } },
      '--style-reference',
      ['--style-reference', 'in.png'],
    ],
  ])('came through a pipe: %j', async (asked, label, remedy) => {
    const { world, again, server } = await scene({ prompt: null, ...asked });
    await writeFile(join(world.folder, 'in.png'), makePng(8, 8));
    for (const argv of [[], ['--run']]) {
      const result = await again([ID, ...argv, '--json'], { stdin: makePng(3, 3) });
      expect([result.status, result.error().code]).toEqual([2, 'bad_input']);
      expect(result.error().message).toBe(`${label} of ${ID} came through a pipe, and cannot be read again.`);
      expect(result.error().hint).toContain(`ideogram again ${ID}`);
    }
    expect(server.calls).toEqual([]);
    expect((await again([ID, ...remedy, '--run'])).status).toBe(0);
  });

  it('an image that was described from the pipe; but not one that was named there', async () => {
    const { world, run } = await scene();
    await writeJournal(world, []);
    await writeFile(join(world.folder, 'in.png'), makePng(8, 8));
    const images = [{ path: join(world.folder, 'in.png') }];
    expect((await run(['describe', '-'], { stdin: JSON.stringify({ ok: true, images }) })).status).toBe(0);
    expect((await run(['again', 'last'])).stdout).toBe('ideogram describe in.png --describe-model V_3\n');
    expect((await run(['describe', '-'], { stdin: makePng(8, 8) })).status).toBe(0);
    const result = await run(['again', 'last', '--json']);
    expect([result.status, result.error().message]).toEqual([
      2,
      expect.stringContaining('came through a pipe'),
    ]);
  });

  it('a prompt of a hyphen alone, which reads the pipe', async () => {
    const { again, server } = await scene({ operands: ['-'], prompt: '-', options: {} });
    const result = await again([ID, '--run', '--json'], { stdin: 'something else' });
    expect([result.status, result.error().code, server.calls]).toEqual([2, 'bad_input', []]);
    expect((await again([ID, 'a fox'])).stdout).toBe("ideogram generate 'a fox'\n");
  });

  it('a prompt in parts, as a line: but it can be sent', async () => {
    const asked = { operands: [], prompt: null, options: { model: 'V_4', jsonPrompt: SCENE } };
    const { again, server } = await scene(asked);
    for (const argv of [[], ['--seed', '7']]) {
      const result = await again([ID, ...argv, '--json']);
      expect([result.status, result.error().code, result.stdout]).toEqual([2, 'bad_input', '']);
      expect(result.error().hint).toContain('--run');
    }
    expect(server.calls).toEqual([]);
    expect((await again([ID, '--run'])).status).toBe(0);
    const parts = await readParts(server.calls[0] as Received);
    expect(JSON.parse(parts.find(({ name }) => name === 'json_prompt')?.bytes.toString() ?? '')).toEqual(
      SCENE,
    );
  });
});

describe('images of then', () => {
  const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex');
  const made = async () => {
    const all = await scene();
    const { world } = all;
    await mkdir(join(world.folder, 'in'));
    const path = join(world.folder, 'in', 'room.png');
    const bytes = makePng(8, 8);
    await writeFile(path, bytes);
    const files = [{ name: 'image_file', source: 'in/room.png', sha256: sha256(bytes), bytes: bytes.length }];
    await writeJournal(world, [{ id: ID, asked: { ...IMAGE_COMMAND(world, 'upscale'), files } }]);
    return { ...all, path };
  };

  it('are the same', async () => {
    const { again } = await made();
    expect(await again([ID])).toMatchObject({
      status: 0,
      stderr: '',
      stdout: 'ideogram upscale in/room.png\n',
    });
  });

  it.each([[[]], [['--run']]])('have changed: %j says so', async (argv) => {
    const { again, path } = await made();
    await writeFile(path, makePng(9, 9));
    const result = await again([ID, ...argv]);
    expect([result.status, result.stderr]).toEqual([
      0,
      `Warning: in/room.png has changed since ${ID} was made of it.\n`,
    ]);
    expect((await again([ID, '--json'])).json().warnings).toHaveLength(1);
  });

  it('are not compared with those of now', async () => {
    const { again, world } = await made();
    await writeFile(join(world.folder, 'new.png'), makePng(9, 9));
    expect(await again([ID, 'new.png'])).toMatchObject({
      status: 0,
      stderr: '',
      stdout: 'ideogram upscale new.png\n',
    });
  });

  it('are not read where others come from elsewhere', async () => {
    const { again, world, server } = await made();
    const file = { name: 'style_reference_images', source: 'in/room.png', sha256: '0'.repeat(64), bytes: 1 };
    const reference = join(world.folder, 'in', 'room.png');
    const asked = (operand: string) => ({
      spec: 'remix',
      operands: [operand],
      options: { prompt: 'a fox', styleReference: [reference], allowPrivateUrls: true },
      files: [file],
    });
    await writeJournal(world, [{ id: ID, asked: asked(`${server.url}/image/1.png`) }]);
    expect(await again([ID])).toMatchObject({ status: 0, stderr: '' });
    expect(server.downloads).toEqual([]);
    const piped = await again([ID, '-', '--run'], { stdin: makePng(3, 3) });
    expect([piped.status, piped.stderr, server.calls.length]).toEqual([0, '', 1]);
  });

  it('are gone', async () => {
    const { again, path, server } = await made();
    await rm(path);
    const result = await again([ID, '--run', '--json']);
    expect([result.status, result.error().code, server.calls]).toEqual([2, 'bad_file', []]);
    expect(result.error().message).toBe('in/room.png does not exist.');
  });

  it('are compared as they are sent, masks too', async () => {
    const { world, run } = await scene();
    await writeJournal(world, []);
    await writeFile(join(world.folder, 'room.png'), makePng(8, 8));
    await writeFile(join(world.folder, 'mask.png'), paintPng(8, 8, leftBlack(4)));
    const edit = ['edit', 'room.png', '--mask', 'mask.png', '-p', 'a lamp', '--invert-mask'];
    expect((await run(edit)).status).toBe(0);
    expect(await run(['again', 'last'])).toMatchObject({ status: 0, stderr: '' });
    await writeFile(join(world.folder, 'mask.png'), paintPng(8, 8, leftBlack(8)));
    expect((await run(['again', 'last'])).stderr).toMatch(
      /^Warning: mask\.png has changed since \w{10} was made of it\.\n$/,
    );
  });
});

describe('paid, and not here yet', () => {
  it('is said before it is paid once more', async () => {
    const { again } = await scene({}, { later: [SENT, answered([7])] });
    const result = await again([ID]);
    expect(result.stderr).toMatch(/^Warning: .*paid.*ideogram resume/);
    const fine = await scene();
    expect((await fine.again([ID])).stderr).toBe('');
  });
});

describe('the round', () => {
  it('history and again speak of the same calls', async () => {
    const { world, run, server } = await scene();
    await writeJournal(world, []);
    const images = await startServer(answerImages(2));
    await run(['generate', 'a fox', '-n', '2'], { env: { IDEOGRAM_BASE_URL: images.url } });
    const [{ id }] = (await run(['history', '--json'])).json().calls;
    expect((await run(['again', id.slice(0, 4)])).stdout).toBe(
      "ideogram generate 'a fox' --num-images 2 --model V_3\n",
    );
    expect(server.calls).toEqual([]);
  });
});
