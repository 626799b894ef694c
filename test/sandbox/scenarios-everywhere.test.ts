/** Scenarios at every endpoint: by the key, by each text that is a prompt, what becomes of images, and the places in flight. */
import { describe, expect, it } from 'vitest';
import { KNOWN, STRUCTURED, send, type Value } from './endpoints.js';
import { call, createStillClock, items, parsed, start } from './harness.js';
import { picture } from './pictures.js';

const V3 = '/v1/ideogram-v3';
const V4 = '/v1/ideogram-v4';

/** Where a prompt is sent, required or not. */
const PROMPTS: Record<string, string> = {
  '/generate': 'image_request.prompt',
  '/remix': 'image_request.prompt',
  '/upscale': 'image_request.prompt',
  [`${V4}/generate`]: 'text_prompt',
  [`${V4}/generate-transparent`]: 'text_prompt',
  [`${V4}/remix`]: 'text_prompt',
  [`${V4}/magic-prompt`]: 'text_prompt',
  ...Object.fromEntries(
    [
      'generate',
      'generate-transparent',
      'edit',
      'inpaint',
      'remix',
      'replace-background',
      'layerize-text',
    ].map((name) => [`${V3}/${name}`, 'prompt']),
  ),
  '/edit': 'prompt',
  '/v1/edit': 'prompt',
};

const REFUSALS: [word: string, status: number][] = [
  ['unauthorized', 401],
  ['not-found', 404],
  ['forbidden', 403],
  ['no-credit', 402],
  ['blocked', 422],
  ['busy', 429],
  ['server-error=503', 503],
];

describe.each(KNOWN)('$path', ({ path, least }) => {
  it.each(REFUSALS)('by the key: %s is %i', async (word, status) => {
    const heard = await send(await start(), path, {}, { key: `sandbox:${word},sandbox:retry-after=4` });
    expect([heard.status, heard.headers['retry-after']]).toEqual([status, '4']);
  });

  it('by the key: cut, cut-answer, html, redirect', async () => {
    const sandbox = await start();
    expect((await send(sandbox, path, {}, { key: 'sandbox:cut' })).failed).toBeDefined();
    expect((await send(sandbox, path, {}, { key: 'sandbox:cut-answer' })).complete).toBe(false);
    const page = await send(sandbox, path, {}, { key: 'sandbox:html' });
    expect([page.status, page.headers['content-type']]).toEqual([200, 'text/html; charset=utf-8']);
    expect((await send(sandbox, path, {}, { key: 'sandbox:redirect' })).status).toBe(307);
  });

  it('by the key: busy=1 counts for this request alone', async () => {
    const sandbox = await start();
    const status = async (changes: Record<string, Value> = {}): Promise<number> =>
      (await send(sandbox, path, changes, { key: 'sandbox:busy=1' })).status;
    const prompt = PROMPTS[path];
    const image = Object.keys(least).find((name) => /^image(_file)?$/.test(name)) ?? '';
    const other = prompt ? { [prompt]: 'another' } : { [image]: picture(8, 6, [1, 2, 3]) };
    expect([await status(), await status(other), await status(), await status(other)]).toEqual([
      429, 429, 200, 200,
    ]);
  });

  it('looks at its fields first, but for the key', async () => {
    const sandbox = await start();
    const [field = ''] = Object.keys(least);
    const status = async (word: string): Promise<number> =>
      (await send(sandbox, path, { [field]: undefined }, { key: `sandbox:${word}` })).status;
    expect([await status('unauthorized'), await status('no-credit')]).toEqual([401, 400]);
  });
});

it.each(KNOWN.flatMap(({ path, images }) => (images ? [path] : [])))(
  '%s, by the key: withheld takes the link away, expired ends it',
  async (path) => {
    const sandbox = await start();
    const [withheld] = items(await send(sandbox, path, {}, { key: 'sandbox:withheld' }));
    expect([withheld?.url, withheld?.is_image_safe]).toEqual([null, false]);
    const [expired] = items(await send(sandbox, path, {}, { key: 'sandbox:expired' }));
    expect((await call(expired?.url ?? '')).status).toBe(403);
  },
);

describe.each(Object.entries(PROMPTS))('%s, by %s', (path, name) => {
  it.each(REFUSALS)('%s is %i', async (word, status) => {
    const heard = await send(await start(), path, { [name]: `a fox sandbox:${word}` });
    expect(heard.status).toBe(status);
  });

  it('a word that does not exist is refused', async () => {
    const heard = await send(await start(), path, { [name]: 'a fox sandbox:foo' });
    expect([heard.status, parsed(heard).detail]).toEqual([
      400,
      expect.stringContaining("Unknown scenario 'sandbox:foo' in the prompt"),
    ]);
  });
});

