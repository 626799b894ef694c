/** The way through the folders: who may import whom, one importer a package, and the world only at its edge. */
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseAst } from 'rolldown/parseAst';
import { describe, expect, it } from 'vitest';

const SRC = fileURLToPath(new URL('../src/', import.meta.url));

/** Files at the root of src that everything may use; they know nothing but each other. */
const SHARED = ['context', 'errors', 'deadline', 'fetch-contract', 'network-failure'];

/** What each folder, and each other file at the root, may import besides itself and the shared files. */
const MAY_IMPORT: Readonly<Record<string, readonly string[]>> = {
  main: ['program', 'system', 'output-stream'],
  'output-stream': [],
  // The library face stands where program and main stand for the command line.
  index: ['library', 'endpoints', 'api', 'auth', 'system'],
  library: ['endpoints', 'api', 'files'],
  program: ['command-tree', 'commands', 'api', 'terminal', 'options', 'help', 'usage-error'],
  'usage-error': ['command-tree', 'help-topics', 'suggestions'],
  suggestions: [],
  'command-tree': [
    'again-command',
    'history-command',
    'resume-command',
    'auth-commands',
    'endpoint-commands',
    'completion-command',
    'help-command',
    'commands',
    'endpoints',
    'options',
    'help',
  ],
  'completion-command': ['command-tree', 'commands', 'endpoints', 'help-topics'],
  'help-command': ['command-tree', 'commands', 'help-topics', 'suggestions'],
  'help-topics': [],
  'endpoint-commands': ['command-tree', 'commands', 'endpoints', 'help', 'option-text'],
  'option-text': ['endpoints'],
  'history-command': ['command-tree', 'commands', 'endpoints'],
  'resume-command': ['command-tree', 'commands', 'endpoints', 'help'],
  'again-command': ['command-tree', 'commands', 'endpoint-commands', 'endpoints'],
  'auth-commands': ['command-tree', 'commands', 'endpoints', 'help'],
  options: ['commands', 'help'],
  help: ['endpoints', 'help-topics', 'terminal'],
  system: ['api'],
  commands: ['endpoints', 'api', 'files', 'terminal', 'auth', 'ledger', 'sandbox', 'completion'],
  completion: ['endpoints'],
  endpoints: ['api', 'files'],
  api: ['files'],
  files: [],
  terminal: [],
  auth: ['files'],
  ledger: ['files'],
  sandbox: [],
};

/** Edges that exist for types only, or for what is loaded when it is needed: importer -> imported. */
const NO_STATIC_VALUES: readonly (readonly [string, string])[] = [
  ['system', 'api'],
  ['program', 'commands'],
  ['program', 'usage-error'],
  ['help-command', 'suggestions'],
  ['command-tree', 'commands'],
  ['auth-commands', 'commands'],
  ['auth-commands', 'command-tree'],
  ['resume-command', 'commands'],
  ['resume-command', 'command-tree'],
  ['history-command', 'commands'],
  ['history-command', 'command-tree'],
  ['again-command', 'commands'],
  ['again-command', 'command-tree'],
  ['completion-command', 'commands'],
  ['completion-command', 'command-tree'],
  ['help-command', 'commands'],
  ['help-command', 'command-tree'],
  ['endpoint-commands', 'command-tree'],
  ['endpoint-commands', 'commands'],
  ['options', 'commands'],
  ['commands', 'sandbox'],
  ['commands', 'auth'],
  ['endpoints', 'api'],
];

/** The commands that are about keys need them in any case. */
const ABOUT_KEYS = /^commands\/(auth-\w+|keep-key)\.ts$/;

