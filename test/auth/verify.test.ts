/** `auth verify`: free unless told otherwise, and every answer of the API gets the verdict, code and exit status of the table. */
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { createFetch } from '../../src/api/fetch.js';
import { acceptKey, QUOTE, QUOTE_PATH, refuse } from '../support/quote.js';
import { createWorld, runCli, TEST_KEY } from '../support/run.js';
import { answerJson, type Responder, startServer } from '../support/server.js';

const MASKED = '****7fQx';

async function verify(respond: Responder, argv: string[] = ['--json'], env: Record<string, string> = {}) {
  const server = await startServer(respond);
  const result = await runCli(['auth', 'verify', ...argv], {
    env: { IDEOGRAM_BASE_URL: server.url, ...env },
  });
  return { ...result, server };
}

describe('the free check', () => {
  it('asks for a price, once, and for nothing else', async () => {
    const { status, server, json, stderr } = await verify(acceptKey);
    expect([status, stderr]).toEqual([0, '']);
    expect(server.calls.map(({ method, path }) => [method, path])).toEqual([['POST', QUOTE_PATH]]);
    const [call] = server.calls;
    expect(call?.headers).toMatchObject({ 'api-key': TEST_KEY, 'content-type': 'application/json' });
    expect(JSON.parse(String(call?.body))).toEqual({ prompt: 'A simple blue circle on white background' });
    expect(json()).toEqual({
      ok: true,
      command: 'auth verify',
      verdict: 'accepted',
      key: MASKED,
      source: 'environment',
      path: null,
      sandbox: false,
      warnings: [],
    });
  });

  it('tells people the same, on standard output', async () => {
    const { stdout, stderr } = await verify(acceptKey, []);
    expect(stdout).toBe(
      `Key:     ${MASKED}\nFrom:    IDEOGRAM_API_KEY in the environment\nVerdict: accepted\n`,
    );
    expect(stderr).toBe('');
  });

  type Row = [
    string,
    Responder,
    { exit: number; code: string; verdict: string; says?: RegExp; calls?: number },
  ];
  it.each<Row>([
    [
      '401',
      refuse(401, { message: 'Access denied' }),
      {
        exit: 4,
        code: 'unauthorized',
        verdict: 'refused',
        says: /Access denied[\s\S]*wrong or revoked.*paused because the balance is empty[\s\S]*auth login/,
      },
    ],
    [
      '403',
      refuse(403, { message: 'This account is not authorized for this operation.' }),
      { exit: 4, code: 'forbidden', verdict: 'forbidden', says: /not authorized/ },
    ],
    [
      '402',
      refuse(402, { error: 'Add credits.', reject_reason: 'insufficient_funds' }),
      { exit: 6, code: 'no_credit', verdict: 'no_credit', says: /insufficient_funds[\s\S]*Top up/ },
    ],
    [
      '404',
      refuse(404, { message: 'Not found' }),
      {
        exit: 2,
        code: 'rejected',
        verdict: 'unknown',
        says: /does not know the free check[\s\S]*auth verify --generate/,
      },
    ],
    [
      '405',
      refuse(405, {}),
      {
        exit: 2,
        code: 'rejected',
        verdict: 'unknown',
        says: /does not know the free check[\s\S]*about \$0\.05[\s\S]*--generate/,
      },
    ],
    ['400', refuse(400), { exit: 2, code: 'rejected', verdict: 'unknown', says: /says nothing of the key/ }],
    ['422', refuse(422), { exit: 3, code: 'blocked', verdict: 'unknown', says: /says nothing of the key/ }],
    ['429 for ever', refuse(429), { exit: 7, code: 'busy', verdict: 'unknown', calls: 4 }],
    ['500 for ever', refuse(500), { exit: 5, code: 'server', verdict: 'unknown', says: /costs nothing/ }],
    [
      'a web page',
      (_, response) => void response.end('<html><title>Login</title></html>'),
      { exit: 5, code: 'bad_response', verdict: 'unknown', says: /web page/ },
    ],
    [
      'a redirect',
      (_, response) => void response.writeHead(307, { location: 'http://localhost/' }).end(),
      { exit: 5, code: 'bad_response', verdict: 'unknown', says: /not followed/ },
    ],
    [
      'a connection that breaks',
      (_, response) => void response.socket?.destroy(),
      { exit: 5, code: 'network', verdict: 'unreachable', says: /costs nothing/ },
    ],
  ])('%s', async (_what, respond, { exit, code, verdict, says = /./, calls = 1 }) => {
    const { status, error, json, server } = await verify(respond);
    expect([status, error().code, error().billed]).toEqual([exit, code, 'no']);
    expect(`${error().message}\n${error().hint}`).toMatch(says);
    expect(json()).toMatchObject({ ok: false, verdict, key: MASKED, source: 'environment' });
    // Never the endpoint that costs money.
    expect(server.calls.map(({ path }) => path)).toEqual(Array(calls).fill(QUOTE_PATH));
  });

  it('that nobody answers is given up after 20 seconds, and not asked again', async () => {
    const world = await createWorld();
    const server = await startServer(() => world.clock.advance(20_000));
    const result = await runCli(['auth', 'verify', '--json'], {
      world,
      env: { IDEOGRAM_BASE_URL: server.url },
    });
    expect([result.status, result.error().code, result.error().billed]).toEqual([5, 'timeout', 'no']);
    expect([result.json().verdict, server.calls.length]).toEqual(['unreachable', 1]);
    const patient = await startServer((request, response, self) => {
      world.clock.advance(20_000);
      return acceptKey(request, response, self);
    });
    const env = { IDEOGRAM_BASE_URL: patient.url };
    const second = await runCli(['auth', 'verify', '--json', '--timeout', '60'], { world, env });
    expect(second.status).toBe(0);
  });

  it('that reaches nobody', async () => {
    const fetch = createFetch({});
    const refused = (): never => {
      throw Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    };
    const result = await runCli(['auth', 'verify', '--json'], {
      fetch: Object.assign(async () => refused(), fetch),
    });
    expect([result.status, result.error().code, result.json().verdict]).toEqual([
      5,
      'network',
      'unreachable',
    ]);
    expect(result.error().message).toContain('api.ideogram.ai cannot be reached');
  });

  it('that is answered with a picture after all says that this may have been billed', async () => {
    const { status, error, json, server } = await verify((_, response) =>
      answerJson(response, 200, { generation_id: 'g1', data: [{ url: 'https://ideogram.ai/x.png' }] }),
    );
    expect([status, error().code, error().billed, json().verdict]).toEqual([
      5,
      'bad_response',
      'maybe',
      'unknown',
    ]);
    expect(error().hint).toContain('https://ideogram.ai/x.png');
    expect(server.calls).toHaveLength(1);
  });

  it('waits while the account is busy', async () => {
    let calls = 0;
    const { status, json } = await verify((_, response) =>
      ++calls < 3 ? answerJson(response, 429, {}) : answerJson(response, 200, QUOTE),
    );
    expect([status, json().verdict, calls]).toEqual([0, 'accepted', 3]);
  });

  it('without a key sends nothing, and says how to get one', async () => {
    const { status, error, stdout, server } = await verify(acceptKey, ['--json'], { IDEOGRAM_API_KEY: '' });
    expect([status, error().code, stdout, server.calls.length]).toEqual([4, 'no_key', '', 0]);
    expect(error().hint).toContain('ideogram auth login');
  });

  it('is shown by --dry-run, without a key, and not sent', async () => {
    const { status, json, server } = await verify(acceptKey, ['--json', '--dry-run'], {
      IDEOGRAM_API_KEY: '',
    });
    expect([status, server.calls.length]).toEqual([0, 0]);
    expect(json()).toMatchObject({
      command: 'auth verify',
      dryRun: true,
      request: {
        method: 'POST',
        url: `${server.url}${QUOTE_PATH}`,
        contentType: 'application/json',
        body: { prompt: 'A simple blue circle on white background' },
      },
      cost: { usd: 0 },
    });
  });
});

