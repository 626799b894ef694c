/** What is refused before anything is sent: each wrong call ends with exit 2, its code and a remedy; nothing is received, nothing is written. */
import { execFileSync } from 'node:child_process';
import { mkdir, open, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { JPEG_1X1, makePng, PNG_1X1 } from '../support/images.js';
import { createWorld, runCli } from '../support/run.js';
import { expectOneLine, refused, type WrongCall } from './refused.js';

const MB = 1024 * 1024;

interface Refusal extends WrongCall {
  readonly code: 'bad_input' | 'bad_file' | 'usage';
  /** What the message or the hint must say. */
  readonly says: readonly string[];
}

const fox = (...options: string[]): string[] => ['generate', 'a fox', ...options];
const styled = (...paths: string[]): string[] => fox(...paths.flatMap((path) => ['--style-reference', path]));

/** A file with these bytes, under the name the calls below use. */
const ref = (bytes: Uint8Array | string) => (folder: string) => writeFile(join(folder, 'ref.png'), bytes);

/** A PNG of any size in bytes that takes no room on the disk: start and end are there, between them nothing. */
const largePng = (name: string, size: number) => async (folder: string) => {
  const file = await open(join(folder, name), 'wx');
  await file.write(PNG_1X1.subarray(0, -12), 0, undefined, 0);
  await file.write(PNG_1X1.subarray(-12), 0, 12, size - 12);
  await file.close();
};

async function twoFoxes(folder: string): Promise<void> {
  await writeFile(join(folder, 'who.png'), makePng(3, 2));
  await writeFile(join(folder, 'mask.png'), makePng(2, 2));
}

const V3_SHAPES = '1:3, 3:1, 1:2, 2:1, 9:16, 16:9, 10:16, 16:10, 2:3, 3:2, 3:4, 4:3, 4:5, 5:4, 1:1';
const PRESETS = 'EMBER, FRESH, JUNGLE, MAGIC, MELON, MOSAIC, PASTEL, ULTRAMARINE';
const KINDS = 'JPEG, PNG and WebP';

const VALUES: Record<string, Omit<Refusal, 'given'>> = {
  'an empty prompt': {
    argv: ['generate', ''],
    code: 'bad_input',
    says: ['prompt is empty', 'Say what the picture shows: "a red fox reading a map"'],
  },
  'a blank prompt': {
    argv: ['generate', ' \n\t'],
    code: 'bad_input',
    says: ['prompt is empty', 'Say what the picture shows: "a red fox reading a map"'],
  },
  'an empty prompt from standard input': {
    argv: ['generate', '-'],
    code: 'bad_input',
    says: ['prompt is empty'],
  },
  'a prompt file that is not there': {
    argv: ['generate', '@no.txt'],
    code: 'bad_file',
    says: ['no.txt does not exist', '@@'],
  },
  'a prompt file without a name': { argv: ['generate', '@'], code: 'bad_input', says: ['names no file'] },
  '9 images': { argv: fox('-n', '9'), code: 'bad_input', says: ['--num-images', '"9"', 'from 1 to 8'] },
  '0 images': { argv: fox('-n', '0'), code: 'bad_input', says: ['--num-images', '"0"', 'from 1 to 8'] },
  '1.5 images': { argv: fox('-n', '1.5'), code: 'bad_input', says: ['"1.5"', 'a whole number from 1 to 8'] },
  '-n=3': { argv: fox('-n=3'), code: 'bad_input', says: ['--num-images', 'from 1 to 8'] },
  'seed -1': { argv: fox('--seed', '-1'), code: 'bad_input', says: ['--seed', '"-1"', '0 to 2147483647'] },
  'seed 2147483648': { argv: fox('--seed', '2147483648'), code: 'bad_input', says: ['0 to 2147483647'] },
  'seed abc': { argv: fox('--seed', 'abc'), code: 'bad_input', says: ['"abc"', '0 to 2147483647'] },
  'size and ratio': {
    argv: fox('--resolution', '1280x768', '-a', '16:9'),
    code: 'bad_input',
    says: ['exclude each other', '--resolution', '--aspect-ratio'],
  },
  'an unknown ratio': {
    argv: fox('-a', '7:5'),
    code: 'bad_input',
    says: ['--aspect-ratio', '"7:5"', V3_SHAPES],
  },
  'a ratio only V_3 knows': {
    argv: fox('-m', 'V_2', '-a', '4:5'),
    code: 'bad_input',
    says: ['"4:5"', '10:16, 16:10, 9:16, 16:9, 3:2, 2:3, 4:3, 3:4, 1:1, 1:3, 3:1.'],
  },
  'an unknown size': {
    argv: fox('--resolution', '1000x1000'),
    code: 'bad_input',
    says: ['--resolution', '512x1536', '1536x640'],
  },
  'a size only V_2 knows': {
    argv: fox('--resolution', '720x1280'),
    code: 'bad_input',
    says: ['"720x1280"', '704x1280'],
  },
  'an unknown speed': {
    argv: fox('--rendering-speed', 'fast'),
    code: 'bad_input',
    says: ['--rendering-speed', 'FLASH, TURBO, DEFAULT, QUALITY'],
  },
  'an unknown magic prompt': {
    argv: fox('--magic-prompt', 'yes'),
    code: 'bad_input',
    says: ['--magic-prompt', 'AUTO, ON, OFF'],
  },
  'an unknown preset': {
    argv: fox('--style-preset', 'oil'),
    code: 'bad_input',
    says: ['--style-preset', 'OIL_PAINTING', 'WATERCOLOR'],
  },
  'an unknown style': {
    argv: fox('--style-type', 'nice'),
    code: 'bad_input',
    says: ['--style-type', 'AUTO, GENERAL, REALISTIC, DESIGN, FICTION.'],
  },
  'a style only older models know': {
    argv: fox('--style-type', 'RENDER_3D'),
    code: 'bad_input',
    says: ['"RENDER_3D"', 'AUTO, GENERAL, REALISTIC, DESIGN, FICTION.'],
  },
  'an unknown model': {
    argv: fox('-m', 'V_9'),
    code: 'bad_input',
    says: ['--model', '"V_9"', 'V_3, V_4, V_1, V_1_TURBO, V_2, V_2_TURBO, V_2A, V_2A_TURBO, AUTO.'],
  },
  'an empty model': { argv: fox('-m', ''), code: 'bad_input', says: ['--model', 'V_3, V_4, V_1'] },
  'an empty negative prompt': {
    argv: fox('--negative-prompt', ' '),
    code: 'bad_input',
    says: ['--negative-prompt is empty'],
  },
  'a malformed style code': {
    argv: fox('--style-code', '123'),
    code: 'bad_input',
    says: ['--style-code', '"123"', '8 hexadecimal digits'],
  },
  'a style code with a style reference': {
    argv: [...styled('ref.png'), '--style-code', '0A1B2C3D'],
    code: 'bad_input',
    says: ['exclude each other', '--style-code', '--style-reference'],
  },
  'a style code with a style type': {
    argv: fox('--style-code', '0A1B2C3D', '--style-type', 'AUTO'),
    code: 'bad_input',
    says: ['exclude each other', '--style-code', '--style-type'],
  },
  'an unknown palette': {
    argv: fox('--color-palette', 'sunset'),
    code: 'bad_input',
    says: ['--color-palette', '"sunset"', PRESETS, '#FF6600:0.7'],
  },
  'a palette of 9 colours': {
    argv: fox('--color-palette', Array(9).fill('#fff').join()),
    code: 'bad_input',
    says: ['1 to 8 colours'],
  },
  'weight 0': {
    argv: fox('--color-palette', '#fff:0'),
    code: 'bad_input',
    says: ['the weight of #fff', 'from 0.05 to 1'],
  },
  'weight 2': {
    argv: fox('--color-palette', '#fff:2'),
    code: 'bad_input',
    says: ['the weight of #fff', 'from 0.05 to 1'],
  },
  'a bad colour': {
    argv: fox('--color-palette', '#fff,#12345'),
    code: 'bad_input',
    says: ['"#12345"', '#RGB or #RRGGBB'],
  },
  'a palette with name and colours': {
    argv: fox('--color-palette', '{"name":"EMBER","members":[{"color_hex":"#fff"}]}'),
    code: 'bad_input',
    says: ["both a preset's name and members"],
  },
  'a palette of broken JSON': {
    argv: fox('--color-palette', '{"name":'),
    code: 'bad_input',
    says: ['looks like JSON but is not', '{"members":[{"color_hex"'],
  },
  'a bad model address': {
    argv: fox('--custom-model-uri', 'mine'),
    code: 'bad_input',
    says: ['--custom-model-uri', '"mine"', 'model/<name>/version/<number>'],
  },
  'two characters': {
    argv: fox('--character-reference', 'a.png', '--character-reference', 'b.png'),
    code: 'bad_input',
    says: ['--character-reference was given 2 times', 'exactly one'],
  },
  'a mask without its image': {
    argv: fox('--character-mask', 'mask.png'),
    code: 'bad_input',
    says: ['--character-mask needs --character-reference', 'leave out --character-mask'],
  },
  'an empty output': { argv: fox('-o', ''), code: 'bad_input', says: ['--output is empty', 'folder/'] },
  'several images to standard output': {
    argv: fox('-n', '2', '-o', '-'),
    code: 'usage',
    says: ['Only one image', 'images/'],
  },
  'JSON and image to standard output': {
    argv: fox('--json', '-o', '-'),
    code: 'usage',
    says: ['--json', '-o -'],
  },
  'a sidecar beside standard output': {
    argv: fox('--metadata', '-o', '-'),
    code: 'usage',
    says: ['--metadata', '-o images/'],
  },
  'an unknown option': {
    argv: fox('--sed', '5'),
    code: 'usage',
    says: ["'--sed'", 'Did you mean --seed?', 'ideogram generate --help'],
  },
  'an option without its value': {
    argv: fox('--seed'),
    code: 'usage',
    says: ['--seed <number>', 'argument missing'],
  },
  'an unknown command': {
    argv: ['generat', 'a fox'],
    code: 'usage',
    says: ["'generat'", 'Did you mean generate?', 'ideogram --help'],
  },
  'two operands': {
    argv: ['generate', 'a', 'fox'],
    code: 'usage',
    says: ['oo many arguments', 'ideogram generate "a red fox reading a map"', 'ideogram generate --help'],
  },
  'no operand': {
    argv: ['generate'],
    code: 'usage',
    says: [
      'The prompt is missing',
      'ideogram generate "a red fox reading a map"',
      'ideogram generate --help',
    ],
  },
  'no time at all': {
    argv: fox('--timeout', '0'),
    code: 'bad_input',
    says: ['--timeout', '"0"', '86400 (seconds)'],
  },
  'a time that is a word': {
    argv: fox('--timeout', 'soon'),
    code: 'bad_input',
    says: ['--timeout', '"soon"', 'seconds'],
  },
  'a negative cost': {
    argv: fox('--max-cost', '-1'),
    code: 'bad_input',
    says: ['--max-cost', '"-1"', 'USD'],
  },
  'a cost with a currency': {
    argv: fox('--max-cost', '$1'),
    code: 'bad_input',
    says: ['--max-cost', '"$1"', '0.50'],
  },
  'a sandbox switch that is neither on nor off': {
    argv: fox(),
    env: { IDEOGRAM_SANDBOX: 'maybe' },
    code: 'bad_input',
    says: ['IDEOGRAM_SANDBOX', '"maybe"', '1, true, yes, on; 0, false, no, off'],
  },
  'a base URL in clear text': {
    argv: fox(),
    env: { IDEOGRAM_BASE_URL: 'http://api.ideogram.ai' },
    code: 'bad_input',
    says: ['IDEOGRAM_BASE_URL', 'https://api.ideogram.ai', 'http only for this machine'],
  },
  'a base URL that only looks local': {
    argv: fox(),
    env: { IDEOGRAM_BASE_URL: 'http://127.0.0.1.example.com' },
    code: 'bad_input',
    says: ['IDEOGRAM_BASE_URL', 'http only for this machine'],
  },
  'a base URL that is none': {
    argv: fox(),
    env: { IDEOGRAM_BASE_URL: 'nonsense' },
    code: 'bad_input',
    says: ['IDEOGRAM_BASE_URL', '"nonsense"', 'https URL'],
  },
  'a base URL of another kind': {
    argv: fox(),
    env: { IDEOGRAM_BASE_URL: 'ftp://127.0.0.1/' },
    code: 'bad_input',
    says: ['IDEOGRAM_BASE_URL', 'https URL'],
  },
  'a base URL with a query': {
    argv: fox(),
    env: { IDEOGRAM_BASE_URL: 'https://example.com/?a=b' },
    code: 'bad_input',
    says: ['IDEOGRAM_BASE_URL', 'https URL'],
  },
};

const FILES: Record<string, Refusal> = {
  'a style reference that is not there': {
    argv: styled('no.png'),
    code: 'bad_file',
    says: ['no.png does not exist'],
  },
  'a folder': {
    given: (folder) => mkdir(join(folder, 'ref.png')),
    argv: styled('ref.png'),
    code: 'bad_file',
    says: ['ref.png is a folder'],
  },
  'an empty file': { given: ref(''), argv: styled('ref.png'), code: 'bad_file', says: ['ref.png is empty'] },
  '1 byte': {
    given: ref('x'),
    argv: styled('ref.png'),
    code: 'bad_file',
    says: ['ref.png is no image', KINDS],
  },
  'text called .png': {
    given: ref('hello, I am a picture\n'),
    argv: styled('ref.png'),
    code: 'bad_file',
    says: ['ref.png is no image', KINDS, 'not the name'],
  },
  'a web page called .png': {
    given: ref('<!doctype html><p>'),
    argv: styled('ref.png'),
    code: 'bad_file',
    says: ['ref.png is a web page', KINDS],
  },
  'a GIF': {
    given: ref('GIF89a\x01\0\x01\0\0\0\0;'),
    argv: styled('ref.png'),
    code: 'bad_file',
    says: ['ref.png is a GIF', KINDS],
  },
  'a PNG cut short': {
    given: ref(PNG_1X1.subarray(0, -1)),
    argv: styled('ref.png'),
    code: 'bad_file',
    says: ['ref.png is a PNG that was cut short', 'export it again'],
  },
  'a JPEG cut short': {
    given: ref(JPEG_1X1.subarray(0, -2)),
    argv: styled('ref.png'),
    code: 'bad_file',
    says: ['ref.png is a JPEG that was cut short'],
  },
  'more than 25 MB': {
    given: largePng('ref.png', 25 * MB + 1),
    argv: styled('ref.png'),
    code: 'bad_file',
    says: ['ref.png is too large: 25 MB', 'At most 25 MB'],
  },
  'more than 50 MB together': {
    given: (folder) =>
      Promise.all(['a.png', 'b.png', 'c.png'].map((name) => largePng(name, 20 * MB)(folder))),
    argv: styled('a.png', 'b.png', 'c.png'),
    code: 'bad_file',
    says: ['60 MB together', 'under 50 MB'],
  },
  'an address of the web that is not https': {
    argv: styled('http://example.com/x.png'),
    code: 'bad_file',
    says: ['http://example.com/x.png is no https address', 'save the image as a file'],
  },
  'an address on this machine': {
    argv: styled('https://localhost/x.png'),
    code: 'bad_file',
    says: ['https://localhost/x.png is not fetched', 'private', '--allow-private-urls'],
  },
  'a named pipe': {
    given: async (folder) => execFileSync('mkfifo', [join(folder, 'pipe')]),
    argv: styled('pipe'),
    code: 'bad_file',
    says: ['pipe is a pipe or a device'],
  },
  'a named pipe as prompt': {
    given: async (folder) => execFileSync('mkfifo', [join(folder, 'pipe')]),
    argv: ['generate', '@pipe'],
    code: 'bad_file',
    says: ['pipe is a pipe or a device', 'standard input: -'],
  },
  'one bad file among good ones': {
    given: async (folder) => Promise.all([ref('x')(folder), writeFile(join(folder, 'good.png'), PNG_1X1)]),
    argv: styled('good.png', 'ref.png'),
    code: 'bad_file',
    says: ['ref.png is no image'],
  },
  'a mask of another size': {
    given: twoFoxes,
    argv: fox('--character-reference', 'who.png', '--character-mask', 'mask.png'),
    code: 'bad_file',
    says: ['mask.png is 2x2', 'who.png is 3x2', 'in its size, pixel for pixel'],
  },
  'an output name that is taken': {
    given: ref(PNG_1X1),
    argv: fox('-o', 'ref.png'),
    code: 'bad_input',
    says: ['ref.png exists already', '--force'],
  },
  'an output below a file': {
    given: ref(PNG_1X1),
    argv: fox('-o', 'ref.png/fox.png'),
    code: 'bad_file',
    says: ['Nothing can be written into', '--output'],
  },
};

const ALL: readonly (readonly [string, Refusal])[] = Object.entries({ ...VALUES, ...FILES });

describe('for people', () => {
  it.each(ALL.filter(([, { argv }]) => !argv.includes('--json')))('%s', async (_what, refusal) => {
    const { status, stderr } = await refused(refusal);
    expect(status).toBe(2);
    expectOneLine(stderr);
    for (const words of refusal.says) expect(stderr).toContain(words);
  });
});

describe('with --json: one object on stderr, all its keys, nothing on stdout', () => {
  // -o - goes with --json in no case, and that is said first.
  const talking = ALL.filter(
    ([, { argv }]) => argv.includes('--json') || argv.at(-1) !== '-' || argv[1] === '-',
  );
  it.each(talking)('%s', async (_what, refusal) => {
    const argv = refusal.argv.includes('--json') ? refusal.argv : [...refusal.argv, '--json'];
    const { status, stderr } = await refused({ ...refusal, argv });
    expect(stderr).toMatch(/^\{.*\}\n$/);
    const { ok, error, ...rest } = JSON.parse(stderr);
    expect([status, ok, rest]).toEqual([2, false, {}]);
    expect(Object.keys(error)).toEqual(['code', 'message', 'hint', 'status', 'requestId', 'billed']);
    expect(error).toMatchObject({ code: refusal.code, status: null, requestId: null, billed: 'no' });
    for (const words of refusal.says) expect(`${error.message}\n${error.hint}`).toContain(words);
  });
});

describe('a price above --max-cost', () => {
  it.each<[string, readonly string[], readonly string[]]>([
    ['just above', fox('-n', '2', '--max-cost', '0.11'), ['about $0.12', 'allows $0.11', '2 x $0.06']],
    ['anything, where nothing may be paid', fox('--max-cost', '0'), ['about $0.06', 'allows $0.00']],
    ['unknown', fox('-m', 'V_1', '--max-cost', '100'), ['no known price', 'allows $100.00']],
  ])('%s', async (_what, argv, says) => {
    const { status, error } = await refused({ argv: [...argv, '--json'] });
    const { code, message, hint, billed } = error();
    expect([status, code, billed]).toEqual([6, 'cost_cap', 'no']);
    for (const words of says) expect(`${message}\n${hint}`).toContain(words);
  });
});

describe('a password in IDEOGRAM_BASE_URL is not repeated', () => {
  it.each([
    ['https://me:s3cret@example.com'],
    ['http://me:s3cret@127.0.0.1:1'],
    ['https://me:s3c@ret@example.com'],
    ['https://me:s3cret/x@example.com'],
    ['https:me:s3cret@example.com'],
    ['me:s3cret@example.com'],
    ['https://s3cret@example.com'],
    ['https://:s3cret@example.com'],
  ])('%s', async (url) => {
    const { status, stderr } = await refused({ argv: fox(), env: { IDEOGRAM_BASE_URL: url } });
    expect([status, stderr]).toEqual([2, expect.stringContaining('IDEOGRAM_BASE_URL')]);
    expect(stderr).toContain('****@');
    expect(stderr).not.toMatch(/s3c|ret[@/]/);
  });
});

describe('the limits themselves are taken', () => {
  it.each<[string, readonly string[], Refusal['given']]>([
    ['an image of 25 MB', styled('a.png'), largePng('a.png', 25 * MB)],
    ['8 images', fox('-n', '8'), undefined],
    ['the largest seed', fox('--seed', '2147483647'), undefined],
    ['8 colours', fox('--color-palette', Array(8).fill('#fff:0.05').join()), undefined],
    [
      'a mask of the same size',
      fox('--character-reference', 'who.png', '--character-mask', 'who.png'),
      twoFoxes,
    ],
  ])('%s', async (_what, argv, given) => {
    const world = await createWorld();
    await given?.(world.folder);
    const { status, stderr } = await runCli([...argv, '--dry-run'], { world });
    expect([status, stderr]).toEqual([0, '']);
  });
});
