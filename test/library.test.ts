/** The library face: each command as a method, the same requests, checks and money rules; nothing printed, stopped by a signal. */
import { execFile } from 'node:child_process';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import type { CommandSpec, FieldType } from '../src/endpoints/define.js';
import { COMMANDS } from '../src/endpoints/index.js';
import { modelsOf, optionsOf } from '../src/endpoints/survey.js';
import type * as library from '../src/index.js';
import { type Client, createClient, IdeogramError } from '../src/index.js';
import { makePng, PNG_1X1 } from './support/images.js';
import { leftBlack, paintPng } from './support/pictures.js';
import { runCli } from './support/run.js';
import { answerImages, answerJson, type Received, readParts, startServer } from './support/server.js';
import { ROOT } from './support/spawn.js';

const apiKey = 'a-key-for-the-library';

const JSON_PROMPT = {
  high_level_description: 'A fox reads',
  compositional_deconstruction: { background: 'a wood', elements: [{ type: 'obj', desc: 'a fox' }] },
};

/** A folder with images, and JSON_PROMPT as a file; gone after the test. */
async function makeFolder(): Promise<string> {
  const folder = await mkdtemp(join(tmpdir(), 'ideogram-library-'));
  onTestFinished(() => rm(folder, { recursive: true, force: true }));
  const files = {
    'Old House.png': makePng(16, 8),
    'b.png': PNG_1X1,
    'mask.png': paintPng(16, 8, leftBlack(16)),
    'prompt.json': JSON.stringify(JSON_PROMPT),
    'words.png': 'no image',
  };
  for (const [name, content] of Object.entries(files)) await writeFile(join(folder, name), content);
  return folder;
}

/** What was thrown. */
async function failureOf(work: Promise<unknown>): Promise<library.IdeogramError> {
  const thrown = await work.then(
    () => 'nothing',
    (reason: unknown) => reason,
  );
  expect(thrown).toBeInstanceOf(IdeogramError);
  return thrown as library.IdeogramError;
}

const WORDS = { descriptions: [{ text: 'a fox' }, { text: 'a red fox' }] };

