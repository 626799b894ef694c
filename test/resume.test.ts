/** `ideogram resume`: what is paid and not here is collected, once; what cannot be had is named, once; and it costs nothing. */
import { mkdir, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { makePng } from './support/images.js';
import { answeredCall, journalOf, storyOf, writeJournal } from './support/journal.js';
import { createWorld, runCli, type World } from './support/run.js';
import { answerAsApi, answerImages, answerJson, startServer, type TestServer } from './support/server.js';

const ID = 'k3f9x2ma01';
const EXP = 'exp=1900000000&sig=00';
const PAST = 'exp=1500000000&sig=00';

/** A server with images, and a world whose journal knows of a call that was killed before the first was saved. */
async function afterKill(
  urls: readonly string[] = [`/image/0.png?${EXP}`, `/image/1.png?${EXP}`],
  more: { planned?: (world: World) => object; serve?: Parameters<typeof startServer>[1] } = {},
): Promise<{ world: World; server: TestServer; env: Record<string, string> }> {
  const world = await createWorld();
  const server = await startServer(
    answerImages(1),
    more.serve ?? ((request, response) => void response.end(makePng(8, 8, Number(request.path[7])))),
  );
  const call = answeredCall({
    id: ID,
    baseUrl: server.url,
    folder: world.folder,
    urls: urls.map((url) => (url.startsWith('/') ? `${server.url}${url}` : url)),
    planned: more.planned?.(world) ?? {},
  });
  await writeJournal(world.state, call);
  // Collecting needs no key.
  return { world, server, env: { IDEOGRAM_BASE_URL: server.url, IDEOGRAM_API_KEY: '' } };
}

describe('what is paid and not here', () => {
  it('is saved where it was meant to go, whatever the folder one is in; then nothing is left', async () => {
    const { world, server, env } = await afterKill();
    const elsewhere = join(world.folder, 'elsewhere');
    await mkdir(elsewhere);
    const result = await runCli(['resume'], { world, env, cwd: elsewhere });
    expect([result.status, result.stderr]).toEqual([0, '']);
    expect(result.stdout).toBe(`${world.folder}/a-fox-1.png\n${world.folder}/a-fox-2.png\n`);
    expect(await result.files()).toEqual(['a-fox-1.png', 'a-fox-2.png', 'elsewhere']);
    expect(await readFile(join(world.folder, 'a-fox-2.png'))).toEqual(makePng(8, 8, 1));
    expect([server.calls.length, server.downloads.length]).toEqual([0, 2]);
    const again = await runCli(['resume', '--json'], { world, env });
    expect([again.status, again.json().calls, server.downloads.length]).toEqual([0, [], 2]);
    expect((await storyOf(world.state)).slice(3).sort()).toEqual(['saved 0', 'saved 1']);
  });

  it('only those that are missing', async () => {
    const { world, server, env } = await afterKill();
    await writeJournal(world.state, [
      { id: ID, event: 'saved', image: 0, path: '/elsewhere.png', sha256: '0', bytes: 1 },
    ]);
    const result = await runCli(['resume'], { world, env });
    expect([result.stdout, server.downloads.length]).toEqual(['a-fox-2.png\n', 1]);
  });

  it('an image whose last line was not written is known by its bytes, and not there twice', async () => {
    const { world, env } = await afterKill();
    await writeFile(join(world.folder, 'a-fox-1.png'), makePng(8, 8, 0));
    // Of the same name, but somebody else's.
    await writeFile(join(world.folder, 'a-fox-2.png'), makePng(8, 8, 5));
    const result = await runCli(['resume'], { world, env });
    expect(result.stdout).toBe('a-fox-1.png\na-fox-2-2.png\n');
    expect(await result.files()).toEqual(['a-fox-1.png', 'a-fox-2-2.png', 'a-fox-2.png']);
  });

  it('never replaces a file, though the first attempt was told to: it may be a newer one', async () => {
    const place = (world: World) => ({
      place: { kind: 'files', folder: world.folder, stem: 'fox', slug: 'a-fox', force: true },
    });
    const { world, env } = await afterKill([`/image/0.png?${EXP}`], { planned: place });
    await writeFile(join(world.folder, 'fox.png'), 'newer');
    const result = await runCli(['resume'], { world, env });
    expect(result.stdout).toBe('fox-2.png\n');
    expect(await readFile(join(world.folder, 'fox.png'), 'utf8')).toBe('newer');
  });

  it('goes to -o, a folder or a file', async () => {
    for (const [output, files] of [
      ['rescued/', ['rescued/a-fox-1.png', 'rescued/a-fox-2.png']],
      ['b.png', ['b.png', 'b-2.png']],
    ] as const) {
      const { world, env } = await afterKill();
      const result = await runCli(['resume', '-o', output], { world, env });
      expect(result.stdout).toBe(`${files.join('\n')}\n`);
    }
  });

  it('makes the folder anew where it has vanished', async () => {
    const gone = (world: World) => ({
      place: { kind: 'files', folder: join(world.folder, 'gone/away'), stem: null, slug: 'x', force: false },
    });
    const { world, env } = await afterKill([`/image/0.png?${EXP}`], { planned: gone });
    expect((await runCli(['resume'], { world, env })).stdout).toBe('gone/away/x-1.png\n');
  });

  it('has the sidecar that was asked for', async () => {
    const { world, env } = await afterKill([`/image/0.png?${EXP}`], { planned: () => ({ metadata: true }) });
    await runCli(['resume'], { world, env });
    const sidecar = JSON.parse(await readFile(join(world.folder, 'a-fox-1.png.json'), 'utf8'));
    expect(sidecar).toMatchObject({ originalPrompt: 'a fox', seed: 1, model: 'V_3', cost: { usd: 0.06 } });
  });

  it('a withheld image that nobody wrote down is no reason to come back', async () => {
    const world = await createWorld();
    const server = await startServer(undefined, (_, response) => void response.end(makePng(8, 8)));
    const call = { id: ID, baseUrl: server.url, folder: world.folder };
    await writeJournal(world.state, answeredCall({ ...call, urls: [`${server.url}/image/0.png`, null] }));
    const env = { IDEOGRAM_BASE_URL: server.url };
    expect((await runCli(['resume'], { world, env })).stdout).toBe('a-fox-1.png\n');
    expect((await storyOf(world.state)).slice(3).sort()).toEqual(['saved 0', 'withheld 1']);
    expect((await runCli(['resume', '--json'], { world, env })).json().calls).toEqual([]);
  });

  it('several calls never replace each other, with --force neither; one call may replace a file', async () => {
    const world = await createWorld();
    const serve = (request: { path: string }, response: { end(bytes: Buffer): unknown }) =>
      void response.end(makePng(8, 8, Number(request.path[7])));
    const server = await startServer(undefined, serve);
    for (const [index, id] of [ID, 'k3f9x2ma02'].entries()) {
      const urls = [`${server.url}/image/${index}.png?${EXP}`];
      await writeJournal(world.state, answeredCall({ id, baseUrl: server.url, folder: world.folder, urls }));
    }
    const env = { IDEOGRAM_BASE_URL: server.url };
    const both = await runCli(['resume', '-o', 'x.png', '--force'], { world, env });
    expect(both.stdout.split('\n').sort()).toEqual(['', 'x-2.png', 'x.png']);
    await writeFile(join(world.folder, 'y.png'), 'old');
    const one = await runCli(['resume', ID, '-o', 'y.png', '--force'], { world, env });
    expect([one.stdout, await readFile(join(world.folder, 'y.png'))]).toEqual(['y.png\n', makePng(8, 8, 0)]);
  });

  it('an answer that came after the call was given up', async () => {
    const world = await createWorld();
    const server = await startServer(undefined, (_, response) => void response.end(makePng(8, 8)));
    const urls = [`${server.url}/image/0.png?${EXP}`];
    const lines = answeredCall({ id: ID, baseUrl: server.url, folder: world.folder, urls });
    lines.splice(2, 0, { id: ID, event: 'given-up', reason: 'it was never answered' });
    await writeJournal(world.state, lines);
    const result = await runCli(['resume'], { world, env: { IDEOGRAM_BASE_URL: server.url } });
    expect([result.status, result.stdout]).toEqual([0, 'a-fox-1.png\n']);
  });

  it('a sidecar that is there already is not written a second time', async () => {
    const { world, env } = await afterKill([`/image/0.png?${EXP}`], { planned: () => ({ metadata: true }) });
    await runCli(['resume'], { world, env });
    const journal = join(world.state, 'journal.jsonl');
    const text = await readFile(journal, 'utf8');
    await writeFile(journal, text.slice(0, text.indexOf('"event":"saved"')));
    const result = await runCli(['resume'], { world, env });
    expect(result.stdout).toBe('a-fox-1.png\n');
    expect(await result.files()).toEqual(['a-fox-1.png', 'a-fox-1.png.json']);
  });

  it('the words of a picture are kept until they are told', async () => {
    const server = await startServer(answerAsApi);
    const world = await createWorld();
    await writeFile(join(world.folder, 'a.png'), makePng(64, 64));
    const env = { IDEOGRAM_BASE_URL: server.url };
    await runCli(['layerize', 'a.png'], { world, env, stdoutClosed: true });
    const result = await runCli(['resume'], { world, env });
    expect([result.status, result.stdout]).toEqual([0, expect.stringContaining('GRAND OPENING')]);
    expect((await runCli(['resume', '--json'], { world, env })).json().calls).toEqual([]);
  });

  it('words are printed, and then told', async () => {
    const server = await startServer(answerAsApi);
    const world = await createWorld();
    await writeFile(join(world.folder, 'a.png'), makePng(8, 8));
    const env = { IDEOGRAM_BASE_URL: server.url };
    await runCli(['describe', 'a.png'], { world, env, stdoutClosed: true });
    const result = await runCli(['resume'], { world, env });
    expect([result.status, result.stdout, server.calls.length]).toEqual([0, 'A fox.\n', 1]);
    expect((await runCli(['resume'], { world, env })).stdout).toBe('');
  });

  it('two at once: every image once', async () => {
    const { world, server, env } = await afterKill();
    const results = await Promise.all([1, 2, 3].map(() => runCli(['resume'], { world, env })));
    expect(results.map(({ status }) => status)).toEqual([0, 0, 0]);
    expect([await results[0]?.files(), server.downloads.length]).toEqual([['a-fox-1.png', 'a-fox-2.png'], 2]);
  });

  it('temporary files that the killed process left are taken away, and those of others are not', async () => {
    const { world, env } = await afterKill();
    const left = `.ideogram-${ID}-0123456789abcdef.part`;
    const foreign = ['.ideogram-0123456789abcdef.part', `.ideogram-${ID}.part`, 'x.part'];
    for (const name of [left, ...foreign]) await writeFile(join(world.folder, name), 'x');
    const result = await runCli(['resume'], { world, env });
    expect((await result.files()).filter((name) => name.endsWith('.part'))).toEqual([...foreign].sort());
  });
});

describe('what cannot be had', () => {
  it('a link that has expired is named with its seed, once, and ends with 8', async () => {
    const { world, env } = await afterKill([`/image/0.png?${EXP}`, `/image/1.png?${PAST}`], {
      serve: (request, response) => {
        if (request.path.includes(PAST)) response.writeHead(403).end();
        else response.end(makePng(8, 8));
      },
    });
    const result = await runCli(['resume'], { world, env });
    expect([result.status, result.stdout]).toEqual([8, 'a-fox-1.png\n']);
    expect(result.stderr).toContain(`/image/1.png?${PAST}, seed 2`);
    expect(result.stderr).toContain('1 of 2 images collected, 1 lost.');
    const again = await runCli(['resume'], { world, env });
    expect([again.status, again.stdout, again.stderr]).toEqual([0, '', '']);
  });

  it('in --quiet it is named by the error alone, and again the next time', async () => {
    const { world, env } = await afterKill([`/image/1.png?${PAST}`], {
      serve: (_, response) => void response.writeHead(403).end(),
    });
    for (let time = 0; time < 2; time++) {
      const result = await runCli(['resume', '-q'], { world, env });
      expect([result.status, result.stderr]).toEqual([8, expect.stringContaining(PAST)]);
    }
  });

  it('--json tells all of it', async () => {
    const { world, server, env } = await afterKill([`/image/0.png?${EXP}`, `/image/1.png?${PAST}`], {
      serve: (request, response) => {
        if (request.path.includes(PAST)) response.writeHead(403).end();
        else response.end(makePng(8, 8));
      },
    });
    const result = await runCli(['resume', '--json'], { world, env });
    expect([result.status, result.error().code, result.error().billed]).toEqual([8, 'partial', 'yes']);
    expect(result.json()).toMatchObject({
      ok: false,
      command: 'resume',
      calls: [
        {
          id: ID,
          command: 'generate',
          prompt: 'a fox',
          status: 'expired',
          images: [
            { path: `${world.folder}/a-fox-1.png`, seed: 1, status: 'saved', type: 'image/png' },
            { path: null, url: `${server.url}/image/1.png?${PAST}`, seed: 2, status: 'expired' },
          ],
        },
      ],
    });
  });

  it('a place where nothing can be written: it stays to be collected, and another place helps', async () => {
    const blocked = (world: World) => ({
      place: { kind: 'files', folder: join(world.folder, 'file/below'), stem: null, slug: 'x', force: false },
    });
    const { world, env } = await afterKill([`/image/0.png?${EXP}`], { planned: blocked });
    await writeFile(join(world.folder, 'file'), '');
    const result = await runCli(['resume'], { world, env });
    expect([result.status, result.stderr]).toEqual([8, expect.stringContaining('ideogram resume -o')]);
    expect((await runCli(['resume', '-o', 'here/'], { world, env })).stdout).toBe('here/x-1.png\n');
  });

  it('a request that was never answered is named once; it may have been billed', async () => {
    const world = await createWorld();
    const server = await startServer((_, response) => answerJson(response, 500, { error: 'oops' }));
    const env = { IDEOGRAM_BASE_URL: server.url };
    await runCli(['generate', 'a fox'], { world, env });
    const result = await runCli(['resume'], { world, env });
    expect([result.status, result.stdout]).toEqual([0, '']);
    expect(result.stderr).toMatch(/generate "a fox".*never answered.*may have been billed, about \$0\.06/);
    expect((await runCli(['resume'], { world, env })).stderr).toBe('');
  });

  it('to ask for it again is warned of: it may have been billed', async () => {
    const world = await createWorld();
    const server = await startServer((_, response) => answerJson(response, 500, { error: 'oops' }));
    await runCli(['generate', 'a fox'], { world, env: { IDEOGRAM_BASE_URL: server.url } });
    const result = await runCli(['again', 'last'], { world });
    expect(result.stdout).toBe("ideogram generate 'a fox' --model V_3\n");
    expect(result.stderr).toContain('was never answered: it may have been billed already');
  });

  it('one that was refused, or never went out, is nothing', async () => {
    const world = await createWorld();
    const server = await startServer((_, response) => answerJson(response, 422, { error: 'no' }));
    const env = { IDEOGRAM_BASE_URL: server.url };
    await runCli(['generate', 'a fox'], { world, env });
    expect((await runCli(['resume', '--json'], { world, env })).json().calls).toEqual([]);
  });

  it('is not given up when nobody heard of it', async () => {
    const { world, env } = await afterKill([`/image/1.png?${PAST}`], {
      serve: (_, response) => void response.writeHead(403).end(),
    });
    await runCli(['resume', '--json'], { world, env, stdoutClosed: true });
    expect((await runCli(['resume', '--json'], { world, env })).json().calls).toHaveLength(1);
  });

  it('an answer with no image in it', async () => {
    const { world, env } = await afterKill([]);
    expect((await runCli(['resume', '--json'], { world, env })).status).toBe(0);
  });
});

describe('calls that are named', () => {
  it('are collected again, though a pipe has taken them', async () => {
    const world = await createWorld();
    const server = await startServer(answerImages(1), (_, response) => void response.end(makePng(8, 8)));
    const env = { IDEOGRAM_BASE_URL: server.url };
    await runCli(['generate', 'a fox', '-o', '-'], { world, env });
    expect((await runCli(['resume', '--json'], { world, env })).json().calls).toEqual([]);
    const id = (await journalOf(world.state))[0]?.id ?? '';
    const result = await runCli(['resume', id.slice(0, 6)], { world, env });
    expect([result.status, result.stdout]).toEqual([0, 'a-fox-1.png\n']);
    const bytes = await runCli(['resume', id, '-o', '-'], { world, env });
    expect(bytes.stdoutBytes).toEqual(makePng(8, 8));
  });

  it('whose files are where they were saved are not fetched again; a file that is gone is', async () => {
    const world = await createWorld();
    const server = await startServer(answerImages(2));
    const env = { IDEOGRAM_BASE_URL: server.url };
    await runCli(['generate', 'a fox', '-n', '2'], { world, env });
    await rm(join(world.folder, 'a-fox-2.png'));
    const id = (await journalOf(world.state))[0]?.id ?? '';
    const result = await runCli(['resume', id], { world, env });
    expect([result.stdout, server.downloads.length]).toEqual(['a-fox-1.png\na-fox-2.png\n', 3]);
  });

  it('that nobody knows are refused', async () => {
    const { world, env } = await afterKill();
    for (const id of ['zzzzzzzzzz', 'k3', '../etc']) {
      const result = await runCli(['resume', id, '--json'], { world, env });
      expect([result.status, result.error().code]).toEqual([2, 'bad_input']);
    }
  });
});

describe('a call that somebody is at work on', () => {
  it('is left to him', async () => {
    const world = await createWorld();
    const meanwhile: unknown[] = [];
    const env: Record<string, string> = {};
    const server = await startServer(answerImages(1), async (_, response) => {
      const result = await runCli(['resume', '--json'], { world, env });
      meanwhile.push(result.status, result.json().calls[0].status);
      response.end(makePng(8, 8));
    });
    env.IDEOGRAM_BASE_URL = server.url;
    const result = await runCli(['generate', 'a fox'], { world, env });
    expect([result.status, server.downloads.length, meanwhile]).toEqual([0, 1, [0, 'busy']]);
  });
});

describe('the reminder', () => {
  it('is one line, on a terminal only', async () => {
    const { world, env } = await afterKill();
    const on = await runCli(['models', '--options', 'style-type'], { world, env, stderrIsTerminal: true });
    expect(on.stderr.trim()).toBe('Unfinished from earlier: 1 paid call not collected. See: ideogram resume');
    for (const options of [
      { argv: [] },
      { argv: ['-q'], stderrIsTerminal: true },
      { argv: ['--json'], stderrIsTerminal: true },
    ]) {
      const { argv, ...how } = options;
      const off = await runCli(['models', '--options', 'style-type', ...argv], { world, env, ...how });
      expect(off.stderr).toBe('');
    }
    await runCli(['resume'], { world, env });
    const done = await runCli(['models', '--options', 'style-type'], { world, env, stderrIsTerminal: true });
    expect(done.stderr).toBe('');
  });

  it('does not speak of what the command itself has just told', async () => {
    const world = await createWorld();
    const server = await startServer(answerImages(1), (_, response) => void response.writeHead(410).end());
    const env = { IDEOGRAM_BASE_URL: server.url };
    const result = await runCli(['generate', 'a fox'], { world, env, stderrIsTerminal: true });
    expect([result.status, result.stderr.includes('Unfinished')]).toEqual([8, false]);
    expect(await readdir(join(world.state, 'places'))).toEqual([]);
  });
});

it('of a rehearsal speaks of the money that the real API would have taken', async () => {
  const world = await createWorld();
  await runCli(['generate', 'a fox sandbox:cut', '--sandbox'], { world });
  const { stderr } = await runCli(['resume', '--sandbox'], { world });
  expect(stderr).toMatch(/never answered in full\. With the real API it may have been billed, about \$0\.06/);
  await runCli(['generate', 'a fox sandbox:cut', '--sandbox'], { world });
  const again = await runCli(['again', 'last', '--sandbox'], { world });
  expect(again.stderr).toMatch(/with the real API it may have been billed already/);
});
