/** What a client of the library is made of: what is misspelt or of the wrong kind is refused before there is one. */
import { expect, it } from 'vitest';
import { type ClientOptions, createClient, IdeogramError } from '../src/index.js';
import { startServer } from './support/server.js';

const apiKey = 'a-key-for-the-library';

const refusedClient = (options: unknown): IdeogramError => {
  try {
    createClient(options as ClientOptions);
  } catch (thrown) {
    expect(thrown).toBeInstanceOf(IdeogramError);
    expect(`${(thrown as Error).message}${(thrown as IdeogramError).hint}`).not.toContain(apiKey);
    return thrown as IdeogramError;
  }
  expect.fail('There is a client.');
};

it.each<[string, unknown, string]>([
  [
    'a misspelt base URL',
    { apiKey, baseURL: 'http://127.0.0.1:1' },
    '"baseURL" is not an option of a client.',
  ],
  ['a misspelt name without a value', { apiKey, baseURL: undefined }, '"baseURL" is not an option'],
  ['no base URL', { apiKey, baseUrl: null }, 'baseUrl has to be text'],
  ['no environment', { apiKey, env: null }, 'env has to be an object'],
  ['an unknown name', { apiKey, timeout: 5 }, '"timeout" is not an option of a client.'],
  ['a name of every object', { apiKey, constructor: 1 }, '"constructor" is not an option'],
  ['a key alone', apiKey, 'A client is made of one object.'],
  ['a list', [apiKey], 'A client is made of one object.'],
  ['a base URL that is no text', { apiKey, baseUrl: new URL('https://a.example') }, 'baseUrl has to be text'],
  [
    'a base URL with a password',
    { apiKey, baseUrl: 'https://a:b@c.example' },
    'baseUrl is not a usable address',
  ],
  ['a fetch that is none', { apiKey, fetch: 'fetch' }, 'fetch has to be a function'],
  ['an environment that is none', { apiKey, env: 'x' }, 'env has to be an object'],
  ['a timeout in text', { apiKey, timeoutMs: '5' }, 'timeoutMs has to be a number of milliseconds'],
  ['a timeout that is no number', { apiKey, timeoutMs: Number.NaN }, 'timeoutMs has to be'],
  ['no time at all', { apiKey, timeoutMs: 0 }, 'timeoutMs has to be'],
  // Node's timers would end at once: after the request has gone out.
  ['a timeout of a month', { apiKey, timeoutMs: 2_592_000_000 }, 'from 1 to 86400000.'],
  ['a switch in text', { apiKey, allowPrivateUrls: 'false' }, 'allowPrivateUrls has to be true or false'],
])('no client is made of %s', (_what, options, message) => {
  expect(refusedClient(options)).toMatchObject({
    code: 'bad_input',
    message: expect.stringContaining(message),
  });
});

it.each([[undefined], [null], [{}], [{ apiKey: undefined }], [{ apiKey: 7 }], [{ apiKey: 'two words' }]])(
  'no client is made without a key: %j',
  (options) => {
    const { code, hint } = refusedClient(options);
    expect([code, hint]).toEqual(['no_key', expect.stringContaining('IDEOGRAM_API_KEY')]);
  },
);

it('what is left undefined is as if it were not there', async () => {
  const server = await startServer();
  const none = { fetch: undefined, env: undefined, timeoutMs: undefined, allowPrivateUrls: undefined };
  const client = createClient({ apiKey, baseUrl: server.url, ...(none as object) });
  expect((await client.generate({ prompt: 'a fox' })).images).toHaveLength(1);
});

it('what an object has from its class counts: else it would be the API itself', async () => {
  const server = await startServer();
  class Options {
    readonly apiKey = apiKey;
    get baseUrl(): string {
      return server.url;
    }
  }
  for (const options of [new Options(), Object.assign(Object.create({ baseUrl: server.url }), { apiKey })]) {
    await createClient(options).generate({ prompt: 'a fox' });
  }
  expect(server.calls).toHaveLength(2);
});

it.each([[undefined], [null], [{}], ['x']])('%j has no images that could be saved', async (result) => {
  const failure = await createClient({ apiKey })
    .save(result as never)
    .catch((thrown: unknown) => thrown);
  expect(failure).toMatchObject({ code: 'bad_input', message: expect.stringContaining('with images') });
});