/** Every package that is bundled, and the only files that know it. */
const IMPORTERS: Readonly<Record<string, readonly string[]>> = {
  commander: [
    'again-command.ts',
    'auth-commands.ts',
    'command-tree.ts',
    'commands/completion.ts',
    'completion-command.ts',
    'completion/tree.ts',
    'endpoint-commands.ts',
    'help-command.ts',
    'help.ts',
    'history-command.ts',
    'options.ts',
    'program.ts',
    'resume-command.ts',
    'suggestions.ts',
    'usage-error.ts',
  ],
  'form-data': ['api/multipart.ts'],
  'https-proxy-agent': ['api/proxy.ts'],
  valibot: ['api/image-answer.ts', 'api/words-answer.ts', 'endpoints/json-prompt.ts'],
  dotenv: ['auth/env-key.ts'],
  conf: ['auth/store.ts'],
  'env-paths': ['auth/settings-file.ts', 'ledger/state-folder.ts'],
  'image-size': ['files/dimensions.ts', 'sandbox/image-pixels.ts'],
  'ipaddr.js': ['files/image-address.ts'],
  'jpeg-js': ['files/pixels.ts', 'sandbox/image-pixels.ts'],
  pngjs: ['files/pixels.ts', 'sandbox/image-pixels.ts'],
  '@fastify/busboy': ['sandbox/multipart.ts'],
  ora: ['terminal/spinner.ts'],
  chalk: ['terminal/style.ts'],
  'cli-table3': ['terminal/table.ts'],
  '@inquirer/prompts': ['terminal/prompt.ts'],
  marked: ['terminal/markdown.ts'],
  open: ['terminal/browser.ts'],
  'sixel/lib/SixelEncoder.js': ['terminal/inline-image.ts'],
};

/** What holds up everything else while it is done: only on the way of each paid image, where it saves more than it costs. */
const AT_ONCE: readonly string[] = [
  'auth/file-mode.ts',
  'auth/settings-file.ts',
  'auth/text-file.ts',
  'files/folder.ts',
  'files/output.ts',
  'files/sink.ts',
  'files/target.ts',
  'ledger/journal-files.ts',
  'ledger/place-folder.ts',
];

/** What reaches into the world or into time, and the only files that may. */
const EDGE: Readonly<Record<string, readonly string[]>> = {
  process: ['main.ts'],
  'node:process': ['main.ts'],
  console: [],
  globalThis: [],
  global: [],
  fetch: [],
  'Date.now': ['system.ts'],
  'new Date()': [],
  'Date()': [],
  performance: [],
  'Math.random': ['system.ts'],
  setTimeout: ['system.ts'],
  setInterval: [],
  setImmediate: [],
  'node:timers': [],
  'node:timers/promises': ['system.ts'],
};

const MAX_LINES = 260;
const GOOD_LINES = 200;

interface Import {
  readonly from: string;
  /** A file below src, or a package's name. */
  readonly to: string;
  readonly kind: 'static' | 'dynamic' | 'type';
}

type Node = { readonly type: string } & Readonly<Record<string, unknown>>;

function isNode(value: unknown): value is Node {
  return typeof value === 'object' && value !== null && 'type' in value && typeof value.type === 'string';
}

function childrenOf(node: Node): Node[] {
  return Object.values(node).flat().filter(isNode);
}

function walk(node: Node, visit: (node: Node, parent: Node | undefined) => void, parent?: Node): void {
  visit(node, parent);
  for (const child of childrenOf(node)) walk(child, visit, node);
}

function parse(text: string): Node {
  return parseAst(text, { lang: 'ts' }) as unknown as Node;
}

/** The specifiers of all imports; `import { type A }` still loads the file, `import type` does not. */
function importsOf(program: Node): Omit<Import, 'from'>[] {
  const found: Omit<Import, 'from'>[] = [];
  walk(program, (node) => {
    const { source } = node;
    if (!isNode(source) || typeof source.value !== 'string') return;
    const isType = node.importKind === 'type' || node.exportKind === 'type' || node.type === 'TSImportType';
    const kind = node.type === 'ImportExpression' ? 'dynamic' : isType ? 'type' : 'static';
    found.push({ to: source.value, kind });
  });
  return found;
}