describe.each([`${V4}/generate`, `${V4}/generate-transparent`])('%s, by the texts of json_prompt', (path) => {
  const within = (changes: Record<string, unknown>) => ({
    text_prompt: undefined,
    json_prompt: { ...STRUCTURED, ...changes },
  });

  it.each([
    ['the description', { high_level_description: 'a fox\nsandbox:no-credit' }],
    ['the background', { compositional_deconstruction: { background: 'sandbox:no-credit', elements: [] } }],
    ['a tag', { tags: ['fox', 'sandbox:no-credit'] }],
    ['the style', { style_description: { photo: 'sandbox:no-credit' } }],
  ])('%s', async (_place, changes) => {
    const heard = await send(await start(), path, within(changes), { as: 'form' });
    expect(heard.status).toBe(402);
    expect((await send(await start(), path, within(changes), { as: 'json' })).status).toBe(402);
  });

  it('several texts, and the key', async () => {
    const changes = within({ tags: ['sandbox:busy=1'], style_description: { medium: 'sandbox:slow=2' } });
    const sandbox = await start();
    const first = await send(sandbox, path, changes, { key: 'sandbox:retry-after=9' });
    expect([first.status, first.headers['retry-after']]).toEqual([429, '9']);
    expect((await send(sandbox, path, changes)).status).toBe(200);
  });
});

describe('retired', () => {
  it.each(['key', 'prompt'])('by the %s: 410 from v3 edit and from nothing else', async (place) => {
    const sandbox = await start();
    for (const { path, least } of KNOWN) {
      const byPrompt = 'prompt' in least && place === 'prompt' ? { prompt: 'a fox sandbox:retired' } : {};
      const key = place === 'key' ? 'sandbox:retired' : 'any';
      const heard = await send(sandbox, path, byPrompt, { key });
      expect([path, heard.status]).toEqual([path, path === `${V3}/edit` ? 410 : 200]);
      if (heard.status === 410) expect(parsed(heard)).toEqual({ message: 'Gone' });
    }
  });

  it('comes after 404 and before 403, and carries Retry-After when asked', async () => {
    const sandbox = await start();
    const ask = (prompt: string) => send(sandbox, `${V3}/edit`, { prompt });
    expect((await ask('sandbox:retired sandbox:forbidden')).status).toBe(410);
    expect((await ask('sandbox:retired sandbox:not-found')).status).toBe(404);
    const heard = await ask('sandbox:retired sandbox:retry-after=3');
    expect(heard.headers['retry-after']).toBe('3');
  });
});

it('layerize-text: withheld does nothing, expired and the like do', async () => {
  const sandbox = await start();
  const made = parsed(await send(sandbox, `${V3}/layerize-text`, { prompt: 'sandbox:withheld' }));
  expect((await call(String(made.base_image_url))).status).toBe(200);
  const expired = parsed(await send(sandbox, `${V3}/layerize-text`, {}, { key: 'sandbox:expired' }));
  expect((await call(String(expired.base_image_url))).status).toBe(403);
});

describe('places in flight', () => {
  it.each(
    KNOWN.map(({ path }) => {
      const many = path.startsWith('/generate') || ['/remix', '/upscale'].includes(path);
      return [path, many ? 'image_request.num_images' : 'num_images'] as const;
    }),
  )('%s takes one, or as many as %s says', async (path, name) => {
    const clock = createStillClock();
    const lines: (string | undefined)[] = [];
    const sandbox = await start({ clock, latency: 1, onRequest: ({ note }) => lines.push(note) });
    const counts = COUNTED.has(path);
    const held = [
      send(sandbox, '/generate', { 'image_request.num_images': 8 }),
      ...(counts ? [send(sandbox, path, { [name]: 2 })] : [send(sandbox, path), send(sandbox, path)]),
    ];
    await until(() => clock.waiting() === held.length);
    const refused = await send(sandbox, path);
    expect(refused.status).toBe(429);
    clock.release();
    expect((await Promise.all(held)).map(({ status }) => status)).toEqual(held.map(() => 200));
    expect(lines.slice(1)).toContain(counts ? '2 images' : NOTES[path.slice(path.lastIndexOf('/'))]?.(path));
  });
});

const COUNTED = new Set([
  '/generate',
  '/edit',
  '/v1/edit',
  '/remix',
  '/reframe',
  '/upscale',
  ...['generate', 'generate-transparent', 'edit', 'inpaint', 'remix', 'reframe', 'replace-background'].map(
    (name) => `${V3}/${name}`,
  ),
]);

/** What the log says of the others. */
const NOTES: Record<string, (path: string) => string> = {
  '/describe': (path) => (path === '/describe' ? '2 descriptions' : 'description'),
  '/magic-prompt': () => 'magic prompt',
  '/generate': () => '1 image',
  '/generate-transparent': () => '1 image',
  '/remix': () => '1 image',
  '/remove-background': () => '1 image',
  '/remove-object': () => '1 image',
  '/layerize-text': () => '1 image',
};

async function until(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}
