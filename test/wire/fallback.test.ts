/** Where a path is gone: `edit` goes to the path that stays, with the same bytes and once; no other call goes anywhere else. */
import { describe, expect, it } from 'vitest';
import { runCli, type World } from '../support/run.js';
import { answerImages, answerJson, type Responder, startServer } from '../support/server.js';
import { WIRE_TABLES } from './tables/index.js';
import { createPictureWorld } from './world.js';

const EDIT = '/v1/ideogram-v3/edit';
const INPAINT = '/v1/ideogram-v3/inpaint';
const ARGV = ['edit', 'room.png', '--mask', 'mask.png', '-p', 'a lamp', '--color-palette', 'ember', '--json'];

/** A failure: a status, or silence beyond any patience. */
type Failure = number | 'silence';

function fail(failure: Failure, world: World): Responder {
  return (_request, response) => {
    if (failure === 'silence') world.clock.advance(86_400_000);
    else answerJson(response, failure, { error: `status ${failure}` });
  };
}

/** Runs the edit; each path fails as it is said, or answers with an image. */
async function edit(failures: Readonly<Record<string, Failure>>, argv: readonly string[] = ARGV) {
  const world = await createPictureWorld();
  const server = await startServer((request, response, self) => {
    const failure = failures[request.path];
    const respond = failure === undefined ? answerImages(1) : fail(failure, world);
    return respond(request, response, self);
  });
  const result = await runCli(argv, { world, env: { IDEOGRAM_BASE_URL: server.url } });
  return { ...result, calls: server.calls, paths: server.calls.map(({ path }) => path) };
}

describe('edit with V_3', () => {
  it.each([404, 410])('goes to /inpaint when /edit answers %i: the same bytes, once each', async (status) => {
    const result = await edit({ [EDIT]: status });
    expect([result.status, result.stderr, result.paths]).toEqual([0, '', [EDIT, INPAINT]]);
    const [first, second] = result.calls;
    expect(second?.body.equals(first?.body as Buffer)).toBe(true);
    const { host: _, connection: __, ...headers } = first?.headers ?? {};
    expect(second?.headers).toMatchObject(headers);
    expect(result.json()).toMatchObject({ ok: true, command: 'edit' });
  });

  it('does not ask /inpaint where /edit answers', async () => {
    expect(await edit({})).toMatchObject({ status: 0, paths: [EDIT] });
  });

  it.each<[Failure, string]>([
    [400, 'no'],
    [403, 'no'],
    [422, 'no'],
    [500, 'maybe'],
    [503, 'maybe'],
    ['silence', 'maybe'],
  ])('does not ask /inpaint after %s: it may be paid, or would be refused again', async (failure, billed) => {
    const result = await edit({ [EDIT]: failure });
    expect(result.paths).toEqual([EDIT]);
    expect(result.status).not.toBe(0);
    expect(result.error().billed).toBe(billed);
  });

  it.each([
    [404, 404],
    [410, 404],
    [404, 410],
  ])('tells the error where both are gone (%i, %i)', async (first, second) => {
    const result = await edit({ [EDIT]: first, [INPAINT]: second });
    expect(result.paths).toEqual([EDIT, INPAINT]);
    expect(result.status).not.toBe(0);
    expect(result.error()).toMatchObject({ status: second, billed: 'no' });
  });

  it.each<[Failure, string]>([
    [422, 'no'],
    [500, 'maybe'],
    ['silence', 'maybe'],
  ])('tells what /inpaint says (%s), and asks neither again', async (failure, billed) => {
    const result = await edit({ [EDIT]: 404, [INPAINT]: failure });
    expect(result.paths).toEqual([EDIT, INPAINT]);
    expect(result.error()).toMatchObject({ billed });
  });
});

describe('every other call', () => {
  const tables = WIRE_TABLES.filter(({ endpoint }) => endpoint !== 'edit-v3');

  it.each(tables.map(({ argv, path }) => [argv.join(' '), argv, path] as const))(
    'ends where its path is gone: %s',
    async (_title, argv, path) => {
      const result = await edit({ [path]: 404 }, [...argv, '--json', '--quiet']);
      expect(result.paths).toEqual([path]);
      expect(result.status).not.toBe(0);
      expect(result.error()).toMatchObject({ status: 404, billed: 'no' });
    },
  );
});