/** Names a pattern binds: variables, parameters, imports. */
function boundBy(pattern: Node): string[] {
  switch (pattern.type) {
    case 'Identifier':
      return [pattern.name as string];
    case 'AssignmentPattern':
      return boundBy(pattern.left as Node);
    case 'Property':
      return boundBy(pattern.value as Node);
    default:
      return childrenOf(pattern)
        .filter(({ type }) => !type.startsWith('TS'))
        .flatMap(boundBy);
  }
}

/** Names of the world that a source uses without having been given them. */
function worldOf(program: Node): string[] {
  const bound = new Set<string>();
  const used = new Set<string>();
  walk(program, (node, parent) => {
    if (node.type === 'VariableDeclarator' || /^(Function|Class)/.test(node.type)) {
      if (isNode(node.id)) for (const name of boundBy(node.id)) bound.add(name);
    }
    if (Array.isArray(node.params)) for (const name of node.params.flatMap(boundBy)) bound.add(name);
    if (isNode(node.local)) for (const name of boundBy(node.local)) bound.add(name);
    if (node.type === 'Identifier' && !isMereName(node, parent)) used.add(node.name as string);
    if (node.type === 'MemberExpression') used.add(`${nameOf(node.object)}.${nameOf(node.property)}`);
    if (node.type === 'NewExpression' && (node.arguments as Node[]).length === 0) {
      used.add(`new ${nameOf(node.callee)}()`);
    }
    if (node.type === 'CallExpression') used.add(`${nameOf(node.callee)}()`);
  });
  for (const { to } of importsOf(program)) used.add(to);
  return Object.keys(EDGE).filter((name) => used.has(name) && !bound.has(name));
}

/** A property's name, not the thing itself: `a.process`, `{ process: 1 }`, a method, a type's member. */
function isMereName(node: Node, parent: Node | undefined): boolean {
  if (!parent || parent.computed === true || parent.shorthand === true) return false;
  if (parent.type === 'MemberExpression') return parent.property === node;
  return parent.key === node || parent.type.startsWith('TS') || /^Import.*Specifier$/.test(parent.type);
}

function nameOf(node: unknown): string {
  return isNode(node) && node.type === 'Identifier' ? String(node.name) : '?';
}

interface Source {
  /** Below src, with forward slashes. */
  readonly path: string;
  readonly text: string;
  readonly program: Node;
}

const SOURCES: readonly Source[] = readdirSync(SRC, { recursive: true, encoding: 'utf8' })
  .filter((path) => path.endsWith('.ts'))
  .map((path) => {
    const text = readFileSync(join(SRC, path), 'utf8');
    return { path: path.split(sep).join('/'), text, program: parse(text) };
  });

const IMPORTS: readonly Import[] = SOURCES.flatMap(({ path, program }) =>
  importsOf(program).map(({ to, kind }) => ({ from: path, to: targetOf(path, to), kind })),
);

function targetOf(from: string, specifier: string): string {
  if (!specifier.startsWith('.')) return specifier;
  const path = relative(SRC, join(SRC, dirname(from), specifier))
    .split(sep)
    .join('/');
  return path.replace(/\.js$/, '.ts');
}

/** `api/client.ts` -> api, `errors.ts` -> errors. */
function layerOf(path: string): string {
  return path.split('/')[0]?.replace(/\.ts$/, '') ?? '';
}

const INNER = IMPORTS.filter(({ to }) => SOURCES.some(({ path }) => path === to));
const PACKAGES = IMPORTS.filter(
  ({ to }) => !INNER.some((inner) => inner.to === to) && !to.startsWith('node:'),
);

const arrow = ({ from, to, kind }: Import): string => `${from} -> ${to} (${kind})`;

/** Everything that is loaded when a file is, before anything is asked of it. */
function loadedWith(path: string): string[] {
  const loaded = new Set([path]);
  for (const file of loaded) {
    for (const { from, to, kind } of IMPORTS) if (from === file && kind === 'static') loaded.add(to);
  }
  return [...loaded].filter((file) => !file.startsWith('node:')).sort();
}

function importsRuntime({ kind }: Import): boolean {
  return kind !== 'type';
}