describe('--generate', () => {
  const BODY =
    '{"image_request":{"prompt":"A simple blue circle on white background","model":"V_2_TURBO",' +
    '"aspect_ratio":"ASPECT_1_1","magic_prompt_option":"OFF"}}';

  it('makes the one paid test image, and saves it', async () => {
    const { status, json, server, world } = await verify(acceptKey, ['--json', '--generate']);
    expect(status).toBe(0);
    expect(server.calls.map(({ method, path, body }) => [method, path, String(body)])).toEqual([
      ['POST', '/generate', BODY],
    ]);
    expect(json()).toMatchObject({
      ok: true,
      command: 'auth verify',
      verdict: 'accepted',
      key: MASKED,
      source: 'environment',
      model: 'V_2_TURBO',
      images: [{ path: join(world.folder, 'a-simple-blue-circle-on-white-background-1.png'), seed: 1 }],
      cost: { usd: 0.05 },
    });
    expect((await readFile(json().images[0].path)).byteLength).toBe(json().images[0].bytes);
  });

  it('prints URL and seed for people', async () => {
    const { stdout, server } = await verify(acceptKey, ['--generate', '-o', 'test.png']);
    expect(stdout).toBe(
      [
        `Key:     ${MASKED}`,
        'From:    IDEOGRAM_API_KEY in the environment',
        'Verdict: accepted',
        `URL:     ${server.url}/image/0.png?exp=1900000000&sig=00`,
        'Seed:    1',
        'Image:   test.png',
        '',
      ].join('\n'),
    );
  });

  it('that cannot be saved is no verdict, and nothing is sent', async () => {
    const { folder } = await createWorld();
    await writeFile(join(folder, 'plain'), '');
    const { status, error, stdout, server } = await verify(acceptKey, [
      '--json',
      '--generate',
      '-o',
      join(folder, 'plain', 'folder/'),
    ]);
    expect([status, error().code, stdout, server.calls.length]).toEqual([2, 'bad_file', '', 0]);
  });

  it('is refused like any other call', async () => {
    const { status, json, error, files } = await verify(refuse(401), ['--json', '--generate']);
    expect([status, error().code, json().verdict, await files()]).toEqual([4, 'unauthorized', 'refused', []]);
  });

  it('proves the key also where the picture is lost on the way', async () => {
    const server = await startServer(acceptKey, (_, response) => void response.writeHead(410).end());
    const env = { IDEOGRAM_BASE_URL: server.url };
    const { status, json, error } = await runCli(['auth', 'verify', '--generate', '--json'], { env });
    expect([status, error().code, json().ok, json().verdict]).toEqual([8, 'partial', false, 'accepted']);
    expect(error().hint).toContain('/image/0.png');
  });

  it('is sent once, whatever comes of it', async () => {
    for (const respond of [
      refuse(500),
      (_: unknown, response: { socket: { destroy(): void } | null }) => void response.socket?.destroy(),
    ]) {
      const { error, server } = await verify(respond as Responder, ['--json', '--generate']);
      expect([error().billed, server.calls.length]).toEqual(['maybe', 1]);
    }
  });

  it('keeps to --max-cost and --dry-run', async () => {
    const capped = await verify(acceptKey, ['--json', '--generate', '--max-cost', '0.04']);
    expect([capped.status, capped.error().code, capped.server.calls.length]).toEqual([6, 'cost_cap', 0]);
    const dry = await verify(acceptKey, ['--json', '--generate', '--dry-run']);
    expect([dry.status, dry.server.calls.length]).toEqual([0, 0]);
    expect(JSON.stringify(dry.json().request.body)).toBe(BODY);
    expect(dry.json().cost.usd).toBe(0.05);
  });

  it.each([
    [['-o', 'x.png'], /free check makes none/],
    [['--generate', '-o', '-'], /Standard output is for the verdict/],
  ])('%j: exit 2, nothing sent', async (argv, says) => {
    const { status, error, server } = await verify(acceptKey, ['--json', ...argv]);
    expect([status, server.calls.length]).toEqual([2, 0]);
    expect(error().message).toMatch(says);
  });
});