describe('a method of the library', () => {
  /** The method, its options, and the command line that says the same. `~/` is the folder of the images. */
  const CALLS: readonly [keyof Client, object, string[]][] = [
    [
      'generate',
      {
        prompt: 'a fox',
        numImages: 2,
        aspectRatio: '16:9',
        seed: 0,
        colorPalette: { members: [{ color_hex: '#FF6600', color_weight: 0.5 }] },
        characterReference: ['~/Old House.png'],
        characterMask: ['~/mask.png'],
        enableCopyrightDetection: false,
      },
      ['a fox', '-n', '2', '-a', '16:9', '--seed', '0', '--color-palette', '#FF6600:0.5']
        .concat(['--character-reference', '~/Old House.png', '--character-mask', '~/mask.png'])
        .concat(['--no-enable-copyright-detection']),
    ],
    [
      'generate',
      { jsonPrompt: JSON_PROMPT, model: 'V_4', transparent: true, outputResolution: '2K' },
      ['--json-prompt', '~/prompt.json', '-m', 'V_4', '--transparent', '--output-resolution', '2K'],
    ],
    ['generate', { prompt: 'a fox', model: 'v2-turbo' }, ['a fox', '-m', 'v2-turbo']],
    [
      'edit',
      { image: '~/Old House.png', mask: '~/mask.png', invertMask: true, prompt: 'sea' },
      ['~/Old House.png', '--mask', '~/mask.png', '--invert-mask', '-p', 'sea'],
    ],
    [
      'edit',
      { image: '~/Old House.png', maskRect: [[1, 2, 3, 4], '50%,0,50%,50%'], prompt: 'sea' },
      ['~/Old House.png', '--mask-rect', '1,2,3,4', '--mask-rect', '50%,0,50%,50%', '-p', 'sea'],
    ],
    [
      'edit',
      { image: '~/Old House.png', whole: true, reference: ['~/b.png', '~/b.png'], prompt: 'night' },
      ['~/Old House.png', '--whole', '--reference', '~/b.png', '--reference', '~/b.png', '-p', 'night'],
    ],
    [
      'remix',
      { image: '~/b.png', prompt: 'a fox', imageWeight: 80 },
      ['~/b.png', '-p', 'a fox', '--image-weight', '80'],
    ],
    ['reframe', { image: '~/b.png', aspectRatio: '2.35:1' }, ['~/b.png', '-a', '2.35:1']],
    ['upscale', { image: '~/b.png', resemblance: 90 }, ['~/b.png', '--resemblance', '90']],
    [
      'replaceBackground',
      { image: '~/b.png', prompt: 'a beach', styleCode: ['0A1B2C3D'] },
      ['~/b.png', '-p', 'a beach', '--style-code', '0A1B2C3D'],
    ],
    ['removeBackground', { image: '~/Old House.png' }, ['~/Old House.png']],
    [
      'removeObject',
      { image: '~/Old House.png', mask: '~/mask.png', seed: 7 },
      ['~/Old House.png', '--mask', '~/mask.png', '--seed', '7'],
    ],
    ['layerize', { image: '~/b.png', seed: 3 }, ['~/b.png', '--seed', '3']],
    ['describe', { image: '~/b.png', model: 'V_2' }, ['~/b.png', '-m', 'V_2']],
    [
      'describe',
      { image: ['~/b.png'], model: 'V_4', includeBbox: false, includeTags: true },
      ['~/b.png', '-m', 'V_4', '--no-include-bbox', '--include-tags'],
    ],
    ['magicPrompt', { prompt: 'a fox', aspectRatio: '16:9' }, ['a fox', '-a', '16:9']],
  ];

  const answerAll = async () => {
    const imagesOf = answerImages(1);
    return startServer((request, response, server) => {
      const url = `${server.url}/image/base.png`;
      if (/layerize/.test(request.path))
        return answerJson(response, 200, { base_image_url: url, text_blocks: [{ text: 'HI' }] });
      if (/v4\/(describe|magic)/.test(request.path))
        return answerJson(response, 200, { json_prompt: JSON_PROMPT, aspect_ratio: '16x9' });
      if (/describe/.test(request.path)) return answerJson(response, 200, WORDS);
      return imagesOf(request, response, server);
    });
  };

  const commandOf = (method: string): string => method.replace(/[A-Z]/g, (c) => `-${c.toLowerCase()}`);

  /** All that matters of a request; the boundary between its parts does not. */
  const essence = async (call: Received | undefined) => {
    if (call === undefined) return undefined;
    const isMultipart = call.headers['content-type']?.startsWith('multipart/');
    return { path: call.path, body: isMultipart ? await readParts(call) : call.body.toString() };
  };

  it.each(CALLS)(
    '%s %j sends what the command sends, and saves under its names',
    async (method, options, argv) => {
      const folder = await makeFolder();
      const server = await answerAll();
      const here = <T>(given: T): T => JSON.parse(JSON.stringify(given).replaceAll('~/', `${folder}/`));
      const client = createClient({ apiKey, baseUrl: server.url });
      const result = await (client[method] as (given: object) => Promise<object>)(here(options));
      const saved = join(folder, 'saved');
      if ('images' in result) await client.save(result as library.ImagesResult, { output: `${saved}/` });

      const output = 'images' in result ? ['-o', `${join(folder, 'by-command')}/`] : [];
      const cli = await runCli([commandOf(method), ...here(argv), ...output], {
        env: { IDEOGRAM_BASE_URL: server.url },
      });
      expect(cli).toMatchObject({ status: 0 });
      expect(server.calls).toHaveLength(2);
      expect(await essence(server.calls[0])).toEqual(await essence(server.calls[1]));
      expect(server.calls[0]?.headers['api-key']).toBe(apiKey);
      if ('images' in result) {
        expect(await readdir(saved)).toHaveLength(1);
        expect(await readdir(saved)).toEqual(await readdir(join(folder, 'by-command')));
      }
    },
  );

  it('is there for every command', () => {
    const client = createClient({ apiKey });
    const methods = Object.keys(client).filter((name) => name !== 'save');
    expect(methods.map(commandOf).sort()).toEqual(COMMANDS.map(({ name }) => name).sort());
    expect([...new Set(CALLS.map(([method]) => method))].sort()).toEqual(methods.sort());
  });

  it('resolves to what was answered', async () => {
    const folder = await makeFolder();
    const client = createClient({ apiKey, baseUrl: (await answerAll()).url });
    const image = join(folder, 'Old House.png');
    const [made] = (await client.generate({ prompt: 'a fox' })).images;
    expect(made).toMatchObject({ seed: 1, safe: true, resolution: '1024x1024', prompt: 'the final prompt' });
    expect(await client.generate({ prompt: '@file' })).toMatchObject({
      prompt: '@file',
      model: 'V_3',
      notes: [],
    });
    expect((await client.generate({ model: 'V_4', jsonPrompt: JSON_PROMPT })).subject).toBe('A fox reads');
    expect(await client.upscale({ image })).toMatchObject({
      prompt: undefined,
      model: undefined,
      created: '2026-01-01T00:00:00Z',
      subject: 'Old House upscale',
    });
    expect((await client.reframe({ image, aspectRatio: '1:1' })).notes).toEqual([
      expect.stringMatching(/^resolution \d+x\d+ is taken/),
      expect.stringContaining('16x8'),
    ]);
    expect(await client.layerize({ image })).toMatchObject({
      textBlocks: [{ text: 'HI' }],
      images: [{ safe: true }],
    });
    expect(await client.removeBackground({ image })).not.toHaveProperty('textBlocks');
    expect(await client.magicPrompt({ prompt: '-' })).toEqual({
      prompt: '-',
      model: 'V_4',
      requestId: undefined,
      jsonPrompt: JSON_PROMPT,
      aspectRatio: '16x9',
    });
    expect(await client.describe({ image, model: 'V_4' })).toEqual({
      model: 'V_4',
      descriptions: [{ image, text: 'A fox reads', jsonPrompt: JSON_PROMPT }],
      failed: [],
    });
  });
});

