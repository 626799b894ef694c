/** The wizard of `auth login` on a real terminal: keys, pastes and signals as they arrive there, and the terminal as it was afterwards. */
import { chmod, mkdir, readFile, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { delimiter, dirname, join } from 'node:path';
import { stripVTControlCharacters } from 'node:util';
import { describe, expect, it } from 'vitest';
import { converse } from '../support/dialogue.js';
import {
  createFolder,
  HIDE_CURSOR,
  type Session,
  type SessionOptions,
  SHOW_CURSOR,
  startOnTerminal,
} from '../support/pty.js';
import { acceptKey, acceptOnly, QUOTE_PATH, refuse } from '../support/quote.js';
import { createWorld } from '../support/run.js';
import { answerImages, type Responder, startServer, type TestServer } from '../support/server.js';

const KEY = 'k3y-typed-at-a-r3al-term1nal-n0wh3r3-3ls3-Zx8Q';
const OLD_KEY = 'an-0ld-k3y-that-was-k3pt-l0ng-bef0re-Wv3J';
const CONFIG = '.config/config.json';

const ENTER = '\r';
const DOWN = '\u001b[B';
const CTRL_C = '\u0003';
const CTRL_D = '\u0004';

/**
 * Says what the terminal was before and after, and how a shell sees the end. Its trap keeps this shell alive at Ctrl-C,
 * and it waits for a line: what a terminal was sent last can be lost when everybody leaves it.
 */
const WATCHED =
  'trap : INT; echo "BEFORE=$(stty -g)"; ' +
  `bash -c 'echo "PID=$$"; exec "$0" "$@"' "$0" "$@"; ` +
  'echo "STATUS=$?"; echo "AFTER=$(stty -g)"; read -r _';

interface Wizard extends Session {
  readonly server: TestServer;
  read(name: string): Promise<string | undefined>;
  /** Of the program itself, not of the shell around it. */
  pid(): number;
  /** The exit status as the shell around it sees it; the terminal must be as it was, and have shown no key. */
  leave(): Promise<number>;
}

interface Setup extends SessionOptions {
  readonly respond?: Responder;
  readonly argv?: readonly string[];
  readonly files?: Readonly<Record<string, string>>;
}

async function putFiles(cwd: string, files: Readonly<Record<string, string>>): Promise<void> {
  for (const [name, content] of Object.entries(files)) {
    await mkdir(dirname(join(cwd, name)), { recursive: true, mode: 0o700 });
    await writeFile(join(cwd, name), content, { mode: 0o600 });
  }
}

async function startWizard({
  respond = acceptKey,
  argv = [],
  files = {},
  ...options
}: Setup = {}): Promise<Wizard> {
  const cwd = options.cwd ?? (await createFolder());
  await putFiles(cwd, files);
  const server = await startServer(respond);
  const session = await startOnTerminal(['auth', 'login', ...argv], {
    command: WATCHED,
    ...options,
    cwd,
    env: { IDEOGRAM_BASE_URL: server.url, ...options.env },
  });
  const told = (name: string): string =>
    new RegExp(`${name}=(\\S+)`).exec(stripVTControlCharacters(session.screen()))?.[1] ?? `no ${name}`;
  return {
    ...session,
    server,
    read: (name) => readFile(join(cwd, name), 'utf8').catch(() => undefined),
    pid: () => Number(told('PID')),
    async leave() {
      await session.see(/AFTER=\S+\s/);
      session.pty.write('\n');
      await session.ended;
      const screen = session.screen();
      for (const key of [KEY, OLD_KEY]) expect(screen).not.toContain(key);
      expect(screen.lastIndexOf(SHOW_CURSOR)).toBeGreaterThanOrEqual(screen.lastIndexOf(HIDE_CURSOR));
      expect(told('AFTER')).toBe(told('BEFORE'));
      return Number(told('STATUS'));
    },
  };
}

async function toThePlace(wizard: Wizard, key = `${KEY}${ENTER}`): Promise<void> {
  await wizard.answer('Your key', key);
  await wizard.answer('Where shall it be kept?');
}

async function noImage(wizard: Wizard): Promise<void> {
  await wizard.answer('Make a test image', ENTER);
}

async function stored(wizard: Wizard): Promise<unknown> {
  return JSON.parse((await wizard.read(CONFIG)) ?? '{}').apiKey;
}

describe('the way through', () => {
  it('into the settings', async () => {
    const wizard = await startWizard();
    await toThePlace(wizard);
    wizard.pty.write(ENTER);
    await noImage(wizard);
    expect(await wizard.leave()).toBe(0);
    expect([await stored(wizard), await wizard.files()]).toEqual([KEY, ['.config', CONFIG]]);
    expect(wizard.server.calls.map(({ path, headers }) => [path, headers['api-key']])).toEqual([
      [QUOTE_PATH, KEY],
    ]);
    expect(wizard.screen()).toContain('****Zx8Q');
  });

  it('into .env, where `auth verify` finds it', async () => {
    const wizard = await startWizard({ respond: acceptOnly(KEY) });
    await toThePlace(wizard);
    wizard.pty.write(`${DOWN}${ENTER}`);
    await noImage(wizard);
    expect([await wizard.leave(), await wizard.files()]).toEqual([0, ['.env']]);
    expect(await wizard.read('.env')).toBe(`IDEOGRAM_API_KEY=${KEY}\n`);
    const { cwd, server } = wizard;
    const env = { IDEOGRAM_BASE_URL: server.url };
    const verify = await startOnTerminal(['auth', 'verify'], { cwd, env });
    expect(await verify.ended).toBe(0);
    expect(verify.screen()).toMatch(/Key: +\*\*\*\*Zx8Q\r?\nFrom: +\S+\.env\r?\nVerdict: +accepted/);
  });

  it('with a wrong key, then another one', async () => {
    const wizard = await startWizard({ respond: acceptOnly(KEY) });
    await wizard.answer('Your key', `${OLD_KEY}${ENTER}`);
    await wizard.answer('Access denied');
    await wizard.answer('What now?', ENTER);
    await wizard.answer('Type another key');
    await toThePlace(wizard);
    wizard.pty.write(ENTER);
    await noImage(wizard);
    expect([await wizard.leave(), await stored(wizard)]).toEqual([0, KEY]);
    expect(wizard.server.calls).toHaveLength(2);
  });

  it('without a network: kept unchecked', async () => {
    const wizard = await startWizard({
      env: { IDEOGRAM_BASE_URL: `http://127.0.0.1:${await closedPort()}` },
    });
    await wizard.answer('Your key', `${KEY}${ENTER}`);
    await wizard.answer('cannot be reached');
    await wizard.answer('Keep it unchecked', ENTER);
    await wizard.answer('Where shall it be kept?', ENTER);
    expect([await wizard.leave(), await stored(wizard)]).toEqual([0, KEY]);
    expect(wizard.screen()).toMatch(/Verdict: +not checked: no answer came/);
  });

  it('over a key that is there, after a yes; Enter alone is no', async () => {
    const files = { [CONFIG]: JSON.stringify({ apiKey: OLD_KEY, later: 1 }) };
    const yes = await startWizard({ files });
    await toThePlace(yes);
    yes.pty.write(ENTER);
    await yes.answer('Replace it?', `y${ENTER}`);
    await noImage(yes);
    expect([await yes.leave(), JSON.parse(String(await yes.read(CONFIG)))]).toEqual([
      0,
      { apiKey: KEY, later: 1 },
    ]);
    const no = await startWizard({ files });
    await toThePlace(no);
    no.pty.write(ENTER);
    await no.answer('Replace it?', ENTER);
    await no.answer('Where shall it be kept?');
    await no.answer('Nowhere', `${DOWN}${DOWN}${ENTER}`);
    expect([await no.leave(), await no.read(CONFIG)]).toEqual([0, files[CONFIG]]);
    expect(no.screen()).toContain('Nothing was changed.');
  });
});

/** A port that nobody listens at. */
async function closedPort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const { port } = server.address() as { port: number };
  await new Promise((resolve) => server.close(resolve));
  return port;
}

