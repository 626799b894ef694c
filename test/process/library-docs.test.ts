/** docs/library.md tells the truth: each of its examples runs, unchanged but for the address, with the built library. */
import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, readdir, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { JPEG_1X1, makePng } from '../support/images.js';
import { answerAsApi, answerImages, startServer } from '../support/server.js';
import { cleanEnv, ROOT } from '../support/spawn.js';

const CLIENT = 'createClient({ ';

const page = await readFile(join(ROOT, 'docs/library.md'), 'utf8');
const examples = [...page.matchAll(/```js\n([\s\S]*?)```/g)].map(([, code = '']) => code);

/** A project that has the library, and the files that the examples speak of. */
async function makeProject(): Promise<string> {
  const project = await mkdtemp(join(tmpdir(), 'ideogram-examples-'));
  onTestFinished(() => rm(project, { recursive: true, force: true }));
  await mkdir(join(project, 'node_modules'));
  await symlink(ROOT, join(project, 'node_modules', 'ideogram-cli'), 'junction');
  await writeFile(join(project, 'room.png'), makePng(1200, 800));
  for (const name of ['a.jpg', 'b.jpg']) await writeFile(join(project, name), JPEG_1X1);
  return project;
}

/** Runs an example; what needs a client but makes none is given one. */
async function runExample(code: string, url: string) {
  const cwd = await makeProject();
  const imported = code.includes("from 'ideogram-cli'");
  const start = `import { createClient } from 'ideogram-cli';\nconst client = ${CLIENT}apiKey: 'k' });\n`;
  const whole = (imported ? code : start + code).replace(CLIENT, `${CLIENT}baseUrl: '${url}', `);
  await writeFile(join(cwd, 'example.mjs'), whole);
  const env = cleanEnv(cwd, { IDEOGRAM_API_KEY: 'a-key' });
  const { stdout, stderr } = await promisify(execFile)(process.execPath, ['example.mjs'], { cwd, env });
  return { cwd, stdout, stderr };
}

describe('docs/library.md', () => {
  it('has examples, all of which are found', () => {
    expect(examples.length).toBe(page.split('```js').length - 1);
    expect(examples.length).toBeGreaterThan(3);
    expect(page).not.toMatch(/```(ts|typescript|javascript|mjs)/);
  });

  it.each(examples)('shows what works:\n%s', async (code) => {
    const images = answerImages(2);
    const server = await startServer((request, response, test) =>
      request.path.endsWith('/generate')
        ? images(request, response, test)
        : answerAsApi(request, response, test),
    );
    const { cwd, stdout, stderr } = await runExample(code, server.url);
    expect(stderr).toBe('');
    expect(server.calls.length).toBeGreaterThan(0);
    const folder = /output: '(\w+)\/'/.exec(code)?.[1];
    if (folder !== undefined) expect(await readdir(join(cwd, folder))).toHaveLength(2);
    if (folder !== undefined) expect(stdout).toMatch(/-1\.png/);
    if (code.includes('describe')) expect(stdout).toContain('a.jpg A fox.');
  });

  it('shows what becomes of a refusal', async () => {
    const server = await startServer((_, response) => void response.writeHead(401).end('{}'));
    const { stderr } = await runExample(examples[0] ?? '', server.url);
    expect(stderr).toMatch(/^unauthorized .* no\n$/s);
  });

  it('lists each event, with its fields', async () => {
    const types = await readFile(join(ROOT, 'src/library/progress.ts'), 'utf8');
    const declared = [...types.matchAll(/readonly type: '(\w+)';([\s\S]*?)\n\}/g)].map(
      ([, type, body = '']) => [
        type,
        [...body.matchAll(/readonly (\w+)/g)]
          .map(([, name]) => name)
          .concat('image')
          .sort(),
      ],
    );
    const section = page.split('\n## ').find((text) => text.startsWith('Stop and watch')) ?? '';
    const rows = [...section.matchAll(/^\| `(\w+)` \| (`.*?`) \| /gm)].map(([, type, fields = '']) => [
      type,
      [...fields.matchAll(/`(\w+)`/g)].map(([, name]) => name).sort(),
    ]);
    expect(declared).toHaveLength(6);
    expect(rows).toEqual(declared);
  });
});
