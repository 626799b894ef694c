/** What leaves the program for what was typed: judged by the bytes that arrived. */
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { JPEG_1X1, makePng, WEBP_1X1 } from './support/images.js';
import { createWorld, runCli, TEST_KEY } from './support/run.js';
import { answerImages, readFields, readParts, startServer } from './support/server.js';

async function send(...argv: string[]) {
  const server = await startServer();
  const result = await runCli(['generate', ...argv], { env: { IDEOGRAM_BASE_URL: server.url } });
  return { ...result, server, call: server.calls[0] };
}

describe('POST /v1/ideogram-v3/generate', () => {
  it.each<[string, string[], Record<string, string[]>]>([
    ['the prompt alone', ['a fox'], { prompt: ['a fox'] }],
    ['seed 0 is a seed', ['a fox', '--seed', '0'], { prompt: ['a fox'], seed: ['0'] }],
    ['the largest seed', ['a fox', '--seed', '2147483647'], { prompt: ['a fox'], seed: ['2147483647'] }],
    ['quotes, line breaks and emoji', ['say "hi"\n\'ok\' 🦊 ä'], { prompt: ['say "hi"\n\'ok\' 🦊 ä'] }],
    ['count', ['a fox', '-n', '1'], { prompt: ['a fox'], num_images: ['1'] }],
    ['ratio with a colon', ['a fox', '-a', '16:9'], { prompt: ['a fox'], aspect_ratio: ['16x9'] }],
    ['ratio with an x', ['a fox', '-a', '16x9'], { prompt: ['a fox'], aspect_ratio: ['16x9'] }],
    ['ratio, legacy spelling', ['a fox', '-a', 'aspect_16_9'], { prompt: ['a fox'], aspect_ratio: ['16x9'] }],
    ['size', ['a fox', '--resolution', '1280X768'], { prompt: ['a fox'], resolution: ['1280x768'] }],
    [
      'speed, any case',
      ['a fox', '--rendering-speed', 'tUrBo'],
      { prompt: ['a fox'], rendering_speed: ['TURBO'] },
    ],
    ['magic prompt', ['a fox', '--magic-prompt', 'off'], { prompt: ['a fox'], magic_prompt: ['OFF'] }],
    [
      'negative prompt',
      ['a fox', '--negative-prompt', 'dogs'],
      { prompt: ['a fox'], negative_prompt: ['dogs'] },
    ],
    ['style type', ['a fox', '--style-type', 'design'], { prompt: ['a fox'], style_type: ['DESIGN'] }],
    [
      'preset',
      ['a fox', '--style-preset', 'oil-painting'],
      { prompt: ['a fox'], style_preset: ['OIL_PAINTING'] },
    ],
    [
      'preset with a digit',
      ['a fox', '--style-preset', '80s illustration'],
      { prompt: ['a fox'], style_preset: ['80S_ILLUSTRATION'] },
    ],
    [
      'style codes repeat the name',
      ['a fox', '--style-code', '0a1b2c3d', '--style-code', 'FFFFFFFF'],
      { prompt: ['a fox'], style_codes: ['0a1b2c3d', 'FFFFFFFF'] },
    ],
    [
      'palette by name',
      ['a fox', '--color-palette', 'ember'],
      { prompt: ['a fox'], color_palette: ['{"name":"EMBER"}'] },
    ],
    [
      'palette by colours',
      ['a fox', '--color-palette', '#F60:0.5,#003366'],
      {
        prompt: ['a fox'],
        color_palette: ['{"members":[{"color_hex":"#F60","color_weight":0.5},{"color_hex":"#003366"}]}'],
      },
    ],
    [
      'palette by JSON',
      ['a fox', '--color-palette', '{"members":[{"color_hex":"#FF6600"}]}'],
      { prompt: ['a fox'], color_palette: ['{"members":[{"color_hex":"#FF6600"}]}'] },
    ],
    [
      'own model',
      ['a fox', '--custom-model-uri', 'model/mine/version/2'],
      { prompt: ['a fox'], custom_model_uri: ['model/mine/version/2'] },
    ],
    [
      'switch on',
      ['a fox', '--enable-copyright-detection'],
      { prompt: ['a fox'], enable_copyright_detection: ['true'] },
    ],
    [
      'switch off',
      ['a fox', '--no-enable-copyright-detection'],
      { prompt: ['a fox'], enable_copyright_detection: ['false'] },
    ],
    ['a prompt that begins with a hyphen', ['--', '-5 degrees'], { prompt: ['-5 degrees'] }],
    ['@@ is an @', ['@@home'], { prompt: ['@home'] }],
  ])('%s', async (_what, argv, wanted) => {
    const { call, status, stderr } = await send(...argv);
    expect([status, stderr]).toEqual([0, '']);
    expect(call?.path).toBe('/v1/ideogram-v3/generate');
    expect(await readFields(call as never)).toEqual(wanted);
  });

  it('sends files as they are: name, type by content, bytes; lists repeat the name; the palette is one JSON part', async () => {
    const server = await startServer();
    const world = await createWorld();
    const mask = makePng(3, 2);
    const character = makePng(3, 2);
    await writeFile(join(world.folder, 'one.png'), WEBP_1X1);
    await writeFile(join(world.folder, 'zwei ü.jpeg'), JPEG_1X1);
    await writeFile(join(world.folder, 'who.png'), character);
    await writeFile(join(world.folder, 'mask.png'), mask);
    const argv = ['generate', 'a fox', '--color-palette', 'jungle', '--style-reference', 'one.png'];
    argv.push(
      '--style-reference',
      'zwei ü.jpeg',
      '--character-reference',
      'who.png',
      '--character-mask',
      'mask.png',
    );
    const result = await runCli(argv, { world, env: { IDEOGRAM_BASE_URL: server.url } });
    expect([result.status, result.stderr]).toEqual([0, '']);
    const parts = await readParts(server.calls[0] as never);
    const seen = parts.map(({ name, filename, type, bytes }) => [
      name,
      filename,
      type,
      bytes.toString('base64'),
    ]);
    const text = (value: string) => Buffer.from(value).toString('base64');
    expect(seen).toEqual([
      ['prompt', undefined, undefined, text('a fox')],
      ['color_palette', undefined, 'application/json', text('{"name":"JUNGLE"}')],
      ['style_reference_images', 'one.webp', 'image/webp', WEBP_1X1.toString('base64')],
      ['style_reference_images', 'zwei ü.jpg', 'image/jpeg', JPEG_1X1.toString('base64')],
      ['character_reference_images', 'who.png', 'image/png', character.toString('base64')],
      ['character_reference_images_mask', 'mask.png', 'image/png', mask.toString('base64')],
    ]);
  });
});