/** What a value of an option is, as its type says it: the kinds of fields that such a value can be for. */
type KindOf<T> = [T] extends [number]
  ? 'integer'
  : [T] extends [boolean]
    ? 'switch'
    : [T] extends [string]
      ? 'choice' | 'text' | 'prompt' | 'image' | 'mask' | 'shape'
      : [T] extends [string | readonly string[]]
        ? [string] extends [T]
          ? 'image'
          : 'text-list' | 'images'
        : [T] extends [readonly library.MaskRect[]]
          ? 'mask-rects'
          : [T] extends [string | library.Palette]
            ? 'palette'
            : 'json-prompt';
/** Not an option more, not one less: what is missing or strange here does not compile. */
type Options<T> = { readonly [Name in keyof Required<T>]: KindOf<Required<T>[Name]> };

describe('the options of a method', () => {
  const several = { numImages: 'integer', seed: 'integer' } as const;
  const speed = { renderingSpeed: 'choice' } as const;
  const magic = { magicPrompt: 'choice' } as const;
  const look = { stylePreset: 'choice', styleCode: 'text-list', colorPalette: 'palette' } as const;
  const size = { aspectRatio: 'choice', resolution: 'choice' } as const;
  const references = {
    styleReference: 'images',
    characterReference: 'images',
    characterMask: 'images',
  } as const;
  const masked = { image: 'image', mask: 'mask', maskRect: 'mask-rects', invertMask: 'switch' } as const;
  const model = { model: 'choice' } as const;
  const typed = { ...several, ...speed, ...magic, ...look, ...size, ...references, ...model } as const;

  const OPTIONS: Readonly<Record<string, Readonly<Record<string, FieldType['kind']>>>> = {
    generate: {
      ...typed,
      prompt: 'prompt',
      jsonPrompt: 'json-prompt',
      styleType: 'choice',
      transparent: 'switch',
      upscaleFactor: 'choice',
      outputResolution: 'choice',
      negativePrompt: 'text',
      customModelUri: 'text',
      enableCopyrightDetection: 'switch',
    } satisfies Options<library.GenerateOptions>,
    edit: {
      ...typed,
      ...masked,
      prompt: 'prompt',
      styleType: 'choice',
      whole: 'switch',
      reference: 'images',
      transparentBackground: 'switch',
    } satisfies Options<library.EditOptions>,
    remix: {
      ...typed,
      image: 'image',
      prompt: 'prompt',
      styleType: 'choice',
      imageWeight: 'integer',
      negativePrompt: 'text',
      enableCopyrightDetection: 'switch',
    } satisfies Options<library.RemixOptions>,
    reframe: {
      ...several,
      ...speed,
      ...look,
      ...model,
      image: 'image',
      styleType: 'choice',
      styleReference: 'images',
      resolution: 'choice',
      aspectRatio: 'shape',
    } satisfies Options<library.ReframeOptions>,
    upscale: {
      ...several,
      ...magic,
      image: 'image',
      prompt: 'prompt',
      resemblance: 'integer',
      detail: 'integer',
    } satisfies Options<library.UpscaleOptions>,
    'replace-background': {
      ...several,
      ...speed,
      ...magic,
      ...look,
      image: 'image',
      prompt: 'prompt',
      styleReference: 'images',
    } satisfies Options<library.ReplaceBackgroundOptions>,
    'remove-background': { image: 'image' } satisfies Options<library.RemoveBackgroundOptions>,
    'remove-object': { ...masked, seed: 'integer' } satisfies Options<library.RemoveObjectOptions>,
    layerize: {
      image: 'image',
      prompt: 'prompt',
      seed: 'integer',
    } satisfies Options<library.LayerizeOptions>,
    describe: {
      ...model,
      image: 'image',
      includeBbox: 'switch',
      includeStyleDescriptions: 'switch',
      includeTags: 'switch',
    } satisfies Options<library.DescribeOptions>,
    'magic-prompt': {
      prompt: 'prompt',
      aspectRatio: 'choice',
    } satisfies Options<library.MagicPromptOptions>,
  };

  /** As the data says it: the model where there are several, and nothing that writes files. */
  const optionsByData = (spec: CommandSpec): Record<string, string> => ({
    ...Object.fromEntries(
      optionsOf(spec)
        .filter(({ type }) => type.kind !== 'file')
        .map(({ name, type }) => [name, type.kind]),
    ),
    ...(modelsOf(spec).length > 1 ? { model: 'choice' } : {}),
  });

  it.each(COMMANDS.map((spec) => [spec.name, spec] as const))('are those of %s', (name, spec) => {
    expect(OPTIONS[name]).toEqual(optionsByData(spec));
  });

  it('need nothing of Node where their types are used', { timeout: 60_000 }, async () => {
    const folder = await mkdtemp(join(tmpdir(), 'ideogram-types-'));
    onTestFinished(() => rm(folder, { recursive: true, force: true }));
    const run = promisify(execFile);
    const tsc = (...argv: string[]) =>
      run(process.execPath, [join(ROOT, 'node_modules/typescript/bin/tsc'), ...argv]).catch(
        ({ stdout }: { stdout: string }) => ({ stdout }),
      );
    await tsc('-p', join(ROOT, 'tsconfig.types.json'), '--outDir', join(folder, 'types'));
    await writeFile(join(folder, 'package.json'), '{"type":"module"}');
    await writeFile(
      join(folder, 'use.ts'),
      `import { type AnsweredImage, createClient, type DescribeResult } from './types/index.js';
       const client = createClient({ apiKey: 'k', fetch });
       const words: Promise<DescribeResult> = client.describe({ image: ['a.png'] });
       void words.then(({ descriptions }) => client.generate({ jsonPrompt: descriptions[0]?.jsonPrompt ?? {} }))
         .then((result) => client.save(result))
         .then((saved) => saved.map(({ image }): AnsweredImage => image));`,
    );
    const compilerOptions = {
      target: 'es2022',
      lib: ['es2022', 'dom', 'dom.iterable', 'dom.asynciterable'],
      module: 'nodenext',
      types: [],
      strict: true,
      skipLibCheck: false,
      noEmit: true,
    };
    await writeFile(join(folder, 'tsconfig.json'), JSON.stringify({ compilerOptions, include: ['use.ts'] }));
    expect((await tsc('-p', folder)).stdout).toBe('');
  });
});

