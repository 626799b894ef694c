/** Help and the words that lead to it: every command has a page, a family without a command shows its own, a typo is told. */
import { describe, expect, it } from 'vitest';
import { testImagePrice } from '../src/commands/test-image.js';
import { runCli } from './support/run.js';

const PAGES = ['generate', 'auth', 'auth login', 'auth verify', 'auth status', 'auth logout', 'sandbox'];

describe('the page of a command', () => {
  it.each(PAGES)('%s, however it is asked for', async (path) => {
    const words = path.split(' ');
    const asked = await runCli([...words, '--help']);
    expect([asked.status, asked.stderr]).toEqual([0, '']);
    expect(asked.stdout).toContain(`Usage: ideogram ${path}`);
    expect((await runCli(['help', ...words])).stdout).toBe(asked.stdout);
    expect((await runCli([...words, '-h'])).stdout).toBe(asked.stdout);
  });

  it.each([[[]], [['--help']], [['help']]])('the program itself: %j', async (argv) => {
    const { status, stdout } = await runCli(argv);
    expect([status, stdout]).toEqual([
      0,
      expect.stringMatching(/Commands:[\s\S]*generate[\s\S]*auth[\s\S]*sandbox/),
    ]);
  });

  it('a family without a command shows what there is', async () => {
    const { status, stdout } = await runCli(['auth']);
    expect([status, stdout]).toEqual([0, (await runCli(['auth', '--help'])).stdout]);
    for (const name of ['login', 'verify', 'status', 'logout'])
      expect(stdout).toMatch(new RegExp(`^  ${name} `, 'm'));
  });

  it('names the price of the test image as it is reckoned', async () => {
    const { stdout } = await runCli(['auth', 'verify', '--help']);
    expect(stdout.replace(/\s+/g, ' ')).toContain(`paid, ${testImagePrice()} (V_2_TURBO)`);
  });

  it('names only the options that mean something to it', async () => {
    const shown = async (path: string) => (await runCli([...path.split(' '), '--help'])).stdout;
    expect(await shown('auth login')).toMatch(/--with-key[\s\S]*--env[\s\S]*--no-verify[\s\S]*--no-input/);
    expect(await shown('auth login')).not.toMatch(/--dry-run/);
    expect(await shown('auth verify')).toMatch(/--generate[\s\S]*--dry-run[\s\S]*--max-cost/);
    expect(await shown('auth status')).not.toMatch(/--dry-run|--timeout|--force|--sandbox/);
  });
});

describe('words that lead nowhere', () => {
  it.each<[string[], RegExp]>([
    [['autj'], /Unknown command 'autj'\.\n {2}Did you mean auth\?\n {2}See: ideogram --help/],
    [['auth', 'logi'], /Unknown command 'logi'\.\n {2}Did you mean login\?\n {2}See: ideogram auth --help/],
    [['auth', 'verify', '--genrate'], /Did you mean --generate\?[\s\S]*See: ideogram auth verify --help/],
    [['auth', '--quiet'], /No command was given\.\n {2}See: ideogram auth --help/],
    [['help', 'auth', 'nope'], /Unknown command 'auth \.\.\.'/],
    [['help', 'nope'], /Unknown command 'nope'/],
    [['generate'], /For example: ideogram generate "a red fox"[\s\S]*See: ideogram generate --help/],
    [['--timeout', '5', 'auth', 'nope'], /See: ideogram auth --help/],
  ])('%j', async (argv, says) => {
    const { status, stdout, stderr } = await runCli(argv);
    expect([status, stdout]).toEqual([2, '']);
    expect(stderr).toMatch(says);
  });
});