const files = { [CONFIG]: JSON.stringify({ apiKey: OLD_KEY }) };

type Way = readonly (readonly [see: string, keys: string])[];

/** Each question, and the way to it. */
const QUESTIONS: readonly (readonly [string, Way, Setup])[] = [
  ['at the key', [['Your key', '']], {}],
  ['at the key, where settings are there', [['Your key', '']], { files }],
  [
    'in the middle of the key',
    [
      ['Your key', KEY.slice(0, 20)],
      // It is drawn anew at each letter.
      ['Your key', ''],
    ],
    {},
  ],
  [
    'after a refusal',
    [
      ['Your key', `${KEY}${ENTER}`],
      ['What now?', ''],
    ],
    { respond: refuse(401) },
  ],
  [
    'at the place',
    [
      ['Your key', `${KEY}${ENTER}`],
      ['Where shall it be kept?', ''],
    ],
    {},
  ],
  [
    'at the replacement',
    [
      ['Your key', `${KEY}${ENTER}`],
      ['Where shall it be kept?', ENTER],
      ['Replace it?', ''],
    ],
    { files },
  ],
];

async function goTo(wizard: Wizard, way: Way): Promise<void> {
  for (const [see, keys] of way) await wizard.answer(see, keys);
}

async function expectUntouched(wizard: Wizard, setup: Setup): Promise<void> {
  expect(await wizard.files()).toEqual(setup.files ? ['.config', CONFIG] : []);
  if (setup.files) expect(await wizard.read(CONFIG)).toBe(setup.files[CONFIG]);
}

