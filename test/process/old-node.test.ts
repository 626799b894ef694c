/** A Node that is too old for the program is told so in one line, whatever it was asked; only its own version it always says. */
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { describe, expect, it, onTestFinished } from 'vitest';
import { BIN, cleanEnv, ROOT } from '../support/spawn.js';

/** Runs the start under a Node that takes itself for another. */
async function runUnder(version: string, argv: readonly string[]) {
  const cwd = await mkdtemp(join(tmpdir(), 'ideogram-old-node-'));
  onTestFinished(() => rm(cwd, { recursive: true, force: true }));
  const disguise = join(cwd, 'disguise.cjs');
  const code = `
    Object.defineProperty(process, 'version', { value: 'v${version}' });
    Object.defineProperty(process, 'versions', { value: { ...process.versions, node: '${version}' } });`;
  await writeFile(disguise, code);
  const run = promisify(execFile)(process.execPath, ['--require', disguise, BIN, ...argv], {
    cwd,
    env: cleanEnv(cwd),
  });
  const { code: status = 0, stdout, stderr } = await run.catch((error) => error);
  return { status, stdout, stderr };
}

const manifest = JSON.parse(await readFile(join(ROOT, 'package.json'), 'utf8'));

describe('a Node that is too old', () => {
  it.each(['0.10.48', '4.9.1', '8.17.0', '16.20.2', '17.9.1'])(
    'is refused in one line: %s',
    async (version) => {
      for (const argv of [[], ['--help'], ['generate', 'a fox', '--sandbox']]) {
        expect(await runUnder(version, argv)).toEqual({
          status: 1,
          stdout: '',
          stderr: `ideogram needs Node.js 18 or newer; this is v${version}. See https://nodejs.org\n`,
        });
      }
    },
  );

  it.each(['18.0.0', '100.0.0'])('is not %s', async (version) => {
    const { status, stdout } = await runUnder(version, ['models']);
    expect([status, stdout]).toEqual([0, expect.stringContaining('V_3')]);
  });

  it('is told the version of the program', async () => {
    for (const flag of ['--version', '-V']) {
      const wanted = { status: 0, stdout: `${manifest.version}\n`, stderr: '' };
      expect(await runUnder('0.10.48', [flag])).toEqual(wanted);
    }
  });

  it('is the one that package.json says', () => {
    expect(manifest.engines).toEqual({ node: '>=18' });
  });
});