describe('bad input', () => {
  it('is refused without sending anything', async () => {
    const server = await startServer();
    const client = createClient({ apiKey, baseUrl: server.url });
    for (const options of [
      { prompt: ' ' },
      { prompt: 'a fox', numImages: 9 },
      { prompt: 'a fox', model: 'V_9' },
      { prompt: 'a fox', model: 7 as unknown as string },
      { prompt: 'a fox', num_images: 3 },
      { prompt: 'a fox', negativprompt: 'x' },
      { prompt: 7 as unknown as string },
      'a fox' as unknown as { prompt: string },
      { prompt: 'a fox', aspectRatio: '1:1', resolution: '1024x1024' },
      { model: 'V_4', jsonPrompt: { high_level_description: 7 } },
      { model: 'V_4', jsonPrompt: JSON_PROMPT, prompt: 'a fox' },
    ] as readonly library.GenerateOptions[]) {
      expect(await failureOf(client.generate(options))).toMatchObject({ code: 'bad_input', billed: 'no' });
    }
    for (const jsonPrompt of ['prompt.json', [JSON_PROMPT], null] as never[]) {
      const { message } = await failureOf(client.generate({ model: 'V_4', jsonPrompt }));
      expect(message).toBe('jsonPrompt is no object.');
    }
    for (const none of [{}, undefined, null]) {
      expect(await failureOf(client.generate(none as never))).toMatchObject({ code: 'usage', billed: 'no' });
    }
    expect(server.calls).toEqual([]);
    expect(() => createClient({ apiKey: 'two\nlines' })).toThrow(IdeogramError);
    expect(() => createClient({ apiKey: undefined as unknown as string })).toThrow(IdeogramError);
    expect(() => createClient({ apiKey, baseUrl: 'http://example.com' })).toThrow(IdeogramError);
  });

  it('is spoken of by the names of the options', async () => {
    const image = join(await makeFolder(), 'Old House.png');
    const client = createClient({ apiKey });
    const told = async (work: Promise<unknown>) => {
      const { message, hint } = await failureOf(work);
      return `${message}\n${hint}`;
    };
    const texts = await Promise.all([
      told(client.generate({ prompt: 'x', numImages: 9 })),
      told(client.generate({ prompt: 'x', model: 'V_4', styleType: 'AUTO' })),
      told(client.generate({ prompt: 'x', aspectRatio: '1:1', resolution: '1024x1024' })),
      told(client.generate({} as never)),
      told(client.edit({ image, prompt: 'x' })),
      told(client.edit({ image, maskRect: [[0, 0, 99, 1]], prompt: 'x' })),
      told(client.edit({ image, whole: true } as never)),
      told(client.describe('x' as never)),
    ]);
    expect(texts[0]).toContain('numImages does not take "9"');
    expect(texts[1]).toContain('Choose one with model');
    expect(texts[3]).toContain("client.generate({ prompt: 'a red fox', ... })");
    expect(texts[4]).toContain('Give one of: mask, maskRect, whole.');
    expect(texts[5]).toContain('maskRect 0,0,99,1 reaches outside');
    expect(texts[6]).toContain('prompt: what the picture shows.');
    // A page of help is named by its command.
    expect(texts.join('\n').replaceAll(/^See: ideogram \S+ --help$/gm, '')).not.toMatch(/--|standard input/);
  });

  it.each([
    ['image', 'upscale', { image: '-' }],
    ['mask', 'removeObject', { image: 'Old House.png', mask: '-' }],
    ['styleReference', 'generate', { prompt: 'x', styleReference: ['b.png', '-'] }],
    ['styleReference', 'generate', { prompt: 'x', styleReference: '-' }],
    ['reference', 'edit', { image: 'b.png', whole: true, prompt: 'x', reference: ['-'] }],
    ['image', 'describe', { image: ['b.png', '-'] }],
  ] as const)('is "-" as %s of %s', async (name, method, options) => {
    const server = await startServer();
    const client = createClient({ apiKey, baseUrl: server.url });
    const error = await failureOf((client[method] as (given: object) => Promise<object>)(options));
    expect(error).toMatchObject({
      code: 'bad_input',
      message: expect.stringMatching(`^${name}: "-" is standard input`),
    });
    expect(server.calls).toEqual([]);
  });

  it('is what is neither path nor URL, a file that would be written, and standard output', async () => {
    const client = createClient({ apiKey });
    for (const image of [7, {}, ['b.png']] as never[]) {
      expect((await failureOf(client.upscale({ image }))).message).toMatch(/^image takes the path of a file/);
    }
    const saveMask = { image: 'b.png', maskRect: ['0,0,1,1'], saveMask: 'm.png' };
    expect(await failureOf(client.removeObject(saveMask))).toMatchObject({
      message: '"saveMask" is not an option.',
      hint: 'Valid: model, image, mask, seed, maskRect, invertMask.',
    });
    const valid = (await failureOf(client.generate({ promt: 'x' } as never))).hint?.split(', ') ?? [];
    expect(valid).toEqual([...new Set(valid)]);
    const error = await failureOf(client.save({ images: [], subject: 'x' }, { output: '-' }));
    expect(error).toMatchObject({ code: 'bad_input', message: expect.stringContaining('output: "-"') });
  });
});

