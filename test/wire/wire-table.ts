/** How the tables of the wire read: the shortest call of an endpoint, and what each option adds to what arrives for it. */
import { describe, expect, it } from 'vitest';
import { runCli, TEST_KEY } from '../support/run.js';
import { answerAsApi, type Received, startServer } from '../support/server.js';
import { createPictureWorld, isFilePart, seenParts } from './world.js';

/** Names on the wire and what arrives under them; a list stands for one part each. */
export type Fields = Readonly<Record<string, unknown>>;

/** Options, split at spaces where they are one text; what they add; what is then told on standard error. */
export type WireCase = readonly [options: string | readonly string[], adds: Fields, stderr?: string];

export interface WireTable {
  /** The endpoint's name in the program. */
  readonly endpoint: string;
  readonly path: string;
  /** The body: parts, parts of which one holds all that is no file, or a document. */
  readonly body: 'multipart' | 'json';
  /** The one field that holds all others, but no files. */
  readonly wrapper?: string;
  /** The shortest call. */
  readonly argv: readonly string[];
  /** All that arrives for it. */
  readonly wire: Fields;
  /** All that is told for it, on standard error. */
  readonly stderr?: string;
  /** Called once more with each of these. */
  readonly cases: readonly WireCase[];
}

/** A call and what it must look like where it arrives. */
export interface WireLine {
  readonly title: string;
  readonly table: WireTable;
  readonly argv: readonly string[];
  readonly fields: Fields;
  readonly stderr: string;
}

/** Every call of a table, the shortest one first. */
export function linesOf(table: WireTable): WireLine[] {
  const all: readonly WireCase[] = [[[], {}], ...table.cases];
  return all.map(([options, adds, stderr = table.stderr ?? '']) => {
    const words = typeof options === 'string' ? options.split(' ') : options;
    const argv = [...table.argv, ...words];
    return { title: argv.join(' '), table, argv, fields: { ...table.wire, ...adds }, stderr };
  });
}

/** The names that arrive in some call of a table. */
export function namesIn(tables: readonly WireTable[]): Set<string> {
  return new Set(tables.flatMap(linesOf).flatMap(({ fields }) => Object.keys(fields)));
}

/** A test for each line of the tables of one family. */
export function testTables(tables: readonly WireTable[]): void {
  for (const path of new Set(tables.map((table) => table.path))) {
    const lines = tables.filter((table) => table.path === path).flatMap(linesOf);
    describe(`POST ${path}`, () => {
      it.each(lines.map((line) => [line.title, line] as const))('ideogram %s', (_, line) =>
        expectOnWire(line),
      );
    });
  }
}

/** Runs the call against a server, and compares the bytes that arrived there. */
async function expectOnWire({ table, argv, fields, stderr }: WireLine): Promise<void> {
  const server = await startServer(answerAsApi);
  const world = await createPictureWorld();
  const result = await runCli(argv, { world, env: { IDEOGRAM_BASE_URL: server.url } });
  expect([result.status, result.stderr]).toEqual([0, stderr]);
  expect(server.calls).toHaveLength(1);
  const call = server.calls[0] as Received;
  expect(`${call.method} ${call.path}`).toBe(`POST ${table.path}`);
  expect(call.headers).toMatchObject({
    'api-key': TEST_KEY,
    'user-agent': 'ideogram-cli/0.0.0-test (linux)',
    'content-length': String(call.body.length),
  });
  if (table.body === 'json') expectDocument(call, table, fields);
  else await expectParts(call, table, fields);
}

function expectDocument(call: Received, { wrapper }: WireTable, fields: Fields): void {
  expect(call.headers['content-type']).toBe('application/json');
  expect(JSON.parse(call.body.toString('utf8'))).toEqual(wrapper ? { [wrapper]: fields } : fields);
}

async function expectParts(call: Received, { wrapper }: WireTable, fields: Fields): Promise<void> {
  expect(call.headers['content-type']).toMatch(/^multipart\/form-data; boundary=\S+$/);
  const entries = Object.entries(fields);
  const isFile = ([, value]: [string, unknown]) => [value].flat().every(isFilePart);
  const wrapped = Object.fromEntries(entries.filter((entry) => !isFile(entry)));
  const parts = wrapper
    ? { ...Object.fromEntries(entries.filter(isFile)), [wrapper]: { json: wrapped } }
    : fields;
  const wanted = Object.entries(parts).map(([name, value]) => [name, [value].flat()]);
  expect(await seenParts(call)).toEqual(Object.fromEntries(wanted));
}