describe('Ctrl-C', () => {
  it.each(QUESTIONS)('%s: 130, nothing written, the terminal as it was', async (_what, way, setup) => {
    const wizard = await startWizard(setup);
    await goTo(wizard, way);
    wizard.pty.write(CTRL_C);
    expect(await wizard.leave()).toBe(130);
    expect(wizard.screen()).toContain('Stopped.');
    await expectUntouched(wizard, setup);
  });

  it('at the test image: 130, and the key is kept', async () => {
    const wizard = await startWizard();
    await toThePlace(wizard);
    wizard.pty.write(ENTER);
    await wizard.answer('Make a test image', CTRL_C);
    expect([await wizard.leave(), await stored(wizard)]).toEqual([130, KEY]);
    expect([await wizard.files(), wizard.server.calls.length]).toEqual([['.config', CONFIG], 1]);
    expect(wizard.screen()).toMatch(/Kept in: /);
  });

  /** At a server that never answers; after a second the check is given up. */
  async function stopCheck(setup: Setup): Promise<Wizard> {
    let arrived = (): void => {};
    const asked = new Promise<void>((resolve) => {
      arrived = resolve;
    });
    const wizard = await startWizard({ ...setup, argv: ['--timeout', '1'], respond: () => arrived() });
    await wizard.answer('Your key', `${KEY}${ENTER}`);
    await asked;
    wizard.pty.write(CTRL_C);
    await wizard.see(/AFTER=\S+\s/);
    await expectUntouched(wizard, setup);
    return wizard;
  }

  it('during the check, where settings are there: 130, nothing written', async () => {
    expect(await (await stopCheck({ files })).leave()).toBe(130);
  });

  it('during the check, where no settings are: 130, nothing written, the terminal as it was', async () => {
    expect(await (await stopCheck({})).leave()).toBe(130);
  });

  it('during the check, where no settings are: at once, as nothing is paid for', async () => {
    expect((await stopCheck({})).screen()).not.toContain('No whole answer came');
  });

  it('at a question is an answer: the shell sees 130, and its list goes on', async () => {
    const wizard = await startWizard({ command: '"$0" "$@"; echo BEHIND $?' });
    await wizard.answer('Your key', CTRL_C);
    await wizard.ended;
    expect(wizard.screen()).toContain('BEHIND 130');
  });
});

it('Ctrl-D at the key ends it like Ctrl-C, and nothing is written', async () => {
  const wizard = await startWizard();
  await wizard.answer('Your key', CTRL_D);
  const status = await wizard.leave();
  expect(await wizard.files()).toEqual([]);
  expect(wizard.screen()).toContain('Stopped.');
  expect(status).toBe(130);
});

