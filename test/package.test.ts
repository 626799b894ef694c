/** What is published beside the program: a start that every Node can read, and metadata that say the truth. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAst } from 'rolldown/parseAst';
import { describe, expect, it } from 'vitest';
import { parse } from 'yaml';
import { BIN, ROOT } from './support/spawn.js';

const read = (path: string): Promise<string> => readFile(join(ROOT, path), 'utf8');
/** Node takes the first line away before it reads. */
const start = (await readFile(BIN, 'utf8')).replace(/^#!.*/, '');

/** What there is in ES5, of statements and expressions. Node 0.10 knows no more. */
const ES5 =
  /^(Program|Directive|(Expression|Block|Empty|Return|If|Throw|Try|For|ForIn|While|Switch|Break|Continue)Statement|SwitchCase|CatchClause|VariableDecla(ration|rator)|Function(Declaration|Expression)|(Array|Object|Unary|Update|Binary|Logical|Assignment|Conditional|Call|New|Member|This|Sequence|Parenthesized)Expression|Property|Identifier|Literal)$/;

interface Syntax {
  readonly type: string;
  readonly [name: string]: unknown;
}

const isSyntax = (value: unknown): value is Syntax =>
  typeof value === 'object' && value !== null && typeof (value as Syntax).type === 'string';

/** What of a source is younger than ES5, by the names of its syntax. */
function youngerThanEs5(code: string): string[] {
  const found: string[] = [];
  const visit = (node: Syntax): void => {
    if (!ES5.test(node.type)) found.push(node.type);
    if (node.type === 'VariableDeclaration' && node.kind !== 'var') found.push(String(node.kind));
    if (node.type === 'CatchClause' && !node.param) found.push('catch without a name');
    if (node.async || node.generator || node.optional) found.push(`new ${node.type}`);
    if (node.type === 'Property' && node.computed) found.push('new Property');
    if (node.method || node.shorthand) found.push('short property');
    if (['**', '??', '??=', '||=', '&&=', '**='].includes(String(node.operator)))
      found.push(String(node.operator));
    for (const child of Object.values(node).flat()) if (isSyntax(child)) visit(child);
  };
  visit(parseAst(code) as unknown as Syntax);
  // No tree shows it: a comma behind the last argument.
  if (/,\s*\)/.test(code.replace(/'[^'\n]*'/g, "''"))) found.push('comma before )');
  return found;
}

describe('bin/ideogram.cjs', () => {
  it('is ES5: the oldest Node can read it, and say that it is too old', () => {
    expect(youngerThanEs5(start)).toEqual([]);
  });

  it.each([
    ['f(\n  1,\n);', 'comma before )'],
    ['const a = 1;', 'const'],
    ['let a;', 'let'],
    ['f(() => 1);', 'ArrowFunctionExpression'],
    ['`a`;', 'TemplateLiteral'],
    ['try {} catch {}', 'catch without a name'],
    ['a ?? b;', '??'],
    ['a ** b;', '**'],
    ['a?.b;', 'ChainExpression'],
    ['f(...a);', 'SpreadElement'],
    ['var { a } = b;', 'ObjectPattern'],
    ['x = { a };', 'short property'],
    ['x = { a() {} };', 'short property'],
    ['x = { [a]: 1 };', 'new Property'],
    ['class A {}', 'ClassDeclaration'],
    ['async function f() {}', 'new FunctionDeclaration'],
    ['for (var a of b) {}', 'ForOfStatement'],
  ])('would be refused with %s', (code, what) => {
    expect(youngerThanEs5(code)).toContain(what);
  });
});

describe('package.json', () => {
  it('installs nothing else, may be published with its provenance, and names files that are built', async () => {
    const manifest = JSON.parse(await read('package.json'));
    expect(manifest).not.toHaveProperty('dependencies');
    expect(manifest.publishConfig).toEqual({ access: 'public', provenance: true });
    const { types, default: entry } = manifest.exports['.'];
    expect([manifest.types, manifest.main]).toEqual([types, entry]);
    for (const version of Object.values(manifest.devDependencies)) expect(version).toMatch(/^\d+\.\d+\.\d+$/);
  });
});

describe('the files of GitHub', () => {
  const FILES = [
    'workflows/check.yml',
    'workflows/release.yml',
    'dependabot.yml',
    'ISSUE_TEMPLATE/bug.yml',
    'ISSUE_TEMPLATE/feature.yml',
    'ISSUE_TEMPLATE/config.yml',
  ];

  it.each(FILES)('.github/%s is YAML without a doubt', async (path) => {
    expect(parse(await read(`.github/${path}`), { strict: true, uniqueKeys: true })).toBeTypeOf('object');
  });

  it('run scripts that there are, with no more rights than they need', async () => {
    const { scripts } = JSON.parse(await read('package.json'));
    for (const path of ['check', 'release']) {
      const text = await read(`.github/workflows/${path}.yml`);
      const workflow = parse(text);
      expect(workflow.permissions).toEqual({ contents: 'read' });
      for (const [, script] of text.matchAll(/npm run (?:--silent |-s )?([\w:]+)/g))
        expect(scripts).toHaveProperty([script ?? '']);
      for (const { steps, permissions = {} } of Object.values<{ steps: object[]; permissions?: object }>(
        workflow.jobs,
      )) {
        expect(steps.length).toBeGreaterThan(1);
        for (const [right, level] of Object.entries(permissions)) {
          expect(['contents read', 'id-token write']).toContain(`${right} ${level}`);
        }
      }
    }
  });
});