describe('images by address', () => {
  it('are fetched from this machine only where the client allows it, and without the key', async () => {
    const server = await startServer();
    const image = `${server.url}/image/fox.png?sig=a/b.c`;
    const error = await failureOf(createClient({ apiKey, baseUrl: server.url }).upscale({ image }));
    expect(error.code).toBe('bad_file');
    expect([...server.calls, ...server.downloads]).toEqual([]);
    const client = createClient({ apiKey, baseUrl: server.url, allowPrivateUrls: true });
    expect((await client.upscale({ image })).subject).toBe('fox upscale');
    expect(server.downloads[0]?.headers).not.toHaveProperty('api-key');
    const [, file] = await readParts(server.calls[0] as Received);
    expect(file?.bytes.equals(PNG_1X1)).toBe(true);
    expect((await client.describe({ image }).catch(() => undefined)) ?? server.calls).toHaveLength(2);
    expect(server.downloads).toHaveLength(2);
  });

  it('are left at once when a signal stops the call', async () => {
    const controller = new AbortController();
    const server = await startServer(undefined, () => controller.abort());
    const client = createClient({ apiKey, baseUrl: server.url, allowPrivateUrls: true });
    const call = client.upscale({ image: `${server.url}/image/fox.png` }, { signal: controller.signal });
    expect(await failureOf(call)).toMatchObject({ code: 'cancelled', billed: 'no' });
    expect(server.calls).toEqual([]);
  });
});

