/** How the program talks, decided from flags, environment and streams: colour in its order, and who is watching. */
import { Readable, Writable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { decideMode, type OutputFlags, scanOutputFlags } from '../../src/terminal/mode.js';

const FLAGS: OutputFlags = { json: false, quiet: false, verbose: false, color: true, input: true };

function stream(isTTY: boolean) {
  return Object.assign(new Writable(), isTTY ? { isTTY } : {});
}

interface World {
  env?: Record<string, string>;
  stdin?: boolean;
  stdout?: boolean;
  stderr?: boolean;
  flags?: Partial<OutputFlags>;
}

/** The mode where all streams are terminals, unless said otherwise. */
function decide({ env = {}, stdin = true, stdout = true, stderr = true, flags = {} }: World) {
  const input = Object.assign(new Readable(), stdin ? { isTTY: true } : {});
  return decideMode(
    { env, stdin: input, stdout: stream(stdout), stderr: stream(stderr) },
    { ...FLAGS, ...flags },
  );
}

describe('colour: --no-color, then FORCE_COLOR, then NO_COLOR, then TERM=dumb, then the terminal', () => {
  const pipe = { stdout: false, stderr: false };
  const plain = { color: false };
  it.each<[string, World, boolean]>([
    ['on a terminal', {}, true],
    ['in a pipe', pipe, false],
    ['TERM=dumb', { env: { TERM: 'dumb' } }, false],
    ['another TERM', { env: { TERM: 'xterm-256color' } }, true],
    ['another TERM in a pipe', { ...pipe, env: { TERM: 'xterm-256color' } }, false],
    ['NO_COLOR', { env: { NO_COLOR: '1' } }, false],
    ['NO_COLOR=0 is set all the same', { env: { NO_COLOR: '0' } }, false],
    ['an empty NO_COLOR says nothing', { env: { NO_COLOR: '' } }, true],
    ['FORCE_COLOR in a pipe', { ...pipe, env: { FORCE_COLOR: '1' } }, true],
    ['FORCE_COLOR=true in a pipe', { ...pipe, env: { FORCE_COLOR: 'true' } }, true],
    ['FORCE_COLOR=0', { env: { FORCE_COLOR: '0' } }, false],
    ['FORCE_COLOR=false', { env: { FORCE_COLOR: 'false' } }, false],
    ['FORCE_COLOR over NO_COLOR', { ...pipe, env: { FORCE_COLOR: '1', NO_COLOR: '1' } }, true],
    ['FORCE_COLOR over TERM=dumb', { ...pipe, env: { FORCE_COLOR: '1', TERM: 'dumb' } }, true],
    ['FORCE_COLOR=0 without NO_COLOR', { env: { FORCE_COLOR: '0', NO_COLOR: '' } }, false],
    ['NO_COLOR over a good TERM', { env: { NO_COLOR: '1', TERM: 'xterm' } }, false],
    ['--no-color on a terminal', { flags: plain }, false],
    ['--no-color over FORCE_COLOR', { flags: plain, env: { FORCE_COLOR: '1' } }, false],
    ['--json over FORCE_COLOR', { flags: { json: true }, env: { FORCE_COLOR: '1' } }, false],
    ['--quiet changes nothing', { flags: { quiet: true } }, true],
  ])('%s', (_what, world, color) => {
    expect(decide(world).color).toEqual({ stdout: color, stderr: color });
  });

  it('is decided for each stream by itself', () => {
    expect(decide({ stdout: false }).color).toEqual({ stdout: false, stderr: true });
    expect(decide({ stderr: false }).color).toEqual({ stdout: true, stderr: false });
  });
});

describe('who is watching', () => {
  it.each<[string, World, { json: boolean; quiet: boolean; interactive: boolean }]>([
    ['a person', {}, { json: false, quiet: false, interactive: true }],
    ['a person who pipes the result on', { stdout: false }, { json: false, quiet: false, interactive: true }],
    ['a log of errors', { stderr: false }, { json: false, quiet: false, interactive: false }],
    ['nobody', { stdout: false, stderr: false }, { json: false, quiet: false, interactive: false }],
    [
      'a person who wants silence',
      { flags: { quiet: true } },
      { json: false, quiet: true, interactive: false },
    ],
    ['a program', { flags: { json: true } }, { json: true, quiet: true, interactive: false }],
    [
      'a program, quiet',
      { flags: { json: true, quiet: true } },
      { json: true, quiet: true, interactive: false },
    ],
    [
      'a person without colour',
      { flags: { color: false } },
      { json: false, quiet: false, interactive: true },
    ],
    [
      'colour forced into a log',
      { stderr: false, env: { FORCE_COLOR: '1' } },
      { json: false, quiet: false, interactive: false },
    ],
  ])('%s', (_what, world, wanted) => {
    expect(decide(world)).toMatchObject(wanted);
  });

  it.each<[string, World, boolean]>([
    ['a person', {}, true],
    ['a person who pipes the result on', { stdout: false }, true],
    ['a person who wants silence', { flags: { quiet: true } }, true],
    ['answers from a file', { stdin: false }, false],
    ['questions into a log', { stderr: false }, false],
    ['--no-input', { flags: { input: false } }, false],
    ['--json', { flags: { json: true } }, false],
    ['a terminal that cannot move its cursor', { env: { TERM: 'dumb' } }, false],
  ])('can be asked: %s', (_what, world, wanted) => {
    expect(decide(world).canPrompt).toBe(wanted);
  });

  it.each([[true], [false]])('verbose is what the flag says: %s', (verbose) => {
    expect(decide({ flags: { verbose } }).verbose).toBe(verbose);
    expect(decide({ flags: { verbose, json: true } }).verbose).toBe(verbose);
  });
});

describe('the flags as they stand in the words of the command line', () => {
  it.each<[string, string[], Partial<OutputFlags>]>([
    ['none', ['generate', 'a fox'], {}],
    ['json', ['generate', 'a fox', '--json'], { json: true }],
    ['json before the command', ['--json', 'generate', 'a fox'], { json: true }],
    ['quiet', ['generate', '--quiet'], { quiet: true }],
    ['quiet, short', ['-q', 'generate'], { quiet: true }],
    ['verbose', ['--verbose'], { verbose: true }],
    ['no colour', ['generate', '--no-color'], { color: false }],
    [
      'all',
      ['--json', '-q', '--verbose', '--no-color', '--no-input'],
      { json: true, quiet: true, verbose: true, color: false, input: false },
    ],
    [
      'words behind -- are text',
      ['generate', '--', '--json', '-q', '--no-color', '--verbose', '--no-input'],
      {},
    ],
    ['flags before --', ['generate', '--json', '--', '-q'], { json: true }],
    ['words that only begin alike', ['--jsonl', '--quieter', '--no-colors', '--no-inputs'], {}],
  ])('%s', (_what, argv, wanted) => {
    expect(scanOutputFlags(argv)).toEqual({ ...FLAGS, ...wanted });
  });
});