describe('--sandbox', () => {
  it('needs no key and takes none', async () => {
    const { status, json, stderr } = await runCli(['auth', 'verify', '--sandbox', '--json']);
    expect([status, stderr]).toEqual([0, '']);
    expect(json()).toMatchObject({ verdict: 'accepted', source: 'sandbox', path: null, sandbox: true });
    expect(json().key).not.toBe(MASKED);
  });

  it('makes the test image for nothing', async () => {
    const { status, json } = await runCli(['auth', 'verify', '--generate', '--sandbox', '--json']);
    expect([status, json().verdict, json().cost.usd, json().sandbox]).toEqual([0, 'accepted', 0, true]);
  });

  it.each([
    ['unauthorized', 4, 'unauthorized', 'refused'],
    ['not-found', 2, 'rejected', 'unknown'],
    ['forbidden', 4, 'forbidden', 'forbidden'],
    ['no-credit', 6, 'no_credit', 'no_credit'],
    ['blocked', 3, 'blocked', 'unknown'],
    ['busy=always', 7, 'busy', 'unknown'],
    ['server-error', 5, 'server', 'unknown'],
    ['slow=60', 5, 'timeout', 'unreachable'],
    ['stalled', 5, 'timeout', 'unreachable'],
    ['cut', 5, 'network', 'unreachable'],
    ['cut-answer', 5, 'network', 'unreachable'],
    ['html', 5, 'bad_response', 'unknown'],
    ['redirect', 5, 'bad_response', 'unknown'],
  ])('sandbox:%s as a key ends with %i', async (word, exit, code, verdict) => {
    const { status, error, json } = await runCli(['auth', 'verify', '--sandbox', '--json'], {
      env: { IDEOGRAM_API_KEY: `sandbox:${word}` },
    });
    expect([status, error().code, json().verdict, error().billed]).toEqual([exit, code, verdict, 'no']);
  });

  it.each(['busy=2', 'slow=5', 'withheld', 'expired'])(
    'sandbox:%s does not keep it from the verdict',
    async (word) => {
      const { status, json } = await runCli(['auth', 'verify', '--sandbox', '--json'], {
        env: { IDEOGRAM_API_KEY: `sandbox:${word}` },
      });
      expect([status, json().verdict]).toEqual([0, 'accepted']);
    },
  );
});