describe('money', () => {
  it('is spoken of as the command does', async () => {
    const server = await startServer((_, response) => answerJson(response, 402, { error: 'no funds' }));
    const client = createClient({ apiKey, baseUrl: server.url });
    expect(await failureOf(client.generate({ prompt: 'a fox' }))).toMatchObject({
      code: 'no_credit',
      status: 402,
      billed: 'no',
    });
  });

  it('is never spent twice', async () => {
    const server = await startServer((_, response) => answerJson(response, 500, { error: 'oops' }));
    const client = createClient({ apiKey, baseUrl: server.url });
    const image = join(await makeFolder(), 'b.png');
    expect(await failureOf(client.removeBackground({ image }))).toMatchObject({
      code: 'server',
      billed: 'maybe',
    });
    expect(server.calls).toHaveLength(1);
  });

  it('is told of where a signal stops a call', async () => {
    const controller = new AbortController();
    const server = await startServer(() => controller.abort());
    const client = createClient({ apiKey, baseUrl: server.url });
    const { signal } = controller;
    const image = join(await makeFolder(), 'b.png');
    expect(await failureOf(client.upscale({ image }, { signal }))).toMatchObject({
      code: 'cancelled',
      billed: 'maybe',
    });
    for (const call of [
      () => client.generate({ prompt: 'a fox' }, { signal }),
      () => client.magicPrompt({ prompt: 'a fox' }, { signal }),
      () => client.describe({ image }, { signal }),
    ]) {
      expect(await failureOf(call())).toMatchObject({ code: 'cancelled', billed: 'no' });
    }
    expect(server.calls).toHaveLength(1);
  });

  it('may have been spent where a fetch of your own fails, or is stopped', async () => {
    const prompt = 'a fox';
    const broken = createClient({ apiKey, fetch: () => Promise.reject(new TypeError('fetch failed')) });
    expect(await failureOf(broken.generate({ prompt }))).toMatchObject({ code: 'network', billed: 'maybe' });
    const controller = new AbortController();
    const fetch: library.Fetch = (_url, { signal } = {}) =>
      new Promise((_resolve, reject) => {
        signal?.addEventListener('abort', () => reject(signal.reason));
        controller.abort();
      });
    const { signal } = controller;
    const error = await failureOf(createClient({ apiKey, fetch }).generate({ prompt }, { signal }));
    expect(error).toMatchObject({ code: 'cancelled', billed: 'maybe' });
  });

  it('takes the global fetch', async () => {
    const server = await startServer();
    const client = createClient({ apiKey, baseUrl: server.url, fetch: globalThis.fetch });
    expect((await client.generate({ prompt: 'a fox' })).images).toHaveLength(1);
  });
});