describe('a signal', () => {
  it.each([
    ['SIGTERM', 143],
    ['SIGHUP', 129],
    ['SIGINT', 130],
  ] as const)('%s ends each question with %i', async (signal, status) => {
    for (const [, way, setup] of QUESTIONS) {
      const wizard = await startWizard(setup);
      await goTo(wizard, way);
      process.kill(wizard.pid(), signal);
      expect(await wizard.leave()).toBe(status);
      await expectUntouched(wizard, setup);
    }
  });

  it('that cannot be caught leaves the terminal raw: what is looked at here can fail', async () => {
    const wizard = await startWizard();
    await wizard.answer('Your key');
    process.kill(wizard.pid(), 'SIGKILL');
    await expect(wizard.leave()).rejects.toThrow();
    expect(wizard.screen()).toContain('STATUS=137');
  });

  async function closeTerminal([, way, setup]: (typeof QUESTIONS)[number]): Promise<number> {
    // A program that crashes would leave a dump of its memory, with the key in it.
    const wizard = await startWizard({ ...setup, command: 'ulimit -c 0; exec "$0" "$@"' });
    await goTo(wizard, way);
    (wizard.pty as unknown as { destroy(): void }).destroy();
    const status = await wizard.ended;
    await expectUntouched(wizard, setup);
    return status;
  }

  it('of a terminal that is closed ends it at each question, and nothing is written', async () => {
    for (const question of QUESTIONS) await closeTerminal(question);
  });

  it('of a terminal that is closed is no crash: 129', async () => {
    expect(await closeTerminal(QUESTIONS[0] as (typeof QUESTIONS)[number])).toBe(129);
  });
});

describe('a key that is pasted', () => {
  it.each([
    ['with a line feed', `${KEY}\n`],
    ['with a Windows line break', `${KEY}\r\n`],
    ['with more lines', `${KEY}\ny\ny\n`],
    ['with more lines, as terminals send them', `${KEY}\ry\ry\r`],
    ['in brackets', `\u001b[200~${KEY}\u001b[201~${ENTER}`],
    ['in brackets, with a line feed', `\u001b[200~${KEY}\n\u001b[201~`],
  ])('%s', async (_what, paste) => {
    const wizard = await startWizard();
    await toThePlace(wizard, paste);
    wizard.pty.write(ENTER);
    await noImage(wizard);
    expect([await wizard.leave(), await stored(wizard), wizard.server.calls.length]).toEqual([0, KEY, 1]);
  });

  it.each([
    ['at once', 0],
    ['30 ms later', 30],
  ])('with lines behind it that come %s: they are not taken for answers', async (_what, ms) => {
    const wizard = await startWizard({ files });
    await wizard.answer('Your key', `${KEY}\r`);
    if (ms > 0) await new Promise((resolve) => setTimeout(resolve, ms));
    // The first one would take the settings, the second one replace what is there.
    wizard.pty.write('\ry\ry\r');
    await wizard.answer('Where shall it be kept?', ENTER);
    await wizard.answer('Replace it?', ENTER);
    await wizard.answer('Where shall it be kept?', `${DOWN}${DOWN}${ENTER}`);
    expect([await wizard.leave(), await stored(wizard)]).toEqual([0, OLD_KEY]);
  });

  // Between the two a terminal shows what arrives, and under load it is seen.
  it('is followed by no moment in which a second line would be shown', async () => {
    const { folder } = await createWorld();
    const dialogue = await converse(
      ['auth', 'login', '--no-verify'],
      [
        ['Your key', `${KEY}${ENTER}`],
        ['Where shall it be kept?', CTRL_C],
      ],
      { cwd: folder, env: { IDEOGRAM_API_KEY: undefined } },
    );
    expect([dialogue.status, dialogue.open]).toEqual([130, []]);
    // Switched off once, behind the last question.
    expect(dialogue.rawModes.filter((raw) => !raw)).toHaveLength(1);
  });
});

it('what is typed during the check is not shown', async () => {
  const inHaste = 'an0ther-k3y-that-is-typed-in-haste';
  const wizard = await startWizard({
    async respond(...call) {
      wizard.pty.write(inHaste);
      // A terminal that shows what is typed shows it at once.
      const shown = wizard.see(inHaste).catch(() => {});
      await Promise.race([shown, new Promise((resolve) => setTimeout(resolve, 300))]);
      return acceptKey(...call);
    },
  });
  await toThePlace(wizard);
  wizard.pty.write(CTRL_C);
  await wizard.leave();
  expect(wizard.screen()).not.toContain(inHaste);
});

