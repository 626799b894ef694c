/** What leaves the program for what was typed: judged by the bytes that arrived. The tables of wire/ hold every option of every endpoint. */
import { describe, expect, it } from 'vitest';
import type { Endpoint } from '../src/endpoints/define.js';
import { COMMANDS } from '../src/endpoints/index.js';
import { runCli, TEST_KEY } from './support/run.js';
import { answerImages, startServer } from './support/server.js';
import { WIRE_TABLES } from './wire/tables/index.js';
import { linesOf, namesIn } from './wire/wire-table.js';

const endpoints: readonly Endpoint[] = COMMANDS.flatMap((spec) => spec.endpoints);

describe('the tables', () => {
  const namesOf = ({ fields, modelWire }: Endpoint): string[] =>
    [...new Set([...fields.map(({ wire }) => wire), ...(modelWire ? [modelWire] : [])])].sort();

  it('are of endpoints that exist', () => {
    const known = endpoints.map(({ name }) => name);
    expect(known).toEqual(expect.arrayContaining(WIRE_TABLES.map(({ endpoint }) => endpoint)));
  });

  it.each(endpoints)('have a case for every field of $name, and for no other', (endpoint) => {
    const tables = WIRE_TABLES.filter((table) => table.endpoint === endpoint.name);
    expect([...namesIn(tables)].sort()).toEqual(namesOf(endpoint));
  });

  it.each(endpoints.filter(({ modelWire }) => modelWire))(
    'have a case for every model that $name is told of',
    ({ name, models, modelWire = '' }) => {
      const lines = WIRE_TABLES.filter(({ endpoint }) => endpoint === name).flatMap(linesOf);
      const named = new Set(lines.map(({ fields }) => fields[modelWire]));
      expect([...named].sort()).toEqual([...models].sort());
    },
  );

  it.each(endpoints)('have a case for every option of $name', ({ name, fields }) => {
    const lines = WIRE_TABLES.filter(({ endpoint }) => endpoint === name).flatMap(linesOf);
    const operand = COMMANDS.find((spec) => spec.endpoints.some((each) => each.name === name))?.operand;
    const words = new Set(lines.flatMap(({ argv }) => argv));
    const untyped = fields.filter(
      ({ field }) =>
        field.name !== operand?.field && !field.flags.split(/[ ,]+/).some((flag) => words.has(flag)),
    );
    expect(untyped.map(({ field }) => field.flags)).toEqual([]);
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
  ])('gets the same document byte for byte for %j', async (options) => {
    const server = await startServer();
    const argv = ['generate', 'A simple blue circle on white background', ...options];
    await runCli(argv, { env: { IDEOGRAM_BASE_URL: server.url } });
    const [call] = server.calls;
    expect([call?.path, call?.headers['content-type']]).toEqual(['/generate', 'application/json']);
    expect(call?.body.toString('utf8')).toBe(VERIFICATION);
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