describe('save', () => {
  it('saves a result that was written down meanwhile, and tells of each image', async () => {
    const folder = await makeFolder();
    const change = (image: Record<string, unknown>, index: number) =>
      [image, { is_image_safe: false }, { odd: 'answer' }][index] ?? image;
    const server = await startServer(answerImages(3, change));
    const client = createClient({ apiKey, baseUrl: server.url });
    const result = JSON.parse(JSON.stringify(await client.generate({ prompt: 'a fox', numImages: 3 })));
    const saved = await client.save(result, { output: `${folder}/new/` });
    expect(saved.map(({ path }) => path)).toEqual([join(folder, 'new', 'a-fox-1.png'), undefined, undefined]);
    expect(saved.map(({ problem }) => problem)).toEqual([
      undefined,
      undefined,
      expect.stringContaining('{"odd":"answer"}'),
    ]);
    expect((await readFile(saved[0]?.path ?? '')).equals(PNG_1X1)).toBe(true);
    const one = { ...result, images: result.images.slice(0, 1) };
    await client.save(one, { output: join(folder, 'one.png') });
    expect(await failureOf(client.save(one, { output: join(folder, 'one.png') }))).toMatchObject({
      code: 'bad_input',
    });
    await client.save(one, { output: join(folder, 'one.png'), force: true });
    expect(await readdir(join(folder, 'new'))).toEqual(['a-fox-1.png']);
  });
});