/** A way from a file back to itself. */
function cycleFrom(start: string): string[] | undefined {
  const seen = new Set<string>();
  const search = (way: string[]): string[] | undefined => {
    for (const { from, to } of INNER.filter(importsRuntime)) {
      if (from !== way.at(-1)) continue;
      if (to === start) return [...way, to];
      if (seen.has(to)) continue;
      seen.add(to);
      const found = search([...way, to]);
      if (found) return found;
    }
    return undefined;
  };
  return search([start]);
}

describe('who imports whom', () => {
  it('every folder and every file at the root has its place', () => {
    const layers = new Set(SOURCES.map(({ path }) => layerOf(path)));
    expect([...layers].sort()).toEqual([...SHARED, ...Object.keys(MAY_IMPORT)].sort());
  });

  it('commands -> endpoints -> api -> files -> terminal, never back, never across', () => {
    const wrong = INNER.filter(({ from, to }) => {
      const [importer, imported] = [layerOf(from), layerOf(to)];
      if (importer === imported || SHARED.includes(imported)) return false;
      return !MAY_IMPORT[importer]?.includes(imported);
    });
    expect(wrong.map(arrow)).toEqual([]);
  });

  it('what is needed now and then is loaded then, and types cost nothing', () => {
    const wrong = INNER.filter(
      ({ from, to, kind }) =>
        kind === 'static' &&
        NO_STATIC_VALUES.some(([a, b]) => layerOf(from) === a && layerOf(to) === b) &&
        !(ABOUT_KEYS.test(from) && layerOf(to) === 'auth'),
    );
    expect(wrong.map(arrow)).toEqual([]);
  });

  it('the sandbox knows nothing of the client but the types of the context', () => {
    const outside = INNER.filter(({ from, to }) => layerOf(from) === 'sandbox' && layerOf(to) !== 'sandbox');
    const wrong = outside.filter(({ to, kind }) => to !== 'context.ts' || kind !== 'type');
    expect(wrong.map(arrow)).toEqual([]);
  });

  it('files are used at once only on the way of each paid image', () => {
    const users = INNER.filter(({ to, kind }) => to === 'files/disk.ts' && kind !== 'type');
    expect(users.map(({ from }) => from).sort()).toEqual([...AT_ONCE].sort());
    const directly = SOURCES.filter(({ text }) => /import \{[^}]*Sync\b[^}]*\} from 'node:fs'/.test(text));
    // Standard output is written before the program ends; the settings are looked at when conf writes them.
    expect(directly.map(({ path }) => path).sort()).toEqual([
      'auth/store.ts',
      'files/disk.ts',
      'output-stream.ts',
    ]);
  });

  it('nobody imports the two edges', () => {
    expect(INNER.filter(({ to }) => ['main.ts', 'index.ts'].includes(to)).map(arrow)).toEqual([]);
  });

  it('no file needs itself to be loaded', () => {
    const cycles = SOURCES.map(({ path }) => cycleFrom(path)).filter((way) => way !== undefined);
    expect(cycles.map((way) => way.join(' -> '))).toEqual([]);
  });

  it('every relative import is a file of src, but for package.json at the edges', () => {
    const strays = PACKAGES.filter(({ from, to }) => to.startsWith('.') || from === to);
    expect(new Set(strays.map(arrow))).toEqual(
      new Set(['index.ts -> ../package.json (static)', 'main.ts -> ../package.json (static)']),
    );
  });
});