describe('POST /generate', () => {
  const VERIFICATION =
    '{"image_request":{"prompt":"A simple blue circle on white background","model":"V_2_TURBO",' +
    '"aspect_ratio":"ASPECT_1_1","magic_prompt_option":"OFF"}}';

  it.each([
    [['-m', 'V_2_TURBO', '-a', '1:1', '--magic-prompt', 'OFF']],
    [['--magic-prompt=off', '--aspect-ratio', 'ASPECT_1_1', '--model', 'v_2_turbo']],
    [['-a', '1x1', '-m', 'v2-turbo', '--magic-prompt', 'Off']],
  ])('sends the same document byte for byte for %j', async (options) => {
    const { call } = await send('A simple blue circle on white background', ...options);
    expect([call?.path, call?.headers['content-type']]).toEqual(['/generate', 'application/json']);
    expect(call?.body.toString('utf8')).toBe(VERIFICATION);
  });

  it.each<[string, string[], object]>([
    ['count, seed 0', ['-m', 'V_1', '-n', '2', '--seed', '0'], { model: 'V_1', seed: 0, num_images: 2 }],
    ['size', ['-m', 'V_2', '--resolution', '1280x800'], { model: 'V_2', resolution: 'RESOLUTION_1280_800' }],
    ['style', ['-m', 'V_2A', '--style-type', 'render-3d'], { model: 'V_2A', style_type: 'RENDER_3D' }],
    [
      'negative prompt',
      ['-m', 'V_1_TURBO', '--negative-prompt', 'x'],
      { model: 'V_1_TURBO', negative_prompt: 'x' },
    ],
    [
      'palette',
      ['-m', 'V_2', '--color-palette', 'f00:1'],
      { model: 'V_2', color_palette: { members: [{ color_hex: '#f00', color_weight: 1 }] } },
    ],
    ['ratio', ['-m', 'V_2A_TURBO', '-a', '10:16'], { model: 'V_2A_TURBO', aspect_ratio: 'ASPECT_10_16' }],
  ])('%s', async (_what, options, wanted) => {
    const { call, status } = await send('a fox', ...options);
    expect(status).toBe(0);
    expect(JSON.parse(call?.body.toString('utf8') ?? '')).toEqual({
      image_request: { prompt: 'a fox', ...wanted },
    });
  });
});

describe('headers', () => {
  it('carry the key to the API, a User-Agent everywhere, and no key to downloads', async () => {
    const server = await startServer(answerImages(2));
    await runCli(['generate', 'a fox', '-n', '2'], { env: { IDEOGRAM_BASE_URL: server.url } });
    expect(server.calls[0]?.headers['api-key']).toBe(TEST_KEY);
    expect(server.calls[0]?.headers['user-agent']).toMatch(/^ideogram-cli\//);
    expect(server.downloads).toHaveLength(2);
    for (const download of server.downloads) {
      expect(JSON.stringify(download.headers)).not.toContain(TEST_KEY);
      expect(download.headers['user-agent']).toMatch(/^ideogram-cli\//);
    }
  });
});

describe('the prompt', () => {
  it('comes from standard input or a file, without the last line break', async () => {
    const server = await startServer();
    const world = await createWorld();
    const env = { IDEOGRAM_BASE_URL: server.url };
    await writeFile(join(world.folder, 'p.txt'), 'from a file\nsecond line\r\n');
    await runCli(['generate', '-'], { world, env, stdin: 'from a pipe\n' });
    await runCli(['generate', '@p.txt'], { world, env });
    const prompts = await Promise.all(server.calls.map(async (call) => (await readFields(call)).prompt));
    expect(prompts).toEqual([['from a pipe'], ['from a file\nsecond line']]);
  });
});