describe('describe', () => {
  /** As many images as there are answers, told apart by their width; the server answers each by it. */
  async function describeEach(
    answers: readonly (readonly [status: number, body: object])[],
    onCall: (position: number) => Promise<void> | void = () => {},
  ) {
    const folder = await makeFolder();
    const images = answers.map((_, position) => join(folder, `${position}.png`));
    for (const [position, image] of images.entries()) await writeFile(image, makePng(position + 1, 1));
    const server = await startServer(async (request, response) => {
      const file = (await readParts(request)).find(({ filename }) => filename);
      const position = (file?.bytes.readUInt32BE(16) ?? 0) - 1;
      await onCall(position);
      const [status, body] = answers[position] ?? [500, {}];
      answerJson(response, status, body);
    });
    return { folder, images, server, client: createClient({ apiKey, baseUrl: server.url }) };
  }
  const words = (text: string) => [200, { descriptions: [{ text }] }] as const;
  const BLOCKED = [422, { error: 'not safe' }] as const;

  it('tells of each image in their order, four at a time', async () => {
    let inFlight = 0;
    let most = 0;
    const answers = Array.from({ length: 9 }, (_, index) => words(`image ${index}`));
    const { images, client } = await describeEach(answers, async (position) => {
      most = Math.max(most, ++inFlight);
      // The earlier ones take longer.
      for (let turn = 0; turn < 20 - position; turn++) await new Promise((resolve) => setImmediate(resolve));
      inFlight -= 1;
    });
    const result = await client.describe({ image: images });
    expect(result).toEqual({
      model: 'V_3',
      descriptions: images.map((image, index) => ({ image, text: `image ${index}` })),
      failed: [],
    });
    expect(most).toBeGreaterThan(1);
    expect(most).toBeLessThanOrEqual(4);
  });

  it('checks all images before it sends one', async () => {
    const { images, server, client, folder } = await describeEach([words('x'), words('y')]);
    for (const bad of [join(folder, 'words.png'), join(folder, 'none.png'), '']) {
      const error = await failureOf(client.describe({ image: [...images, bad] }));
      expect(error.billed).toBe('no');
    }
    expect(await failureOf(client.describe({ image: [] }))).toMatchObject({ code: 'usage' });
    expect(await failureOf(client.describe({ image: images, includeTags: true }))).toMatchObject({
      code: 'bad_input',
    });
    expect(server.calls).toEqual([]);
  });

  it('leaves the others alone where a refusal is about one image, or a file has gone meanwhile', async () => {
    const answers = [words('a'), BLOCKED, [400, { error: 'odd' }] as const, ...Array(6).fill(words('b'))];
    const { images, server, client } = await describeEach(answers, () =>
      rm(images[8] ?? '', { force: true }),
    );
    const { descriptions, failed } = await client.describe({ image: images });
    expect(descriptions.map(({ image }) => image)).toEqual([images[0], ...images.slice(3, 8)]);
    expect(failed.map(({ image, error }) => [image, error.code, error.billed])).toEqual([
      [images[1], 'blocked', 'no'],
      [images[2], 'rejected', 'no'],
      [images[8], 'bad_file', 'no'],
    ]);
    expect(server.calls).toHaveLength(8);
  });

  it('hands over what is paid where another image fails', async () => {
    const { images, server, client } = await describeEach([words('a'), BLOCKED, [200, WORDS]]);
    const { descriptions, failed } = await client.describe({ image: images });
    expect(descriptions.map(({ image, text }) => [image, text])).toEqual([
      [images[0], 'a'],
      [images[2], 'a fox'],
      [images[2], 'a red fox'],
    ]);
    expect(failed).toEqual([{ image: images[1], error: expect.any(IdeogramError) }]);
    expect(failed[0]?.error).toMatchObject({ code: 'blocked', billed: 'no' });
    expect(server.calls).toHaveLength(3);
  });

  it('asks for no more when the next request would fail alike', async () => {
    const answers = [words('a'), [402, { error: 'no funds' }] as const, ...Array(7).fill(words('b'))];
    let others = (): void => {};
    const refused = new Promise<void>((resolve) => {
      others = resolve;
    });
    // The first four are in flight together; all but the one without funds wait until that is answered.
    const { images, server, client } = await describeEach(answers, async (position) => {
      if (position !== 1) return refused;
      setTimeout(others, 100);
    });
    const { descriptions, failed } = await client.describe({ image: images });
    expect(server.calls).toHaveLength(4);
    expect(descriptions.map(({ text }) => text)).toEqual(['a', 'b', 'b']);
    expect(failed.map(({ image }) => image)).toEqual([images[1], ...images.slice(4)]);
    for (const { error } of failed) expect(error).toMatchObject({ code: 'no_credit', billed: 'no' });
    expect(failed[1]?.error.message).toMatch(/^It was not asked, because another failed: /);
  });

  it('hands over what is paid also where a signal stops it', async () => {
    const controller = new AbortController();
    const answers = [words('a'), ...Array(6).fill(words('b'))];
    const { images, server, client } = await describeEach(answers, async (position) => {
      // The first is answered; when the fifth comes, its place was free.
      if (position === 4) controller.abort();
      if (position > 0) await new Promise(() => {});
    });
    const { signal } = controller;
    const { descriptions, failed } = await client.describe({ image: images }, { signal });
    expect(descriptions).toEqual([{ image: images[0], text: 'a' }]);
    expect(failed.map(({ error }) => `${error.code} ${error.billed}`)).toEqual([
      ...Array(4).fill('cancelled maybe'),
      ...Array(2).fill('cancelled no'),
    ]);
    expect(server.calls).toHaveLength(5);
  });

  it('rejects where there is no description at all, with all that went wrong', async () => {
    const { images, client } = await describeEach([BLOCKED, [200, { odd: 1 }]]);
    const error = await failureOf(client.describe({ image: images }));
    expect(error).toMatchObject({ code: 'bad_response', billed: 'maybe' });
    for (const image of images) expect(error.message).toContain(`${image}: `);
    const { errors } = error.cause as AggregateError;
    expect(errors.map(({ code }) => code)).toEqual(['blocked', 'bad_response']);
    // What came of it was paid, and may be of use.
    expect(errors[1].hint).toContain('{"odd":1}');

    const one = await failureOf(client.describe({ image: images.slice(0, 1) }));
    expect(one).toMatchObject({ code: 'blocked', message: expect.not.stringContaining('None of') });
  });

  it.each([
    ['blocked', BLOCKED, BLOCKED],
    ['partial', BLOCKED, [400, { error: 'odd' }] as const],
    ['no_credit', BLOCKED, [402, { error: 'no funds' }] as const],
  ] as const)('rejects with %s, and says that nothing is billed', async (code, first, second) => {
    const { images, client } = await describeEach([first, second]);
    const error = await failureOf(client.describe({ image: images }));
    expect(error).toMatchObject({ code, billed: 'no' });
    const { errors } = error.cause as AggregateError;
    expect(error.hint).toBe((errors.find((each) => each.code === code) ?? errors[0]).hint);
  });
});
