/** The wizard of `auth login`, question by question: what it asks, what it writes, and what it never shows. */
import { mkdir, readdir, readFile, symlink, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { CTRL_C, CTRL_D, converse, DOWN, ENTER, type Step } from '../support/dialogue.js';
import { acceptKey, acceptOnly, QUOTE_PATH, refuse } from '../support/quote.js';
import { createWorld, type RunOptions, runCli, TEST_KEY } from '../support/run.js';
import { type Responder, startServer } from '../support/server.js';

const OTHER_KEY = 'an-0ther-k3y-than-that-0ne-9pLm';
const CONFIG = '.config/config.json';

// As they are drawn while they wait: once answered they are drawn again, without their last words.
const KEY = /Your key.*masked/;
const WHERE = /Where shall it be kept\?[\s\S]*Arrow keys/;
const WHAT_NOW = /What now\?[\s\S]*Arrow keys/;
const REPLACE = /Replace it\? \(y\/N\)/;
const IMAGE = /Make a test image.*\(y\/N\)/;

const TYPE_KEY: Step = [KEY, `${TEST_KEY}${ENTER}`];
const IN_SETTINGS: Step = [WHERE, ENTER];
const IN_ENV: Step = [WHERE, `${DOWN}${ENTER}`];
const NO_IMAGE: Step = [IMAGE, ENTER];
const CHECK = `POST ${QUOTE_PATH}`;

async function wizard(
  steps: readonly Step[],
  {
    respond = acceptKey,
    argv = [],
    files = {},
    env = {},
    ...options
  }: { respond?: Responder; argv?: string[]; files?: Record<string, string> } & RunOptions = {},
) {
  const world = await createWorld();
  await mkdir(join(world.folder, '.config'), { mode: 0o700 });
  for (const [name, content] of Object.entries(files)) {
    await writeFile(join(world.folder, name), content, { mode: 0o600 });
  }
  const server = await startServer(respond);
  const result = await converse(['auth', 'login', ...argv], steps, {
    world,
    env: { IDEOGRAM_API_KEY: undefined, IDEOGRAM_BASE_URL: server.url, ...env },
    ...options,
  });
  for (const key of [TEST_KEY, OTHER_KEY]) expect(result.screen + result.stdout).not.toContain(key);
  const read = (name: string) => readFile(join(world.folder, name), 'utf8').catch(() => undefined);
  return {
    ...result,
    server,
    read,
    calls: server.calls.map(({ method, path }) => `${method} ${path}`),
    stored: async () => JSON.parse((await read(CONFIG)) ?? '{}').apiKey,
  };
}

describe('the way through', () => {
  it('to the settings: five lines, a hidden key, a free check, and where it is', async () => {
    const done = await wizard([TYPE_KEY, IN_SETTINGS, NO_IMAGE]);
    expect([done.status, done.open, await done.stored(), done.calls]).toEqual([0, [], TEST_KEY, [CHECK]]);
    for (const line of [
      '1. Sign in at ideogram.ai.',
      'ideogram.ai/manage-api.',
      'Developer API Agreement',
      'Manage Payment',
      'shown only once',
      'The API accepts the key ****7fQx. The check cost nothing.',
      'Make a test image with it now? That costs about $0.05. (y/N)',
      'Now try: ideogram generate "a red fox reading a map"',
    ]) {
      expect(done.screen).toContain(line);
    }
    expect(done.stdout).toBe(
      `Key:     ****7fQx\nKept in: ${join(done.world.folder, CONFIG)}\nVerdict: accepted\n`,
    );
    // Not shown between the questions either.
    expect(done.rawModes.filter((raw, index, all) => raw !== all[index - 1])).toEqual([true, false]);
  });

  it('to .env', async () => {
    const done = await wizard([TYPE_KEY, IN_ENV, NO_IMAGE]);
    expect([done.status, done.open, await done.read('.env'), await done.read(CONFIG)]).toEqual([
      0,
      [],
      `IDEOGRAM_API_KEY=${TEST_KEY}\n`,
      undefined,
    ]);
  });

  it('to .env without being asked where', async () => {
    const done = await wizard([TYPE_KEY, NO_IMAGE], { argv: ['--env'] });
    expect([done.status, await done.read('.env')]).toEqual([0, `IDEOGRAM_API_KEY=${TEST_KEY}\n`]);
  });

  it('to nowhere', async () => {
    const done = await wizard([TYPE_KEY, [WHERE, `${DOWN}${DOWN}${ENTER}`]]);
    expect([done.status, await done.read('.env'), await done.read(CONFIG), done.stdout]).toEqual([
      0,
      undefined,
      undefined,
      '',
    ]);
    expect(done.screen).toContain('Nothing was changed.');
  });

  it('with a test image, only after a yes', async () => {
    const done = await wizard([TYPE_KEY, IN_SETTINGS, [IMAGE, `y${ENTER}`]]);
    expect([done.status, done.calls]).toEqual([0, [CHECK, 'POST /generate']]);
    expect(done.server.calls[1]?.headers['api-key']).toBe(TEST_KEY);
    expect(await done.files()).toContain('a-simple-blue-circle-on-white-background-1.png');
    expect(done.stdout).toContain(
      `URL:     ${done.server.url}/image/0.png?exp=1900000000&sig=00\nSeed:    1\n`,
    );
    expect(done.stdout).toContain('Image:   a-simple-blue-circle-on-white-background-1.png');
  });

  it('with a test image made by the key that was typed, whatever else is set', async () => {
    const done = await wizard([TYPE_KEY, IN_SETTINGS, [IMAGE, `y${ENTER}`]], {
      env: { IDEOGRAM_API_KEY: OTHER_KEY },
    });
    expect(done.server.calls.map(({ headers }) => headers['api-key'])).toEqual([TEST_KEY, TEST_KEY]);
  });

  it('with a test image that is lost on the way: its link, and exit 8', async () => {
    const world = await createWorld();
    const server = await startServer(acceptKey, (_, response) => void response.writeHead(410).end());
    const done = await converse(['auth', 'login'], [TYPE_KEY, IN_SETTINGS, [IMAGE, `y${ENTER}`]], {
      world,
      env: { IDEOGRAM_API_KEY: undefined, IDEOGRAM_BASE_URL: server.url },
    });
    expect([done.status, done.stdout.includes(`${server.url}/image/0.png`)]).toEqual([8, true]);
  });

  it('also with --quiet: what a question is about is seen', async () => {
    const done = await wizard([TYPE_KEY, [WHAT_NOW, `${DOWN}${DOWN}${ENTER}`], IN_SETTINGS], {
      respond: refuse(401),
      argv: ['-q'],
    });
    expect([done.status, done.open]).toEqual([0, []]);
    expect(done.screen).toContain('The API refused the key');
    expect(done.screen).not.toContain('Sign in at ideogram.ai');
    expect(done.screen).not.toContain('Now try');
  });

  it('takes no answer that was typed before its question was drawn', async () => {
    const world = await createWorld();
    // Typed while the API is asked.
    const impatient: Responder = (request, response, server) => {
      keys(`${ENTER}y${ENTER}${DOWN}${ENTER}`);
      setImmediate(() => acceptKey(request, response, server));
    };
    let keys = (_typed: string): void => {};
    const server = await startServer(impatient);
    const done = await converse(['auth', 'login'], [TYPE_KEY, IN_ENV, NO_IMAGE], {
      world,
      env: { IDEOGRAM_API_KEY: undefined, IDEOGRAM_BASE_URL: server.url },
      onKeyboard: (press) => {
        keys = press;
      },
    });
    expect([done.status, done.open, server.calls.length]).toEqual([0, [], 1]);
    expect(await readFile(join(world.folder, '.env'), 'utf8')).toContain(TEST_KEY);
  });

  it('keeps the key also where the test image fails, and says both', async () => {
    const failing: Responder = (request, response, server) =>
      request.path === '/generate'
        ? refuse(402)(request, response, server)
        : acceptKey(request, response, server);
    const done = await wizard([TYPE_KEY, IN_SETTINGS, [IMAGE, `y${ENTER}`]], {
      respond: failing,
    });
    expect([done.status, await done.stored()]).toEqual([6, TEST_KEY]);
    expect(done.stdout).toContain('Kept in:');
    expect(done.screen).toContain('The balance is used up');
  });

  it('does not offer what --max-cost forbids', async () => {
    const done = await wizard([TYPE_KEY, IN_SETTINGS], { argv: ['--max-cost', '0.01'] });
    expect([done.status, done.screen.includes('Make a test image')]).toEqual([0, false]);
  });

  it('without a check where --no-verify says so', async () => {
    const done = await wizard([TYPE_KEY, IN_SETTINGS, NO_IMAGE], { argv: ['--no-verify'] });
    expect([done.status, done.calls, await done.stored()]).toEqual([0, [], TEST_KEY]);
    expect(done.stdout).toContain('Verdict: not checked');
  });

  it('in the sandbox changes nothing', async () => {
    const done = await wizard([TYPE_KEY, IN_SETTINGS, NO_IMAGE], { argv: ['--sandbox'] });
    expect([done.status, done.open, done.calls, await done.stored()]).toEqual([0, [], [], undefined]);
    expect(done.screen).toContain('With the real API that costs about $0.05');
  });

  it('in plain text where colours are not wanted', async () => {
    const done = await wizard([TYPE_KEY, IN_SETTINGS, NO_IMAGE], { argv: ['--no-color'] });
    // biome-ignore lint/suspicious/noControlCharactersInRegex: colours are control sequences.
    expect(done.stderr).not.toMatch(/\u001b\[[0-9;]*[1-9]m/);
    expect(done.status).toBe(0);
  });
});

describe('a key that is', () => {
  it.each([
    ['pasted with its line break', [[KEY, `${TEST_KEY}\n`]]],
    ['pasted with a Windows line break', [[KEY, `${TEST_KEY}\r\n`]]],
    ['pasted with blanks around it', [[KEY, `  ${TEST_KEY} \t${ENTER}`]]],
    ['pasted with more lines behind it', [[KEY, `${TEST_KEY}\ny\ny\ny\n`]]],
    [
      'typed with a blank inside, then right',
      [
        [KEY, `secret-part one${ENTER}`],
        ['That is not a key', ''],
        [KEY, `${TEST_KEY}${ENTER}`],
      ],
    ],
  ] as [string, Step[]][])('%s', async (_what, typing) => {
    const done = await wizard([...typing, IN_SETTINGS, NO_IMAGE]);
    expect([done.status, done.open, await done.stored(), done.calls]).toEqual([0, [], TEST_KEY, [CHECK]]);
    expect(done.screen).not.toContain('secret-part');
  });

  it('refused: told why, and another one can be typed', async () => {
    const done = await wizard(
      [[KEY, `${OTHER_KEY}${ENTER}`], [WHAT_NOW, ENTER], TYPE_KEY, IN_SETTINGS, NO_IMAGE],
      { respond: acceptOnly(TEST_KEY) },
    );
    expect([done.status, done.open, await done.stored(), done.calls]).toEqual([
      0,
      [],
      TEST_KEY,
      [CHECK, CHECK],
    ]);
    expect(done.screen).toMatch(/Access denied[\s\S]*wrong or revoked[\s\S]*balance is empty/);
  });

  it('refused is not stored: leaving ends with its error', async () => {
    const done = await wizard([TYPE_KEY, [WHAT_NOW, `${DOWN}${DOWN}${DOWN}${ENTER}`]], {
      respond: refuse(401),
    });
    expect([done.status, done.open, await done.read(CONFIG), done.stdout]).toEqual([4, [], undefined, '']);
  });

  it('refused is stored when one insists, and no test image is offered', async () => {
    const done = await wizard([TYPE_KEY, [WHAT_NOW, `${DOWN}${DOWN}${ENTER}`], IN_SETTINGS], {
      respond: refuse(401),
    });
    expect([done.status, done.open, await done.stored()]).toEqual([0, [], TEST_KEY]);
    expect(done.stdout).toContain('Verdict: refused');
    expect(done.screen).not.toContain('Make a test image');
  });

  it('not to be checked without a network may be kept unchecked', async () => {
    const done = await wizard([TYPE_KEY, [WHAT_NOW, ENTER], IN_SETTINGS], {
      fetch: async () => {
        throw Object.assign(new Error('getaddrinfo ENOTFOUND'), { code: 'ENOTFOUND' });
      },
    });
    expect([done.status, done.open, await done.stored()]).toEqual([0, [], TEST_KEY]);
    expect(done.screen).toContain('Keep it unchecked');
    expect(done.stdout).toContain('not checked: no answer came');
  });

  it('can be checked again', async () => {
    let calls = 0;
    const respond: Responder = (...call) => (++calls === 1 ? refuse(404)(...call) : acceptKey(...call));
    const done = await wizard([TYPE_KEY, [WHAT_NOW, `${DOWN}${ENTER}`], IN_SETTINGS, NO_IMAGE], {
      respond,
    });
    expect([done.status, done.open, done.calls]).toEqual([0, [], [CHECK, CHECK]]);
  });
});

describe('a key that is there already', () => {
  const files = { [CONFIG]: JSON.stringify({ apiKey: OTHER_KEY }) };

  it('is named, and replaced only after a yes', async () => {
    const done = await wizard([TYPE_KEY, IN_SETTINGS, [REPLACE, `y${ENTER}`], NO_IMAGE], { files });
    expect([done.status, done.open, await done.stored()]).toEqual([0, [], TEST_KEY]);
    expect(done.screen).toContain('The key in use now is ****9pLm');
    expect(done.screen).toContain('holds the key ****9pLm. Replace it? (y/N)');
  });

  it('stays without one, and the new one can go elsewhere', async () => {
    const done = await wizard([TYPE_KEY, IN_SETTINGS, [REPLACE, ENTER], IN_ENV, NO_IMAGE], { files });
    expect([done.status, done.open, await done.stored()]).toEqual([0, [], OTHER_KEY]);
    expect(await done.read('.env')).toBe(`IDEOGRAM_API_KEY=${TEST_KEY}\n`);
  });

  it('in the environment still wins, and that is said', async () => {
    const done = await wizard([TYPE_KEY, IN_SETTINGS, NO_IMAGE], { env: { IDEOGRAM_API_KEY: OTHER_KEY } });
    expect([done.status, await done.stored()]).toEqual([0, TEST_KEY]);
    expect(done.screen.replace(/\s+/g, ' ')).toContain(
      'IDEOGRAM_API_KEY is set in the environment, and it wins',
    );
    // The key that was typed is the one that is checked.
    expect(done.server.calls[0]?.headers['api-key']).toBe(TEST_KEY);
  });

  it('.env that cannot be written is found before a key is typed', async () => {
    const world = await createWorld();
    await mkdir(join(world.folder, '.env'));
    const done = await converse(['auth', 'login', '--env'], [], {
      world,
      env: { IDEOGRAM_API_KEY: undefined },
    });
    expect([done.status, done.screen.includes('Your key')]).toEqual([2, false]);
  });

  it.skipIf(process.platform === 'win32')(
    'a place that fails when it is written does not lose the key',
    async () => {
      const world = await createWorld();
      await mkdir(join(world.folder, '.git'));
      await symlink('elsewhere', join(world.folder, '.gitignore'));
      const server = await startServer(acceptKey);
      const done = await converse(['auth', 'login', '--env'], [TYPE_KEY, IN_SETTINGS, NO_IMAGE], {
        world,
        env: { IDEOGRAM_API_KEY: undefined, IDEOGRAM_BASE_URL: server.url },
      });
      expect([done.status, done.open]).toEqual([0, []]);
      expect(done.screen).toContain('.gitignore is a link');
      expect(await readFile(join(world.folder, CONFIG), 'utf8')).toContain(TEST_KEY);
    },
  );

  it('a place that cannot be written does not lose the key', async () => {
    const done = await wizard([TYPE_KEY, IN_SETTINGS, IN_ENV, NO_IMAGE], {
      files: { [CONFIG]: '{"apiKey":' },
    });
    expect([done.status, done.open, await done.read(CONFIG)]).toEqual([0, [], '{"apiKey":']);
    expect(await done.read('.env')).toBe(`IDEOGRAM_API_KEY=${TEST_KEY}\n`);
    expect(done.screen).toContain('is not valid JSON');
  });
});

describe('Ctrl-C', () => {
  const leave = (see: RegExp): Step => [see, CTRL_C];
  const files = { [CONFIG]: JSON.stringify({ apiKey: OTHER_KEY }) };
  it.each<[string, Step[], Parameters<typeof wizard>[1]]>([
    ['at the key', [leave(KEY)], {}],
    ['in the middle of the key', [[KEY, `half-a-key${CTRL_C}`]], {}],
    ['right behind the key', [[KEY, `${TEST_KEY}${ENTER}${CTRL_C}`]], {}],
    ['after a refusal', [TYPE_KEY, leave(WHAT_NOW)], { respond: refuse(401) }],
    ['at the place', [TYPE_KEY, leave(WHERE)], {}],
    ['at the replacement', [TYPE_KEY, IN_SETTINGS, leave(REPLACE)], { files }],
  ])('%s: exit 130, nothing written, the terminal as it was', async (_what, steps, setup) => {
    const done = await wizard(steps, setup);
    expect([done.status, done.open, done.stdout, done.rawModes.at(-1)]).toEqual([130, [], '', false]);
    expect(await done.read(CONFIG)).toBe(setup?.files?.[CONFIG]);
    expect(await readdir(done.world.folder)).toEqual(['.config']);
    expect(done.stderr.lastIndexOf('\u001b[?25h')).toBeGreaterThanOrEqual(
      done.stderr.lastIndexOf('\u001b[?25l'),
    );
  });

  it.each([
    ['the key', [[KEY, CTRL_D]]],
    ['half a key', [[KEY, `half-a-key${CTRL_D}`]]],
    ['the place', [TYPE_KEY, [WHERE, CTRL_D]]],
  ] as [string, Step[]][])('Ctrl-D at %s is the same', async (_what, steps) => {
    const done = await wizard(steps);
    expect([done.status, done.open, await done.read(CONFIG)]).toEqual([130, [], undefined]);
  });

  it('Ctrl-Z is no answer and no end: a stopped process would leave a raw terminal', async () => {
    const stopped = await wizard([[KEY, `\u001a${TEST_KEY}\u001a${ENTER}`], IN_SETTINGS, NO_IMAGE]);
    expect([stopped.status, await stopped.stored()]).toEqual([0, TEST_KEY]);
  });

  it('Ctrl-D while the key is checked is no answer either', async () => {
    const world = await createWorld();
    let keys = (_typed: string): void => {};
    const server = await startServer((request, response, self) => {
      keys(CTRL_D);
      setImmediate(() => acceptKey(request, response, self));
    });
    const done = await converse(['auth', 'login'], [TYPE_KEY, IN_SETTINGS, NO_IMAGE], {
      world,
      env: { IDEOGRAM_API_KEY: undefined, IDEOGRAM_BASE_URL: server.url },
      onKeyboard: (press) => {
        keys = press;
      },
    });
    expect([done.status, done.open]).toEqual([0, []]);
  });

  it('at the test image: the key is kept, and said to be', async () => {
    const done = await wizard([TYPE_KEY, IN_SETTINGS, leave(IMAGE)]);
    expect([done.status, await done.stored(), done.calls]).toEqual([130, TEST_KEY, [CHECK]]);
    expect(done.stdout).toContain('Kept in:');
  });

  it('by a signal from elsewhere is the same', async () => {
    const world = await createWorld();
    const done = await converse(['auth', 'login'], [[KEY, '']], {
      world,
      onStderr: (text) => {
        if (text.includes('Your key')) world.stop.abort('SIGTERM');
      },
    });
    expect(done.status).toBe(143);
  });
});

it('a person without a terminal is told what to do instead', async () => {
  for (const argv of [['--no-input'], ['--json']]) {
    const { status, stderr } = await converse(['auth', 'login', ...argv], []);
    expect([status, stderr.includes('--with-key')]).toEqual([2, true]);
  }
  const dumb = await converse(['auth', 'login'], [], { env: { TERM: 'dumb' } });
  expect([dumb.status, dumb.stderr]).toEqual([2, expect.stringMatching(/cannot hide what is\s+typed/)]);
  const typed = await converse(['auth', 'login', '--with-key'], []);
  expect([typed.status, typed.stderr]).toEqual([2, expect.stringContaining('that is a terminal')]);
  expect((await runCli(['auth', 'login'], {})).status).toBe(2);
});