describe('Enter alone at the key', () => {
  /** A folder for PATH with all that the shell around the program needs, and nothing that opens a page. */
  const NO_OPENER = '/nowhere';

  it('opens the page where keys are made, and asks again', async () => {
    const cwd = await createFolder();
    const bin = await createFolder();
    await writeFile(join(bin, 'xdg-open'), `#!/bin/sh\nprintf '%s\\n' "$@" > ${join(bin, 'opened')}\n`);
    await chmod(join(bin, 'xdg-open'), 0o755);
    const PATH = `${bin}${delimiter}${process.env.PATH}`;
    const wizard = await startWizard({ cwd, env: { PATH } });
    await wizard.answer('Your key', ENTER);
    await wizard.answer('Opened https://ideogram.ai/manage-api in your browser.');
    expect(await readFile(join(bin, 'opened'), 'utf8')).toBe('https://ideogram.ai/manage-api\n');
    await toThePlace(wizard);
    wizard.pty.write(ENTER);
    await noImage(wizard);
    expect([await wizard.leave(), await stored(wizard)]).toEqual([0, KEY]);
  });

  it('says so where nothing can open it, and goes on', async () => {
    const command = WATCHED.replace('exec "$0"', `PATH=${NO_OPENER} exec "$0"`);
    const wizard = await startWizard({ command });
    await wizard.answer('Your key', ENTER);
    await wizard.answer('No browser could be opened here.');
    await toThePlace(wizard);
    wizard.pty.write(ENTER);
    await noImage(wizard);
    expect([await wizard.leave(), await stored(wizard)]).toEqual([0, KEY]);
  });
});

it('what is typed before the first question is no answer to it', async () => {
  const wizard = await startWizard({ argv: ['--no-verify'] });
  wizard.pty.write(`an-early-k3y-that-nobody-asked-for${ENTER}`);
  await toThePlace(wizard);
  wizard.pty.write(ENTER);
  await noImage(wizard);
  expect([await wizard.leave(), await stored(wizard)]).toEqual([0, KEY]);
});

it('Ctrl-D at a question ends the wizard alone: a script goes on', async () => {
  const wizard = await startWizard({ command: '"$0" "$@"; echo BEHIND $?' });
  await wizard.answer('Your key', CTRL_D);
  await wizard.ended;
  expect(wizard.screen()).toContain('BEHIND 130');
});

it('the test image of the wizard is not lost to the first Ctrl-C, and the terminal is as ever meanwhile', async () => {
  let modes = '';
  const wizard = await startWizard({
    async respond(...call) {
      if (call[0].path === QUOTE_PATH) return acceptKey(...call);
      wizard.pty.write(CTRL_C);
      await wizard.see('Ctrl-C again leaves at once');
      // Shown only where the terminal shows what is typed.
      wizard.pty.write('shown');
      await wizard.see('shown');
      modes = 'cooked';
      return answerImages(1)(...call);
    },
  });
  await toThePlace(wizard);
  wizard.pty.write(ENTER);
  await wizard.answer('Make a test image', `y${ENTER}`);
  expect(await wizard.leave()).toBe(130);
  expect([modes, await stored(wizard)]).toEqual(['cooked', KEY]);
  expect(await wizard.files()).toContain('a-simple-blue-circle-on-white-background-1.png');
  expect(wizard.screen()).not.toContain('Now try');
});

describe('the first Ctrl-C while an image is made', () => {
  /** The server has it ready only after that Ctrl-C. */
  async function stopGenerating(setup: { env?: Record<string, string>; files?: Setup['files'] }) {
    const cwd = await createFolder();
    if (setup.files) await putFiles(cwd, setup.files);
    const server = await startServer(async (...call) => {
      session.pty.write(CTRL_C);
      await session.see('Ctrl-C again leaves at once');
      return answerImages(1)(...call);
    });
    const env = { IDEOGRAM_BASE_URL: server.url, ...setup.env };
    const session = await startOnTerminal(['generate', 'a fox'], { cwd, env });
    await session.ended;
    return session.files();
  }

  it('does not lose it, with a key from the environment', async () => {
    expect(await stopGenerating({ env: { IDEOGRAM_API_KEY: KEY } })).toEqual(['a-fox-1.png']);
  });

  it('does not lose it, with a key from the settings', async () => {
    expect(await stopGenerating({ files })).toEqual(['.config', CONFIG, 'a-fox-1.png']);
  });
});