describe('packages', () => {
  const used = PACKAGES.filter(({ to }) => !to.startsWith('.'));

  it('each has exactly its importers', () => {
    const found: Record<string, string[]> = {};
    for (const { from, to } of used) found[to] = [...new Set([...(found[to] ?? []), from])].sort();
    expect(found).toEqual(IMPORTERS);
  });

  it('the program starts with commander alone, and the library with none', () => {
    const names = new Set(used.map(({ to }) => to));
    expect(loadedWith('main.ts').filter((file) => names.has(file))).toEqual(['commander']);
    expect(loadedWith('index.ts').filter((file) => names.has(file))).toEqual([]);
  });

  it('all but commander are loaded only when they are needed: by import(), or by a file that is', () => {
    const wrong = used.filter(
      ({ from, to, kind }) =>
        kind === 'static' &&
        to !== 'commander' &&
        INNER.some((inner) => inner.to === from && inner.kind === 'static'),
    );
    expect(wrong.map(arrow)).toEqual([]);
  });

  it('--help and refusals load neither network, files, ledger, key nor sandbox', () => {
    const folders = new Set(loadedWith('main.ts').map(layerOf));
    const late = ['commands', 'files', 'auth', 'ledger', 'sandbox'].filter((folder) => folders.has(folder));
    expect(late).toEqual([]);
    expect(loadedWith('main.ts').filter((file) => layerOf(file) === 'api')).toEqual(['api/redact.ts']);
  });
});

describe.each(SOURCES.map(({ path, text, program }) => [path, { path, text, program }] as const))(
  '%s',
  (_name, { path, text, program }) => {
    it('takes the world from the context', () => {
      expect(worldOf(program).filter((name) => !EDGE[name]?.includes(path))).toEqual([]);
    });

    it('opens with one sentence that says what it owns', () => {
      expect(text.split('\n')[0]).toMatch(/^\/\*\* \S.*[.)] \*\/$/);
    });

    it('is named by what it owns, in kebab-case', () => {
      expect(path).toMatch(/^([a-z0-9]+(-[a-z0-9]+)*\/)*[a-z0-9]+(-[a-z0-9]+)*\.ts$/);
      expect(path).not.toMatch(/util|helper|common|misc|shared/);
    });

    it(`is short: about ${GOOD_LINES} lines`, () => {
      const lines = text.split('\n').length - 1;
      expect(lines, `${path}: split it by what it owns`).toBeLessThanOrEqual(MAX_LINES);
    });
  },
);

describe('the reader of sources', () => {
  it.each([
    ['import { a } from "x";', 'static'],
    ['import "x";', 'static'],
    ['import { type A } from "x";', 'static'],
    ['export * from "x";', 'static'],
    ['export { a } from "x";', 'static'],
    ['import type { A } from "x";', 'type'],
    ['export type { A } from "x";', 'type'],
    ['type A = import("x").A;', 'type'],
    ['const a = await import("x");', 'dynamic'],
  ])('%s is %s', (text, kind) => {
    expect(importsOf(parse(text))).toEqual([{ to: 'x', kind }]);
  });

  it.each([
    ['process.exit(1)', ['process']],
    ['const { env } = process;', ['process']],
    [`const text = \`\${process.cwd()}\`;`, ['process']],
    ['const a = { process };', ['process']],
    ['import { exit } from "node:process";', ['node:process']],
    ['console.log(1)', ['console']],
    ['globalThis.fetch("x")', ['globalThis']],
    ['await fetch("x")', ['fetch']],
    ['function f(url = fetch) {}', ['fetch']],
    ['const now = Date.now();', ['Date.now']],
    ['const now = new Date();', ['new Date()']],
    ['const half = Math.random() / 2;', ['Math.random']],
    ['setTimeout(f, 1)', ['setTimeout']],
    ['import { setTimeout as delay } from "node:timers/promises";', ['node:timers/promises']],
    ['function send({ fetch }: Context) { return fetch("x"); }', []],
    ['const { fetch, clock } = options; fetch("x"); clock.now();', []],
    ['a.process.console; ({ process: 1, console() {} });', []],
    ['interface A { process: string; fetch(url: string): void }', []],
    ['// process.exit(1)\nconst a = "process.exit(1)";', []],
    ['const then = new Date(0); Date.parse("x"); Math.round(1);', []],
  ])('%s uses %j', (text, names) => {
    expect(worldOf(parse(text))).toEqual(names);
  });

  it('has found the sources', () => {
    expect(SOURCES.length).toBeGreaterThan(50);
    expect(INNER.length).toBeGreaterThan(100);
  });
});
